//! Everything that the service's overview lists, requested as its pages show it: with `curl`.

use std::io::ErrorKind;
use std::process::Command;

use serde_json::Value;

use crate::closed::Version;
use crate::http::{Answer, Ask, KEY, TOKEN, send};
use crate::openapi::CONTRACT;
use crate::world::World;

/// Capability, request below `/v1/organizations`, body ("" for none). Together they use every operation; in
/// this order they all succeed in a fresh environment.
pub(crate) const ROWS: &[(&str, &str, &str)] = &[
    ("organization info, and whether the key works at all", "GET /me", ""),
    ("list members", "GET /users?limit=10", ""),
    ("who holds a role", "GET /users?roles[]=admin&roles[]=billing&limit=100", ""),
    ("find a member by address", "GET /users?email=dev%2Bwork%40acme.com", ""),
    ("get one member", "GET /users/user_dev", ""),
    ("change a member's role", "POST /users/user_uma", r#"{"role": "developer"}"#),
    ("create an invite", "POST /invites", r#"{"email": "newuser@domain.com", "role": "developer"}"#),
    ("list invites", "GET /invites?limit=10", ""),
    ("expired invites to clean up", "GET /invites?statuses[]=expired", ""),
    ("get one invite", "GET /invites/invite_sam", ""),
    ("delete an invite", "DELETE /invites/invite_sam", ""),
    ("create a workspace", "POST /workspaces", r#"{"name": "Production"}"#),
    (
        "tags are the only free metadata",
        "POST /workspaces",
        r##"{"name": "Staging", "display_color": "#6C5BB9", "tags": {"team": "platform"}}"##,
    ),
    ("list workspaces", "GET /workspaces?limit=10&include_archived=false", ""),
    ("audit workspaces", "GET /workspaces?include_archived=true&include_default=true", ""),
    ("get a workspace", "GET /workspaces/wrkspc_lab", ""),
    ("update a workspace", "POST /workspaces/wrkspc_lab", r#"{"name": "Lab", "tags": {"env": null}}"#),
    (
        "add a workspace member",
        "POST /workspaces/wrkspc_lab/members",
        r#"{"user_id": "user_uma", "workspace_role": "workspace_developer"}"#,
    ),
    ("list workspace members", "GET /workspaces/wrkspc_lab/members?limit=10", ""),
    ("get one workspace member", "GET /workspaces/wrkspc_lab/members/user_dev", ""),
    (
        "change a workspace member's role",
        "POST /workspaces/wrkspc_lab/members/user_uma",
        r#"{"workspace_role": "workspace_admin"}"#,
    ),
    ("remove a workspace member", "DELETE /workspaces/wrkspc_lab/members/user_uma", ""),
    ("list API keys", "GET /api_keys?limit=10&status=active&workspace_id=wrkspc_lab", ""),
    ("list keys by creator", "GET /api_keys?created_by_user_id=user_dev", ""),
    ("get one API key", "GET /api_keys/apikey_ci", ""),
    (
        "rename an API key and switch it off",
        "POST /api_keys/apikey_ci",
        r#"{"status": "inactive", "name": "New Key Name"}"#,
    ),
    ("rate limits of the organization", "GET /rate_limits?group_type=model_group", ""),
    ("rate limits of one model", "GET /rate_limits?model=claude-sonnet-4-5&limit=1", ""),
    ("rate limits of a workspace", "GET /workspaces/wrkspc_lab/rate_limits", ""),
    ("limits that a workspace inherits", "GET /workspaces/wrkspc_lab/rate_limits?include_inherited=true", ""),
    (
        "limit a workspace",
        "POST /workspaces/wrkspc_lab/rate_limits/rl_sonnet",
        r#"{"limits": [{"type": "requests_per_minute", "value": 5}, {"type": "tokens_per_day", "value": null}]}"#,
    ),
    ("spend limits", "GET /spend_limits?limit=10&scope_type[]=organization&scope_type[]=workspace", ""),
    ("spend limits of a workspace", "GET /spend_limits?workspace_id=wrkspc_lab", ""),
    ("get one spend limit", "GET /spend_limits/spl_lab", ""),
    (
        "limit the spending of the organization",
        "POST /spend_limits",
        r#"{"scope": {"type": "organization"}, "amount": "2000000", "period": "monthly"}"#,
    ),
    ("remove a spend limit", "DELETE /spend_limits/spl_lab", ""),
    ("list service accounts", "GET /service_accounts?limit=10&include_archived=true", ""),
    (
        "create a service account",
        "POST /service_accounts",
        r#"{"name": "ci-deploy", "description": "deploys", "organization_role": "admin"}"#,
    ),
    ("get one service account", "GET /service_accounts/svac_bot", ""),
    ("clear the description", "POST /service_accounts/svac_bot", r#"{"description": null}"#),
    ("workspaces of a service account", "GET /service_accounts/svac_bot/workspaces?limit=1", ""),
    (
        "add a service account to a workspace",
        "POST /service_accounts/svac_bot/workspaces",
        r#"{"workspace_id": "wrkspc_eu", "workspace_role": "workspace_user"}"#,
    ),
    ("remove it", "DELETE /service_accounts/svac_bot/workspaces/wrkspc_eu", ""),
    ("service accounts of a workspace", "GET /workspaces/wrkspc_lab/service_accounts", ""),
    (
        "add a service account, from the workspace",
        "POST /workspaces/wrkspc_eu/service_accounts",
        r#"{"service_account_id": "svac_bot", "workspace_role": "workspace_admin"}"#,
    ),
    ("get its membership", "GET /workspaces/wrkspc_default/service_accounts/svac_bot", ""),
    (
        "change its role",
        "POST /workspaces/wrkspc_eu/service_accounts/svac_bot",
        r#"{"workspace_role": "workspace_restricted_developer"}"#,
    ),
    ("remove it, from the workspace", "DELETE /workspaces/wrkspc_eu/service_accounts/svac_bot", ""),
    ("archive a service account", "POST /service_accounts/svac_bot/archive", ""),
    ("list federation issuers", "GET /federation_issuers?include_archived=true&limit=100", ""),
    (
        "create a federation issuer",
        "POST /federation_issuers",
        r#"{"name": "gitlab", "issuer_url": "https://gitlab.com", "jwks": {"type": "discovery"}, "max_jwt_lifetime_seconds": 900}"#,
    ),
    ("get one federation issuer", "GET /federation_issuers/fdis_own", ""),
    (
        "change its keys",
        "POST /federation_issuers/fdis_own",
        r#"{"jwks": {"type": "explicit_url", "url": "https://idp.acme.com/keys"}, "jwks_polling_disabled": false}"#,
    ),
    ("list federation rules", "GET /federation_rules?issuer_id=fdis_github&include_archived=true", ""),
    (
        "create a federation rule",
        "POST /federation_rules",
        r#"{"name": "test", "issuer_id": "fdis_github", "match": {"claims": {"repository_id": "812"}},
            "target": {"type": "service_account", "service_account_id": "svac_deploy"},
            "oauth_scope": "workspace:developer", "workspace_id": "wrkspc_eu", "token_lifetime_seconds": 900}"#,
    ),
    ("get one federation rule", "GET /federation_rules/fdrl_deploy", ""),
    ("rename it", "POST /federation_rules/fdrl_deploy", r#"{"name": "deploy-production"}"#),
    ("workspaces of a rule", "GET /federation_rules/fdrl_deploy/workspaces", ""),
    (
        "enable it for a workspace",
        "POST /federation_rules/fdrl_deploy/workspaces",
        r#"{"workspace_id": "wrkspc_eu"}"#,
    ),
    ("disable it for a workspace", "DELETE /federation_rules/fdrl_deploy/workspaces/wrkspc_eu", ""),
    ("archive a federation rule", "POST /federation_rules/fdrl_deploy/archive", ""),
    ("archive a federation issuer", "POST /federation_issuers/fdis_own/archive", ""),
    ("list external keys", "GET /external_keys?limit=100", ""),
    (
        "create an external key",
        "POST /external_keys",
        r#"{"provider_config": {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/new", "role_arn": null}, "geo": "us"}"#,
    ),
    ("get one external key", "GET /external_keys/ekey_prod", ""),
    ("rename an external key", "POST /external_keys/ekey_used", r#"{"display_name": "in use"}"#),
    ("try an external key", "POST /external_keys/ekey_prod/validate", ""),
    ("delete an external key", "DELETE /external_keys/ekey_prod", ""),
    (
        "usage by workspace, user, model",
        "GET /usage_report/messages?starting_at=2026-11-08T00:00:00Z&ending_at=2026-11-15T00:00:00Z&group_by[]=workspace_id&group_by[]=account_id&group_by[]=model&bucket_width=1d",
        "",
    ),
    (
        "watch the use of keys",
        "GET /usage_report/messages?starting_at=2026-11-08T00:00:00Z&group_by[]=api_key_id&limit=31",
        "",
    ),
    (
        "cost by workspace and description",
        "GET /cost_report?starting_at=2026-11-01T00:00:00Z&ending_at=2026-11-21T00:00:00Z&group_by[]=workspace_id&group_by[]=description",
        "",
    ),
    ("Claude Code analytics", "GET /usage_report/claude_code?starting_at=2026-11-18&limit=20", ""),
    ("whether activities are recorded", "GET /compliance_settings", ""),
    ("record activities", "POST /compliance_settings", r#"{"state": {"type": "enabled"}}"#),
    (
        "read the Activity Feed",
        "GET /v1/compliance/activities?limit=5000&activity_types[]=org_users_listed",
        "",
    ),
    ("clean up an unused workspace", "POST /workspaces/wrkspc_lab/archive", ""),
    ("remove a member", "DELETE /users/user_uma", ""),
];

/// Returns the request of a row.
pub(crate) fn ask((_, line, body): &(&str, &str, &str)) -> Ask {
    let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() };
    Ask::new(line, &body)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_overview_works_with_curl_by_either_header_and_version() {
    for version in Version::ALL {
        for bearer in [false, true] {
            let world = World::acme().await;
            for row in ROWS {
                let ask = ask(row).version(version);
                let ask = if bearer { ask.bearer() } else { ask };
                let answer = match curl(&world.emulator.url(), &ask) {
                    Some(answer) => answer,
                    // Without curl, the same request is sent directly.
                    None => send(world.emulator.address(), &ask).await,
                };
                world.judge(&ask, &answer);
                assert_eq!(answer.status, 200, "{}: {}", row.0, answer.body);
            }
            let seen = world.seen.lock().unwrap();
            for operation in &CONTRACT.operations {
                assert!(seen.contains(&(operation.id.clone(), 200)), "no line for {}", operation.id);
            }
        }
    }
}

/// Runs `curl` as the service's pages do, with its defaults. `None` if it is not installed.
fn curl(url: &str, ask: &Ask) -> Option<Answer> {
    let mut curl = Command::new("curl");
    // Ignore the settings and proxies of the user who runs the test.
    curl.args(["--disable", "--silent", "--show-error", "--include", "--noproxy", "*"]);
    // Pages omit the method if it is GET.
    if ask.method != "GET" {
        curl.args(["--request", &ask.method]);
    }
    curl.arg(format!("{url}{}", ask.target));
    for (name, value) in &ask.headers {
        curl.args(["--header", &format!("{name}: {value}")]);
    }
    if !ask.body.is_empty() {
        curl.args(["--data", std::str::from_utf8(&ask.body).unwrap()]);
    }
    let done = match curl.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        done => done.unwrap(),
    };
    assert!(done.status.success(), "{}: {}", ask.shown(), String::from_utf8_lossy(&done.stderr));
    let shown = String::from_utf8_lossy(&done.stdout).into_owned();
    let secret = if ask.needs_token() { TOKEN } else { KEY };
    assert!(ask.headers.iter().any(|(_, value)| value.contains(secret)) && !shown.contains(secret));
    Some(Answer::read(done.stdout))
}
