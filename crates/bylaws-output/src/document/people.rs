//! The document of `onboard`, `offboard` and `adopt --format json`: the edits, their effect on the plan, and the manual steps.

use std::collections::BTreeSet;

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::text::Text;
use serde::Serialize;

use super::origin::Origin;
use super::plan::{
    ChangeDocument, FORMAT_VERSION, GuardDocument, ItemDocument, PlanDocument, WaitingDocument,
};
use super::review_first::ReviewDocument;

/// The edits that add or remove people, or adopt what is live.
#[derive(Debug, Default, Serialize)]
pub struct PeopleDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: &'static str,
    /// `onboard`, `offboard` or `adopt`.
    pub command: &'static str,
    /// The e-mail addresses of the people, as the files spell them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// The addresses at which the edited files ask for what is live. A workspace of which files can express only some
    /// settings is also in `skipped`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adopted: Vec<String>,
    /// The addresses at which they still differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedDocument>,
    /// Whether the files were written.
    pub written: bool,
    /// The files that change.
    pub edits: Vec<EditDocument>,
    /// The edits, one entry per position in the files.
    pub steps: Vec<StepDocument>,
    /// The comments that are removed together with their lines.
    pub comments: Vec<StepDocument>,
    /// The manual steps.
    pub by_hand: Vec<ByHand>,
    /// Further notes.
    pub notes: Vec<String>,
    /// The difference between the plans of the edited and of the original files; null if live state was not read.
    pub plan: Option<Difference>,
}

/// An address that was not adopted.
#[derive(Debug, Serialize)]
pub struct SkippedDocument {
    /// The address.
    pub address: String,
    /// The reason.
    pub reason: String,
}

/// A file before and after.
#[derive(Debug, Serialize)]
pub struct EditDocument {
    /// The path for the user to open.
    pub file: String,
    /// The whole text before.
    pub before: String,
    /// The whole text after.
    pub after: String,
    /// The difference as a unified diff.
    pub diff: String,
}

/// An edit or a comment at a position of the original files.
#[derive(Debug, Serialize)]
pub struct StepDocument {
    /// The edit in words, or the text of a comment.
    pub what: String,
    /// The position in the files.
    pub origin: Origin,
}

/// A manual step.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct ByHand {
    /// The step and its reason.
    pub what: String,
    /// The key that the step is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<KeyDocument>,
    /// Lines for the files that perform the step at the next apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub yaml: Vec<String>,
}

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyDocument {
    /// The id of the key.
    pub id: String,
    /// The name of the key; not unique.
    pub name: String,
    /// The workspace of the key, or `organization`.
    pub scope: String,
    /// The status of the key, such as `active`.
    pub status: String,
}

/// The difference between two plans.
#[derive(Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The source of live state: `service`, or the path of a snapshot.
    pub live: String,
    /// The date of the service (UTC) of both plans, YYYY-MM-DD.
    pub today: String,
    /// The additional entries that a reviewer must see first.
    pub review_first: Vec<ReviewDocument>,
    /// The requests that apply would send because of the edits.
    pub changes: Vec<ChangeDocument>,
    /// The requests that apply would no longer send.
    pub gone: Vec<String>,
    /// The number of requests with and without the edits.
    pub other_changes: usize,
    /// The additional effects of changes that are not requests themselves.
    pub consequences: Vec<ItemDocument>,
    /// The additional changes that need an external event first.
    pub waiting: Vec<WaitingDocument>,
    /// The additional changes that the API cannot make, or that are ambiguous.
    pub blocked: Vec<ItemDocument>,
    /// The additional live objects that are not in the files and are kept.
    pub unlisted: Vec<ItemDocument>,
    /// The additional lines of the files that expire within 14 days.
    pub expiring: Vec<ItemDocument>,
    /// The guard results that the edits add; they are about the whole plan.
    pub guards: Vec<GuardDocument>,
    /// Whether a guard refuses the plan of the edited files.
    pub refused: bool,
}

impl Difference {
    /// Compares the plans of the original and of the edited files.
    pub fn of(before: &PlanDocument, after: PlanDocument, live: String) -> Self {
        let known: BTreeSet<String> =
            before.changes.iter().map(|change| change.without_origin().to_string()).collect();
        let is_known = |change: &ChangeDocument| known.contains(&change.without_origin().to_string());
        let stays: BTreeSet<&String> = after.changes.iter().map(|change| &change.id).collect();
        let gone = before.changes.iter().map(|change| &change.id);
        let gone = gone.filter(|id| !stays.contains(id)).cloned().collect();
        let (same, changes): (Vec<_>, Vec<_>) = after.changes.iter().cloned().partition(is_known);
        let refused = after.summary.refused;
        let said = |guard: &GuardDocument| {
            let same = |old: &GuardDocument| {
                (&old.guard, &old.source, &old.ruling, &old.reason)
                    == (&guard.guard, &guard.source, &guard.ruling, &guard.reason)
            };
            *guard.ruling != GuardOutcome::Passed && !before.guards.iter().any(same)
        };
        Self {
            live,
            today: after.today,
            review_first: new(after.review_first, &before.review_first, |review| {
                (review.address.to_string(), review.reason.0.clone())
            }),
            changes,
            gone,
            other_changes: same.len(),
            consequences: new(after.consequences, &before.consequences, of_item),
            waiting: new(after.waiting, &before.waiting, |waiting| of_item(&waiting.item())),
            blocked: new(after.blocked, &before.blocked, of_item),
            unlisted: new(after.unlisted, &before.unlisted, of_item),
            expiring: new(after.expiring, &before.expiring, of_item),
            guards: after.guards.into_iter().filter(said).collect(),
            refused,
        }
    }
}

/// Returns the entries that are not in the earlier plan.
fn new<T>(after: Vec<T>, before: &[T], key: impl Fn(&T) -> (String, Text)) -> Vec<T> {
    let known: BTreeSet<(String, Text)> = before.iter().map(&key).collect();
    after.into_iter().filter(|item| !known.contains(&key(item))).collect()
}

fn of_item(item: &ItemDocument) -> (String, Text) {
    (item.address.to_string(), item.reason.0.clone())
}

impl PeopleDocument {
    /// Returns an empty document.
    pub fn new(command: &'static str, people: Vec<String>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            bylaws_version: env!("CARGO_PKG_VERSION"),
            command,
            people,
            ..Self::default()
        }
    }
}
