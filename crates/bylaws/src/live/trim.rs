//! Live state without what a plan of these files does not read.

use std::collections::BTreeSet;

use bylaws_engine::WorkspaceId;
use bylaws_kinds::{Desired, Live, Needs, OBJECTS, member_lists};

/// Returns the part of live state that a plan of these files reads, so that a plan with it is the same.
pub(crate) fn trimmed(desired: &Desired, live: Live) -> Live {
    trim(desired, live).0
}

/// Returns the same, and whether the lists of all objects that it reads are there.
pub(super) fn trim(desired: &Desired, mut live: Live) -> (Live, bool) {
    let needs = Needs::of(desired);
    let trimmed: Vec<bool> = OBJECTS.iter().map(|objects| objects.trim(desired, &mut live)).collect();
    if !needs.people {
        live.people = None;
    }
    if !needs.workspaces {
        live.workspaces = None;
    }
    let lists: BTreeSet<WorkspaceId> = member_lists(desired, &live).into_iter().collect();
    live.workspace_members.retain(|id, _| lists.contains(id));
    (live, trimmed.into_iter().all(|is_there| is_there))
}
