//! Service accounts, federation, limits and external keys in `bylaws audit` and `bylaws report --html`.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{FILES, TOKEN, World, acme};

/// An organization with something to find for each rule about programs, limits and external keys.
fn organization() -> Value {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    let workspaces = seed["workspaces"].as_array_mut().unwrap();
    workspaces.extend(["main", "new"].map(|name| json!({"id": format!("wrkspc_{name}"), "name": name})));
    seed["usage"] = json!([{
        "starting_at": "2026-11-01T10:00:00Z", "workspace_id": "wrkspc_lab", "api_key_id": "apikey_ci",
        "model": "claude-sonnet-4-5", "uncached_input_tokens": 1_000_000_000,
    }]);
    seed["service_accounts"] = json!([
        {"id": "svac_ci", "name": "ci", "description": "deploys"},
        {"id": "svac_boss", "name": "boss", "organization_role": "admin"},
        {"id": "svac_old", "name": "old"},
    ]);
    seed["workspace_service_accounts"] = json!([
        {"workspace_id": "wrkspc_lab", "service_account_id": "svac_ci", "workspace_role": "workspace_user"},
    ]);
    let issuer = |name: &str| {
        json!({
            "id": format!("fdis_{name}"), "name": name, "issuer_url": "https://token.actions.githubusercontent.com",
            "jwks": {"type": "discovery"}, "max_jwt_lifetime_seconds": 900,
        })
    };
    let mut loose = issuer("loose");
    loose["check_jti"] = json!(false);
    loose["max_jwt_lifetime_seconds"] = json!(176_400);
    loose["jwks_polling_disabled_at"] = json!("2026-11-03T08:00:00Z");
    seed["federation_issuers"] = json!([issuer("github"), loose]);
    let rule = |name: &str, issuer: &str, account: &str, scope: &str, matching: Value| {
        json!({
            "id": format!("fdrl_{name}"), "name": name, "issuer_id": issuer, "oauth_scope": scope, "match": matching,
            "target": {"type": "service_account", "service_account_id": account}, "token_lifetime_seconds": 900,
            "workspace_ids": [],
        })
    };
    let exact = json!({
        "subject_prefix": "repo:acme/robot:environment:production", "audience": "https://api.anthropic.com",
        "claims": {"repository_id": "81"},
    });
    let mut deploy = rule("deploy", "fdis_github", "svac_ci", "workspace:developer", exact.clone());
    deploy["workspace_ids"] = json!(["wrkspc_lab"]);
    let mut evals = rule(
        "evals",
        "fdis_loose",
        "svac_ci",
        "workspace:inference",
        json!({"subject_prefix": "repo:acme/evals:*"}),
    );
    evals["workspace_ids"] = json!(["wrkspc_main"]);
    evals["token_lifetime_seconds"] = json!(86_400);
    let mut anyone = rule(
        "anyone",
        "fdis_loose",
        "svac_ci",
        "workspace:inference",
        json!({"claims": {"environment": "production"}}),
    );
    anyone["applies_to_all_workspaces"] = json!(true);
    let mut admin = rule("admin", "fdis_github", "svac_boss", "org:admin", exact);
    admin["applies_to_all_workspaces"] = json!(true);
    seed["federation_rules"] = json!([admin, deploy, evals, anyone]);
    seed["rate_limits"] = json!([{
        "id": "rl_batch", "group": {"type": "batch"}, "limits": [{"type": "requests_per_minute", "value": 100}],
    }]);
    seed["workspace_rate_limits"] = json!([{
        "workspace_id": "wrkspc_lab", "rate_limit_id": "rl_batch",
        "limits": [{"type": "requests_per_minute", "value": 0}],
    }]);
    let limit = |of: &str, amount: &str| json!({"id": format!("spl_{of}"), "scope": {"type": "workspace", "workspace_id": format!("wrkspc_{of}")}, "amount": amount});
    seed["spend_limits"] = json!([
        {"id": "spl_all", "scope": {"type": "organization"}, "amount": "2000000"},
        limit("lab", "300000"),
        limit("main", "10050"),
    ]);
    let key = |name: &str| json!({"id": format!("ekey_{name}"), "display_name": name, "provider_config": {"type": "gcp", "key_name": format!("projects/acme/{name}")}});
    seed["external_keys"] = json!([key("used"), key("spare")]);
    seed["workspaces"][0]["external_key_id"] = json!("ekey_used");
    seed
}

fn world() -> World {
    World::live(organization()).file("bylaws.yaml", FILES).with_token(TOKEN)
}

/// The rules about programs, limits and external keys.
const OURS: [&str; 15] = [
    "BA0104", "BA0105", "BA0203", "BA0603", "BA0801", "BA0802", "BA0803", "BA0804", "BA0805", "BA0806",
    "BA0807", "BA0808", "BA0809", "BA0810", "BA0901",
];

/// Returns the findings of these rules as lines, and the rules that were not checked.
fn audited(world: &World) -> (String, Vec<(String, String)>) {
    let audit = world.run("audit --format json").ended(0).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let ours = |one: &&Value| OURS.contains(&one["code"].as_str().unwrap());
    let findings = audit["findings"].as_array().unwrap().iter().filter(ours).map(|one| {
        let evidence = one["evidence"].as_array().unwrap().iter();
        let evidence: Vec<_> =
            evidence.map(|one| format!("{} {}", text(&one["name"]), text(&one["value"]))).collect();
        format!(
            "{} {} {}: {} [{}]\n",
            text(&one["severity"]),
            text(&one["code"]),
            text(&one["address"]),
            text(&one["message"]),
            evidence.join("; ")
        )
    });
    let not_judged = audit["not_judged"].as_array().unwrap().iter().filter(ours);
    (findings.collect(), not_judged.map(|one| (text(&one["code"]), text(&one["what"]))).collect())
}

