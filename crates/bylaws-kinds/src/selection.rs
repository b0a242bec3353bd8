//! `--only ADDRESS`: the part of a plan that a list of addresses selects.
//!
//! Addresses use live names: a workspace by its live name or id, a key by its name or id. A label of the
//! files counts only for a workspace that the plan creates, so that no label can stand for another
//! workspace.

use std::collections::BTreeSet;

use bylaws_engine::{
    Address, AddressForm, Change, Email, Item, ObjectKind, ObjectName, Plan, WorkspaceId, WorkspaceLabel,
};

use crate::base::Basis;
use crate::desired::Desired;
use crate::live::Live;
use crate::objects::{LiveObject, OBJECTS, Objects, listed, objects, whole};
use crate::syntax::Scope as Section;

/// An address that selects nothing, neither in the files nor live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The address as given.
    pub address: Address,
    /// The live name of the workspace, if the address uses a label of the files that is not its live name.
    pub live_name: Option<WorkspaceLabel>,
    /// Addresses that would select something, sorted.
    pub known: Vec<Address>,
}

/// Keeps what these addresses select and the changes that it depends on; the guards check the result.
///
/// The address of a person covers their invite and workspace memberships, the address of a workspace
/// everything in it, and the address of an object what it has in workspaces. Fails with the first address that selects nothing.
pub fn select(plan: Plan, only: &[Address], live: &Live, basis: &Basis<'_>) -> Result<Plan, Box<Unmatched>> {
    if only.is_empty() {
        return Ok(plan);
    }
    let selection = Selection::of(&plan, only, live, basis)?;
    let covers = |address: &Address, target: Option<&str>| selection.covers(address, target);
    let total = plan.changes.len();
    let kept = plan.with_dependencies(|change| covers(&change.address, change.target()));
    let mut plan = plan.narrowed(|change| kept.contains(&change.id));
    plan.not_selected = total - plan.changes.len();
    plan.waiting.retain(|waiting| covers(&waiting.address, None));
    for items in [&mut plan.blocked, &mut plan.unlisted, &mut plan.expiring] {
        items.retain(|item| covers(&item.address, None));
    }
    plan.notes.retain(|item| item.address == Address::Organization || covers(&item.address, None));
    Ok(plan)
}

/// The selected addresses, with the labels of the files.
pub(crate) struct Selection {
    chosen: Vec<Address>,
    /// The sections that have something selected: what is blocked for a whole section is blocked for that too.
    sections: BTreeSet<&'static str>,
}

impl Selection {
    /// Fails with the first address that selects nothing.
    pub(crate) fn of(
        plan: &Plan,
        only: &[Address],
        live: &Live,
        basis: &Basis<'_>,
    ) -> Result<Self, Box<Unmatched>> {
        let scope = Scope { plan, live, basis, known: known(plan, live, basis.desired) };
        let mut chosen = Vec::new();
        for address in only {
            chosen.extend(scope.resolve(address).ok_or_else(|| Box::new(scope.unmatched(address)))?);
        }
        let sections =
            OBJECTS.iter().filter(|objects| chosen.iter().any(|one| is_in(**objects, one, basis.desired)));
        let sections = sections.map(|objects| objects.section()).collect();
        Ok(Self { chosen, sections })
    }

    /// Returns whether they cover this address, or the live id that a change is about.
    pub(crate) fn covers(&self, address: &Address, target: Option<&str>) -> bool {
        match address {
            Address::Section(section) => self.sections.contains(section.as_str()),
            address => self.chosen.iter().any(|chosen| covers(chosen, address, target)),
        }
    }
}

/// Returns whether an address selects objects of a kind: one of them, or a workspace that has the section or
/// names one of them.
fn is_in(objects: &dyn Objects, chosen: &Address, desired: &Desired) -> bool {
    match (chosen.object(), chosen) {
        (Some((kind, _)), _) => objects.kind().object().as_str() == kind.as_str(),
        (None, Address::Workspace(label)) => {
            let open = desired.open_workspace(label);
            open.is_some_and(|open| {
                objects.is_named_by(open) || objects.entries(Section::Workspace(label, open)).is_some()
            })
        }
        _ => false,
    }
}

