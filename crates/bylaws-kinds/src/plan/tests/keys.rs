//! API keys: every live status against every wanted one, and which key a line means.

use super::model::applied;
use super::world::{World, check};

/// Compares the plan without and with an approval.
#[track_caller]
fn cell(live: &str, wanted: &str, unapproved: &str, approved: &str) {
    let approve = "approve 2026-11-30 update workspace/lab/api_key/ci";
    for (approval, expected) in [("", unapproved), (approve, approved)] {
        let files = format!("workspace lab\nkey lab ci {wanted}\n{approval}");
        let live = format!("workspace lab\nkey lab ci {live}\nkey lab other active\nunused");
        let live = live.replace("\nunused", "");
        let mut world = World::new(&files, &live);
        let plan = world.plan();
        let got = match (plan.changes.as_slice(), plan.blocked.as_slice()) {
            ([], []) => "–".to_owned(),
            ([change], []) => change.classes.iter().map(|class| class.as_str()).collect::<Vec<_>>().join(" "),
            ([], [item]) if item.approve.is_empty() => "blocked".to_owned(),
            ([], [_]) => "approval".to_owned(),
            _ => "several".to_owned(),
        };
        assert_eq!(got, expected, "{live} × {wanted} {approval}");
        world.live = applied(&world.live, &plan);
        assert_eq!(world.plan().changes, [], "oscillates: {live} × {wanted}");
    }
}

#[test]
fn every_live_status_against_every_wanted_one() {
    cell("active", "active", "–", "–");
    cell("active", "inactive", "keys_off", "keys_off");
    cell("active", "archived", "approval", "keys_off irreversible");
    cell("inactive", "active", "approval", "keys_on");
    cell("inactive", "inactive", "–", "–");
    cell("inactive", "archived", "approval", "irreversible");
    cell("expired", "active", "blocked", "blocked");
    cell("expired", "inactive", "–", "–");
    cell("expired", "archived", "approval", "irreversible");
    cell("archived", "active", "blocked", "blocked");
    cell("archived", "inactive", "–", "–");
    cell("archived", "archived", "–", "–");
    for wanted in ["active", "inactive", "archived"] {
        cell("frozen", wanted, "blocked", "blocked");
    }
}

#[test]
fn the_key_in_use_is_never_touched() {
    cell("active in_use", "active", "–", "–");
    cell("active in_use", "inactive", "blocked", "blocked");
    cell("active in_use", "archived", "blocked", "blocked");
    cell("inactive in_use", "active", "blocked", "blocked");
}

#[test]
fn keys_are_switched_off_first_and_on_late() {
    check(
        "workspace lab color=#222222
         key - a inactive
         key lab b active
         approve 2026-11-30 update workspace/lab/api_key/b",
        "workspace lab\nkey - a active\nkey lab b inactive\nkey lab c active",
        "~ update organization/api_key/a status=active → status=inactive [keys_off]
         ~ update workspace/lab display_color=#111111 → display_color=#222222 [other]
         ~ update workspace/lab/api_key/b status=inactive → status=active [keys_on]
         unlisted workspace/lab/api_key/c: active (`key_c`)",
    );
}

#[test]
fn usable_keys_are_matched_before_ended_ones() {
    let keys = "key - ci active id=k1\nkey - ci expired id=k2\nkey - ci archived id=k3\nkey - x active";
    check(
        "key - ci inactive\nkey - x active",
        keys,
        "~ update organization/api_key/ci status=active → status=inactive [keys_off]",
    );
    check(
        "key - ci active",
        "key - ci expired id=k2\nkey - ci archived id=k3",
        "blocked organization/api_key/ci: is expired, which cannot be undone: create a new key in the Console and list it",
    );
    // Once a key was archived by name, the next one with that name is not affected.
    let archive =
        "key - ci archived\napprove 2026-11-30 update organization/api_key/ci\nunlisted api_keys ignore";
    let mut world = World::new(archive, "key - ci active id=k1\nkey - ci expired id=k2\nkey - x active");
    let plan = world.plan();
    assert_eq!(plan.changes.len(), 1);
    world.live = applied(&world.live, &plan);
    assert_eq!(world.plan().changes, []);
    // An id matches any of them.
    check("key - ci archived id=k3\nunlisted api_keys ignore", keys, "");
}

