//! The plan document: `plan --format json`, and what a saved plan holds. Only its shape; it is made
//! in `from_plan.rs`.

use std::collections::BTreeMap;

use bylaws_engine::{Action, Address, ApprovalState, Cause, Class, GuardKind, GuardSource, Ruling};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::base::{BaseDocument, RuleChangeDocument};
use super::live_name::{LiveName, suffix};
use super::review_first::ReviewDocument;
use super::word::Word;

/// Which shape this document has. Readers ignore fields they do not know; a number they do not know
/// means they cannot read it.
pub const FORMAT_VERSION: u32 = 1;

/// A plan: what apply would send, in order, and everything a reviewer must know about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDocument {
    /// The shape of this document.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization.
    pub organization: OrganizationRef,
    /// The files.
    pub config: ConfigRef,
    /// The service's day (UTC) the plan was made for, YYYY-MM-DD.
    pub today: String,
    /// The addresses to which `--only` restricts the plan; empty for a whole plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Word<Address>>,
    /// Read requests by kind.
    pub reads: ReadCounts,
    /// The revision that it is compared with, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseDocument>,
    /// Rules that differ from the base, the most important kind first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_changes: Vec<RuleChangeDocument>,
    /// Values of guards that are looser than the built-in ones.
    pub loosened: Vec<Loosened>,
    /// What a reviewer must see first, the most important kind first.
    pub review_first: Vec<ReviewDocument>,
    /// The `id` of each change that `apply --reviewed` refuses to send: it is in no plan that was reviewed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_reviewed: Vec<String>,
    /// Write requests, in the order in which apply sends them.
    pub changes: Vec<ChangeDocument>,
    /// Effects of changes that are not requests themselves.
    pub consequences: Vec<ItemDocument>,
    /// Wanted, but an event outside must come first.
    pub waiting: Vec<WaitingDocument>,
    /// Wanted, but the API cannot do it, or it is ambiguous.
    pub blocked: Vec<ItemDocument>,
    /// Live, not in the files, and staying.
    pub unlisted: Vec<ItemDocument>,
    /// Lines that come to their end within 14 days.
    pub expiring: Vec<ItemDocument>,
    /// Likely mistakes that stop nothing.
    pub notes: Vec<ItemDocument>,
    /// How the guards judge the plan.
    pub guards: Vec<GuardDocument>,
    /// What became of each approval.
    pub approvals: Vec<ApprovalDocument>,
    /// Counts.
    pub summary: Summary,
    /// SHA-256 of the canonical JSON of organization id and changes without `origin` and `cause`.
    pub fingerprint: String,
    /// When a saved plan was made, by the service's clock (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// SHA-256 of a saved plan's text with this field left empty: finds damage, not tampering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationRef {
    /// Its id.
    pub id: String,
    /// Its live name.
    pub name: String,
}

/// The files a plan was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigRef {
    /// PATH of the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// SHA-256 of what the files mean; order, comments and spacing leave no trace.
    pub digest: String,
    /// The git commit checked out, where there is one.
    pub commit: Option<String>,
    /// Whether a file that was read differs from the commit.
    #[serde(default)]
    pub dirty: bool,
}

impl ConfigRef {
    /// Returns `75ae63e + uncommitted changes`, or the commit alone if the files are those of the commit.
    pub fn source(&self) -> Option<String> {
        source(self.commit.as_deref(), self.dirty)
    }
}

/// A commit as outputs name it.
pub fn source(commit: Option<&str>, dirty: bool) -> Option<String> {
    let commit = commit.map(|commit| commit.get(..12).unwrap_or(commit));
    match (commit, dirty) {
        (Some(commit), false) => Some(commit.to_owned()),
        (Some(commit), true) => Some(format!("{commit} + uncommitted changes")),
        (None, true) => Some("no commit + uncommitted changes".to_owned()),
        (None, false) => None,
    }
}

/// Read requests by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadCounts {
    pub organization: usize,
    pub invites: usize,
    pub users: usize,
    pub workspaces: usize,
    pub workspace_members: usize,
    pub api_keys: usize,
    pub total: usize,
}

/// A guard with a looser value than the built-in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loosened {
    /// What, from which value to which.
    pub text: String,
    /// Its line.
    pub origin: Option<Origin>,
}

