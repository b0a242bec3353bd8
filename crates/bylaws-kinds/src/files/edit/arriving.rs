//! Adds people to the files: an entry under `members`, and the teams and workspaces of another person, or named ones.

use std::collections::BTreeMap;

use bylaws_config::edit::{Draft, Raw, entries, field, pairs, put, sections, text};
use bylaws_config::quote::scalar;
use bylaws_config::shown::shown;
use bylaws_config::suggest::nearest;
use bylaws_config::without_live_keys;
use bylaws_engine::{
    Email, GuardKind, Line, OrganizationKind, Person, SettableRole, TeamName, WorkspaceLabel, WorkspaceRole,
};
use jiff::civil::Date;

use super::{EditError, Edited, Group, about, finish, membership_maps, people_lists};
use crate::Desired;
use crate::desired::{Member, MembershipLine, WantedRole};
use crate::files::load::Loaded;

/// The people to add, and what all of them get.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The addresses of the people, without duplicates.
    pub people: Vec<Email>,
    /// The person whose role, teams and workspaces they get.
    pub like: Option<Email>,
    /// Their role; `None` for the role of `like`.
    pub role: Option<SettableRole>,
    /// Their last day.
    pub until: Option<Date>,
    /// The note in their entries.
    pub note: Option<String>,
    /// Additional teams that they join.
    pub teams: Vec<TeamName>,
    /// Additional workspaces that they become members of. These roles override those of `like`.
    pub workspaces: BTreeMap<WorkspaceLabel, WorkspaceRole>,
}

/// Adds people to the files. Returns an error if the files cannot be edited to ask for exactly that.
pub fn arrive(loaded: &Loaded, arrival: &Arrival) -> Result<Edited, EditError> {
    let Some(desired) = &loaded.desired else { return Err(EditError::NoMembers) };
    let Some(members) = &desired.members else { return Err(EditError::NoMembers) };
    for email in &arrival.people {
        may_arrive(loaded, desired, email)?;
    }
    places_exist(desired, arrival)?;
    let like = match &arrival.like {
        None => None,
        Some(like) => {
            let person = like.person();
            let found = members.iter().find(|(listed, _)| listed.person() == person);
            let near = || nearest(like.as_str(), members.keys().map(Email::as_str)).map(str::to_owned);
            Some(found.ok_or_else(|| EditError::NotListed { near: near() })?)
        }
    };
    let role = role(arrival, like, desired.organization.kind)?;
    let (mut draft, trees) = Draft::open(&loaded.files)?;
    list(&mut draft, &trees, arrival, like, role);
    let mut wanted = desired.clone();
    for email in &arrival.people {
        let member = Member { role: WantedRole::Settable(role), until: arrival.until, id: None };
        wanted.members.get_or_insert_default().insert(email.clone(), member);
    }
    let like = like.map(|(like, _)| like);
    join_teams(&mut draft, &trees, like, arrival);
    take_memberships(&mut draft, &trees, like, arrival, role);
    if let Some(like) = like {
        say_ends(&mut draft, desired, like, arrival);
    }
    with_places(&mut wanted, like, arrival, role);
    finish(draft, &wanted, &loaded.problems)
}

/// Checks that a person is not listed and has an allowed domain.
fn may_arrive(loaded: &Loaded, desired: &Desired, email: &Email) -> Result<(), EditError> {
    let person = email.person();
    let mut members = desired.members.iter().flatten();
    if let Some((listed, _)) = members.find(|(listed, _)| listed.person() == person) {
        let position = loaded.origins.get(&Line::Member(listed.clone()));
        return Err(match position {
            Some(position) => EditError::Listed { position, email: listed.clone() },
            None => EditError::NoMembers,
        });
    }
    match &desired.guards.allowed_domains {
        Some(domains) if !domains.contains(&email.domain()) => {
            let position = loaded.origins.get(&Line::Guard(GuardKind::AllowedDomains));
            Err(EditError::Domain { position, allowed: domains.iter().cloned().collect() })
        }
        _ => Ok(()),
    }
}

