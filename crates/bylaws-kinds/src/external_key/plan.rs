//! Plans the keys that the files list: a create for each that does not exist, and changes of unused ones.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::live_names::Named;
use bylaws_engine::spelling::comparable;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Action, Address, Change, Class, Fact, Facts, ObjectName, Write};

use super::kind::{EXTERNAL_KEY, SECTION, address};
use super::lists::are_entries;
use super::matching::Found;
use super::workspace_key::is_id;
use super::{ExternalKey, LiveExternalKey, LiveExternalKeys, Place};
use crate::desired::Policy;
use crate::plan::Planner;

impl Planner<'_> {
    pub(crate) fn plan_external_keys(&mut self) {
        let Some(live) = &self.live.external_keys else { return };
        let desired = self.desired;
        if let Some(reason) = &live.refused {
            if let Some(line) = are_entries(desired) {
                self.block_unread(SECTION, line, reason);
            }
            return;
        }
        self.name_external_keys(live);
        let found = std::mem::take(&mut self.external_keys);
        let meant = block_shared(&found);
        for (name, entry) in desired.external_keys.iter().flatten() {
            let address = address(name.as_str());
            match found.get(name) {
                Some(Found::Live(key)) => match meant.get(key.id.as_str()).filter(|names| names.len() > 1) {
                    Some(names) => {
                        let names = Text::joined(names.iter().copied(), " and ");
                        self.draft.block(address, text!("{} all mean {}; keep one of them", names, &key.id));
                    }
                    None => self.update_key(address, entry, key, live),
                },
                Some(Found::Absent) => self.create_key(name, address, entry),
                Some(Found::Blocked(reason)) => self.draft.block(address, reason.clone()),
                None => {}
            }
        }
        if desired.external_keys.is_some() && desired.unlisted.of(SECTION) != Policy::Ignore {
            let is_unlisted = |key: &&LiveExternalKey| !meant.contains_key(key.id.as_str());
            for key in live.keys.iter().filter(is_unlisted) {
                let use_ = if key.is_attached { "used by a workspace" } else { "not used" };
                let place = key.coordinates();
                self.draft
                    .stay(address(key.called()), text!("{}, `{}`, {}", &key.id, place, Text::from(use_)));
            }
        }
        self.external_keys = found;
    }

    /// Stores the live meaning of the names.
    fn name_external_keys(&mut self, live: &LiveExternalKeys) {
        let named = |key: &LiveExternalKey| {
            let name = key.called();
            let is_other = |other: &&LiveExternalKey| {
                other.id != key.id && comparable(other.called()) == comparable(name)
            };
            let is_unique =
                !live.keys.iter().any(|other| is_other(&other)) && (!is_id(name) || name == key.id.as_str());
            Named { name: name.to_owned(), others: Vec::new(), id: key.id.to_string(), is_unique }
        };
        for key in &live.keys {
            self.names.add_object(named(key), None);
        }
        for (name, found) in &self.external_keys {
            if let Found::Live(key) = found {
                self.names.add_object(named(key), Some(address(name.as_str())));
            }
        }
    }

    fn create_key(&mut self, name: &ObjectName, address: Address, entry: &ExternalKey) {
        let Some(provider) = &entry.provider else { return };
        let mut after = Facts::one("display_name", name.as_str());
        after.set("geo", Fact::Text(entry.geo.clone().unwrap_or_else(|| "us".to_owned())));
        after.set("provider_config", provider.fact());
        let write = Write::creating(&EXTERNAL_KEY, Action::Create, provider.coordinates(), after.clone());
        let change = Change::new(Phase::ExternalKeys, address, write);
        let classes = BTreeSet::from([Class::Other]);
        self.draft.add(Change { after: Some(after), classes, ..change });
    }

    fn update_key(
        &mut self,
        address: Address,
        entry: &ExternalKey,
        key: &LiveExternalKey,
        live: &LiveExternalKeys,
    ) {
        let now = key.facts();
        let mut after = Facts::default();
        let name = entry.name.as_ref().filter(|name| Some(*name) != key.display_name.as_ref());
        if let Some(name) = name {
            match self.name_conflict(name, key, live) {
                Some(reason) => self.draft.block(address.clone(), reason),
                None => after.set("display_name", Fact::Text(name.clone())),
            }
        }
        let place = new_place(entry, key);
        let geo = entry.geo.as_ref().filter(|geo| **geo != key.geo);
        if place.is_some() || geo.is_some() {
            match fixed(key, geo) {
                Some(reason) => self.draft.block(address.clone(), reason),
                None => {
                    let why = "changes where the key is and needs an approval";
                    if !self.is_unapproved(Action::Update, &address, why.into()) {
                        after.0.extend(place.map(|place| ("provider_config", place)));
                    }
                }
            }
        }
        if after.is_empty() {
            return;
        }
        let mut before = now;
        before.0.retain(|field, _| after.0.contains_key(field));
        let write = Write::to(&EXTERNAL_KEY, Action::Update, key.id.as_str(), after.clone());
        let change = Change::new(Phase::ExternalKeys, address, write);
        let classes = BTreeSet::from([Class::Other]);
        self.draft.add(Change { before: Some(before), after: Some(after), classes, ..change });
    }

    /// Returns why a key cannot get this name.
    fn name_conflict(&self, name: &str, key: &LiveExternalKey, live: &LiveExternalKeys) -> Option<Text> {
        let is_other =
            |other: &&LiveExternalKey| other.id != key.id && comparable(other.called()) == comparable(name);
        if let Some(other) = live.keys.iter().find(is_other) {
            let reason = text!(
                "the wanted name `{}` is the name of {}; rename that one first, or choose another",
                name,
                &other.id
            );
            return Some(reason);
        }
        let is_named = |named: &Address| *named == address(name);
        self.approved_by_name(is_named)
    }
}

