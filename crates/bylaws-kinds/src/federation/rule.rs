//! Plans rules: create, update, archive, and in which workspaces they are enabled.

use std::collections::BTreeSet;

use bylaws_engine::draft::Phase;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Action, Address, Change, ChangeId, Class, Fact, Facts, ObjectName, Reference, Write};

use super::issuer::{classes, differing, fields, says_archived};
use super::matching::Effect;
use super::pinned::{Archivable, Found};
use super::{Federation, LiveFederation, LiveRule, Pinned, RULE, Rule, RuleMatch, RuleWorkspaces, Scope};
use crate::desired::Policy;
use crate::plan::Planner;

/// The field that says whether a rule is enabled for every workspace.
const FOR_ALL: &str = "applies_to_all_workspaces";

/// Returns the address of a rule.
pub(super) fn address(name: &ObjectName) -> Address {
    Address::OrganizationObject(RULE.object(), name.clone())
}

impl<'a> Planner<'a> {
    pub(super) fn plan_federation_rules(&mut self, federation: &'a Federation, live: &'a LiveFederation) {
        let (Some(rules), Some(all)) = (&federation.rules, &live.rules) else { return };
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
            if self.desired.unlisted.of("federation") != Policy::Ignore {
                let name = ObjectName::new(rule.name.as_str());
                self.draft.stay(self::address(&name), Text::joined(&rule.scopes, " "));
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
        let why = text!(
            "lets in tokens of {} as the service account {}, and needs an approval",
            &rule.issuer,
            &rule.service_account
        );
        let is_unapproved = self.is_unapproved(Action::Create, address, why);
        let reference = Reference { address: address.clone(), id: None };
        for place in &further {
            self.enable(label, &reference, place, is_unapproved);
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
            let enabled = self.plan_places(label, &reference, rule, &places);
            if rule.for_all && enabled.is_none() {
                let reason = "still applies to all workspaces, until it is enabled for all that are listed";
                self.draft.note(address.clone(), reason);
            }
            is_narrowed = rule.for_all && enabled.is_some();
            // The service changes no rule so that it is enabled nowhere, or one that is.
            let is_last = is_narrowed || !rule.for_all && rule.explicit.is_empty();
            first = enabled.filter(|_| is_last).unwrap_or_default();
        }
        self.send_rule_update(address, (settings, &account), rule, (before, after), (first, is_narrowed));
        self.note_memberships(address, settings);
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
        let mut effect = self::effect(settings, rule, &after);
        let mut body = whole(&settings.matching, Fact::Object(account.clone()));
        if effect.widens {
            let why = text!("lets in more ({}), and needs an approval", fields(&after));
            if self.is_unapproved(Action::Update, address, why) {
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
