//! Federation issuers: names, addresses and keys, and what their rules prevent.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::feed::told;
use crate::world::{KEY, World, acme, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const GONE: &str = "404 not_found_error";
const TAKEN: &str = "409 conflict_error";
const DENIED: &str = "403 permission_error";
const NEW: &str = "POST /federation_issuers";
const GITHUB: &str = "https://token.actions.githubusercontent.com";

fn rule(id: &str, issuer: &str, matching: &Value) -> Value {
    json!({"id": format!("fdrl_{id}"), "name": id, "issuer_id": format!("fdis_{issuer}"), "match": matching,
           "target": {"service_account_id": "svac_bot"}, "oauth_scope": "workspace:inference",
           "workspace_ids": ["wrkspc_lab"]})
}

/// `own` has a rule that names a repository, `loose` one that does not, and `admin` one of the Console.
fn seed() -> Value {
    let mut seed = acme();
    seed["service_accounts"] = json!([{"id": "svac_bot", "name": "bot"}]);
    let inline = json!({"type": "inline", "keys": [{"kty": "RSA", "kid": "1"}]});
    seed["federation_issuers"] = json!([
        {"id": "fdis_github", "name": "github", "issuer_url": GITHUB, "jwks_polling_disabled_at": "2026-11-03T00:00:00Z"},
        {"id": "fdis_own", "name": "own", "issuer_url": "https://idp.acme.com", "jwks": inline},
        {"id": "fdis_loose", "name": "loose", "issuer_url": "https://ci.acme.com"},
        {"id": "fdis_admin", "name": "admin", "issuer_url": "https://admin.acme.com"},
        {"id": "fdis_gone", "name": "gone", "issuer_url": "https://old.acme.com", "mood": 1,
         "archived_at": "2026-11-02T00:00:00Z"},
    ]);
    let mut admin = rule("admin", "admin", &json!({"subject_prefix": "root"}));
    admin["oauth_scope"] = json!("org:admin");
    let mut archived = rule("archived", "github", &json!({"subject_prefix": "*"}));
    archived["archived_at"] = json!("2026-11-02T00:00:00Z");
    seed["federation_rules"] = json!([
        rule("own", "own", &json!({"claims": {"repository_owner_id": "417"}})),
        rule("loose", "loose", &json!({"claims": {"ref": "main"}})),
        admin,
        archived,
    ]);
    seed
}

async fn world() -> World {
    World::seeded(seed()).await
}

#[tokio::test]
async fn the_list_leaves_archived_issuers_out_unless_they_are_asked_for() {
    let world = world().await;
    assert_eq!(each(&world.get("/federation_issuers").await, "name"), ["github", "own", "loose", "admin"]);
    let all = world.get("/federation_issuers?include_archived=true").await;
    assert_eq!(each(&all, "name")[4..], ["gone"]);
    assert_eq!(all["data"][4]["mood"], 1);
    assert_eq!(
        world.get("/federation_issuers/fdis_own").await,
        json!({
            "id": "fdis_own", "type": "federation_issuer", "name": "own", "issuer_url": "https://idp.acme.com",
            "jwks": {"type": "inline", "keys": [{"kty": "RSA", "kid": "1"}]}, "check_jti": true,
            "max_jwt_lifetime_seconds": 3600, "jwks_polling_disabled_at": null, "poll_status": null,
            "created_at": "2026-11-01T08:59:00Z", "created_by_actor_id": null,
            "updated_at": "2026-11-01T08:59:00Z", "updated_by_actor_id": null,
            "archived_at": null, "archived_by_actor_id": null,
        })
    );
    let github = world.get("/federation_issuers/fdis_github").await;
    assert_eq!(github["jwks"], json!({"type": "discovery", "discovery_base": null, "ca_cert_pem": null}));
    assert_eq!(github["poll_status"]["consecutive_failures"], 0);
    let key = format!("x-api-key: {KEY}");
    assert_eq!(world.call_with(&key, "GET /federation_issuers", NONE).await.unwrap().told(), DENIED);
    world
        .story(&[
            ("GET /federation_issuers/fdis_none", NONE, GONE),
            ("GET /federation_issuers?limit=101", NONE, BAD),
            ("GET /federation_issuers?page=x", NONE, BAD),
        ])
        .await;
}

#[tokio::test]
async fn a_new_issuer_has_the_defaults_of_the_service() {
    let world = world().await;
    let plain = world.call(NEW, json!({"name": "gitlab", "issuer_url": "https://gitlab.com"})).await.body;
    assert!(plain["id"].as_str().unwrap().starts_with("fdis_01"), "{plain}");
    assert_eq!(plain["jwks"], json!({"type": "discovery", "discovery_base": null, "ca_cert_pem": null}));
    assert_eq!((&plain["check_jti"], &plain["max_jwt_lifetime_seconds"]), (&json!(true), &json!(3600)));
    assert_eq!(plain["created_by_actor_id"], "user_ada");
    let whole = json!({
        "name": "other", "issuer_url": "https://other.example:8443/x", "check_jti": false,
        "jwks": {"type": "explicit_url", "url": "https://other.example/keys", "ca_cert_pem": "PEM"},
        "max_jwt_lifetime_seconds": 176_400,
    });
    let made = world.call(NEW, whole.clone()).await.body;
    for (field, value) in whole.as_object().unwrap() {
        assert_eq!(&made[field], value);
    }
    assert_eq!(each(&world.get("/federation_issuers?limit=2").await, "name"), ["other", "gitlab"]);
}

#[tokio::test]
async fn invalid_issuers_are_refused() {
    let world = world().await;
    let before = world.emulator.state();
    let with = |field: &str, value: Value| {
        let mut body = json!({"name": "new", "issuer_url": "https://new.example"});
        body[field] = value;
        body
    };
    let inline = json!({"type": "inline", "keys": [{}]});
    for (body, told) in [
        (with("name", json!("github")), TAKEN),
        (with("name", json!("gone")), TAKEN),
        (with("name", json!("New")), BAD),
        (with("name", NONE), BAD),
        (with("issuer_url", json!("http://new.example")), BAD),
        (with("issuer_url", json!("https://new.example:8443")), BAD),
        (with("issuer_url", json!("https://10.0.0.1")), BAD),
        (with("issuer_url", json!("https://idp.internal")), BAD),
        (with("issuer_url", NONE), BAD),
        (with("jwks", NONE), BAD),
        (with("jwks", json!("discovery")), BAD),
        (with("jwks", json!({})), BAD),
        (with("jwks", json!({"type": "magic"})), BAD),
        (with("jwks", json!({"type": "discovery", "url": "https://new.example"})), BAD),
        (with("jwks", json!({"type": "discovery", "discovery_base": "https://localhost"})), BAD),
        (with("jwks", json!({"type": "explicit_url"})), BAD),
        (with("jwks", json!({"type": "explicit_url", "url": "https://new.example:99"})), BAD),
        (with("jwks", json!({"type": "inline"})), BAD),
        (with("jwks", json!({"type": "inline", "keys": ["k"]})), BAD),
        (with("check_jti", json!("yes")), BAD),
        (with("max_jwt_lifetime_seconds", json!(0)), BAD),
        (with("max_jwt_lifetime_seconds", json!(176_401)), BAD),
        (with("jwks_polling_disabled", json!(false)), BAD),
        (json!({"name": "new"}), BAD),
    ] {
        world.story(&[(NEW, body, told)]).await;
    }
    assert_eq!(world.emulator.state(), before);
    // An address that is not fetched is only compared as text.
    let mut body = with("issuer_url", json!("https://10.0.0.1:8443/x"));
    body["jwks"] = inline;
    body["max_jwt_lifetime_seconds"] = NONE;
    world.story(&[(NEW, body, "200")]).await;
}

#[tokio::test]
async fn an_update_changes_only_what_it_names_and_replaces_the_source_of_the_keys() {
    let world = world().await;
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let one = "POST /federation_issuers/fdis_own";
    let before = world.get("/federation_issuers/fdis_own").await;
    let nothing = json!({"name": null, "issuer_url": null, "jwks": null, "check_jti": null,
                         "max_jwt_lifetime_seconds": null, "jwks_polling_disabled": null});
    assert_eq!(world.call(one, nothing).await.body, before);
    let same = json!({"name": "own", "jwks": before["jwks"]});
    assert_eq!(world.call(one, same).await.body, before);
    let keys = json!({"type": "explicit_url", "url": "https://idp.acme.com/keys"});
    let after = world.call(one, json!({"name": "mine", "jwks": keys, "check_jti": false})).await.body;
    assert_eq!(
        after["jwks"],
        json!({"type": "explicit_url", "url": "https://idp.acme.com/keys", "ca_cert_pem": null})
    );
    assert_eq!(
        (&after["name"], &after["check_jti"], &after["updated_at"]),
        (&json!("mine"), &json!(false), &json!("2026-11-21T10:00:00Z"))
    );
    assert_eq!((&after["issuer_url"], &after["created_at"]), (&before["issuer_url"], &before["created_at"]));
    assert_ne!(after["poll_status"], NONE, "its keys are fetched now");
    let resumed = world
        .call("POST /federation_issuers/fdis_github", json!({"jwks_polling_disabled": false}))
        .await
        .body;
    assert_eq!(resumed["jwks_polling_disabled_at"], NONE);
    world
        .story(&[
            (one, json!({"jwks_polling_disabled": true}), BAD),
            (one, json!({"name": "github"}), TAKEN),
            (one, json!({"name": "mine"}), "200"),
            (one, json!({"type": "federation_issuer"}), BAD),
            (one, json!({"issuer_url": "https://x"}), "200"),
            (one, json!({"jwks": {"type": "discovery"}}), BAD),
            ("POST /federation_issuers/fdis_gone", json!({"check_jti": true}), BAD),
            ("POST /federation_issuers/fdis_none", json!({}), GONE),
        ])
        .await;
}

#[tokio::test]
async fn an_issuer_becomes_a_shared_one_only_if_its_rules_name_the_tenant() {
    let world = world().await;
    let shared = || json!({"issuer_url": GITHUB});
    world
        .story(&[
            ("POST /federation_issuers/fdis_own", shared(), "200"),
            ("POST /federation_issuers/fdis_loose", shared(), BAD),
            ("POST /federation_issuers/fdis_loose", json!({"issuer_url": "https://ci2.acme.com"}), "200"),
            ("POST /federation_rules/fdrl_loose/archive", NONE, "200"),
            ("POST /federation_issuers/fdis_loose", shared(), "200"),
        ])
        .await;
}

#[tokio::test]
async fn the_issuer_of_a_rule_of_the_console_cannot_be_changed() {
    let world = world().await;
    world
        .story(&[
            ("POST /federation_issuers/fdis_admin", json!({"name": "root"}), DENIED),
            ("POST /federation_issuers/fdis_admin", json!({}), DENIED),
            ("POST /federation_issuers/fdis_admin/archive", NONE, BAD),
        ])
        .await;
}

#[tokio::test]
async fn an_issuer_is_archived_once_no_rule_uses_it() {
    let world = world().await;
    world
        .story(&[
            ("POST /federation_issuers/fdis_own/archive", NONE, BAD),
            ("POST /federation_rules/fdrl_own/archive", NONE, "200"),
            ("POST /federation_issuers/fdis_github/archive", NONE, "200"),
            ("POST /federation_issuers/fdis_none/archive", NONE, GONE),
        ])
        .await;
    let archived = world.call("POST /federation_issuers/fdis_own/archive", NONE).await.body;
    assert_eq!(
        (&archived["archived_at"], &archived["archived_by_actor_id"]),
        (&json!("2026-11-21T09:00:00Z"), &json!("user_ada"))
    );
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    assert_eq!(world.call("POST /federation_issuers/fdis_own/archive", NONE).await.body, archived);
    world.story(&[(NEW, json!({"name": "own", "issuer_url": "https://a.example"}), TAKEN)]).await;
}

#[tokio::test]
async fn changes_are_recorded_without_the_keys() {
    let mut seed = seed();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    let world = World::seeded(seed).await;
    let made = world.call(NEW, json!({"name": "new", "issuer_url": "https://new.example"})).await.body;
    let one = "POST /federation_issuers/fdis_own";
    let keys = json!({"type": "inline", "keys": [{"kty": "EC", "kid": "2"}]});
    world.call(one, json!({"jwks": keys, "max_jwt_lifetime_seconds": 900})).await;
    world.call(one, json!({"jwks": {"type": "explicit_url", "url": "https://a.example"}})).await;
    world.call("POST /federation_issuers/fdis_github/archive", NONE).await;
    let lines = told(&world);
    let created = format!(
        "platform_federation_issuer_created ada@acme.com federation_issuer_id={}",
        made["id"].as_str().unwrap()
    );
    assert_eq!(lines[0], created);
    let updated = "platform_federation_issuer_updated ada@acme.com federation_issuer_id=fdis_own";
    assert!(lines[1].starts_with(&format!("{updated} jwks_keys_sha256:000")), "{}", lines[1]);
    assert!(lines[1].ends_with(" max_jwt_lifetime_seconds:3600→900"), "{}", lines[1]);
    assert!(
        lines[2].contains(" jwks_source:inline→explicit_url jwks_url:null→https://a.example"),
        "{}",
        lines[2]
    );
    assert!(!lines.join("\n").contains("kid"), "{lines:?}");
    assert_eq!(
        lines[3..],
        ["platform_federation_issuer_archived ada@acme.com federation_issuer_id=fdis_github"]
    );
}

#[tokio::test]
async fn a_dump_has_the_same_issuers_and_so_has_a_seed_of_the_answers() {
    let world = world().await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    let mut answered = seed();
    answered["federation_issuers"] =
        world.get("/federation_issuers?include_archived=true").await["data"].clone();
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json());
    let mut novel = seed();
    novel["federation_issuers"][0]["jwks"] = json!({"type": "of_next_year", "at": 1});
    let issuer = World::seeded(novel).await.get("/federation_issuers/fdis_github").await;
    assert_eq!(issuer["jwks"], json!({"type": "of_next_year", "at": 1}), "unknown sources are kept");
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    let list = "federation_issuers";
    for (place, value, problem) in [
        (
            "0/issuer_url",
            json!("idp"),
            format!("{list}[0].issuer_url: must be a URL that begins with https://"),
        ),
        ("1/name", json!("github"), format!("{list}[1].name: \"github\" appears twice")),
        ("1/jwks/type", NONE, format!("{list}[1].jwks.type: is required")),
        ("1/jwks/keys", NONE, format!("{list}[1].jwks.keys: is required")),
        ("0", json!({"name": "a"}), format!("{list}[0].issuer_url: is required")),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(&format!("/{list}/{place}")).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
}
