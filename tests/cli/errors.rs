//! Errors before the first write: the message, the exit code, and that the service received no write.

use serde_json::json;

use crate::canned::{Canned, answer, json as json_answer, organization};
use crate::ran::shown;
use crate::world::{KEY, World, acme};

/// Checks that plan and apply fail alike, send no write, and print the snapshot.
fn fails(name: &str, code: i32, world: &World) {
    let plan = world.run("plan").ended(code);
    let apply = world.run("apply --auto-approve").ended(code);
    assert_eq!(said(&plan.err), said(&apply.err), "plan and apply say the same");
    assert_eq!(plan.out, "", "an error leaves standard output empty");
    world.untouched();
    shown(name, plan);
}

/// Removes the ids of requests, which differ in every run.
fn said(text: &str) -> String {
    text.split_inclusive(' ').filter(|word| !word.starts_with("req_")).collect()
}

/// Returns an environment whose service is `canned`.
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
fn a_wrong_credential_is_named_by_its_prefix() {
    for (name, key) in [
        ("ordinary", "sk-ant-api03-CANARY-not-an-admin-key"),
        ("enterprise", "sk-ant-api01-CANARY-not-an-admin-key"),
        ("unknown", "CANARY-whatever"),
    ] {
        fails(&format!("error-credential-{name}"), 1, &World::acme().env("ANTHROPIC_ADMIN_KEY", key));
    }
    let world = World::acme()
        .without("ANTHROPIC_ADMIN_KEY")
        .env("ANTHROPIC_AUTH_TOKEN", "sk-ant-api03-CANARY-bearer");
    fails("error-credential-ordinary-as-token", 1, &world);
    let world = World::acme().env("ANTHROPIC_ADMIN_KEY", "sk-ant-oat01-CANARY");
    fails("error-credential-token-as-key", 1, &world);
    assert!(world.ledger().is_empty(), "a bearer token is not sent as a key");
    let world = World::acme()
        .without("ANTHROPIC_ADMIN_KEY")
        .env("ANTHROPIC_AUTH_TOKEN", "sk-ant-admin01-CANARY-bearer");
    fails("error-credential-key-as-token", 1, &world);
    assert!(world.ledger().is_empty(), "a key is not sent as a bearer token");
}

#[test]
fn a_credential_of_several_lines_is_reported_with_its_source() {
    for (name, text) in [
        ("line-break", format!("{KEY}\n")),
        ("two-lines", format!("{KEY}\n{KEY}")),
        ("space", format!(" {KEY}")),
    ] {
        let world = World::acme().env("ANTHROPIC_ADMIN_KEY", &text);
        fails(&format!("error-credential-{name}"), 1, &world);
        assert!(world.ledger().is_empty(), "{name}");
    }
    let world =
        World::acme().without("ANTHROPIC_ADMIN_KEY").env("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-CANARY\r\n");
    fails("error-credential-line-break-in-token", 1, &world);
    let world = World::acme().without("ANTHROPIC_ADMIN_KEY").file("key", &format!("{KEY}\n{KEY}\n"));
    shown("error-credential-two-lines-in-file", world.run("plan --credential-file key").ended(1));
}

#[test]
fn a_credential_is_needed() {
    let world = || World::acme().without("ANTHROPIC_ADMIN_KEY");
    fails("error-no-credential", 1, &world());
    fails("error-empty-credential", 1, &World::acme().env("ANTHROPIC_ADMIN_KEY", ""));
    let inference = world().env("ANTHROPIC_API_KEY", KEY).env("ANTHROPIC_BASE_URL", "http://127.0.0.1:9");
    fails("error-only-inference-key", 1, &inference.without("BYLAWS_API_URL"));
}

