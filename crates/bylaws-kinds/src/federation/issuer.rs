//! Plans issuers: create, update, archive.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::live_names::Named;
use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, ChangeId, Class, Fact, Facts, Line, ObjectName, Reference, Write,
};

use super::live::state;
use super::matching::Effect;
use super::pinned::{Archivable, Found};
use super::{Federation, ISSUER, Issuer, LiveFederation, LiveIssuer, LiveRule, Pinned, RULE, SECTION};
use crate::desired::Policy;
use crate::plan::Planner;

/// Returns the address of an issuer.
pub(crate) fn address(name: &ObjectName) -> Address {
    Address::OrganizationObject(ISSUER.object(), name.clone())
}

/// Returns the classes of a change with this effect.
pub(super) fn classes(effect: Effect) -> BTreeSet<Class> {
    let classes = [(effect.widens, Class::Widen), (effect.narrows, Class::AccessLoss)];
    let mut classes: BTreeSet<Class> =
        classes.into_iter().filter_map(|(has, class)| has.then_some(class)).collect();
    if classes.is_empty() {
        classes.insert(Class::Other);
    }
    classes
}

/// Returns the fields of `wanted` that `live` has with another value, and these values.
pub(super) fn differing(wanted: &Facts, live: &Facts) -> (Facts, Facts) {
    let mut before = Facts::default();
    let mut after = Facts::default();
    for (field, value) in &wanted.0 {
        let has = live.0.get(field).cloned().unwrap_or(Fact::Null);
        if has != *value {
            before.set(field, has);
            after.set(field, value.clone());
        }
    }
    (before, after)
}

/// Says why an object that is archived cannot be what an entry asks for.
pub(super) fn says_archived<T>(entry: &Pinned<T>, id: &str) -> Text {
    match entry.id {
        Some(_) => "is archived, which is permanent: list a new one under another name".into(),
        None => text!("this name belongs to {}, which is archived, and stays taken: choose another name", id),
    }
}

impl<'a> Planner<'a> {
    pub(crate) fn plan_federation(&mut self) {
        let desired = self.desired;
        let (Some(federation), Some(live)) = (&desired.federation, &self.live.federation) else { return };
        if let Some(reason) = &live.refused {
            self.say_federation_refused(federation, reason);
            return;
        }
        // A rule lets in nobody while its issuer is blocked, and an issuer is archived after its rules.
        let archived = self.plan_federation_issuers(federation, live);
        self.plan_federation_rules(federation, live);
        for (address, issuer) in archived {
            self.archive_issuer(address, issuer, live);
        }
    }

    fn say_federation_refused(&mut self, federation: &Federation, reason: &Text) {
        let issuers = federation.issuers.iter().flatten().map(|(name, _)| address(name));
        let rules = federation.rules.iter().flatten();
        let rules = rules.map(|(name, _)| Address::OrganizationObject(RULE.object(), name.clone()));
        let Some(line) = issuers.chain(rules).next().and_then(|first| Line::of(&first)) else { return };
        self.block_unread(SECTION, line, reason);
    }

    /// Returns the issuers that are to be archived.
    fn plan_federation_issuers(
        &mut self,
        federation: &'a Federation,
        live: &'a LiveFederation,
    ) -> Vec<(Address, &'a LiveIssuer)> {
        let mut archived = Vec::new();
        let all = live.issuers.as_deref().unwrap_or_default();
        let none = BTreeMap::new();
        let issuers = federation.issuers.as_ref().unwrap_or(&none);
        let mut claimed = BTreeSet::new();
        for (label, entry) in issuers {
            let address = address(label);
            let found = entry.find(label, all.iter());
            if let Found::Live(issuer) | Found::Archived(issuer) = found
                && !self.claim(&address, issuer, &mut claimed)
            {
                continue;
            }
            match (found, &entry.settings) {
                (Found::Live(issuer), Some(settings)) => {
                    self.update_issuer(&address, (label, entry), settings, issuer, live);
                }
                (Found::Live(issuer), None) => archived.push((address, issuer)),
                (Found::Archived(issuer), Some(_)) => {
                    self.draft.block(address, says_archived(entry, &issuer.id));
                }
                (Found::Absent, Some(_)) if entry.id.is_some() => {
                    self.draft.block(address, "no issuer has this id: correct it, or delete the `id`");
                }
                (Found::Absent, Some(settings)) => self.create_issuer(address, label, settings),
                (Found::Archived(_) | Found::Absent, None) => {}
            }
        }
        for issuer in all.iter().filter(|issuer| !issuer.archived && !claimed.contains(issuer.id())) {
            self.names.add_object(named(issuer), None);
            if self.desired.unlisted.of(SECTION) != Policy::Ignore {
                let name = ObjectName::new(issuer.name.as_str());
                self.draft.stay(self::address(&name), issuer.says());
            }
        }
        archived
    }

