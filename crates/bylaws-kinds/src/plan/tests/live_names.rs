//! Approvals and `protect` refer to live names; a label of the files has no meaning there.

#![expect(clippy::format_collect, reason = "the texts of tests are small")]

use super::shown;
use super::world::{World, same};
use crate::parse_address;

/// Checks whether the only change of these files is allowed by this approval.
#[track_caller]
fn covers(files: &str, live: &str, pair: &str, expected: bool) {
    let files = format!("unlisted workspaces ignore\nunlisted api_keys ignore\n{files}");
    let without = World::new(&files, live).plan();
    assert_eq!((without.changes.len(), without.blocked.len()), (0, 1), "{}", shown::plan(&without));
    let world = World::new(&format!("{files}\napprove 2026-11-30 {pair}"), live);
    let plan = world.plan();
    assert_eq!(plan.changes.len(), usize::from(expected), "{pair} in {files}\n{}", shown::plan(&plan));
    let state = plan.approvals[0].state.as_str();
    assert_eq!(state == "in_use", expected, "{pair}: {state}");
    // The suggested lines cover it.
    let paste = &without.blocked[0].approve;
    let pasted = World::new(&format!("{files}\napprove 2026-11-30 {}", paste[0]), live).plan();
    assert_eq!((paste.len(), pasted.changes.len()), (1, 1), "{}", paste[0]);
}

#[test]
fn an_approval_refers_to_a_live_name_or_an_id() {
    let live =
        "workspace production\nworkspace hackathon\nkey production ci active\nkey production demo inactive
        key hackathon demo inactive id=key_h\nkey - ops inactive\nkey - mine inactive";
    let archive = "workspace hackathon id=ws_production archived";
    let key = "workspace sandbox id=ws_production\nkey sandbox old active id=key_demo";
    let own = "key - spare active id=key_ops";
    for (files, pair, expected) in [
        // Whatever the label.
        (archive, "archive workspace/hackathon", false),
        (archive, "archive workspace/production", true),
        (archive, "archive workspace/ws_production", true),
        (archive, "archive workspace/ws_hackathon", false),
        (key, "update workspace/sandbox/api_key/old", false),
        (key, "update workspace/sandbox/api_key/demo", false),
        (key, "update workspace/production/api_key/old", false),
        (key, "update workspace/hackathon/api_key/demo", false),
        (key, "update workspace/production/api_key/demo", true),
        (key, "update workspace/ws_production/api_key/demo", true),
        (key, "update workspace/production/api_key/key_demo", true),
        (key, "update workspace/ws_production/api_key/key_demo", true),
        (own, "update organization/api_key/spare", false),
        (own, "update organization/api_key/mine", false),
        (own, "update organization/api_key/ops", true),
        (own, "update organization/api_key/key_ops", true),
    ] {
        covers(files, live, pair, expected);
    }
}

#[test]
fn a_shared_name_approves_nothing() {
    let twice = "workspace lab\nworkspace lab id=ws_2";
    let files = "workspace a id=ws_2 archived";
    covers(files, twice, "archive workspace/lab", false);
    covers(files, twice, "archive workspace/ws_2", true);
    let keys = "key - ci inactive\nkey - ci inactive id=key_2\nkey - ci archived id=key_3";
    let files = "key - ci active id=key_2";
    covers(files, keys, "update organization/api_key/ci", false);
    covers(files, keys, "update organization/api_key/key_2", true);
    // To archive a key, a name means an archived one before an expired one, as it does without an id.
    let ended = "key - ci expired\nkey - ci archived id=key_2";
    let files = "key - old archived id=key_ci";
    covers(files, ended, "update organization/api_key/ci", false);
    covers(files, ended, "update organization/api_key/key_ci", true);
    // A name that an active workspace has never means an archived one.
    covers(
        "key - ci active",
        "key - ci inactive\nkey - ci archived id=key_3",
        "update organization/api_key/ci",
        true,
    );
}

#[test]
fn default_means_only_the_default_workspace() {
    let live = "default\nworkspace Default id=ws_2\nkey Default demo inactive";
    let other = "workspace x id=ws_2 archived";
    covers(other, live, "archive workspace/Default", false);
    covers(other, live, "archive workspace/ws_2", true);
    covers("key Default demo active", live, "update workspace/Default/api_key/demo", true);
}

