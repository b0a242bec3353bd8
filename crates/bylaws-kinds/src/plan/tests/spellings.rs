//! Spellings of one address, and names that look the same but differ.

use super::world::{World, check, planned, same};
use super::{files, live_side, shown};
use crate::live::Live;

#[test]
fn two_spellings_of_a_domain_are_one_person() {
    for (listed, live) in [
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("ADA@BÜCHER.example", "ada@bücher.example"),
        ("josé@x.org", "JOSÉ@x.org"),
    ] {
        check(
            &format!("member {listed} user\nmember root admin\nunlisted members remove"),
            &format!("user {live} user\nuser root admin"),
            "",
        );
        let plan = planned(
            &format!("member {listed} none\nmember root admin"),
            &format!("user {live} user\nuser root admin\nuser ben user"),
        );
        assert!(plan.contains("- remove member/"), "{plan}");
    }
}

#[test]
fn composed_and_decomposed_letters_in_an_address_block() {
    check(
        "member josé@x.org user\nunlisted members remove",
        "user jose\u{301}@x.org user",
        "blocked member/josé@x.org: live as `jose\u{301}@x.org`, which the service treats as the same person; use that address
         unlisted member/jose%CC%81@x.org: user, and may be somebody that the files list",
    );
}

#[test]
fn the_domain_in_a_guard_has_one_form() {
    for (allowed, email) in
        [("bücher.example", "ada@xn--bcher-kva.example"), ("xn--bcher-kva.example", "ada@bücher.example")]
    {
        let world = World::new(&format!("member {email} user"), "")
            .with_guards_file(&format!("allowed_domains {allowed}"));
        same(&shown::plan(&world.plan()), &format!("+ invite invite/{email} role=user [grant]"));
    }
    let world =
        World::new("member ada@bucher.example user", "").with_guards_file("allowed_domains bücher.example");
    assert!(shown::plan(&world.plan()).contains("refused"));
}

#[test]
fn a_protected_or_required_person_is_matched_by_any_spelling() {
    for (kept, live) in
        [("ada@bücher.example", "ada@xn--bcher-kva.example"), ("josé@x.org", "jose\u{301}@x.org")]
    {
        let files =
            format!("member root admin\nmember ben user\nunlisted members remove\nprotect member/{kept}");
        let plan =
            planned(&files, &format!("user root admin\nuser ben user\nuser {live} user\nuser cy user"));
        assert!(plan.contains("refused Protect"), "{plan}");
    }
    check(
        "member ada@bücher.example admin\nrequired_admins ada@bücher.example",
        "user ada@xn--bcher-kva.example admin",
        "",
    );
    let plan = planned(
        "member root admin\nmember ben user\nunlisted members remove\nprotect member/ada@bucher.example",
        "user root admin\nuser ben user\nuser ada@bücher.example user\nuser cy user",
    );
    assert!(!plan.contains("refused Protect"), "{plan}");
}

#[test]
fn an_approval_covers_either_spelling() {
    check(
        "member ada@bücher.example user\napprove 2026-11-30 invite invite/ada@xn--bcher-kva.example",
        "invite ada@bücher.example accepted user",
        "+ invite invite/ada@bücher.example role=user [grant]",
    );
}

#[test]
fn a_person_that_no_line_can_list_is_reported() {
    for email in ["a\u{200b}da@x.org", "\"ada\"@x.org", "ada@x_y.org", "ada"] {
        let mut live = live_side::live(
            "user root admin\nuser p user\ninvite q pending user\nworkspace lab\nmembership lab p workspace_user",
        );
        rename(&mut live, email);
        let mut world = World::new(
            "member root admin\nmemberships lab\nunlisted members remove\nunlisted workspace_members remove",
            "",
        );
        world.live = live;
        let lines = shown::plan(&world.plan());
        assert!(!lines.contains("- ") && lines.matches("cannot list").count() == 3, "{email}: {lines}");
    }
}

/// Gives the member `p` and the invite another address.
fn rename(live: &mut Live, email: &str) {
    let people = live.people.as_mut().unwrap();
    for user in people.users.values_mut().filter(|user| user.email.as_str() == "p@x.org") {
        user.email = bylaws_engine::Email::live(email);
    }
    for invite in &mut people.invites {
        invite.email = bylaws_engine::Email::live(&format!("2{email}"));
    }
}

/// The live name of a workspace, key or tag, and one that looks the same.
const ALIKE: [(&str, &str, &str); 4] = [
    ("prod\u{a0}eu", "prod eu", "`U+00A0` for `U+0020` at character 5"),
    ("prod", "prod\u{3000}", "no `U+3000` at character 5"),
    ("cafe\u{301}", "café", "`U+0065` for `U+00E9` at character 4"),
    ("pr\u{200b}od", "prod", "`U+200B` for `U+006F` at character 3"),
];

/// Sets workspace names that cannot be written in these tests: `_a` is the first name, `_b` the second.
fn named(files: &str, live: &str, (one, other): (&str, &str)) -> String {
    let put = |name: &str| match name {
        "A" => one.to_owned(),
        "B" => other.to_owned(),
        name => name.to_owned(),
    };
    let mut world =
        World { desired: files::desired(files), live: live_side::live(live), ..World::new("", "") };
    if let Some(workspaces) = world.desired.workspaces.take() {
        world.desired.workspaces = Some(
            workspaces
                .into_iter()
                .map(|(label, entry)| (bylaws_engine::WorkspaceLabel::new(put(label.as_str())), entry))
                .collect(),
        );
    }
    for workspace in world.live.workspaces.iter_mut().flat_map(|workspaces| workspaces.all.values_mut()) {
        workspace.name = put(&workspace.name);
    }
    if let Some(keys) = world.desired.api_keys.take() {
        world.desired.api_keys = Some(
            keys.into_iter()
                .map(|(name, key)| (bylaws_engine::ObjectName::new(put(name.as_str())), key))
                .collect(),
        );
    }
    for key in world.live.api_keys.iter_mut().flatten() {
        key.name = bylaws_engine::ObjectName::new(put(key.name.as_str()));
    }
    shown::plan(&world.plan())
}

