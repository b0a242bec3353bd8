//! The reads that the service records: those of members, invites and workspace members, and of the feed itself.

use serde_json::json;

use super::Event;
use crate::request::Call;

pub(super) fn event(call: &Call, request_id: &str) -> Option<Event> {
    let parts: Vec<&str> = call.path.trim_start_matches("/v1/").split('/').collect();
    let (kind, fields) = match parts.as_slice() {
        ["organizations", "users"] => ("org_users_listed", json!({})),
        ["organizations", "users", id] => ("org_user_viewed", json!({"user_id": id})),
        ["organizations", "invites"] => ("org_invites_listed", json!({})),
        ["organizations", "invites", id] => ("org_invite_viewed", json!({"invite_id": id})),
        ["organizations", "workspaces", id, "members"] => {
            ("platform_workspace_members_listed", json!({"workspace_id": id}))
        }
        ["organizations", "workspaces", id, "members", user] => {
            ("platform_workspace_member_viewed", json!({"workspace_id": id, "user_id": user}))
        }
        ["compliance", "activities"] => {
            let url = if call.query.is_empty() {
                call.path.clone()
            } else {
                format!("{}?{}", call.path, call.query)
            };
            let fields =
                json!({"request_id": request_id, "request_method": "GET", "status_code": 200, "url": url});
            ("compliance_api_accessed", fields)
        }
        _ => return None,
    };
    Some(Event::new(kind, fields))
}
