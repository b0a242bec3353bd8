//! The drift document: `drift --format json`. Made of a plan of the files in force.

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::{Action, Address, Cause, Change, Plan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::changed_by::{Attributions, ChangedBy};
use super::live_name::LiveName;
use super::origin::Origin;
use super::plan::{
    ChangeDocument, ConfigRef, FORMAT_VERSION, ItemDocument, OrganizationRef, PlanDocument, ReadCounts,
};
use super::shell;
use super::word::Word;

/// Fields by their names.
pub type Fields = BTreeMap<String, Value>;

/// Where the organization differs from the files in force, by object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DriftDocument {
    /// The version of this format.
    pub format_version: u32,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// The organization.
    pub organization: OrganizationRef,
    /// The files.
    pub config: ConfigRef,
    /// The date of the service (UTC), YYYY-MM-DD.
    pub today: String,
    /// The read requests by kind.
    pub reads: ReadCounts,
    /// The objects that differ: first those that were changed outside git, then those that are due.
    pub drift: Vec<DriftEntry>,
    /// Sections that could not be read, so that it is not known whether anything in them was changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_compared: Vec<ItemDocument>,
    /// Live objects that are not in the files and are kept.
    pub unlisted: Vec<ItemDocument>,
    /// Whether a guard refuses to undo all of it at once.
    pub refused: bool,
    /// Why nobody is named, if the Activity Feed could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_attributed: Option<Word<Text>>,
}

/// An object that differs from the files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DriftEntry {
    /// The address of the object.
    pub address: Word<Address>,
    /// The names of the files in it that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// The id of the live object; null if it is not live.
    pub target: Option<String>,
    /// `drift` if it was changed outside git; `due` if a date or an invite made a change necessary.
    pub cause: Word<Cause>,
    /// What the files say, as far as it differs; null if the object is not in the files.
    pub files: Option<Fields>,
    /// What is live, as far as it differs; null if the object is not live.
    pub live: Option<Fields>,
    /// Why an apply cannot undo it; then `files` and `live` are null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Word<Text>>,
    /// Who changed it, as far as the Activity Feed says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_by: Vec<ChangedBy>,
    /// The command that writes the live state into the files.
    pub keep: String,
    /// The command that restores what the files say; null if an apply cannot.
    pub undo: Option<String>,
    /// The line of the files.
    pub origin: Option<Origin>,
}

impl DriftDocument {
    /// Makes it from a plan whose base is its own files, so that nothing in it is caused by a commit.
    pub fn of(plan: &Plan, document: &PlanDocument, attributions: &Attributions) -> Self {
        let mut entries: BTreeMap<(Cause, &Address), DriftEntry> = BTreeMap::new();
        for (change, shown) in plan.changes.iter().zip(&document.changes) {
            let cause = change.cause.unwrap_or(Cause::Drift);
            let entry = entries.entry((cause, &change.address));
            let entry = entry.or_insert_with(|| DriftEntry::of(plan, change, shown, cause, &document.config));
            // An invite for another role is withdrawn and sent again: one object, two changes.
            let (files, live) = sides(shown);
            entry.files = entry.files.take().or(files);
            entry.live = entry.live.take().or(live);
        }
        let mut drift: Vec<DriftEntry> = entries.into_values().collect();
        let is_section = |item: &&ItemDocument| matches!(item.address.0, Address::Section(_));
        let (not_compared, blocked): (Vec<_>, Vec<_>) = document.blocked.iter().partition(is_section);
        drift.extend(blocked.into_iter().map(|item| DriftEntry::blocked(item, &document.config)));
        for entry in drift.iter_mut().filter(|entry| *entry.cause == Cause::Drift) {
            entry.changed_by = attributions.about(&entry.address);
        }
        drift.sort_by(|a, b| (b.cause.0, &a.address.0).cmp(&(a.cause.0, &b.address.0)));
        Self {
            format_version: FORMAT_VERSION,
            bylaws_version: document.bylaws_version.clone(),
            organization: document.organization.clone(),
            config: document.config.clone(),
            today: document.today.clone(),
            reads: document.reads.clone(),
            drift,
            not_compared: not_compared.into_iter().cloned().collect(),
            unlisted: document.unlisted.clone(),
            refused: document.summary.refused,
            not_attributed: attributions.reason(),
        }
    }

    /// Returns the number of objects with this cause.
    pub fn count(&self, cause: Cause) -> usize {
        self.drift.iter().filter(|entry| entry.cause.0 == cause).count()
    }
}

impl DriftEntry {
    fn of(plan: &Plan, change: &Change, shown: &ChangeDocument, cause: Cause, config: &ConfigRef) -> Self {
        // Commands take live names and ids.
        let named = plan.sizes.names.pairs(change).into_iter().next();
        let address = named.map_or_else(|| change.address.clone(), |pair| pair.address);
        // A workspace that was archived or renamed cannot be restored; an apply would create another one.
        let is_new_workspace =
            change.action == Action::Create && matches!(change.address, Address::Workspace(_));
        Self {
            address: shown.address.clone(),
            live_names: shown.live_names.clone(),
            target: shown.target.clone(),
            cause: Word(cause),
            files: None,
            live: None,
            blocked: None,
            changed_by: Vec::new(),
            keep: keep(&address, config),
            undo: (!is_new_workspace).then(|| undo(&address, config)),
            origin: shown.origin.clone(),
        }
    }

    fn blocked(item: &ItemDocument, config: &ConfigRef) -> Self {
        Self {
            address: item.address.clone(),
            live_names: item.live_names.clone(),
            target: None,
            cause: item.cause.unwrap_or(Word(Cause::Drift)),
            files: None,
            live: None,
            blocked: Some(item.reason.clone()),
            changed_by: Vec::new(),
            keep: keep(&item.address, config),
            undo: None,
            origin: item.origin.clone(),
        }
    }
}

/// Returns the fields of a change that differ, in the files and live.
fn sides(change: &ChangeDocument) -> (Option<Fields>, Option<Fields>) {
    let (Some(live), Some(files)) = (&change.before, &change.after) else {
        return (change.after.clone(), change.before.clone());
    };
    let differs = |(field, value): &(&String, &Value)| live.get(*field) != Some(*value);
    let files: Fields =
        files.iter().filter(differs).map(|(field, value)| (field.clone(), value.clone())).collect();
    let live =
        files.keys().map(|field| (field.clone(), live.get(field).cloned().unwrap_or_default())).collect();
    (Some(files), Some(live))
}

/// Returns the command that writes the live state of an object into the files.
fn keep(address: &Address, config: &ConfigRef) -> String {
    let path = path(config).map_or(String::new(), |path| format!(" --path {path}"));
    format!("bylaws adopt {}{path}", shell::word(&address.to_string()))
}

/// Returns the command that restores what the files say.
fn undo(address: &Address, config: &ConfigRef) -> String {
    let path = path(config).map_or(String::new(), |path| format!(" {path}"));
    format!("bylaws apply{path} --only {}", shell::word(&address.to_string()))
}

/// Returns the path of the files, unless it is the default.
fn path(config: &ConfigRef) -> Option<String> {
    let path = config.path.as_deref()?;
    (!matches!(path, "bylaws.yaml" | "bylaws" | "bylaws/")).then(|| shell::word(path))
}
