//! The exchange of identity tokens: which are accepted, what a refusal says, and the history.

use std::time::Duration;

use bylaws_emulator::{FaultRule, Options, Seed};
use serde_json::{Value, json};

use crate::assertion::{NOW, claims, jwks, signed, token};
use crate::http::Answer;
use crate::world::{World, acme};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const DENIED: &str = "401 authentication_error";
const EXCHANGE: &str = "POST /v1/oauth/token";

/// An inline issuer, one with the keys of the test issuer, and a rule for each case.
pub(crate) fn seed() -> Value {
    let mut seed = acme();
    seed["service_accounts"] = json!([
        {"id": "svac_bot", "name": "bot", "organization_role": "admin"},
        {"id": "svac_two", "name": "two", "organization_role": "admin"},
        {"id": "svac_gone", "name": "gone", "archived_at": "2026-11-02T00:00:00Z"},
    ]);
    seed["workspace_service_accounts"] = json!([
        {"workspace_id": "wrkspc_lab", "service_account_id": "svac_bot", "workspace_role": "workspace_developer"},
    ]);
    let inline = json!({"type": "inline", "keys": jwks()});
    let own = "https://idp.acme.com";
    seed["federation_issuers"] = json!([
        {"id": "fdis_own", "name": "own", "issuer_url": own, "jwks": inline},
        {"id": "fdis_loose", "name": "loose", "issuer_url": own, "jwks": inline, "check_jti": false},
        {"id": "fdis_gone", "name": "gone", "issuer_url": own, "jwks": inline,
         "archived_at": "2026-11-02T00:00:00Z"},
        {"id": "fdis_odd", "name": "odd", "issuer_url": own, "jwks": {"type": "dns"}},
        {"id": "fdis_github", "name": "github", "issuer_url": "https://token.actions.githubusercontent.com"},
    ]);
    let rules = [
        (
            "main",
            json!({"match": {"subject_prefix": "project:acme:main", "audience": "https://api.anthropic.com",
                                  "claims": {"project_id": "812"}}}),
        ),
        ("prefix", json!({"match": {"subject_prefix": "project:acme:*"}, "token_lifetime_seconds": 600})),
        ("loose", json!({"issuer_id": "fdis_loose"})),
        ("odd", json!({"issuer_id": "fdis_odd"})),
        ("cel", json!({"match": {"condition": "claims.project_id == '812'"}})),
        ("archived", json!({"archived_at": "2026-11-02T00:00:00Z"})),
        ("orphan", json!({"issuer_id": "fdis_gone"})),
        (
            "github",
            json!({"issuer_id": "fdis_github", "match": {"subject_prefix": "repo:acme/org:environment:*"}}),
        ),
        ("developer", json!({"oauth_scope": "workspace:developer", "workspace_ids": ["wrkspc_lab"]})),
        ("nowhere", json!({"oauth_scope": "workspace:developer"})),
        ("everywhere", json!({"oauth_scope": "workspace:developer", "applies_to_all_workspaces": true})),
        ("admin", json!({"applies_to_all_workspaces": true})),
        ("two", json!({"workspace_ids": ["wrkspc_lab", "wrkspc_code"]})),
        ("home", json!({"workspace_ids": ["wrkspc_lab", "wrkspc_default"]})),
        ("old", json!({"workspace_ids": ["wrkspc_old"]})),
        ("gone", json!({"target": {"service_account_id": "svac_gone"}})),
    ];
    let rules = rules.map(|(name, differs)| {
        let mut rule = json!({
            "id": format!("fdrl_{name}"), "name": name, "issuer_id": "fdis_own", "oauth_scope": "org:admin",
            "match": {"subject_prefix": "*"}, "target": {"service_account_id": "svac_bot"},
        });
        rule.as_object_mut().unwrap().extend(differs.as_object().unwrap().clone());
        rule
    });
    seed["federation_rules"] = json!(rules);
    seed
}

/// Returns a request for a rule.
pub(crate) fn request(rule: &str, assertion: &str) -> Value {
    json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion,
        "federation_rule_id": format!("fdrl_{rule}"), "organization_id": "1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37",
        "service_account_id": "svac_bot",
    })
}

