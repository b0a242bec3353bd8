//! The plan document: `plan --format json`, and the content of a saved plan. It is built in `from_plan.rs`.

use std::collections::BTreeMap;

use bylaws_engine::guard_results::{GuardOutcome, GuardSource};
use bylaws_engine::guards::ApprovalState;
use bylaws_engine::hold::Hold;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Action, Address, Cause, Class, GuardKind, LiveWorkspaceRole};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::base::{BaseDocument, RuleChangeDocument};
use super::canonical::short;
use super::changed_by::{Attributions, ChangedBy};
use super::live_name::{LiveName, with_names};
use super::origin::Origin;
use super::review_first::ReviewDocument;
use super::word::Word;

/// The version of the plan format. Readers ignore unknown fields; they must reject an unknown version.
pub const FORMAT_VERSION: u32 = 1;

/// A plan: what apply would send, in order, and what a reviewer must know about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization.
    pub organization: OrganizationRef,
    /// The files that the plan was made from.
    pub config: ConfigRef,
    /// The date of the service (UTC) that the plan was made for, YYYY-MM-DD.
    pub today: String,
    /// The addresses to which `--only` restricts the plan; empty for a whole plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<Word<Address>>,
    /// The read requests by kind.
    pub reads: ReadCounts,
    /// The revision that the plan is compared with, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseDocument>,
    /// The rules that differ from the base, the most important kind first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_changes: Vec<RuleChangeDocument>,
    /// The guards with a looser value than the built-in one.
    pub loosened: Vec<Loosened>,
    /// The entries that a reviewer must see first, the most important kind first.
    pub review_first: Vec<ReviewDocument>,
    /// The `id` of each change that `apply --reviewed` refuses to send, because it is not in a reviewed plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_reviewed: Vec<String>,
    /// Who made the drift, as far as the Activity Feed says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_by: Vec<ChangedBy>,
    /// Why nobody is named for drift, if the Activity Feed could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_attributed: Option<Word<Text>>,
    /// The write requests, in the order in which apply sends them.
    pub changes: Vec<ChangeDocument>,
    /// The effects of changes that are not requests themselves.
    pub consequences: Vec<ItemDocument>,
    /// Changes that `apply --hold` does not send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<HeldDocument>,
    /// Changes that are wanted, but need an external event first.
    pub waiting: Vec<WaitingDocument>,
    /// Changes that are wanted, but that the API cannot make, or that are ambiguous.
    pub blocked: Vec<ItemDocument>,
    /// Live objects that are not in the files and are kept.
    pub unlisted: Vec<ItemDocument>,
    /// Lines of the files that expire within 14 days.
    pub expiring: Vec<ItemDocument>,
    /// Likely mistakes that do not stop the plan.
    pub notes: Vec<ItemDocument>,
    /// The results of the guards.
    pub guards: Vec<GuardDocument>,
    /// The state of each approval.
    pub approvals: Vec<ApprovalDocument>,
    /// The counts of the plan.
    pub summary: Summary,
    /// The SHA-256 of the canonical JSON of the organization id and the changes, without `origin` and `cause`.
    pub fingerprint: String,
    /// The fingerprint of the same plan with the held changes; only if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole_fingerprint: Option<String>,
    /// The time at which a saved plan was made, by the service's clock (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The SHA-256 of a saved plan's text with this field empty: detects damage, not tampering.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationRef {
    /// The id of the organization.
    pub id: String,
    /// The live name of the organization.
    pub name: String,
}

/// The files that a plan was made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigRef {
    /// PATH as given on the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The SHA-256 of the meaning of the files; order, comments and spacing do not change it.
    pub digest: String,
    /// The checked-out git commit, if there is one.
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

/// Returns a commit as outputs show it.
pub fn source(commit: Option<&str>, dirty: bool) -> Option<String> {
    let commit = commit.map(short);
    if !dirty {
        return commit.map(str::to_owned);
    }
    Some(format!("{} + uncommitted changes", commit.unwrap_or("no commit")))
}

