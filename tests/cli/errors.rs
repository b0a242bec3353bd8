//! When something is wrong before the first write: what is said, how the run ends, and that the
//! service was left alone.

use serde_json::json;

use crate::canned::{Canned, answer, json as json_answer, organization};
use crate::ran::shown;
use crate::world::{KEY, World, acme};

/// Plan and apply fail alike, send no write, and say what is in the snapshot.
fn fails(name: &str, code: i32, world: &World) {
    let plan = world.run("plan").ended(code);
    let apply = world.run("apply --auto-approve").ended(code);
    assert_eq!(said(&plan.err), said(&apply.err), "plan and apply say the same");
    assert_eq!(plan.out, "", "an error leaves standard output empty");
    world.untouched();
    shown(name, plan);
}

/// Without the ids of requests, which are new each time.
fn said(text: &str) -> String {
    text.split_inclusive(' ').filter(|word| !word.starts_with("req_")).collect()
}

/// A world whose service is `canned`.
fn at(canned: &Canned) -> World {
    World::acme().env("BYLAWS_API_URL", &canned.url)
}

#[test]
fn files_for_another_organization_end_the_run_after_one_request() {
    let world = World::but("6a1f0c7e", "ffffffff");
    for line in ["plan", "plan --out saved.json", "apply --auto-approve"] {
        world.emulator.clear_ledger();
        let ran = world.run(line).ended(1);
        let asked: Vec<String> = world.ledger().into_iter().map(|entry| entry.path).collect();
        assert_eq!(asked, ["/v1/organizations/me"], "{line}");
        assert!(!world.has("saved.json"));
        if line == "plan" {
            shown("error-wrong-organization", ran);
        }
    }
}

#[test]
fn a_wrong_credential_is_named_as_such() {
    let world = World::acme().env("ANTHROPIC_ADMIN_KEY", "sk-ant-api03-CANARY-not-an-admin-key");
    fails("error-wrong-credential", 1, &world);
}

#[test]
fn a_credential_is_needed() {
    fails("error-no-credential", 1, &World::acme().without("ANTHROPIC_ADMIN_KEY"));
}

#[test]
fn an_empty_credential_is_none() {
    fails("error-empty-credential", 1, &World::acme().env("ANTHROPIC_ADMIN_KEY", ""));
}

#[test]
fn two_credentials_are_one_too_many() {
    let world = World::acme().env("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-CANARY");
    fails("error-two-credentials", 1, &world);
    assert!(world.ledger().is_empty());
}

#[test]
fn variables_for_inference_are_never_read() {
    let world = World::acme()
        .without("ANTHROPIC_ADMIN_KEY")
        .env("ANTHROPIC_API_KEY", KEY)
        .env("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
    world.run("plan").ended(1);
    assert!(world.ledger().is_empty());
    World::acme().env("ANTHROPIC_BASE_URL", "http://127.0.0.1:9").run("plan").ended(0);
}

#[test]
fn a_token_or_a_file_signs_in_as_well() {
    let world =
        World::acme().without("ANTHROPIC_ADMIN_KEY").env("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-CANARY");
    world.run("plan --detailed-exitcode").ended(0);
    let world = World::acme().without("ANTHROPIC_ADMIN_KEY").file("key", &format!("{KEY}\n"));
    world.run("plan --detailed-exitcode --credential-file key").ended(0);
}

#[test]
fn a_closed_port_is_unreachable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let world = World::acme().env("BYLAWS_API_URL", &format!("http://127.0.0.1:{port}"));
    let ran = world.run("plan --max-wait 1s").ended(1);
    shown(
        "error-closed-port",
        ran.err.lines().filter(|line| !line.starts_with("waiting")).collect::<Vec<_>>().join("\n"),
    );
}

#[test]
fn an_answer_that_is_no_json_comes_from_something_in_between() {
    let page =
        answer("200 OK", "content-type: text/html\r\n", "<html><h1>Sign in to the guest network</h1></html>");
    let canned = Canned::new(move |_| page.clone());
    fails("error-no-json", 1, &at(&canned));
}

