//! The other guards: keys, invites, protected names, admins, domains, and a guards file in addition.

use bylaws_engine::GuardKind;
use bylaws_engine::guard_results::{GuardOutcome, GuardSource};
use bylaws_engine::guards::{Guards, loosened};

use super::words::many;
use super::world::{World, same};
use super::{files, shown};

/// Compares all guard results that are not "passed".
#[track_caller]
fn said(world: &World, expected: &str) {
    let lines: String = shown::plan(&world.plan());
    let lines: Vec<&str> =
        lines.lines().filter(|line| line.starts_with("refused") || line.starts_with("reported")).collect();
    same(&lines.join("\n"), expected);
}

fn keys(active: usize, off: usize, guards: &str) -> World {
    let live = many(0..active, |i| format!("key - k{i} active"));
    let lines = many(0..off, |i| format!("key - k{i} inactive"));
    let live = format!("{live}\nkey - old inactive\nworkspace lab\nkey lab far active");
    World::new(&format!("keys -\n{lines}\n{guards}"), &live)
}

#[test]
fn at_most_three_keys_and_never_all_may_be_switched_off() {
    for (active, limit) in [(1, 0), (2, 1), (3, 2), (4, 3), (5, 3), (100, 3)] {
        said(&keys(active, limit, ""), "");
        let off = limit + 1;
        said(
            &keys(active, off, ""),
            &format!(
                "refused KeysOff: {off} of {active} active keys would be switched off; the limit is {limit} (at most 3, and never all)"
            ),
        );
    }
    said(&keys(0, 0, ""), "");
    let approval = "approve 2026-11-30 update organization/api_key/k0";
    said(&keys(5, 4, approval), "");
    said(
        &keys(5, 5, &format!("{approval} + update organization/api_key/k9")),
        "refused KeysOff: 4 of 5 active keys would be switched off; the limit is 3 (at most 3, and never all)",
    );
}

#[test]
fn at_most_twenty_five_people_may_be_invited() {
    let invites = |n: usize, guards: &str| {
        let lines = many(0..n, |i| format!("member u{i} user"));
        World::new(&format!("{lines}\n{guards}"), "")
    };
    said(&invites(25, ""), "");
    said(&invites(26, ""), "refused Invites: 26 invites would be sent; the limit is 25");
    said(&invites(26, "approve 2026-11-30 invite invite/u3@x.org"), "");
}

#[test]
fn at_least_one_member_line_must_be_in_force() {
    let live = "user ada user\nuser bob user\nuser root admin";
    let reason = "refused Members: no line under `members` is in force: this would remove everybody";
    for lines in ["members", "member bob none", "member bob user until=2026-11-20\nmember ada none"] {
        let plan = World::new(&format!("access_loss 9 100%\n{lines}"), live).plan();
        let result = plan.guards.iter().find(|result| result.guard == GuardKind::Members);
        assert_eq!(result.map(|result| result.ruling), Some(GuardOutcome::Refused), "{lines}");
    }
    said(&World::new("members", live), reason);
    said(&World::new("member root admin", live), "");
    said(&World::new("member ada user until=2026-11-21", live), "");
    said(&World::new("", live), "");
}

