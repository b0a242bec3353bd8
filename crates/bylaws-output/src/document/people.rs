//! The document of `onboard` and `offboard --format json`: the edits, what a plan makes of them, and what is
//! left to people.

use std::collections::BTreeSet;

use bylaws_engine::Ruling;
use serde::Serialize;

use super::plan::{
    ChangeDocument, FORMAT_VERSION, GuardDocument, ItemDocument, Origin, PlanDocument, WaitingDocument,
};
use super::review_first::ReviewDocument;

/// The edits for somebody who arrives or leaves.
#[derive(Debug, Serialize)]
pub struct PeopleDocument {
    /// The shape of this document.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: &'static str,
    /// `onboard` or `offboard`.
    pub command: &'static str,
    /// The people, as the files spell their addresses.
    pub people: Vec<String>,
    /// Whether the files were written.
    pub written: bool,
    /// The files that change.
    pub edits: Vec<EditDocument>,
    /// What changes in them, place by place.
    pub steps: Vec<StepDocument>,
    /// Comments that go with the lines they stand on.
    pub comments: Vec<StepDocument>,
    /// What no file does.
    pub by_hand: Vec<ByHand>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// What a plan of the edited files holds that one of the files as they are does not; null where the live
    /// side was not looked at.
    pub plan: Option<Difference>,
}

/// A file before and after.
#[derive(Debug, Serialize)]
pub struct EditDocument {
    /// The path as the user would open it.
    pub file: String,
    /// The whole text.
    pub before: String,
    /// The whole text.
    pub after: String,
    /// Both as a unified diff.
    pub diff: String,
}

/// Something at a place of the files as they are.
#[derive(Debug, Serialize)]
pub struct StepDocument {
    /// What is done; of a comment, its text.
    pub what: String,
    /// Where.
    pub origin: Origin,
}

/// Something that a person has to do.
#[derive(Debug, Default, PartialEq, Serialize)]
pub struct ByHand {
    /// What, and why.
    pub what: String,
    /// The key it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_key: Option<KeyDocument>,
    /// Lines of the files that do it at the next apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub yaml: Vec<String>,
}

/// An API key; never its secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyDocument {
    pub id: String,
    pub name: String,
    /// In which workspace, or `organization`.
    pub scope: String,
    pub status: String,
}

/// What a plan has that an earlier one has not.
#[derive(Debug, PartialEq, Serialize)]
pub struct Difference {
    /// What was looked at: `service`, or the path of a snapshot.
    pub live: String,
    /// The service's day (UTC) of both, YYYY-MM-DD.
    pub today: String,
    /// What a reviewer must see first because of the edits.
    pub review_first: Vec<ReviewDocument>,
    /// Requests that apply would send because of the edits.
    pub changes: Vec<ChangeDocument>,
    /// Requests that it would not send any more.
    pub gone: Vec<String>,
    /// How many requests there are with and without the edits.
    pub other_changes: usize,
    pub consequences: Vec<ItemDocument>,
    pub waiting: Vec<WaitingDocument>,
    pub blocked: Vec<ItemDocument>,
    pub unlisted: Vec<ItemDocument>,
    pub expiring: Vec<ItemDocument>,
    /// Verdicts of guards that the edits bring about; they are about the whole plan.
    pub guards: Vec<GuardDocument>,
    /// Whether a guard refuses the plan of the edited files.
    pub refused: bool,
}

impl Difference {
    /// Compares the plans of the files as they are and as they will be.
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
            *guard.ruling != Ruling::Passed && !before.guards.iter().any(same)
        };
        Self {
            live,
            today: after.today,
            review_first: new(after.review_first, &before.review_first, |review| {
                (review.address.to_string(), review.reason.clone())
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

/// What was not said before.
fn new<T>(after: Vec<T>, before: &[T], key: impl Fn(&T) -> (String, String)) -> Vec<T> {
    let known: BTreeSet<(String, String)> = before.iter().map(&key).collect();
    after.into_iter().filter(|item| !known.contains(&key(item))).collect()
}

fn of_item(item: &ItemDocument) -> (String, String) {
    (item.address.to_string(), item.reason.clone())
}

impl PeopleDocument {
    /// A document without anything done.
    pub fn new(command: &'static str, people: Vec<String>) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            bylaws_version: env!("CARGO_PKG_VERSION"),
            command,
            people,
            written: false,
            edits: Vec::new(),
            steps: Vec::new(),
            comments: Vec::new(),
            by_hand: Vec::new(),
            notes: Vec::new(),
            plan: None,
        }
    }
}
