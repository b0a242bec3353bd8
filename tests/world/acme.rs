//! A small organization, and files that ask for exactly its state.

use serde_json::{Value, json};

/// The id of the organization of [`acme`].
pub(crate) const ACME: &str = "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10";

/// Files that ask for exactly the state of [`acme`].
pub(crate) const FILES: &str = "\
bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: admin
  dev@acme.com: developer
  eve@acme.com: developer
  uma@acme.com: user
workspaces:
  lab:
    tags: {env: test}
    members:
      dev@acme.com: workspace_developer
      eve@acme.com: workspace_user
    api_keys:
      ci: active
unlisted:
  members: remove
  workspace_members: remove
";

/// Ada is an admin; Dev, Eve and Uma are members; `lab` has two members and a key.
pub(crate) fn acme() -> Value {
    json!({
        "organization": {"id": ACME, "name": "Acme"},
        "users": [
            {"id": "user_uma", "email": "uma@acme.com", "role": "user"},
            {"id": "user_eve", "email": "eve@acme.com", "role": "developer"},
            {"id": "user_dev", "email": "dev@acme.com", "role": "developer"},
            {"id": "user_ada", "email": "ada@acme.com", "role": "admin"},
        ],
        "workspaces": [{"id": "wrkspc_lab", "name": "lab", "tags": {"env": "test"}}],
        "workspace_members": [
            {"workspace_id": "wrkspc_lab", "user_id": "user_eve", "workspace_role": "workspace_user"},
            {"workspace_id": "wrkspc_lab", "user_id": "user_dev", "workspace_role": "workspace_developer"},
        ],
        "api_keys": [{"id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab"}],
    })
}
