//! Which live workspace an entry of the files means.
//! By id where one is pinned, else by name among the unarchived ones; never by guess.

use std::collections::BTreeMap;

use crate::desired::{DataResidency, Desired, OpenWorkspace, Workspace, WorkspaceState};
use crate::index::WorkspaceIndex;
use crate::live::{Live, LiveWorkspace};
use crate::{WorkspaceId, WorkspaceLabel};

/// What an entry under `workspaces:` came to.
pub(crate) enum Matched<'a> {
    /// It means this one.
    Live(&'a LiveWorkspace),
    /// There is none: it is to be made.
    Absent,
    /// Wanted archived, and so it is.
    InPlace,
    /// It comes about by an event outside.
    Waiting(String),
    /// It cannot be said which one, or it cannot be had.
    Blocked(String),
}

/// Matches every entry. `workspaces` must have been read.
pub(crate) fn match_workspaces<'a>(
    desired: &'a Desired,
    index: &WorkspaceIndex<'a>,
) -> BTreeMap<&'a WorkspaceLabel, Matched<'a>> {
    let entries = desired.workspaces.iter().flatten();
    let mut matched: BTreeMap<_, _> =
        entries.map(|(label, entry)| (label, match_one(label, entry, desired, index))).collect();
    block_shared(&mut matched);
    matched
}

fn match_one<'a>(
    label: &WorkspaceLabel,
    entry: &Workspace,
    desired: &Desired,
    index: &WorkspaceIndex<'a>,
) -> Matched<'a> {
    if label.is_default() {
        return match (index.default_workspace(), &entry.id) {
            (None, _) => Matched::Blocked("the service reports no default workspace".to_owned()),
            (Some(live), Some(id)) if *id != live.id => Matched::Blocked(format!(
                "the default workspace is {}, not {id}; correct or delete the id",
                live.id
            )),
            (Some(live), _) => match special_default(entry) {
                Some(why) => Matched::Blocked(why),
                None => Matched::Live(live),
            },
        };
    }
    let found = match &entry.id {
        Some(id) => match index.get(id) {
            Some(live) => live,
            None => return Matched::Blocked(format!("no workspace {id} is live; correct or delete the id")),
        },
        None => match by_name(label, desired, index).as_slice() {
            [] if matches!(entry.state, WorkspaceState::Archived) => return Matched::InPlace,
            [] if label.is_claude_code() => {
                return Matched::Waiting("appears by itself on the first Claude Code sign-in".to_owned());
            }
            [] => return absent(entry),
            [one] => one,
            several => {
                let ids: Vec<_> = several.iter().map(|workspace| workspace.id.as_str()).collect();
                return Matched::Blocked(format!(
                    "{} workspaces bear this name: {}; pin the one you mean with `id`",
                    ids.len(),
                    ids.join(", ")
                ));
            }
        },
    };
    match (&entry.state, found.archived) {
        (WorkspaceState::Archived, true) => Matched::InPlace,
        (WorkspaceState::Open(_), true) => Matched::Blocked(format!(
            "{} is archived, which nobody can undo; delete the id to make a new one, or write `state: archived`",
            found.id
        )),
        (WorkspaceState::Archived, false) => match special(entry, found, index) {
            Some(why) => Matched::Blocked(why),
            None => Matched::Live(found),
        },
        (WorkspaceState::Open(open), false) => match special_open(entry, open, found, index) {
            Some(why) => Matched::Blocked(why),
            None => Matched::Live(found),
        },
    }
}

/// To be made, unless the service would refuse it for its data residency.
fn absent<'a>(entry: &Workspace) -> Matched<'a> {
    let WorkspaceState::Open(open) = &entry.state else { return Matched::Absent };
    match open.data_residency.as_ref().and_then(DataResidency::misfit_when_new) {
        Some(why) => Matched::Blocked(why),
        None => Matched::Absent,
    }
}

