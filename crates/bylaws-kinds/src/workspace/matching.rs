//! Finds the live workspace that an entry of the files means: by id if it is set, else by name among the
//! unarchived ones. Never guesses.

use std::collections::BTreeMap;

use bylaws_engine::live_names::is_workspace_id;
use bylaws_engine::spelling::{alike_tags, comparable, is_look_alike, name_difference as difference};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{WorkspaceId, WorkspaceLabel};

use crate::desired::{DataResidency, Desired, OpenWorkspace, Workspace, WorkspaceState};
use crate::index::WorkspaceIndex;
use crate::live::{CLAUDE_CODE, DEFAULT, Live, LiveWorkspace};
use crate::objects::OBJECTS;
use crate::syntax::{Place, Scope};
use crate::workspace::schema;

/// The result for an entry under `workspaces:`.
pub(crate) enum Matched<'a> {
    /// It means this workspace.
    Live(&'a LiveWorkspace),
    /// It does not exist: it is to be created.
    Absent,
    /// It is wanted archived and is archived.
    InPlace,
    /// It does not exist and cannot be created yet. The plan says why already.
    Held,
    /// It depends on an external event.
    Waiting(Text),
    /// It is ambiguous, or not possible.
    Blocked(Text),
}

impl<'a> Matched<'a> {
    /// Returns the live workspace that the entry means, if there is one.
    pub(crate) fn live(&self) -> Option<&'a LiveWorkspace> {
        match self {
            Self::Live(live) => Some(live),
            Self::Absent | Self::InPlace | Self::Held | Self::Waiting(_) | Self::Blocked(_) => None,
        }
    }
}

/// Returns the labels of the workspaces that the files identify without doubt.
pub(crate) fn labels<'a>(
    matched: &BTreeMap<&'a WorkspaceLabel, Matched<'a>>,
) -> BTreeMap<&'a WorkspaceId, &'a WorkspaceLabel> {
    matched.iter().filter_map(|(label, found)| Some((&found.live()?.id, *label))).collect()
}

/// Names of workspaces that the service creates itself.
const RESERVED: [&str; 2] = [DEFAULT, CLAUDE_CODE];

/// Matches every entry. Workspaces must have been read.
pub(crate) fn match_workspaces<'a>(
    desired: &'a Desired,
    index: &WorkspaceIndex<'a>,
) -> BTreeMap<&'a WorkspaceLabel, Matched<'a>> {
    let found = |(label, entry)| {
        let found = match_one(label, entry, desired, index);
        (label, found.unwrap_or_else(Matched::Blocked))
    };
    let mut matched = desired.workspaces.iter().flatten().map(found).collect();
    block_shared(&mut matched);
    block_look_alikes(&mut matched, desired);
    matched
}

