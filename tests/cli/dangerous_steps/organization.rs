//! The organization of the steps, and files in sync with it.

use serde_json::{Value, json};

use crate::world::acme;

/// The files of [`organization`].
pub(super) const FILES: &str = "\
members:
  ada@acme.com: admin
  dev@acme.com: developer
spend_limits: {organization: 20000 USD}
service_accounts:
  ci: {description: deploys, role: developer}
  boss: {role: admin}
  idle: {description: unused}
  bot: {}
external_keys:
  lab: {gcp: {key_name: projects/acme/lab}}
  free: {gcp: {key_name: projects/acme/free}}
  aws: {id: ekey_aws, aws: {kms_arn: \"arn:aws:kms:eu-west-1:123456789012:key/a\"}}
federation:
  issuers:
    github:
      issuer_url: https://token.actions.githubusercontent.com
      jwks: discovery
      check_jti: true
      max_jwt_lifetime: 15m
    own:
      id: fdis_own
      issuer_url: https://ci.acme.com
      jwks: {inline: {keys: [{kty: EC, kid: a, crv: P-256, x: AQ, y: Ag}]}}
      check_jti: false
      max_jwt_lifetime: 2h
    url: {issuer_url: https://url.acme.com, jwks: {explicit_url: \"https://url.acme.com/keys\", ca_cert: PEM}}
    spare: {issuer_url: https://spare.acme.com}
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
      description: deploys
    build:
      id: fdrl_build
      issuer: own
      match: {subject: build:*, claims: {team: core, branch: main}, condition: claims.pipeline == '7'}
      service_account: bot
      scope: [workspace:inference, workspace:developer]
      workspaces: [lab, main]
      token_lifetime: 30m
    everywhere:
      issuer: url
      match: {subject: everywhere, audience: claude}
      service_account: ci
      scope: workspace:developer
      workspaces: all
workspaces:
  lab:
    spend_limit: 5000 USD
    external_key: lab
    rate_limits:
      batch: {requests_per_minute: 50}
      claude-a: {requests_per_minute: 1000, output_tokens_per_minute: 2000, tokens_per_day: inherit}
    service_accounts: {ci: workspace_developer, bot: workspace_developer}
    api_keys: {ci: active, off: inactive}
  main:
    service_accounts: {bot: workspace_user, ci: workspace_restricted_developer}
unlisted: {members: ignore, workspaces: ignore, workspace_members: ignore, rate_limits: ignore}
";

/// An organization with everything that the steps change.
pub(super) fn organization() -> Value {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    seed["workspaces"] = json!([
        {"id": "wrkspc_lab", "name": "lab", "external_key_id": "ekey_lab"},
        {"id": "wrkspc_main", "name": "main"},
    ]);
    seed["api_keys"] = json!([
        {"id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab"},
        {"id": "apikey_off", "name": "off", "workspace_id": "wrkspc_lab", "status": "inactive"},
    ]);
    seed["spend_limits"] = json!([
        {"id": "spl_all", "scope": {"type": "organization"}, "amount": "2000000"},
        {"id": "spl_lab", "scope": {"type": "workspace", "workspace_id": "wrkspc_lab"}, "amount": "500000"},
    ]);
    seed["rate_limits"] = json!([
        {"id": "rl_batch", "group": {"type": "batch"}, "limits": [{"type": "requests_per_minute", "value": 100}]},
        {"id": "rl_a", "group": {"type": "model_group"}, "models": ["claude-a"], "limits": [
            {"type": "requests_per_minute", "value": 4000}, {"type": "output_tokens_per_minute", "value": 9000},
            {"type": "tokens_per_day", "value": 90000},
        ]},
    ]);
    seed["workspace_rate_limits"] = json!([
        {"workspace_id": "wrkspc_lab", "rate_limit_id": "rl_batch",
         "limits": [{"type": "requests_per_minute", "value": 50}]},
        {"workspace_id": "wrkspc_lab", "rate_limit_id": "rl_a", "limits": [
            {"type": "requests_per_minute", "value": 1000}, {"type": "output_tokens_per_minute", "value": 2000}]},
    ]);
    let google = |name: &str| json!({"type": "gcp", "key_name": format!("projects/acme/{name}")});
    seed["external_keys"] = json!([
        {"id": "ekey_lab", "display_name": "lab", "provider_config": google("lab")},
        {"id": "ekey_free", "display_name": "free", "provider_config": google("free")},
        {"id": "ekey_aws", "display_name": "aws", "provider_config":
            {"type": "aws", "kms_arn": "arn:aws:kms:eu-west-1:123456789012:key/a"}},
    ]);
    accounts_and_rules(&mut seed);
    seed
}

fn accounts_and_rules(seed: &mut Value) {
    seed["service_accounts"] = json!([
        {"id": "svac_ci", "name": "ci", "description": "deploys"},
        {"id": "svac_boss", "name": "boss", "organization_role": "admin"},
        {"id": "svac_idle", "name": "idle", "description": "unused"},
        {"id": "svac_bot", "name": "bot"},
    ]);
    let member = |workspace: &str, account: &str, role: &str| json!({"workspace_id": workspace, "service_account_id": account, "workspace_role": role});
    seed["workspace_service_accounts"] = json!([
        member("wrkspc_lab", "svac_ci", "workspace_developer"),
        member("wrkspc_lab", "svac_bot", "workspace_developer"),
        member("wrkspc_main", "svac_bot", "workspace_user"),
        member("wrkspc_main", "svac_ci", "workspace_restricted_developer"),
    ]);
    let key = json!({"kty": "EC", "kid": "a", "crv": "P-256", "x": "AQ", "y": "Ag"});
    seed["federation_issuers"] = json!([
        {"id": "fdis_github", "name": "github", "issuer_url": "https://token.actions.githubusercontent.com",
         "jwks": {"type": "discovery"}, "max_jwt_lifetime_seconds": 900},
        {"id": "fdis_own", "name": "own", "issuer_url": "https://ci.acme.com", "check_jti": false,
         "jwks": {"type": "inline", "keys": [key]}, "max_jwt_lifetime_seconds": 7200},
        {"id": "fdis_url", "name": "url", "issuer_url": "https://url.acme.com",
         "jwks": {"type": "explicit_url", "url": "https://url.acme.com/keys", "ca_cert_pem": "PEM"}},
        {"id": "fdis_spare", "name": "spare", "issuer_url": "https://spare.acme.com", "jwks": {"type": "discovery"}},
    ]);
    let target = |id: &str| json!({"type": "service_account", "service_account_id": id});
    seed["federation_rules"] = json!([
        {"id": "fdrl_deploy", "name": "deploy", "issuer_id": "fdis_github", "oauth_scope": "workspace:inference",
         "match": {"subject_prefix": "repo:acme/robot:environment:production",
                   "audience": "https://api.anthropic.com", "claims": {"repository_id": "81"}},
         "target": target("svac_ci"), "token_lifetime_seconds": 900, "workspace_ids": ["wrkspc_lab"],
         "description": "deploys"},
        {"id": "fdrl_build", "name": "build", "issuer_id": "fdis_own",
         "oauth_scope": "workspace:developer workspace:inference",
         "match": {"subject_prefix": "build:*", "claims": {"team": "core", "branch": "main"},
                   "condition": "claims.pipeline == '7'"},
         "target": target("svac_bot"), "token_lifetime_seconds": 1800,
         "workspace_ids": ["wrkspc_lab", "wrkspc_main"]},
        {"id": "fdrl_everywhere", "name": "everywhere", "issuer_id": "fdis_url", "oauth_scope": "workspace:developer",
         "match": {"subject_prefix": "everywhere", "audience": "claude"}, "target": target("svac_ci"),
         "applies_to_all_workspaces": true},
    ]);
}