#[test]
fn a_redirect_is_not_followed() {
    let target = Canned::new(|_| organization());
    let redirect = answer("302 Found", &format!("location: {}/v1/organizations/me\r\n", target.url), "");
    let canned = Canned::new(move |_| redirect.clone());
    fails("error-redirect", 1, &at(&canned));
    assert_eq!(target.asked(), Vec::<String>::new(), "the key went nowhere else");
}

#[test]
fn plain_http_is_for_this_machine_only() {
    fails("error-plain-http", 1, &World::acme().env("BYLAWS_API_URL", "http://api.example.com"));
}

#[test]
fn a_list_that_breaks_off_is_no_list() {
    let world = World::but("  uma@acme.com: user\n", "");
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/users", "then": "truncate"}]));
    let ran = world.run("apply --auto-approve --max-wait 1s");
    assert_eq!(ran.code, 1, "{ran}");
    world.untouched();
    shown(
        "error-half-list",
        ran.err.lines().filter(|line| !line.starts_with("waiting")).collect::<Vec<_>>().join("\n"),
    );
}

/// The organization in order, its list of invites as given, all other lists empty.
fn with_invites(page: &'static str) -> Canned {
    Canned::new(move |request| match request.split(['?', ' ']).nth(1) {
        Some("/v1/organizations/me") => organization(),
        Some("/v1/organizations/invites") => json_answer("200 OK", page),
        _ => json_answer("200 OK", r#"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#),
    })
}

#[test]
fn a_list_that_promises_more_and_shows_none_is_no_list() {
    let canned = with_invites(r#"{"data":[],"has_more":true,"first_id":null,"last_id":null}"#);
    fails("error-empty-page", 1, &at(&canned));
}

#[test]
fn a_list_that_goes_round_in_circles_is_no_list() {
    let canned = with_invites(
        r#"{"data":[{"id":"invite_1","type":"invite","email":"a@acme.com","role":"user","status":"accepted",
            "invited_at":"2026-11-01T00:00:00Z","expires_at":"2026-11-22T00:00:00Z"}],
            "has_more":true,"first_id":"invite_1","last_id":"invite_1"}"#,
    );
    fails("error-circular-list", 1, &at(&canned));
    assert!(canned.asked().len() < 40, "{}", canned.asked().len());
}

#[test]
fn a_list_that_lacks_its_items_is_no_list() {
    fails("error-other-shape", 1, &at(&with_invites(r#"{"items":[],"has_more":false}"#)));
}

#[test]
fn values_that_this_version_does_not_know_are_shown_and_never_rewritten() {
    let mut seed = acme();
    seed["users"][0]["role"] = json!("astronaut");
    seed["users"][1]["mood"] = json!({"today": "fine"});
    seed["workspaces"][0]["orbit"] = json!("low");
    seed["workspaces"][0]["data_residency"] =
        json!({"workspace_geo": "us", "default_inference_geo": "mars", "allowed_inference_geos": ["mars"]});
    seed["workspace_members"][0]["workspace_role"] = json!("workspace_astronaut");
    seed["api_keys"][0]["status"] = json!("hibernating");
    seed["invites"] = json!([{"email": "kim@acme.com", "role": "astronaut", "status": "evaporated"}]);
    let world = World::live(seed).file("bylaws.yaml", crate::world::FILES);
    let ran = world.run("plan").ended(0);
    assert!(ran.out.contains("no changes"), "{ran}");
    shown("unknown-values", ran);
    world.run("apply --auto-approve").ended(0);
    world.untouched();
}

#[test]
fn all_problems_of_all_files_are_told_in_one_run() {
    let world = World::live(acme());
    std::fs::create_dir(world.path("bylaws")).unwrap();
    world.write("bylaws/bylaws.yaml", "bylaws: 1\norganisation:\n  id: x\nunlisted:\n  members: delete\n");
    world.write(
        "bylaws/team.yaml",
        "members:\n  ada@acme.com: admn\n  ada@acme.com: user\nteams:\n  lab: [eve@acme.com]\n",
    );
    shown("problems-everywhere", world.run("validate").ended(4));
    assert!(world.ledger().is_empty());
}
