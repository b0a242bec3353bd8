//! Plans rules: create, update, archive, and in which workspaces they are enabled.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, ChangeId, Class, Fact, Facts, Item, ObjectName, Reference, Write,
};

use super::issuer::{classes, differing, says_archived, steps};
use super::matching::Effect;
use super::pinned::{Archivable, Found};
use super::{
    Federation, LiveFederation, LiveRule, Pinned, RULE, RULE_WORKSPACE, Rule, RuleMatch, RuleWorkspaces,
    SECTION, Scope,
};
use crate::desired::Policy;
use crate::plan::Planner;

/// The field that says whether a rule is enabled for every workspace.
const FOR_ALL: &str = "applies_to_all_workspaces";

/// Returns the address of a rule.
pub(crate) fn address(name: &ObjectName) -> Address {
    Address::OrganizationObject(RULE.object(), name.clone())
}

impl<'a> Planner<'a> {
    pub(super) fn plan_federation_rules(&mut self, federation: &'a Federation, live: &'a LiveFederation) {
        let all = live.rules.as_deref().unwrap_or_default();
        let none = BTreeMap::new();
        let rules = federation.rules.as_ref().unwrap_or(&none);
        let mut claimed = BTreeSet::new();
        for (label, entry) in rules {
            let address = address(label);
            let found = entry.find(label, all.iter());
            if let Found::Live(rule) | Found::Archived(rule) = found
                && !self.claim(&address, rule, &mut claimed)
            {
                continue;
            }
            match (found, &entry.settings) {
                (Found::Live(rule), settings) if rule.is_console_only() => {
                    self.check_console_rule(address, entry, settings.as_ref(), rule, live);
                }
                (Found::Live(rule), Some(settings)) => {
                    self.update_rule(&address, (label, entry), settings, rule, live);
                }
                (Found::Live(rule), None) => {
                    self.archive_federation(&RULE, Phase::RulesLost, address, &rule.id, Vec::new());
                }
                (Found::Archived(rule), Some(_)) => {
                    self.draft.block(address, says_archived(entry, &rule.id));
                }
                (Found::Absent, Some(_)) if entry.id.is_some() => {
                    self.draft.block(address, "no rule has this id: correct it, or delete the `id`");
                }
                (Found::Absent, Some(settings)) => self.create_rule(&address, label, settings, live),
                (Found::Archived(_) | Found::Absent, None) => {}
            }
        }
        for rule in all.iter().filter(|rule| !rule.archived && !claimed.contains(rule.id())) {
            if self.desired.unlisted.of(SECTION) != Policy::Ignore {
                let name = ObjectName::new(rule.name.as_str());
                let issuer = live.issuers.iter().flatten().find(|issuer| issuer.id == rule.issuer_id);
                let issuer = issuer.map_or(&rule.issuer_id, |issuer| &issuer.issuer_url);
                let account = rule.service_account_id.as_deref().unwrap_or("nothing");
                let matching = rule.matching.facts();
                let given = Facts(matching.0.into_iter().filter(|(_, fact)| *fact != Fact::Null).collect());
                let reason = text!(
                    "{} {}, {}, acts as {}, scope {}",
                    &rule.id,
                    issuer,
                    steps(&Facts::default(), &given),
                    account,
                    Text::joined(&rule.scopes, " and ")
                );
                self.draft.stay(self::address(&name), reason);
            }
        }
    }

    /// A rule that only the Console can change is in place if it is as the files say.
    fn check_console_rule(
        &mut self,
        address: Address,
        entry: &Pinned<Rule>,
        settings: Option<&Rule>,
        rule: &LiveRule,
        live: &LiveFederation,
    ) {
        let is_in_place = settings.is_some_and(|settings| {
            let issuer = self.federation_issuer(&settings.issuer, live).ok().and_then(|issuer| issuer.id);
            let account = self.service_account(&settings.service_account).and_then(|account| account.id);
            let (_, after) = differing(&settings.facts(), &rule.facts());
            after.is_empty()
                && issuer.as_deref() == Some(rule.issuer_id.as_str())
                && account == rule.service_account_id
                && entry.name.as_ref().is_none_or(|name| name.as_str() == rule.name)
                && self.is_enabled_as(settings, rule)
        });
        if !is_in_place {
            let scopes = Text::joined(&rule.scopes, " and ");
            let reason = text!("gives out {}: only the Console can change such a rule", scopes);
            self.draft.block(address, reason);
        }
    }