/// Returns whether a selected address covers another, or the live id that a change is about.
fn covers(chosen: &Address, address: &Address, target: Option<&str>) -> bool {
    match (chosen, address) {
        (Address::Member(who), address) => address.email().is_some_and(|email| is_same(who, email)),
        (Address::Invite(who), Address::Invite(email)) => is_same(who, email),
        (Address::Workspace(label), address) => address.workspace() == Some(label),
        (Address::WorkspaceMember(label, who), Address::WorkspaceMember(other, email)) => {
            label == other && is_same(who, email)
        }
        (Address::UnknownWorkspaceMember(label, user), Address::WorkspaceMember(other, _)) => {
            label == other && target == Some(user.as_str())
        }
        (Address::WorkspaceObject(label, kind, key), Address::WorkspaceObject(other, same, name)) => {
            label == other && kind == same && (key == name || target == Some(key.as_str()))
        }
        (Address::OrganizationObject(kind, key), Address::OrganizationObject(same, name)) if kind == same => {
            key == name || target == Some(key.as_str())
        }
        // What an object of the organization has in workspaces.
        (Address::OrganizationObject(kind, key), Address::WorkspaceObject(_, part, name))
            if kind.form() == AddressForm::Alone =>
        {
            kind.as_str() == part.as_str() && (key == name || target == Some(key.as_str()))
        }
        (chosen, address) => chosen == address,
    }
}

fn is_same(one: &Email, other: &Email) -> bool {
    one.person() == other.person()
}

struct Scope<'a> {
    plan: &'a Plan,
    live: &'a Live,
    basis: &'a Basis<'a>,
    /// Every address that the plan, the files or the live state has a name for.
    known: BTreeSet<Address>,
}

impl Scope<'_> {
    /// Returns the address with the labels that the plan uses; `None` if nothing has it.
    fn resolve(&self, address: &Address) -> Option<Vec<Address>> {
        let found = match (address, address.workspace()) {
            (Address::Organization | Address::Section(_), _) => Vec::new(),
            (_, None) => vec![address.clone()],
            (_, Some(name)) => {
                self.labels(name).iter().map(|label| address.renamed(Some(label), None)).collect()
            }
        };
        let found: Vec<Address> =
            found.iter().flat_map(|address| self.plan.sizes.names.in_plan(address)).collect();
        let is_there = |chosen: &Address| {
            self.known.iter().any(|known| covers(chosen, known, None))
                || self.plan.changes.iter().any(|change| covers(chosen, &change.address, change.target()))
                || self.is_live(chosen)
        };
        // A part, such as a rule in a workspace, can be selected if there is what it belongs to.
        let belongs_to = |chosen: &Address| match chosen {
            Address::WorkspaceObject(_, part, name) => {
                whole(part).map(|whole| Address::OrganizationObject(whole.kind().object(), name.clone()))
            }
            _ => None,
        };
        let is_there =
            |chosen: &Address| is_there(chosen) || belongs_to(chosen).is_some_and(|whole| is_there(&whole));
        let found: Vec<Address> = found.into_iter().filter(is_there).collect();
        (!found.is_empty()).then_some(found)
    }

    /// Returns the labels of the files that mean the live workspace with this name or id, or the one that
    /// the plan creates.
    fn labels(&self, name: &WorkspaceLabel) -> BTreeSet<WorkspaceLabel> {
        let all = self.live.workspaces.iter().flat_map(|workspaces| workspaces.all.values());
        let named = all
            .filter(|live| live.id.as_str() == name.as_str() || live.name == name.as_str() && !live.archived);
        let mut labels = BTreeSet::new();
        let mut is_live = false;
        for live in named {
            is_live = true;
            let listed = self.plan.workspaces.iter().filter(|(_, id)| **id == live.id);
            let listed: Vec<_> = listed.map(|(label, _)| label.clone()).collect();
            // An unlisted workspace has its live name, unless a label of the files uses that name for
            // another one.
            if listed.is_empty() && self.pin(name).is_none() {
                labels.insert(WorkspaceLabel::new(live.name.as_str()));
            }
            labels.extend(listed);
        }
        if !is_live && self.entry_without_id(name) {
            labels.insert(name.clone());
        }
        labels
    }

    fn pin(&self, label: &WorkspaceLabel) -> Option<&WorkspaceId> {
        self.basis.desired.workspaces.as_ref()?.get(label)?.id.as_ref()
    }

    fn entry_without_id(&self, label: &WorkspaceLabel) -> bool {
        let entry = self.basis.desired.workspaces.as_ref().and_then(|workspaces| workspaces.get(label));
        entry.is_some_and(|workspace| workspace.id.is_none())
    }

    /// Returns whether a live object or membership has the name or id at the end of the address.
    fn is_live(&self, chosen: &Address) -> bool {
        let is_live = |kind: &ObjectKind, workspace: Option<&WorkspaceId>, name: &ObjectName| {
            let live = objects(kind).and_then(|objects| objects.live(self.live));
            let is = |object: &LiveObject<'_>| object.name == name.as_str() || object.id == name.as_str();
            live.into_iter().flatten().any(|object| object.workspace == workspace && is(&object))
        };
        match chosen {
            Address::OrganizationObject(kind, name) => is_live(kind, None, name),
            Address::WorkspaceObject(label, kind, name) => {
                self.plan.workspaces.get(label).is_some_and(|id| is_live(kind, Some(id), name))
            }
            Address::UnknownWorkspaceMember(label, user) => self
                .plan
                .workspaces
                .get(label)
                .and_then(|id| self.live.workspace_members.get(id))
                .is_some_and(|members| members.contains_key(user)),
            _ => false,
        }
    }

    fn unmatched(&self, address: &Address) -> Unmatched {
        let id = address.workspace().and_then(|label| self.pin(label));
        let live = id.and_then(|id| self.live.workspaces.as_ref()?.all.get(id));
        let live_name = live.map(|live| WorkspaceLabel::new(live.name.as_str()));
        let named = |known: &Address| known.workspace().is_none_or(|label| !self.labels(label).is_empty());
        let with_live_name = |known: &Address| {
            let names = self.plan.sizes.names.differing(known);
            let name =
                names.into_iter().find(|name| known.object().is_some_and(|(kind, _)| *kind == name.kind));
            name.map_or_else(|| known.clone(), |live| known.renamed(None, Some(&ObjectName::new(live.name))))
        };
        let known: BTreeSet<Address> =
            self.known.iter().filter(|known| named(known)).map(with_live_name).collect();
        let known = known.into_iter().collect();
        Unmatched {
            address: address.clone(),
            live_name: live_name.filter(|name| Some(name) != address.workspace()),
            known,
        }
    }
}

