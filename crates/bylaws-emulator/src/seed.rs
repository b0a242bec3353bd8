//! The seed: one JSON document that an emulator starts from and dumps, with the API's own objects. Missing
//! fields are filled in deterministically.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::api_keys::ApiKey;
use crate::clock;
use crate::invites::Invite;
use crate::limits::Limits;
use crate::object::{Object, Problem};
use crate::organization::{Organization, OrganizationKind};
use crate::reports::UsageRecord;
use crate::seed_check;
use crate::seeding::Seeding;
use crate::users::User;
use crate::workspace_members::WorkspaceMember;
use crate::workspaces::{DEFAULT, Workspace};

/// The content of an emulator. Lists are written newest first, as the service lists them.
///
/// ```
/// let seed = bylaws_emulator::Seed::from_json(
///     r#"{"users": [{"email": "ada@acme.com", "role": "admin"}], "workspaces": [{"name": "production"}]}"#,
/// )?;
/// assert_eq!(bylaws_emulator::Seed::from_json(&seed.to_json())?, seed);
/// # Ok::<(), bylaws_emulator::SeedError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
    /// Capacities; unlimited by default.
    pub limits: Limits,
}

/// An invalid seed: which item, which field, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("seed: {}{problem}", if place.is_empty() { String::new() } else { format!("{place}: ") })]
pub struct SeedError {
    /// The position, for example `users[3].role`; empty if the document as a whole is invalid.
    pub place: String,
    /// The problem.
    pub problem: String,
}

impl From<Problem> for SeedError {
    fn from(problem: Problem) -> Self {
        Self { place: problem.field, problem: problem.text }
    }
}

impl Default for Seed {
    /// Returns an organization with its default workspace and no members.
    fn default() -> Self {
        Self {
            now: None,
            organization: Organization::default(),
            kind: OrganizationKind::Console,
            users: Vec::new(),
            invites: Vec::new(),
            workspaces: vec![Workspace::the_default(clock::machine_time(), &[])],
            workspace_members: Vec::new(),
            api_keys: Vec::new(),
            usage: None,
            claude_code: None,
            limits: Limits::default(),
        }
    }
}

impl Seed {
    /// Parses a seed and fills in what is missing. Fails on invalid JSON, on fields of the wrong type, on
    /// ids that the API would refuse or that appear twice, and on references to workspaces that do not
    /// exist.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        let value = serde_json::from_str(text).map_err(|error| SeedError {
            place: String::new(),
            problem: format!("not valid JSON: {error}"),
        })?;
        Self::from_value(value)
    }

    /// Like [`from_json`](Self::from_json), from a parsed value.
    pub fn from_value(value: Value) -> Result<Self, SeedError> {
        let mut object = Object::new(value)?;
        // Editors put a link to the schema there.
        object.take("$schema");
        let given = object.nullable_time("now")?;
        let now = given.unwrap_or_else(clock::machine_time);
        let organization = match object.nullable_object("organization")? {
            Some(fields) => {
                Organization::from_seed(fields).map_err(|problem| problem.under("organization"))?
            }
            None => Organization::default(),
        };
        let kind = OrganizationKind::from_seed(object.nullable_text("kind")?.as_deref())?;
        let users = list(&mut object, "users", now, User::from_seed)?;
        let invites = list(&mut object, "invites", now, Invite::from_seed)?;
        let workspaces = list(&mut object, "workspaces", now, Workspace::from_seed)?;
        let workspace_members =
            list(&mut object, "workspace_members", now, |item, _| WorkspaceMember::from_seed(item))?;
        let api_keys = list(&mut object, "api_keys", now, ApiKey::from_seed)?;
        let has_usage = object.has("usage");
        let usage = list(&mut object, "usage", now, |item, _| UsageRecord::from_seed(item))?;
        let claude_code = object.nullable_list("claude_code")?;
        let limits = match object.nullable_object("limits")? {
            Some(fields) => Limits::from_seed(fields).map_err(|problem| problem.under("limits"))?,
            None => Limits::default(),
        };
        object.finish()?;
        let mut seed = Self {
            now: given,
            organization,
            kind,
            users,
            invites,
            workspaces,
            workspace_members,
            api_keys,
            usage: has_usage.then_some(usage),
            claude_code,
            limits,
        };
        seed.add_default_workspace();
        seed_check::ids(&seed)?;
        seed_check::references(&seed)?;
        Ok(seed)
    }

    /// Returns the document, indented, with fields and lists in a fixed order, ending with a line break.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Adds the workspace `Default`, which every organization has.
    pub(crate) fn add_default_workspace(&mut self) {
        if !self.workspaces.iter().any(|workspace| workspace.is_open() && workspace.name == DEFAULT) {
            let now = self.now.unwrap_or_else(clock::machine_time);
            self.workspaces.push(Workspace::the_default(now, &self.workspaces));
        }
    }
}

/// Reads one list; a problem names its item.
fn list<T>(
    document: &mut Object,
    name: &str,
    now: Timestamp,
    read: impl Fn(Object, &mut Seeding) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let items = document.nullable_list(name)?.unwrap_or_default();
    let named = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
    let mut seeding = Seeding::new(now, items.iter().filter_map(named).collect());
    let mut read_all = Vec::with_capacity(items.len());
    for (at, item) in items.into_iter().enumerate() {
        let item = Object::new(item).and_then(|object| read(object, &mut seeding));
        read_all.push(item.map_err(|problem| problem.under(&format!("{name}[{at}]")))?);
        seeding.step();
    }
    Ok(read_all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_seed_is_an_organization_with_its_default_workspace() {
        for seed in [Seed::from_json("{}").unwrap(), Seed::default()] {
            assert_eq!((seed.now, seed.users.len(), seed.workspaces.len()), (None, 0, 1));
            assert_eq!(seed.workspaces.first().unwrap().name, "Default");
        }
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
