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
pub(crate) const FORMAT_VERSION: u32 = 1;

/// A plan: what apply would send, in order, and everything a reviewer must know about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlanDocument {
    /// The shape of this document.
    pub(crate) format_version: u32,
    /// The version of Bylaws that wrote it.
    pub(crate) bylaws_version: String,
    /// The organization.
    pub(crate) organization: OrganizationRef,
    /// The files.
    pub(crate) config: ConfigRef,
    /// The service's day (UTC) the plan was made for, YYYY-MM-DD.
    pub(crate) today: String,
    /// The addresses to which `--only` restricts the plan; empty for a whole plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) only: Vec<Word<Address>>,
    /// Read requests by kind.
    pub(crate) reads: ReadCounts,
    /// The revision that it is compared with, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<BaseDocument>,
    /// Rules that differ from the base, the most important kind first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rule_changes: Vec<RuleChangeDocument>,
    /// Values of guards that are looser than the built-in ones.
    pub(crate) loosened: Vec<Loosened>,
    /// What a reviewer must see first, the most important kind first.
    pub(crate) review_first: Vec<ReviewDocument>,
    /// The `id` of each change that `apply --reviewed` refuses to send: it is in no plan that was reviewed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_reviewed: Vec<String>,
    /// Write requests, in the order in which apply sends them.
    pub(crate) changes: Vec<ChangeDocument>,
    /// Effects of changes that are not requests themselves.
    pub(crate) consequences: Vec<ItemDocument>,
    /// Wanted, but an event outside must come first.
    pub(crate) waiting: Vec<WaitingDocument>,
    /// Wanted, but the API cannot do it, or it is ambiguous.
    pub(crate) blocked: Vec<ItemDocument>,
    /// Live, not in the files, and staying.
    pub(crate) unlisted: Vec<ItemDocument>,
    /// Lines that come to their end within 14 days.
    pub(crate) expiring: Vec<ItemDocument>,
    /// Likely mistakes that stop nothing.
    pub(crate) notes: Vec<ItemDocument>,
    /// How the guards judge the plan.
    pub(crate) guards: Vec<GuardDocument>,
    /// What became of each approval.
    pub(crate) approvals: Vec<ApprovalDocument>,
    /// Counts.
    pub(crate) summary: Summary,
    /// SHA-256 of the canonical JSON of organization id and changes without `origin` and `cause`.
    pub(crate) fingerprint: String,
    /// When a saved plan was made, by the service's clock (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) created_at: Option<String>,
    /// SHA-256 of a saved plan's text with this field left empty: finds damage, not tampering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct OrganizationRef {
    /// Its id.
    pub(crate) id: String,
    /// Its live name.
    pub(crate) name: String,
}

/// The files a plan was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ConfigRef {
    /// PATH of the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// SHA-256 of what the files mean; order, comments and spacing leave no trace.
    pub(crate) digest: String,
    /// The git commit checked out, where there is one.
    pub(crate) commit: Option<String>,
    /// Whether a file that was read differs from the commit.
    #[serde(default)]
    pub(crate) dirty: bool,
}

impl ConfigRef {
    /// Returns `75ae63e + uncommitted changes`, or the commit alone if the files are those of the commit.
    pub(crate) fn source(&self) -> Option<String> {
        source(self.commit.as_deref(), self.dirty)
    }
}

/// A commit as outputs name it.
pub(crate) fn source(commit: Option<&str>, dirty: bool) -> Option<String> {
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
pub(crate) struct ReadCounts {
    pub(crate) organization: usize,
    pub(crate) invites: usize,
    pub(crate) users: usize,
    pub(crate) workspaces: usize,
    pub(crate) workspace_members: usize,
    pub(crate) api_keys: usize,
    pub(crate) total: usize,
}

/// A guard with a looser value than the built-in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Loosened {
    /// What, from which value to which.
    pub(crate) text: String,
    /// Its line.
    pub(crate) origin: Option<Origin>,
}

/// A place in the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Origin {
    /// The path as the user would open it: PATH of the command line, and the file in it.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: u32,
    /// From 1, in characters.
    pub(crate) column: u32,
}

/// One change: one write request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ChangeDocument {
    /// Its name in the plan.
    pub(crate) id: String,
    /// To what.
    pub(crate) address: Word<Address>,
    /// `create`, `update`, `remove`, `invite`, `revoke` or `archive`.
    pub(crate) action: Word<Action>,
    /// The id of the live thing that is changed or removed, of a workspace membership the id of the user; null
    /// for what is created.
    #[serde(default)]
    pub(crate) target: Option<String>,
    /// What is known to be so now; null where the thing is not there.
    pub(crate) before: Option<BTreeMap<String, Value>>,
    /// What is so afterwards; null where the thing is gone.
    pub(crate) after: Option<BTreeMap<String, Value>>,
    /// What is sent.
    pub(crate) request: RequestDocument,
    /// Changes that must be done first.
    pub(crate) depends_on: Vec<String>,
    /// Names of the files in it that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) live_names: Vec<LiveName>,
    /// What kind of change it is.
    pub(crate) classes: Vec<Word<Class>>,
    /// The last day of the line that has expired, YYYY-MM-DD, if that is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expired: Option<String>,
    /// `commit`, `due` or `drift`; left out without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Word<Cause>>,
    /// The line that asks for it.
    pub(crate) origin: Option<Origin>,
}

