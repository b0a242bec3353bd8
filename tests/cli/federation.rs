//! Federation issuers and rules, from the files to the service and back.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{ACME, FILES, TOKEN, World, acme};

pub(crate) const ISSUERS: &str = "/v1/organizations/federation_issuers";
pub(crate) const RULES: &str = "/v1/organizations/federation_rules";

/// The section of [`files`].
pub(crate) const SECTION: &str = "\
federation:
  issuers:
    github:
      issuer_url: https://token.actions.githubusercontent.com
      jwks: discovery
      check_jti: true
      max_jwt_lifetime: 15m
  rules:
    deploy:
      issuer: github
      match:
        subject: repo:acme/robot:environment:production
        audience: https://api.anthropic.com
        claims: {repository_id: \"81\"}
      service_account: ci
      scope: workspace:inference
      workspaces: [lab]
      token_lifetime: 15m
";

/// Two workspaces, the accounts `ci` and `boss`, and the rules `deploy`, `admin` (made in the Console) and `old` (archived).
pub(crate) fn organization() -> Value {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    seed["workspaces"].as_array_mut().unwrap().push(json!({"id": "wrkspc_main", "name": "main"}));
    seed["service_accounts"] = json!([
        {"id": "svac_ci", "name": "ci"},
        {"id": "svac_boss", "name": "boss", "organization_role": "admin"},
    ]);
    let member = |of: &str| json!({"workspace_id": of, "service_account_id": "svac_ci", "workspace_role": "workspace_developer"});
    seed["workspace_service_accounts"] = json!([member("wrkspc_lab"), member("wrkspc_main")]);
    let issuer = |name: &str| {
        json!({
            "id": format!("fdis_{name}"), "name": name, "issuer_url": "https://token.actions.githubusercontent.com",
            "jwks": {"type": "discovery"}, "max_jwt_lifetime_seconds": 900,
        })
    };
    seed["federation_issuers"] = json!([issuer("github"), issuer("admins")]);
    let rule = |name: &str, issuer: &str, account: &str, scope: &str, workspaces: Value| {
        json!({
            "id": format!("fdrl_{name}"), "name": name, "issuer_id": issuer, "oauth_scope": scope,
            "match": {
                "subject_prefix": "repo:acme/robot:environment:production", "audience": "https://api.anthropic.com",
                "claims": {"repository_id": "81"},
            },
            "target": {"type": "service_account", "service_account_id": account}, "token_lifetime_seconds": 900,
            "workspace_ids": workspaces,
        })
    };
    let mut old = rule("old", "fdis_github", "svac_ci", "workspace:inference", json!([]));
    old["archived_at"] = json!("2026-06-01T00:00:00Z");
    let mut admin = rule("admin", "fdis_admins", "svac_boss", "org:admin", json!([]));
    admin["applies_to_all_workspaces"] = json!(true);
    let deploy = rule("deploy", "fdis_github", "svac_ci", "workspace:inference", json!(["wrkspc_lab"]));
    seed["federation_rules"] = json!([old, admin, deploy]);
    seed
}

/// The files of [`World::acme`] with the section, in sync.
pub(crate) fn files() -> String {
    format!("{FILES}  workspaces: ignore\n  federation: ignore\n{SECTION}")
        .replace("  lab:\n", "  main: {}\n  lab:\n")
}

pub(crate) fn world_of(text: &str) -> World {
    World::live(organization()).file("bylaws.yaml", text).with_token(TOKEN)
}

/// Files with only these sections.
pub(crate) fn only(sections: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ACME}}}\n{sections}\n")
}

pub(crate) fn approve(changes: &str) -> String {
    format!("guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{changes}]}}\n")
}

/// Replaces part of the files.
pub(crate) fn edited(from: &str, to: &str) -> String {
    let files = files();
    assert!(files.contains(from), "{from}");
    files.replacen(from, to, 1)
}

pub(crate) fn is_in_sync(world: &World, what: &str) {
    let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])), "{what}");
}

#[test]
fn files_that_say_what_is_live_change_nothing_and_count_their_reads() {
    let world = world_of(&files());
    is_in_sync(&world, "");
    world.take_ledger();
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["reads"]["total"], world.reads(), "{plan:#}");
    assert_eq!(plan["reads"]["federation"], 2);
}

