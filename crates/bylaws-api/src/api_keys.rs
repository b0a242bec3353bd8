//! API keys: what they are called, where they live, whether they are switched on. They cannot be made
//! or deleted here, and their secret never comes back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::open_enum::open_enum;
use crate::page::{Listed, MOST_ITEMS};
use crate::{ApiKeyId, Page, Replay, Request, ServiceAccountId, Timestamp, UserId, WorkspaceId};

open_enum! {
    /// Whether a key works.
    pub enum KeyStatus {
        /// It works.
        Active = "active",
        /// Off for good.
        Archived = "archived",
        /// Its time ran out; cannot be set or undone.
        Expired = "expired",
        /// Off, and can be switched on again.
        Inactive = "inactive",
    }
}

open_enum! {
    /// What kind of actor made a key.
    pub enum ActorType {
        /// A service account.
        ServiceAccount = "service_account",
        /// A person.
        User = "user",
    }
}

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "api_key", from = "ApiKeyAsSent")]
pub struct ApiKey {
    /// `apikey_…`
    pub id: ApiKeyId,
    /// Not unique.
    pub name: String,
    /// Whether it works.
    pub status: KeyStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, where known; not who it belongs to.
    pub created_by: Option<CreatedBy>,
    /// When it runs out, if ever.
    pub expires_at: Option<Timestamp>,
    /// Beginning and end of the secret: `sk-ant-api03-R2D...igAA`.
    pub partial_key_hint: Option<String>,
    /// Whose key it is; `None` for a key of a workspace.
    pub principal: Option<Principal>,
    /// Where it lives.
    pub scope: KeyScope,
}

/// Who made a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedBy {
    /// `user_…` or `svac_…`.
    pub id: String,
    /// Which of the two.
    #[serde(rename = "type")]
    pub kind: ActorType,
}

/// Whom a personal or service-account key acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Principal {
    /// A person.
    #[serde(rename = "user_actor")]
    User {
        /// Who.
        user_id: UserId,
    },
    /// A service account.
    #[serde(rename = "service_account_actor")]
    ServiceAccount {
        /// Which.
        service_account_id: ServiceAccountId,
    },
    /// A shape this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

/// Where a key lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum KeyScope {
    /// In no workspace; only keys with a principal can be like this.
    #[serde(rename = "organization")]
    Organization,
    /// In a workspace, the default one included.
    #[serde(rename = "workspace")]
    Workspace {
        /// Which.
        workspace_id: WorkspaceId,
    },
    /// A shape this version does not know, as received; `null` where the answer said nothing usable.
    #[serde(untagged)]
    Unknown(Value),
}

impl KeyScope {
    /// The workspace, where the key lives in one.
    pub fn workspace_id(&self) -> Option<&WorkspaceId> {
        match self {
            Self::Workspace { workspace_id } => Some(workspace_id),
            Self::Organization | Self::Unknown(_) => None,
        }
    }
}

/// A key as either version of the API sends it.
#[derive(Deserialize)]
struct ApiKeyAsSent {
    id: ApiKeyId,
    name: String,
    status: KeyStatus,
    created_at: Timestamp,
    created_by: Option<CreatedBy>,
    expires_at: Option<Timestamp>,
    partial_key_hint: Option<String>,
    principal: Option<Principal>,
    scope: Option<KeyScope>,
    /// Deprecated. `null` says nothing: the default workspace and no workspace look alike
    /// (`docs/service-behaviour.md#api-keys`).
    workspace_id: Option<WorkspaceId>,
}

impl From<ApiKeyAsSent> for ApiKey {
    fn from(sent: ApiKeyAsSent) -> Self {
        let scope = sent.scope.unwrap_or_else(|| match sent.workspace_id {
            Some(workspace_id) => KeyScope::Workspace { workspace_id },
            None => KeyScope::Unknown(Value::Null),
        });
        Self {
            id: sent.id,
            name: sent.name,
            status: sent.status,
            created_at: sent.created_at,
            created_by: sent.created_by,
            expires_at: sent.expires_at,
            partial_key_hint: sent.partial_key_hint,
            principal: sent.principal,
            scope,
        }
    }
}

impl Listed for ApiKey {
    const KIND: &'static str = "API keys";

    fn list_id(&self) -> &str {
        self.id.as_str()
    }
}

/// Which keys to list; the default is all of them, whatever their status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiKeysQuery {
    /// Only keys with this status.
    pub status: Option<KeyStatus>,
    /// Only keys of this workspace; keys without a workspace come under none.
    pub workspace_id: Option<WorkspaceId>,
    /// Only keys this person made.
    pub created_by_user_id: Option<UserId>,
}

/// A change of a key; what is `None` is not sent and stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ApiKeyUpdate {
    /// 1 to 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `active`, `inactive` or `archived`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<KeyStatus>,
}

/// `GET /v1/organizations/api_keys`.
pub fn list(query: &ApiKeysQuery) -> Request<Page<ApiKey>> {
    Request::get(&["v1", "organizations", "api_keys"])
        .with_query("limit", &MOST_ITEMS)
        .with_optional("status", query.status.as_ref())
        .with_optional("workspace_id", query.workspace_id.as_ref())
        .with_optional("created_by_user_id", query.created_by_user_id.as_ref())
}

/// `GET /v1/organizations/api_keys/{api_key_id}`.
pub fn get(id: &ApiKeyId) -> Request<ApiKey> {
    Request::get(&["v1", "organizations", "api_keys", id.as_str()])
}

/// Renames a key, or switches it on, off or off for good.
pub fn update(id: &ApiKeyId, change: &ApiKeyUpdate) -> Request<ApiKey> {
    Request::post(&["v1", "organizations", "api_keys", id.as_str()], Replay::Safe)
        .with_body(change)
        .answered_with("api_key")
}
