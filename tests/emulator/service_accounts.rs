//! Service accounts: who may use them, their names and roles, and archiving.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::feed::told;
use crate::world::{KEY, TOKEN, World, acme, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const ALL: &str = "/service_accounts?include_archived=true";

fn seed() -> Value {
    let mut seed = acme();
    seed["service_accounts"] = json!([
        {"id": "svac_bot", "name": "bot", "description": "builds"},
        {"id": "svac_gone", "name": "gone", "archived_at": "2026-11-02T00:00:00Z", "mood": 1},
        {"name": "root", "organization_role": "admin", "created_by_actor_id": "user_ada"},
    ]);
    seed
}

async fn world() -> World {
    World::seeded(seed()).await
}

#[tokio::test]
async fn the_list_leaves_archived_accounts_out_unless_they_are_asked_for() {
    let world = world().await;
    assert_eq!(each(&world.get("/service_accounts").await, "name"), ["bot", "root"]);
    assert_eq!(each(&world.get(ALL).await, "name"), ["bot", "gone", "root"]);
    assert_eq!(
        world.get("/service_accounts/svac_bot").await,
        json!({
            "id": "svac_bot", "type": "service_account", "name": "bot", "description": "builds",
            "organization_role": "developer", "created_at": "2026-11-01T09:00:00Z", "created_by_actor_id": null,
            "updated_at": "2026-11-01T09:00:00Z", "updated_by_actor_id": null,
            "archived_at": null, "archived_by_actor_id": null,
        })
    );
    assert_eq!(world.get("/service_accounts/svac_gone").await["mood"], 1);
    let first = world.get(&format!("{ALL}&limit=2")).await;
    let page = first["next_page"].as_str().unwrap();
    let second = world.get(&format!("{ALL}&limit=2&page={page}")).await;
    assert_eq!((each(&second, "name"), &second["next_page"]), (vec!["root"], &NONE));
    world
        .story(&[
            (&format!("GET /service_accounts?page={page}"), NONE, BAD),
            ("GET /service_accounts?limit=101", NONE, BAD),
            ("GET /service_accounts?name=bot", NONE, BAD),
            ("GET /service_accounts/svac_none", NONE, "404 not_found_error"),
        ])
        .await;
}

#[tokio::test]
async fn only_a_token_is_accepted() {
    let world = world().await;
    for path in [
        "/service_accounts",
        "/service_accounts/svac_bot",
        "/service_accounts/svac_bot/workspaces",
        "/workspaces/wrkspc_lab/service_accounts",
        "/workspaces/wrkspc_lab/service_accounts/svac_bot",
    ] {
        for (credential, told) in [
            (format!("x-api-key: {KEY}"), "403 permission_error"),
            (format!("authorization: Bearer {KEY}"), "403 permission_error"),
            (format!("x-api-key: {KEY}\r\nauthorization: Bearer {TOKEN}"), "403 permission_error"),
            (format!("x-api-key: {TOKEN}"), "401 authentication_error"),
            ("authorization: Bearer sk-ant-api03-x".to_owned(), "401 authentication_error"),
        ] {
            let answer = world.call_with(&credential, &format!("GET {path}"), NONE).await.unwrap();
            assert_eq!(answer.told(), told, "{credential} {path}");
        }
    }
    world.story(&[("GET /service_accounts", NONE, "200")]).await;
    let mut seed = seed();
    seed["kind"] = json!("enterprise");
    let enterprise = World::seeded(seed).await;
    enterprise.story(&[("GET /service_accounts", NONE, "400 organization_type_not_supported")]).await;
}

#[tokio::test]
async fn a_new_account_is_a_developer_unless_it_says_otherwise() {
    let world = world().await;
    let plain = world.call("POST /service_accounts", json!({"name": "ci-deploy"})).await.body;
    assert!(plain["id"].as_str().unwrap().starts_with("svac_01"), "{plain}");
    assert_eq!((&plain["organization_role"], &plain["description"]), (&json!("developer"), &NONE));
    assert_eq!(
        (&plain["created_by_actor_id"], &plain["created_at"]),
        (&json!("user_ada"), &json!("2026-11-21T09:00:00Z")),
        "the oldest admin signed in"
    );
    let body = json!({"name": "a-1", "description": "x", "organization_role": "admin"});
    let admin = world.call("POST /service_accounts", body).await.body;
    assert_eq!((&admin["organization_role"], &admin["description"]), (&json!("admin"), &json!("x")));
    assert_eq!(
        each(&world.get("/service_accounts").await, "name"),
        ["a-1", "ci-deploy", "bot", "root"],
        "the newest comes first"
    );
}

#[tokio::test]
async fn a_name_is_unique_and_stays_in_use_after_archiving() {
    let world = world().await;
    for (name, told) in [
        ("bot", "409 conflict_error"),
        ("gone", "409 conflict_error"),
        ("", BAD),
        ("Bot", BAD),
        ("b_t", BAD),
        ("bot ", BAD),
        ("böt", BAD),
    ] {
        world.story(&[("POST /service_accounts", json!({"name": name}), told)]).await;
    }
    world
        .story(&[
            ("POST /service_accounts", json!({}), BAD),
            ("POST /service_accounts", json!({"name": "b".repeat(256)}), BAD),
            ("POST /service_accounts", json!({"name": "-"}), "200"),
            ("POST /service_accounts", json!({"name": "x", "organization_role": "user"}), BAD),
            ("POST /service_accounts", json!({"name": "x", "organization_role": null}), BAD),
            ("POST /service_accounts", json!({"name": "x", "workspace_id": "wrkspc_lab"}), BAD),
            ("POST /service_accounts/svac_bot", json!({"name": "bot"}), BAD),
        ])
        .await;
}

#[tokio::test]
async fn an_update_changes_only_what_it_names() {
    let world = world().await;
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let before = world.get("/service_accounts/svac_bot").await;
    let update = async |body: Value| world.call("POST /service_accounts/svac_bot", body).await.body;
    assert_eq!(update(json!({})).await, before);
    assert_eq!(update(json!({"organization_role": null})).await, before);
    assert_eq!(update(json!({"organization_role": "developer"})).await, before, "the same again");
    let cleared = update(json!({"description": null})).await;
    assert_eq!((&cleared["description"], &cleared["organization_role"]), (&json!(""), &json!("developer")));
    assert_eq!(
        (&cleared["updated_at"], &cleared["updated_by_actor_id"], &cleared["created_at"]),
        (&json!("2026-11-21T10:00:00Z"), &json!("user_ada"), &before["created_at"])
    );
    let admin = update(json!({"organization_role": "admin"})).await;
    assert_eq!((&admin["description"], &admin["organization_role"]), (&json!(""), &json!("admin")));
    world
        .story(&[
            ("POST /service_accounts/svac_bot", json!({"organization_role": "owner"}), BAD),
            ("POST /service_accounts/svac_gone", json!({"description": "x"}), BAD),
            ("POST /service_accounts/svac_none", json!({}), "404 not_found_error"),
        ])
        .await;
}

#[tokio::test]
async fn the_token_of_a_workload_cannot_make_or_keep_an_admin() {
    let world = world().await;
    let root = world.get(ALL).await["data"][2]["id"].as_str().unwrap().to_owned();
    for (request, body, told) in [
        (
            "POST /service_accounts",
            json!({"name": "x", "organization_role": "admin"}),
            "403 permission_error",
        ),
        ("POST /service_accounts", json!({"name": "x", "organization_role": "developer"}), "200"),
        ("POST /service_accounts", json!({"name": "y"}), "200"),
        ("POST /service_accounts/ROOT", json!({"organization_role": "admin"}), "403 permission_error"),
        ("POST /service_accounts/ROOT", json!({"description": "kept"}), "200"),
    ] {
        let token = "authorization: Bearer sk-ant-oat01-workload-1";
        let answer = world.call_with(token, &request.replace("ROOT", &root), body).await.unwrap();
        assert_eq!(answer.told(), told, "{request}: {}", answer.body);
        if answer.status == 200 {
            let actor = answer.body["updated_by_actor_id"].as_str().unwrap();
            assert!(actor.starts_with("svac_"), "{actor}");
        }
    }
    assert_eq!(world.get(&format!("/service_accounts/{root}")).await["organization_role"], "admin");
}

#[tokio::test]
async fn archiving_is_permanent_and_can_be_repeated() {
    let world = world().await;
    let archived = world.call("POST /service_accounts/svac_bot/archive", NONE).await.body;
    assert_eq!(
        (&archived["archived_at"], &archived["archived_by_actor_id"]),
        (&json!("2026-11-21T09:00:00Z"), &json!("user_ada"))
    );
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    assert_eq!(world.call("POST /service_accounts/svac_bot/archive", NONE).await.body, archived);
    assert_eq!(each(&world.get("/service_accounts").await, "name"), ["root"]);
    world.story(&[("POST /service_accounts/svac_none/archive", NONE, "404 not_found_error")]).await;
}

#[tokio::test]
async fn changes_are_recorded() {
    let mut seed = seed();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    let world = World::seeded(seed).await;
    let made = world.call("POST /service_accounts", json!({"name": "new"})).await.body;
    world
        .call("POST /service_accounts/svac_bot", json!({"description": "x", "organization_role": "admin"}))
        .await;
    world.call("POST /service_accounts/svac_bot", json!({"description": "x"})).await;
    world.call("POST /service_accounts/svac_bot/archive", NONE).await;
    world.call("POST /service_accounts/svac_bot/archive", NONE).await;
    let created = format!(
        "platform_service_account_created ada@acme.com service_account_id={}",
        made["id"].as_str().unwrap()
    );
    assert_eq!(
        told(&world),
        [
            &*created,
            "platform_service_account_updated ada@acme.com service_account_id=svac_bot description:builds→x \
             organization_role:developer→admin",
            "platform_service_account_archived ada@acme.com service_account_id=svac_bot",
        ]
    );
}

#[tokio::test]
async fn a_dump_has_the_same_accounts_and_so_has_a_seed_of_the_answers() {
    let world = world().await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    let mut answered = seed();
    answered["service_accounts"] = world.get(ALL).await["data"].clone();
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json());
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    let rule = "must have 1 to 255 lower-case letters, digits or hyphens";
    for (place, value, problem) in [
        ("/service_accounts/0/name", NONE, "service_accounts[0].name: expected text, found null".to_owned()),
        ("/service_accounts/0/name", json!("My bot"), format!("service_accounts[0].name: {rule}")),
        (
            "/service_accounts/1/name",
            json!("bot"),
            "service_accounts[1].name: \"bot\" appears twice".to_owned(),
        ),
        (
            "/service_accounts/1/id",
            json!("svac_bot"),
            "service_accounts[1].id: \"svac_bot\" appears twice".to_owned(),
        ),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(place).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
    let mut seed = seed();
    seed["service_accounts"][0]["created_by_actor_id"] = json!("ada");
    let error = Seed::from_value(seed).unwrap_err().to_string();
    assert!(error.starts_with("seed: service_accounts[0].created_by_actor_id: "), "{error}");
}
