//! External keys: where they are, what a workspace that uses one prevents, and whether they work.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::feed::told;
use crate::world::{World, acme, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const GONE: &str = "404 not_found_error";
const NEW: &str = "POST /external_keys";
const PROD: &str = "POST /external_keys/ekey_prod";
const ARN: &str = "arn:aws:kms:us-east-1:1:key/own";

fn gcp(name: &str) -> Value {
    json!({"type": "gcp", "key_name": name})
}

fn aws(name: &str) -> Value {
    json!({"type": "aws", "kms_arn": format!("arn:aws:kms:us-east-1:1:key/{name}"), "region": null})
}

/// `used` belongs to an archived workspace, `down` does not answer, and `profile` needs a user profile.
fn seed() -> Value {
    let mut seed = acme();
    seed["workspaces"][2]["external_key_id"] = json!("ekey_used");
    seed["external_keys"] = json!([
        {"id": "ekey_prod", "display_name": "prod", "provider_config": aws("prod")},
        {"id": "ekey_used", "provider_config": aws("used"), "mood": 1},
        {"id": "ekey_google", "provider_config": gcp("projects/p/keys/k")},
        {"id": "ekey_down", "provider_config": {"type": "azure", "tenant_id": "t",
            "vault_uri": "https://unreachable.example", "key_name": "k", "client_id": null}},
        {"id": "ekey_profile", "provider_config": gcp("profile"), "user_profile_id": "profile_1"},
        {"id": ARN, "provider_config": aws("own")},
    ]);
    seed
}

async fn world() -> World {
    World::seeded(seed()).await
}

fn attach(id: &str) -> Value {
    json!({"external_key_id": id})
}

#[tokio::test]
async fn a_key_says_whether_a_workspace_uses_it() {
    let world = world().await;
    let page = world.get("/external_keys").await;
    let ids = ["ekey_prod", "ekey_used", "ekey_google", "ekey_down", "ekey_profile", ARN];
    assert_eq!(each(&page, "id"), ids);
    assert_eq!(
        page["data"][0],
        json!({
            "id": "ekey_prod", "type": "external_key", "display_name": "prod", "geo": "us",
            "provider_config": {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/prod", "region": null},
            "user_profile_id": null, "created_at": "2026-11-06T09:00:00Z", "updated_at": "2026-11-06T09:00:00Z",
            "attachment": {"type": "unattached"},
        })
    );
    let used = world.get("/external_keys/ekey_used").await;
    assert_eq!((&used["attachment"]["type"], &used["mood"]), (&json!("attached"), &json!(1)));
    assert_eq!(world.get(&format!("/external_keys/{}", ARN.replace('/', "%2F"))).await["id"], ARN);
    let first = world.get("/external_keys?limit=4").await;
    let rest =
        world.get(&format!("/external_keys?limit=4&page={}", first["next_page"].as_str().unwrap())).await;
    assert_eq!((each(&rest, "id"), &rest["next_page"]), (ids[4..].to_vec(), &NONE));
    world
        .story(&[
            ("GET /external_keys/ekey_none", NONE, GONE),
            ("GET /external_keys?limit=0", NONE, BAD),
            ("GET /external_keys?include_archived=true", NONE, BAD),
        ])
        .await;
}

#[tokio::test]
async fn a_new_key_is_attached_to_nothing() {
    let world = world().await;
    let plain = world.call(NEW, json!({"provider_config": gcp("k")})).await.body;
    assert!(plain["id"].as_str().unwrap().starts_with("ekey_01"), "{plain}");
    assert_eq!((&plain["geo"], &plain["display_name"]), (&json!("us"), &NONE));
    assert_eq!(plain["attachment"]["type"], "unattached");
    let second = world.call(NEW, json!({"provider_config": gcp("k"), "display_name": "again"})).await.body;
    assert_ne!(second["id"], plain["id"], "neither names nor places are unique");
    assert_eq!(world.get("/external_keys?limit=1").await["data"][0], second, "the newest comes first");
    let mut old = aws("x");
    old["role_arn"] = json!("arn:aws:iam::1:role/x");
    let made = world.call(NEW, json!({"provider_config": old})).await.body;
    assert_eq!(made["provider_config"], aws("x"), "the role is ignored");
    for body in [
        json!({}),
        json!({"provider_config": NONE}),
        json!({"provider_config": "aws"}),
        json!({"provider_config": {"kms_arn": "x"}}),
        json!({"provider_config": {"type": "oci", "key": "x"}}),
        json!({"provider_config": {"type": "aws"}}),
        json!({"provider_config": gcp("")}),
        json!({"provider_config": {"type": "gcp", "key_name": "k", "region": "us"}}),
        json!({"provider_config": {"type": "azure", "tenant_id": "t", "vault_uri": "v", "key_name": "k"}}),
        json!({"provider_config": gcp("k"), "geo": "eu"}),
        json!({"provider_config": gcp("k"), "geo": null}),
        json!({"provider_config": gcp("k"), "id": "ekey_1"}),
    ] {
        world.story(&[(NEW, body, BAD)]).await;
    }
}

#[tokio::test]
async fn only_the_name_of_a_used_key_can_be_changed() {
    let world = world().await;
    let config = |config: Value| json!({"provider_config": config});
    world
        .story(&[
            (PROD, config(aws("other")), "200"),
            (PROD, config(gcp("other")), "200"),
            (PROD, config(aws("prod")), BAD),
            ("POST /external_keys/ekey_used", config(aws("other")), BAD),
            ("POST /external_keys/ekey_used", config(aws("used")), "200"),
            ("POST /external_keys/ekey_used", json!({"display_name": "in use"}), "200"),
            ("POST /external_keys/ekey_google", config(gcp("other")), BAD),
            ("POST /external_keys/ekey_google", config(aws("other")), BAD),
            (PROD, json!({"geo": "eu"}), BAD),
            (PROD, json!({"user_profile_id": "profile_1"}), BAD),
            ("POST /external_keys/ekey_none", json!({}), GONE),
        ])
        .await;
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let before = world.get("/external_keys/ekey_prod").await;
    let nothing = json!({"provider_config": null, "geo": null});
    assert_eq!(world.call(PROD, nothing).await.body, before);
    let cleared = world.call(PROD, json!({"display_name": null})).await.body;
    assert_eq!((&cleared["display_name"], &cleared["updated_at"]), (&NONE, &json!("2026-11-21T10:00:00Z")));
}

#[tokio::test]
async fn a_key_that_does_not_answer_is_not_attached() {
    let world = world().await;
    let validated = async |id: &str| {
        let answer = world.call(&format!("POST /external_keys/{id}/validate"), NONE).await;
        assert_eq!((answer.status, &answer.body["type"]), (200, &json!("external_key_validation")));
        (answer.body["status"].as_str().unwrap().to_owned(), answer.body["error"].is_null())
    };
    assert_eq!(validated("ekey_prod").await, ("success".to_owned(), true));
    assert_eq!(validated("ekey_down").await, ("failure".to_owned(), false));
    world
        .story(&[
            ("POST /external_keys/ekey_none/validate", NONE, GONE),
            ("POST /workspaces/wrkspc_lab", attach("ekey_down"), "400 external_key_validation_failed"),
            (
                "POST /workspaces",
                json!({"name": "n", "external_key_id": "ekey_down"}),
                "400 external_key_validation_failed",
            ),
            ("POST /workspaces", json!({"name": "n", "external_key_id": "ekey_elsewhere"}), "200"),
            ("POST /workspaces/wrkspc_lab", attach("ekey_prod"), "200"),
            ("POST /workspaces/wrkspc_lab", attach("ekey_prod"), "200"),
            ("POST /workspaces/wrkspc_lab", attach("ekey_google"), BAD),
        ])
        .await;
    assert_eq!(world.get("/external_keys/ekey_prod").await["attachment"]["type"], "attached");
}

#[tokio::test]
async fn a_workspace_and_its_key_have_the_same_user_profile() {
    let world = world().await;
    let told = "400 key_profile_mismatch";
    let both = |profile: &str| json!({"external_key_id": "ekey_profile", "user_profile_id": profile});
    world
        .story(&[
            ("POST /workspaces/wrkspc_lab", attach("ekey_profile"), told),
            ("POST /workspaces/wrkspc_lab", both("profile_2"), told),
            ("POST /workspaces/wrkspc_lab", both("profile_1"), "200"),
            ("POST /workspaces/wrkspc_code", attach("ekey_prod"), "200"),
            ("POST /workspaces/wrkspc_code", json!({"user_profile_id": "profile_1"}), told),
            (
                "POST /workspaces",
                json!({"name": "n", "external_key_id": "ekey_google", "user_profile_id": "p"}),
                told,
            ),
        ])
        .await;
    assert_eq!(world.get("/workspaces/wrkspc_code").await["user_profile_id"], NONE);
}

#[tokio::test]
async fn a_used_key_cannot_be_deleted() {
    let world = world().await;
    let deleted = world.call("DELETE /external_keys/ekey_prod", NONE).await.body;
    assert_eq!(deleted, json!({"id": "ekey_prod", "type": "external_key_deleted"}));
    world
        .story(&[
            ("DELETE /external_keys/ekey_prod", NONE, GONE),
            ("DELETE /external_keys/ekey_used", NONE, BAD),
            ("GET /external_keys/ekey_prod", NONE, GONE),
        ])
        .await;
}

#[tokio::test]
async fn changes_and_validations_are_recorded() {
    let mut seed = seed();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    let world = World::seeded(seed).await;
    let made = world.call(NEW, json!({"provider_config": gcp("k")})).await.body;
    for (request, body) in [
        (PROD, json!({"display_name": "p"})),
        (PROD, json!({"display_name": "p"})),
        ("POST /external_keys/ekey_down/validate", NONE),
        ("DELETE /external_keys/ekey_prod", NONE),
    ] {
        assert_eq!(world.call(request, body).await.status, 200, "{request}");
    }
    let key = "admin_api_key_actor external_key_id";
    assert_eq!(
        told(&world),
        [
            format!("org_external_key_created {key}={} provider=gcp", made["id"].as_str().unwrap()),
            format!("org_external_key_updated {key}=ekey_prod display_name:prod→p"),
            format!("org_external_key_validated {key}=ekey_down validation_result=failure"),
            format!("org_external_key_deleted {key}=ekey_prod"),
        ]
    );
}

#[tokio::test]
async fn a_dump_has_the_same_keys_and_so_has_a_seed_of_the_answers() {
    let world = world().await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    let mut answered = seed();
    answered["external_keys"] = world.get("/external_keys").await["data"].clone();
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json());
    let mut novel = seed();
    novel["external_keys"][0]["provider_config"] = json!({"type": "of_next_year", "at": 1});
    let key = World::seeded(novel).await.get("/external_keys/ekey_prod").await;
    assert_eq!(
        key["provider_config"],
        json!({"type": "of_next_year", "at": 1}),
        "unknown providers are kept"
    );
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    for (place, value, problem) in [
        ("0/provider_config", NONE, "external_keys[0].provider_config: is required"),
        ("0/provider_config/kms_arn", json!(""), "external_keys[0].provider_config.kms_arn: is empty"),
        ("1/id", json!("ekey_prod"), "external_keys[1].id: \"ekey_prod\" appears twice"),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(&format!("/external_keys/{place}")).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
    let mut seed = seed();
    seed["external_keys"][0]["id"] = json!("key_1");
    let error = Seed::from_value(seed).unwrap_err().to_string();
    assert!(error.starts_with("seed: external_keys[0].id: "), "{error}");
}
