//! The objects of the API: read from either version, with older shapes and newer values, and written back in
//! the service's form.

use bylaws_api::{
    ApiKey, ClaudeCodeUsageRecord, CostBucket, Invite, KeyScope, MessagesUsageBucket, Organization, User,
    Workspace, WorkspaceMember,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn again<T: DeserializeOwned + Serialize>(value: &Value) -> Value {
    let read: T = serde_json::from_value(value.clone()).expect("reads");
    serde_json::to_value(read).expect("writes")
}

fn workspace() -> Value {
    serde_json::from_str(crate::canned::WORKSPACE).expect("JSON")
}

fn api_key() -> Value {
    json!({
        "id": "apikey_01Rj2N8SVvo6BePZj99NhmiT", "type": "api_key", "name": "backend-prod",
        "status": "active", "created_at": "2026-03-01T00:00:00Z",
        "created_by": {"id": "user_01XyDMpzjS89pFZXqSFUBDr6", "type": "user"},
        "expires_at": null, "partial_key_hint": "sk-ant-api03-R2D...igAA", "principal": null,
        "scope": {"type": "workspace", "workspace_id": "wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"},
    })
}

/// Returns the object with one field set or removed.
fn with(mut object: Value, field: &str, value: Option<Value>) -> Value {
    let map = object.as_object_mut().expect("an object");
    match value {
        Some(value) => map.insert(field.to_owned(), value),
        None => map.remove(field),
    };
    object
}

#[test]
fn an_object_survives_reading_and_writing() {
    let organization = json!({"id": "1f6e8a52", "type": "organization", "name": "Example Org"});
    assert_eq!(again::<Organization>(&organization), organization);
    let user = json!({
        "id": "user_1", "type": "user", "email": "ada@example.com", "name": "Ada Example",
        "role": "a_role_of_next_year", "added_at": "2026-06-12T09:14:03Z",
    });
    assert_eq!(again::<User>(&user), user);
    let invite = json!({
        "id": "invite_1", "type": "invite", "email": "newhire@example.com", "role": "developer",
        "status": "pending", "invited_at": "2026-11-01T10:00:00Z", "expires_at": "2026-11-22T10:00:00Z",
        "accepted_at": null, "rbac_group_ids": [],
    });
    assert_eq!(again::<Invite>(&invite), invite);
    assert_eq!(again::<Workspace>(&workspace()), workspace());
    let member = json!({
        "type": "workspace_member", "user_id": "user_1", "workspace_id": "wrkspc_1",
        "workspace_role": "workspace_developer",
    });
    assert_eq!(again::<WorkspaceMember>(&member), member);
    for scope in [json!({"type": "organization"}), json!({"type": "project", "project_id": "p"})] {
        let key = with(api_key(), "scope", Some(scope));
        assert_eq!(again::<ApiKey>(&key), key);
    }
    for principal in [
        json!({"type": "user_actor", "user_id": "user_1"}),
        json!({"type": "service_account_actor", "service_account_id": "svac_1"}),
        json!({"type": "robot_actor", "serial": 7}),
    ] {
        let key = with(api_key(), "principal", Some(principal));
        assert_eq!(again::<ApiKey>(&key), key);
    }
}

#[test]
fn missing_null_and_new_fields_are_accepted() {
    for field in ["external_key_id", "user_profile_id", "archived_at"] {
        assert_eq!(again::<Workspace>(&with(workspace(), field, None)), workspace(), "{field} missing");
    }
    for tags in [None, Some(Value::Null)] {
        assert_eq!(again::<Workspace>(&with(workspace(), "tags", tags)), workspace());
    }
    for field in ["compartment_id", "data_residency"] {
        let without = with(workspace(), field, None);
        assert_eq!(again::<Workspace>(&without), without, "{field} missing");
    }
    let new = with(workspace(), "field_of_next_year", Some(json!({"a": 1})));
    assert_eq!(again::<Workspace>(&new), workspace());
    let invite = json!({
        "id": "invite_1", "type": "invite", "email": "a@b.c", "role": "user", "status": "pending",
        "invited_at": "2026-11-01T10:00:00Z", "expires_at": "2026-11-22T10:00:00Z",
    });
    let read: Invite = serde_json::from_value(invite).expect("reads");
    assert_eq!((read.accepted_at, read.rbac_group_ids), (None, Vec::new()));
}

#[test]
fn a_key_of_the_older_version_has_its_scope_if_it_is_unambiguous() {
    let scope_of = |key: Value| serde_json::from_value::<ApiKey>(key).expect("reads").scope;
    let in_workspace = scope_of(api_key());
    assert_eq!(
        in_workspace.workspace_id().map(ToString::to_string).as_deref(),
        Some("wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ")
    );

    let both = with(api_key(), "workspace_id", Some(Value::Null));
    assert_eq!(scope_of(both), in_workspace, "the scope wins over the deprecated field");

    let old = with(api_key(), "scope", None);
    let old = with(old, "workspace_id", Some(json!("wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ")));
    assert_eq!(scope_of(old.clone()), in_workspace);

    let cannot_tell = with(old, "workspace_id", Some(Value::Null));
    assert_eq!(scope_of(cannot_tell), KeyScope::Unknown(Value::Null));
}

#[test]
fn an_error_is_not_read_as_an_object() {
    let error = json!({"type": "error", "error": {"type": "api_error", "message": "no"}});
    assert!(serde_json::from_value::<Organization>(error.clone()).is_err());
    assert!(serde_json::from_value::<Workspace>(error).is_err());
}

#[test]
fn amounts_are_exact() {
    let bucket = json!({
        "starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z",
        "results": [{
            "amount": "123.4500000000000000001", "currency": "USD", "context_window": null,
            "cost_type": "tokens", "description": "x", "inference_geo": null, "model": null,
            "service_tier": null, "token_type": null, "workspace_id": null,
        }],
    });
    assert_eq!(again::<CostBucket>(&bucket), bucket);
}

#[test]
fn usage_is_read_with_and_without_the_beta_fields() {
    let bucket = json!({
        "starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z",
        "results": [{
            "account_id": null, "api_key_id": "apikey_1",
            "cache_creation": {"ephemeral_1h_input_tokens": 1, "ephemeral_5m_input_tokens": 2},
            "cache_read_input_tokens": 3, "context_window": null, "inference_geo": null,
            "model": "claude", "output_tokens": 4, "server_tool_use": {"web_search_requests": 5},
            "service_account_id": null, "service_tier": null, "uncached_input_tokens": 6,
            "workspace_id": null,
        }],
    });
    assert_eq!(again::<MessagesUsageBucket>(&bucket), bucket);
    let empty = json!({"starting_at": "a", "ending_at": "b", "results": []});
    assert_eq!(again::<MessagesUsageBucket>(&empty), empty);
}

#[test]
fn claude_code_records_round_trip() {
    let record = json!({
        "date": "2026-11-01T00:00:00Z",
        "actor": {"type": "api_actor", "api_key_name": "ci"},
        "organization_id": "1f6e8a52", "customer_type": "api", "terminal_type": "vscode", "is_remote": false,
        "core_metrics": {
            "num_sessions": 1, "lines_of_code": {"added": 2, "removed": 3},
            "commits_by_claude_code": 4, "pull_requests_by_claude_code": 5,
        },
        "tool_actions": {"edit_tool": {"accepted": 6, "rejected": 7}},
        "model_breakdown": [{
            "model": "claude",
            "tokens": {"input": 8, "output": 9, "cache_read": 10, "cache_creation": 11},
            "estimated_cost": {"currency": "USD", "amount": 12.5},
        }],
    });
    assert_eq!(again::<ClaudeCodeUsageRecord>(&record), record);
}

#[test]
fn privacy_settings_of_a_workspace_are_kept_whatever_their_values() {
    for privacy in [
        json!({}),
        json!({"human_review": {"type": "enabled"}, "safeguards_storage": {"type": "internal"}}),
        json!({"human_review": {"type": "disabled"},
            "transcripts_storage": {"type": "external", "external_storage_id": "estrg_01Ab"}}),
        json!({"human_review": {"type": "of_next_year"}, "safeguards_storage": {"type": "orbital"}}),
    ] {
        let workspace = with(workspace(), "inference_data_privacy", Some(privacy));
        assert_eq!(again::<Workspace>(&workspace), workspace);
    }
}
