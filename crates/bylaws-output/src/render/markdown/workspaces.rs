//! The effect of the plan on each workspace: settings and keys on a line each, and below, folded, its memberships.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Action, Address, ObjectKind, WorkspaceLabel};

use super::page::{Block, Piece, Rank};
use super::span::{count, plural};
use super::text::text;
use super::words::{Seen, called, line};
use crate::document::plan::{ItemDocument, PlanDocument};

/// The maximum number of phrases per workspace on one line.
const PHRASES: usize = 12;
/// The maximum number of people of one workspace to name.
const MEMBERSHIPS: usize = 40;

#[derive(Default)]
struct Workspace<'a> {
    own: Vec<&'a Seen<'a>>,
    memberships: Vec<&'a Seen<'a>>,
    consequences: Vec<&'a ItemDocument>,
}

/// Returns the list of workspaces and, if memberships change, the list of people; new workspaces are in lists of their
/// own.
pub(super) fn blocks(
    plan: &PlanDocument,
    changes: &[Seen<'_>],
    created: &BTreeSet<&WorkspaceLabel>,
) -> Vec<Block> {
    // The keys of the organization come first: `None` sorts before every name.
    let mut workspaces: BTreeMap<Option<&str>, Workspace<'_>> = BTreeMap::new();
    for seen in changes {
        let address = &seen.change.address.0;
        let name = address.workspace().map(WorkspaceLabel::as_str);
        match address {
            Address::Member(_) | Address::Invite(_) => {}
            Address::WorkspaceMember(..) | Address::UnknownWorkspaceMember(..) => {
                workspaces.entry(name).or_default().memberships.push(seen);
            }
            Address::Workspace(_)
            | Address::WorkspaceObject(..)
            | Address::OrganizationObject(..)
            | Address::Section(_)
            | Address::Organization => workspaces.entry(name).or_default().own.push(seen),
        }
    }
    for item in plan.consequences.iter().filter(|item| item.address.email().is_none()) {
        let name = item.address.workspace().map(WorkspaceLabel::as_str);
        if let Some(workspace) = workspaces.get_mut(&name) {
            workspace.consequences.push(item);
        }
    }
    for workspace in workspaces.values_mut() {
        // Keys are set to inactive first, but are less important here than the settings of the workspace.
        workspace.own.sort_by_key(|seen| !matches!(seen.change.address.0, Address::Workspace(_)));
    }
    let created: BTreeSet<&str> = created.iter().map(|label| label.as_str()).collect();
    let is_new = |name: Option<&str>| name.is_some_and(|name| created.contains(name));
    let workspaces = workspaces.iter().map(|(name, workspace)| (*name, workspace));
    let (new, others): (Vec<_>, Vec<_>) = workspaces.partition(|(name, _)| is_new(*name));
    let others = lists("Workspaces", "Memberships by workspace", &others);
    let new = lists("New workspaces", "Memberships of new workspaces", &new);
    others.into_iter().chain(new.into_iter().map(|block| block.rank(Rank::New))).collect()
}

fn lists(title: &str, memberships_title: &str, workspaces: &[(Option<&str>, &Workspace<'_>)]) -> Vec<Block> {
    let named = workspaces.iter().filter(|(name, _)| name.is_some()).count();
    let lines = workspaces.iter().map(|(name, workspace)| workspace.line(*name));
    let with_members: Vec<_> =
        workspaces.iter().filter(|(_, workspace)| !workspace.memberships.is_empty()).collect();
    let memberships = with_members.iter().map(|(_, workspace)| workspace.memberships.len()).sum();
    let people = with_members.iter().map(|(name, workspace)| workspace.people(*name));
    let workspaces = Block::list("workspaces", title, named, lines);
    let people = Block::folded("lists of memberships", memberships_title, memberships, people);
    workspaces.into_iter().chain(people).collect()
}

impl Workspace<'_> {
    fn called(&self, name: Option<&str>) -> String {
        let live_names =
            self.own.iter().chain(&self.memberships).map(|seen| seen.change.live_names.as_slice());
        let live_names = live_names.max_by_key(|names| names.len()).unwrap_or_default();
        let called = |name| called(&ObjectKind::WORKSPACE, name, live_names);
        name.map_or("The organization".to_owned(), called)
    }

    fn line(&self, name: Option<&str>) -> Piece {
        let name = self.called(name);
        let mut phrases: Vec<String> =
            self.own.iter().take(PHRASES).flat_map(|seen| seen.for_workspace()).collect();
        phrases.extend(self.consequences.iter().take(PHRASES).map(|item| text(&item.reason)));
        let more = self.own.len().saturating_sub(PHRASES);
        phrases.extend((more > 0).then(|| format!("and {} more changes", count(more))));
        let memberships =
            |action: Action| self.memberships.iter().filter(|seen| *seen.change.action == action).count();
        let actions = [(Action::Create, "added"), (Action::Update, "changed"), (Action::Remove, "removed")];
        let counts = actions.iter().map(|(action, word)| (memberships(*action), word));
        let counts = counts.filter(|(n, _)| *n > 0);
        let counts = counts.map(|(n, word)| format!("{} {word}", plural(n, "membership")));
        phrases.extend(Some(counts.collect::<Vec<_>>().join(", ")).filter(|counts| !counts.is_empty()));
        line(&name, &phrases, self.own.iter().take(PHRASES))
    }

    fn people(&self, name: Option<&str>) -> Piece {
        let name = self.called(name);
        let mut phrases: Vec<String> =
            self.memberships.iter().take(MEMBERSHIPS).flat_map(|seen| seen.for_workspace()).collect();
        let more = self.memberships.len().saturating_sub(MEMBERSHIPS);
        phrases.extend((more > 0).then(|| format!("and {} more", count(more))));
        line(&name, &phrases, self.memberships.iter().take(MEMBERSHIPS))
    }
}
