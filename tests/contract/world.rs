//! A fresh emulator for each test, and the only way to send it requests: every request and every answer is
//! checked.

use std::collections::BTreeSet;
use std::sync::Mutex;

use bylaws_emulator::{Emulator, Options, Seed};
use serde_json::{Value, json};

use crate::http::{Answer, Ask, send};
use crate::openapi::CONTRACT;
use crate::requests::Seen;

pub(crate) const NONE: Value = Value::Null;

/// Undocumented requests that the emulator accepts.
const LENIENT: &[&str] = &[
    // `{}` means "no body"; any other body is refused.
    "body: none is taken",
    // Some clients add `beta=true`, which the service ignores; any other value is refused.
    "beta: not a parameter",
];

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    /// Whether the seed has fields that the document does not describe.
    open: bool,
    /// Operation and status of every answer.
    pub(crate) seen: Mutex<BTreeSet<(String, u16)>>,
}

/// Ada is admin, Bill billing, Dev and Uma members; Sam is invited. `lab` is open, `old` is archived.
pub(crate) fn acme() -> Value {
    json!({
        "now": "2026-11-21T09:00:00Z",
        "organization": {"id": "1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37", "name": "Acme"},
        "users": [
            {"id": "user_uma", "email": "uma@acme.com", "role": "user"},
            {"id": "user_dev", "email": "dev@acme.com", "role": "developer"},
            {"id": "user_bill", "email": "bill@acme.com", "role": "billing"},
            {"id": "user_ada", "email": "ada@acme.com", "role": "admin"},
        ],
        "invites": [
            {"id": "invite_sam", "email": "sam@acme.com", "role": "user"},
            {"id": "invite_late", "email": "late@acme.com", "role": "developer", "status": "expired"},
            {"id": "invite_ada", "email": "ada@acme.com", "role": "user", "status": "accepted"},
            {"id": "invite_gone", "email": "gone@acme.com", "role": "user", "status": "deleted"},
        ],
        "workspaces": [
            {"id": "wrkspc_lab", "name": "lab", "tags": {"env": "test"}, "external_key_id": "ekey_01"},
            {"id": "wrkspc_eu", "name": "eu", "data_residency":
                {"allowed_inference_geos": ["us", "global"], "default_inference_geo": "us"}},
            {"id": "wrkspc_code", "name": "Claude Code"},
            {"id": "wrkspc_old", "name": "old", "archived_at": "2026-11-01T00:00:00Z",
             "external_key_id": "ekey_used"},
            {"id": "wrkspc_default", "name": "Default"},
        ],
        "workspace_members": [
            {"workspace_id": "wrkspc_lab", "user_id": "user_dev", "workspace_role": "workspace_developer"},
            {"workspace_id": "wrkspc_code", "user_id": "user_dev", "workspace_role": "workspace_user"},
        ],
        "api_keys": [
            {"id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab",
             "created_by": {"id": "user_dev", "type": "user"}},
            {"id": "apikey_off", "name": "off", "workspace_id": "wrkspc_lab", "status": "inactive",
             "partial_key_hint": null},
            {"id": "apikey_gone", "name": "gone", "workspace_id": "wrkspc_lab", "status": "archived"},
            {"id": "apikey_late", "name": "late", "workspace_id": "wrkspc_lab",
             "expires_at": "2026-11-20T00:00:00Z"},
            {"id": "apikey_home", "name": "home", "workspace_id": "wrkspc_default"},
            {"id": "apikey_own", "name": "own", "scope": {"type": "organization"},
             "principal": {"type": "user_actor", "user_id": "user_dev"}},
            {"id": "apikey_bot", "name": "bot", "scope": {"type": "organization"},
             "created_by": {"id": "svac_bot", "type": "service_account"},
             "principal": {"type": "service_account_actor", "service_account_id": "svac_bot"}},
            {"id": "apikey_cc", "name": "cc", "workspace_id": "wrkspc_code",
             "created_by": {"id": "user_dev", "type": "user"}},
        ],
        "rate_limits": [
            {"id": "rl_sonnet", "group": {"type": "model_group"}, "models": ["claude-sonnet-4-5"],
             "limits": [{"type": "requests_per_minute", "value": 1000}, {"type": "output_tokens_per_minute", "value": 9}]},
            {"id": "rl_batch", "group": {"type": "batch"},
             "limits": [{"type": "enqueued_batch_requests", "value": 100}]},
            {"id": "rl_files", "group": {"type": "files"}},
        ],
        "service_accounts": [
            {"id": "svac_bot", "name": "bot", "description": "builds"},
            {"id": "svac_gone", "name": "gone", "archived_at": "2026-11-02T00:00:00Z"},
            {"id": "svac_deploy", "name": "deploy"},
        ],
        "workspace_service_accounts": [
            {"workspace_id": "wrkspc_lab", "service_account_id": "svac_bot", "workspace_role": "workspace_developer"},
            {"workspace_id": "wrkspc_old", "service_account_id": "svac_bot", "workspace_role": "workspace_user"},
        ],
        "federation_issuers": [
            {"id": "fdis_github", "name": "github", "issuer_url": "https://token.actions.githubusercontent.com"},
            {"id": "fdis_admin", "name": "admin", "issuer_url": "https://token.actions.githubusercontent.com"},
            {"id": "fdis_own", "name": "own", "issuer_url": "https://idp.acme.com",
             "jwks": {"type": "inline", "keys": [{"kty": "RSA", "kid": "1"}]}},
            {"id": "fdis_gone", "name": "gone", "issuer_url": "https://old.acme.com", "archived_at": "2026-11-02T00:00:00Z"},
        ],
        "federation_rules": [
            {"id": "fdrl_deploy", "name": "deploy", "issuer_id": "fdis_github", "oauth_scope": "workspace:inference",
             "match": {"subject_prefix": "repo:acme/robot:environment:production"},
             "target": {"service_account_id": "svac_deploy"}, "workspace_ids": ["wrkspc_lab"]},
            {"id": "fdrl_admin", "name": "admin", "issuer_id": "fdis_admin", "oauth_scope": "org:admin",
             "match": {"subject_prefix": "repo:acme/org:environment:apply"},
             "target": {"service_account_id": "svac_deploy"}, "applies_to_all_workspaces": true},
            {"id": "fdrl_gone", "name": "gone", "issuer_id": "fdis_gone", "oauth_scope": "workspace:inference",
             "match": {"claims": {"a": "b"}}, "target": {"service_account_id": "svac_bot"},
             "archived_at": "2026-11-02T00:00:00Z"},
        ],
        "external_keys": [
            {"id": "ekey_prod", "display_name": "prod",
             "provider_config": {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/prod", "region": null}},
            {"id": "ekey_used", "provider_config": {"type": "gcp", "key_name": "projects/p/keys/k"}},
            {"id": "ekey_down", "provider_config":
                {"type": "azure", "tenant_id": "t", "vault_uri": "https://unreachable.example", "key_name": "k"}},
            {"id": "ekey_profile", "user_profile_id": "profile_1",
             "provider_config": {"type": "gcp", "key_name": "projects/p/keys/other"}},
        ],
        "spend_limits": [
            {"id": "spl_lab", "scope": {"type": "workspace", "workspace_id": "wrkspc_lab"}, "amount": "500000"},
            {"id": "spl_tier", "scope": {"type": "usage_tier"}, "amount": "2000000"},
        ],
        "workspace_rate_limits": [
            {"workspace_id": "wrkspc_lab", "rate_limit_id": "rl_sonnet", "limits": [
                {"type": "requests_per_minute", "value": 20}, {"type": "tokens_per_day", "value": 7}]},
        ],
    })
}

impl World {
    pub(crate) async fn acme() -> Self {
        Self::seeded(acme()).await
    }

    pub(crate) async fn seeded(seed: Value) -> Self {
        Self::with(Options { state: Seed::from_value(seed).unwrap(), ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let emulator = Emulator::start(options).await.unwrap();
        Self { emulator, open: false, seen: Mutex::default() }
    }

    /// Allows answers with undescribed fields.
    pub(crate) fn open(self) -> Self {
        Self { open: true, ..self }
    }

    /// Sends a request, and fails if the answer is not as documented, or if an undocumented request
    /// succeeds.
    pub(crate) async fn ask(&self, ask: &Ask) -> Answer {
        let answer = send(self.emulator.address(), ask).await;
        self.judge(ask, &answer);
        answer
    }

    /// Like [`ask`](Self::ask), for an answer that was received in another way.
    pub(crate) fn judge(&self, ask: &Ask, answer: &Answer) {
        let (operation, odd) = CONTRACT.check_request(ask, Seen::Sent);
        let problems = CONTRACT.check_answer(ask, answer, self.open);
        assert!(problems.is_empty(), "{}\n{} {}\n{problems:#?}", ask.shown(), answer.status, answer.body);
        let organization = self.emulator.state().organization.id;
        assert_eq!(
            answer.header("anthropic-organization-id"),
            Some(organization.as_str()),
            "{}",
            ask.shown()
        );
        let harmless = matches!(ask.body.as_slice(), b"" | b"{}")
            || !odd.iter().any(|problem| problem.starts_with("body"));
        let lenient = harmless && odd.iter().all(|problem| LENIENT.contains(&problem.as_str()));
        assert!(answer.status != 200 || lenient, "accepted: {}\n{odd:#?}", ask.shown());
        let id = operation.map_or("none", |operation| operation.id.as_str());
        self.seen.lock().unwrap().insert((id.to_owned(), answer.status));
    }

    pub(crate) async fn call(&self, line: &str, body: Value) -> Answer {
        self.ask(&Ask::new(line, &body)).await
    }

    /// Returns the body of a success.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.call(&format!("GET {path}"), NONE).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}
