//! Where the service stores inference data, and whether people review it. Read-only: an Admin API key cannot
//! set it.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;

open_enum! {
    /// Whether people may review inference data.
    pub enum HumanReviewState {
        /// People may review inference data.
        Enabled = "enabled",
        /// People may not review inference data.
        Disabled = "disabled",
    }
}

open_enum! {
    /// Who runs a storage.
    pub enum StorageKind {
        /// The service runs the storage.
        Internal = "internal",
        /// The organization runs the storage.
        External = "external",
    }
}

/// The privacy settings of a workspace. A setting that the organization is not enabled for is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InferenceDataPrivacy {
    /// Whether people may review inference data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human_review: Option<HumanReview>,
    /// Where data kept for safeguards is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguards_storage: Option<InferenceStorage>,
    /// Where copies of transcripts are stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcripts_storage: Option<InferenceStorage>,
}

/// Whether people review inference data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HumanReview {
    /// Whether it is enabled.
    #[serde(rename = "type")]
    pub state: HumanReviewState,
}

/// One storage for inference data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InferenceStorage {
    /// Who runs the storage.
    #[serde(rename = "type")]
    pub kind: StorageKind,
    /// The id, `estrg_…`, or an ARN on Claude Platform on AWS; external storage only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_storage_id: Option<String>,
}
