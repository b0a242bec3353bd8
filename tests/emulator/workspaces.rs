//! Workspaces: created, changed, archived, and the special default one.

use serde_json::{Value, json};

use crate::world::{World, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";

#[tokio::test]
async fn a_workspace_is_created_with_everything_filled_in() {
    let world = World::acme().await;
    let made = world.call("POST /workspaces", json!({"name": "new"})).await.body;
    assert_eq!(
        made["data_residency"],
        json!({"allowed_inference_geos": "unrestricted", "default_inference_geo": "global", "workspace_geo": "us"})
    );
    assert_eq!(
        (&made["type"], &made["tags"], &made["archived_at"]),
        (&json!("workspace"), &json!({}), &NONE)
    );
    assert_eq!((&made["external_key_id"], &made["user_profile_id"]), (&NONE, &NONE));
    assert!(made["display_color"].as_str().unwrap().starts_with('#') && made["compartment_id"].is_string());
    assert_eq!(world.get(&format!("/workspaces/{}", made["id"].as_str().unwrap())).await, made);
    let twin = world.call("POST /workspaces", json!({"name": "new"})).await.body;
    assert_ne!(twin["id"], made["id"]);
    assert_eq!(each(&world.get("/workspaces").await, "name"), ["new", "new", "lab", "Claude Code"]);
}

#[tokio::test]
async fn create_refuses_what_the_service_refuses() {
    let world = World::acme().await;
    let residency = |value: Value| json!({"name": "x", "data_residency": value});
    world
        .story(&[
            ("POST /workspaces", json!({}), BAD),
            ("POST /workspaces", json!({"name": null}), BAD),
            ("POST /workspaces", json!({"name": ""}), BAD),
            ("POST /workspaces", json!({"name": "é".repeat(255)}), "200"),
            ("POST /workspaces", json!({"name": "x".repeat(256)}), BAD),
            ("POST /workspaces", json!({"name": "x", "display_color": "red"}), BAD),
            ("POST /workspaces", json!({"name": "x", "display_color": null}), "200"),
            ("POST /workspaces", json!({"name": "x", "tags": {"anthropic-x": "1"}}), BAD),
            ("POST /workspaces", json!({"name": "x", "tags": {"a": null}}), BAD),
            ("POST /workspaces", json!({"name": "x", "tags": {"a": 1}}), BAD),
            ("POST /workspaces", json!({"name": "x", "tags": {"a": "1"}}), "200"),
            ("POST /workspaces", residency(json!({"workspace_geo": "eu"})), BAD),
            ("POST /workspaces", residency(json!({"workspace_geo": "us"})), "200"),
            ("POST /workspaces", residency(json!({"allowed_inference_geos": ["us"]})), BAD),
            (
                "POST /workspaces",
                residency(json!({"allowed_inference_geos": ["us"], "default_inference_geo": "us"})),
                "200",
            ),
            ("POST /workspaces", residency(json!({"allowed_inference_geos": "all"})), BAD),
            ("POST /workspaces", residency(json!({"geo": "us"})), BAD),
            ("POST /workspaces", json!({"name": "x", "colour": "#000000"}), BAD),
        ])
        .await;
}

#[tokio::test]
async fn an_update_changes_only_the_named_fields() {
    let world = World::acme().await;
    let before = world.get("/workspaces/wrkspc_lab").await;
    let update = |body: Value| world.call("POST /workspaces/wrkspc_lab", body);
    assert_eq!(update(json!({})).await.body, before);
    assert_eq!(update(json!({"tags": null, "data_residency": null})).await.body, before);
    let merged = update(json!({"tags": {"env": null, "team": "two", "new": "1"}})).await.body;
    assert_eq!(merged["tags"], json!({"new": "1", "team": "two"}));
    assert_eq!(update(json!({"name": "laboratory"})).await.body["id"], "wrkspc_lab");
    let geos = json!({"data_residency": {"allowed_inference_geos": ["global", "us"]}});
    assert_eq!(update(geos).await.body["data_residency"]["default_inference_geo"], "global");
    world
        .story(&[
            ("POST /workspaces/wrkspc_lab", json!({"name": null}), BAD),
            ("POST /workspaces/wrkspc_lab", json!({"display_color": null}), BAD),
            ("POST /workspaces/wrkspc_lab", json!({"display_color": "#12345"}), BAD),
            (
                "POST /workspaces/wrkspc_lab",
                json!({"data_residency": {"allowed_inference_geos": ["us"]}}),
                BAD,
            ),
            ("POST /workspaces/wrkspc_lab", json!({"data_residency": {"workspace_geo": "us"}}), BAD),
            ("POST /workspaces/wrkspc_lab", json!({"tags": {"anthropic": null}}), BAD),
            ("POST /workspaces/wrkspc_lab", json!({"external_key_id": "ekey_1"}), "200"),
            ("POST /workspaces/wrkspc_lab", json!({"external_key_id": "ekey_1"}), "200"),
            ("POST /workspaces/wrkspc_lab", json!({"external_key_id": "ekey_2"}), BAD),
            ("POST /workspaces/wrkspc_lab", json!({"user_profile_id": "p1"}), "200"),
            ("POST /workspaces/wrkspc_lab", json!({"user_profile_id": "p2"}), BAD),
            ("POST /workspaces/wrkspc_old", json!({"name": "x"}), BAD),
            ("POST /workspaces/wrkspc_none", json!({"name": "x"}), "404 not_found_error"),
        ])
        .await;
    // A refused update changes nothing, not even the valid fields.
    let before = world.get("/workspaces/wrkspc_lab").await;
    assert_eq!(update(json!({"name": "half", "external_key_id": "ekey_2"})).await.status, 400);
    assert_eq!(world.get("/workspaces/wrkspc_lab").await, before);
}

#[tokio::test]
async fn archiving_is_permanent_and_archives_the_keys() {
    let world = World::acme().await;
    // Without a body, but with the content type, as the official clients send it.
    let archived = world.call("POST /workspaces/wrkspc_lab/archive", NONE).await.body;
    assert_eq!(archived["archived_at"], "2026-11-21T09:00:00Z");
    world.call("POST /_emulator/clock", json!({"advance": "1h"})).await;
    assert_eq!(world.call("POST /workspaces/wrkspc_lab/archive", NONE).await.body, archived);
    for key in ["ci", "off", "gone", "late"] {
        assert_eq!(world.get(&format!("/api_keys/apikey_{key}")).await["status"], "archived", "{key}");
    }
    assert_eq!(world.get("/api_keys/apikey_home").await["status"], "active");
    assert_eq!(each(&world.get("/workspaces").await, "name"), ["Claude Code"]);
    world
        .story(&[
            (
                "POST /workspaces/wrkspc_lab/members",
                json!({"user_id": "user_uma", "workspace_role": "workspace_user"}),
                BAD,
            ),
            ("POST /workspaces/wrkspc_lab/archive", json!({"really": true}), BAD),
            ("POST /workspaces/wrkspc_none/archive", NONE, "404 not_found_error"),
            ("GET /workspaces/wrkspc_lab", NONE, "200"),
        ])
        .await;
}

#[tokio::test]
async fn the_default_workspace_is_hidden_fixed_and_without_members() {
    let world = World::acme().await;
    let names = |page: &Value| each(page, "name").into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        names(&world.get("/workspaces?include_default=true").await),
        ["lab", "Claude Code", "Default"]
    );
    assert_eq!(names(&world.get("/workspaces?include_archived=true").await), ["lab", "Claude Code", "old"]);
    let ids = "ids[]=wrkspc_default&ids[]=wrkspc_old&ids[]=wrkspc_lab&ids[]=wrkspc_unknown";
    assert_eq!(names(&world.get(&format!("/workspaces?{ids}")).await), ["lab"]);
    assert_eq!(
        names(&world.get(&format!("/workspaces?{ids}&include_default=true")).await),
        ["lab", "Default"]
    );
    let many = vec!["ids[]=wrkspc_a"; 101].join("&");
    world
        .story(&[
            ("GET /workspaces/wrkspc_default", NONE, "200"),
            ("POST /workspaces/wrkspc_default", json!({"name": "Other"}), BAD),
            ("POST /workspaces/wrkspc_default", json!({"name": "Default", "tags": {"a": "1"}}), "200"),
            ("POST /workspaces/wrkspc_default", json!({"user_profile_id": "p1"}), BAD),
            ("POST /workspaces/wrkspc_default/archive", NONE, BAD),
            (
                "POST /workspaces/wrkspc_default/members",
                json!({"user_id": "user_uma", "workspace_role": "workspace_user"}),
                BAD,
            ),
            (&format!("GET /workspaces?{many}"), NONE, BAD),
        ])
        .await;
    assert!(each(&world.get("/workspaces/wrkspc_default/members").await, "user_id").is_empty());
}
