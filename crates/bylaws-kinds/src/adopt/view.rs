//! What an adoption sees: the live state, the files that an import would write of it, and the plan of the present files.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Address, Domain, Email, Plan, WorkspaceId, WorkspaceLabel};

use crate::base::Basis;
use crate::desired::{Desired, OpenWorkspace, Workspace};
use crate::index::{PeopleIndex, WorkspaceIndex};
use crate::live::{InviteStatus, Live};
use crate::member::missing::could_be;

/// The reason for what is in a workspace that is not live: its own address says more.
pub(crate) const NOT_LIVE: &str = "its workspace is not live";

/// A difference between the files and the live state.
#[derive(Clone, Debug)]
pub struct Difference {
    pub(crate) address: Address,
    /// Whether no line asks for it.
    pub(crate) is_unlisted: bool,
    /// Whether it is a request that the plan would send.
    pub(crate) is_change: bool,
    /// Why it stays a difference, unless the kind of object knows more.
    pub(crate) reason: String,
}

impl Difference {
    /// Returns what identifies it.
    pub(crate) fn key(&self) -> (Address, bool) {
        (self.address.clone(), self.is_unlisted)
    }
}

/// What an adoption sees.
pub struct View<'a> {
    pub(crate) live: &'a Live,
    /// The files that an import would write.
    pub(crate) imported: &'a Desired,
    /// The present files.
    pub(crate) basis: &'a Basis<'a>,
    pub(crate) plan: &'a Plan,
    pub(crate) people: PeopleIndex<'a>,
    pub(crate) workspaces: WorkspaceIndex<'a>,
    /// Listed people who left, with the unlisted members that each could be now.
    pub(crate) could_be: BTreeMap<Email, Vec<Email>>,
}

impl<'a> View<'a> {
    pub(crate) fn new(basis: &'a Basis<'a>, live: &'a Live, imported: &'a Desired, plan: &'a Plan) -> Self {
        let people = PeopleIndex::of(live);
        let has_left = |email: &&Email| {
            let mut invites = people.invites_to(email).iter();
            people.users_like(email).is_empty()
                && invites.any(|invite| invite.status == InviteStatus::Accepted)
        };
        let left = basis.desired.members.iter().flatten().map(|(email, _)| email).filter(has_left);
        let could_be = left.map(|email| (email.clone(), could_be(basis.desired, live, email)));
        let could_be = could_be.filter(|(_, others)| !others.is_empty()).collect();
        Self { live, imported, basis, plan, people, workspaces: WorkspaceIndex::of(live), could_be }
    }

    /// Returns whether the guards allow the domain of an address.
    pub(crate) fn allows(&self, email: &Email) -> bool {
        let guards = [Some(&self.basis.desired.guards), self.basis.guards_file];
        let mut domains = guards.into_iter().flatten().filter_map(|guards| guards.allowed_domains.as_ref());
        domains.all(|domains: &BTreeSet<Domain>| domains.contains(&email.domain()))
    }

    /// Returns the entry of a live workspace that an import would write, with its label.
    pub(crate) fn imported_workspace(&self, id: &WorkspaceId) -> Option<(&'a WorkspaceLabel, &'a Workspace)> {
        let live = self.workspaces.get(id)?;
        let is_it = |label: &WorkspaceLabel, entry: &Workspace| {
            entry.id.as_ref() == Some(id)
                || label.is_default() && self.workspaces.is_default(id)
                || label.is_claude_code() && entry.id.is_none() && live.is_claude_code()
        };
        self.imported.workspaces.iter().flatten().find(|(label, entry)| is_it(label, entry))
    }

    /// Returns the same for an open workspace that a label of the files means.
    pub(crate) fn imported_as(&self, label: &WorkspaceLabel) -> Option<&'a OpenWorkspace> {
        self.imported_workspace(self.plan.workspaces.get(label)?)?.1.open()
    }
}

/// Returns an open workspace of the files, to change it.
pub(crate) fn open_mut<'d>(wanted: &'d mut Desired, label: &WorkspaceLabel) -> Option<&'d mut OpenWorkspace> {
    wanted.workspaces.as_mut()?.get_mut(label)?.open_mut()
}
