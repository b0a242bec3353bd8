//! Counts the entries of the files that differ from those of the base.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Differing, Email, TeamName, WorkspaceId, WorkspaceLabel};

use crate::desired::{Desired, OpenWorkspace, Workspace, WorkspaceSettings};
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
        count.compare(was.and_then(|was| was.members.as_ref()), now.and_then(|now| now.members.as_ref()));
        count.compare(was.and_then(|was| was.teams.as_ref()), now.and_then(|now| now.teams.as_ref()));
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
        let open = workspace.open();
        let settings = open.map(|open| (workspace.id.as_ref(), workspace.name.as_deref(), &open.settings));
        (label, settings)
    });
    all.collect()
}

type Settings<'d> = (Option<&'d WorkspaceId>, Option<&'d str>, &'d WorkspaceSettings);