    /// Records which live object an entry means; blocks a second entry for it.
    pub(super) fn claim<'l, L: Archivable>(
        &mut self,
        address: &Address,
        live: &'l L,
        claimed: &mut BTreeSet<&'l str>,
    ) -> bool {
        self.names.add_object(named(live), Some(address.clone()));
        let is_first = claimed.insert(live.id());
        if !is_first {
            self.draft
                .block(address.clone(), text!("another entry means {} too: keep one of them", live.id()));
        }
        is_first
    }

    /// Blocks what lets in more and has no approval. Outputs list it first, with what it lets in.
    pub(super) fn is_widening_unapproved(&mut self, action: Action, address: &Address, why: Text) -> bool {
        let pairs = self.names.pairs_for(action, address);
        let Some(reason) = self.unapproved(&pairs, why) else { return false };
        self.draft.block_until_approved(address.clone(), reason, pairs).review = Some(ReviewKind::Widen);
        true
    }

    fn create_issuer(&mut self, address: Address, label: &ObjectName, settings: &Issuer) {
        let after = settings.facts();
        let mut body = with_jwks(after.clone(), settings);
        body.set("name", Fact::Text(label.as_str().to_owned()));
        let write = Write::creating(&ISSUER, Action::Create, label.as_str(), body);
        let classes = BTreeSet::from([Class::Other]);
        self.draft.add(Change { after: Some(after), classes, ..Change::new(Phase::Issuers, address, write) });
    }

    fn update_issuer(
        &mut self,
        address: &Address,
        (label, entry): (&ObjectName, &Pinned<Issuer>),
        settings: &Issuer,
        issuer: &LiveIssuer,
        live: &LiveFederation,
    ) {
        self.note_polling(address, issuer);
        let mut wanted = settings.facts();
        if let Some(name) = entry.name.as_ref().filter(|name| name.as_str() != issuer.name) {
            let all = live.issuers.iter().flatten();
            if let Some(reason) = self.cannot_rename(label, name, all, self::address) {
                return self.draft.block(address.clone(), reason);
            }
            wanted.set("name", Fact::Text(name.as_str().to_owned()));
        }
        let (before, after) = differing(&wanted, &issuer.facts());
        if after.is_empty() {
            return;
        }
        if after.0.contains_key("jwks") && issuer.jwks.is_none() {
            let reason =
                text!("its keys come from `{}`, which this version does not understand", &issuer.shown_jwks);
            return self.draft.block(address.clone(), reason);
        }
        if let Some(rule) = console_rule(issuer, live) {
            let reason = text!(
                "the rule {} gives out a scope that only the Console gives, so only the Console can change its issuer",
                rule
            );
            return self.draft.block(address.clone(), reason);
        }
        let effect = self::effect(settings, issuer, &after);
        if effect.widens {
            let why =
                text!("lets in tokens that were refused ({}), and needs an approval", steps(&before, &after));
            if self.is_widening_unapproved(Action::Update, address, why) {
                return;
            }
        }
        let body = with_jwks(after.clone(), settings);
        let write = Write::to(&ISSUER, Action::Update, issuer.id.as_str(), body);
        let change = Change::new(Phase::Issuers, address.clone(), write);
        self.draft.add(Change {
            before: Some(before),
            after: Some(after),
            classes: classes(effect),
            ..change
        });
    }

    /// Notes that the service stopped reading the keys, which it does after failing for a long time. The Console shows why.
    fn note_polling(&mut self, address: &Address, issuer: &LiveIssuer) {
        if let Some(at) = issuer.polling_disabled_at {
            let reason = text!(
                "the service stopped reading its keys at {}: new keys are not accepted until that is switched on again in \
                 the Console",
                at.to_string()
            );
            self.draft.note(address.clone(), reason);
        }
    }

    /// Returns why a pinned object cannot get a name.
    pub(super) fn cannot_rename<'l, L: Archivable + 'l>(
        &self,
        label: &ObjectName,
        name: &ObjectName,
        mut all: impl Iterator<Item = &'l L>,
        address: fn(&ObjectName) -> Address,
    ) -> Option<Text> {
        if let Some(other) = all.find(|other| other.name() == name.as_str()) {
            return Some(text!("the name {} belongs to {}", name, other.id()));
        }
        let new = (label != name).then(|| address(name))?;
        self.approved_by_name(|approved| *approved == new)
    }

    fn archive_issuer(&mut self, address: Address, issuer: &LiveIssuer, live: &LiveFederation) {
        if let Some(rule) = console_rule(issuer, live) {
            let reason = text!(
                "the rule {} gives out a scope that only the Console gives, so only the Console can archive its issuer",
                rule
            );
            return self.draft.block(address, reason);
        }
        let using = live.rules.iter().flatten().filter(|rule| !rule.archived && rule.issuer_id == issuer.id);
        let mut depends_on = Vec::new();
        for rule in using {
            match self.archives(&rule.id) {
                Some(change) => depends_on.push(change),
                None => {
                    let reason = text!("the rule {} still uses it: archive that first", &rule.name);
                    return self.draft.block(address, reason);
                }
            }
        }
        self.archive_federation(&ISSUER, Phase::IssuersLost, address, &issuer.id, depends_on);
    }

    /// Returns the change of this plan that archives a rule.
    fn archives(&self, id: &str) -> Option<ChangeId> {
        self.change_of_rule(id, |change| change.action == Action::Archive)
    }

    /// Returns the change of this plan after which a rule does not name its service account any more.
    pub(crate) fn releases(&self, id: &str) -> Option<ChangeId> {
        self.change_of_rule(id, |change| {
            let names_another = |after: &Facts| after.0.contains_key("service_account_id");
            change.action == Action::Archive
                || change.action == Action::Update && change.after.as_ref().is_some_and(names_another)
        })
    }

    fn change_of_rule(&self, id: &str, is_wanted: impl Fn(&Change) -> bool) -> Option<ChangeId> {
        let of_rule = |change: &&Change| change.write.kind == &RULE && change.target() == Some(id);
        let mut changes = self.draft.changes().filter(of_rule);
        changes.find(|change| is_wanted(change)).map(|change| change.id.clone())
    }

    /// Returns the live rules that name a service account.
    pub(crate) fn rules_for(&self, account: &str) -> Vec<&'a LiveRule> {
        let rules = self.live.federation.iter().flat_map(|federation| federation.rules.iter().flatten());
        rules.filter(|rule| !rule.archived && rule.service_account_id.as_deref() == Some(account)).collect()
    }

    pub(super) fn archive_federation(
        &mut self,
        kind: &'static bylaws_engine::Kind,
        phase: Phase,
        address: Address,
        id: &str,
        depends_on: Vec<ChangeId>,
    ) {
        if self.is_unapproved(
            Action::Archive,
            &address,
            "archives it permanently and needs an approval".into(),
        ) {
            return;
        }
        let write = Write::to(kind, Action::Archive, id, Facts::default());
        let classes = BTreeSet::from([Class::AccessLoss, Class::Irreversible]);
        let state = |is_archived| Some(Facts(BTreeMap::from([("state", state(is_archived))])));
        self.draft.add(Change {
            before: state(false),
            after: state(true),
            classes,
            depends_on,
            ..Change::new(phase, address, write)
        });
    }

    /// Returns the issuer that a rule names: a live one, or one that this plan creates.
    pub(super) fn federation_issuer(
        &self,
        name: &ObjectName,
        live: &LiveFederation,
    ) -> Result<Reference, Text> {
        let all = live.issuers.iter().flatten();
        let listed = self.desired.federation.as_ref().and_then(|federation| federation.issuers.as_ref());
        let reference = |id: Option<&str>| Reference { address: address(name), id: id.map(str::to_owned) };
        match listed.and_then(|listed| listed.get(name)) {
            Some(entry) => match entry.find(name, all) {
                Found::Live(issuer) if !entry.is_archived() => Ok(reference(Some(&issuer.id))),
                Found::Absent if !entry.is_archived() && entry.id.is_none() => Ok(reference(None)),
                _ => Err(text!("its issuer {} is archived", name)),
            },
            None => match all.into_iter().find(|issuer| !issuer.archived && issuer.name == name.as_str()) {
                Some(issuer) => Ok(reference(Some(&issuer.id))),
                None => Err(text!("there is no issuer {}", name)),
            },
        }
    }
}