    /// Returns whether a live rule is enabled where the files say.
    fn is_enabled_as(&self, settings: &Rule, rule: &LiveRule) -> bool {
        match (&settings.workspaces, rule.workspaces()) {
            (None, _) | (Some(RuleWorkspaces::All), RuleWorkspaces::All) => true,
            (Some(RuleWorkspaces::Only(labels)), RuleWorkspaces::Only(live)) => {
                let ids: Option<BTreeSet<_>> = labels.iter().map(|label| self.live_place(label)).collect();
                ids == Some(live)
            }
            _ => false,
        }
    }

    /// Returns what a rule refers to: its issuer and its service account.
    fn references(
        &mut self,
        address: &Address,
        rule: &Rule,
        live: &LiveFederation,
    ) -> Option<(Reference, Reference)> {
        if self.live_accounts().is_none() {
            self.draft.block(address.clone(), "service accounts were not read, so nothing is changed");
            return None;
        }
        let issuer = self.federation_issuer(&rule.issuer, live);
        let account = self
            .service_account(&rule.service_account)
            .ok_or_else(|| text!("there is no service account {} in use", &rule.service_account));
        match (issuer, account) {
            (Ok(issuer), Ok(account)) => Some((issuer, account)),
            (Err(reason), _) | (_, Err(reason)) => {
                self.draft.block(address.clone(), reason);
                None
            }
        }
    }

    fn create_rule(&mut self, address: &Address, label: &ObjectName, rule: &Rule, live: &LiveFederation) {
        if let Some(scope) = rule.scopes.iter().find(|scope| scope.is_console_only()) {
            let reason = text!("only the Console gives {}: create the rule there", *scope);
            return self.draft.block(address.clone(), reason);
        }
        let Some((issuer, account)) = self.references(address, rule, live) else { return };
        let mut after = rule.facts();
        after.0.retain(|_, fact| *fact != Fact::Null);
        after.set("issuer_id", Fact::Object(issuer));
        after.set("service_account_id", Fact::Object(account));
        let mut further = Vec::new();
        match self.rule_places(address, rule) {
            Err(()) => return,
            Ok(None) => after.set(FOR_ALL, Fact::Text(true.to_string())),
            Ok(Some(places)) => {
                let mut places = places.into_iter();
                if let Some(first) = places.next() {
                    after.set("workspace_id", Fact::Object(first.reference()));
                }
                further.extend(places);
            }
        }
        if let Some(reason) = self.issuer_in_doubt(&rule.issuer) {
            return self.draft.block(address.clone(), reason);
        }
        let why = text!("lets in more ({}), and needs an approval", steps(&Facts::default(), &after));
        let is_unapproved = self.is_widening_unapproved(Action::Create, address, why);
        self.note_issuer(address, rule, live);
        let reference = Reference { address: address.clone(), id: None };
        let hindrance = is_unapproved.then(|| Text::from("the rule itself is not approved yet"));
        for place in &further {
            self.enable(label, &reference, place, hindrance.as_ref());
        }
        if is_unapproved {
            return;
        }
        let mut body = after.clone();
        body.set("name", Fact::Text(label.as_str().to_owned()));
        let write = Write::creating(&RULE, Action::Create, label.as_str(), body);
        self.draft.add(Change {
            after: Some(after),
            classes: BTreeSet::from([Class::Widen]),
            ..Change::new(Phase::Rules, address.clone(), write)
        });
        self.note_memberships(address, rule);
    }

