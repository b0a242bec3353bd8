//! The access part of the page: people, workspaces, roles and reasons, each stored once.

use std::collections::BTreeMap;

use bylaws_engine::UserId;
use bylaws_engine::access::{Because, Holder, PlaceKind, Presence, Source, Who};
use bylaws_kinds::{Desired, Live, Observed, access_held};
use bylaws_output::document::word::Word;
use jiff::civil::Date;

use super::document::{Access, Grant, Person, Reason, ReasonKind, Workspace};

/// Returns the access of every person to every workspace in use, with reasons. `seen`: the last day with usage of each
/// person, besides what the audit observed.
pub fn access(
    live: &Live,
    desired: Option<&Desired>,
    today: Date,
    observed: &Observed,
    seen: &BTreeMap<UserId, Date>,
) -> Access {
    let mut access = access_held(live, desired, today);
    // The page is about people.
    let is_person = |standing| !matches!(standing, Presence::Account | Presence::Workload);
    access.people.retain(|_, holder| is_person(holder.standing));
    let (mut roles, mut reasons) = (BTreeMap::new(), BTreeMap::new());
    let mut grants = Vec::new();
    for (person, holder) in access.people.values().enumerate() {
        for (&workspace, grant) in &holder.grants {
            let why = grant.sources.iter();
            let why = why.map(|source| reason(source, holder, source.role != grant.role));
            let why = why.map(|why| number(&mut reasons, why)).collect();
            grants.push(Grant(person, workspace, number(&mut roles, grant.role.to_string()), why));
        }
    }
    let usage = observed.usage.as_ref().map(|usage| &usage.people);
    let claude_code = observed.claude_code.as_ref().map(|seen| &seen.last);
    let last_active = |who: &Who, holder: &Holder| {
        let of_user = |days: &BTreeMap<UserId, Date>| days.get(holder.user.as_ref()?).copied();
        let of_email = match who {
            Who::Person(email) => claude_code.and_then(|days| days.get(email).copied()),
            Who::Stranger(_) | Who::Object(_) => None,
        };
        of_user(seen).max(usage.and_then(of_user)).max(of_email)
    };
    let person = |(who, holder): (&Who, &Holder)| Person {
        who: who.to_string(),
        role: holder.role.as_ref().map(ToString::to_string),
        state: Word(holder.standing),
        teams: holder.teams.iter().map(ToString::to_string).collect(),
        last_active: last_active(who, holder).map(|day| day.to_string()),
    };
    let workspaces = access.places.iter().map(|place| Workspace {
        name: place.name.clone(),
        id: place.id.as_ref().map(ToString::to_string).unwrap_or_default(),
        is_default: place.kind == PlaceKind::Default,
        is_claude_code: place.kind == PlaceKind::ClaudeCode,
    });
    Access {
        people: access.people.iter().map(person).collect(),
        workspaces: workspaces.collect(),
        roles: in_order(roles),
        reasons: in_order(reasons),
        grants,
    }
}

/// Returns why a person has access; `differs` if another reason gives the role they have.
fn reason(source: &Source, holder: &Holder, differs: bool) -> Reason {
    let (kind, text) = match &source.because {
        Because::OrganizationRole => {
            let role = holder.role.as_ref().map(ToString::to_string).unwrap_or_default();
            (ReasonKind::Implied, format!("organization role {role}"))
        }
        Because::Line => (ReasonKind::Line, "line in the files".to_owned()),
        Because::Team(team) => (ReasonKind::Team, format!("team {team}")),
        // The page shows no accounts.
        Because::Membership | Because::ActsAs(_) => {
            (ReasonKind::Membership, "workspace membership".to_owned())
        }
        Because::Drift => (ReasonKind::Drift, "membership that differs from the files".to_owned()),
        Because::Unlisted => (ReasonKind::Unlisted, "not in the files".to_owned()),
    };
    let text = if differs { format!("{text} ({})", source.role) } else { text };
    Reason { kind, text }
}

/// Returns the number of a value, in the order of their first use.
fn number<T: Ord>(values: &mut BTreeMap<T, usize>, value: T) -> usize {
    let next = values.len();
    *values.entry(value).or_insert(next)
}

/// Returns values by their numbers.
fn in_order<T>(values: BTreeMap<T, usize>) -> Vec<T> {
    let mut values: Vec<(T, usize)> = values.into_iter().collect();
    values.sort_by_key(|(_, number)| *number);
    values.into_iter().map(|(value, _)| value).collect()
}
