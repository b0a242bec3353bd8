//! `Plan::select`: the part of a plan that a list of addresses selects.

use bylaws_engine::{Address, WorkspaceLabel};

use super::world::World;
use crate::{parse_address, select};

const LIVE: &str = "user ada user\nuser bob user\nuser cy user\nuser dan user\nuser eve user
    workspace lab\nworkspace ops\nmembership lab ada workspace_user\nmembership lab cy workspace_user
    key lab ci active\nkey lab spare active";

const FILES: &str =
    "member ada developer\nmember bob user\nmember cy user\nmember dan user\nmember eve user\nmember fay user
    membership lab ada workspace_developer\nmembership lab bob workspace_user\nmembership lab cy workspace_user
    workspace ops id=ws_ops name=operations\nmembership new bob workspace_user";

fn addresses(texts: &[&str]) -> Vec<Address> {
    texts.iter().map(|text| parse_address(text).expect("an address")).collect()
}

#[track_caller]
fn selects(only: &[&str], expected: &[&str]) {
    let world = World::new(FILES, LIVE);
    let total = world.plan().changes.len();
    let plan = select(world.plan(), &addresses(only), &world.live, &world.basis()).expect("all match");
    let ids: Vec<&str> = plan.changes.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, expected, "{only:?}");
    assert_eq!(plan.not_selected, total - expected.len());
}

#[test]
fn the_address_of_a_person_covers_their_role_invite_and_memberships() {
    selects(&["member/ada@x.org"], &["update member/ada@x.org", "update workspace/lab/member/ada@x.org"]);
    selects(&["member/fay@x.org"], &["invite invite/fay@x.org"]);
    selects(&["invite/fay@x.org"], &["invite invite/fay@x.org"]);
    // Letter case does not matter.
    selects(&["member/FAY@x.org"], &["invite invite/fay@x.org"]);
}

#[test]
fn dependencies_of_a_selected_change_are_selected() {
    selects(
        &["member/bob@x.org"],
        &[
            "create workspace/new",
            "create workspace/lab/member/bob@x.org",
            "create workspace/new/member/bob@x.org",
        ],
    );
    selects(
        &["workspace/lab/member/ada@x.org"],
        &["update member/ada@x.org", "update workspace/lab/member/ada@x.org"],
    );
    selects(
        &["workspace/new/member/bob@x.org"],
        &["create workspace/new", "create workspace/new/member/bob@x.org"],
    );
}

#[test]
fn the_address_of_a_workspace_is_its_live_name_or_its_id() {
    for address in ["workspace/ops", "workspace/ws_ops"] {
        selects(&[address], &["update workspace/ops"]);
    }
    selects(&["workspace/new"], &["create workspace/new", "create workspace/new/member/bob@x.org"]);
    // In sync and in the files: selects nothing that must change.
    selects(&["member/dan@x.org"], &[]);
}

#[test]
fn the_address_of_a_key_is_its_live_name_or_its_id() {
    let live =
        "workspace lab\nkey lab ci active id=k1\nkey lab spare active id=k2\nkey lab other active id=k3";
    let world = World::new(
        "workspace w id=ws_lab\nkey w old inactive id=k1\nkey w ci active id=k2 name=new\nkey w absent active",
        live,
    );
    let chosen = |text: &str| {
        let plan = select(world.plan(), &addresses(&[text]), &world.live, &world.basis())?;
        let changes = plan.changes.iter().map(|change| change.id.to_string());
        let items = plan.blocked.iter().chain(&plan.unlisted).map(|item| item.address.to_string());
        Ok::<_, Box<crate::Unmatched>>(changes.chain(items).collect::<Vec<_>>())
    };
    for (text, expected) in [
        // What stays active in rotation is blocked.
        ("workspace/lab/api_key/ci", &["workspace/w/api_key/old"][..]),
        ("workspace/lab/api_key/k1", &["workspace/w/api_key/old"]),
        ("workspace/ws_lab/api_key/spare", &["update workspace/w/api_key/ci"]),
        ("workspace/lab/api_key/k2", &["update workspace/w/api_key/ci"]),
        ("workspace/lab/api_key/absent", &["workspace/w/api_key/absent"]),
        ("workspace/lab/api_key/other", &["workspace/w/api_key/other"]),
    ] {
        assert_eq!(chosen(text).expect(text), expected, "{text}");
    }
    chosen("workspace/lab/api_key/old").expect_err("a label");
    // The addresses to choose from have live names too.
    let world = World::new("key - old inactive id=k1", "key - ci active id=k1");
    let only = addresses(&["organization/api_key/old"]);
    let error = select(world.plan(), &only, &world.live, &world.basis()).expect_err("a label");
    let known: Vec<String> = error.known.iter().map(ToString::to_string).collect();
    assert_eq!(known, ["organization/api_key/ci"]);
}

#[test]
fn several_addresses_select_the_union() {
    selects(
        &["workspace/ops", "member/fay@x.org", "member/dan@x.org"],
        &["update workspace/ops", "invite invite/fay@x.org"],
    );
}

#[test]
fn an_address_that_matches_nothing_is_an_error() {
    let world = World::new(FILES, LIVE);
    for text in [
        "member/nobody@x.org",
        "invite/dan@x.org",
        "workspace/labs",
        "workspace/lab/member/nobody@x.org",
        "workspace/lab/api_key/nothing",
        "organization/api_key/ci",
        "organization",
    ] {
        let only = addresses(&["member/ada@x.org", text]);
        let error = select(world.plan(), &only, &world.live, &world.basis()).expect_err(text);
        assert_eq!(error.address.to_string(), text);
        assert!(error.known.contains(&Address::Workspace(WorkspaceLabel::new("lab"))));
    }
}

#[test]
fn a_label_that_differs_from_the_live_name_selects_nothing_and_the_live_name_is_reported() {
    let files = "workspace sandbox id=ws_lab color=#222222";
    let world = World::new(files, LIVE);
    let chosen = |text| select(world.plan(), &addresses(&[text]), &world.live, &world.basis());
    let error = chosen("workspace/sandbox").expect_err("a label");
    assert_eq!(error.live_name, Some(WorkspaceLabel::new("lab")));
    for text in ["workspace/lab", "workspace/ws_lab"] {
        assert_eq!(chosen(text).expect(text).changes.len(), 1, "{text}");
    }
    // A label that is the live name of another workspace means that workspace.
    let world = World::new("workspace ops id=ws_lab color=#222222", LIVE);
    let plan = select(world.plan(), &addresses(&["workspace/ops"]), &world.live, &world.basis());
    assert!(plan.is_err_and(|error| error.live_name == Some(WorkspaceLabel::new("lab"))));
}