#[test]
fn ambiguous_keys_are_blocked_and_nothing_is_switched_off() {
    let live = "workspace lab\nworkspace ops\nkey lab ci active id=k1\nkey lab ci inactive id=k2\nkey lab x active\nkey ops y active";
    check(
        "key lab ci inactive\nunlisted api_keys remove\nunlisted workspaces ignore",
        live,
        "blocked workspace/lab/api_key/ci: several keys have this name: `k1`, `k2`; set the `id` of the right one
         unlisted workspace/lab/api_key/x: active, and may be the listed key that was not found (`key_x`)",
    );
    check(
        "key lab new active\nunlisted api_keys remove\nunlisted workspaces ignore",
        "workspace lab\nkey lab ci active",
        "blocked workspace/lab/api_key/new: no such key is live, and the API cannot create one: create it in the Console
         unlisted workspace/lab/api_key/ci: active, and may be the listed key that was not found (`key_ci`)",
    );
    check(
        "key lab a active id=key_y\nkey lab b active id=k9\nunlisted api_keys ignore\nunlisted workspaces ignore",
        live,
        "blocked workspace/lab/api_key/a: `key_y` is a key of another scope; move the line there
         blocked workspace/lab/api_key/b: no live key has the id `k9`; correct or delete the id",
    );
    check(
        "key lab ci inactive id=k1\nkey lab x active id=k1\nunlisted api_keys remove\nunlisted workspaces ignore",
        "workspace lab\nkey lab ci active id=k1\nkey lab x active",
        "blocked workspace/lab/api_key/ci: `ci` and `x` all mean `k1`; keep one of them
         blocked workspace/lab/api_key/x: `ci` and `x` all mean `k1`; keep one of them
         unlisted workspace/lab/api_key/x: active, and may be the listed key that was not found (`key_x`)",
    );
}

#[test]
fn unlisted_keys_of_a_listed_scope() {
    let live = "key - keep active\nkey - a active\nkey - b inactive\nkey - c archived\nkey - d expired
        key - mine active owner=ada\nkey - robot inactive owner=robot\nkey - own active in_use\nkey - odd frozen
        workspace lab\nkey lab x active\nkey ? y active";
    let under = |policy: &str, expected: &str| {
        check(&format!("key - keep active\nunlisted api_keys {policy}"), live, expected);
    };
    under("ignore", "");
    under(
        "report",
        "unlisted organization/api_key/a: active (`key_a`)
         unlisted organization/api_key/b: inactive (`key_b`)
         unlisted organization/api_key/mine: active (`key_mine`)
         unlisted organization/api_key/odd: `frozen` (`key_odd`)
         unlisted organization/api_key/own: active (`key_own`)
         unlisted organization/api_key/robot: inactive (`key_robot`)",
    );
    under(
        "remove",
        "~ update organization/api_key/a status=active → status=inactive [keys_off]
         unlisted organization/api_key/mine: active, and bound to a person or service account (`key_mine`)
         unlisted organization/api_key/odd: `frozen` (`key_odd`)
         unlisted organization/api_key/own: active, and may be the API key used for this run (`key_own`)
         unlisted organization/api_key/robot: inactive, and bound to a person or service account (`key_robot`)",
    );
}

#[test]
fn the_default_workspace_has_keys_of_its_own() {
    check(
        "key Default ci inactive",
        "default\nkey Default ci active\nkey Default x active\nkey - ci active id=k2",
        "~ update workspace/Default/api_key/ci status=active → status=inactive [keys_off]
         unlisted workspace/Default/api_key/x: active (`key_x`)",
    );
}

#[test]
fn personal_keys_are_archived_with_their_owner() {
    let live = "user ada user\nuser bob user\nuser boss admin\nkey - mine active owner=ada\nkey - x active\nkey - y active";
    let files = "member bob user\nmember ada none\nmember boss none\nunlisted api_keys remove";
    let leaves = "- remove member/ada@x.org [access_loss]
         blocked member/boss@x.org: holds `admin`, and the API cannot remove such a member: lower them in the Console first";
    let so = "so member/ada@x.org: their personal keys are archived permanently: `mine` (`key_mine`)";
    let off = "~ update organization/api_key/y status=active → status=inactive [keys_off]";
    for wanted in ["inactive", "archived"] {
        let mut world = World::new(&format!("{files}\nkey - mine {wanted}\nkey - x active"), live);
        let plan = world.plan();
        super::world::same(&super::shown::plan(&plan), &format!("{off}\n{leaves}\n{so}"));
        world.live = applied(&world.live, &plan);
        assert_eq!(world.plan().changes, [], "{wanted}");
    }
    check(
        &format!("{files}\nkey - mine active\nkey - x active"),
        live,
        &format!(
            "{off}\n{leaves}
             blocked organization/api_key/mine: is archived because this plan removes its owner: create a key of the workspace in the Console and list it
             {so}"
        ),
    );
    // An owner who cannot be removed keeps their keys.
    check(
        &format!("{files}\nkey - x active\nkey - y active"),
        "user bob user\nuser boss admin\nkey - own active owner=boss\nkey - x active\nkey - y active",
        "blocked member/boss@x.org: holds `admin`, and the API cannot remove such a member: lower them in the Console first
         unlisted organization/api_key/own: active, and bound to a person or service account (`key_own`)
         note member/ada@x.org: no live member or invite has this address",
    );
}