#[test]
fn two_credentials_are_an_error() {
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
fn a_token_or_a_credential_file_is_accepted() {
    let world =
        World::acme().without("ANTHROPIC_ADMIN_KEY").env("ANTHROPIC_AUTH_TOKEN", "sk-ant-oat01-CANARY");
    world.run("plan --detailed-exitcode").ended(0);
    let world = World::acme().without("ANTHROPIC_ADMIN_KEY").file("key", &format!("{KEY}\n"));
    world.run("plan --detailed-exitcode --credential-file key").ended(0);
}

/// Returns the output of a command that cannot reach the service, without the lines about waiting.
fn unreached(name: &str, world: &World) {
    let ran = world.run("plan --max-wait 1s").ended(1);
    let lines: Vec<&str> = ran.err.lines().filter(|line| !line.starts_with("waiting")).collect();
    shown(name, lines.join("\n"));
}

#[test]
fn an_unreachable_url_is_named() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let closed = format!("http://127.0.0.1:{port}");
    unreached("error-closed-port", &World::acme().env("BYLAWS_API_URL", &closed));
    let world = World::acme().env("BYLAWS_API_URL", "https://api.anthropic.invalid");
    unreached("error-unknown-host", &world);
    let world = World::acme()
        .env("BYLAWS_API_URL", "https://api.anthropic.invalid")
        .env("https_proxy", "http://me:CANARY@proxy.invalid:3128");
    unreached("error-unknown-proxy", &world);
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let world = World::acme().env("BYLAWS_API_URL", &format!("https://{}", plain.local_addr().unwrap()));
    std::thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    unreached("error-not-tls", &world);
}

#[test]
fn unreadable_root_certificates_are_named() {
    let plain = Canned::new(|_| organization());
    let at = |name: &str, value: &str| {
        World::acme().env("BYLAWS_API_URL", &plain.url.replace("http:", "https:")).env(name, value)
    };
    unreached("error-roots-missing", &at("SSL_CERT_FILE", "/nowhere/roots.pem"));
    unreached("error-roots-missing-folder", &at("SSL_CERT_DIR", "/nowhere/roots"));
    let world = at("SSL_CERT_FILE", "bylaws.yaml");
    unreached("error-roots-without-certificate", &world);
}

