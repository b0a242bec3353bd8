//! Federation rules and their workspaces: what a rule must say, who may change it, and where it is enabled.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::feed::told;
use crate::http::Answer;
use crate::world::{World, acme, each};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const GONE: &str = "404 not_found_error";
const TAKEN: &str = "409 conflict_error";
const DENIED: &str = "403 permission_error";
const NEW: &str = "POST /federation_rules";
const DEPLOY: &str = "POST /federation_rules/fdrl_deploy";
const OLD: &str = "POST /federation_rules/fdrl_old";

fn seed() -> Value {
    let mut seed = acme();
    seed["service_accounts"] = json!([
        {"id": "svac_bot", "name": "bot"},
        {"id": "svac_two", "name": "two"},
        {"id": "svac_gone", "name": "gone", "archived_at": "2026-11-02T00:00:00Z"},
    ]);
    seed["federation_issuers"] = json!([
        {"id": "fdis_github", "name": "github", "issuer_url": "https://token.actions.githubusercontent.com"},
        {"id": "fdis_own", "name": "own", "issuer_url": "https://idp.acme.com"},
        {"id": "fdis_gone", "name": "gone", "issuer_url": "https://old.acme.com",
         "archived_at": "2026-11-02T00:00:00Z"},
    ]);
    let target = json!({"service_account_id": "svac_bot"});
    seed["federation_rules"] = json!([
        {"id": "fdrl_deploy", "name": "deploy", "issuer_id": "fdis_github", "oauth_scope": "workspace:inference",
         "match": {"subject_prefix": "repo:acme/robot:*"}, "target": target, "workspace_ids": ["wrkspc_lab"]},
        {"id": "fdrl_all", "name": "all", "issuer_id": "fdis_own", "oauth_scope": "workspace:developer",
         "match": {"claims": {"a": "b"}}, "target": target, "applies_to_all_workspaces": true},
        // From before the service asked for the tenant, and with its workspace only on the rule itself.
        {"id": "fdrl_old", "name": "old", "issuer_id": "fdis_github", "oauth_scope": "workspace:inference",
         "match": {"subject_prefix": "*"}, "target": target, "workspace_id": "wrkspc_code"},
        {"id": "fdrl_admin", "name": "admin", "issuer_id": "fdis_own", "oauth_scope": "org:admin",
         "match": {"subject_prefix": "root"}, "target": target, "workspace_ids": ["wrkspc_lab", "wrkspc_code"]},
        {"id": "fdrl_gone", "name": "gone", "issuer_id": "fdis_gone", "oauth_scope": "workspace:inference",
         "match": {"claims": {"a": "b"}}, "target": {"service_account_id": "svac_gone"}, "mood": 1,
         "archived_at": "2026-11-02T00:00:00Z"},
    ]);
    seed
}

async fn world() -> World {
    World::seeded(seed()).await
}

/// Returns a valid rule with one field replaced.
fn with(field: &str, value: Value) -> Value {
    let mut body = json!({
        "name": "new", "issuer_id": "fdis_github", "match": {"claims": {"repository_id": "812"}},
        "target": {"type": "service_account", "service_account_id": "svac_bot"},
        "oauth_scope": "workspace:inference", "workspace_id": "wrkspc_lab",
    });
    body[field] = value;
    body
}

/// Returns where a rule is enabled: the single workspace, all of them, and whether it is for every one.
fn places(rule: &Value) -> String {
    let short = |id: &Value| id.as_str().map_or("none".to_owned(), |id| id.replace("wrkspc_", ""));
    let ids = rule["workspace_ids"].as_array().unwrap();
    let all = if rule["applies_to_all_workspaces"] == true { ", all" } else { "" };
    let ids: Vec<String> = ids.iter().map(short).collect();
    format!("{} of [{}]{all}", short(&rule["workspace_id"]), ids.join(" "))
}