/// Returns why the entry is blocked as the error.
fn match_one<'a>(
    label: &WorkspaceLabel,
    entry: &Workspace,
    desired: &Desired,
    index: &WorkspaceIndex<'a>,
) -> Result<Matched<'a>, Text> {
    if label.is_default() {
        let live = index.default_workspace().ok_or("the service reports no default workspace")?;
        return match &entry.id {
            Some(id) if *id != live.id => {
                Err(text!("the default workspace is {}, not {}; correct or delete the id", live.id, id))
            }
            _ => unless(special_default(entry), Matched::Live(live)),
        };
    }
    let reserved = RESERVED.into_iter().find(|name| is_look_alike(label.as_str(), name));
    if let Some(name) = reserved.filter(|_| entry.id.is_none()) {
        return Err(text!(
            "looks the same as `{}`, which the service creates itself, but has {}; write `{}`",
            name,
            difference(label.as_str(), name),
            name
        ));
    }
    let found = match &entry.id {
        Some(id) => index
            .get(id)
            .ok_or_else(|| text!("no live workspace has the id {}; correct or delete the id", id))?,
        None => match by_name(label, desired, index).as_slice() {
            [] if matches!(entry.state, WorkspaceState::Archived) => return Ok(Matched::InPlace),
            [] if label.is_claude_code() => {
                return Ok(Matched::Waiting("appears with the first Claude Code sign-in".into()));
            }
            [] if is_workspace_id(label.as_str()) => {
                return Err("a new workspace cannot be named like an id; to list the workspace with this \
                            id, give the entry a name and set its `id`"
                    .into());
            }
            [] => return unless(refused_when_new(entry), Matched::Absent),
            [one] if one.name == label.as_str() => one,
            [one] => return Err(looks_like(one, label.as_str())),
            several => {
                let ids = Text::joined(several.iter().map(|workspace| &workspace.id), ", ");
                let is_same = several.iter().all(|workspace| workspace.name == label.as_str());
                let what =
                    if is_same { "have this name" } else { "have this name or one that looks the same" };
                return Err(text!(
                    "{} workspaces {}: {}; set the `id` of the right one",
                    several.len(),
                    Text::from(what),
                    ids
                ));
            }
        },
    };
    let blocked = match (&entry.state, found.archived) {
        (WorkspaceState::Archived, true) => return Ok(Matched::InPlace),
        (WorkspaceState::Open(_), true) => Some(text!(
            "{} is archived, which cannot be undone; delete the id to create a new one, or write `state: \
             archived`",
            found.id
        )),
        (WorkspaceState::Archived, false) => special(entry, found, index),
        (WorkspaceState::Open(open), false) => {
            special(entry, found, index).or_else(|| special_open((label, entry), open, found, index))
        }
    };
    unless(blocked, Matched::Live(found))
}

/// Returns what an entry means, unless there is a reason to block it.
fn unless(blocked: Option<Text>, matched: Matched<'_>) -> Result<Matched<'_>, Text> {
    blocked.map_or(Ok(matched), Err)
}

/// Returns why the service would refuse a new workspace with this data residency, or that two of its tags look the
/// same.
fn refused_when_new(entry: &Workspace) -> Option<Text> {
    let settings = &entry.open()?.settings;
    let misfit = settings.data_residency.as_ref().and_then(DataResidency::misfit_when_new);
    misfit.or_else(|| alike_tags(settings.tags.as_ref()?, &BTreeMap::new()))
}

/// Returns what the default workspace does not support (`docs/service-behaviour.md#workspaces`).
fn special_default(entry: &Workspace) -> Option<Text> {
    let managed = match &entry.state {
        WorkspaceState::Archived => return Some("the default workspace cannot be archived".into()),
        WorkspaceState::Open(open) => open.manages_members(),
    };
    if entry.name.is_some() {
        return Some("the default workspace cannot be renamed".into());
    }
    managed.then(|| "the default workspace has no member list of its own".into())
}

/// Returns the unarchived workspaces with this name, without those that another entry pins and renames.
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

/// Returns why an entry cannot mean a workspace that the service manages.
fn special(entry: &Workspace, found: &LiveWorkspace, index: &WorkspaceIndex<'_>) -> Option<Text> {
    let archive = matches!(entry.state, WorkspaceState::Archived);
    if index.is_default(&found.id) {
        return Some(text!("{} is the default workspace; list it under the key `Default`", found.id));
    }
    let renamed = entry.name.as_ref().is_some_and(|name| *name != found.name);
    let of_claude_code = index.open_named(CLAUDE_CODE);
    if found.is_claude_code() && of_claude_code.len() > 1 {
        let ids = Text::joined(of_claude_code.iter().map(|workspace| &workspace.id), ", ");
        return Some(text!(
            "{} workspaces are named `{}`: {}; rename the one that is not for Claude Code in the Console",
            of_claude_code.len(),
            CLAUDE_CODE,
            ids
        ));
    }
    if found.is_claude_code() && (archive || renamed) {
        return Some(
            "this is the Claude Code workspace, which is never archived or renamed: that would end Claude \
             Code sign-in for everybody"
                .into(),
        );
    }
    None
}

fn special_open(
    (label, entry): (&WorkspaceLabel, &Workspace),
    open: &OpenWorkspace,
    found: &LiveWorkspace,
    index: &WorkspaceIndex<'_>,
) -> Option<Text> {
    let has_objects =
        || OBJECTS.iter().any(|objects| objects.entries(Scope::Workspace(label, open)).is_some());
    let has_objects = open.settings.external_key.is_some() || has_objects();
    if found.is_claude_code() && (open.manages_members() || has_objects) {
        let valid = Text::parse(&schema::in_words(Place::ClaudeCode));
        return Some(text!("this is the Claude Code workspace: only {} can be listed", valid));
    }
    let name = entry.name.as_deref().filter(|name| *name != found.name)?;
    if RESERVED.contains(&&*comparable(name)) {
        return Some(text!("the name `{}` belongs to a workspace that the service creates itself", name));
    }
    if is_workspace_id(name) {
        return Some(text!("the wanted name `{}` looks like an id; choose another name", name));
    }
    let other = index.open_named(name).into_iter().find(|other| other.id != found.id)?;
    if is_look_alike(&other.name, name) {
        return Some(text!("the wanted name {}", looks_like(other, name)));
    }
    Some(text!(
        "the wanted name `{}` is the name of {}; rename that one first, or choose another",
        name,
        other.id
    ))
}

/// Returns the message for a name that looks the same as a live one but differs.
fn looks_like(live: &LiveWorkspace, name: &str) -> Text {
    text!(
        "looks the same as the name of {}, which has {}; write the live name, or set the `id`",
        live.id,
        difference(&live.name, name)
    )
}

/// Blocks entries whose names look the same, because a review cannot distinguish them.
fn block_look_alikes<'a>(matched: &mut BTreeMap<&'a WorkspaceLabel, Matched<'a>>, desired: &'a Desired) {
    let mut first: BTreeMap<_, &WorkspaceLabel> = BTreeMap::new();
    for label in desired.workspaces.iter().flat_map(BTreeMap::keys) {
        let Some(other) = first.insert(comparable(label.as_str()), label) else { continue };
        for (label, other) in [(label, other), (other, label)] {
            let reason = text!(
                "looks the same as another workspace of the files, but has {}; rename one of them",
                difference(label.as_str(), other.as_str())
            );
            matched.insert(label, Matched::Blocked(reason));
        }
    }
}

