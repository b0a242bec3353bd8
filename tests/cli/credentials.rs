//! Two credentials: an admin key, and an OAuth token beside it.

use crate::canned::{Canned, json as json_answer, organization};
use crate::ran::shown;
use crate::world::World;

const TOKEN: &str = "sk-ant-oat01-CANARY-second";

/// Returns an environment with both credentials.
fn both() -> World {
    World::acme().env("ANTHROPIC_ORG_TOKEN", TOKEN)
}

#[test]
fn whoami_shows_both_credentials() {
    let world = both();
    shown("whoami-two-credentials", world.run("whoami").ended(0));
    let document = world.run("whoami --format json").ended(0).json();
    assert_eq!(document["credential"]["kind"], "admin_key");
    assert_eq!(document["org_token"]["kind"], "auth_token");
    assert_eq!(World::acme().run("whoami --format json").ended(0).json().get("org_token"), None);
}

#[test]
fn a_second_credential_costs_one_request() {
    let reads = |world: World| {
        world.run("plan").ended(0);
        world.reads()
    };
    assert_eq!(reads(both()), reads(World::acme()) + 1);
}

#[test]
fn a_second_credential_beside_a_token_is_an_error() {
    let world = both().without("ANTHROPIC_ADMIN_KEY").env("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-CANARY");
    shown("error-org-token-beside-token", world.run("plan").ended(1));
    let world = both().without("ANTHROPIC_ADMIN_KEY").file("key", "sk-ant-oat01-CANARY\n");
    let ran = world.run("plan --credential-file key").ended(1);
    assert!(ran.err.contains("the credential file `key` and ANTHROPIC_ORG_TOKEN"), "{ran}");
    let world = both().without("ANTHROPIC_ADMIN_KEY");
    shown("error-org-token-alone", world.run("plan").ended(1));
    assert!(world.ledger().is_empty());
}

#[test]
fn only_an_oauth_token_is_a_second_credential() {
    for (text, what) in [
        ("sk-ant-admin01-CANARY", "an Admin API key"),
        ("sk-ant-api03-CANARY", "an API key"),
        ("CANARY", "something else"),
        ("sk-ant-oat01-CANARY\n", "ends with a line break"),
    ] {
        let world = World::acme().env("ANTHROPIC_ORG_TOKEN", text);
        let ran = world.run("plan").ended(1);
        assert!(ran.err.contains(what), "{ran}");
        assert!(world.ledger().is_empty(), "{what}");
    }
    World::acme().env("ANTHROPIC_ORG_TOKEN", "").run("plan").ended(0);
}

#[test]
fn a_second_credential_of_another_organization_ends_the_run() {
    let other = r#"{"id":"00000000-0000-0000-0000-000000000002","type":"organization","name":"Other"}"#;
    let canned = Canned::new(move |request| {
        if request.contains("authorization: ") { json_answer("200 OK", other) } else { organization() }
    });
    let world = both().env("BYLAWS_API_URL", &canned.url);
    let plan = world.run("plan").ended(1);
    world.run("apply --auto-approve").ended(1);
    world.run("whoami").ended(1);
    assert_eq!(canned.asked(), vec!["GET /v1/organizations/me"; 6], "nothing else is asked");
    shown("error-org-token-other-organization", plan);
}

#[test]
fn a_refused_second_credential_is_named() {
    let canned = Canned::new(|request| {
        if request.contains("authorization: ") {
            json_answer("401 Unauthorized", r#"{"error":{"type":"authentication_error"}}"#)
        } else {
            organization()
        }
    });
    let ran = both().env("BYLAWS_API_URL", &canned.url).run("plan").ended(1);
    assert!(ran.err.contains("the credential in ANTHROPIC_ORG_TOKEN is wrong"), "{ran}");
}