#[test]
fn each_change_is_sent_once_it_is_approved_and_the_next_plan_is_empty() {
    let update = |rest: &str| {
        let rule = "{\"subject_prefix\":\"repo:acme/robot:environment:production\",\"audience\":\
                    \"https://api.anthropic.com\",\"claims\":{\"repository_id\":\"81\"},\"condition\":null}";
        let target = "{\"type\":\"service_account\",\"service_account_id\":\"svac_ci\"}";
        format!("POST {RULES}/fdrl_deploy {{\"match\":{rule},\"target\":{target}{rest}}}")
    };
    let no_claims = update("").replace("{\"repository_id\":\"81\"}", "{\"repository_owner_id\":\"417\"}");
    let in_main = format!("POST {RULES}/fdrl_deploy/workspaces {{\"workspace_id\":\"wrkspc_main\"}}");
    let not_in_lab = format!("DELETE {RULES}/fdrl_deploy/workspaces/wrkspc_lab");
    let issuer = |rest: &str| format!("POST {ISSUERS}/fdis_github {{{rest}}}");
    let archived = (
        files()[files().find("    deploy:").unwrap()..].to_owned(),
        "    deploy: {state: archived}\n".to_owned(),
    );
    for (from, to, approved, sent) in [
        ("repository_id: \"81\"", "repository_owner_id: \"417\"", "update federation_rule/deploy", no_claims),
        ("15m\n  rules", "10m\n  rules", "", issuer("\"max_jwt_lifetime_seconds\":600")),
        (
            "check_jti: true",
            "check_jti: false",
            "update federation_issuer/github",
            issuer("\"check_jti\":false"),
        ),
        (
            "jwks: discovery",
            "jwks: {explicit_url: \"https://keys.acme.com/jwks\"}",
            "update federation_issuer/fdis_github",
            issuer(
                "\"jwks\":{\"type\":\"explicit_url\",\"url\":\"https://keys.acme.com/jwks\",\"ca_cert_pem\":null}",
            ),
        ),
        (
            "workspace:inference",
            "[workspace:inference, workspace:developer]",
            "update federation_rule/deploy",
            update(",\"oauth_scope\":\"workspace:developer workspace:inference\""),
        ),
        ("token_lifetime: 15m", "token_lifetime: 10m", "", update(",\"token_lifetime_seconds\":600")),
        (
            "token_lifetime: 15m",
            "token_lifetime: 1h",
            "update federation_rule/fdrl_deploy",
            update(",\"token_lifetime_seconds\":3600"),
        ),
        (
            "token_lifetime: 15m",
            "description: deploys",
            "",
            update("").replacen('{', "{\"description\":\"deploys\",", 1),
        ),
        ("[lab]", "[lab, main]", "create federation_rule/deploy/workspace/main", in_main.clone()),
        (
            "[lab]",
            "[main]",
            "create federation_rule/deploy/workspace/main",
            format!("{in_main}\n{not_in_lab}"),
        ),
        ("[lab]", "all", "update federation_rule/deploy", update(",\"applies_to_all_workspaces\":true")),
        (
            archived.0.as_str(),
            archived.1.as_str(),
            "archive federation_rule/deploy",
            format!("POST {RULES}/fdrl_deploy/archive"),
        ),
        (
            "    deploy:",
            "    ship: {state: archived}\n    deploy:\n      id: fdrl_deploy\n      name: deploy-robot",
            "",
            update("").replacen('{', "{\"name\":\"deploy-robot\",", 1),
        ),
    ] {
        let text = edited(from, to);
        if !approved.is_empty() {
            let world = world_of(&text);
            let plan = world.run("plan --format json").ended(0).json();
            assert_eq!(plan["changes"], json!([]), "{to}");
            let lines = plan["blocked"].to_string();
            let (action, address) = approved.split_once(' ').unwrap();
            let address = address.replace("fdrl_deploy", "deploy").replace("fdis_github", "github");
            assert!(lines.contains(&format!("\"{address}\"")), "{to}: {lines}");
            let shown = world.run("plan").ended(0).out;
            assert!(shown.contains(&format!("{action} {address}")), "{to}: {shown}");
            world.run("apply --auto-approve").ended(0);
            world.untouched();
        }
        let guards = if approved.is_empty() { String::new() } else { approve(approved) };
        let world = world_of(&(text + &guards));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().trim(), sent.trim(), "{to}");
        is_in_sync(&world, to);
    }
}

