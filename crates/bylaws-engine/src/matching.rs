//! Which live workspace an entry of the files means.
//! By id where one is pinned, else by name among the unarchived ones; never by guess.

use std::collections::BTreeMap;

use crate::desired::{DataResidency, Desired, OpenWorkspace, Workspace, WorkspaceState};
use crate::index::WorkspaceIndex;
use crate::live::{CLAUDE_CODE, DEFAULT, Live, LiveWorkspace};
use crate::live_names::is_workspace_id;
use crate::name::{alike_tags, comparable, difference, is_look_alike};
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

/// Names of workspaces that the service makes itself.
const RESERVED: [&str; 2] = [DEFAULT, CLAUDE_CODE];

/// Matches every entry. `workspaces` must have been read.
pub(crate) fn match_workspaces<'a>(
    desired: &'a Desired,
    index: &WorkspaceIndex<'a>,
) -> BTreeMap<&'a WorkspaceLabel, Matched<'a>> {
    let entries = desired.workspaces.iter().flatten();
    let mut matched: BTreeMap<_, _> =
        entries.map(|(label, entry)| (label, match_one(label, entry, desired, index))).collect();
    block_shared(&mut matched);
    block_look_alikes(&mut matched, desired);
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
    let reserved = RESERVED.into_iter().find(|name| is_look_alike(label.as_str(), name));
    if let Some(name) = reserved.filter(|_| entry.id.is_none()) {
        return Matched::Blocked(format!(
            "looks the same as `{name}`, which the service makes itself, and has {}; write `{name}`",
            difference(label.as_str(), name)
        ));
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
            [] if is_workspace_id(label.as_str()) => {
                return Matched::Blocked(
                    "a new workspace cannot be named like an id; to list the workspace of this id, give the entry \
                     a name and set its `id`"
                        .to_owned(),
                );
            }
            [] => return absent(entry),
            [one] if one.name == label.as_str() => one,
            [one] => return Matched::Blocked(looks_like(one, label.as_str())),
            several => {
                let ids: Vec<_> = several.iter().map(|workspace| workspace.id.as_str()).collect();
                let is_same = several.iter().all(|workspace| workspace.name == label.as_str());
                let what =
                    if is_same { "have this name" } else { "have this name or one that looks the same" };
                return Matched::Blocked(format!(
                    "{} workspaces {what}: {}; set the `id` of the one you mean",
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

/// To be made, unless the service would refuse it for its data residency, or two of its tags look the same.
fn absent<'a>(entry: &Workspace) -> Matched<'a> {
    let WorkspaceState::Open(open) = &entry.state else { return Matched::Absent };
    let alike = || open.tags.as_ref().and_then(|tags| alike_tags(tags, &BTreeMap::new()));
    match open.data_residency.as_ref().and_then(DataResidency::misfit_when_new).or_else(alike) {
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
                && other.name.as_ref().is_some_and(|name| comparable(name) != comparable(label.as_str()))
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
    let of_claude_code = index.open_named(CLAUDE_CODE);
    if found.is_claude_code() && of_claude_code.len() > 1 {
        let ids: Vec<_> = of_claude_code.iter().map(|workspace| workspace.id.as_str()).collect();
        return Some(format!(
            "{} workspaces are named `{CLAUDE_CODE}`: {}; rename the one that is not for Claude Code in the Console",
            ids.len(),
            ids.join(", ")
        ));
    }
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
    let name = entry.name.as_deref().filter(|name| *name != found.name)?;
    if RESERVED.contains(&&*comparable(name)) {
        return Some(format!("the name `{name}` belongs to a workspace that the service makes itself"));
    }
    if is_workspace_id(name) {
        return Some(format!("the wanted name `{name}` looks like an id; choose another name"));
    }
    let other = index.open_named(name).into_iter().find(|other| other.id != found.id)?;
    if is_look_alike(&other.name, name) {
        return Some(format!("the wanted name {}", looks_like(other, name)));
    }
    Some(format!(
        "the wanted name `{name}` is the name of {}; rename that one first, or choose another",
        other.id
    ))
}

/// What to say of a name that looks the same as a live one and is not.
fn looks_like(live: &LiveWorkspace, name: &str) -> String {
    format!(
        "looks the same as the name of {}, which has {}; write the name as it is live, or set the `id`",
        live.id,
        difference(&live.name, name)
    )
}

/// Two entries whose names look the same are both blocked: nobody could tell which of the two a review is about.
fn block_look_alikes<'a>(matched: &mut BTreeMap<&'a WorkspaceLabel, Matched<'a>>, desired: &'a Desired) {
    let mut first: BTreeMap<_, &WorkspaceLabel> = BTreeMap::new();
    for label in desired.workspaces.iter().flat_map(BTreeMap::keys) {
        let Some(other) = first.insert(comparable(label.as_str()), label) else { continue };
        for (label, other) in [(label, other), (other, label)] {
            let reason = format!(
                "looks the same as another workspace of the files, and has {}; give one of them another name",
                difference(label.as_str(), other.as_str())
            );
            matched.insert(label, Matched::Blocked(reason));
        }
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
