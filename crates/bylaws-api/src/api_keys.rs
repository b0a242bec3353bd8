//! API keys: their names, scopes and statuses. They cannot be created or deleted through the API, and their
//! secret is never returned.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::open_enum::open_enum;
use crate::{ApiKeyId, Page, Replay, Request, ServiceAccountId, Timestamp, UserId, WorkspaceId};

open_enum! {
    /// The status of a key.
    pub enum KeyStatus {
        /// The key can be used.
        Active = "active",
        /// The key is archived, which is permanent.
        Archived = "archived",
        /// Expired; cannot be set or undone.
        Expired = "expired",
        /// Switched off; can be switched on again.
        Inactive = "inactive",
    }
}

open_enum! {
    /// The kind of actor that created a key.
    pub enum ActorType {
        /// A service account, `svac_…`.
        ServiceAccount = "service_account",
        /// A person, `user_…`.
        User = "user",
    }
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "api_key")]
pub struct ApiKey {
    /// The id, `apikey_…`.
    pub id: ApiKeyId,
    /// The name; not unique.
    pub name: String,
    /// The status of the key.
    pub status: KeyStatus,
    /// The time it was created.
    pub created_at: Timestamp,
    /// The creator, if known; not necessarily the owner.
    pub created_by: Option<CreatedBy>,
    /// The time it expires, if ever.
    pub expires_at: Option<Timestamp>,
    /// The beginning and end of the secret: `sk-ant-api03-R2D...igAA`.
    pub partial_key_hint: Option<String>,
    /// The owner; `None` for a key of a workspace.
    pub principal: Option<Principal>,
    /// The scope of the key.
    #[serde(flatten, deserialize_with = "read_scope", serialize_with = "write_scope")]
    pub scope: KeyScope,
}

/// The creator of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedBy {
    /// The id, `user_…` or `svac_…`.
    pub id: String,
    /// The kind of actor.
    #[serde(rename = "type")]
    pub kind: ActorType,
}

/// The person or service account that a key acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Principal {
    /// A personal key of this person.
    #[serde(rename = "user_actor")]
    User {
        /// The id of the person.
        user_id: UserId,
    },
    /// A key of this service account.
    #[serde(rename = "service_account_actor")]
    ServiceAccount {
        /// The id of the service account.
        service_account_id: ServiceAccountId,
    },
    /// A shape that this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

/// The scope of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum KeyScope {
    /// No workspace; only keys with a principal can have this scope.
    #[serde(rename = "organization")]
    Organization,
    /// A workspace, the default one included.
    #[serde(rename = "workspace")]
    Workspace {
        /// The id of the workspace.
        workspace_id: WorkspaceId,
    },
    /// A shape that this version does not know, as received; `null` if the answer had no usable scope.
    #[serde(untagged)]
    Unknown(Value),
}

impl KeyScope {
    /// Returns the workspace of the key, if it has one.
    pub fn workspace_id(&self) -> Option<&WorkspaceId> {
        match self {
            Self::Workspace { workspace_id } => Some(workspace_id),
            Self::Organization | Self::Unknown(_) => None,
        }
    }
}

/// The scope as both API versions send it.
#[derive(Serialize, Deserialize)]
struct ScopeAsSent {
    scope: Option<KeyScope>,
    /// Deprecated. `null` is ambiguous: it means the default workspace or none
    /// (`docs/service-behaviour.md#api-keys`).
    #[serde(skip_serializing)]
    workspace_id: Option<WorkspaceId>,
}

fn read_scope<'de, D: Deserializer<'de>>(deserializer: D) -> Result<KeyScope, D::Error> {
    let ScopeAsSent { scope, workspace_id } = ScopeAsSent::deserialize(deserializer)?;
    let older = workspace_id.map(|workspace_id| KeyScope::Workspace { workspace_id });
    Ok(scope.or(older).unwrap_or(KeyScope::Unknown(Value::Null)))
}

fn write_scope<S: Serializer>(scope: &KeyScope, serializer: S) -> Result<S::Ok, S::Error> {
    ScopeAsSent { scope: Some(scope.clone()), workspace_id: None }.serialize(serializer)
}

/// Which keys to list; by default all, whatever their status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiKeysQuery {
    /// Only keys with this status.
    pub status: Option<KeyStatus>,
}

/// A change of a key; a field that is `None` is not sent and stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ApiKeyUpdate {
    /// The new name, 1 to 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new status: `active`, `inactive` or `archived`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<KeyStatus>,
}

/// Returns `GET /v1/organizations/api_keys`.
pub fn list(query: &ApiKeysQuery) -> Request<Page<ApiKey>> {
    Request::list(&["api_keys"]).with_optional("status", query.status.as_ref())
}

/// Returns `GET /v1/organizations/api_keys/{api_key_id}`.
pub fn get(id: &ApiKeyId) -> Request<ApiKey> {
    Request::get(&["api_keys", id.as_str()])
}

/// Returns the request that renames a key or sets its status.
pub fn update(id: &ApiKeyId, change: &ApiKeyUpdate) -> Request<ApiKey> {
    Request::post(&["api_keys", id.as_str()], Replay::Safe).with_body(change).answered_with("api_key")
}
