//! The seed: one JSON document that an emulator starts from and dumps, with the API's own objects. Missing
//! fields are filled in deterministically.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::api_keys::ApiKey;
use crate::clock;
use crate::external_keys::ExternalKey;
use crate::federation_issuers::FederationIssuer;
use crate::federation_rules::FederationRule;
use crate::feed::ComplianceSettings;
use crate::invites::Invite;
use crate::kinds;
use crate::object::{Object, Problem};
use crate::organization::{Limits, Organization, OrganizationKind};
use crate::rate_limits::{RateLimit, WorkspaceRateLimit};
use crate::reports::UsageRecord;
use crate::service_accounts::ServiceAccount;
use crate::spend_limits::SpendLimit;
use crate::users::User;
use crate::workspace_members::WorkspaceMember;
use crate::workspace_service_accounts::ServiceAccountWorkspaceMember;
use crate::workspaces::{DEFAULT, Workspace};

/// The content of an emulator. Lists are written newest first, as the service lists them. The default is an
/// organization without members; an emulator adds its workspace `Default`.
///
/// ```
/// let seed = bylaws_emulator::Seed::from_json(
///     r#"{"users": [{"email": "ada@acme.com", "role": "admin"}], "workspaces": [{"name": "production"}]}"#,
/// )?;
/// assert_eq!(bylaws_emulator::Seed::from_json(&seed.to_json())?, seed);
/// # Ok::<(), bylaws_emulator::SeedError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(
    description = "An organization for the emulator, in the API's own objects. Lists are written newest first, as the API lists them."
)]
pub struct Seed {
    /// The fixed time of the clock (RFC 3339); without it, the machine's running clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub now: Option<Timestamp>,
    /// The organization.
    pub organization: Organization,
    /// The product that it belongs to.
    pub kind: OrganizationKind,
    /// Members.
    pub users: Vec<User>,
    /// Invites, deleted ones included.
    pub invites: Vec<Invite>,
    /// Workspaces, archived ones included; `Default` is added if it is missing.
    pub workspaces: Vec<Workspace>,
    /// Explicit workspace memberships.
    pub workspace_members: Vec<WorkspaceMember>,
    /// Keys, without their secrets.
    pub api_keys: Vec<ApiKey>,
    /// Figures for the usage and cost reports; without them they are derived from the keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Vec<UsageRecord>>,
    /// Records of the Claude Code report, as the service returns them; without them they are derived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claude_code: Option<Vec<Value>>,
    /// Rate limits of the organization; none by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rate_limits: Vec<RateLimit>,
    /// Rate limits of workspaces, overrides only; none by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workspace_rate_limits: Vec<WorkspaceRateLimit>,
    /// Spend limits; a Console organization without the list may not use them through the API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend_limits: Option<Vec<SpendLimit>>,
    /// Service accounts, archived ones included; none by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_accounts: Vec<ServiceAccount>,
    /// Explicit workspace memberships of service accounts; none by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workspace_service_accounts: Vec<ServiceAccountWorkspaceMember>,
    /// Federation issuers, archived ones included; none by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub federation_issuers: Vec<FederationIssuer>,
    /// Federation rules, archived ones included; none by default.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub federation_rules: Vec<FederationRule>,
    /// External keys; none by default. A workspace may have one that is not here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_keys: Vec<ExternalKey>,
    /// Whether the Activity Feed records; it does not by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliance_settings: Option<ComplianceSettings>,
    /// Activities that the feed already has, as the service returns them, in any order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<Value>,
    /// Capacities; unlimited by default.
    pub limits: Limits,
}

/// An invalid seed: which item and field, for example `users[3].role`, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("seed: {0}")]
pub struct SeedError(Problem);