/// Returns every address that the plan, the files or the live state has a name for.
fn known(plan: &Plan, live: &Live, desired: &Desired) -> BTreeSet<Address> {
    let items = [&plan.blocked, &plan.unlisted, &plan.expiring];
    let items = items.into_iter().flatten().map(|item: &Item| item.address.clone());
    let waiting = plan.waiting.iter().map(|waiting| waiting.address.clone());
    let changes = plan.changes.iter().map(|change: &Change| change.address.clone());
    let mut known: BTreeSet<Address> = changes.chain(waiting).chain(items).collect();
    known.extend(desired.members.iter().flatten().map(|(email, _)| Address::Member(email.clone())));
    known.extend(listed(desired).into_iter().map(|(address, _)| address));
    for (label, workspace) in desired.workspaces.iter().flatten() {
        known.insert(Address::Workspace(label.clone()));
        if let Some(open) = workspace.open() {
            let people = open.members.iter().flatten();
            known.extend(people.map(|(email, _)| Address::WorkspaceMember(label.clone(), email.clone())));
        }
    }
    let open = live.workspaces.iter().flat_map(|workspaces| workspaces.all.values());
    let open = open.filter(|workspace| !workspace.archived);
    known.extend(open.map(|workspace| Address::Workspace(WorkspaceLabel::new(workspace.name.as_str()))));
    if let Some(people) = &live.people {
        known.extend(people.users.values().map(|user| Address::Member(user.email.clone())));
        known.extend(people.invites.iter().map(|invite| Address::Invite(invite.email.clone())));
        for (label, id) in &plan.workspaces {
            let members = live.workspace_members.get(id).into_iter().flat_map(|members| members.keys());
            let members = members.filter_map(|user| people.users.get(user));
            known.extend(members.map(|user| Address::WorkspaceMember(label.clone(), user.email.clone())));
        }
    }
    known.remove(&Address::Organization);
    known
}