/// What may not be asked of the default workspace (`docs/service-behaviour.md#workspaces`).
fn special_default(entry: &Workspace) -> Option<String> {
    let managed = match &entry.state {
        WorkspaceState::Archived => return Some("the default workspace is never archived".to_owned()),
        WorkspaceState::Open(open) => open.manages_members(),
    };
    if entry.name.is_some() {
        return Some("the default workspace is never renamed".to_owned());
    }
    managed.then(|| "the default workspace has no member list of its own".to_owned())
}

/// Unarchived workspaces of this name, those aside that another entry pins and gives another name:
/// they bear this one for the last time.
fn by_name<'a>(
    label: &WorkspaceLabel,
    desired: &Desired,
    index: &WorkspaceIndex<'a>,
) -> Vec<&'a LiveWorkspace> {
    let leaves = |live: &LiveWorkspace| {
        desired.workspaces.iter().flatten().any(|(_, other)| {
            other.id.as_ref() == Some(&live.id)
                && other.name.as_ref().is_some_and(|name| name != label.as_str())
        })
    };
    index.open_named(label.as_str()).into_iter().filter(|live| !leaves(live)).collect()
}

/// Why an entry may not mean a workspace that the service itself keeps.
fn special(entry: &Workspace, found: &LiveWorkspace, index: &WorkspaceIndex<'_>) -> Option<String> {
    let archive = matches!(entry.state, WorkspaceState::Archived);
    if index.is_default(&found.id) {
        return Some(format!("{} is the default workspace; list it under the key `Default`", found.id));
    }
    let renamed = entry.name.as_ref().is_some_and(|name| *name != found.name);
    if found.is_claude_code() && (archive || renamed) {
        return Some(
            "this is the Claude Code workspace, which is never archived or renamed: that would end Claude Code \
             sign-in for everybody"
                .to_owned(),
        );
    }
    None
}

fn special_open(
    entry: &Workspace,
    open: &OpenWorkspace,
    found: &LiveWorkspace,
    index: &WorkspaceIndex<'_>,
) -> Option<String> {
    if let Some(why) = special(entry, found, index) {
        return Some(why);
    }
    if found.is_claude_code() && (open.manages_members() || open.api_keys.is_some()) {
        return Some(
            "this is the Claude Code workspace: only `display_color`, `tags` and `data_residency` can be listed"
                .to_owned(),
        );
    }
    let reserved = ["Default", "Claude Code"];
    match &entry.name {
        Some(name) if *name != found.name && reserved.contains(&name.as_str()) => {
            Some(format!("the name `{name}` belongs to a workspace that the service makes itself"))
        }
        _ => None,
    }
}

/// Two entries that mean one workspace are both blocked.
fn block_shared(matched: &mut BTreeMap<&WorkspaceLabel, Matched<'_>>) {
    let mut users: BTreeMap<WorkspaceId, Vec<String>> = BTreeMap::new();
    for (label, found) in matched.iter() {
        if let Matched::Live(live) = found {
            users.entry(live.id.clone()).or_default().push(format!("`{label}`"));
        }
    }
    for found in matched.values_mut() {
        let Matched::Live(live) = found else { continue };
        if let Some(labels) = users.get(&live.id).filter(|labels| labels.len() > 1) {
            *found = Matched::Blocked(format!("{} all mean {}; keep one", labels.join(" and "), live.id));
        }
    }
}

/// The workspaces whose member lists a plan has to read, sorted by id: those the files list, that
/// were found, and whose member list is managed.
pub fn member_lists(desired: &Desired, live: &Live) -> Vec<WorkspaceId> {
    let index = WorkspaceIndex::of(live);
    let matched = match_workspaces(desired, &index);
    let mut ids: Vec<_> = matched
        .iter()
        .filter_map(|(label, found)| {
            let Matched::Live(workspace) = found else { return None };
            let entry = desired.workspaces.as_ref()?.get(*label)?;
            let WorkspaceState::Open(open) = &entry.state else { return None };
            let own = !index.is_default(&workspace.id) && open.manages_members();
            own.then(|| workspace.id.clone())
        })
        .collect();
    ids.sort();
    ids
}