#[test]
fn protected_objects_are_kept_in_spite_of_approvals() {
    let crowd = many(0..30, |i| format!("user u{i} user"));
    let live = format!(
        "{crowd}\nuser ada developer\ninvite bob pending user\nuser bill billing
         workspace lab\nmembership lab ada workspace_developer\nmembership lab u1 workspace_user
         key - ops active\nkey - b active\nkey - mine active owner=ada\nkey lab ci active\nkey lab d active\nkey lab own active owner=ada"
    );
    let one = "refused Protect: 1 change would affect objects under `protect`; no approval covers that";
    for (protect, line, hit) in [
        ("member/ada@x.org", "member ada none", true),
        ("member/ada@x.org", "member ada user", true),
        ("member/ada@x.org", "member ada billing", true),
        ("member/ada+x@x.org", "member ada none", true),
        ("invite/bob+x@x.org", "member bob none", true),
        ("workspace/lab/member/ada+x@x.org", "membership lab ada none", true),
        ("member/u1@x.org", "member u1 developer", false),
        ("member/ada@x.org", "membership lab ada none", false),
        ("member/bob@x.org", "member bob none", true),
        ("invite/bob@x.org", "member bob none", true),
        // An invite that is sent again loses nothing.
        ("member/bob@x.org", "member bob developer", false),
        ("workspace/lab/member/ada@x.org", "membership lab ada none", true),
        ("workspace/lab/member/ada@x.org", "membership lab ada workspace_user", true),
        ("workspace/lab/member/ada@x.org", "membership lab ada workspace_admin", false),
        ("workspace/lab", "workspace lab archived", true),
        ("organization/api_key/ops", "key - ops inactive", true),
        ("organization/api_key/ops", "key - ops archived", true),
        ("organization/api_key/b", "key - ops inactive", false),
        // By side effect.
        ("workspace/lab/member/ada@x.org", "member ada none", true),
        ("workspace/lab/member/ada@x.org", "workspace lab archived", true),
        ("workspace/lab/api_key/ci", "workspace lab archived", true),
        ("organization/api_key/mine", "member ada none", true),
        ("organization/api_key/b", "member ada none", false),
        ("workspace/lab/api_key/own", "workspace lab\nmember ada none", true),
        ("workspace/lab/api_key/own", "key lab pinned active id=key_own\nmember ada none", true),
        // Not by a label of the files.
        ("workspace/lab/api_key/pinned", "key lab pinned active id=key_own\nmember ada none", false),
        ("workspace/x", "workspace x archived id=ws_lab", false),
        ("workspace/x/api_key/ci", "workspace x id=ws_lab\nkey x ci inactive", false),
        ("organization/api_key/zz", "key - zz inactive id=key_ops", false),
        // A rename would leave it unprotected.
        ("workspace/lab", "workspace x id=ws_lab name=lab-2", true),
        ("workspace/ws_lab", "workspace lab id=ws_lab name=lab-2", true),
        ("workspace/lab/api_key/ci", "workspace lab id=ws_lab name=lab-2", true),
        ("workspace/lab", "workspace lab color=#222222", false),
        // By its live name and its id, whatever its label in the files.
        ("workspace/lab", "workspace x archived id=ws_lab", true),
        ("workspace/ws_lab", "workspace lab archived", true),
        ("workspace/lab/api_key/ci", "workspace x archived id=ws_lab", true),
        ("workspace/lab/member/ada@x.org", "workspace x id=ws_lab\nmembership x ada none", true),
        ("workspace/lab/api_key/ci", "workspace x id=ws_lab\nkey x ci inactive", true),
        ("workspace/lab/api_key/ci", "key lab zz inactive id=key_ci", true),
        ("organization/api_key/ops", "key - zz inactive id=key_ops", true),
        ("workspace/x", "workspace lab archived", false),
        ("workspace/lab/member/bill@x.org", "member bill user\nmemberships lab", true),
        ("workspace/lab/member/bill@x.org", "member bill user\nmembership lab bill workspace_user", false),
    ] {
        let everything = "remove member/ada@x.org + update member/ada@x.org + revoke invite/bob@x.org \
            + remove workspace/lab/member/ada@x.org + archive workspace/lab + update organization/api_key/ops \
            + update organization/api_key/key_ops + update workspace/lab/api_key/ci + archive workspace/x + remove workspace/x/member/ada@x.org + update workspace/x/api_key/ci";
        let files = format!(
            "unlisted members ignore\nmember u2 user\n{line}\nprotect {protect}\napprove 2026-11-30 {everything}"
        );
        said(&World::new(&files, &live), if hit { one } else { "" });
    }
}

#[test]
fn missing_admins_are_reported() {
    let world =
        |live: &str| World::new("member grace admin\nmember kay owner\nrequired_admins grace kay", live);
    said(&world("user grace admin\nuser kay owner"), "");
    said(
        &world("user grace user"),
        "reported RequiredAdmins: not a live admin or owner: `grace@x.org`, `kay@x.org`; grant the role in the Console",
    );
}

#[test]
fn a_guards_file_applies_in_addition_and_the_stricter_limit_counts() {
    let world = |files: &str, guards: &str| {
        let lines = many(0..4, |i| format!("member n{i} user"));
        World::new(&format!("{lines}\n{files}"), "").with_guards_file(guards)
    };
    said(&world("invites 3", "invites 9"), "refused Invites: 4 invites would be sent; the limit is 3");
    said(
        &world("", "invites 3"),
        "refused by the guards file Invites: 4 invites would be sent; the limit is 3",
    );
    // Each with its own approvals.
    let approval = "approve 2026-11-30 invite invite/n0@x.org";
    said(
        &world(approval, "invites 3"),
        "refused by the guards file Invites: 4 invites would be sent; the limit is 3",
    );
    said(&world("", &format!("invites 3\n{approval}")), "");
    let both = world("", "").plan();
    let sources: Vec<GuardSource> = both.guards.iter().map(|result| result.source).collect();
    assert_eq!(sources.iter().filter(|source| **source == GuardSource::GuardsFile).count(), 4);
}