    fn update_rule(
        &mut self,
        address: &Address,
        (label, entry): (&ObjectName, &Pinned<Rule>),
        settings: &Rule,
        rule: &LiveRule,
        live: &LiveFederation,
    ) {
        if let Some(scope) = settings.scopes.iter().find(|scope| scope.is_console_only()) {
            let reason = text!("only the Console gives {}", *scope);
            return self.draft.block(address.clone(), reason);
        }
        let Some((issuer, account)) = self.references(address, settings, live) else { return };
        if issuer.id.as_ref() != Some(&rule.issuer_id) {
            let reason =
                "a rule never gets another issuer: archive it, and list a new one under another name";
            return self.draft.block(address.clone(), reason);
        }
        let Ok(places) = self.rule_places(address, settings) else { return };
        let mut wanted = settings.facts();
        if let Some(name) = entry.name.as_ref().filter(|name| name.as_str() != rule.name) {
            let all = live.rules.iter().flatten();
            if let Some(reason) = self.cannot_rename(label, name, all, self::address) {
                return self.draft.block(address.clone(), reason);
            }
            wanted.set("name", Fact::Text(name.as_str().to_owned()));
        }
        if settings.workspaces == Some(RuleWorkspaces::All) && !rule.for_all {
            wanted.set(FOR_ALL, Fact::Text(true.to_string()));
        }
        let (mut before, mut after) = differing(&wanted, &rule.facts());
        if account.id != rule.service_account_id {
            before.set("service_account_id", self.account_fact(rule));
            after.set("service_account_id", Fact::Object(account.clone()));
        }
        let (mut first, mut is_narrowed) = (Vec::new(), false);
        if let Some(places) = places {
            let reference = Reference { address: address.clone(), id: Some(rule.id.clone()) };
            let doubt = self.issuer_in_doubt(&settings.issuer);
            let enabled = self.plan_places(label, &reference, rule, &places, doubt.as_ref());
            if rule.for_all && enabled.is_none() {
                let reason = "still applies to all workspaces, until it is enabled for all that are listed";
                self.draft.note(address.clone(), reason);
            }
            is_narrowed = rule.for_all && enabled.is_some();
            // The service changes no rule so that it is enabled nowhere, or one that is.
            let is_last = is_narrowed || !rule.for_all && rule.explicit.is_empty();
            if is_last {
                first = enabled.unwrap_or_else(|| self.enablements(&rule.id));
            }
        }
        self.send_rule_update(address, (settings, &account), rule, (before, after), (first, is_narrowed));
        self.note_memberships(address, settings);
    }

    /// Returns why nothing of a rule is changed: somebody changed its issuer, and nobody decided about that yet.
    fn issuer_in_doubt(&self, issuer: &ObjectName) -> Option<Text> {
        let address = super::issuer::address(issuer);
        let mut blocked = self.draft.plan.blocked.iter();
        blocked.find(|item| item.address == address)?;
        Some(text!("its issuer {} is blocked: decide about that first", issuer))
    }

    /// Notes who signs the tokens that a rule lets in, and as what they act.
    fn note_issuer(&mut self, address: &Address, rule: &Rule, live: &LiveFederation) {
        let entry = self.desired.federation.as_ref().and_then(|all| all.issuers.as_ref()?.get(&rule.issuer));
        let found = match entry {
            Some(entry) => entry.find(&rule.issuer, live.issuers.iter().flatten()),
            None => match live.issuers.iter().flatten().find(|issuer| issuer.name == rule.issuer.as_str()) {
                Some(issuer) => Found::Live(issuer),
                None => Found::Absent,
            },
        };
        let says = match (found, entry.and_then(|entry| entry.settings.as_ref())) {
            (Found::Live(issuer), _) => issuer.says(),
            (_, Some(new)) => text!("a new issuer ({})", steps(&Facts::default(), &new.facts())),
            _ => return,
        };
        let account = match self.find_account(&rule.service_account) {
            crate::service_account::plan::Found::One(_, account) => account.role.as_str(),
            _ => "new",
        };
        let reason = text!("accepts {}; acts as {} ({})", says, &rule.service_account, account);
        let item = Item { review: Some(ReviewKind::Widen), ..Item::listed(address.clone(), reason) };
        self.draft.plan.notes.push(item);
    }

    /// Returns the changes of this plan that enable a rule.
    fn enablements(&self, rule: &str) -> Vec<ChangeId> {
        let changes = self.draft.changes().filter(|change| {
            change.action == Action::Create
                && change.write.kind == &RULE_WORKSPACE
                && change.write.natural == rule
        });
        changes.map(|change| change.id.clone()).collect()
    }

