//! An identity token instead of a key: each child exchanges the one that is in the file then.

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::site::{FILE, Site};
use crate::world::{ACME, FILES, World, acme, fixed_clock};

const SUBJECT: &str = "system:serviceaccount:bylaws:controller";
const CONFIGURATION: &str = "\
bylaws-controller: 1
state: state
organizations:
  acme:
    source: {git: \"REMOTE\"}
    mode: apply
    federation:
      rule: fdrl_apply
      organization: ACME
      service_account: svac_ci
      token_file: token.jwt
";

/// A host whose controller has only an identity token, of a service that lets in no key. `check_jti`: whether it accepts
/// a token only once.
fn host(check_jti: bool) -> Site {
    let mut seed = acme();
    seed["service_accounts"] = json!([{"id": "svac_ci", "name": "ci", "organization_role": "admin"}]);
    seed["federation_issuers"] = json!([{"id": "fdis_own", "name": "own", "issuer_url": "https://kubernetes.acme.example", "check_jti": check_jti}]);
    seed["federation_rules"] = json!([{
        "id": "fdrl_apply", "name": "apply", "issuer_id": "fdis_own", "oauth_scope": "org:admin",
        "applies_to_all_workspaces": true, "token_lifetime_seconds": 600,
        "match": {"subject_prefix": SUBJECT, "audience": "https://api.anthropic.com"},
        "target": {"service_account_id": "svac_ci"},
    }]);
    let state = Seed::from_value(fixed_clock(seed)).unwrap();
    let credentials = vec!["nobody".to_owned()];
    let world = World::with(Options { state, credentials, ..Options::default() });
    let world = world.without("ANTHROPIC_ADMIN_KEY").file(FILE, FILES);
    let remote = world.path("remote").display().to_string();
    let text = CONFIGURATION.replace("REMOTE", &remote).replace("ACME", ACME);
    world.write("controller.yaml", &text);
    world.git("-C remote init --quiet --initial-branch main .");
    let site = Site { world };
    site.commit();
    let claims = json!({"issuer_id": "fdis_own", "claims": {"sub": SUBJECT}});
    site.world.control("PUT", "/_emulator/oidc/claims", &claims.to_string());
    site
}

/// Writes a new identity token, as a platform does before the old one expires.
fn renew(site: &Site) -> String {
    let path = "/_emulator/oidc/token?issuer_id=fdis_own&audience=https%3A%2F%2Fapi.anthropic.com";
    let answer: Value = serde_json::from_str(&site.world.control("GET", path, "")).unwrap();
    let token = answer["value"].as_str().unwrap().to_owned();
    site.world.write("token.jwt", &token);
    token
}

#[test]
fn rounds_use_the_token_that_is_in_the_file_then() {
    let site = host(false);
    let mut tokens = vec![renew(&site)];
    let mut printed = site.once().ended(0).all();
    assert_eq!(site.reason(), "InSync");
    for role in ["developer", "user"] {
        let other = if role == "user" { "developer" } else { "user" };
        site.edit(&format!("uma@acme.com: {other}"), &format!("uma@acme.com: {role}"));
        printed += &site.once().ended(0).all();
        assert_eq!(site.reason(), "Applied");
        tokens.push(renew(&site));
    }
    printed += &site.status().to_string();
    for file in site.world.list("state").into_iter().filter(|path| path.is_file()) {
        printed += &String::from_utf8_lossy(&std::fs::read(file).unwrap());
    }
    assert!(tokens.iter().all(|token| !printed.contains(token)), "no identity token in outputs or state");
    assert!(!printed.contains("sk-ant-oat01"), "nor a token that was granted");
}

#[test]
fn a_token_that_may_be_used_once_is_not_enough_for_a_round_that_applies() {
    let site = host(true);
    renew(&site);
    site.once().ended(0);
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    renew(&site);
    site.once().ended(1);
    assert_eq!(site.reason(), "Unauthorized", "{:#}", site.status());
    let mut requests = site.world.ledger().into_iter();
    assert!(requests.all(|entry| entry.method == "GET" || entry.path == "/v1/oauth/token"));
    assert!(site.status()["message"].as_str().unwrap().contains("can be exchanged once"));
}

#[test]
fn a_missing_token_file_writes_nothing_and_says_so() {
    let site = host(false);
    site.once();
    assert_eq!(site.reason(), "RoundFailed", "{:#}", site.status());
    site.world.untouched();
    assert!(site.status().to_string().contains("token.jwt"), "{:#}", site.status());
}
