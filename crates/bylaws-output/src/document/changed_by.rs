//! Who changed an object outside git, as far as the service's Activity Feed says so.

use std::collections::BTreeMap;

use bylaws_engine::Address;
use bylaws_engine::attribution::{Attribution, Entry, Run, Unexplained};
use bylaws_engine::text::{Say, Text, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::word::Word;

/// What the feed says about the drift of a run.
#[derive(Clone, Debug, Default)]
pub struct Attributions {
    /// For each object, itself or its fields.
    pub of: BTreeMap<Address, Vec<Attribution>>,
    /// Why the feed names nobody, if it could not be read at all.
    pub none: Option<Unexplained>,
}

impl Attributions {
    /// Returns what the feed says about an object.
    pub(crate) fn about(&self, address: &Address) -> Vec<ChangedBy> {
        if self.none.is_some() {
            return Vec::new();
        }
        let mut all: Vec<ChangedBy> =
            self.of.get(address).into_iter().flatten().map(|found| ChangedBy::of(address, found)).collect();
        // One entry often explains several fields.
        all.dedup_by(|a, b| a.text == b.text);
        if let [only] = all.as_mut_slice() {
            only.field = None;
        }
        all
    }

    /// Returns why nobody is named.
    pub(crate) fn reason(&self) -> Option<Word<Text>> {
        self.none.as_ref().map(|reason| Word(reason.say()))
    }
}

/// Who changed an object or one of its fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedBy {
    /// The address of the object.
    pub address: Word<Address>,
    /// The field, if several people changed the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Who, when and from where in one sentence; or why the feed names nobody.
    pub text: Word<Text>,
    /// The entry of the feed; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryDocument>,
}

/// An entry of the Activity Feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntryDocument {
    /// The id, `activity_…`.
    pub id: String,
    /// The type, such as `platform_workspace_created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The time (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The actor: a person, a key, a service account, directory sync, Anthropic or the service.
    pub actor: Word<Text>,
    /// The network address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The program, as it describes itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// `own` for a run of Bylaws with the same credential, `other` with another one; absent if it was no run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
}

impl ChangedBy {
    fn of(address: &Address, found: &Attribution) -> Self {
        let (text, entry) = match &found.found {
            Ok(entry) => (sentence(entry), Some(EntryDocument::of(entry))),
            Err(reason) => (reason.say(), None),
        };
        Self { address: Word(address.clone()), field: found.field.clone(), text: Word(text), entry }
    }

    /// Returns who, or why it is not known; with the field if it is about one of several.
    pub(crate) fn short(&self) -> Text {
        let known = if self.entry.is_some() { "" } else { "not known: " };
        let field = self.field.as_ref().map_or(Text::default(), |field| text!("{}: ", field));
        text!("{}{}{}", field, Text::from(known), self.text.0)
    }

    /// Returns the same as a sentence.
    pub(crate) fn sentence(&self) -> Text {
        if self.entry.is_some() {
            text!("changed by {}", self.short())
        } else {
            text!("who changed it is {}", self.short())
        }
    }
}

/// Returns `ada@acme.com on 2026-11-20T14:03:05Z from 203.0.113.7`.
fn sentence(entry: &Entry) -> Text {
    let at = entry.at.map_or(Text::default(), |at| text!(" at {}", Text::quoted(&at)));
    let from = entry.address.as_ref().map_or(Text::default(), |address| text!(" from {}", address));
    let run = match entry.run {
        Some(Run::Own) => ", in a run of Bylaws with this credential".into(),
        Some(Run::Other) => ", in a run of Bylaws".into(),
        None => Text::default(),
    };
    text!("{}{}{}{}", entry.who, at, from, run)
}

impl EntryDocument {
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id.clone(),
            kind: entry.kind.clone(),
            at: entry.at.map(|at| at.to_string()),
            actor: Word(entry.who.say()),
            from: entry.address.clone(),
            program: entry.program.clone(),
            run: entry.run.map(|run| match run {
                Run::Own => "own".to_owned(),
                Run::Other => "other".to_owned(),
            }),
        }
    }
}