    /// Returns the service account of a live rule.
    fn account_fact(&self, rule: &LiveRule) -> Fact {
        let Some(id) = &rule.service_account_id else { return Fact::Null };
        self.account_called(id).map_or_else(|| Fact::Text(id.clone()), Fact::Object)
    }

    /// Plans the update of a rule, after what enables it in `first`.
    fn send_rule_update(
        &mut self,
        address: &Address,
        (settings, account): (&Rule, &Reference),
        rule: &LiveRule,
        (mut before, mut after): (Facts, Facts),
        (first, is_narrowed): (Vec<ChangeId>, bool),
    ) {
        if !rule.not_understood.is_empty() && (is_narrowed || !after.is_empty()) {
            let reason = text!(
                "its match has {}, which this version does not understand and would remove: change it in the Console",
                Text::joined(&rule.not_understood, ", ")
            );
            return self.draft.block(address.clone(), reason);
        }
        let mut effect = self::effect(settings, rule, &after);
        if effect.widens
            && let Some(live) = &self.live.federation
        {
            self.note_issuer(address, settings, live);
        }
        let mut body = whole(&settings.matching, Fact::Object(account.clone()));
        if effect.widens {
            let why = text!("lets in more ({}), and needs an approval", steps(&before, &after));
            let doubt = self.issuer_in_doubt(&settings.issuer);
            let is_unapproved = self.is_widening_unapproved(Action::Update, address, why);
            if let Some(reason) = doubt.clone().filter(|_| !is_unapproved) {
                self.draft.block(address.clone(), reason);
            }
            if is_unapproved || doubt.is_some() {
                // Narrowing it goes ahead, with what is live of the rest.
                (before, after, effect) = (Facts::default(), Facts::default(), Effect::NONE);
                let live = rule.service_account_id.clone().map_or(Fact::Null, Fact::Text);
                body = whole(&rule.matching, live);
            }
        }
        if is_narrowed {
            before.set(FOR_ALL, Fact::Text(true.to_string()));
            after.set(FOR_ALL, Fact::Text(false.to_string()));
            effect = effect.and(Effect::NARROWS);
        }
        if after.is_empty() {
            return;
        }
        if !rule.for_all && rule.explicit.is_empty() && first.is_empty() && settings.workspaces.is_some() {
            let reason = "is enabled for no workspace, and the service refuses other changes until it is";
            return self.draft.block(address.clone(), reason);
        }
        body.0.extend(after.0.clone());
        let phase = if is_narrowed || !first.is_empty() { Phase::RulesNarrowed } else { Phase::Rules };
        let write = Write::to(&RULE, Action::Update, rule.id.as_str(), body);
        let mut change = Change::new(phase, address.clone(), write);
        change.depends_on.extend(first);
        self.draft.add(Change {
            before: Some(before),
            after: Some(after),
            classes: classes(effect),
            ..change
        });
    }
}

/// Returns what the service checks in every update, and replaces whole.
fn whole(matching: &RuleMatch, account: Fact) -> Facts {
    let mut body = matching.facts();
    body.set("service_account_id", account);
    body
}

/// Returns the effect of the fields that change.
fn effect(settings: &Rule, rule: &LiveRule, after: &Facts) -> Effect {
    let mut effect = rule.matching.effect(&settings.matching).and(scopes(rule, settings));
    if let Some(lifetime) = settings.token_lifetime {
        effect = effect.and(Effect::of_greater(rule.token_lifetime, lifetime));
    }
    if after.0.contains_key(FOR_ALL) {
        effect = effect.and(Effect::WIDENS);
    }
    if after.0.contains_key("service_account_id") {
        effect = effect.and(Effect::BOTH);
    }
    effect
}

/// A developer may do everything that inference allows.
fn scopes(rule: &LiveRule, settings: &Rule) -> Effect {
    let with_implied = |scopes: Vec<&str>| {
        let implied = scopes.contains(&Scope::Developer.as_str()).then_some(Scope::Inference.as_str());
        scopes.iter().copied().chain(implied).map(str::to_owned).collect::<BTreeSet<String>>()
    };
    let from = with_implied(rule.scopes.iter().map(String::as_str).collect());
    let to = with_implied(settings.scopes.iter().map(|scope| scope.as_str()).collect());
    Effect { widens: !to.is_subset(&from), narrows: !from.is_subset(&to) }
}