impl From<Problem> for SeedError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl Seed {
    /// Parses a seed and fills in what is missing. Fails on invalid JSON, on fields of the wrong type, on
    /// ids that the API would refuse or that appear twice, and on references to workspaces that do not
    /// exist.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        let value = serde_json::from_str(text);
        Self::from_value(value.map_err(|error| Problem::new("", format!("not valid JSON: {error}")))?)
    }

    /// Like [`from_json`](Self::from_json), from a parsed value.
    pub fn from_value(value: Value) -> Result<Self, SeedError> {
        let mut object = Object::new(value)?;
        // Editors put a link to the schema there.
        object.take("$schema");
        let mut seed = Self { now: object.nullable_time("now")?, ..Self::default() };
        let now = seed.now.unwrap_or_else(clock::machine_time);
        kinds::ALL.iter().try_for_each(|kind| (kind.read)(&mut seed, &mut object, now))?;
        object.finish()?;
        seed.complete()?;
        Ok(seed)
    }

    /// Returns the document, indented, with fields and lists in a fixed order, ending with a line break.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Adds the workspace `Default`, which every organization has, and refuses duplicate ids and references
    /// to objects that do not exist.
    pub(crate) fn complete(&mut self) -> Result<(), SeedError> {
        if !self.workspaces.iter().any(|workspace| workspace.is_open() && workspace.name == DEFAULT) {
            let now = self.now.unwrap_or_else(clock::machine_time);
            self.workspaces.push(Workspace::the_default(now, &self.workspaces));
        }
        Ok(kinds::ALL.iter().try_for_each(|kind| (kind.check)(self))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_seed_is_an_organization_with_its_default_workspace() {
        let seed = Seed::from_json("{}").unwrap();
        assert_eq!((seed.now, seed.users.len(), seed.workspaces.len()), (None, 0, 1));
        assert_eq!(seed.workspaces.first().unwrap().name, "Default");
    }

    #[test]
    fn missing_fields_are_filled_in_and_stay_the_same() {
        let seed = Seed::from_json(
            r#"{"users": [{"email": "ada@acme.com", "role": "admin"}, {"email": "b@acme.com", "role": "new_role", "mood": 1}],
                "invites": [{"email": "c@acme.com", "role": "user"}],
                "workspaces": [{"id": "wrkspc_1", "name": "lab", "tags": {"anthropic_x": "1"}}],
                "workspace_members": [{"workspace_id": "wrkspc_1", "user_id": "user_1", "workspace_role": "workspace_user"}],
                "api_keys": [{"name": "ci", "workspace_id": "wrkspc_1"}], "usage": []}"#,
        )
        .unwrap();
        let text = seed.to_json();
        let again = Seed::from_json(&text).unwrap();
        assert_eq!(again, seed);
        assert_eq!(again.to_json(), text);
        assert!(text.contains("\"mood\": 1") && text.contains("new_role"), "{text}");
    }

    #[test]
    fn an_invalid_seed_is_reported_with_item_and_field() {
        for (seed, message) in [
            ("[]", "seed: expected an object, found a list"),
            (r#"{"users": [{"email": "a@b.c"}]}"#, "seed: users[0].role: is required"),
            (r#"{"users": [{"email": 5, "role": "user"}]}"#, "seed: users[0].email: expected text, found 5"),
            (r#"{"users": [7]}"#, "seed: users[0]: expected an object, found 7"),
            (r#"{"usres": []}"#, "seed: usres: is not a known field"),
            (
                r#"{"workspaces": [{"name": "a", "id": "wrkspc_1"}, {"name": "b", "id": "wrkspc_1"}]}"#,
                "seed: workspaces[1].id: \"wrkspc_1\" appears twice",
            ),
            (r#"{"api_keys": [{"name": "ci"}]}"#, "seed: api_keys[0].scope: is required (or `workspace_id`)"),
            (
                r#"{"api_keys": [{"name": "ci", "workspace_id": "wrkspc_9"}]}"#,
                "seed: api_keys[0].scope.workspace_id: is not a workspace of this seed",
            ),
            (
                r#"{"workspaces": [{"name": "a", "data_residency": {"workspace_geo": 1}}]}"#,
                "seed: workspaces[0].data_residency.workspace_geo: expected text, found 1",
            ),
            (
                r#"{"now": "today"}"#,
                "seed: now: expected a time such as 2026-11-21T09:00:00Z, found \"today\"",
            ),
        ] {
            assert_eq!(Seed::from_json(seed).unwrap_err().to_string(), message);
        }
    }
}