/// The number of read requests by list, in the order in which they are sent, and their `total`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ReadCounts(#[schemars(with = "BTreeMap<String, usize>")] pub(crate) Map<String, Value>);

impl ReadCounts {
    /// Returns the number of read requests of all lists.
    pub fn total(&self) -> usize {
        self.0.get("total").map_or(0, count)
    }

    /// Returns the lists with their numbers.
    pub fn lists(&self) -> impl Iterator<Item = (&str, usize)> {
        let lists = self.0.iter().filter(|(list, _)| *list != "total");
        lists.map(|(list, number)| (list.as_str(), count(number)))
    }

    /// Adds the requests for a list.
    pub fn add(&mut self, list: &str, requests: u64) {
        let total = self.total() as u64 + requests;
        self.0.shift_remove("total");
        self.0.insert(list.to_owned(), Value::from(requests));
        self.0.insert("total".to_owned(), Value::from(total));
    }

    /// Sets all numbers to zero, for a plan that needed no service.
    pub fn clear(&mut self) {
        self.0.values_mut().for_each(|count| *count = Value::from(0));
    }
}

fn count(number: &Value) -> usize {
    number.as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or_default()
}

/// A guard with a looser value than the built-in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loosened {
    /// The guard, and its old and new value.
    pub text: Word<Text>,
    /// The line of the guard.
    pub origin: Option<Origin>,
}

/// One change: one write request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeDocument {
    /// The identifier of the change in the plan.
    pub id: String,
    /// The address of the changed object.
    pub address: Word<Address>,
    /// `create`, `update`, `remove`, `invite`, `revoke` or `archive`.
    pub action: Word<Action>,
    /// The id of the live object that is changed or removed (for a workspace membership, the id of the user); null if
    /// the object is created.
    #[serde(default)]
    pub target: Option<String>,
    /// The known fields before the change; null if the object does not exist.
    pub before: Option<BTreeMap<String, Value>>,
    /// The fields after the change; null if the object is removed.
    pub after: Option<BTreeMap<String, Value>>,
    /// The request to send.
    pub request: RequestDocument,
    /// The changes that must be done first.
    pub depends_on: Vec<String>,
    /// The names of the files in it that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// The classes of the change.
    pub classes: Vec<Word<Class>>,
    /// The last day of the expired line, YYYY-MM-DD, if the change is due to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// `commit`, `due` or `drift`; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
    /// The line that asks for the change.
    pub origin: Option<Origin>,
}

/// A change that is planned, but not sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldDocument {
    /// The change.
    #[serde(flatten)]
    pub change: ChangeDocument,
    /// The cause or class that holds it; absent if it cannot be sent without another change that is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<Word<Hold>>,
}

impl HeldDocument {
    /// Returns why it is not sent.
    pub(crate) fn reason(&self) -> &'static str {
        match self.held_by {
            Some(Word(Hold::Undone)) => {
                "sent before and undone since; a new commit or `--only` sends it again"
            }
            Some(Word(by)) => by.as_str(),
            None => "it needs another held change",
        }
    }
}

/// A request. The id of a workspace that is still to be created is written as `{workspace/production}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestDocument {
    /// `POST` or `DELETE`.
    pub method: String,
    /// The path, from `/v1/` on.
    pub path: String,
    /// The JSON body; null if there is none.
    pub body: Option<Value>,
    /// A request that changes nothing and must succeed right before this one is sent, such as the validation of an external
    /// key: its method and path. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

/// A statement about an address that is not a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ItemDocument {
    /// The address it is about.
    pub address: Word<Address>,
    /// The names of the files in it that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// The statement in one sentence.
    pub reason: Word<Text>,
    /// The line that causes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What an approval must name to let it pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approve: Vec<String>,
    /// `commit` or `drift` if it is blocked; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
}

/// A change that needs an external event first, such as an invite being accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitingDocument {
    /// The address of the object.
    pub address: Word<Address>,
    /// The action after the event; `create` for a member is the accepted invite itself.
    pub action: Word<Action>,
    /// The fields after the change.
    pub after: BTreeMap<String, Value>,
    /// The classes of the change.
    pub classes: Vec<Word<Class>>,
    /// The id of the workspace; absent if the workspace is still to be created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// The names of the files in it that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// The event that must happen first.
    pub reason: Word<Text>,
    /// The line that asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// `commit` or `due`; absent without a base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
}