#[test]
fn addresses_protected_by_a_guards_file_must_be_live_unless_they_are_ids() {
    let live = "user ada user\ninvite bob pending user\ninvite cy expired user\nworkspace lab\nworkspace old archived
        key lab ci active\nkey - ops active";
    for (protect, is_there) in [
        ("workspace/lab", true),
        ("workspace/wrkspc_gone", true),
        ("workspace/label", false),
        ("workspace/old", false),
        ("workspace/new", false),
        ("member/ada@x.org", true),
        ("member/bob@x.org", true),
        ("member/cy@x.org", false),
        ("member/dee@x.org", false),
        ("workspace/lab/member/ada@x.org", true),
        ("workspace/label/member/ada@x.org", false),
        ("workspace/lab/api_key/ci", true),
        ("workspace/lab/api_key/ops", false),
        ("workspace/lab/api_key/apikey_gone", true),
        ("organization/api_key/ops", true),
        ("organization/api_key/ci", false),
    ] {
        let files = "workspace label id=ws_lab\nworkspace new\nunlisted workspaces ignore";
        let world = World::new(files, live).with_guards_file(&format!("protect {protect}"));
        let expected = format!(
            "refused by the guards file Protect: no live object has this address, so nothing is protected: `{protect}`; correct or delete it in the guards file, or use the id"
        );
        said(&world, if is_there { "" } else { &expected });
        // In the files themselves it is a note.
        said(&World::new(&format!("{files}\nprotect {protect}"), live), "");
    }
}

#[test]
fn at_most_five_people_may_become_admins_of_live_workspaces() {
    let users = many(0..9, |i| format!("user n{i} user"));
    let live = format!(
        "{users}\nworkspace lab\nworkspace ops\nmembership lab n0 workspace_user\ninvite old pending user"
    );
    let memberships =
        |place: &str, n: usize| many(0..n, |i| format!("membership {place} n{i} workspace_admin"));
    let refused = |n: usize, limit: usize| {
        format!(
            "refused WorkspaceAdmins: {n} people would become `workspace_admin` of live workspaces; the limit is {limit}"
        )
    };
    for (files, expected) in [
        (memberships("lab", 5), String::new()),
        (memberships("lab", 6), refused(6, 5)),
        // Each person counts once, however many workspaces there are.
        (format!("{}\n{}", memberships("lab", 5), memberships("ops", 5)), String::new()),
        (format!("{}\nmembership ops n5 workspace_admin", memberships("lab", 5)), refused(6, 5)),
        // A workspace that this plan creates has no admins to begin with.
        (memberships("new", 9), String::new()),
        (memberships("lab", 6).replace("workspace_admin", "workspace_developer"), String::new()),
        (format!("workspace_admins 6\n{}", memberships("lab", 6)), String::new()),
        (format!("workspace_admins 0\n{}", memberships("lab", 1)), refused(1, 0)),
        (
            format!("{}\nteam t n5\nteam_membership lab t workspace_admin", memberships("lab", 5)),
            refused(6, 5),
        ),
        // Waiting people count in the plan that invites them, and in no later one.
        (
            format!(
                "member new user\nmembership lab new workspace_admin\n{}",
                many(0..9, |i| format!("member n{i} user"))
            ),
            String::new(),
        ),
        (
            format!(
                "member new user\nmembership lab new workspace_admin\nworkspace_admins 0\n{}",
                many(0..9, |i| format!("member n{i} user"))
            ),
            refused(1, 0),
        ),
        (
            format!(
                "member old user\nmembership lab old workspace_admin\nworkspace_admins 0\n{}",
                many(0..9, |i| format!("member n{i} user"))
            ),
            String::new(),
        ),
        // Approved one by one.
        (
            format!("{}\napprove 2026-11-30 create workspace/lab/member/n5@x.org", memberships("lab", 6)),
            String::new(),
        ),
        (
            format!("{}\napprove 2026-11-30 create workspace/ops/member/n5@x.org", memberships("lab", 6)),
            refused(6, 5),
        ),
        (
            format!("{}\napprove 2026-11-30 update workspace/ws_lab/member/n0@x.org", memberships("lab", 6)),
            String::new(),
        ),
        (
            format!("{}\napprove 2026-11-30 update workspace/lab/member/user_n0", memberships("lab", 6)),
            String::new(),
        ),
    ] {
        said(&World::new(&format!("{files}\nunlisted workspaces ignore"), &live), &expected);
    }
    // With a base, a commit that names the role first counts a person who was invited before.
    let invited = "member old user\nworkspaces\nunlisted members ignore\nunlisted workspaces ignore";
    let admin = format!("workspace_admins 0\n{invited}\nmembership lab old workspace_admin");
    said(&World::new(&admin, &live).on(invited), &refused(1, 0));
    said(&World::new(&admin, &live).on(&admin), "");
    let stricter = World::new(&memberships("lab", 2), &live).with_guards_file("workspace_admins 1");
    said(
        &stricter,
        "refused by the guards file WorkspaceAdmins: 2 people would become `workspace_admin` of live workspaces; the limit is 1",
    );
    let world = World::new(
        "workspace_admins 0\nworkspace x id=ws_lab\nmembership x n0 workspace_admin\nmember n0 user\nmember new user\nmembership x new workspace_admin\nunlisted members ignore",
        &live,
    );
    let plan = world.plan();
    let result =
        plan.guards.iter().find(|result| result.guard == GuardKind::WorkspaceAdmins).expect("judged");
    let approve: Vec<String> = result.approve.iter().map(ToString::to_string).collect();
    assert_eq!(approve, ["create workspace/lab/member/new@x.org", "update workspace/lab/member/n0@x.org"]);
    let changes: Vec<&str> = result.changes.iter().map(bylaws_engine::ChangeId::as_str).collect();
    assert_eq!(changes, ["invite invite/new@x.org", "update workspace/x/member/n0@x.org"]);
}