/// Returns a request with one field replaced, or left out if it is null.
fn with(rule: &str, field: &str, value: Value) -> Value {
    let mut body = request(rule, &token("", NONE));
    body[field] = value;
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    body
}

impl World {
    pub(crate) async fn federated() -> Self {
        Self::seeded(seed()).await
    }

    pub(crate) async fn exchange(&self, body: &Value) -> Answer {
        self.raw(EXCHANGE, "content-type: application/json", body.to_string().as_bytes()).await.unwrap()
    }

    /// Returns the token for a valid assertion.
    pub(crate) async fn minted(&self, rule: &str) -> String {
        let answer = self.exchange(&request(rule, &token("", NONE))).await;
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    /// Returns the outcomes of all exchanges, each with its reason.
    pub(crate) async fn outcomes(&self) -> Vec<String> {
        let history = self.call("GET /_emulator/federation/history", NONE).await.body;
        let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
        let entries = history["data"].as_array().unwrap().iter();
        entries.map(|entry| text(&entry["reason"])).collect()
    }

    /// Returns a new token of the test issuer.
    async fn identity(&self, query: &str) -> Value {
        self.call(&format!("GET /_emulator/oidc/token?{query}"), NONE).await.body["value"].clone()
    }
}

#[tokio::test]
async fn a_token_of_the_test_issuer_opens_the_admin_api() {
    let world = World::federated().await;
    let says = json!({"issuer_id": "fdis_github", "claims": {"sub": "repo:acme/org:environment:apply"}});
    assert_eq!(world.call("PUT /_emulator/oidc/claims", says).await.status, 200);
    let identity = world
        .identity("issuer_id=fdis_github&api-version=2.0&audience=https%3A%2F%2Fapi.anthropic.com")
        .await;
    let answer = world.exchange(&request("github", identity.as_str().unwrap())).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let minted = answer.body["access_token"].as_str().unwrap();
    assert!(minted.starts_with("sk-ant-oat01-workload"), "{minted}");
    let expected =
        json!({"access_token": minted, "token_type": "Bearer", "expires_in": 600, "scope": "org:admin"});
    assert_eq!(answer.body, expected);
    assert!(answer.header("request-id").starts_with("req_"));
    let bearer = format!("authorization: Bearer {minted}");
    assert_eq!(world.call_with(&bearer, "GET /users", NONE).await.unwrap().status, 200);
    assert_eq!(world.call_with(&bearer, "GET /federation_rules", NONE).await.unwrap().status, 200);
}

#[tokio::test]
async fn every_algorithm_that_ring_has_is_accepted() {
    let world = World::federated().await;
    for (algorithm, key) in [
        ("RS256", "rsa"),
        ("RS384", "rsa"),
        ("RS512", "rsa"),
        ("RS512", "rs512"),
        ("PS256", "rsa"),
        ("PS384", "rsa"),
        ("PS512", "rsa"),
        ("ES256", "p256"),
        ("ES384", "p384"),
    ] {
        let assertion = signed(&json!({"alg": algorithm, "kid": key, "typ": "JWT"}), &claims("", NONE));
        let answer = world.exchange(&request("main", &assertion)).await;
        assert_eq!(answer.told(), "200", "{algorithm}: {:?}", world.outcomes().await.last());
    }
}

#[tokio::test]
async fn the_history_has_claims_and_issuer() {
    let world = World::federated().await;
    world.exchange(&request("main", &token("", NONE))).await;
    world.exchange(&request("main", "no token")).await;
    world.exchange(&request("none", &token("", NONE))).await;
    let entry = |rule: &str, issuer: Value, outcome: &str, reason: Value, claims: Value| {
        json!({"at": "2026-11-21T09:00:00Z", "federation_rule_id": rule, "issuer_id": issuer, "outcome": outcome,
               "reason": reason, "claims": claims})
    };
    let own = json!("fdis_own");
    let history = world.call("GET /_emulator/federation/history", NONE).await.body;
    assert_eq!(
        history["data"],
        json!([
            entry("fdrl_main", own.clone(), "allowed", NONE, claims("", NONE)),
            entry("fdrl_main", own, "denied", json!("assertion_malformed"), NONE),
            entry("fdrl_none", NONE, "denied", json!("rule_not_found"), claims("", NONE)),
        ])
    );
}

#[tokio::test]
async fn malformed_requests_name_the_field_and_are_no_exchanges() {
    let world = World::federated().await;
    let tagged = |field: &str, prefix: &str| format!("{field} is not a well-formed {prefix} tagged ID");
    for (field, value, message) in [
        ("grant_type", NONE, "grant_type: is required".to_owned()),
        (
            "grant_type",
            json!("client_credentials"),
            "grant_type: must be urn:ietf:params:oauth:grant-type:jwt-bearer.".to_owned(),
        ),
        ("assertion", NONE, "assertion: is required".to_owned()),
        ("assertion", json!(""), "assertion: is required".to_owned()),
        ("assertion", json!(["a"]), "assertion: expected text, found a list".to_owned()),
        ("federation_rule_id", NONE, "federation_rule_id: is required".to_owned()),
        ("federation_rule_id", json!("svac_bot"), tagged("federation_rule_id", "fdrl_")),
        ("federation_rule_id", json!("fdrl_"), tagged("federation_rule_id", "fdrl_")),
        ("organization_id", NONE, "organization_id: is required".to_owned()),
        ("organization_id", json!("acme"), "organization_id: \"acme\" is not a UUID".to_owned()),
        ("service_account_id", NONE, "service_account_id: is required".to_owned()),
        ("service_account_id", json!("bot"), tagged("service_account_id", "svac_")),
        ("workspace_id", json!(""), tagged("workspace_id", "wrkspc_")),
        ("workspace_id", json!("lab"), tagged("workspace_id", "wrkspc_")),
        ("scope", json!("org:admin"), "scope: is not a known field".to_owned()),
        ("federation_rule", json!("fdrl_main"), "federation_rule: is not a known field".to_owned()),
    ] {
        let answer = world.exchange(&with("main", field, value.clone())).await;
        assert_eq!(
            (answer.told().as_str(), answer.body["error"]["message"].as_str()),
            (BAD, Some(&*message)),
            "{value}"
        );
    }
    let body = request("main", &token("", NONE)).to_string();
    let json = "content-type: application/json";
    for (request, headers, body, told) in [
        (EXCHANGE, "content-type: application/x-www-form-urlencoded", body.as_str(), BAD),
        (EXCHANGE, json, "", BAD),
        (EXCHANGE, json, "[]", BAD),
        (EXCHANGE, json, "{", BAD),
        (EXCHANGE, "content-type: application/json\r\nx-api-key: sk-ant-admin01-x", &body, BAD),
        (EXCHANGE, "content-type: application/json\r\nauthorization: Bearer sk-ant-oat01-x", &body, BAD),
        (EXCHANGE, "content-type: application/json\r\nauthorization: Basic eDp5", &body, BAD),
        ("POST /v1/oauth/token?assertion=x", json, &body, BAD),
        ("GET /v1/oauth/token", json, "", "405 invalid_request_error"),
        ("DELETE /v1/oauth/token", json, "", "405 invalid_request_error"),
        (
            EXCHANGE,
            "content-type: application/json\r\nanthropic-beta: oauth-2025-04-20,oidc-federation-2026-04-01",
            &body,
            "200",
        ),
    ] {
        let answer = world.raw(request, headers, body.as_bytes()).await.unwrap();
        assert_eq!(answer.told(), told, "{request} {headers}: {}", answer.body);
    }
    assert_eq!(world.outcomes().await, ["none"]);
}

#[tokio::test]
async fn only_console_organizations_exchange_tokens() {
    let mut seed = seed();
    seed["kind"] = json!("enterprise");
    let world = World::seeded(seed).await;
    let answer = world.exchange(&request("main", &token("", NONE))).await;
    assert_eq!(answer.told(), "400 organization_type_not_supported");
}

#[tokio::test]
async fn times_have_a_leeway_of_thirty_seconds() {
    let world = World::federated().await;
    for (name, value) in [
        ("exp", json!(NOW - 29)),
        ("iat", json!(NOW + 30)),
        ("nbf", json!(NOW + 30)),
        ("iat", json!(NOW - 3300)),
        ("exp", json!(1_795_251_900.5)),
        ("aud", json!(["other", "https://api.anthropic.com"])),
    ] {
        let answer = world.exchange(&request("main", &token(name, value.clone()))).await;
        assert_eq!(answer.told(), "200", "{name} {value}");
    }
}

#[tokio::test]
async fn a_minted_token_lives_at_most_twice_as_long_as_the_assertion_has_left() {
    let world = World::federated().await;
    // `fdrl_main` has 3,600 seconds, `fdrl_prefix` has 600.
    for (rule, left, lifetime) in [
        ("main", 3000, 3600),
        ("main", 1800, 3600),
        ("main", 1799, 3598),
        ("main", 300, 600),
        ("main", 31, 62),
        ("main", 30, 60),
        ("main", 1, 60),
        ("main", -20, 60),
        ("prefix", 300, 600),
        ("prefix", 299, 598),
        ("prefix", 3000, 600),
    ] {
        let answer = world.exchange(&request(rule, &token("exp", json!(NOW + left)))).await;
        assert_eq!(answer.body["expires_in"], json!(lifetime), "{rule} {left}");
    }
}

#[tokio::test]
async fn an_id_is_accepted_once_for_each_issuer_that_checks_it() {
    let world = World::federated().await;
    let (one, two) = (token("jti", json!("1")), token("jti", json!("2")));
    for (rule, assertion, told) in [
        ("two", &one, DENIED),
        ("main", &one, "200"),
        ("main", &one, DENIED),
        ("prefix", &one, DENIED),
        ("main", &token("jti", json!("1")), DENIED),
        ("main", &two, "200"),
        ("loose", &one, "200"),
        ("loose", &one, "200"),
        ("main", &token("", NONE), "200"),
        ("main", &token("", NONE), "200"),
    ] {
        assert_eq!(world.exchange(&request(rule, assertion)).await.told(), told, "{rule}");
    }
    let reasons = world.outcomes().await;
    assert_eq!(reasons[..5], ["workspace_id_required", "none", "jti_reused", "jti_reused", "jti_reused"]);
    // Replacing the organization is no reason to accept it again.
    world.call("PUT /_emulator/state", seed()).await;
    assert_eq!(world.exchange(&request("main", &one)).await.told(), DENIED);
}

#[tokio::test]
async fn the_workspace_is_named_if_the_rule_has_several_and_the_account_is_a_member() {
    let world = World::federated().await;
    let of = |body: Value, workspace: &str| {
        let mut body = body;
        if !workspace.is_empty() {
            body["workspace_id"] = json!(workspace);
        }
        body
    };
    for (rule, workspace, reason) in [
        ("two", "", "workspace_id_required"),
        ("two", "wrkspc_lab", "none"),
        ("two", "wrkspc_code", "not_a_member"),
        ("two", "wrkspc_other", "workspace_not_enabled"),
        ("two", "default", "workspace_not_enabled"),
        ("developer", "", "none"),
        ("developer", "wrkspc_code", "workspace_not_enabled"),
        ("old", "", "workspace_not_enabled"),
        ("nowhere", "", "workspace_not_enabled"),
        ("everywhere", "", "none"),
        ("home", "", "none"),
        ("home", "wrkspc_lab", "none"),
        ("everywhere", "default", "none"),
        ("everywhere", "wrkspc_default", "none"),
        ("everywhere", "wrkspc_code", "not_a_member"),
        ("everywhere", "wrkspc_old", "workspace_not_enabled"),
        ("admin", "", "none"),
        ("admin", "wrkspc_lab", "none"),
        ("main", "", "none"),
        ("main", "wrkspc_lab", "workspace_not_enabled"),
    ] {
        world.exchange(&of(request(rule, &token("", NONE)), workspace)).await;
        assert_eq!(world.outcomes().await.last().unwrap(), reason, "{rule} {workspace}");
    }
    world.exchange(&with("main", "service_account_id", json!("svac_two"))).await;
    assert_eq!(world.outcomes().await.last().unwrap(), "service_account_mismatch");
    world.exchange(&with("main", "organization_id", json!("00000000-0000-0000-0000-000000000000"))).await;
    assert_eq!(world.outcomes().await.last().unwrap(), "rule_not_found");
}

#[tokio::test]
async fn an_exchange_is_not_limited_with_the_admin_api_and_a_lost_one_uses_the_id() {
    let world = World::with(Options {
        state: Seed::from_value(seed()).unwrap(),
        rate_limit: Some(1),
        ..Options::default()
    })
    .await;
    for _ in 0..3 {
        assert_eq!(world.exchange(&request("main", &token("", NONE))).await.told(), "200");
    }
    let rule = r#"[{"path": "/v1/oauth/token", "nth": 1, "then": "drop_after"}]"#;
    world.emulator.set_faults(FaultRule::list_from_json(rule).unwrap());
    let body = request("main", &token("jti", json!("1")));
    let lost = world.raw(EXCHANGE, "content-type: application/json", body.to_string().as_bytes()).await;
    assert!(lost.is_err());
    assert_eq!(world.exchange(&body).await.told(), DENIED);
    world.emulator.advance(Duration::from_mins(1)).unwrap();
    assert_eq!(world.outcomes().await[3..], ["none", "jti_reused"]);
}

#[tokio::test]
async fn the_test_issuer_says_what_it_is_told() {
    let world = World::federated().await;
    let exchange = async |query: &str| {
        let identity = world.identity(query).await;
        world.exchange(&request("github", identity.as_str().unwrap())).await;
        world.outcomes().await.pop().unwrap()
    };
    let set = async |claims: Value| {
        let body = json!({"issuer_id": "fdis_github", "claims": claims, "lifetime_seconds": 60});
        assert_eq!(world.call("PUT /_emulator/oidc/claims", body).await.status, 200);
    };
    let apply = "repo:acme/org:environment:apply";
    assert_eq!(exchange("issuer_id=fdis_github").await, "match_subject_prefix");
    set(json!({"sub": apply})).await;
    assert_eq!(exchange("issuer_id=fdis_github").await, "none");
    assert_eq!(exchange("issuer_id=fdis_github").await, "none", "each token has an id of its own");
    set(json!({"sub": apply, "iss": "https://evil.example"})).await;
    assert_eq!(exchange("issuer_id=fdis_github").await, "issuer_mismatch");
    set(json!({"sub": apply, "iat": null})).await;
    assert_eq!(exchange("issuer_id=fdis_github").await, "assertion_malformed");
    let history = world.call("GET /_emulator/federation/history", NONE).await.body;
    let said = &history["data"][1]["claims"];
    assert_eq!((said["exp"].as_i64(), &said["aud"]), (Some(NOW + 60), &json!("https://api.anthropic.com")));
    for (request, body, told) in [
        ("GET /_emulator/oidc/token", NONE, BAD),
        ("GET /_emulator/oidc/token?issuer_id=fdis_none", NONE, "404 not_found_error"),
        ("GET /_emulator/oidc/token?issuer_id=fdis_own", NONE, BAD),
        ("PUT /_emulator/oidc/claims", json!({"claims": {}}), BAD),
        ("PUT /_emulator/oidc/claims", json!({"issuer_id": "fdis_none"}), "404 not_found_error"),
        ("PUT /_emulator/oidc/claims", json!({"issuer_id": "fdis_github", "lifetime_seconds": 0}), BAD),
        ("PUT /_emulator/oidc/claims", json!({"issuer_id": "fdis_github", "sub": "x"}), BAD),
        ("POST /_emulator/oidc/token", NONE, "405 invalid_request_error"),
    ] {
        assert_eq!(world.call(request, body).await.told(), told, "{request}");
    }
}