#[tokio::test]
async fn the_list_has_filters_and_the_names_of_issuer_and_account() {
    let world = world().await;
    for (query, names) in [
        ("", &["deploy", "all", "old", "admin"][..]),
        ("?issuer_id=fdis_github", &["deploy", "old"]),
        ("?issuer_id=fdis_gone", &[]),
        ("?issuer_id=fdis_gone&include_archived=true", &["gone"]),
        ("?issuer_id=fdis_none", &[]),
    ] {
        assert_eq!(each(&world.get(&format!("/federation_rules{query}")).await, "name"), names, "{query}");
    }
    assert_eq!(
        world.get("/federation_rules/fdrl_deploy").await,
        json!({
            "id": "fdrl_deploy", "type": "federation_rule", "name": "deploy", "description": null,
            "issuer_id": "fdis_github", "issuer_name": "github",
            "match": {"subject_prefix": "repo:acme/robot:*", "audience": null, "claims": null, "condition": null},
            "target": {"type": "service_account", "service_account_id": "svac_bot", "service_account_name": "bot"},
            "oauth_scope": "workspace:inference", "token_lifetime_seconds": 3600,
            "applies_to_all_workspaces": false, "workspace_id": "wrkspc_lab", "workspace_ids": ["wrkspc_lab"],
            "attributes": null, "created_at": "2026-11-01T09:00:00Z", "created_by_actor_id": null,
            "updated_at": "2026-11-01T09:00:00Z", "updated_by_actor_id": null,
            "archived_at": null, "archived_by_actor_id": null,
        })
    );
    assert_eq!(world.get("/federation_rules/fdrl_gone").await["mood"], 1);
    world
        .story(&[
            ("GET /federation_rules/fdrl_none", NONE, GONE),
            ("GET /federation_rules?issuer_id=own", NONE, BAD),
            ("GET /federation_rules?limit=0", NONE, BAD),
        ])
        .await;
}

#[tokio::test]
async fn a_rule_is_enabled_for_one_workspace_or_for_all() {
    let world = world().await;
    let one = world.call(NEW, with("name", json!("one"))).await.body;
    assert!(one["id"].as_str().unwrap().starts_with("fdrl_01"), "{one}");
    assert_eq!(places(&one), "lab of [lab]");
    assert_eq!((&one["token_lifetime_seconds"], &one["description"]), (&json!(3600), &NONE));
    assert_eq!(one["created_by_actor_id"], "user_ada");
    let mut all = with("name", json!("all-2"));
    all["applies_to_all_workspaces"] = json!(true);
    all["workspace_id"] = NONE;
    assert_eq!(places(&world.call(NEW, all.clone()).await.body), "none of [], all");
    all["name"] = json!("both");
    all["workspace_id"] = json!("wrkspc_default");
    assert_eq!(places(&world.call(NEW, all).await.body), "default of [default], all");
    assert_eq!(each(&world.get("/federation_rules?limit=3").await, "name"), ["both", "all-2", "one"]);
}

#[tokio::test]
async fn invalid_rules_are_refused() {
    let world = world().await;
    let before = world.emulator.state();
    let account = |id: &str| json!({"type": "service_account", "service_account_id": id});
    for (field, value, told) in [
        ("name", json!("deploy"), TAKEN),
        ("name", json!("gone"), TAKEN),
        ("name", json!("Deploy"), BAD),
        ("issuer_id", json!("fdis_none"), BAD),
        ("issuer_id", json!("fdis_gone"), BAD),
        ("issuer_id", json!("github"), BAD),
        ("match", NONE, BAD),
        ("match", json!({}), BAD),
        ("match", json!({"audience": "x"}), BAD),
        ("match", json!({"subject_prefix": "*"}), BAD),
        ("match", json!({"subject_prefix": "repo:*"}), BAD),
        ("match", json!({"claims": {"environment": "production"}}), BAD),
        ("match", json!({"condition": "true"}), BAD),
        ("match", json!({"claims": {"repository_id": 812}}), BAD),
        ("match", json!({"claims": {"repository_id": "812"}, "subject": "x"}), BAD),
        ("target", NONE, BAD),
        ("target", account("svac_none"), BAD),
        ("target", account("svac_gone"), BAD),
        ("target", account("user_dev"), BAD),
        ("target", json!({"service_account_id": "svac_bot"}), BAD),
        ("target", json!({"type": "user", "service_account_id": "svac_bot"}), BAD),
        ("oauth_scope", json!("org:admin"), DENIED),
        ("oauth_scope", json!("workspace:inference workspace:manage_tunnels"), DENIED),
        ("oauth_scope", json!("workspace:everything"), BAD),
        ("oauth_scope", json!(""), BAD),
        ("workspace_id", NONE, BAD),
        ("workspace_id", json!("wrkspc_none"), BAD),
        ("workspace_id", json!("wrkspc_old"), BAD),
        ("workspace_ids", json!(["wrkspc_lab"]), BAD),
        ("attributes", json!({"a": "b"}), BAD),
        ("token_lifetime_seconds", json!(59), BAD),
        ("token_lifetime_seconds", json!(86_401), BAD),
        ("token_lifetime_seconds", NONE, BAD),
        ("applies_to_all_workspaces", NONE, BAD),
    ] {
        let answer = world.call(NEW, with(field, value.clone())).await;
        assert_eq!(answer.told(), told, "{field} {value}: {}", answer.body);
    }
    assert_eq!(world.emulator.state(), before);
    for (field, value) in [
        ("match", json!({"subject_prefix": "repo:acme@417/robot@812:ref:refs/heads/main"})),
        ("match", json!({"condition": "claims.repository_owner == 'acme'"})),
        ("oauth_scope", json!("workspace:developer workspace:inference")),
        ("attributes", json!({})),
        (
            "target",
            json!({"type": "service_account", "service_account_id": "svac_two", "service_account_name": "x"}),
        ),
    ] {
        let mut body = with(field, value);
        body["name"] = json!(format!("fine-{}", world.emulator.state().federation_rules.len()));
        assert_eq!(world.call(NEW, body.clone()).await.status, 200, "{body}");
    }
}