impl WaitingDocument {
    /// Returns the workspace role that the person gets.
    pub fn workspace_role(&self) -> Option<&str> {
        self.after.get("workspace_role")?.as_str()
    }

    /// Returns the event and its effect, for lists of items.
    pub fn item(&self) -> ItemDocument {
        let reason = match self.workspace_role().map(LiveWorkspaceRole::from_text) {
            Some(role) => text!("{} once the invite is accepted ({})", role, self.reason.0),
            None => self.reason.0.clone(),
        };
        ItemDocument {
            address: self.address.clone(),
            live_names: self.live_names.clone(),
            reason: with_names(&reason, &self.live_names),
            origin: self.origin.clone(),
            approve: Vec::new(),
            cause: self.cause,
        }
    }
}

/// The result of one guard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardDocument {
    /// The name of the guard.
    pub guard: Word<GuardKind>,
    /// `files` or `guards_file`.
    pub source: Word<GuardSource>,
    /// `passed`, `reported` or `refused`.
    pub ruling: Word<GuardOutcome>,
    /// The number that was counted.
    pub counted: Option<usize>,
    /// The limit of the guard.
    pub limit: Option<usize>,
    /// The total that the count is a part of.
    pub of: Option<usize>,
    /// The result in words.
    pub reason: Word<Text>,
    /// The changes that exceed the limit, at most ten.
    pub changes: Vec<String>,
    /// The names of the files in these changes that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// What an approval must name to let the plan pass.
    pub approve: Vec<String>,
}

/// The state of an approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalDocument {
    /// The actions and addresses that it covers.
    pub changes: Vec<String>,
    /// The last day of the approval, YYYY-MM-DD.
    pub until: String,
    /// The reason given in the files.
    pub reason: String,
    /// `in_use`, `pending`, `used_up`, `names_nothing`, `expired` or `too_far_ahead`.
    pub state: Word<ApprovalState>,
    /// The line of the approval.
    pub origin: Option<Origin>,
}

/// The counts of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// The number of changes.
    pub changes: usize,
    /// The changes by action, including actions that do not occur.
    pub actions: BTreeMap<String, usize>,
    /// The changes by class; a change may be in several classes.
    pub classes: BTreeMap<String, usize>,
    /// The changes by cause; absent without a base.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, usize>,
    /// The number of side effects.
    pub consequences: usize,
    /// The number of changes that are held back.
    #[serde(default, skip_serializing_if = "is_default")]
    pub held: usize,
    /// The number of changes that need an external event first.
    pub waiting: usize,
    /// The number of changes that are blocked.
    pub blocked: usize,
    /// The number of live objects that are not in the files and are kept.
    pub unlisted: usize,
    /// The number of lines of the files that expire within 14 days.
    pub expiring: usize,
    /// The estimated number of requests of an apply, which reads again and sends one request per change, after a check if
    /// it has one; more if long waits require reading lists again. Absent if nothing was read or nothing changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apply_requests: Option<usize>,
    /// Whether a guard refuses the plan.
    pub refused: bool,
    /// Whether the changes to review do not fit a comment on a pull request, so that they cannot be reviewed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub too_large: bool,
    /// The number of changes that `only` leaves out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub not_selected: usize,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl PlanDocument {
    /// Adds who made the drift.
    pub fn attribute(&mut self, attributions: &Attributions) {
        let drift = self.changes.iter().filter(|change| change.cause == Some(Word(Cause::Drift)));
        let mut addresses: Vec<Address> = drift.map(|change| change.address.0.clone()).collect();
        addresses.dedup();
        self.changed_by = addresses.iter().flat_map(|address| attributions.about(address)).collect();
        self.not_attributed = attributions.reason();
    }
}

impl ChangeDocument {
    /// Returns whether a change is in this class.
    pub fn is(&self, class: Class) -> bool {
        self.classes.contains(&Word(class))
    }
}
