//! Counts the entries of the files that differ from those of the base.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Differing, Email, TeamName, WorkspaceId, WorkspaceLabel, WorkspaceRole};

use crate::desired::{Desired, MembershipLine, OpenWorkspace, Workspace, WorkspaceSettings, WorkspaceState};
use crate::objects::OBJECTS;
use crate::syntax::Scope;

/// Counts the entries that differ.
pub(crate) fn differing(base: &Desired, head: &Desired) -> Differing {
    let mut count = Differing::default();
    let same = [
        base.organization == head.organization,
        base.unlisted == head.unlisted,
        base.guards == head.guards,
        base.audit == head.audit,
    ];
    count.changed += same.iter().filter(|same| !**same).count();
    count.compare(base.members.as_ref(), head.members.as_ref());
    for objects in OBJECTS {
        let entries = |desired| objects.entries(Scope::Organization(desired));
        count.compare(entries(base).as_ref(), entries(head).as_ref());
    }
    let (was, now) = (in_teams(base), in_teams(head));
    count.removed += was.difference(&now).count();
    count.added += now.difference(&was).count();
    count.compare(Some(&settings(base)), Some(&settings(head)));
    let none = BTreeMap::new();
    let (was, now) = (base.workspaces.as_ref().unwrap_or(&none), head.workspaces.as_ref().unwrap_or(&none));
    let labels: BTreeSet<&WorkspaceLabel> = was.keys().chain(now.keys()).collect();
    for label in labels {
        let (was, now) = (was.get(label), now.get(label));
        let (was, now) = (was.and_then(Workspace::open), now.and_then(Workspace::open));
        let ((members, teams), (members_now, teams_now)) = (people(was), people(now));
        count.compare(members, members_now);
        count.compare(teams, teams_now);
        for objects in OBJECTS {
            let entries = |open: Option<&OpenWorkspace>| objects.entries(Scope::Workspace(label, open?));
            count.compare(entries(was).as_ref(), entries(now).as_ref());
        }
    }
    count
}

fn in_teams(files: &Desired) -> BTreeSet<(&TeamName, &Email)> {
    let of = |(team, people)| std::iter::repeat(team).zip(people);
    files.teams.iter().flat_map(of).collect()
}

/// Returns what entries say about the workspaces themselves; `None` for archived ones.
fn settings(files: &Desired) -> BTreeMap<&WorkspaceLabel, Option<Settings<'_>>> {
    let all = files.workspaces.iter().flatten().map(|(label, workspace)| {
        let Workspace { id, name, state } = workspace;
        let settings = match state {
            WorkspaceState::Open(open) => Some((id.as_ref(), name.as_deref(), &open.settings)),
            WorkspaceState::Archived => None,
        };
        (label, settings)
    });
    all.collect()
}

/// Returns the entries for people and teams in a workspace.
fn people(open: Option<&OpenWorkspace>) -> People<'_> {
    let Some(open) = open else { return (None, None) };
    // `settings` compares the settings; the other sections are those of `OBJECTS`.
    let OpenWorkspace { settings: _, members, teams, .. } = open;
    (members.as_ref(), teams.as_ref())
}

type People<'d> =
    (Option<&'d BTreeMap<Email, MembershipLine>>, Option<&'d BTreeMap<TeamName, WorkspaceRole>>);

type Settings<'d> = (Option<&'d WorkspaceId>, Option<&'d str>, &'d WorkspaceSettings);