/// Checks that the named teams and workspaces are in the files.
fn places_exist(desired: &Desired, arrival: &Arrival) -> Result<(), EditError> {
    if let Some(team) = arrival.teams.iter().find(|team| !desired.teams.contains_key(*team)) {
        let near = nearest(team.as_str(), desired.teams.keys().map(TeamName::as_str)).map(str::to_owned);
        return Err(EditError::NoTeam { name: team.to_string(), near });
    }
    let none = BTreeMap::new();
    let all = desired.workspaces.as_ref().unwrap_or(&none);
    for label in arrival.workspaces.keys() {
        let Some(workspace) = all.get(label) else {
            let near = nearest(label.as_str(), all.keys().map(WorkspaceLabel::as_str)).map(str::to_owned);
            return Err(EditError::NoWorkspace { name: label.to_string(), near });
        };
        if workspace.open().is_none_or(|open| open.members.is_none()) {
            return Err(EditError::NotManaged { name: label.to_string() });
        }
    }
    Ok(())
}

/// Returns the role to give.
fn role(
    arrival: &Arrival,
    like: Option<(&Email, &Member)>,
    kind: OrganizationKind,
) -> Result<SettableRole, EditError> {
    if let Some(role) = arrival.role {
        return if role.is_of(kind) {
            Ok(role)
        } else {
            Err(EditError::NoRole {
                why: format!("`{}` is not a role of this kind of organization", role.as_str()),
            })
        };
    }
    let Some((like, member)) = like else {
        return Err(EditError::NoRole { why: "no role is given".to_owned() });
    };
    let who = shown(like.as_str());
    match member.role {
        WantedRole::Settable(role) => Ok(role),
        WantedRole::Held(role) => Err(EditError::NoRole {
            why: format!("{who} is listed as `{}`, which the API cannot assign", role.as_str()),
        }),
        WantedRole::None => Err(EditError::NoRole { why: format!("{who} is listed as `none`") }),
    }
}

/// Adds the entries under `members`.
fn list(
    draft: &mut Draft<'_>,
    trees: &[Raw],
    arrival: &Arrival,
    like: Option<(&Email, &Member)>,
    role: SettableRole,
) {
    let mut fields = vec![format!("role: {}", role.as_str())];
    fields.extend(arrival.until.map(|until| format!("until: {until}")));
    fields.extend(arrival.note.as_ref().map(|note| format!("note: {}", scalar(note))));
    let value = match fields.as_slice() {
        [_] => role.as_str().to_owned(),
        _ => format!("{{{}}}", fields.join(", ")),
    };
    let new = lines(arrival, &value);
    let sections = sections(trees, "members");
    let below = match like {
        Some((like, _)) => sections.iter().find_map(|&(file, _, section)| {
            about(section, like).first().map(|(number, _)| (file, section, *number))
        }),
        None => {
            // The first one if several are equally long.
            let longest = sections.iter().rev().max_by_key(|(_, _, section)| entries(section).len());
            longest.map(|&(file, _, section)| (file, section, last(section)))
        }
    };
    let Some((file, section, number)) = below else { return };
    if let Some(entry) = entries(section).get(number) {
        draft.step(file, entry.first, format!("add {} under `members`, below this", listed(&new)));
    }
    draft.edit(file, |page| put(page, section, number, &new));
}

/// Returns an entry `address: value` for each person.
fn lines(arrival: &Arrival, value: &str) -> Vec<String> {
    arrival.people.iter().map(|email| format!("{}: {value}", scalar(email.as_str()))).collect()
}

/// Returns the index of the last entry, or 0 if there is none.
fn last(container: &Raw) -> usize {
    entries(container).len().saturating_sub(1)
}

/// Formats added lines for a message.
fn listed(new: &[String]) -> String {
    new.iter().map(|line| shown(&without_live_keys(line))).collect::<Vec<_>>().join(", ")
}

/// Formats the addresses of the added people for a message.
fn everybody(arrival: &Arrival) -> String {
    arrival.people.iter().map(|email| shown(email.as_str())).collect::<Vec<_>>().join(", ")
}

fn join_teams(draft: &mut Draft<'_>, trees: &[Raw], like: Option<&Email>, arrival: &Arrival) {
    let new: Vec<String> = arrival.people.iter().map(|email| scalar(email.as_str())).collect();
    for group in people_lists(trees) {
        let mut positions = like.map(|like| about(group.container, like)).unwrap_or_default();
        let is_named = arrival.teams.iter().any(|team| team.as_str() == group.label);
        if positions.is_empty() && is_named {
            positions.push((last(group.container), group.key));
        }
        for (number, at) in positions {
            draft.step(group.file, at, format!("add {} to {}", everybody(arrival), group.name));
            draft.edit(group.file, |page| put(page, group.container, number, &new));
        }
    }
}

