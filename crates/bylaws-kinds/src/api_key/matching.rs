//! The live keys of one scope, and which of them a line of the files means.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::spelling::comparable;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{ApiKeyId, ObjectName};

use crate::desired::{ApiKey, WantedStatus};
use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus};

/// The live key that a line means.
pub(crate) enum Found<'a> {
    One(&'a LiveApiKey),
    None(Text),
    Several(Vec<&'a LiveApiKey>),
    /// A key whose name looks the same but differs.
    LookAlike(&'a LiveApiKey),
}

pub(crate) fn by_scope(keys: &[LiveApiKey]) -> BTreeMap<KeyScope, Vec<&LiveApiKey>> {
    let mut by_scope: BTreeMap<KeyScope, Vec<&LiveApiKey>> = BTreeMap::new();
    for key in keys {
        by_scope.entry(key.scope.clone()).or_default().push(key);
    }
    for keys in by_scope.values_mut() {
        keys.sort_by(|a, b| a.id.cmp(&b.id));
    }
    by_scope
}

/// The live keys of one scope.
pub(crate) struct LiveKeys<'a, 'b> {
    pub(crate) keys: &'b [&'a LiveApiKey],
    /// By name, in the form in which names are compared.
    by_name: BTreeMap<Cow<'a, str>, Vec<&'a LiveApiKey>>,
    /// The ids of all scopes, to report where a pinned key is.
    all: &'b BTreeSet<&'a ApiKeyId>,
    /// The wanted names of pinned keys: a line without an id does not mean a key that gets another name.
    renamed: BTreeMap<ApiKeyId, ObjectName>,
}

impl<'a, 'b> LiveKeys<'a, 'b> {
    /// `lines` are those of the files for this scope.
    pub(crate) fn of(
        keys: &'b [&'a LiveApiKey],
        all: &'b BTreeSet<&'a ApiKeyId>,
        lines: &BTreeMap<ObjectName, ApiKey>,
    ) -> Self {
        let mut by_name: BTreeMap<Cow<'a, str>, Vec<&'a LiveApiKey>> = BTreeMap::new();
        for key in keys {
            by_name.entry(comparable(key.name.as_str())).or_default().push(key);
        }
        let renamed = lines.values().filter_map(|line| line.id.clone().zip(line.name.clone()));
        Self { keys, by_name, all, renamed: renamed.collect() }
    }

    /// Returns whether a line with the name of this key and this status means it and no other.
    pub(crate) fn is_unique(&self, key: &LiveApiKey, wanted: WantedStatus) -> bool {
        let rank = |key: &LiveApiKey| rank(&key.status, wanted);
        self.named(key.name.as_str()).iter().all(|other| other.id == key.id || rank(other) > rank(key))
    }

    /// Returns the keys whose name looks like this one.
    pub(super) fn named(&self, name: &str) -> &[&'a LiveApiKey] {
        self.by_name.get(&*comparable(name)).map_or(&[], Vec::as_slice)
    }

    /// Finds a key by id, else by name, in the order of [`rank`].
    pub(crate) fn find(&self, name: &ObjectName, wanted: &ApiKey) -> Found<'a> {
        if let Some(id) = &wanted.id {
            return match self.keys.iter().find(|key| key.id == *id) {
                Some(key) => Found::One(key),
                None if self.all.contains(id) => {
                    Found::None(text!("{} is a key of another scope; move the line there", id))
                }
                None => Found::None(text!("no live key has the id {}; correct or delete the id", id)),
            };
        }
        let leaves = |key: &LiveApiKey| {
            self.renamed.get(&key.id).is_some_and(|new| comparable(new.as_str()) != comparable(name.as_str()))
        };
        let named = self.named(name.as_str()).iter().copied().filter(|key| !leaves(key));
        let rank = |key: &&LiveApiKey| rank(&key.status, wanted.status);
        let first = named.clone().map(|key| rank(&key)).min();
        let best: Vec<&'a LiveApiKey> = named.filter(|key| Some(rank(key)) == first).collect();
        match best.as_slice() {
            [] => Found::None(
                "no such key is live, and the API cannot create one: create it in the Console".into(),
            ),
            [one] if one.name == *name => Found::One(one),
            [one] => Found::LookAlike(one),
            _ => Found::Several(best),
        }
    }
}

/// Returns the place of a key among those with its name: usable keys come first, then expired, then archived ones.
///
/// If `archived` is wanted, an archived key comes before an expired one: else the line would mean the next key once
/// the right one is archived.
fn rank(status: &LiveKeyStatus, wanted: WantedStatus) -> u8 {
    match (status, wanted) {
        (LiveKeyStatus::Active | LiveKeyStatus::Inactive | LiveKeyStatus::Unknown(_), _) => 0,
        (LiveKeyStatus::Archived, WantedStatus::Archived)
        | (LiveKeyStatus::Expired, WantedStatus::Active | WantedStatus::Inactive) => 1,
        (LiveKeyStatus::Expired, WantedStatus::Archived)
        | (LiveKeyStatus::Archived, WantedStatus::Active | WantedStatus::Inactive) => 2,
    }
}