#[test]
fn a_rule_for_all_workspaces_is_narrowed_once_it_is_enabled_where_it_stays() {
    let mut seed = organization();
    seed["federation_rules"][2]["applies_to_all_workspaces"] = json!(true);
    seed["federation_rules"][2]["workspace_ids"] = json!([]);
    let text = edited("token_lifetime: 15m", "token_lifetime: 10m");
    let text = text.replace("[lab]", "[lab, main]") + &approve("create federation_rule/deploy/workspace/lab");
    let world = World::live(seed).file("bylaws.yaml", &text).with_token(TOKEN);
    // Without the second approval nobody loses anything that they are meant to keep.
    let plan = world.run("plan --format json").ended(0).json();
    let narrowed = |plan: &Value| plan["changes"].to_string().contains("applies_to_all_workspaces");
    assert!(!narrowed(&plan), "{plan:#}");
    world.edit("workspace/lab]", "workspace/lab, create federation_rule/deploy/workspace/main]");
    assert!(narrowed(&world.run("plan --format json").ended(0).json()));
    world.run("apply --auto-approve").ended(0);
    let sent = world.writes();
    let place = |text: &str| sent.find(text).unwrap_or_else(|| panic!("{text}: {sent}"));
    assert!(place("wrkspc_main") < place("\"applies_to_all_workspaces\":false"), "{sent}");
    assert!(place("wrkspc_lab") < place("\"applies_to_all_workspaces\":false"), "{sent}");
    is_in_sync(&world, &sent);
}

/// A new issuer with a rule for new workspaces and a new account.
pub(crate) fn new_ones() -> String {
    only(
        "service_accounts:\n  robot: {description: builds}\nworkspaces:\n  fresh: {service_accounts: {robot: \
         workspace_user}}\n  main: {service_accounts: {robot: workspace_user}}\nfederation:\n  issuers:\n    own:\n      \
         issuer_url: https://ci.acme.com\n      jwks: {inline: {keys: [{kty: EC, kid: a, crv: P-256, x: AQ, y: Ag}]}}\n  \
         rules:\n    build:\n      issuer: own\n      match: {subject: job, audience: claude}\n      service_account: robot\n\
         \x20     scope: workspace:inference\n      workspaces: [fresh, main]\nunlisted: {federation: ignore, \
         service_accounts: ignore, workspaces: ignore}",
    )
}

#[test]
fn everything_that_a_new_rule_needs_is_created_by_one_apply() {
    let world = world_of(&new_ones());
    let blocked = world.run("plan").ended(0).out;
    for line in ["create federation_rule/build", "create federation_rule/build/workspace/main"] {
        assert!(blocked.contains(line), "{blocked}");
    }
    // Nothing is created for a rule whose workspace is missing from the approval, except what is harmless.
    let text =
        new_ones() + &approve("create federation_rule/build, create federation_rule/build/workspace/main");
    world.write("bylaws.yaml", &text);
    let plan = world.run("plan --format json").ended(0).json();
    let requests = plan["changes"].to_string();
    for placeholder in
        ["{federation_issuer/own}", "{service_account/robot}", "{federation_rule/build}", "{workspace/fresh}"]
    {
        assert!(requests.contains(placeholder), "{placeholder}: {requests}");
    }
    world.run("apply --auto-approve --parallelism 1").ended(0);
    let live = world.emulator.state();
    let ids = [
        live.service_accounts.iter().find(|one| one.name == "robot").unwrap().id.clone(),
        live.federation_issuers.iter().find(|one| one.name == "own").unwrap().id.clone(),
        live.federation_rules.iter().find(|one| one.name == "build").unwrap().id.clone(),
        live.workspaces.iter().find(|one| one.name == "fresh").unwrap().id.clone(),
    ];
    let names = ["SVAC", "FDIS", "FDRL", "FRESH"];
    let sent = ids.iter().zip(names).fold(world.writes(), |sent, (id, name)| sent.replace(id.as_str(), name));
    shown("federation-created", &sent);
    is_in_sync(&world, &sent);
}

