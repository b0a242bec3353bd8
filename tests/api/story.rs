//! Every operation against the emulator, as one story, and creates whose answer is lost.

use std::collections::BTreeMap;

use bylaws_api::{
    AllowedInferenceGeos, ApiKeyUpdate, ApiKeysQuery, ClaudeCodeUsageQuery, CostQuery, DataResidencyWrite,
    ErrorKind, InferenceGeo, InviteStatus, KeyStatus, MessagesUsageQuery, OrganizationRole, UsersQuery,
    WorkspaceCreate, WorkspaceRole, WorkspaceUpdate, WorkspacesQuery, Writer, api_keys, collect_all, invites,
    users, workspace_members, workspaces,
};
use bylaws_emulator::{Emulator, FaultRule, Options, Seed};
use serde::Serialize;
use serde_json::Value;

use crate::canned::config;

const SEED: &str = r#"{
    "users": [{"email": "ada@acme.com", "role": "admin"}, {"email": "lin@acme.com", "role": "user"}],
    "invites": [{"email": "late@acme.com", "role": "user", "status": "expired"}],
    "workspaces": [
        {"id": "wrkspc_prod", "name": "production", "tags": {"env": "prod", "old": "1"}},
        {"id": "wrkspc_gone", "name": "gone", "archived_at": "2026-01-01T00:00:00Z"}
    ],
    "api_keys": [
        {"name": "ci-deploy", "scope": {"type": "workspace", "workspace_id": "wrkspc_prod"}},
        {"name": "ops", "scope": {"type": "organization"}}
    ]
}"#;

async fn start(faults: &str) -> (Emulator, Writer) {
    let options = Options {
        state: Seed::from_json(SEED).expect("a valid seed"),
        faults: FaultRule::list_from_json(faults).expect("valid rules"),
        ..Options::default()
    };
    let emulator = Emulator::start(options).await.expect("a free port");
    let writer = Writer::new(config(&emulator.url())).expect("a client");
    (emulator, writer)
}

