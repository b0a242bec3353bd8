//! External keys, with which workspaces encrypt their data (`docs/service-behaviour.md#external-keys`). A key is attached
//! to a workspace by an update of the workspace, which is permanent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::open_enum::open_enum;
use crate::{ExternalKeyId, Replay, ReportPage, Request, Timestamp};

/// The number of items on one page of the list; its maximum is not documented.
const PAGE: u32 = 100;

open_enum! {
    /// Whether a workspace uses a key.
    pub enum AttachmentType {
        /// A workspace uses it, perhaps an archived one.
        Attached = "attached",
        /// No workspace uses it.
        Unattached = "unattached",
    }
}

open_enum! {
    /// Whether a key works.
    pub enum ValidationStatus {
        /// The key cannot be used.
        Failure = "failure",
        /// The key can be used.
        Success = "success",
    }
}

/// An external key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "external_key")]
pub struct ExternalKey {
    /// The id, `ekey_…`, or an ARN.
    pub id: ExternalKeyId,
    /// The name shown in the Console; not unique.
    pub display_name: Option<String>,
    /// The region of the data.
    pub geo: String,
    /// Where the key is.
    pub provider_config: ProviderConfig,
    /// Whether a workspace uses the key.
    pub attachment: Attachment,
    /// The user profile that a workspace with this key must have.
    pub user_profile_id: Option<String>,
    /// The time it was created.
    pub created_at: Timestamp,
    /// The time it was last updated.
    pub updated_at: Timestamp,
}

impl ExternalKey {
    /// Returns whether a workspace uses the key, perhaps an archived one.
    pub fn is_attached(&self) -> bool {
        self.attachment.kind == AttachmentType::Attached
    }
}

/// Whether a workspace uses a key, as the service writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The type.
    #[serde(rename = "type")]
    pub kind: AttachmentType,
}

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum ProviderConfig {
    /// A key of AWS.
    #[serde(rename = "aws")]
    Aws {
        /// The ARN of the key.
        kms_arn: String,
        /// The region; that of the ARN if it is `None`.
        #[serde(skip_serializing_if = "Option::is_none")]
        region: Option<String>,
    },
    /// A key of Google Cloud; it cannot be replaced by another one.
    #[serde(rename = "gcp")]
    Gcp {
        /// The name of the key.
        key_name: String,
    },
    /// A key of Azure.
    #[serde(rename = "azure")]
    Azure {
        /// The tenant.
        tenant_id: String,
        /// The address of the vault.
        vault_uri: String,
        /// The name of the key.
        key_name: String,
        /// The application, if it is not the service's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
    },
    /// A provider that this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

/// A new key; a field that is `None` is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExternalKeyCreate {
    /// Where the key is.
    pub provider_config: ProviderConfig,
    /// The name shown in the Console.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The region of the data; `us` if it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo: Option<String>,
    /// The user profile that a workspace with this key must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_profile_id: Option<String>,
}

/// A change of a key; a field that is `None` is not sent and stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExternalKeyUpdate {
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The new region; refused while a workspace uses the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo: Option<String>,
    /// The new place; refused while a workspace uses the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_config: Option<ProviderConfig>,
}

/// The answer to a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "external_key_deleted")]
pub struct ExternalKeyDeleted {
    /// The id of the key.
    pub id: ExternalKeyId,
}

/// The answer to a validation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "external_key_validation")]
pub struct ExternalKeyValidation {
    /// Whether the key works.
    pub status: ValidationStatus,
    /// Why it does not work, for people.
    pub error: Option<String>,
}

/// Returns `GET /v1/organizations/external_keys`, newest first.
pub fn list() -> Request<ReportPage<ExternalKey>> {
    Request::list_by(&["external_keys"], PAGE)
}

/// Returns `GET /v1/organizations/external_keys/{external_key_id}`.
pub fn get(id: &ExternalKeyId) -> Request<ExternalKey> {
    Request::get(&["external_keys", id.as_str()])
}

/// Returns the request that creates a key. Not safe to repeat: a second one would be created.
pub fn create(key: &ExternalKeyCreate) -> Request<ExternalKey> {
    Request::post(&["external_keys"], Replay::NotSafe).with_body(key).answered_with("external_key")
}

/// Returns the request that changes a key.
pub fn update(id: &ExternalKeyId, change: &ExternalKeyUpdate) -> Request<ExternalKey> {
    Request::post(&["external_keys", id.as_str()], Replay::Safe)
        .with_body(change)
        .answered_with("external_key")
}

/// Returns the request that deletes a key. The service refuses it while a workspace uses the key.
pub fn delete(id: &ExternalKeyId) -> Request<ExternalKeyDeleted> {
    Request::delete(&["external_keys", id.as_str()]).answered_with("external_key_deleted")
}

/// Returns the request that tries a key, which may take 30 seconds. A key that does not work is a successful answer.
pub fn validate(id: &ExternalKeyId) -> Request<ExternalKeyValidation> {
    Request::post(&["external_keys", id.as_str(), "validate"], Replay::Safe)
        .answered_with("external_key_validation")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_survives_reading_and_writing_whatever_its_provider() {
        for config in [
            json!({"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/a", "region": "us-east-1"}),
            json!({"type": "gcp", "key_name": "projects/p/k"}),
            json!({"type": "azure", "tenant_id": "t", "vault_uri": "https://v.example", "key_name": "k"}),
            json!({"type": "of_next_year", "at": 1}),
        ] {
            let key = json!({
                "type": "external_key", "id": "ekey_1", "display_name": null, "geo": "us",
                "provider_config": config, "attachment": {"type": "attached"}, "user_profile_id": null,
                "created_at": "a", "updated_at": "b",
            });
            let read: ExternalKey = serde_json::from_value(key.clone()).expect("reads");
            assert!(read.is_attached());
            assert_eq!(serde_json::to_value(&read).expect("writes"), key);
        }
        let old = json!({"type": "aws", "kms_arn": "a", "role_arn": "b"});
        let read: ProviderConfig = serde_json::from_value(old).expect("reads");
        assert_eq!(read, ProviderConfig::Aws { kms_arn: "a".to_owned(), region: None });
        let failed = json!({"type": "external_key_validation", "status": "failure", "error": "no"});
        let read: ExternalKeyValidation = serde_json::from_value(failed.clone()).expect("reads");
        assert_eq!(serde_json::to_value(&read).expect("writes"), failed);
    }

    #[test]
    fn only_a_create_must_not_be_repeated() {
        let arn = ExternalKeyId::new("arn:aws:kms:us-east-1:1:key/a");
        let config = ProviderConfig::Gcp { key_name: "k".to_owned() };
        let create = create(&ExternalKeyCreate {
            provider_config: config,
            display_name: None,
            geo: None,
            user_profile_id: None,
        });
        assert_eq!(create.body, Some(json!({"provider_config": {"type": "gcp", "key_name": "k"}})));
        assert_eq!(create.replay, Replay::NotSafe);
        for replay in
            [validate(&arn).replay, delete(&arn).replay, update(&arn, &ExternalKeyUpdate::default()).replay]
        {
            assert_eq!(replay, Replay::Safe);
        }
        assert_eq!(
            get(&arn).path(),
            "/v1/organizations/external_keys/arn%3Aaws%3Akms%3Aus-east-1%3A1%3Akey%2Fa"
        );
    }
}