/// Returns the data of the page.
fn page(world: &World) -> Value {
    world.run("report --html page.html").ended(0);
    let page = world.read("page.html");
    let (_, data) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap()
}

const PARTS: [&str; 4] = ["service_accounts", "federation", "limits", "external_keys"];

#[test]
fn each_rule_finds_what_it_is_about_without_entries_in_the_files() {
    let world = world();
    let (findings, not_judged) = audited(&world);
    for code in OURS {
        assert!(findings.contains(code), "{code}\n{findings}");
    }
    assert_eq!(not_judged, []);
    shown("audit-programs", findings);
    world.untouched();
    world.run("audit --no-figures --fail-on error").ended(2);
}

#[test]
fn what_the_credential_may_not_read_is_not_checked_and_fails_only_what_the_files_use() {
    let world = world().with_key();
    let (findings, not_judged) = audited(&world);
    let needs_token = |code: &&str| !["BA0203", "BA0603", "BA0901"].contains(code);
    assert_eq!(
        not_judged.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(),
        OURS.into_iter().filter(needs_token).collect::<Vec<_>>()
    );
    let whats: std::collections::BTreeSet<_> = not_judged.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(whats.into_iter().collect::<Vec<_>>(), ["federation issuers and rules", "service accounts"]);
    for code in ["BA0203", "BA0603", "BA0901"] {
        assert!(findings.contains(code), "{code}\n{findings}");
    }
    // The files do not list them, so the run does not depend on a credential for them.
    world.run("audit --no-figures --fail-on error").ended(0);
    world.edit("workspaces:\n", "federation: {rules: {}}\nworkspaces:\n");
    let ran = world.run("audit --no-figures --fail-on error").ended(1);
    assert!(ran.err.contains("cannot evaluate --fail-on"), "{ran}");
}

#[test]
fn every_list_that_is_refused_is_reported() {
    let world = world();
    for (list, codes, part) in [
        ("rate_limits", &["BA0203"][..], "/limits/rate/not_read"),
        ("spend_limits", &["BA0603"], "/limits/spend/not_read"),
        ("external_keys", &["BA0901"], "/external_keys/not_read"),
        ("federation_rules", &["BA0105", "BA0801", "BA0810"], "/federation/not_read"),
        ("service_accounts", &["BA0104", "BA0801", "BA0807"], "/service_accounts/not_read"),
    ] {
        world.faults(&json!([
            {"method": "GET", "path": format!("/v1/organizations/{list}"), "then": {"status": 403}},
        ]));
        let (_, not_judged) = audited(&world);
        for code in codes {
            assert!(not_judged.iter().any(|(one, _)| one == code), "{list} {code} {not_judged:?}");
        }
        let page = page(&world);
        assert!(
            page.pointer(part).is_some_and(|why| why.as_str().unwrap().contains("403")),
            "{list}: {page:#}"
        );
        world.faults(&json!([]));
    }
}

#[test]
fn the_page_shows_programs_limits_and_keys() {
    let world = world();
    let data = page(&world);
    let parts: serde_json::Map<String, Value> =
        PARTS.iter().map(|part| ((*part).to_owned(), data[*part].clone())).collect();
    shown("page-programs", serde_json::to_string_pretty(&parts).unwrap());
    assert_eq!(data["reads"], world.reads());
    world.untouched();
    let html = world.read("page.html");
    for wanted in
        ["<h2>Federation rules</h2>", "<code>evals</code> accepts subject repo:acme/evals:*", "lab: 3000 USD"]
    {
        assert!(html.contains(wanted), "without scripts: {wanted}");
    }
}

#[test]
fn without_files_or_from_a_snapshot_the_page_shows_the_same_except_the_cost() {
    let world = world();
    let live = page(&world);
    world.run("snapshot --out live.json").ended(0);
    let world = world.without("ANTHROPIC_AUTH_TOKEN");
    world.run("report --live live.json --html page.html").ended(0);
    let text = world.read("page.html");
    let (_, data) = text.split_once("id=\"data\">").unwrap();
    let mut offline: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
    for (limit, of_live) in offline["limits"]["spend"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .zip(live["limits"]["spend"].as_array().unwrap())
    {
        assert_eq!(limit["spent"], Value::Null);
        limit["spent"] = of_live["spent"].clone();
    }
    for part in PARTS {
        assert_eq!(offline[part], live[part], "{part}");
    }
    let bare = World::live(organization()).with_token(TOKEN);
    let without = page(&bare);
    for part in PARTS {
        assert_eq!(without[part], live[part], "{part}");
    }
}

#[test]
fn names_of_others_are_text_on_the_page() {
    let hostile = "</script><img src=x onerror=alert(1)>\u{202e}";
    let mut seed = organization();
    seed["service_accounts"][0]["description"] = json!(hostile);
    seed["federation_rules"][2]["description"] = json!(hostile);
    seed["external_keys"][0]["display_name"] = json!(hostile);
    seed["workspaces"].as_array_mut().unwrap()[0]["name"] = json!(hostile);
    let world = World::live(seed).with_token(TOKEN);
    world.run("report --html page.html").ended(0);
    let html = world.read("page.html");
    assert!(!html.contains("<img") && !html.contains('\u{202e}'));
    assert!(
        html.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;\\u{202e}"),
        "as text, without scripts too"
    );
}