#[tokio::test]
async fn an_update_changes_only_what_it_names_and_replaces_match_and_target() {
    let world = world().await;
    world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
    let before = world.get("/federation_rules/fdrl_deploy").await;
    let nothing = json!({"name": null, "match": null, "target": null, "oauth_scope": null, "workspace_id": null,
                         "token_lifetime_seconds": null, "applies_to_all_workspaces": null, "attributes": null});
    assert_eq!(world.call(DEPLOY, nothing).await.body, before);
    let change = json!({
        "name": "deploy-2", "description": "x", "oauth_scope": "workspace:developer", "token_lifetime_seconds": 60,
        "match": {"claims": {"repository_id": "812"}, "audience": "a"},
        "target": {"type": "service_account", "service_account_id": "svac_two"},
    });
    let after = world.call(DEPLOY, change).await.body;
    assert_eq!(
        after["match"],
        json!({"subject_prefix": null, "audience": "a", "claims": {"repository_id": "812"}, "condition": null})
    );
    assert_eq!(after["target"]["service_account_name"], "two");
    assert_eq!(
        (&after["name"], &after["updated_at"], &after["updated_by_actor_id"]),
        (&json!("deploy-2"), &json!("2026-11-21T10:00:00Z"), &json!("user_ada"))
    );
    assert_eq!(
        world.call(DEPLOY, json!({"description": null})).await.body["description"],
        "",
        "null clears it"
    );
    world
        .story(&[
            (DEPLOY, json!({"issuer_id": "fdis_own"}), BAD),
            (DEPLOY, json!({"name": "all"}), TAKEN),
            (DEPLOY, json!({"match": {"audience": "a"}}), BAD),
            (DEPLOY, json!({"oauth_scope": "org:admin"}), DENIED),
            (DEPLOY, json!({"target": {"type": "service_account", "service_account_id": "svac_gone"}}), BAD),
            ("POST /federation_rules/fdrl_gone", json!({"name": "x"}), BAD),
            ("POST /federation_rules/fdrl_none", json!({}), GONE),
        ])
        .await;
}

#[tokio::test]
async fn an_old_rule_must_name_the_tenant_with_its_first_change() {
    let world = world().await;
    world
        .story(&[
            (OLD, json!({"name": "renamed"}), BAD),
            (OLD, json!({}), BAD),
            (OLD, json!({"name": "renamed", "match": {"claims": {"repository_id": "1"}}}), "200"),
            (OLD, json!({"name": "renamed-again"}), "200"),
        ])
        .await;
}

#[tokio::test]
async fn only_the_console_changes_rules_with_its_own_scopes() {
    let world = world().await;
    for request in [
        "POST /federation_rules/fdrl_admin",
        "POST /federation_rules/fdrl_admin/archive",
        "DELETE /federation_rules/fdrl_admin/workspaces/wrkspc_lab",
    ] {
        let body = if request.ends_with("admin") { json!({"name": "x"}) } else { NONE };
        world.story(&[(request, body, DENIED)]).await;
    }
    let body = json!({"workspace_id": "wrkspc_lab"});
    world.story(&[("POST /federation_rules/fdrl_admin/workspaces", body, DENIED)]).await;
}