/// Returns the items of a list as JSON, sorted by their text.
fn sorted<T: Serialize>(items: &[T]) -> Vec<String> {
    let mut texts: Vec<String> = items
        .iter()
        .map(|item| {
            let value = serde_json::to_value(item).expect("serializes");
            let fields: BTreeMap<String, Value> = serde_json::from_value(value).expect("an object");
            serde_json::to_string(&fields).expect("serializes")
        })
        .collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn every_operation_works_as_documented() {
    let (emulator, writer) = start("[]").await;
    let reader = writer.reader();
    assert_eq!(reader.organization().await.expect("me").value.name, emulator.state().organization.name);

    // Members and invites.
    let ada_and_lin = collect_all(reader.users(UsersQuery::default())).await.expect("users");
    let lin = ada_and_lin.iter().find(|user| user.email == "lin@acme.com").expect("lin");
    let raised =
        writer.send(users::set_role(&lin.id, &OrganizationRole::Developer)).await.expect("raised").value;
    assert_eq!(raised.role, OrganizationRole::Developer);
    assert_eq!(reader.user(&lin.id).await.expect("lin").value, raised);
    let invite = invites::create("grace@acme.com", &OrganizationRole::Billing);
    let invite = writer.send(invite).await.expect("invited").value;
    assert_eq!(invite.status, InviteStatus::Pending);
    assert_eq!(reader.invite(&invite.id).await.expect("the invite").value, invite);
    writer.send(invites::delete(&invite.id)).await.expect("withdrawn");
    let invites = collect_all(reader.invites()).await.expect("invites");
    assert!(invites.iter().all(|invite| invite.status != InviteStatus::Pending));

    // Workspaces.
    let create = WorkspaceCreate {
        name: "staging".to_owned(),
        display_color: Some("#6C5BB9".to_owned()),
        tags: BTreeMap::from([("env".to_owned(), "stage".to_owned())]),
        ..WorkspaceCreate::default()
    };
    let staging = writer.send(workspaces::create(&create)).await.expect("created").value;
    let update = WorkspaceUpdate {
        name: Some("Staging".to_owned()),
        data_residency: Some(DataResidencyWrite {
            allowed_inference_geos: Some(AllowedInferenceGeos::List(vec![InferenceGeo::Us])),
            default_inference_geo: Some(InferenceGeo::Us),
            workspace_geo: None,
        }),
        tags: Some(BTreeMap::from([("env".to_owned(), None), ("team".to_owned(), Some("x".to_owned()))])),
        ..WorkspaceUpdate::default()
    };
    let updated = writer.send(workspaces::update(&staging.id, &update)).await.expect("updated").value;
    assert_eq!(updated.tags, BTreeMap::from([("team".to_owned(), "x".to_owned())]));
    assert_eq!(reader.workspace(&staging.id).await.expect("staging").value, updated);

    // Memberships.
    let add = workspace_members::add(&staging.id, &lin.id, &WorkspaceRole::WorkspaceUser);
    let membership = writer.send(add).await.expect("added").value;
    assert_eq!(
        reader.workspace_member(&staging.id, &lin.id).await.expect("the membership").value,
        membership
    );
    let set = workspace_members::set_role(&staging.id, &lin.id, &WorkspaceRole::WorkspaceAdmin);
    writer.send(set).await.expect("set");
    let memberships = collect_all(reader.workspace_members(&staging.id)).await.expect("memberships");
    assert_eq!(
        memberships.iter().map(|membership| membership.workspace_role.as_str()).collect::<Vec<_>>(),
        ["workspace_admin"]
    );
    writer.send(workspace_members::remove(&staging.id, &lin.id)).await.expect("removed");

    // Keys, archiving, removal.
    let keys = collect_all(reader.api_keys(ApiKeysQuery::default())).await.expect("keys");
    let ci = keys.iter().find(|key| key.name == "ci-deploy").expect("ci-deploy");
    let off = ApiKeyUpdate { status: Some(KeyStatus::Inactive), ..ApiKeyUpdate::default() };
    let off = writer.send(api_keys::update(&ci.id, &off)).await.expect("switched off").value;
    assert_eq!(reader.api_key(&ci.id).await.expect("the key").value, off);
    let archived = writer.send(workspaces::archive(&staging.id)).await.expect("archived").value;
    assert!(archived.archived_at.is_some());
    writer.send(users::remove(&lin.id)).await.expect("removed");
    let error = reader.user(&lin.id).await.expect_err("gone");
    assert_eq!(error.kind, ErrorKind::NotFound);

    // Reports.
    let since = "2026-11-01T00:00:00Z";
    let usage = collect_all(reader.messages_usage(MessagesUsageQuery::since(since))).await.expect("usage");
    let cost = collect_all(reader.cost(CostQuery::since(since))).await.expect("cost");
    assert_eq!(usage.len(), cost.len());
    collect_all(reader.claude_code_usage(ClaudeCodeUsageQuery::on("2026-11-20"))).await.expect("records");

    let refused: Vec<_> =
        emulator.ledger().into_iter().filter(|entry| entry.status != Some(200)).map(|e| e.path).collect();
    assert_eq!(refused, [format!("/v1/organizations/users/{}", lin.id)], "the look at who is gone");
    assert_eq!((reader.counts().writes, reader.counts().retries), (11, 0));
}

#[tokio::test]
async fn an_object_is_written_as_the_service_stores_it() {
    let (emulator, writer) = start("[]").await;
    let (reader, state) = (writer.reader(), emulator.state());
    let everything = WorkspacesQuery { include_archived: true, include_default: true };
    let users = collect_all(reader.users(UsersQuery::default())).await.expect("users");
    let invites = collect_all(reader.invites()).await.expect("invites");
    let workspaces = collect_all(reader.workspaces(everything)).await.expect("workspaces");
    let keys = collect_all(reader.api_keys(ApiKeysQuery::default())).await.expect("keys");
    assert_eq!(sorted(&users), sorted(&state.users));
    assert_eq!(sorted(&invites), sorted(&state.invites));
    assert_eq!(sorted(&workspaces), sorted(&state.workspaces));
    assert_eq!(sorted(&keys), sorted(&state.api_keys));
}

#[tokio::test]
async fn a_create_with_a_lost_answer_happens_once() {
    for then in ["drop_after", "truncate"] {
        let rules = format!(r#"[{{"method": "POST", "path": "/v1/organizations/**", "then": "{then}"}}]"#);
        let (emulator, writer) = start(&rules).await;
        let before = emulator.state();
        let invite = invites::create("grace@acme.com", &OrganizationRole::User);
        let error = writer.send(invite).await.expect_err("lost");
        assert_eq!(error.kind, ErrorKind::OutcomeUnknown, "{then}");
        let create = WorkspaceCreate { name: "staging".to_owned(), ..WorkspaceCreate::default() };
        let error = writer.send(workspaces::create(&create)).await.expect_err("lost");
        assert_eq!(error.kind, ErrorKind::OutcomeUnknown, "{then}");
        let after = emulator.state();
        assert_eq!(after.invites.len(), before.invites.len() + 1, "{then}");
        assert_eq!(after.workspaces.len(), before.workspaces.len() + 1, "{then}");
    }
}

#[tokio::test]
async fn reads_and_updates_get_through_an_unreliable_service() {
    let rules = r#"[
        {"path": "/v1/**", "every": 2, "then": {"status": 503, "headers": {"retry-after-ms": "1"}}},
        {"path": "/v1/**", "nth": 5, "then": "drop_after"},
        {"path": "/v1/**", "nth": 9, "then": "truncate"}
    ]"#;
    let (_emulator, writer) = start(rules).await;
    for _ in 0..3 {
        let users = collect_all(writer.reader().users(UsersQuery::default())).await.expect("users");
        let lin = users.iter().find(|user| user.email == "lin@acme.com").expect("lin");
        writer.send(users::set_role(&lin.id, &OrganizationRole::User)).await.expect("set");
    }
    assert_eq!((writer.reader().counts().reads, writer.reader().counts().writes), (3, 3));
    assert!(writer.reader().counts().retries >= 5);
}
