//! Every capability that the service's overview lists, with requests as its examples send them.

use serde_json::Value;

use crate::world::{KEY, World};

/// Capability, request, body ("" for none).
const ROWS: &[(&str, &str, &str)] = &[
    ("organization info", "GET /v1/organizations/me", ""),
    ("list members", "GET /v1/organizations/users?limit=10", ""),
    ("get a member", "GET /v1/organizations/users/user_dev", ""),
    ("change a member's role", "POST /v1/organizations/users/user_uma", r#"{"role": "developer"}"#),
    (
        "create an invite",
        "POST /v1/organizations/invites",
        r#"{"email": "newuser@domain.com", "role": "developer"}"#,
    ),
    ("list invites", "GET /v1/organizations/invites?limit=10", ""),
    ("list expired invites", "GET /v1/organizations/invites?statuses[]=expired", ""),
    ("get an invite", "GET /v1/organizations/invites/invite_sam", ""),
    ("delete an invite", "DELETE /v1/organizations/invites/invite_sam", ""),
    ("create a workspace", "POST /v1/organizations/workspaces", r#"{"name": "Production"}"#),
    ("list workspaces", "GET /v1/organizations/workspaces?limit=10&include_archived=false", ""),
    ("get a workspace", "GET /v1/organizations/workspaces/wrkspc_lab", ""),
    ("update a workspace", "POST /v1/organizations/workspaces/wrkspc_lab", r#"{"name": "Lab"}"#),
    (
        "add a workspace member",
        "POST /v1/organizations/workspaces/wrkspc_lab/members",
        r#"{"user_id": "user_uma", "workspace_role": "workspace_developer"}"#,
    ),
    ("list workspace members", "GET /v1/organizations/workspaces/wrkspc_lab/members?limit=10", ""),
    ("get a workspace member", "GET /v1/organizations/workspaces/wrkspc_lab/members/user_dev", ""),
    (
        "change a workspace role",
        "POST /v1/organizations/workspaces/wrkspc_lab/members/user_uma",
        r#"{"workspace_role": "workspace_admin"}"#,
    ),
    ("remove a workspace member", "DELETE /v1/organizations/workspaces/wrkspc_lab/members/user_uma", ""),
    ("list keys", "GET /v1/organizations/api_keys?limit=10&status=active&workspace_id=wrkspc_lab", ""),
    ("get a key", "GET /v1/organizations/api_keys/apikey_ci", ""),
    (
        "switch off and rename a key",
        "POST /v1/organizations/api_keys/apikey_ci",
        r#"{"status": "inactive", "name": "New Key Name"}"#,
    ),
    (
        "usage by workspace and model",
        "GET /v1/organizations/usage_report/messages?starting_at=2026-11-08T00:00:00Z&ending_at=2026-11-15T00:00:00Z&group_by[]=model&group_by[]=workspace_id&bucket_width=1d",
        "",
    ),
    (
        "cost by workspace and description",
        "GET /v1/organizations/cost_report?starting_at=2026-11-01T00:00:00Z&ending_at=2026-11-21T00:00:00Z&group_by[]=workspace_id&group_by[]=description",
        "",
    ),
    (
        "Claude Code analytics",
        "GET /v1/organizations/usage_report/claude_code?starting_at=2026-11-18&limit=20",
        "",
    ),
    ("archive a workspace", "POST /v1/organizations/workspaces/wrkspc_lab/archive", ""),
    ("remove a member", "DELETE /v1/organizations/users/user_uma", ""),
];

#[tokio::test]
async fn everything_in_the_overview_is_answered() {
    let world = World::acme().await;
    let headers =
        format!("x-api-key: {KEY}\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json");
    for (capability, request, body) in ROWS {
        let answer = world.raw(request, &headers, body.as_bytes()).await.unwrap();
        assert_eq!(answer.status, 200, "{capability}: {}", answer.body);
        assert_ne!(answer.body, Value::Null, "{capability}");
    }
    assert_eq!(world.emulator.ledger().len(), ROWS.len());
}
