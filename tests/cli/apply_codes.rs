//! How apply reacts to each error code that needs special handling, against the emulator.

use serde_json::{Value, json};

use crate::world::World;

/// Files with an additional person and workspace, a changed role and a changed tag.
fn scene() -> World {
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.edit("uma@acme.com: user\n", "uma@acme.com: developer\n");
    world.edit("{env: test}", "{env: prod}");
    world.edit(
        "workspaces:\n",
        "workspaces:\n  forge:\n    display_color: \"#112233\"\n    members:\n      uma@acme.com: workspace_user\n",
    );
    world
}

fn outcome(report: &Value, id: &str) -> Value {
    let changes = report["changes"].as_array().unwrap();
    changes.iter().find(|change| change["id"] == id).cloned().unwrap_or_default()
}

fn fault(method: &str, path: &str, then: &Value) -> Value {
    json!([{"method": method, "path": path, "nth": 1, "then": then}])
}

const WORKSPACES: &str = "/v1/organizations/workspaces";

#[test]
fn an_incomplete_workspace_is_completed_and_never_created_again() {
    let world = scene();
    world.faults(&fault(
        "POST",
        WORKSPACES,
        &json!({"status": 503, "error_code": "workspace_created_incomplete"}),
    ));
    let report = world.run("apply --auto-approve --format json").ended(0).json();
    let made = outcome(&report, "create workspace/forge");
    assert_eq!((&made["outcome"], &made["how"]), (&json!("done"), &json!("sent")), "{made}");
    assert_eq!(world.writes().matches("POST /v1/organizations/workspaces ").count(), 1, "{}", world.writes());
    let live = world.emulator.state();
    assert_eq!(live.workspaces.iter().filter(|workspace| workspace.name == "forge").count(), 1);
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_change_of_unknown_outcome_is_sent_again() {
    for path in ["/v1/organizations/users/*", "/v1/organizations/workspaces/*", "/v1/organizations/invites"] {
        let world = scene();
        world.faults(&fault("POST", path, &json!({"status": 503, "error_code": "change_outcome_unknown"})));
        world.run("apply --auto-approve").ended(0);
        let live = world.emulator.state();
        assert_eq!(live.invites.len(), 1, "{path}");
        world.run("plan --detailed-exitcode").ended(0);
    }
}

#[test]
fn an_unavailable_authorization_check_is_retried_without_duplicates() {
    for path in ["/v1/organizations/users/*", WORKSPACES, "/v1/organizations/invites"] {
        let world = scene();
        let then = json!({
            "status": 503, "error_code": "authorization_check_unavailable", "headers": {"retry-after": "1"},
        });
        world.faults(&fault("POST", path, &then));
        let report = world.run("apply --auto-approve --format json").ended(0).json();
        let all = report["changes"].as_array().unwrap();
        assert!(all.iter().all(|change| change["how"] == "sent"), "{path}: {report}");
        world.run("plan --detailed-exitcode").ended(0);
    }
}

#[test]
fn a_concurrently_changed_workspace_is_rechecked_before_retry() {
    for code in ["workspace_changed_concurrently", "storage_changed_concurrently"] {
        let world = scene();
        let path = "/v1/organizations/workspaces/wrkspc_lab";
        world.faults(&fault("POST", path, &json!({"status": 409, "error_code": code})));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().matches(&format!("POST {path} ")).count(), 2, "{}", world.writes());
        let ledger = world.ledger();
        let first = ledger.iter().position(|entry| entry.path == path).unwrap();
        let second = ledger.iter().rposition(|entry| entry.path == path).unwrap();
        assert!(ledger[first..second].iter().any(|entry| entry.method == "GET" && entry.path == WORKSPACES));
        world.run("plan --detailed-exitcode").ended(0);
    }
}

#[test]
fn storage_attached_during_an_archive_is_done_with_a_warning() {
    let world = World::but("  lab:\n    tags: {env: test}\n", "  lab:\n    state: archived\n");
    world.write(
        "bylaws.yaml",
        &format!(
            "bylaws: 1\norganization: {{id: {}}}\nworkspaces: {{lab: {{state: archived}}}}\n\
             guards: {{approve: [{{changes: [archive workspace/lab], until: 2026-12-01, reason: retire}}]}}\n",
            crate::world::ACME
        ),
    );
    world.faults(&fault(
        "POST",
        "/v1/organizations/workspaces/*/archive",
        &json!({"status": 409, "error_code": "storage_attached_during_archive"}),
    ));
    let report = world.run("apply --auto-approve --format json").ended(0).json();
    let archived = outcome(&report, "archive workspace/lab");
    assert_eq!(archived["how"], "sent", "{archived}");
    assert!(archived["message"].as_str().unwrap().contains("org:external-storage:use"), "{archived}");
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_404_for_a_listed_object_is_a_failure() {
    for (from, to, method, path, id) in [
        (
            "uma@acme.com: user",
            "uma@acme.com: none",
            "DELETE",
            "/v1/organizations/users/user_uma",
            "remove member/uma@acme.com",
        ),
        (
            "uma@acme.com: user",
            "uma@acme.com: developer",
            "POST",
            "/v1/organizations/users/user_uma",
            "update member/uma@acme.com",
        ),
        (
            "      eve@acme.com: workspace_user\n",
            "",
            "DELETE",
            "/v1/organizations/workspaces/wrkspc_lab/members/user_eve",
            "remove workspace/lab/member/eve@acme.com",
        ),
    ] {
        for status in [404, 400] {
            let world = World::but(from, to);
            world.faults(&json!([{"method": method, "path": path, "then": {"status": status}}]));
            let report = world.run("apply --auto-approve --format json").ended(1).json();
            assert_eq!(outcome(&report, id)["outcome"], "failed", "{status} {report}");
            world.faults(&json!([]));
            let report = world.run("apply --auto-approve --format json").ended(0).json();
            assert_eq!(outcome(&report, id)["how"], "sent", "{status} {report}");
        }
    }
}

/// A person is a member or invited, but no list shows them: people with a line in the files are still removed.
#[test]
fn an_address_missing_in_the_lists_keeps_only_unlisted_people() {
    for code in ["already_member", "invite_already_exists"] {
        let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
        world.edit("unlisted:\n", "guards: {access_loss: {max: 50, share: 90%}}\nunlisted:\n");
        world.edit("uma@acme.com: user\n", "uma@acme.com: none\n");
        world.edit("  eve@acme.com: developer\n", "");
        world.edit("      eve@acme.com: workspace_user\n", "");
        world.faults(&json!([{
            "method": "POST", "path": "/v1/organizations/invites", "then": {"status": 400, "error_code": code},
        }]));
        let report = world.run("apply --auto-approve --format json").ended(5).json();
        assert_eq!(outcome(&report, "remove member/uma@acme.com")["outcome"], "done", "{report}");
        let kept = outcome(&report, "remove member/eve@acme.com");
        assert_eq!(kept["outcome"], "skipped", "{report}");
        assert!(kept["message"].as_str().unwrap().contains("kim@acme.com"), "{kept}");
    }
}
