//! The rules of kinds that need a credential, a beta feature or access of their own.

use serde_json::{Value, json};

use crate::http::{Ask, KEY, TOKEN};
use crate::refusals::story;
use crate::world::{NONE, World, acme};

#[tokio::test]
async fn rules_about_spend_limits() {
    let world = World::acme().await;
    let of = |scope: Value| json!({"scope": scope, "amount": "1"});
    let workspace = |id: &str| of(json!({"type": "workspace", "workspace_id": id}));
    let organization = |amount: Value| json!({"scope": {"type": "organization"}, "amount": amount});
    let set = "POST /spend_limits";
    story(
        &world,
        &[
            ("GET /spend_limits?scope_type[]=user", NONE, "400 organization_type_not_supported"),
            ("GET /spend_limits?scope_type[]=team", NONE, "400"),
            ("GET /spend_limits/spl_none", NONE, "404"),
            ("GET /spend_limits/spl_tier", NONE, "200"),
            ("DELETE /spend_limits/spl_tier", NONE, "400"),
            ("DELETE /spend_limits/spl_none", NONE, "404"),
            (set, workspace("wrkspc_lab"), "200"),
            (set, workspace("wrkspc_none"), "400"),
            (set, workspace("wrkspc_old"), "400"),
            (set, workspace("wrkspc_default"), "400"),
            (set, of(json!({"type": "user", "user_id": "user_uma"})), "400 organization_type_not_supported"),
            (set, of(json!({"type": "usage_tier"})), "400"),
            (set, of(json!({"type": "organization", "workspace_id": "wrkspc_lab"})), "400"),
            (set, of(json!({"type": "workspace"})), "400"),
            (set, of(NONE), "400"),
            (set, organization(json!("0")), "200"),
            (set, organization(NONE), "400"),
            (set, organization(json!(5000)), "400"),
            (set, organization(json!("50.5")), "400"),
            (set, organization(json!("-5")), "400"),
            (set, organization(json!("")), "400"),
            (set, json!({"scope": {"type": "organization"}}), "400"),
            (set, json!({"scope": {"type": "organization"}, "amount": "1", "period": "daily"}), "400"),
            (set, json!({"scope": {"type": "organization"}, "amount": "1", "currency": "USD"}), "400"),
        ],
    )
    .await;
    let list = Ask::new("GET /spend_limits", &NONE);
    assert_eq!(world.ask(&list).await.status, 200);
    assert_eq!(world.ask(&list.without("anthropic-beta")).await.status, 404);
}

