//! What is refused before any rule of the organization applies: headers, queries, bodies, paths.

use serde_json::{Value, json};

use crate::world::{KEY, World};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";

#[tokio::test]
async fn queries_are_parsed_strictly() {
    let world = World::acme().await;
    for query in [
        "/users?limit=0",
        "/users?limit=1001",
        "/users?limit=ten",
        "/users?limit=",
        "/users?limit=1&limit=2",
        "/users?limit=-1",
        "/users?limit=1.0",
        "/users?after_id=user_dev&before_id=user_ada",
        "/users?after_id=user_nobody",
        "/users?before_id=user_nobody",
        "/users?after_id=",
        "/users?offset=1",
        "/users?roles=user",
        "/users?roles[]=astronaut",
        "/users?email=",
        "/users?email=%zz",
        "/users/user_ada?expand=1",
        "/me?x=1",
        "/invites?statuses[]=deleted",
        "/invites?status=pending",
        "/workspaces?include_archived=yes",
        "/workspaces?ids[]=lab",
        "/workspaces/wrkspc_lab/members?email=a@b.c",
        "/api_keys?status=on",
        "/api_keys?status[]=active",
        "/api_keys?workspace_id=lab",
        "/api_keys?created_by_user_id=dev",
        "/usage_report/messages",
        "/usage_report/messages?starting_at=yesterday",
        "/usage_report/messages?starting_at=2026-11-01T00:00:00Z&group_by[]=colour",
        "/usage_report/messages?starting_at=2026-11-01T00:00:00Z&limit=32",
        "/usage_report/messages?starting_at=2026-11-01T00:00:00Z&bucket_width=1h&limit=169",
        "/usage_report/messages?starting_at=2026-11-01T00:00:00Z&group_by[]=speed",
        "/usage_report/messages?starting_at=2026-11-01T00:00:00Z&page=page_1",
        "/cost_report?starting_at=2026-11-01T00:00:00Z&bucket_width=1h",
        "/cost_report?starting_at=2026-11-01T00:00:00Z&group_by[]=model",
        "/usage_report/claude_code?starting_at=2026-11-01T00:00:00Z",
    ] {
        world.story(&[(&format!("GET {query}"), NONE, BAD)]).await;
    }
}