#[test]
fn an_id_that_is_the_name_of_another_workspace_approves_nothing_there() {
    let plan = |pair: &str| {
        let mut world = World::new(
            &format!("workspace a id=ws_odd archived\nunlisted workspaces ignore\napprove 2026-11-30 {pair}"),
            "workspace odd\nworkspace lab id=wrkspc_1",
        );
        for workspace in world.live.workspaces.iter_mut().flat_map(|all| all.all.values_mut()) {
            workspace.name = "wrkspc_1".to_owned();
        }
        world.plan()
    };
    assert_eq!(plan("archive workspace/wrkspc_1").changes.len(), 0);
    assert_eq!(plan("archive workspace/ws_odd").changes.len(), 1);
}

#[test]
fn a_label_counts_for_a_workspace_that_is_created() {
    let files =
        "workspace new\nmembership new ada workspace_admin\nmember ada user\nunlisted workspaces ignore";
    let plan = World::new(
        &format!("{files}\napprove 2026-11-30 create workspace/new/member/ada@x.org"),
        "user ada user",
    )
    .plan();
    assert_eq!(plan.approvals[0].state.as_str(), "in_use");
}

#[test]
fn an_approval_for_a_guard_refers_to_live_names() {
    let users: String = (0..12).map(|i| format!("user n{i} user\n")).collect();
    let memberships: String =
        (0..3).map(|i| format!("membership production n{i} workspace_user\n")).collect();
    let live = format!(
        "{users}workspace production\nworkspace lab\n{memberships}membership production n9 workspace_user"
    );
    let none: String = (0..3).map(|i| format!("membership lab n{i} none\n")).collect();
    let files = |place: &str| {
        let pairs: Vec<String> =
            (0..3).map(|i| format!("remove workspace/{place}/member/n{i}@x.org")).collect();
        format!(
            "workspace lab id=ws_production\n{none}unlisted workspaces ignore\nunlisted workspace_members ignore\napprove 2026-11-30 {}",
            pairs.join(" + ")
        )
    };
    for (place, is_refused) in
        [("lab", true), ("production", false), ("ws_production", false), ("ws_lab", true)]
    {
        let plan = World::new(&files(place), &live).plan();
        assert_eq!(plan.is_refused(), is_refused, "{place}\n{}", shown::plan(&plan));
    }
}

#[test]
fn the_live_meaning_of_labels_is_known_for_every_address() {
    let world = World::new(
        "workspace sandbox id=ws_prod\nworkspace lab\nworkspace gone id=ws_gone\nkey sandbox old active id=key_ci\nkey lab demo active\nkey - spare active id=key_ops",
        "workspace prod\nworkspace lab\nkey prod ci active\nkey lab demo active\nkey - ops active",
    );
    let plan = world.plan();
    let said = |address: &str| {
        let names = plan.sizes.names.differing(&parse_address(address).expect("an address"));
        let said = names.iter().map(|one| format!("{} = {}, {}", one.label, one.name, one.id));
        said.collect::<Vec<_>>().join("; ")
    };
    for (address, expected) in [
        ("workspace/sandbox", "sandbox = prod, ws_prod"),
        ("workspace/sandbox/member/ada@x.org", "sandbox = prod, ws_prod"),
        ("workspace/sandbox/api_key/old", "sandbox = prod, ws_prod; old = ci, key_ci"),
        ("organization/api_key/spare", "spare = ops, key_ops"),
        ("workspace/lab", ""),
        ("workspace/lab/api_key/demo", ""),
        ("workspace/gone", ""),
        ("workspace/none", ""),
        ("member/ada@x.org", ""),
    ] {
        same(&said(address), expected);
    }
}

#[test]
fn a_label_under_protect_is_noted_with_the_text_to_write() {
    let plan =
        World::new("workspace sandbox id=ws_prod name=prod\nprotect workspace/sandbox", "workspace prod")
            .plan();
    same(
        &shown::plan(&plan),
        "note workspace/sandbox: `protect` does not match labels of the files; write the live name or the id",
    );
}
