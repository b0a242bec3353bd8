//! The access part of the page: people, workspaces, roles and reasons, each stored once.

use std::collections::BTreeMap;

use super::document::{Grant, Person, Reason, ReasonKind, State, Workspace};
use bylaws_engine::access::{Because, Holder, PlaceKind, Presence, Source, Who};
use bylaws_engine::{Email, UserId};
use bylaws_kinds::{Desired, Live, Observed, access_held};
use jiff::civil::Date;

/// The access part of the page.
pub struct Held {
    /// The people, sorted.
    pub people: Vec<Person>,
    /// The workspaces in use.
    pub workspaces: Vec<Workspace>,
    /// The roles in a workspace.
    pub roles: Vec<String>,
    /// The reasons for access.
    pub reasons: Vec<Reason>,
    /// The access of each person to each workspace.
    pub grants: Vec<Grant>,
}

/// Returns the access of every person to every workspace in use, with reasons.
pub fn held(live: &Live, desired: Option<&Desired>, today: Date, last: &LastDays) -> Held {
    let access = access_held(live, desired, today);
    let mut roles = Numbered::default();
    let mut reasons = Numbered::default();
    let mut grants = Vec::new();
    for (person, holder) in access.people.values().enumerate() {
        for (&workspace, grant) in &holder.grants {
            let why = grant
                .sources
                .iter()
                .map(|source| reasons.number(reason(source, holder, source.role != grant.role)));
            let reasons = why.collect();
            grants.push(Grant { person, workspace, role: roles.number(grant.role.to_string()), reasons });
        }
    }
    let person = |(who, holder): (&Who, &Holder)| Person {
        who: who.to_string(),
        role: holder.role.as_ref().map(ToString::to_string),
        state: match holder.standing {
            Presence::Member => State::Member,
            Presence::Invited => State::Invited,
            Presence::Stranger => State::Stranger,
        },
        teams: holder.teams.iter().map(ToString::to_string).collect(),
        last_active: last.of(who, holder).map(|day| day.to_string()),
    };
    let workspaces = access.places.iter().map(|place| Workspace {
        name: place.name.clone(),
        id: place.id.as_ref().map(ToString::to_string).unwrap_or_default(),
        is_default: place.kind == PlaceKind::Default,
        is_claude_code: place.kind == PlaceKind::ClaudeCode,
    });
    Held {
        people: access.people.iter().map(person).collect(),
        workspaces: workspaces.collect(),
        roles: roles.items,
        reasons: reasons.items,
        grants,
    }
}

/// Returns the last day with activity of each person, by the name that the service uses.
#[derive(Default)]
pub struct LastDays {
    users: BTreeMap<UserId, Date>,
    emails: BTreeMap<Email, Date>,
}

/// Combines usage, as far as it was read, and Claude Code.
pub fn last_days(observed: &Observed, seen: &BTreeMap<UserId, Date>) -> LastDays {
    let mut users = seen.clone();
    for (user, day) in observed.usage.iter().flat_map(|usage| &usage.people) {
        let last = users.entry(user.clone()).or_insert(*day);
        *last = (*last).max(*day);
    }
    let emails = observed.claude_code.as_ref().map(|seen| seen.last.clone()).unwrap_or_default();
    LastDays { users, emails }
}

impl LastDays {
    fn of(&self, who: &Who, holder: &Holder) -> Option<Date> {
        let by_id = holder.user.as_ref().and_then(|user| self.users.get(user));
        let by_email = match who {
            Who::Person(email) => self.emails.get(email),
            Who::Stranger(_) => None,
        };
        by_id.max(by_email).copied()
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
        Because::Membership => (ReasonKind::Membership, "workspace membership".to_owned()),
        Because::Drift => (ReasonKind::Drift, "membership that differs from the files".to_owned()),
        Because::Unlisted => (ReasonKind::Unlisted, "not in the files".to_owned()),
    };
    let text = if differs { format!("{text} ({})", source.role) } else { text };
    Reason { kind, text }
}

/// Distinct values in the order of their first use.
struct Numbered<T> {
    items: Vec<T>,
    numbers: BTreeMap<T, usize>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { items: Vec::new(), numbers: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> Numbered<T> {
    fn number(&mut self, item: T) -> usize {
        let next = self.items.len();
        let number = *self.numbers.entry(item.clone()).or_insert(next);
        if number == next {
            self.items.push(item);
        }
        number
    }
}