#[tokio::test]
async fn bodies_are_parsed_strictly() {
    let world = World::acme().await;
    let before = world.emulator.state();
    world
        .story(&[
            ("POST /users/user_uma", NONE, BAD),
            ("POST /users/user_uma", json!([]), BAD),
            ("POST /users/user_uma", json!({"role": 1}), BAD),
            ("POST /users/user_uma", json!({"role": "user", "name": "Uma"}), BAD),
            ("POST /users/user_uma?dry_run=1", json!({"role": "developer"}), BAD),
            ("DELETE /users/user_uma", json!({"force": true}), BAD),
            ("GET /users", json!({"limit": 1}), BAD),
            ("POST /invites", json!({"email": "x@acme.com", "role": "user", "workspace_ids": []}), BAD),
            ("POST /workspaces", json!({"name": 5}), BAD),
        ])
        .await;
    let version = format!("x-api-key: {KEY}\r\nanthropic-version: 2026-10-21");
    for (content_type, body, told) in [
        ("content-type: application/json", "{\"role\": ", BAD),
        ("content-type: text/plain", "{\"role\": \"developer\"}", BAD),
        ("accept: */*", "{\"role\": \"developer\"}", BAD),
    ] {
        let answer =
            world.raw("POST /users/user_uma", &format!("{version}\r\n{content_type}"), body.as_bytes()).await;
        assert_eq!(answer.unwrap().told(), told, "{content_type} {body}");
    }
    assert_eq!(world.emulator.state(), before);
    let charset = format!("{version}\r\ncontent-type: Application/JSON; charset=utf-8");
    assert_eq!(
        world.raw("POST /users/user_uma", &charset, b"{\"role\": \"user\"}").await.unwrap().status,
        200
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let world = World::acme().await;
    let name = "x".repeat(2 * 1024 * 1024);
    world.story(&[("POST /workspaces", json!({"name": name}), "413 request_too_large")]).await;
    let entry = world.emulator.ledger()[0].clone();
    assert_eq!((entry.status, entry.body), (Some(413), NONE));
}

#[tokio::test]
async fn credentials_are_accepted_in_two_headers_and_checked() {
    let world = World::acme().await;
    let version = "anthropic-version: 2026-10-21";
    for (credential, told) in [
        (format!("x-api-key: {KEY}"), "200"),
        (format!("authorization: Bearer {KEY}"), "200"),
        ("authorization: bearer sk-ant-oat01-token".to_owned(), "200"),
        ("x-api-key: sk-ant-oat01-token".to_owned(), "401 authentication_error"),
        ("authorization: Bearer sk-ant-api03-ordinary".to_owned(), "401 authentication_error"),
        ("x-api-key: sk-ant-api03-ordinary".to_owned(), "401 authentication_error"),
        (format!("authorization: Basic {KEY}"), "401 authentication_error"),
        ("accept: */*".to_owned(), "401 authentication_error"),
    ] {
        let answer = world.raw("GET /me", &format!("{credential}\r\n{version}"), b"").await.unwrap();
        assert_eq!(answer.told(), told, "{credential}");
        assert!(!answer.body.to_string().contains("sk-ant"), "{}", answer.body);
    }
    let credentials = ["sk-ant-admin01-one", "sk-ant-oat01-two"].map(str::to_owned).to_vec();
    let only = bylaws_emulator::Options { credentials, ..Default::default() };
    assert!(!format!("{only:?}").contains("sk-ant-"));
    let world = World::with(only).await;
    for (credential, request, told) in [
        (format!("x-api-key: {KEY}"), "GET /me", "401 authentication_error"),
        ("x-api-key: sk-ant-admin01-one".to_owned(), "GET /me", "200"),
        ("authorization: Bearer sk-ant-oat01-two".to_owned(), "GET /me", "200"),
        ("x-api-key: sk-ant-oat01-two".to_owned(), "GET /me", "401 authentication_error"),
        ("authorization: Bearer sk-ant-oat01-other".to_owned(), "GET /me", "401 authentication_error"),
        // Each is what its prefix says.
        ("x-api-key: sk-ant-admin01-one".to_owned(), "GET /service_accounts", "403 permission_error"),
        ("authorization: Bearer sk-ant-oat01-two".to_owned(), "GET /service_accounts", "200"),
        ("x-api-key: sk-ant-admin01-one".to_owned(), "GET /compliance_settings", "200"),
        (
            "authorization: Bearer sk-ant-oat01-two".to_owned(),
            "GET /compliance_settings",
            "403 permission_error",
        ),
    ] {
        let answer = world.raw(request, &format!("{credential}\r\n{version}"), b"").await.unwrap();
        assert_eq!(answer.told(), told, "{credential}, {request}");
    }
}

#[tokio::test]
async fn the_version_must_be_one_of_two() {
    let world = World::acme().await;
    for (version, told) in [
        ("anthropic-version: 2026-10-21", "200"),
        ("anthropic-version: 2023-06-01", "200"),
        ("anthropic-version: 2025-01-01", BAD),
        ("accept: */*", BAD),
    ] {
        let answer = world.raw("GET /me", &format!("x-api-key: {KEY}\r\n{version}"), b"").await.unwrap();
        assert_eq!(answer.told(), told, "{version}");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_get_the_error_envelope() {
    let world = World::acme().await;
    world
        .story(&[
            ("GET /v1/organizations", NONE, "404 not_found_error"),
            ("GET /users/", NONE, "404 not_found_error"),
            ("GET /v1/messages", NONE, "404 not_found_error"),
            ("GET /planets", NONE, "404 not_found_error"),
            ("GET /v1/organizations/users/%ff", NONE, "404 not_found_error"),
            ("GET /v1/organizations/users/user_ada%2Fx", NONE, "404 not_found_error"),
            ("PUT /users/user_ada", json!({"role": "user"}), "405 invalid_request_error"),
            ("PATCH /workspaces/wrkspc_lab", json!({}), "405 invalid_request_error"),
            ("GET /workspaces/wrkspc_lab/archive", NONE, "405 invalid_request_error"),
            ("DELETE /workspaces/wrkspc_lab", NONE, "405 invalid_request_error"),
            ("POST /users", json!({}), "405 invalid_request_error"),
            ("GET /_emulator/nothing", NONE, "404 not_found_error"),
            ("POST /_emulator/ledger", NONE, "405 invalid_request_error"),
        ])
        .await;
}

#[tokio::test]
async fn every_answer_has_the_request_id_and_the_organization() {
    let world = World::acme().await;
    let mut seen = Vec::new();
    for request in ["GET /me", "GET /users/user_nobody", "GET /nothing", "PUT /me", "GET /_emulator/state"] {
        let answer = world.call(request, NONE).await;
        assert_eq!(answer.header("anthropic-organization-id"), "1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37");
        assert_eq!(answer.header("date"), "Sat, 21 Nov 2026 09:00:00 GMT");
        assert_eq!(answer.header("content-type"), "application/json");
        let id = answer.header("request-id").to_owned();
        assert!(id.starts_with("req_") && !seen.contains(&id), "{id}");
        if answer.status != 200 {
            assert_eq!((&answer.body["type"], &answer.body["request_id"]), (&json!("error"), &json!(id)));
        }
        seen.push(id);
    }
}
