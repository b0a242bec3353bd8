//! A fresh emulator for each test, with a small organization with readable ids.

use bylaws_emulator::{Emulator, Options, Seed};
use serde_json::{Value, json};

use crate::http::{Answer, Lost, send};

pub(crate) const KEY: &str = "sk-ant-admin01-for-tests";
/// The token of an interactive login.
pub(crate) const TOKEN: &str = "sk-ant-oat01-for-tests";

pub(crate) struct World {
    pub(crate) emulator: Emulator,
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
        "invites": [{"id": "invite_sam", "email": "sam@acme.com", "role": "user"}],
        "workspaces": [
            {"id": "wrkspc_lab", "name": "lab", "tags": {"env": "test", "team": "one"}},
            {"id": "wrkspc_code", "name": "Claude Code"},
            {"id": "wrkspc_old", "name": "old", "archived_at": "2026-11-01T00:00:00Z"},
            {"id": "wrkspc_default", "name": "Default"},
        ],
        "workspace_members": [
            {"workspace_id": "wrkspc_lab", "user_id": "user_dev", "workspace_role": "workspace_developer"},
            {"workspace_id": "wrkspc_code", "user_id": "user_dev", "workspace_role": "workspace_user"},
        ],
        "api_keys": [
            {"id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab", "created_by": {"id": "user_dev", "type": "user"}},
            {"id": "apikey_off", "name": "off", "workspace_id": "wrkspc_lab", "status": "inactive"},
            {"id": "apikey_gone", "name": "gone", "workspace_id": "wrkspc_lab", "status": "archived"},
            {"id": "apikey_late", "name": "late", "workspace_id": "wrkspc_lab", "expires_at": "2026-11-20T00:00:00Z"},
            {"id": "apikey_home", "name": "home", "workspace_id": "wrkspc_default"},
            {"id": "apikey_own", "name": "own", "scope": {"type": "organization"},
             "principal": {"type": "user_actor", "user_id": "user_dev"}},
            {"id": "apikey_cc", "name": "cc", "workspace_id": "wrkspc_code", "created_by": {"id": "user_dev", "type": "user"}},
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
        Self { emulator: Emulator::start(options).await.unwrap() }
    }

    /// Sends a request; `request` is method and path below `/v1/organizations`, or a complete path; a null
    /// body means no body. Operations that accept no keys get a token.
    pub(crate) async fn call(&self, request: &str, body: Value) -> Answer {
        self.attempt(request, body).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.call(&format!("GET {path}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }

    pub(crate) async fn attempt(&self, request: &str, body: Value) -> Result<Answer, Lost> {
        let needs_token = ["/service_accounts", "/federation_"].iter().any(|kind| request.contains(kind));
        let credential =
            if needs_token { format!("authorization: Bearer {TOKEN}") } else { format!("x-api-key: {KEY}") };
        self.call_with(&credential, request, body).await
    }

    /// Sends a request with this header as its credential.
    pub(crate) async fn call_with(
        &self,
        credential: &str,
        request: &str,
        body: Value,
    ) -> Result<Answer, Lost> {
        let headers = format!("{credential}\r\nanthropic-version: 2026-10-21");
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.raw(request, &format!("{headers}\r\ncontent-type: application/json"), &body).await
    }

    /// Sends all headers as given; only the length of the body is added.
    pub(crate) async fn raw(&self, request: &str, headers: &str, body: &[u8]) -> Result<Answer, Lost> {
        let (method, path) = request.split_once(' ').unwrap();
        let whole = path.starts_with("/v1/") || path.starts_with("/_emulator") || !path.starts_with('/');
        let path = if whole { path.to_owned() } else { format!("/v1/organizations{path}") };
        let head = format!("{method} {path} HTTP/1.1\r\n{headers}\r\ncontent-length: {}", body.len());
        send(self.emulator.address(), &head, body).await
    }

    /// Runs a table of requests in order and compares the answers.
    pub(crate) async fn story(&self, steps: &[(&str, Value, &str)]) {
        for (request, body, told) in steps {
            let answer = self.call(request, body.clone()).await;
            assert_eq!(answer.told(), *told, "{request} {body}: {}", answer.body);
        }
    }
}

/// Returns the values of one field over the items of a page.
pub(crate) fn each<'a>(page: &'a Value, field: &str) -> Vec<&'a str> {
    page["data"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap_or("null")).collect()
}
