//! The notes of a plan, and its read requests.

use super::world::{World, check};

#[test]
fn a_different_organization_name_is_noted() {
    check("called Acme", "", "");
    check(
        "called Ajax",
        "",
        "note organization: organization name differs: `Ajax` in the files, `Acme` live (Bylaws never renames it)",
    );
}

#[test]
fn a_plan_reports_which_workspace_an_entry_means() {
    let plan = World::new(
        "workspace lab\nworkspace x id=ws_ops\nworkspace new\nworkspace twice",
        "workspace lab\nworkspace ops\nworkspace twice\nworkspace twice id=ws_2",
    )
    .plan();
    let found: Vec<String> = plan.workspaces.iter().map(|(label, id)| format!("{label} {id}")).collect();
    assert_eq!(found, ["lab ws_lab", "x ws_ops"]);
}

#[test]
fn unlisted_workspaces_are_reported_but_never_removed() {
    let live = "default\nworkspace lab\nworkspace Claude_Code\nworkspace old archived";
    check(
        "workspaces",
        live,
        "unlisted workspace/Claude%20Code: `ws_Claude_Code`\nunlisted workspace/lab: `ws_lab`",
    );
    check("workspaces\nunlisted workspaces ignore", live, "");
    check("", live, "");
}

#[test]
fn a_label_that_differs_from_the_live_name_is_noted() {
    let note = "note workspace/prod-eu: `prod-eu` is a label; the live name is `production`; to rename, add `name: prod-eu`";
    let live = "workspace production\nworkspace web id=w1\ndefault";
    for (files, expected) in [
        ("workspace prod-eu id=ws_production", note.to_owned()),
        // Also next to another change.
        (
            "workspace prod-eu id=ws_production color=#222222",
            format!(
                "~ update workspace/prod-eu display_color=#111111 → display_color=#222222 [other]\n{note}"
            ),
        ),
        // Near misses: the name is given, is the live one, or the label is the id itself.
        ("workspace prod-eu id=ws_production name=production", String::new()),
        (
            "workspace prod-eu id=ws_production name=prod-eu",
            "~ update workspace/prod-eu name=production → name=prod-eu [other]".to_owned(),
        ),
        ("workspace production id=ws_production", String::new()),
        ("workspace production", String::new()),
        ("workspace w1 id=w1", String::new()),
        ("workspace Default id=ws_Default", String::new()),
    ] {
        check(&format!("{files}\nunlisted workspaces ignore"), live, &expected);
    }
}