#[test]
fn a_404_for_the_first_request_names_the_url() {
    let nothing = json_answer("404 Not Found", r#"{"type":"error","error":{"type":"not_found_error"}}"#);
    let canned = Canned::new(move |_| nothing.clone());
    fails("error-first-404", 1, &at(&canned));
}

#[test]
fn a_url_that_ends_in_v1_is_refused() {
    let world = World::acme();
    for (name, end) in [("v1", "/v1"), ("v1-slash", "/v1/"), ("v1-path", "/v1/organizations/me")] {
        let url = format!("{}{end}", world.emulator.url());
        shown(&format!("error-url-{name}"), world.run(&format!("plan --api-url {url}")).ended(1));
    }
    let world = World::acme().env("BYLAWS_API_URL", "https://gateway.example/claude/v1");
    fails("error-url-variable", 1, &world);
    let world = World::acme().env("BYLAWS_API_URL", "https://me:CANARY@gateway.example/v1");
    fails("error-url-password", 1, &world);
    assert!(world.ledger().is_empty());
}

#[test]
fn a_web_page_is_attributed_to_a_proxy_for_any_status() {
    for status in ["200 OK", "401 Unauthorized", "403 Forbidden", "404 Not Found"] {
        let page = answer(status, "content-type: text/html\r\n", "<html><h1>Blocked by policy</h1></html>");
        let canned = Canned::new(move |_| page.clone());
        let number = status.split(' ').next().unwrap_or_default();
        fails(&format!("error-web-page-{number}"), 1, &at(&canned));
    }
}

#[test]
fn a_response_that_is_not_json_is_attributed_to_a_proxy() {
    let page = answer("200 OK", "content-type: text/plain\r\n", "ok");
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

/// Returns a valid organization with the given list of invites and all other lists empty.
fn with_invites(page: &'static str) -> Canned {
    Canned::new(move |request| match request.split(['?', ' ']).nth(1) {
        Some("/v1/organizations/me") => organization(),
        Some("/v1/organizations/invites") => json_answer("200 OK", page),
        _ => json_answer("200 OK", r#"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#),
    })
}

#[test]
fn an_empty_page_with_more_to_follow_is_an_error() {
    let canned = with_invites(r#"{"data":[],"has_more":true,"first_id":null,"last_id":null}"#);
    fails("error-empty-page", 1, &at(&canned));
}

#[test]
fn a_list_with_circular_pages_is_an_error() {
    let canned = with_invites(
        r#"{"data":[{"id":"invite_1","type":"invite","email":"a@acme.com","role":"user","status":"accepted",
            "invited_at":"2026-11-01T00:00:00Z","expires_at":"2026-11-22T00:00:00Z"}],
            "has_more":true,"first_id":"invite_1","last_id":"invite_1"}"#,
    );
    fails("error-circular-list", 1, &at(&canned));
    assert!(canned.asked().len() < 40, "{}", canned.asked().len());
}

#[test]
fn a_list_without_items_is_an_error() {
    fails("error-other-shape", 1, &at(&with_invites(r#"{"items":[],"has_more":false}"#)));
}

#[test]
fn unknown_values_are_shown_and_never_rewritten() {
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
fn all_problems_of_all_files_are_reported_in_one_run() {
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

#[test]
fn one_file_of_a_folder_is_no_configuration() {
    let world = World::acme();
    std::fs::create_dir(world.path("team")).unwrap();
    let world = world.file("team/a.yaml", "members:\n  ada@acme.com: user\n");
    let lone = world.run("plan team/a.yaml").ended(4);
    assert!(!lone.err.contains("one file of a folder"), "{lone}");
    let world = world.file("team/b.yml", "teams: {}\n");
    let ran = world.run("plan team/a.yaml").ended(4);
    assert!(
        ran.err.contains("help: `team/a.yaml` is one file of a folder: name the folder, `team`"),
        "{ran}"
    );
    // The folder itself lacks the same keys, and that is not the reason.
    let ran = world.run("plan team").ended(4);
    assert!(!ran.err.contains("one file of a folder"), "{ran}");
}

/// Returns an organization whose list without the default workspace is older than the other one for the first
/// `late` requests: somebody has just created `fresh`.
fn created_between_two_lists(late: usize) -> Canned {
    let workspace = |id: &str, name: &str| {
        format!(
            r##"{{"id":"{id}","type":"workspace","name":"{name}","created_at":"2026-11-01T00:00:00Z","archived_at":null,
                "display_color":"#6C5BB9","tags":{{}}}}"##
        )
    };
    let list = |items: &[String]| {
        let body =
            format!(r#"{{"data":[{}],"has_more":false,"first_id":null,"last_id":null}}"#, items.join(","));
        json_answer("200 OK", &body)
    };
    // The newest comes first, as the service lists them.
    let [fresh, old, default] =
        [("wrkspc_fresh", "fresh"), ("wrkspc_old", "old"), ("wrkspc_default", "Default")]
            .map(|(id, name)| workspace(id, name));
    let plain_requests = std::sync::atomic::AtomicUsize::new(0);
    Canned::new(move |request| {
        let target = request.split(' ').nth(1).unwrap_or_default();
        match target.split_once('?').map_or(target, |(path, _)| path) {
            "/v1/organizations/me" => organization(),
            "/v1/organizations/workspaces" if target.contains("include_default=true") => {
                list(&[fresh.clone(), old.clone(), default.clone()])
            }
            "/v1/organizations/workspaces" => {
                let earlier = plain_requests.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                let both = [fresh.clone(), old.clone()];
                // The later one is missing from an earlier list.
                list(if earlier < late { &both[1..] } else { &both })
            }
            _ => list(&[]),
        }
    })
}

#[test]
fn a_workspace_created_meanwhile_is_never_mistaken_for_the_default_one() {
    let files = |canned: &Canned| {
        let head = format!("bylaws: 1\norganization: {{id: {}}}\n", crate::world::ACME);
        at(canned).file("bylaws.yaml", &format!("{head}workspaces: {{Default: {{tags: {{owner: ops}}}}}}\n"))
    };
    for late in 0..=3 {
        let plan = files(&created_between_two_lists(late)).run("plan --format json").ended(0).json();
        assert_eq!(plan["changes"][0]["target"], "wrkspc_default", "{late}");
        assert_eq!(
            plan["reads"]["total"], 3,
            "requests that are repeated are not part of the price of a plan"
        );
    }
    let ran = files(&created_between_two_lists(9)).run("plan").ended(1);
    assert!(ran.err.contains("cannot identify the default workspace: 2 workspaces"), "{ran}");
    assert!(ran.err.contains("wrkspc_fresh, wrkspc_default"), "{ran}");
}