fn take_memberships(
    draft: &mut Draft<'_>,
    trees: &[Raw],
    like: Option<&Email>,
    arrival: &Arrival,
    role: SettableRole,
) {
    for group in membership_maps(trees) {
        let named = arrival.workspaces.iter().find(|(label, _)| label.as_str() == group.label);
        let positions = like.map(|like| about(group.container, like)).unwrap_or_default();
        if let Some((_, role)) = named {
            let (number, at) =
                positions.first().copied().unwrap_or_else(|| (last(group.container), group.key));
            add_memberships(draft, &group, (number, at), &lines(arrival, role.as_str()));
            continue;
        }
        let pairs = pairs(group.container);
        for (number, key) in positions {
            let value = pairs.get(number).map(|(_, value)| value);
            let word = value.and_then(|value| text(value).or_else(|| text(field(value, "role")?.1)));
            let (Some(word), Some(like)) = (word, like) else { continue };
            if is_left_out(WorkspaceRole::from_text(word), role) {
                let who = shown(like.as_str());
                draft.notes.push(format!(
                    "the entry of {who} in {} is not copied: `{word}` requires the organization role `billing`",
                    group.name
                ));
                continue;
            }
            if word == WorkspaceRole::Admin.as_str() {
                let whom = shown(like.as_str());
                let verb = if arrival.people.len() == 1 { "gets" } else { "get" };
                draft.notes.push(format!(
                    "{} {verb} `{word}` in {}, like {whom}",
                    everybody(arrival),
                    group.name
                ));
            }
            add_memberships(draft, &group, (number, key), &lines(arrival, word));
        }
    }
}

fn add_memberships(draft: &mut Draft<'_>, group: &Group<'_>, (number, at): (usize, &Raw), new: &[String]) {
    draft.step(group.file, at, format!("add {} to {}", listed(new), group.name));
    draft.edit(group.file, |page| put(page, group.container, number, new));
}

/// Returns whether a workspace role is only for people with the organization role `billing`, and the new role is not.
fn is_left_out(membership: Option<WorkspaceRole>, role: SettableRole) -> bool {
    membership == Some(WorkspaceRole::Billing) && role != SettableRole::Billing
}

/// Adds the people to the teams and workspaces of the other person and to the named ones in `wanted`.
fn with_places(wanted: &mut Desired, like: Option<&Email>, arrival: &Arrival, role: SettableRole) {
    let person = like.map(Email::person);
    let is_other = |email: &Email| person.as_ref().is_some_and(|other: &Person| email.person() == *other);
    for (name, team) in &mut wanted.teams {
        if team.iter().any(is_other) || arrival.teams.contains(name) {
            team.extend(arrival.people.iter().cloned());
        }
    }
    for (label, workspace) in wanted.workspaces.iter_mut().flatten() {
        let Some(members) = workspace.open_mut().and_then(|open| open.members.as_mut()) else { continue };
        let theirs = members.iter().find(|(email, _)| is_other(email)).map(|(_, line)| line.role);
        let theirs = theirs.filter(|membership| !is_left_out(*membership, role));
        let named = arrival.workspaces.get(label).map(|role| Some(*role));
        if let Some(role) = named.or(theirs) {
            let line = |email: &Email| (email.clone(), MembershipLine { role, until: None });
            members.extend(arrival.people.iter().map(line));
        }
    }
}

/// Notes the end dates of the other person, which are not copied.
fn say_ends(draft: &mut Draft<'_>, desired: &Desired, like: &Email, arrival: &Arrival) {
    let (who, whom) = (shown(like.as_str()), everybody(arrival));
    let member = desired.members.iter().flatten().find(|(email, _)| *email == like).map(|(_, member)| member);
    if let (Some(until), None) = (member.and_then(|member| member.until), arrival.until) {
        draft.notes.push(format!(
            "{who} is listed until {until}, but {whom} without an end date: pass --until {until} to use the same"
        ));
    }
    for (label, open) in desired.open() {
        let line = open.members.iter().flatten().find(|(email, _)| email.person() == like.person());
        if let Some(until) = line.and_then(|(_, line)| line.until) {
            draft.notes.push(format!(
                "the membership of {who} in {} ends on {until}; that of {whom} has no end date",
                shown(label.as_str())
            ));
        }
    }
}