/// A request. The id of a workspace that is still to be made stands as `{workspace/production}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct RequestDocument {
    /// `POST` or `DELETE`.
    pub(crate) method: String,
    /// From `/v1/` on.
    pub(crate) path: String,
    /// JSON; null where there is none.
    pub(crate) body: Option<Value>,
}

/// Something said about an address that is not a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ItemDocument {
    /// What it is about.
    pub(crate) address: Word<Address>,
    /// Names of the files in it that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) live_names: Vec<LiveName>,
    /// What is the matter.
    pub(crate) reason: String,
    /// The line it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<Origin>,
    /// What an approval must name to let it go ahead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) approve: Vec<String>,
    /// `commit` or `drift` of something blocked; left out without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Word<Cause>>,
}

/// What happens once an event outside has happened, such as an invite being accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct WaitingDocument {
    /// What it is about.
    pub(crate) address: Word<Address>,
    /// What is done then; `create` for a member is the accepted invite itself.
    pub(crate) action: Word<Action>,
    /// What is so afterwards.
    pub(crate) after: BTreeMap<String, Value>,
    /// What kind of change it is.
    pub(crate) classes: Vec<Word<Class>>,
    /// The id of the workspace it is in; left out if that is still to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workspace_id: Option<String>,
    /// Names of the files in it that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) live_names: Vec<LiveName>,
    /// What has to happen first.
    pub(crate) reason: String,
    /// The line it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<Origin>,
    /// `commit` or `due`; left out without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<Word<Cause>>,
}

impl WaitingDocument {
    /// The role in a workspace that somebody gets.
    pub(crate) fn workspace_role(&self) -> Option<&str> {
        self.after.get("workspace_role")?.as_str()
    }

    /// What is waited for and what it leads to, for lists of items.
    pub(crate) fn item(&self) -> ItemDocument {
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
pub(crate) struct GuardDocument {
    /// Which.
    pub(crate) guard: Word<GuardKind>,
    /// `files` or `guards_file`.
    pub(crate) source: Word<GuardSource>,
    /// `passed`, `reported` or `refused`.
    pub(crate) ruling: Word<Ruling>,
    /// How many were counted.
    pub(crate) counted: Option<usize>,
    /// How many may.
    pub(crate) limit: Option<usize>,
    /// Of how many.
    pub(crate) of: Option<usize>,
    /// In words.
    pub(crate) reason: String,
    /// The changes that tripped it, ten at most.
    pub(crate) changes: Vec<String>,
    /// Names of the files in these changes that are not the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) live_names: Vec<LiveName>,
    /// What an approval must name to let the plan pass.
    pub(crate) approve: Vec<String>,
}

/// What became of an approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ApprovalDocument {
    /// What it covers.
    pub(crate) changes: Vec<String>,
    /// Its last day, YYYY-MM-DD.
    pub(crate) until: String,
    /// Why it was given.
    pub(crate) reason: String,
    /// `in_use`, `pending`, `used_up`, `names_nothing`, `expired` or `too_far_ahead`.
    pub(crate) state: Word<ApprovalState>,
    /// Its line.
    pub(crate) origin: Option<Origin>,
}

/// Counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Summary {
    /// Changes.
    pub(crate) changes: usize,
    /// By action; actions that do not occur count 0.
    pub(crate) actions: BTreeMap<String, usize>,
    /// By class; a change may be of several.
    pub(crate) classes: BTreeMap<String, usize>,
    /// Changes by cause; left out without a base.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) causes: BTreeMap<String, usize>,
    pub(crate) consequences: usize,
    pub(crate) waiting: usize,
    pub(crate) blocked: usize,
    pub(crate) unlisted: usize,
    pub(crate) expiring: usize,
    /// About how many requests apply needs: it reads again and sends one request for each change. More if the service
    /// makes it wait so long that lists have to be read once more. Left out if nothing was read, or if nothing changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) apply_requests: Option<usize>,
    /// Whether a guard refuses the plan.
    pub(crate) refused: bool,
    /// Whether what must be reviewed does not fit a comment on a pull request, so that nobody can review it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) too_large: bool,
    /// Changes that `only` leaves out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) not_selected: usize,
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
    pub(crate) fn is(&self, class: Class) -> bool {
        self.classes.contains(&Word(class))
    }
}