#[tokio::test]
async fn the_workspace_of_a_rule_can_be_replaced_if_it_is_the_only_one() {
    let world = world().await;
    let place = |id: &str| json!({"workspace_id": id});
    assert_eq!(places(&world.call(DEPLOY, place("wrkspc_code")).await.body), "code of [code]");
    world.story(&[("POST /federation_rules/fdrl_deploy/workspaces", place("wrkspc_lab"), "200")]).await;
    assert_eq!(places(&world.get("/federation_rules/fdrl_deploy").await), "none of [code lab]");
    world
        .story(&[
            (DEPLOY, place("wrkspc_lab"), BAD),
            (DEPLOY, place("wrkspc_none"), BAD),
            (DEPLOY, json!({"applies_to_all_workspaces": true}), "200"),
            (DEPLOY, json!({"applies_to_all_workspaces": false}), "200"),
            ("POST /federation_rules/fdrl_all", json!({"applies_to_all_workspaces": false}), BAD),
        ])
        .await;
    let body = json!({"applies_to_all_workspaces": false, "workspace_id": "wrkspc_lab"});
    assert_eq!(places(&world.call("POST /federation_rules/fdrl_all", body).await.body), "lab of [lab]");
}

#[tokio::test]
async fn workspaces_are_listed_whole_added_and_removed_any_number_of_times() {
    let world = world().await;
    let list = "/federation_rules/fdrl_deploy/workspaces";
    let add = format!("POST {list}");
    let added = world.call(&add, json!({"workspace_id": "wrkspc_code"})).await.body;
    assert_eq!(world.call(&add, json!({"workspace_id": "wrkspc_code"})).await.body, added);
    assert_eq!(
        (&added["type"], &added["workspace_name"]),
        (&json!("federation_rule_workspace"), &json!("Claude Code"))
    );
    let whole = world.get(&format!("{list}?limit=1&page=ignored")).await;
    assert_eq!(each(&whole, "workspace_id"), ["wrkspc_lab", "wrkspc_code"]);
    assert_eq!((&whole["next_page"], &whole["data"][1]), (&NONE, &added));
    for _ in 0..2 {
        let removed: Answer = world.call(&format!("DELETE {list}/wrkspc_lab"), NONE).await;
        assert_eq!(
            removed.body,
            json!({"type": "federation_rule_workspace_deleted", "federation_rule_id": "fdrl_deploy",
                   "workspace_id": "wrkspc_lab"})
        );
    }
    assert_eq!(places(&world.get("/federation_rules/fdrl_deploy").await), "code of [code]");
    world
        .story(&[
            (&add, json!({"workspace_id": "wrkspc_none"}), BAD),
            (&add, json!({"workspace_id": "wrkspc_old"}), BAD),
            (&add, json!({"workspace_id": "lab"}), BAD),
            (&add, json!({}), BAD),
            (&format!("DELETE {list}/wrkspc_none"), NONE, GONE),
            ("POST /federation_rules/fdrl_gone/workspaces", json!({"workspace_id": "wrkspc_lab"}), BAD),
            ("GET /federation_rules/fdrl_none/workspaces", NONE, GONE),
            (&format!("GET {list}?limit=101"), NONE, BAD),
        ])
        .await;
}

#[tokio::test]
async fn an_old_rule_keeps_its_workspace_when_another_is_added() {
    let world = world().await;
    let list = "/federation_rules/fdrl_old/workspaces";
    assert_eq!(places(&world.get("/federation_rules/fdrl_old").await), "code of []");
    assert_eq!(each(&world.get(list).await, "workspace_id"), [""; 0], "only what was enabled explicitly");
    world.story(&[(&format!("POST {list}"), json!({"workspace_id": "wrkspc_lab"}), "200")]).await;
    assert_eq!(places(&world.get("/federation_rules/fdrl_old").await), "none of [code lab]");
}

#[tokio::test]
async fn archiving_clears_the_workspaces_and_frees_issuer_and_account() {
    let world = world().await;
    let used = ["deploy", "all", "old"];
    world.story(&[("POST /service_accounts/svac_bot/archive", NONE, BAD)]).await;
    for rule in used {
        let archived = world.call(&format!("POST /federation_rules/fdrl_{rule}/archive"), NONE).await.body;
        assert_eq!(archived["archived_by_actor_id"], "user_ada");
        assert!(places(&archived).starts_with("none of []"), "{archived}");
        world.emulator.advance(std::time::Duration::from_hours(1)).unwrap();
        let again = world.call(&format!("POST /federation_rules/fdrl_{rule}/archive"), NONE).await.body;
        assert_eq!(again, archived);
    }
    world
        .story(&[
            ("POST /federation_issuers/fdis_github/archive", NONE, "200"),
            ("POST /federation_issuers/fdis_own/archive", NONE, BAD),
            ("POST /service_accounts/svac_two/archive", NONE, "200"),
            (NEW, with("name", json!("deploy")), BAD),
            ("POST /federation_rules/fdrl_none/archive", NONE, GONE),
        ])
        .await;
    // The rule of the Console still uses the account.
    world.story(&[("POST /service_accounts/svac_bot/archive", NONE, BAD)]).await;
}