#[test]
fn a_workspace_that_looks_like_a_live_one_is_never_created() {
    for (live, files, difference) in ALIKE {
        let lines = named(
            "workspace B\nmembership B ada workspace_user",
            "user ada user\nworkspace A id=ws_1",
            (live, files),
        );
        assert!(lines.starts_with("blocked workspace/") && lines.lines().count() == 1, "{lines}");
        assert!(lines.contains(&format!("the name of `ws_1`, which has {difference}")), "{lines}");
        let pinned = named("workspace B id=ws_1", "workspace A id=ws_1", (live, files));
        assert!(pinned.lines().all(|line| line.starts_with("note ")), "{pinned}");
    }
    for (live, files) in [("prod", "Prod"), ("café", "cafe"), ("prod eu", "prodeu")] {
        let lines = named("workspace B", "workspace A id=ws_1", (live, files));
        assert!(lines.starts_with("+ create workspace/"), "{lines}");
    }
}

#[test]
fn a_second_workspace_that_looks_the_same_blocks_like_one_with_the_same_name() {
    let lines = named("workspace B", "workspace A id=ws_1\nworkspace B id=ws_2", ("prod\u{a0}eu", "prod eu"));
    same(
        &lines,
        "blocked workspace/prod%20eu: 2 workspaces have this name or one that looks the same: `ws_1`, `ws_2`; \
         set the `id` of the right one",
    );
}

#[test]
fn two_workspaces_of_the_files_that_look_the_same_are_both_blocked() {
    for (one, other, _) in ALIKE {
        let lines = named("workspace A\nworkspace B", "workspace A id=ws_1", (one, other));
        assert_eq!(lines.matches("looks the same as another workspace of the files").count(), 2, "{lines}");
        assert!(!lines.contains("+ create"), "{lines}");
    }
}

#[test]
fn a_workspace_that_looks_like_a_special_one_is_blocked() {
    for (name, special) in
        [("Default\u{a0}", "Default"), ("Claude\u{a0}Code", "Claude Code"), (" Default", "Default")]
    {
        let lines = named("workspace B", "default", ("", name));
        assert!(
            lines.contains(&format!("looks the same as `{special}`")) && !lines.contains("+ create"),
            "{lines}"
        );
    }
}

#[test]
fn a_key_that_looks_like_a_live_one_is_blocked_and_not_switched_off() {
    for (live, files, difference) in ALIKE {
        let lines =
            named("key - B active\nunlisted api_keys remove", "key - A active id=key_1", (live, files));
        assert!(lines.starts_with("blocked organization/api_key/") && lines.lines().count() == 1, "{lines}");
        assert!(lines.contains(&format!("the name of `key_1`, which has {difference}")), "{lines}");
        let both = named(
            "key - A inactive\nkey - B inactive",
            "key - A active id=key_1\nkey - B active id=key_2",
            (live, files),
        );
        assert!(!both.contains("~ ") && both.matches("blocked").count() == 2, "{both}");
    }
    let near = named("key - B active", "key - A active id=key_1", ("ci", "Ci"));
    assert!(near.contains("no such key is live"), "{near}");
}

#[test]
fn tags_that_look_the_same_are_not_written() {
    let with_tags = |wanted: &[(&str, &str)], live: &[(&str, &str)]| {
        let owned =
            |tags: &[(&str, &str)]| tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut world = World::new("workspace lab tags=x:y", "workspace lab");
        for workspace in world.live.workspaces.iter_mut().flat_map(|workspaces| workspaces.all.values_mut()) {
            workspace.tags = owned(live);
        }
        for entry in world.desired.workspaces.iter_mut().flat_map(|all| all.values_mut()) {
            if let crate::desired::WorkspaceState::Open(open) = &mut entry.state {
                open.settings.tags = Some(owned(wanted));
            }
        }
        shown::plan(&world.plan())
    };
    for (live, files, difference) in ALIKE {
        let lines = with_tags(&[(files, "1")], &[(live, "1")]);
        assert!(lines.starts_with("blocked workspace/lab: the tag") && lines.contains(difference), "{lines}");
        let lines = with_tags(&[(files, "1"), (live, "1")], &[]);
        assert!(lines.starts_with("blocked workspace/lab: the tag"), "{lines}");
    }
    let lines = with_tags(&[("cost", "a\u{a0}b")], &[("cost", "a b")]);
    assert!(lines.starts_with("~ update workspace/lab"), "{lines}");
}

#[test]
fn a_protected_name_is_matched_by_its_look() {
    for (live, kept, _) in ALIKE {
        let protect = bylaws_engine::Address::Workspace(bylaws_engine::WorkspaceLabel::new(kept));
        let files =
            format!("workspace A archived\napprove 2026-11-30 archive workspace/ws_1\nprotect {protect}");
        let mut world = World::new("", "workspace W id=ws_1");
        world.desired = files::desired(&files);
        for workspace in world.live.workspaces.iter_mut().flat_map(|all| all.all.values_mut()) {
            workspace.name = live.to_owned();
        }
        for entry in world.desired.workspaces.iter_mut().flat_map(|all| all.values_mut()) {
            entry.id = Some(bylaws_engine::WorkspaceId::new("ws_1"));
        }
        let lines = shown::plan(&world.plan());
        assert!(lines.contains("refused Protect"), "{lines}");
    }
}