/// Blocks entries that mean the same workspace.
fn block_shared(matched: &mut BTreeMap<&WorkspaceLabel, Matched<'_>>) {
    let mut users: BTreeMap<&WorkspaceId, Vec<&WorkspaceLabel>> = BTreeMap::new();
    for (label, found) in matched.iter() {
        if let Some(live) = found.live() {
            users.entry(&live.id).or_default().push(label);
        }
    }
    for (id, labels) in users.into_iter().filter(|(_, labels)| labels.len() > 1) {
        let reason = text!("{} all mean {}; keep one of them", Text::joined(&labels, " and "), id);
        for label in labels {
            matched.insert(label, Matched::Blocked(reason.clone()));
        }
    }
}

/// Returns the workspaces whose member lists a plan must read, sorted by id: those that the files list, that
/// were found, and whose member list is managed.
pub fn member_lists(desired: &Desired, live: &Live) -> Vec<WorkspaceId> {
    listed_with(desired, live, OpenWorkspace::manages_members)
}

/// Returns the live workspaces whose entries have something, sorted; never the default one.
pub(crate) fn listed_with(
    desired: &Desired,
    live: &Live,
    has: impl Fn(&OpenWorkspace) -> bool,
) -> Vec<WorkspaceId> {
    let index = WorkspaceIndex::of(live);
    all_listed_with(desired, live, has).into_iter().filter(|id| !index.is_default(id)).collect()
}

/// Returns the same, with the default one.
pub(crate) fn all_listed_with(
    desired: &Desired,
    live: &Live,
    has: impl Fn(&OpenWorkspace) -> bool,
) -> Vec<WorkspaceId> {
    let index = WorkspaceIndex::of(live);
    let matched = match_workspaces(desired, &index);
    let mut ids: Vec<_> = matched
        .iter()
        .filter_map(|(label, found)| {
            let id = &found.live()?.id;
            has(desired.open_workspace(label)?).then(|| id.clone())
        })
        .collect();
    ids.sort();
    ids
}
