//! What a plan says beside its changes, and what it was read with.

use super::world::{World, check};

#[test]
fn another_name_of_the_organization_is_noted() {
    check("called Acme", "", "");
    check(
        "called Ajax",
        "",
        "note organization: the files call it `Ajax`, live it is `Acme`; nothing writes it",
    );
}

#[test]
fn a_plan_says_which_workspace_an_entry_means() {
    let plan = World::new(
        "workspace lab\nworkspace x id=ws_ops\nworkspace new\nworkspace twice",
        "workspace lab\nworkspace ops\nworkspace twice\nworkspace twice id=ws_2",
    )
    .plan();
    let found: Vec<String> = plan.workspaces.iter().map(|(label, id)| format!("{label} {id}")).collect();
    assert_eq!(found, ["lab ws_lab", "x ws_ops"]);
}

#[test]
fn unlisted_workspaces_are_reported_at_most() {
    let live = "default\nworkspace lab\nworkspace Claude_Code\nworkspace old archived";
    check("workspaces", live, "unlisted workspace/lab: ws_lab");
    check("workspaces\nunlisted workspaces ignore", live, "");
    check("", live, "");
}
