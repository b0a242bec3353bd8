//! Names of API keys: what a rename sends, what prevents it, and what lines without an `id` mean beside it.

use bylaws_engine::review_first::About;

use super::model::applied;
use super::shown;
use super::world::{World, check, same};

const LIVE: &str = "workspace lab\nkey lab ci active id=k1\nkey lab x active";
const RENAMED: &str = "~ update workspace/lab/api_key/old name=ci → name=ci-2026 [other]";

#[test]
fn a_pinned_key_is_renamed_in_place() {
    let mut world = World::new("key lab old active id=k1 name=ci-2026\nkey lab x active", LIVE);
    let plan = world.plan();
    same(&shown::plan(&plan), RENAMED);
    world.live = applied(&world.live, &plan);
    assert_eq!(world.plan().changes, []);
    // A label alone renames nothing, and is not noted: an import writes such labels.
    check("key lab old active id=k1\nkey lab x active", LIVE, "");
}

#[test]
fn a_status_and_a_name_are_set_by_one_request() {
    let files = |status: &str| format!("key lab old {status} id=k1 name=ci-2026\nkey lab x active");
    let approve = "approve 2026-11-30 update workspace/lab/api_key/ci";
    let both = |from: &str, to: &str, classes: &str| {
        format!(
            "~ update workspace/lab/api_key/old name=ci status={from} → name=ci-2026 status={to} [{classes}]"
        )
    };
    check(&files("inactive"), LIVE, &both("active", "inactive", "keys_off"));
    check(
        &format!("{}\n{approve}", files("archived")),
        LIVE,
        &both("active", "archived", "keys_off irreversible"),
    );
    let off = LIVE.replace("ci active", "ci inactive");
    check(&format!("{}\n{approve}", files("active")), &off, &both("inactive", "active", "keys_on"));
    // What needs an approval waits for it alone.
    check(
        &files("active"),
        &off,
        &format!(
            "{RENAMED}\nblocked workspace/lab/api_key/old: this key is switched off; switching it on needs an approval (approve: update workspace/lab/api_key/ci)"
        ),
    );
}

#[test]
fn a_rename_is_sent_with_the_changes_of_workspaces() {
    check(
        "workspace lab color=#222222\nkey lab old active id=k1 name=ci-2026\nkey lab x inactive\nkey lab y active
         approve 2026-11-30 update workspace/lab/api_key/y",
        &format!("{LIVE}\nkey lab y inactive"),
        &format!(
            "~ update workspace/lab/api_key/x status=active → status=inactive [keys_off]
             ~ update workspace/lab display_color=#111111 → display_color=#222222 [other]
             {RENAMED}
             ~ update workspace/lab/api_key/y status=inactive → status=active [keys_on]"
        ),
    );
}

#[test]
fn a_key_that_has_ended_keeps_its_name() {
    for (live, wanted, expected) in [
        ("expired", "inactive", ""),
        ("archived", "archived", ""),
        (
            "archived",
            "active",
            "blocked workspace/lab/api_key/old: is archived, which cannot be undone: create a new key in the Console and list it",
        ),
        (
            "expired",
            "archived",
            "~ update workspace/lab/api_key/old status=expired → status=archived [irreversible]",
        ),
    ] {
        let approve = "approve 2026-11-30 update workspace/lab/api_key/ci";
        check(
            &format!("key lab old {wanted} id=k1 name=ci-2026\nkey lab x active\n{approve}"),
            &LIVE.replace("ci active", &format!("ci {live}")),
            expected,
        );
    }
}

#[test]
fn a_key_in_use_or_with_an_unknown_status_is_not_renamed() {
    let files = "key lab old active id=k1 name=ci-2026\nkey lab x active";
    check(
        files,
        &LIVE.replace("id=k1", "id=k1 in_use"),
        "blocked workspace/lab/api_key/old: may be the API key used for this run (its hint matches), so it is not changed",
    );
    check(
        files,
        &LIVE.replace("ci active", "ci frozen"),
        "blocked workspace/lab/api_key/old: is `frozen`, a status that this version does not know and never rewrites: change it in the Console",
    );
}

