//! Whether the service records the Activity Feed. Nothing from before it was switched on is ever recorded.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::open_enum::open_enum;
use crate::{Replay, Request};

open_enum! {
    /// Whether activities are recorded.
    pub enum RecordingState {
        /// Nothing is recorded, and what happens meanwhile is lost.
        Disabled = "disabled",
        /// Activities are recorded and can be read.
        Enabled = "enabled",
    }
}

/// The compliance settings of an organization; one below a parent has those of its parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "compliance_settings")]
pub struct ComplianceSettings {
    /// Whether activities are recorded.
    pub state: Recording,
}

/// Whether activities are recorded, as the service writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The state.
    #[serde(rename = "type")]
    pub kind: RecordingState,
}

impl ComplianceSettings {
    /// Returns whether activities are recorded.
    pub fn is_enabled(&self) -> bool {
        self.state.kind == RecordingState::Enabled
    }
}

/// Returns `GET /v1/organizations/compliance_settings`.
pub fn get() -> Request<ComplianceSettings> {
    Request::get(&["compliance_settings"])
}

/// Returns the request that switches the recording on or off.
pub fn update(state: &RecordingState) -> Request<ComplianceSettings> {
    Request::post(&["compliance_settings"], Replay::Safe)
        .with_body(&json!({"state": {"type": state}}))
        .answered_with("compliance_settings")
}