#[tokio::test]
async fn without_access_to_spend_limits_all_operations_are_refused() {
    let mut seed = acme();
    seed.as_object_mut().unwrap().remove("spend_limits");
    let world = World::seeded(seed).await;
    let set = json!({"scope": {"type": "organization"}, "amount": "1"});
    let told = "403 spend_limits_admin_api_writes_not_enabled";
    story(
        &world,
        &[
            ("GET /spend_limits", NONE, told),
            ("GET /spend_limits/spl_lab", NONE, told),
            ("POST /spend_limits", set, told),
            ("DELETE /spend_limits/spl_lab", NONE, told),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_service_accounts() {
    let world = World::acme().await;
    let account = |name: &str| json!({"name": name});
    let role = |role: &str| json!({"organization_role": role});
    story(
        &world,
        &[
            ("GET /service_accounts/svac_none", NONE, "404"),
            ("GET /service_accounts/svac_gone", NONE, "200"),
            ("GET /service_accounts?limit=101", NONE, "400"),
            ("GET /service_accounts?page=2", NONE, "400"),
            ("POST /service_accounts", account("bot"), "409"),
            ("POST /service_accounts", account("gone"), "409"),
            ("POST /service_accounts", account("Bot"), "400"),
            ("POST /service_accounts", account(""), "400"),
            ("POST /service_accounts", account(&"b".repeat(255)), "200"),
            ("POST /service_accounts", account(&"b".repeat(256)), "400"),
            ("POST /service_accounts", json!({"name": "new", "organization_role": "owner"}), "400"),
            ("POST /service_accounts", json!({"name": "new", "organization_role": null}), "400"),
            ("POST /service_accounts/svac_bot", json!({"name": "other"}), "400"),
            ("POST /service_accounts/svac_bot", json!({"organization_role": null}), "200"),
            ("POST /service_accounts/svac_bot", role("admin"), "200"),
            ("POST /service_accounts/svac_gone", role("developer"), "400"),
            ("POST /service_accounts/svac_none", role("developer"), "404"),
            ("POST /service_accounts/svac_gone/archive", NONE, "200"),
            ("POST /service_accounts/svac_none/archive", NONE, "404"),
        ],
    )
    .await;
    let create = Ask::new("POST /service_accounts", &json!({"name": "x", "organization_role": "admin"}));
    for (ask, status) in [
        (create.clone().token("sk-ant-oat01-workload-7"), 403),
        (create.clone().without("authorization").with("x-api-key", KEY), 403),
        (create.clone().token(KEY), 403),
        (create.clone().with("x-api-key", TOKEN), 401),
        (create, 200),
    ] {
        assert_eq!(world.ask(&ask).await.status, status, "{:?}", ask.headers);
    }
}

#[tokio::test]
async fn rules_about_workspace_memberships_of_service_accounts() {
    let world = World::acme().await;
    let place = |id: &str, role: &str| json!({"workspace_id": id, "workspace_role": role});
    let account = |id: &str| json!({"service_account_id": id, "workspace_role": "workspace_user"});
    let role = |role: &str| json!({"workspace_role": role});
    story(
        &world,
        &[
            ("POST /service_accounts/svac_bot/workspaces", place("wrkspc_lab", "workspace_admin"), "200"),
            ("POST /service_accounts/svac_bot/workspaces", place("wrkspc_lab", "workspace_billing"), "400"),
            ("POST /service_accounts/svac_bot/workspaces", place("wrkspc_old", "workspace_user"), "400"),
            ("POST /service_accounts/svac_bot/workspaces", place("wrkspc_none", "workspace_user"), "404"),
            ("POST /service_accounts/svac_bot/workspaces", place("lab", "workspace_user"), "400"),
            ("POST /service_accounts/svac_gone/workspaces", place("wrkspc_lab", "workspace_user"), "400"),
            ("POST /service_accounts/svac_none/workspaces", place("wrkspc_lab", "workspace_user"), "404"),
            ("POST /workspaces/wrkspc_lab/service_accounts", account("svac_gone"), "400"),
            ("POST /workspaces/wrkspc_lab/service_accounts", account("svac_none"), "404"),
            ("POST /workspaces/wrkspc_lab/service_accounts", account("user_dev"), "400"),
            ("POST /workspaces/wrkspc_eu/service_accounts/svac_bot", role("workspace_user"), "404"),
            ("POST /workspaces/wrkspc_default/service_accounts/svac_bot", role("workspace_admin"), "200"),
            ("DELETE /workspaces/wrkspc_default/service_accounts/svac_bot", NONE, "200"),
            ("DELETE /workspaces/wrkspc_default/service_accounts/svac_bot", NONE, "200"),
            ("GET /workspaces/wrkspc_default/service_accounts/svac_bot", NONE, "200"),
            ("GET /workspaces/wrkspc_eu/service_accounts/svac_bot", NONE, "404"),
            ("DELETE /workspaces/wrkspc_eu/service_accounts/svac_bot", NONE, "200"),
            ("DELETE /workspaces/wrkspc_none/service_accounts/svac_bot", NONE, "404"),
            ("GET /workspaces/wrkspc_old/service_accounts", NONE, "200"),
            ("GET /workspaces/wrkspc_none/service_accounts", NONE, "404"),
            ("GET /service_accounts/svac_none/workspaces", NONE, "404"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_federation_issuers() {
    let world = World::acme().await;
    let issuer = |name: &str, url: &str| json!({"name": name, "issuer_url": url});
    story(
        &world,
        &[
            ("GET /federation_issuers/fdis_gone", NONE, "200"),
            ("GET /federation_issuers/fdis_none", NONE, "404"),
            ("POST /federation_issuers", issuer("gone", "https://a.example"), "409"),
            ("POST /federation_issuers", issuer("A", "https://a.example"), "400"),
            ("POST /federation_issuers", issuer("a", "http://a.example"), "400"),
            ("POST /federation_issuers", issuer("a", "https://a.example:8443"), "400"),
            ("POST /federation_issuers", issuer("a", "https://127.0.0.1"), "400"),
            ("POST /federation_issuers", json!({"name": "a"}), "400"),
            ("POST /federation_issuers/fdis_github", json!({"name": "own"}), "409"),
            ("POST /federation_issuers/fdis_github", json!({"jwks": {"type": "inline", "keys": []}}), "200"),
            ("POST /federation_issuers/fdis_github", json!({"jwks": {"type": "inline"}}), "400"),
            ("POST /federation_issuers/fdis_github", json!({"jwks_polling_disabled": true}), "400"),
            ("POST /federation_issuers/fdis_github", json!({"max_jwt_lifetime_seconds": 0}), "400"),
            ("POST /federation_issuers/fdis_admin", json!({"check_jti": false}), "403"),
            ("POST /federation_issuers/fdis_gone", json!({"check_jti": false}), "400"),
            ("POST /federation_issuers/fdis_github/archive", NONE, "400"),
            ("POST /federation_issuers/fdis_gone/archive", NONE, "200"),
            ("POST /federation_issuers/fdis_none/archive", NONE, "404"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_federation_rules() {
    let world = World::acme().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({
            "name": "new", "issuer_id": "fdis_github", "match": {"claims": {"repository_id": "812"}},
            "target": {"type": "service_account", "service_account_id": "svac_bot"},
            "oauth_scope": "workspace:inference", "workspace_id": "wrkspc_lab",
        });
        body[field] = value;
        body
    };
    let (new, deploy) = ("POST /federation_rules", "POST /federation_rules/fdrl_deploy");
    let place = |id: &str| json!({"workspace_id": id});
    story(
        &world,
        &[
            ("GET /federation_rules/fdrl_gone", NONE, "200"),
            ("GET /federation_rules/fdrl_none", NONE, "404"),
            (new, with("name", json!("gone")), "409"),
            (new, with("issuer_id", json!("fdis_none")), "400"),
            (new, with("match", json!({"claims": {"environment": "x"}})), "400"),
            (new, with("match", json!({"audience": "x"})), "400"),
            (
                new,
                with("target", json!({"type": "service_account", "service_account_id": "svac_gone"})),
                "400",
            ),
            (new, with("oauth_scope", json!("org:admin")), "403"),
            (new, with("oauth_scope", json!("x")), "400"),
            (new, with("workspace_id", NONE), "400"),
            (new, with("attributes", json!({"a": "b"})), "400"),
            (new, with("description", NONE), "200"),
            (deploy, json!({"issuer_id": "fdis_own"}), "400"),
            (deploy, json!({"name": "new"}), "409"),
            (deploy, json!({"match": {"subject_prefix": "repo:*"}}), "400"),
            (deploy, json!({"applies_to_all_workspaces": false}), "200"),
            (deploy, json!({"description": null}), "200"),
            ("POST /federation_rules/fdrl_admin", json!({"name": "x"}), "403"),
            ("POST /federation_rules/fdrl_gone", json!({"name": "x"}), "400"),
            ("POST /federation_rules/fdrl_none", json!({"name": "x"}), "404"),
            ("POST /federation_rules/fdrl_deploy/workspaces", place("wrkspc_eu"), "200"),
            ("POST /federation_rules/fdrl_deploy/workspaces", place("wrkspc_eu"), "200"),
            ("POST /federation_rules/fdrl_deploy/workspaces", place("wrkspc_old"), "400"),
            ("POST /federation_rules/fdrl_none/workspaces", place("wrkspc_eu"), "404"),
            (deploy, place("wrkspc_lab"), "400"),
            ("GET /federation_rules/fdrl_deploy/workspaces?limit=1", NONE, "200"),
            ("DELETE /federation_rules/fdrl_deploy/workspaces/wrkspc_eu", NONE, "200"),
            ("DELETE /federation_rules/fdrl_deploy/workspaces/wrkspc_eu", NONE, "200"),
            ("DELETE /federation_rules/fdrl_deploy/workspaces/wrkspc_none", NONE, "404"),
            ("POST /service_accounts/svac_deploy/archive", NONE, "400"),
            ("POST /federation_rules/fdrl_admin/archive", NONE, "403"),
            ("POST /federation_rules/fdrl_deploy/archive", NONE, "200"),
            ("POST /federation_rules/fdrl_deploy/archive", NONE, "200"),
            ("POST /federation_rules/fdrl_none/archive", NONE, "404"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_external_keys() {
    let world = World::acme().await;
    let attach = |id: &str| json!({"external_key_id": id});
    let gcp = |name: &str| json!({"provider_config": {"type": "gcp", "key_name": name}});
    let aws = || json!({"provider_config": {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/x"}});
    story(
        &world,
        &[
            ("GET /external_keys/ekey_none", NONE, "404"),
            ("POST /external_keys", json!({}), "400"),
            ("POST /external_keys", gcp(""), "400"),
            ("POST /external_keys", json!({"provider_config": {"type": "oci"}}), "400"),
            ("POST /external_keys/ekey_used", gcp("other"), "400"),
            ("POST /external_keys/ekey_used", gcp("projects/p/keys/k"), "200"),
            ("POST /external_keys/ekey_profile", gcp("other"), "400"),
            ("POST /external_keys/ekey_prod", aws(), "200"),
            ("POST /external_keys/ekey_prod", json!({"geo": "eu"}), "400"),
            ("POST /external_keys/ekey_prod", json!({"user_profile_id": "x"}), "400"),
            ("POST /external_keys/ekey_down/validate", NONE, "200"),
            ("POST /external_keys/ekey_none/validate", NONE, "404"),
            ("POST /workspaces/wrkspc_eu", attach("ekey_down"), "400 external_key_validation_failed"),
            ("POST /workspaces/wrkspc_eu", attach("ekey_profile"), "400 key_profile_mismatch"),
            ("POST /workspaces/wrkspc_eu", attach("ekey_prod"), "200"),
            ("POST /workspaces/wrkspc_eu", attach("ekey_prod"), "200"),
            ("POST /workspaces/wrkspc_eu", attach("ekey_used"), "400"),
            ("POST /workspaces/wrkspc_eu", json!({"user_profile_id": "p"}), "400 key_profile_mismatch"),
            ("POST /external_keys/ekey_prod", json!({"display_name": null}), "200"),
            ("POST /external_keys/ekey_prod", gcp("other"), "400"),
            ("DELETE /external_keys/ekey_prod", NONE, "400"),
            ("DELETE /external_keys/ekey_used", NONE, "400"),
            ("DELETE /external_keys/ekey_down", NONE, "200"),
            ("DELETE /external_keys/ekey_down", NONE, "404"),
        ],
    )
    .await;
}