#[test]
fn a_name_that_another_key_has_or_would_have_is_blocked() {
    let to = |name: &str, more: &str, live: &str, expected: &str| {
        let files = format!("key lab old inactive id=k1 name={name}\nkey lab x active\n{more}");
        // The status does not wait for another name.
        let off = "~ update workspace/lab/api_key/old status=active → status=inactive [keys_off]";
        check(
            &files,
            &format!("{LIVE}\n{live}"),
            &format!("{off}\nblocked workspace/lab/api_key/old: {expected}"),
        );
    };
    to("x", "", "", "the wanted name `x` is the name of `key_x`; rename that one first, or choose another");
    to(
        "y",
        "key lab y2 inactive id=k2 name=z\nunlisted api_keys ignore",
        "key lab y inactive id=k2 in_use",
        "the wanted name `y` is the name of `k2`; rename that one first, or choose another
         blocked workspace/lab/api_key/y2: may be the API key used for this run (its hint matches), so it is not changed",
    );
    to("APIKEY_1", "", "", "the wanted name `APIKEY_1` looks like an id; choose another name");
    to(
        "gone",
        "key lab gone archived",
        "key lab gone archived id=k2",
        "the wanted name `gone` is the key of another line; set the `id` there, or choose another",
    );
    let mut world = World::new("key lab old active id=k1\nkey lab x active", LIVE);
    let keys =
        world.desired.workspaces.as_mut().unwrap().values_mut().find_map(|one| one.open_mut()).unwrap();
    let line = keys.api_keys.as_mut().unwrap().values_mut().next().unwrap();
    line.name = Some(bylaws_engine::ObjectName::new("x "));
    same(
        &shown::plan(&world.plan()),
        "blocked workspace/lab/api_key/old: the wanted name looks the same as the name of `key_x`, which has no `U+0020` at character 2; choose another name",
    );
    // Names of keys in other scopes, and of keys that have ended, are free.
    check(
        "key lab old active id=k1 name=ci-2026\nkey lab x active",
        &format!(
            "{LIVE}\nworkspace ops\nkey ops ci-2026 active id=k2\nkey lab ci-2026 archived id=k3\nkey lab ci-2026 expired id=k4"
        ),
        &format!("{RENAMED}\nunlisted workspace/ops: `ws_ops`"),
    );
}

#[test]
fn a_line_without_an_id_does_not_mean_a_key_that_another_line_renames() {
    let files = "key lab ci active\nkey lab old inactive id=k1 name=ci-2026\nkey lab x active";
    let mut world = World::new(files, LIVE);
    let plan = world.plan();
    same(
        &shown::plan(&plan),
        &format!(
            "{RENAMED}
             blocked workspace/lab/api_key/ci: no such key is live, and the API cannot create one: create it in the Console
             blocked workspace/lab/api_key/old: `ci` does not exist yet; `old` stays active until it does (approve: update workspace/lab/api_key/ci)"
        ),
    );
    world.live = applied(&world.live, &plan);
    // The successor is created in the Console under the old name.
    let mut new = world.live.api_keys.as_ref().unwrap()[0].clone();
    (new.id, new.name) = (bylaws_engine::ApiKeyId::new("k9"), bylaws_engine::ObjectName::new("ci"));
    world.live.api_keys.as_mut().unwrap().push(new);
    same(
        &shown::plan(&world.plan()),
        "~ update workspace/lab/api_key/old status=active → status=inactive [keys_off]",
    );
}

#[test]
fn a_protected_key_is_neither_renamed_nor_renamed_and_switched_off() {
    for status in ["active", "inactive"] {
        for (kept, is_refused) in
            [("ci", true), ("k1", true), ("CI", false), ("ci-2026", false), ("old", false), ("x", false)]
        {
            let files = format!(
                "key lab old {status} id=k1 name=ci-2026\nkey lab x active\nprotect workspace/lab/api_key/{kept}"
            );
            let plan = World::new(&files, LIVE).plan();
            assert_eq!(plan.changes.len(), 1);
            assert_eq!(plan.is_refused(), is_refused, "{kept} {status}\n{}", shown::plan(&plan));
        }
    }
    // Renaming a key does not rename its workspace.
    let files = "key lab old active id=k1 name=ci-2026\nkey lab x active\nprotect workspace/lab";
    assert!(!World::new(files, LIVE).plan().is_refused());
}