/// They have no owner, but the service ends them with the person.
#[test]
fn claude_code_keys_stop_with_their_creator() {
    check(
        "member ada none\nmember bob user\nkey lab ci active",
        "user ada user\nuser bob user\nworkspace lab\nworkspace Claude_Code
         key lab ci active by=ada\nkey Claude_Code cli active by=ada\nkey Claude_Code other active by=bob",
        "- remove member/ada@x.org [access_loss]
         unlisted workspace/Claude%20Code: `ws_Claude_Code`
         so member/ada@x.org: keys they created stay active: `ci` in `lab` (`key_ci`)
         so member/ada@x.org: their Claude Code keys stop: `cli` in `Claude Code` (`key_cli`)",
    );
}

#[test]
fn personal_keys_stop_with_their_owners_membership() {
    let live = "user ada user\nuser bob user\nworkspace lab\nmembership lab ada workspace_user\nmembership lab bob workspace_user
        key lab mine active owner=ada\nkey lab x active";
    let files = "membership lab bob workspace_user\nunlisted workspace_members remove";
    let removed = "- remove workspace/lab/member/ada@x.org [access_loss]";
    let so =
        "so workspace/lab/member/ada@x.org: their personal keys there stop: `mine` in `lab` (`key_mine`)";
    let stops = "blocked workspace/lab/api_key/mine: stops when this plan removes its owner from the workspace: keep the membership, or list the key as `inactive`";
    let lacks = "blocked workspace/lab/api_key/mine: belongs to somebody who is not a member of this workspace: add them, or list the key as `inactive`";
    let mut world = World::new(&format!("{files}\nkey lab mine active\nkey lab x active"), live);
    let plan = world.plan();
    super::world::same(&super::shown::plan(&plan), &format!("{removed}\n{stops}\n{so}"));
    world.live = applied(&world.live, &plan);
    // An approval does not switch it on either: a key without access to its workspace is useless.
    world.desired.guards =
        super::files::guards("approve 2026-11-30 update workspace/lab/api_key/mine\naccess_loss 9 100%");
    let plan = world.plan();
    assert_eq!(plan.changes, []);
    assert!(super::shown::plan(&plan).contains(lacks), "{}", super::shown::plan(&plan));
    // A line switches it off before the membership is removed.
    let mut world = World::new(&format!("{files}\nkey lab mine inactive\nkey lab x active"), live);
    let plan = world.plan();
    let off = "~ update workspace/lab/api_key/mine status=active → status=inactive [keys_off]";
    super::world::same(&super::shown::plan(&plan), &format!("{off}\n{removed}\n{so}"));
    world.live = applied(&world.live, &plan);
    assert_eq!(world.plan().changes, []);
    // Members with an inherited role need no explicit membership.
    for role in ["billing", "admin"] {
        check(
            "key lab mine active\napprove 2026-11-30 update workspace/lab/api_key/mine\nmembership lab bob workspace_user",
            &format!(
                "user ada {role}\nuser bob user\nworkspace lab\nmembership lab bob workspace_user\nkey lab mine inactive owner=ada"
            ),
            "~ update workspace/lab/api_key/mine status=inactive → status=active [keys_on]",
        );
    }
    // A member who loses `billing` in the same plan has no membership afterwards.
    check(
        "member ada user\nmember bob user\nkey lab mine active
         approve 2026-11-30 update workspace/lab/api_key/mine\nmembership lab bob workspace_user\naccess_loss 9 100%",
        "user ada billing\nuser bob user\nworkspace lab\nmembership lab bob workspace_user\nkey lab mine inactive owner=ada",
        &format!(
            "~ update member/ada@x.org role=billing → role=user [raise access_loss]
             {lacks}
             so member/ada@x.org: loses access to `lab`"
        ),
    );
}