#[test]
fn what_the_console_made_is_in_place_or_blocked() {
    let rule = "    admin:\n      issuer: admins\n      match:\n        subject: repo:acme/robot:environment:production\n        \
                audience: https://api.anthropic.com\n        claims: {repository_id: \"81\"}\n      service_account: boss\n      \
                scope: org:admin\n      workspaces: all\n      token_lifetime: 15m\n";
    let issuer = "    admins:\n      issuer_url: https://token.actions.githubusercontent.com\n      max_jwt_lifetime: 15m\n";
    let text = edited("    deploy:\n", &format!("{rule}    deploy:\n"))
        .replace("  rules:\n", &format!("{issuer}  rules:\n"));
    is_in_sync(&world_of(&text), "in place");
    for (from, to, address) in [
        (
            "claims: {repository_id: \"81\"}",
            "claims: {repository_id: \"81\", ref: main}",
            "federation_rule/admin",
        ),
        ("max_jwt_lifetime: 15m\n  rules", "max_jwt_lifetime: 10m\n  rules", "federation_issuer/admins"),
    ] {
        let world = world_of(&text.replacen(from, to, 1));
        let plan = world.run("plan --format json").ended(0).json();
        assert_eq!(plan["blocked"][0]["address"], address, "{plan:#}");
        assert!(plan["blocked"][0]["reason"].as_str().unwrap().contains("only the Console"), "{plan:#}");
        world.run("apply --auto-approve").ended(0);
        world.untouched();
    }
}

#[test]
fn what_is_selected_is_planned_alone_and_blocked_with_its_section() {
    let text = edited("15m\n  rules", "10m\n  rules").replace("token_lifetime: 15m", "token_lifetime: 10m");
    let text =
        text.replace("[lab]", "[lab, main]") + &approve("create federation_rule/deploy/workspace/main");
    let world = world_of(&text);
    for (address, expected) in [
        ("federation_rule/deploy", vec!["federation_rule/deploy", "federation_rule/deploy/workspace/main"]),
        (
            "federation_rule/fdrl_deploy",
            vec!["federation_rule/deploy", "federation_rule/deploy/workspace/main"],
        ),
        ("federation_rule/deploy/workspace/main", vec!["federation_rule/deploy/workspace/main"]),
        ("federation_issuer/github", vec!["federation_issuer/github"]),
        ("member/uma@acme.com", vec![]),
    ] {
        let plan = world.run(&format!("plan --format json --only {address}")).ended(0).json();
        let changes: Vec<_> = plan["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["address"].as_str().unwrap())
            .collect();
        assert_eq!(changes, expected, "{address}");
    }
    world.faults(&json!([{"method": "GET", "path": RULES, "then": {"status": 403}}]));
    for (address, count) in [
        ("federation_rule/deploy", 1),
        ("federation_rule/deploy/workspace/main", 1),
        ("federation_issuer/github", 1),
        ("member/uma@acme.com", 0),
    ] {
        let plan = world.run(&format!("plan --format json --only {address}")).ended(0).json();
        let blocked: Vec<_> =
            plan["blocked"].as_array().unwrap().iter().map(|item| &item["address"]).collect();
        assert_eq!(blocked, vec!["federation"; count], "{address}");
    }
}

#[test]
fn a_change_in_the_console_is_adopted_in_place_and_named_with_its_author() {
    let mut seed = organization();
    seed["compliance_settings"] = json!({"state": "enabled"});
    let world = World::live(seed).file("bylaws.yaml", &files()).with_token(TOKEN);
    world.commit("base");
    world.drift_as("cto@acme.com", |live| {
        live.federation_issuers[0].max_jwt_lifetime_seconds = 1200;
        let rule = &mut live.federation_rules[2];
        rule.token_lifetime_seconds = 600;
        rule.description = Some("deploys".to_owned());
    });
    let drift = world.run("drift --format json").ended(0).json();
    let told: Vec<_> = drift["drift"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (entry["address"].as_str().unwrap(), entry["changed_by"].to_string().contains("cto@acme.com"))
        })
        .collect();
    assert_eq!(told, [("federation_issuer/github", true), ("federation_rule/deploy", true)], "{drift:#}");
    world.run("adopt --write").ended(0);
    let text = world.read("bylaws.yaml");
    for line in ["max_jwt_lifetime: 20m\n", "token_lifetime: 10m\n"] {
        assert!(text.contains(line), "{text}");
    }
    is_in_sync(&world, &text);
}

#[test]
fn workspaces_of_a_rule_are_adopted() {
    let world = world_of(&files());
    world.commit("base");
    world.drift_json(|live| {
        live["federation_rules"][2]["workspace_ids"] = json!(["wrkspc_lab", "wrkspc_main"]);
        live["federation_rules"][2]["workspace_id"] = Value::Null;
    });
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["changes"][0]["address"], "federation_rule/deploy/workspace/main", "{plan:#}");
    assert_eq!(plan["changes"][0]["action"], "remove");
    world.run("adopt --write").ended(0);
    assert!(world.read("bylaws.yaml").contains("workspaces: [lab, main]"), "{}", world.read("bylaws.yaml"));
    is_in_sync(&world, "adopted");
}