#[test]
fn a_name_that_is_easily_confused_with_another_one_is_reviewed_first() {
    let review = |name: &str| {
        let files =
            format!("key lab old active id=k1 name={name}\nkey lab x active\nunlisted api_keys ignore");
        let live = "key lab deploy inactive\nkey lab c1 archived\nworkspace ops\nkey ops a1 active id=k7";
        let plan = World::new(&files, &format!("{LIVE}\n{live}")).plan();
        assert_eq!(plan.changes.len(), 1, "{}", shown::plan(&plan));
        let first: Vec<_> = plan.review_first().iter().map(|entry| entry.about).collect();
        match first.as_slice() {
            [] => String::new(),
            [About::LookAlike(_, other)] => (*other).to_owned(),
            other => panic!("{other:?}"),
        }
    };
    // Neither its own names, nor those of archived keys and of other scopes.
    for (name, other) in [("X", "x"), ("dep1oy", "deploy"), ("CI", ""), ("0LD", ""), ("cl", ""), ("al", "")] {
        assert_eq!(review(name), other, "{name}");
    }
    // A name that another line is about to give.
    let files = "key lab old active id=k1 name=deploy\nkey lab x active id=key_x name=Deploy";
    let plan = World::new(files, LIVE).plan();
    assert_eq!((plan.changes.len(), plan.review_first().len()), (2, 2));
}

#[test]
fn a_name_that_is_no_longer_managed_is_a_rule_change() {
    let with = "key lab old active id=k1 name=ci";
    let world = World::new("key lab old active id=k1", LIVE).on(with);
    let said: Vec<String> =
        world.plan().rule_changes.iter().map(|one| format!("{} {}", one.address, one.text)).collect();
    assert_eq!(said, ["workspace/lab/api_key/old `name` is no longer managed"]);
    let differing = world.plan().differing.unwrap();
    assert_eq!((differing.added, differing.changed, differing.removed), (0, 1, 0));
    // Another label still means the same key.
    let world = World::new("key lab new active id=k1", LIVE).on(with);
    let said: Vec<String> =
        world.plan().rule_changes.iter().map(|one| format!("{} {}", one.address, one.text)).collect();
    assert_eq!(
        said,
        [
            "workspace/lab/api_key/new `name` is no longer managed",
            "workspace/lab/api_key/old its label is now `new`"
        ]
    );
}

#[test]
fn a_name_that_an_approval_has_is_not_given_to_another_object() {
    let approve = |pair: &str| format!("approve 2026-11-30 {pair}");
    let files = "key lab old active id=k1 name=ci-2026\nkey lab x active";
    let blocked = |address: &str, pair: &str| {
        format!(
            "blocked {address}: an approval in force names `{pair}`, and would cover this one after the rename; delete it first, or name an id there"
        )
    };
    for (pair, is_blocked) in [
        ("update workspace/lab/api_key/ci-2026", true),
        ("update workspace/ws_lab/api_key/ci-2026", true),
        ("update workspace/other/api_key/ci-2026", false),
        ("update workspace/lab/api_key/ci", false),
        ("update workspace/lab/api_key/k1", false),
    ] {
        let expected =
            if is_blocked { blocked("workspace/lab/api_key/old", pair) } else { RENAMED.to_owned() };
        check(&format!("{files}\n{}", approve(pair)), LIVE, &expected);
    }
    // An expired one covers nothing.
    check(&format!("{files}\napprove 2026-11-20 update workspace/lab/api_key/ci-2026"), LIVE, RENAMED);
    let workspace = "workspace old id=ws_lab name=prod";
    for (pair, is_blocked) in [
        ("archive workspace/prod", true),
        ("update workspace/prod/api_key/ci", true),
        ("archive workspace/lab", false),
        ("archive workspace/ws_lab", false),
    ] {
        let renamed = "~ update workspace/old name=lab → name=prod [other]";
        let expected = if is_blocked { blocked("workspace/old", pair) } else { renamed.to_owned() };
        check(&format!("{workspace}\n{}", approve(pair)), "workspace lab", &expected);
    }
}

#[test]
fn two_keys_do_not_get_one_name() {
    let blocked = |label: &str, other: &str| {
        format!(
            "blocked workspace/lab/api_key/{label}: the wanted name `new` is also that of `{other}`; choose another"
        )
    };
    check(
        "key lab a active id=k1 name=new\nkey lab b active id=k2 name=new",
        "workspace lab\nkey lab ci active id=k1\nkey lab x active id=k2",
        &format!("{}\n{}", blocked("a", "b"), blocked("b", "a")),
    );
}