/// A place in the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The path as the user would open it: PATH of the command line, and the file in it.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// One change: one write request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeDocument {
    /// Its name in the plan.
    pub id: String,
    /// To what.
    pub address: Word<Address>,
    /// `create`, `update`, `remove`, `invite`, `revoke` or `archive`.
    pub action: Word<Action>,
    /// The id of the live thing that is changed or removed, of a workspace membership the id of the user; null
    /// for what is created.
    #[serde(default)]
    pub target: Option<String>,
    /// What is known to be so now; null where the thing is not there.
    pub before: Option<BTreeMap<String, Value>>,
    /// What is so afterwards; null where the thing is gone.
    pub after: Option<BTreeMap<String, Value>>,
    /// What is sent.
    pub request: RequestDocument,
    /// Changes that must be done first.
    pub depends_on: Vec<String>,
    /// Names of the files in it that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// What kind of change it is.
    pub classes: Vec<Word<Class>>,
    /// The last day of the line that has expired, YYYY-MM-DD, if that is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// `commit`, `due` or `drift`; left out without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
    /// The line that asks for it.
    pub origin: Option<Origin>,
}

/// A request. The id of a workspace that is still to be made stands as `{workspace/production}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestDocument {
    /// `POST` or `DELETE`.
    pub method: String,
    /// From `/v1/` on.
    pub path: String,
    /// JSON; null where there is none.
    pub body: Option<Value>,
}

/// Something said about an address that is not a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ItemDocument {
    /// What it is about.
    pub address: Word<Address>,
    /// Names of the files in it that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// What is the matter.
    pub reason: String,
    /// The line it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What an approval must name to let it go ahead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approve: Vec<String>,
    /// `commit` or `drift` of something blocked; left out without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
}

/// What happens once an event outside has happened, such as an invite being accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitingDocument {
    /// What it is about.
    pub address: Word<Address>,
    /// What is done then; `create` for a member is the accepted invite itself.
    pub action: Word<Action>,
    /// What is so afterwards.
    pub after: BTreeMap<String, Value>,
    /// What kind of change it is.
    pub classes: Vec<Word<Class>>,
    /// The id of the workspace it is in; left out if that is still to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// Names of the files in it that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// What has to happen first.
    pub reason: String,
    /// The line it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// `commit` or `due`; left out without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
}

impl WaitingDocument {
    /// The role in a workspace that somebody gets.
    pub fn workspace_role(&self) -> Option<&str> {
        self.after.get("workspace_role")?.as_str()
    }

    /// What is waited for and what it leads to, for lists of items.
    pub fn item(&self) -> ItemDocument {
        let reason = match self.workspace_role() {
            Some(role) => format!("{role} once the invite is accepted ({})", self.reason),
            None => self.reason.clone(),
        };
        let reason = reason + &suffix(&self.live_names);
        ItemDocument {
            address: self.address.clone(),
            live_names: self.live_names.clone(),
            reason,
            origin: self.origin.clone(),
            approve: Vec::new(),
            cause: self.cause,
        }
    }
}

/// What one guard says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardDocument {
    /// Which.
    pub guard: Word<GuardKind>,
    /// `files` or `guards_file`.
    pub source: Word<GuardSource>,
    /// `passed`, `reported` or `refused`.
    pub ruling: Word<Ruling>,
    /// How many were counted.
    pub counted: Option<usize>,
    /// How many may.
    pub limit: Option<usize>,
    /// Of how many.
    pub of: Option<usize>,
    /// In words.
    pub reason: String,
    /// The changes that tripped it, ten at most.
    pub changes: Vec<String>,
    /// Names of the files in these changes that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// What an approval must name to let the plan pass.
    pub approve: Vec<String>,
}

/// What became of an approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalDocument {
    /// What it covers.
    pub changes: Vec<String>,
    /// Its last day, YYYY-MM-DD.
    pub until: String,
    /// Why it was given.
    pub reason: String,
    /// `in_use`, `pending`, `used_up`, `names_nothing`, `expired` or `too_far_ahead`.
    pub state: Word<ApprovalState>,
    /// Its line.
    pub origin: Option<Origin>,
}

/// Counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Changes.
    pub changes: usize,
    /// By action; actions that do not occur count 0.
    pub actions: BTreeMap<String, usize>,
    /// By class; a change may be of several.
    pub classes: BTreeMap<String, usize>,
    /// Changes by cause; left out without a base.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, usize>,
    pub consequences: usize,
    pub waiting: usize,
    pub blocked: usize,
    pub unlisted: usize,
    pub expiring: usize,
    /// About how many requests apply needs: it reads again and sends one request for each change. More if the service
    /// makes it wait so long that lists have to be read once more. Left out if nothing was read, or if nothing changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apply_requests: Option<usize>,
    /// Whether a guard refuses the plan.
    pub refused: bool,
    /// Whether what must be reviewed does not fit a comment on a pull request, so that nobody can review it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub too_large: bool,
    /// Changes that `only` leaves out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_selected: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl ChangeDocument {
    /// Whether it is of this class.
    pub fn is(&self, class: Class) -> bool {
        self.classes.contains(&Word(class))
    }
}