#[test]
fn a_guards_file_refuses_people_of_other_domains() {
    let world = |lines: &str, live: &str| {
        World::new(&format!("unlisted members ignore\n{lines}"), live)
            .with_guards_file("allowed_domains x.org")
    };
    said(&world("member ada user", ""), "");
    said(
        &world("member ada@evil.org user", ""),
        "refused by the guards file AllowedDomains: 1 change for people outside the allowed domains",
    );
    said(
        &world("membership lab ada@evil.org workspace_user", "workspace lab\nuser ada@evil.org user"),
        "refused by the guards file AllowedDomains: 1 change for people outside the allowed domains",
    );
    // In place already: nothing gets worse, but it is reported.
    said(
        &world("member ada@evil.org user", "user ada@evil.org user"),
        "reported by the guards file AllowedDomains: listed outside the allowed domains: `ada@evil.org`",
    );
    said(&world("member ada@evil.org none\nmember bob user", "user bob user"), "");
}

#[test]
fn looser_limits_are_reported() {
    let lines = |text: &str| -> Vec<String> {
        loosened(&files::guards(text)).into_iter().map(|loosened| loosened.text.to_string()).collect()
    };
    assert_eq!(loosened(&Guards::default()), []);
    assert_eq!(lines("access_loss 4 9%\nkeys_off 2\ninvites 1"), Vec::<String>::new());
    assert_eq!(
        lines("access_loss 500 12.5%\nkeys_off 4\ninvites 26"),
        ["`access_loss` 5 → 500", "`access_loss` share 10% → 12.5%", "`keys_off` 3 → 4", "`invites` 25 → 26"]
    );
}

#[test]
fn an_address_under_protect_that_matches_nothing_is_noted() {
    let files = "member ada user\nworkspace lab\nmemberships lab\nkey lab ci active";
    let live =
        "user ada user\nuser bob user\nworkspace lab\nworkspace ops\nkey lab ci active\nkey - old active";
    for (address, noted) in [
        ("member/ada@x.org", false),
        ("member/ada+x@x.org", false),
        ("member/bob@x.org", false),
        ("member/adda@x.org", true),
        ("invite/nobody@x.org", true),
        ("workspace/lab", false),
        ("workspace/ops", false),
        ("workspace/labb", true),
        ("workspace/lab/member/ada@x.org", false),
        ("workspace/labb/member/ada@x.org", true),
        ("workspace/lab/member/adda@x.org", true),
        ("workspace/lab/api_key/ci", false),
        ("workspace/lab/api_key/cii", true),
        ("organization/api_key/old", false),
        ("organization/api_key/older", true),
    ] {
        let loose = "unlisted members ignore\nunlisted workspaces ignore";
        let plan = World::new(&format!("{loose}\n{files}\nprotect {address}"), live).plan();
        assert_eq!(
            plan.notes.iter().any(|note| note.reason.as_str().contains("`protect` lists it")),
            noted,
            "{address}"
        );
    }
}
