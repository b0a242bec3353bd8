//! Compliance settings: whether the Activity Feed records.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::event::{Change, Event, objects};
use crate::envelope::Answer;
use crate::object::{Object, Problem, required};
use crate::request::Target;
use crate::seed::Seed;
use crate::state::State;

pub(crate) const PATH: &str = "/v1/organizations/compliance_settings";

/// The compliance settings of the organization, as the service returns them. A seed needs `state`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["state"]))]
pub struct ComplianceSettings {
    /// Always `compliance_settings`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Whether the Activity Feed records.
    pub state: RecordingState,
}

/// Whether the Activity Feed records.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["type"]))]
pub struct RecordingState {
    /// `enabled` or `disabled`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl ComplianceSettings {
    pub(crate) fn new(is_enabled: bool) -> Self {
        let kind = if is_enabled { "enabled" } else { "disabled" };
        Self { kind: "compliance_settings", state: RecordingState { kind: kind.to_owned() } }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.state.kind == "enabled"
    }

    pub(crate) fn from_seed(mut object: Object) -> Result<Self, Problem> {
        object.kind("compliance_settings")?;
        Self::read(object)
    }

    /// Takes `state`, an object or its word alone.
    fn read(mut object: Object) -> Result<Self, Problem> {
        let state = object.take("state").ok_or_else(|| required("state"))?;
        object.finish()?;
        let word = match &state {
            Value::Object(fields) if fields.len() == 1 => fields.get("type"),
            word => Some(word),
        };
        match word.and_then(Value::as_str) {
            Some("enabled") => Ok(Self::new(true)),
            Some("disabled") => Ok(Self::new(false)),
            _ => Err(Problem::new("state", "expected `enabled` or `disabled`")),
        }
    }
}

pub(super) fn of(state: &State) -> ComplianceSettings {
    state.rest.compliance_settings.clone().unwrap_or_else(|| ComplianceSettings::new(false))
}

pub(super) fn update(state: &mut State, _: &Target<'_>, body: Object) -> Answer {
    state.rest.compliance_settings = Some(ComplianceSettings::read(body)?);
    Ok(json!(of(state)))
}

pub(super) fn find(state: &State, path: &[&str], _: &Value) -> Option<Value> {
    (path == ["compliance_settings"]).then(|| json!(state.rest.compliance_settings))
}

pub(super) fn all(seed: &Seed) -> Vec<Value> {
    objects(&seed.compliance_settings)
}

pub(super) fn says(change: &Change<'_>) -> Vec<Event> {
    let [was_on, is_on] =
        [change.before, change.after].map(|settings| settings["state"]["type"] == "enabled");
    let fields = json!({"compliance_api_enabled": is_on, "compliance_api_logging_enabled": is_on});
    let event = Event::new("org_compliance_api_settings_updated", fields);
    (is_on != was_on).then_some(event).into_iter().collect()
}
