//! The access of programs elsewhere: what a federation rule lets them do as a service account.

use std::collections::BTreeMap;

use bylaws_engine::access::{Because, Grant, Holder, Place, Presence, Source, Who};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Address, ObjectName};

use super::grant::holder;
use crate::desired::{Desired, OpenWorkspace};
use crate::federation::{RULE, RuleMatch, RuleWorkspaces, Scope};
use crate::live::Live;
use crate::service_account::lists::read;
use crate::service_account::plan::address;

/// Returns the live access through each rule that is not archived.
pub(super) fn held(live: &Live, places: &[Place], people: &BTreeMap<Who, Holder>) -> Vec<(Who, Holder)> {
    let Some(federation) = &live.federation else { return Vec::new() };
    let accounts = read(live);
    let rules = federation.rules.iter().flatten().filter(|rule| !rule.archived);
    let workload = |rule: &crate::federation::LiveRule| {
        let account = rule.service_account_id.as_ref().and_then(|id| accounts?.accounts.get(id));
        let issuer = federation.issuers.iter().flatten().find(|issuer| issuer.id == rule.issuer_id);
        let enabled =
            |place: &Place| rule.for_all || place.id.as_ref().is_some_and(|id| rule.explicit.contains(id));
        through(
            (&rule.name, issuer.map(|issuer| issuer.issuer_url.as_str()), &rule.matching),
            account.map(|account| address(&ObjectName::new(account.name.as_str()))).as_ref(),
            &rule.scopes.iter().map(String::as_str).collect::<Vec<_>>(),
            places.iter().map(enabled),
            people,
        )
    };
    rules.map(workload).collect()
}

/// Returns the access through each rule that the files ask for.
pub(super) fn wanted(
    desired: &Desired,
    open: &[(Place, &OpenWorkspace)],
    people: &BTreeMap<Who, Holder>,
) -> Vec<(Who, Holder)> {
    let Some(federation) = &desired.federation else { return Vec::new() };
    let rules = federation.rules.iter().flatten();
    let rules = rules.filter_map(|(name, rule)| Some((name, rule.settings.as_ref()?)));
    let workload = |(name, rule): (&ObjectName, &crate::federation::Rule)| {
        let issuers = federation.issuers.as_ref();
        let issuer = issuers.and_then(|issuers| issuers.get(&rule.issuer)?.settings.as_ref());
        let enabled = |(place, _): &(Place, &OpenWorkspace)| match &rule.workspaces {
            Some(RuleWorkspaces::All) => true,
            Some(RuleWorkspaces::Only(labels)) => {
                place.label.as_ref().is_some_and(|label| labels.contains(label))
            }
            None => false,
        };
        through(
            (name.as_str(), issuer.map(|issuer| issuer.url.as_str()), &rule.matching),
            Some(&address(&rule.service_account)),
            &rule.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
            open.iter().map(enabled),
            people,
        )
    };
    rules.map(workload).collect()
}

/// Returns what a rule gives: the access of its account, in the workspaces for which the rule is enabled.
fn through(
    (name, issuer, matching): (&str, Option<&str>, &RuleMatch),
    account: Option<&Address>,
    scopes: &[&str],
    enabled: impl Iterator<Item = bool>,
    people: &BTreeMap<Who, Holder>,
) -> (Who, Holder) {
    let acting = account.and_then(|account| people.get(&Who::Object(account.clone())));
    let is_admin = scopes.contains(&Scope::Admin.as_str());
    let role = acting.and_then(|acting| acting.role.clone()).filter(|_| is_admin);
    let mut workload = holder(None, Presence::Workload, role);
    let scopes = Text::joined(scopes, " and ");
    workload.identity = Some(text!("{}, scope {}", identity(issuer, matching), scopes));
    for (at, _) in enabled.enumerate().filter(|(_, is_enabled)| *is_enabled) {
        let grant = acting.and_then(|acting| acting.grants.get(&at));
        if let (Some(grant), Some(account)) = (grant, account) {
            let source = Source { because: Because::ActsAs(account.clone()), role: grant.role.clone() };
            workload.grants.insert(at, Grant { role: grant.role.clone(), sources: vec![source] });
        }
    }
    let rule = Address::OrganizationObject(RULE.object(), ObjectName::new(name));
    (Who::Object(rule), workload)
}

/// Returns whose tokens a rule accepts.
fn identity(issuer: Option<&str>, matching: &RuleMatch) -> Text {
    let RuleMatch { subject, audience: _, claims, condition } = matching;
    let subject = subject.as_ref().map(|subject| text!("subject {}", subject));
    let claims = claims.iter().map(|(claim, value)| text!("{} {}", claim, value));
    let condition = condition.as_ref().map(|condition| text!("condition {}", condition));
    let all = Text::joined(subject.into_iter().chain(claims).chain(condition), ", ");
    match issuer {
        Some(issuer) => text!("{} from {}", all, issuer),
        None => all,
    }
}
