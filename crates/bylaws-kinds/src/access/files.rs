//! The access that the files ask for, as if everything in them were applied and accepted.

use std::collections::BTreeMap;

use bylaws_engine::access::{Access, Because, Holder, Place, PlaceKind, Presence, Source, Who};
use bylaws_engine::{Email, LiveWorkspaceRole, OrganizationRole, WorkspaceLabel};
use jiff::civil::Date;

use super::grant::{grant, holder};
use crate::desired::{Desired, OpenWorkspace, WantedRole};
use crate::workspace_member::wishes::{By, wishes};

/// Returns the access that the files ask for on one day (UTC). Workspaces that the files do not list are
/// left out, and people who are not under `members` have no role in the organization.
pub fn access_wanted(desired: &Desired, today: Date) -> Access {
    let mut open: Vec<(Place, &OpenWorkspace)> = desired
        .workspaces
        .iter()
        .flatten()
        .filter_map(|(label, entry)| {
            let open = entry.open()?;
            let name = entry.name.clone().unwrap_or_else(|| label.as_str().to_owned());
            let place = Place { kind: kind(label), name, id: entry.id.clone(), label: Some(label.clone()) };
            Some((place, open))
        })
        .collect();
    open.sort_by(|a, b| a.0.cmp(&b.0));

    let mut people = listed(desired, today);
    for (at, (place, open)) in open.iter().enumerate() {
        let mut memberships = memberships(desired, open, today);
        if desired.members.is_none() {
            // People who are named only in workspaces have a role that the files do not know.
            for email in memberships.keys() {
                people
                    .entry(Who::Person((*email).clone()))
                    .or_insert_with(|| holder(None, Presence::Member, None));
            }
        }
        for (who, holder) in &mut people {
            let Who::Person(email) = who else { continue };
            let sources = memberships.remove(email).unwrap_or_default();
            if let Some(grant) = grant(holder.role.as_ref(), place.kind, sources) {
                holder.grants.insert(at, grant);
            }
        }
    }
    add_teams(&mut people, desired);
    people.extend(super::accounts::wanted(desired, &open));
    let workloads = super::workloads::wanted(desired, &open, &people);
    people.extend(workloads);
    Access { places: open.into_iter().map(|(place, _)| place).collect(), people }
}

fn kind(label: &WorkspaceLabel) -> PlaceKind {
    match label {
        label if label.is_default() => PlaceKind::Default,
        label if label.is_claude_code() => PlaceKind::ClaudeCode,
        _ => PlaceKind::Ordinary,
    }
}

/// Returns everybody who should be a member on that day.
fn listed(desired: &Desired, today: Date) -> BTreeMap<Who, Holder> {
    let lines = desired.members.iter().flatten().filter(|(_, line)| line.in_force(today));
    let role = |wanted| match wanted {
        WantedRole::Settable(role) => Some(OrganizationRole::Settable(role)),
        WantedRole::Held(role) => Some(OrganizationRole::Held(role)),
        WantedRole::None => None,
    };
    lines
        .filter_map(|(email, line)| {
            Some((Who::Person(email.clone()), holder(None, Presence::Member, Some(role(line.role)?))))
        })
        .collect()
}

/// Returns the memberships of one workspace that its lines and teams produce. Lines of people whose own line
/// is `none` or has ended have no effect.
pub(crate) fn memberships<'a>(
    desired: &'a Desired,
    open: &'a OpenWorkspace,
    today: Date,
) -> BTreeMap<&'a Email, Vec<Source>> {
    let is_listed = |email: &Email| {
        let members = desired.members.as_ref();
        members.is_none_or(|members| members.get(email).is_some_and(|line| line.in_force(today)))
    };
    let wishes = wishes(desired, open, today).into_iter().filter(|(email, _)| is_listed(email));
    let memberships = wishes.filter_map(|(email, wish)| {
        let known = LiveWorkspaceRole::Known;
        let role = wish.role?;
        let sources = match wish.by {
            By::Line | By::Policy => vec![Source { because: Because::Line, role: known(role) }],
            By::Team(_) => {
                let teams = open.teams.iter().flatten();
                let theirs = teams.filter(|(team, _)| {
                    desired.teams.get(*team).is_some_and(|people| people.contains(email))
                });
                theirs
                    .map(|(team, role)| Source { because: Because::Team(team.clone()), role: known(*role) })
                    .collect()
            }
        };
        Some((email, sources))
    });
    memberships.collect()
}

/// Adds the teams of each person.
pub(crate) fn add_teams(people: &mut BTreeMap<Who, Holder>, desired: &Desired) {
    for (team, members) in &desired.teams {
        for email in members {
            if let Some(holder) = people.get_mut(&Who::Person(email.clone())) {
                holder.teams.insert(team.clone());
            }
        }
    }
}