#[test]
fn import_and_snapshots_have_what_the_credential_may_read() {
    let world = world_of(&files());
    world.run("import imported").ended(0);
    world.run("validate imported").ended(0);
    world.run("plan imported --detailed-exitcode").ended(0);
    let text = world.read("imported/federation.yaml");
    for line in ["    deploy:\n", "    admin:\n", "      scope: \"org:admin\"\n", "    admins:\n"] {
        assert!(text.contains(line), "{text}");
    }
    world.run("snapshot --out live.json").ended(0);
    world.edit("max_jwt_lifetime: 15m", "max_jwt_lifetime: 10m");
    let [of_snapshot, of_service] = ["plan --live live.json --format json", "plan --format json"]
        .map(|line| world.run(line).ended(0).json()["changes"].clone());
    assert_eq!(of_snapshot, of_service);
    let world = world.with_key();
    world.run("import keyed").ended(0);
    assert!(!world.path("keyed/federation.yaml").exists());
    world.run("snapshot --out keyed.json").ended(0);
    let plan = world.run("plan --live keyed.json --format json").ended(0).json();
    assert_eq!(plan["blocked"][0]["address"], "federation", "{plan:#}");
}

#[test]
fn an_account_is_archived_once_its_rule_has_another_one() {
    let accounts = "service_accounts:\n  ci: {state: archived}\n  fresh: {}\n";
    let moved = edited("service_account: ci", "service_account: fresh") + accounts;
    let moved = moved.replace("  lab:\n", "  lab:\n    service_accounts: {fresh: workspace_developer}\n");
    let world = world_of(&(moved.clone() + &approve("archive service_account/ci")));
    // Without an approval the rule keeps its account, which then cannot be archived.
    let plan = world.run("plan --format json").ended(0).json();
    let blocked: Vec<_> = plan["blocked"].as_array().unwrap().iter().map(|item| &item["address"]).collect();
    assert_eq!(blocked, ["federation_rule/deploy", "service_account/ci"]);
    world.write(
        "bylaws.yaml",
        &(moved + &approve("archive service_account/ci, update federation_rule/deploy")),
    );
    world.run("apply --auto-approve").ended(0);
    is_in_sync(&world, "the rule acts as another account");
    let state = world.state_json();
    let accounts = state["service_accounts"].as_array().unwrap();
    let is_archived = accounts.iter().any(|one| one["id"] == "svac_ci" && one["archived_at"].is_string());
    assert!(is_archived, "{accounts:#?}");
}

#[test]
fn a_plan_with_every_change_of_federation_is_shown() {
    let archived = "    retired:\n      state: archived\n    build:\n      issuer: own\n      match: {subject: \"job:*\", audience: \
                    claude}\n      service_account: ci\n      scope: workspace:developer\n      workspaces: [lab, main]\n";
    let own = "    own:\n      issuer_url: https://ci.acme.com\n      jwks: {explicit_url: \"https://ci.acme.com/keys\"}\n";
    let text = edited("  rules:\n", &format!("{own}  rules:\n{archived}"))
        .replace("check_jti: true", "check_jti: false")
        .replace("repository_id: \"81\"", "repository_owner_id: \"417\"")
        .replace(
            "scope: workspace:inference\n      workspaces: [lab]",
            "scope: workspace:inference\n      workspaces: [main]",
        )
        .replace("federation: ignore", "federation: report");
    let mut seed = organization();
    let mut retired = seed["federation_rules"][2].clone();
    retired["id"] = json!("fdrl_retired");
    retired["name"] = json!("retired");
    retired["description"] = json!("@everyone `rm -rf` <b>");
    seed["federation_rules"].as_array_mut().unwrap().push(retired);
    seed["federation_issuers"][0]["jwks_polling_disabled_at"] = json!("2026-11-20T00:00:00Z");
    let some = approve(
        "update federation_issuer/github, update federation_rule/deploy, create federation_rule/deploy/workspace/main, archive \
         federation_rule/retired, create federation_rule/build",
    );
    let world = World::live(seed).file("bylaws.yaml", &(text + &some)).with_token(TOKEN);
    shown("federation-plan", world.run("plan").ended(0));
    shown("federation-plan-json", world.run("plan --format json").ended(0).out);
    shown("federation-plan-markdown", world.run("plan --format markdown").ended(0).out);
    shown("federation-apply", world.run("apply --auto-approve --parallelism 1").ended(0));
}