/// Returns the name of a rule that only the Console can change, if the issuer has one.
fn console_rule<'l>(issuer: &LiveIssuer, live: &'l LiveFederation) -> Option<&'l String> {
    let mut rules = live.rules.iter().flatten();
    let rule = rules.find(|rule| !rule.archived && rule.issuer_id == issuer.id && rule.is_console_only());
    rule.map(|rule| &rule.name)
}

fn named(live: &impl Archivable) -> Named {
    // Names are unique, and cannot look like an id.
    Named { name: live.name().to_owned(), others: Vec::new(), id: live.id().to_owned(), is_unique: true }
}

/// Replaces what plans show of the keys by what the service expects.
fn with_jwks(mut body: Facts, settings: &Issuer) -> Facts {
    if let (true, Some(jwks)) = (body.0.contains_key("jwks"), &settings.jwks) {
        body.set("jwks", Fact::Text(jwks.json().to_string()));
    }
    body
}

/// Returns fields with their values before and after.
pub(super) fn steps(before: &Facts, after: &Facts) -> Text {
    let step = |(field, after): (&&str, &Fact)| match before.0.get(field) {
        Some(before) => text!("{} {} → {}", Text::word(field), before, after),
        None => text!("{} {}", Text::word(field), after),
    };
    Text::joined(after.0.iter().map(step), ", ")
}

fn effect(settings: &Issuer, issuer: &LiveIssuer, after: &Facts) -> Effect {
    let is_changed = |field: &str| after.0.contains_key(field);
    let mut effect = Effect::NONE;
    // Somebody else may sign tokens afterwards.
    if is_changed("issuer_url") || is_changed("jwks") {
        effect = effect.and(Effect::BOTH);
    }
    if let Some(check) = settings.check_jti {
        effect = effect.and(Effect::of_greater(!issuer.check_jti, !check));
    }
    if let Some(lifetime) = settings.max_jwt_lifetime {
        effect = effect.and(Effect::of_greater(issuer.max_jwt_lifetime, lifetime));
    }
    effect
}