#[tokio::test]
async fn changes_are_recorded_without_claims_and_conditions() {
    let mut seed = seed();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    let world = World::seeded(seed).await;
    let made = world.call(NEW, with("name", json!("new"))).await.body;
    let change = json!({
        "match": {"claims": {"repository_id": "secret"}, "subject_prefix": "repo:acme/x"}, "token_lifetime_seconds": 60,
        "target": {"type": "service_account", "service_account_id": "svac_two"},
    });
    let place = json!({"workspace_id": "wrkspc_code"});
    let list = "/federation_rules/fdrl_deploy/workspaces";
    for (request, body) in [
        (DEPLOY.to_owned(), change),
        (format!("POST {list}"), place.clone()),
        (format!("POST {list}"), place.clone()),
        (format!("DELETE {list}/wrkspc_lab"), NONE),
        (DEPLOY.to_owned(), json!({"workspace_id": "wrkspc_default"})),
        (format!("{DEPLOY}/archive"), NONE),
    ] {
        assert_eq!(world.call(&request, body).await.status, 200, "{request}");
    }
    let id = made["id"].as_str().unwrap();
    let rule = "ada@acme.com federation_rule_id=fdrl_deploy";
    assert_eq!(
        told(&world),
        [
            format!("platform_federation_rule_created ada@acme.com federation_rule_id={id}"),
            format!(
                "platform_federation_rule_updated {rule} match_claims:null→null \
                 match_subject_prefix:repo:acme/robot:*→repo:acme/x target_id:svac_bot→svac_two \
                 token_lifetime_seconds:3600→60"
            ),
            format!("platform_federation_rule_workspace_added {rule} workspace_id=wrkspc_code"),
            format!("platform_federation_rule_workspace_removed {rule} workspace_id=wrkspc_lab"),
            format!("platform_federation_rule_updated {rule} workspace_id:wrkspc_code→wrkspc_default"),
            format!("platform_federation_rule_archived {rule}"),
        ]
    );
    let before = told(&world).len();
    let mut state = json!(world.emulator.state());
    let all = state["federation_rules"].as_array_mut().unwrap();
    let rule = all.iter_mut().find(|rule| rule["id"] == "fdrl_all").unwrap();
    rule["workspace_ids"] = json!(["wrkspc_lab", "wrkspc_code"]);
    world.emulator.set_state_as(Seed::from_value(state).unwrap(), "ada@acme.com").unwrap();
    let added = |id: &str| {
        format!(
            "platform_federation_rule_workspace_added ada@acme.com federation_rule_id=fdrl_all workspace_id={id}"
        )
    };
    assert_eq!(told(&world).split_off(before), [added("wrkspc_lab"), added("wrkspc_code")]);
}

#[tokio::test]
async fn a_dump_has_the_same_rules_and_so_has_a_seed_of_the_answers() {
    let world = world().await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    let mut answered = seed();
    answered["federation_rules"] = world.get("/federation_rules?include_archived=true").await["data"].clone();
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json());
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    let list = "federation_rules";
    for (place, value, problem) in [
        (
            "0/issuer_id",
            json!("fdis_none"),
            format!("{list}[0].issuer_id: is not a federation issuer of this seed"),
        ),
        (
            "0/target/service_account_id",
            json!("svac_none"),
            format!("{list}[0].target.service_account_id: is not a service account of this seed"),
        ),
        (
            "0/workspace_ids/0",
            json!("wrkspc_none"),
            format!("{list}[0].workspace_ids: is not a workspace of this seed"),
        ),
        (
            "2/workspace_id",
            json!("wrkspc_none"),
            format!("{list}[2].workspace_ids: is not a workspace of this seed"),
        ),
        ("1/name", json!("deploy"), format!("{list}[1].name: \"deploy\" appears twice")),
        ("0/match", NONE, format!("{list}[0].match: is required")),
        ("0/target", NONE, format!("{list}[0].target: is required")),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(&format!("/{list}/{place}")).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
}
