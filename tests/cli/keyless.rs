//! Federation as a credential, with the token exchange of the emulator: variables, exchanges, denials, renewal.

use std::time::Duration;

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{ACME, FILES, Ran, World, acme, ended, fixed_clock, wait};

const EXCHANGE: &str = "/v1/oauth/token";
const CREATE: &str = "/v1/organizations/workspaces";
const SUBJECT: &str = "repo:acme@417/org@812:environment:bylaws-apply";

/// Returns [`acme`] with a rule for [`SUBJECT`], and one of another scope.
fn seed() -> Value {
    let mut seed = acme();
    seed["service_accounts"] = json!([{"id": "svac_ci", "name": "ci", "organization_role": "admin"}]);
    seed["federation_issuers"] =
        json!([{"id": "fdis_ci", "name": "ci", "issuer_url": "https://token.actions.githubusercontent.com"}]);
    let rule = |id: &str, scope: &str| {
        json!({
            "id": id, "name": id.replace('_', "-"), "issuer_id": "fdis_ci", "oauth_scope": scope, "applies_to_all_workspaces": true,
            "match": {"subject_prefix": SUBJECT, "audience": "https://api.anthropic.com"},
            "target": {"service_account_id": "svac_ci"}, "token_lifetime_seconds": 600,
        })
    };
    seed["federation_rules"] =
        json!([rule("fdrl_apply", "org:admin"), rule("fdrl_other", "workspace:developer")]);
    seed
}

/// Returns an environment with the variables of a workload, which has no identity token yet. The service lets in no
/// other credential than the tokens that it grants.
fn workload() -> World {
    workload_in(World::with)
}

fn workload_in(environment: impl FnOnce(Options) -> World) -> World {
    let state = Seed::from_value(fixed_clock(seed())).unwrap();
    let credentials = vec!["nobody".to_owned()];
    let world = environment(Options { state, credentials, ..Options::default() })
        .without("ANTHROPIC_ADMIN_KEY")
        .env("ANTHROPIC_FEDERATION_RULE_ID", "fdrl_apply")
        .env("ANTHROPIC_ORGANIZATION_ID", ACME)
        .env("ANTHROPIC_SERVICE_ACCOUNT_ID", "svac_ci");
    let claims = json!({"issuer_id": "fdis_ci", "claims": {"sub": SUBJECT, "email": "CANARY@acme.com"}});
    world.control("PUT", "/_emulator/oidc/claims", &claims.to_string());
    world.file("bylaws.yaml", FILES)
}

/// Returns an environment with an identity token in a file.
fn with_file() -> World {
    let world = workload().env("ANTHROPIC_IDENTITY_TOKEN_FILE", "token.jwt");
    write_token(&world);
    world
}

/// Adds the variables of a job on GitHub.
fn on_github(world: World) -> World {
    let url = format!("{}/_emulator/oidc/token?issuer_id=fdis_ci", world.emulator.url());
    world
        .env("GITHUB_ACTIONS", "true")
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", &url)
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "CANARY-runner")
}

/// Returns a new identity token.
fn identity(world: &World) -> String {
    let path = "/_emulator/oidc/token?issuer_id=fdis_ci&audience=https%3A%2F%2Fapi.anthropic.com";
    let answer: Value = serde_json::from_str(&world.control("GET", path, "")).unwrap();
    answer["value"].as_str().unwrap().to_owned()
}

fn write_token(world: &World) {
    world.write("token.jwt", &format!("{}\n", identity(world)));
}

fn exchanges(world: &World) -> usize {
    world.ledger().iter().filter(|entry| entry.path == EXCHANGE).count()
}

/// Returns the history of exchanges: the outcome and reason of each.
fn history(world: &World) -> Vec<String> {
    let history: Value =
        serde_json::from_str(&world.control("GET", "/_emulator/federation/history", "")).unwrap();
    let of = |entry: &Value| format!("{} {}", entry["outcome"].as_str().unwrap(), entry["reason"]);
    history["data"].as_array().unwrap().iter().map(of).collect()
}