/// Returns the names of the entries that mean each live key.
fn block_shared<'f>(found: &'f BTreeMap<&ObjectName, Found<'_>>) -> BTreeMap<&'f str, Vec<&'f ObjectName>> {
    let mut meant: BTreeMap<&str, Vec<&ObjectName>> = BTreeMap::new();
    for (name, found) in found {
        if let Found::Live(key) = found {
            meant.entry(key.id.as_str()).or_default().push(name);
        }
    }
    meant
}

/// Returns the place that a key is to get; `None` if it is there.
fn new_place(entry: &ExternalKey, key: &LiveExternalKey) -> Option<Fact> {
    let wanted = entry.provider.as_ref()?;
    let is_there = |live: &super::Provider| {
        let (Fact::Record(wanted), Fact::Record(live)) = (wanted.fact(), live.live_fact()) else {
            return false;
        };
        wanted.iter().all(|(field, value)| live.get(field) == Some(value))
    };
    match &key.place {
        Place::Known(live) if is_there(live) => None,
        Place::Known(live) => Some(wanted.completed(live).fact()),
        Place::Unknown(_) => Some(wanted.fact()),
    }
}

/// Returns why the place and the region of a key cannot be changed.
fn fixed(key: &LiveExternalKey, geo: Option<&String>) -> Option<Text> {
    if let Place::Unknown(place) = &key.place {
        return Some(text!("is at `{}`, which this version does not know and never rewrites", place));
    }
    if let Some(geo) = geo {
        return Some(text!(
            "`geo` is `{}`, which this version does not know and never rewrites; `{}` needs a new key",
            &key.geo,
            geo
        ));
    }
    if key.provider().is_some_and(|provider| provider.form().is_fixed) {
        return Some(
            "a Google key can never be replaced by another one; list the other one under a new name".into(),
        );
    }
    key.is_attached.then(|| {
        "a workspace uses this key, so only its name can be changed; list the other key under a new name"
            .into()
    })
}