/// Checks that no token is in any output, file, request log or dump.
fn hidden(world: &World, runs: &[Ran]) {
    let mut texts: Vec<String> = runs.iter().map(Ran::all).collect();
    texts.push(format!("{:?}", world.ledger()));
    texts.push(world.state_json().to_string());
    let files = world.list(".").into_iter().filter(|path| path.is_file() && !path.ends_with("token.jwt"));
    texts.extend(files.map(|path| std::fs::read_to_string(path).unwrap()));
    for text in texts {
        for secret in ["eyJhbGci", "sk-ant-oat01-workload", "CANARY"] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

/// Writes files that need this many changes: each creates a workspace.
fn many(world: &World, wanted: usize) {
    let workspaces: String = (0..wanted).map(|n| format!("  w{n:02}: {{}}\n")).collect();
    world.write("bylaws.yaml", &FILES.replace("workspaces:\n", &format!("workspaces:\n{workspaces}")));
}

#[test]
fn whoami_names_rule_service_account_and_scope() {
    for (name, world) in [("file", with_file()), ("github", on_github(workload()))] {
        let ran = world.run("whoami -vv").ended(0);
        shown(&format!("whoami-federated-{name}"), world_out(&ran));
        assert_eq!(exchanges(&world), 1);
        write_token(&world);
        let json = world.run("whoami --format json").ended(0);
        let credential = &json.json()["credential"];
        let source = if name == "file" { "file" } else { "github_actions" };
        assert_eq!(
            *credential,
            json!({
                "kind": "federated_token", "source": source, "federation_rule_id": "fdrl_apply",
                "service_account_id": "svac_ci", "scope": "org:admin",
                "identity": {"issuer": "https://token.actions.githubusercontent.com", "subject": SUBJECT,
                             "audience": ["https://api.anthropic.com"]},
                "expires_at": "2026-11-21T09:10:00Z",
            })
        );
        hidden(&world, &[ran, json]);
    }
}

/// Returns the command and its standard output.
fn world_out(ran: &Ran) -> String {
    format!("$ bylaws {}\n{}", ran.line, ran.out)
}

#[test]
fn a_plan_equals_that_of_an_admin_key_and_an_apply_makes_one_exchange() {
    let world = with_file();
    many(&world, 12);
    let plan = world.run("plan --format json").ended(0);
    assert_eq!(exchanges(&world), 1);
    let key = World::live(seed()).file("bylaws.yaml", &world.read("bylaws.yaml"));
    assert_eq!(plan.json(), key.run("plan --format json").ended(0).json());
    assert_eq!(plan.json()["summary"]["changes"], 12);
    write_token(&world);
    world.emulator.clear_ledger();
    let ran = world.run("apply -vv --auto-approve --parallelism 1 --journal journal.jsonl").ended(0);
    assert_eq!((exchanges(&world), world.written().len()), (1, 13));
    let begin: Value = serde_json::from_str(world.read("journal.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(begin["credential"]["federation_rule_id"], "fdrl_apply");
    assert_eq!(begin["credential"]["identity"]["subject"], SUBJECT);
    assert_eq!(begin["credential"].get("expires_at"), None);
    world.run("journal verify journal.jsonl").ended(0);
    let shown = world.run("journal show journal.jsonl --format json").ended(0).json();
    assert_eq!(shown["runs"][0]["credential"], begin["credential"]);
    let text = world.run("journal show journal.jsonl").ended(0);
    assert!(text.out.contains(&format!("  service account svac_ci, rule fdrl_apply, {SUBJECT}\n")), "{text}");
    hidden(&world, &[plan, ran]);
}

#[test]
fn two_processes_of_one_github_job_both_succeed() {
    let world = on_github(workload());
    world.run("plan").ended(0);
    world.run("plan").ended(0);
    assert_eq!(history(&world), ["allowed null", "allowed null"]);
    let other = on_github(workload()).env("ANTHROPIC_OIDC_AUDIENCE", "https://other.example");
    let ran = other.run("plan").ended(1);
    assert!(ran.err.contains("audience https://other.example"), "{ran}");
    assert_eq!(history(&other), ["denied \"match_audience\""]);
}

#[test]
fn a_used_identity_token_is_denied_and_the_error_says_so() {
    let world = with_file();
    world.run("plan").ended(0);
    world.emulator.clear_ledger();
    let ran = world.run("plan").ended(1);
    assert_eq!(world.ledger().len(), 1, "sent once, and nothing else");
    assert!(ran.err.contains("can be exchanged once"), "{ran}");
    shown("error-federation-denied", &ran);
    assert_eq!(history(&world), ["allowed null", "denied \"jti_reused\""]);
    hidden(&world, &[ran]);
}

#[test]
fn a_rule_of_another_scope_ends_the_run_before_any_other_request() {
    let world = with_file().env("ANTHROPIC_FEDERATION_RULE_ID", "fdrl_other");
    let world = world.env("ANTHROPIC_WORKSPACE_ID", "wrkspc_lab");
    world.drift_json(|state| {
        state["workspace_service_accounts"] = json!([{
            "workspace_id": "wrkspc_lab", "service_account_id": "svac_ci", "workspace_role": "workspace_developer",
        }]);
    });
    shown("error-federation-scope", world.run("plan").ended(1));
    assert_eq!(world.ledger().len(), 1);
}

#[test]
fn variables_are_checked_before_any_request() {
    let set = |name: &'static str, value: &'static str| (name, Some(value));
    for (name, changes) in [
        ("two-sources", vec![set("ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-CANARY")]),
        ("org-token", vec![set("ANTHROPIC_ORG_TOKEN", "sk-ant-oat01-CANARY")]),
        ("no-organization", vec![("ANTHROPIC_ORGANIZATION_ID", None)]),
        ("no-service-account", vec![set("ANTHROPIC_SERVICE_ACCOUNT_ID", "")]),
        ("rule-prefix", vec![set("ANTHROPIC_FEDERATION_RULE_ID", "svac_01X")]),
        ("rule-secret", vec![set("ANTHROPIC_FEDERATION_RULE_ID", "sk-ant-admin01-CANARY")]),
        ("no-uuid", vec![set("ANTHROPIC_ORGANIZATION_ID", "acme")]),
        ("workspace-prefix", vec![set("ANTHROPIC_WORKSPACE_ID", "production")]),
        (
            "other-organization",
            vec![set("ANTHROPIC_ORGANIZATION_ID", "00000000-0000-0000-0000-000000000002")],
        ),
        ("two-tokens", vec![set("ANTHROPIC_IDENTITY_TOKEN", "e30.e30.e30")]),
        ("no-file", vec![set("ANTHROPIC_IDENTITY_TOKEN_FILE", "nowhere.jwt")]),
        ("empty-file", vec![set("ANTHROPIC_IDENTITY_TOKEN_FILE", "empty.jwt")]),
        ("no-jwt", vec![set("ANTHROPIC_IDENTITY_TOKEN_FILE", "bylaws.yaml")]),
        ("no-token", vec![set("ANTHROPIC_IDENTITY_TOKEN_FILE", "")]),
        ("no-permission", vec![set("ANTHROPIC_IDENTITY_TOKEN_FILE", ""), set("GITHUB_ACTIONS", "true")]),
        (
            "runner-address",
            vec![
                set("ANTHROPIC_IDENTITY_TOKEN_FILE", ""),
                set("ACTIONS_ID_TOKEN_REQUEST_URL", "http://runner.example/token"),
                set("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "CANARY"),
            ],
        ),
    ] {
        let mut world = with_file().file("empty.jwt", " \n");
        for (name, value) in changes {
            world = match value {
                Some(value) => world.env(name, value),
                None => world.without(name),
            };
        }
        let plan = world.run("plan").ended(1);
        let apply = world.run("apply --auto-approve").ended(1);
        assert_eq!(plan.err, apply.err);
        assert!(world.ledger().is_empty(), "{name}: nothing is requested");
        shown(&format!("error-federation-{name}"), plan);
    }
}

#[test]
fn variables_that_are_empty_or_alone_select_nothing() {
    let mut world = World::live(seed()).file("bylaws.yaml", FILES);
    for name in ["ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_SERVICE_ACCOUNT_ID", "ANTHROPIC_IDENTITY_TOKEN"] {
        world = world.env(name, "");
    }
    let world = world.env("ANTHROPIC_ORGANIZATION_ID", ACME).env("ANTHROPIC_WORKSPACE_ID", "wrkspc_lab");
    world.run("plan").ended(0);
    assert_eq!(exchanges(&world), 0);
    let empty = with_file().env("ANTHROPIC_ADMIN_KEY", "").env("ANTHROPIC_ORG_TOKEN", "");
    empty.env("ANTHROPIC_IDENTITY_TOKEN", "").env("ANTHROPIC_WORKSPACE_ID", "").run("plan").ended(0);
    let profile = world.without("ANTHROPIC_ADMIN_KEY").env("ANTHROPIC_PROFILE", "ci");
    shown("error-federation-profile", profile.run("plan").ended(1));
}

#[test]
fn a_token_that_ends_during_an_apply_is_renewed() {
    for world in [with_file(), on_github(workload())] {
        many(&world, 12);
        // The fifth write is refused, as the service refuses a token that has ended.
        world.faults(&json!([
            {"method": "POST", "path": CREATE, "nth": 2, "then": {"latency_ms": 500}},
            {"method": "POST", "path": CREATE, "nth": 5, "then": {"status": 401}},
        ]));
        let child = world.start("apply --auto-approve --parallelism 1 --journal journal.jsonl");
        if world.has("token.jwt") {
            assert!(wait(|| exchanges(&world) == 1));
            write_token(&world);
        }
        let ran = ended(child, Duration::from_secs(30)).ended(0);
        assert!(ran.out.contains("12 done"), "{ran}");
        assert_eq!(history(&world), ["allowed null", "allowed null"]);
        let created = world.state_json()["workspaces"].as_array().unwrap().len();
        assert_eq!(created, 14, "none is lost, none is sent twice");
        world.run("journal verify journal.jsonl").ended(0);
    }
}

#[test]
fn without_a_new_identity_token_an_apply_stops_between_two_changes_and_the_next_one_continues() {
    let world = with_file();
    many(&world, 12);
    world.faults(&json!([{"method": "POST", "path": CREATE, "nth": 5, "then": {"status": 401}}]));
    let ran = world.run("apply --auto-approve --parallelism 1 --journal journal.jsonl").ended(5);
    assert!(
        ran.err.contains(
            "error: the credential expired and the identity token cannot be exchanged again; 4 of 12 changes applied\n  \
             help: run apply again in a new job"
        ),
        "{ran}"
    );
    assert!(ran.out.contains("4 done") && ran.out.contains("stopped:"), "{ran}");
    world.run("journal verify journal.jsonl").ended(0);
    let last: Value = serde_json::from_str(world.read("journal.jsonl").lines().last().unwrap()).unwrap();
    assert_eq!((&last["kind"], &last["done"]), (&json!("end"), &json!(4)));
    assert_eq!(history(&world), ["allowed null", "denied \"jti_reused\""]);
    world.faults(&json!([]));
    write_token(&world);
    let again = world.run("apply --auto-approve --parallelism 1 --journal journal.jsonl").ended(0);
    assert!(again.out.contains("8 done"), "{again}");
    hidden(&world, &[ran, again]);
}

#[test]
fn an_apply_that_may_take_longer_than_its_token_lasts_is_warned_about() {
    let world = with_file();
    let claims = json!({"issuer_id": "fdis_ci", "claims": {"sub": SUBJECT}, "lifetime_seconds": 30});
    world.control("PUT", "/_emulator/oidc/claims", &claims.to_string());
    write_token(&world);
    many(&world, 150);
    world.faults(&json!([
        {"method": "GET", "path": "**", "then": {"latency_ms": 800}},
        {"method": "POST", "path": CREATE, "then": {"status": 401}},
    ]));
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(
        ran.err.contains("warning: the access token expires in 5")
            && ran.err.contains(" seconds, and the changes may take "),
        "{ran}"
    );
    assert!(ran.err.contains("cannot be exchanged again; 0 of 150 changes applied"), "{ran}");
}

#[test]
fn a_token_that_ends_while_the_service_asks_to_wait_is_renewed_or_ends_the_apply() {
    for (world, code, exchanged) in [
        (on_github(workload_in(World::here_with)), 0, "allowed null"),
        (workload_in(World::here_with), 5, "denied \"jti_reused\""),
    ] {
        let token = identity(&world);
        let world = if code == 0 { world } else { world.env("ANTHROPIC_IDENTITY_TOKEN", &token) };
        many(&world, 12);
        let wait = json!({"status": 429, "headers": {"retry-after": "290"}});
        // Of 600 seconds, 20 are left after the second wait.
        world.faults(&json!([
            {"method": "POST", "path": CREATE, "nth": 5, "then": wait},
            {"method": "POST", "path": CREATE, "nth": 6, "then": wait},
        ]));
        let ran = world.run("apply --auto-approve --parallelism 1 --journal journal.jsonl").ended(code);
        assert!(ran.took > Duration::from_secs(580), "{ran}");
        assert_eq!(history(&world), ["allowed null", exchanged]);
        let done = if code == 0 { 12 } else { 4 };
        assert!(ran.out.contains(&format!("{done} done")), "{ran}");
        assert_eq!(world.state_json()["workspaces"].as_array().unwrap().len(), done + 2);
        assert_eq!(
            ran.err.contains("cannot be exchanged again; 4 of 12 changes applied"),
            code == 5,
            "{ran}"
        );
        world.run("journal verify journal.jsonl").ended(0);
    }
}
