//! What a reviewer must see first: one typed list of a plan that comes first in every output. Decides the
//! order; the outputs decide the wording.

pub use crate::item::ReviewKind;
pub use crate::plan::Holdings;

use std::collections::{BTreeMap, BTreeSet};

use crate::change::Change;
use crate::facts::Facts;
use crate::guards::Loosened;
use crate::item::{Item, Waiting};
use crate::line::Line;
use crate::plan::Plan;
use crate::{Action, Address, ApiKeyId, Class, UserId, WorkspaceId, WorkspaceLabel};

/// One entry of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewFirst<'a> {
    /// Why it is listed.
    pub kind: ReviewKind,
    /// What it is about.
    pub about: About<'a>,
}

/// The subject of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// A change of the plan.
    Change(&'a Change),
    /// What happens once an external event has happened.
    Waiting(&'a Waiting),
    /// A change that takes the last active key of this workspace.
    LastKey(&'a Change, &'a WorkspaceLabel),
    /// A change that sets a name which is easily confused with this one.
    LookAlike(&'a Change, &'a str),
    /// A blocked, noted or unlisted item.
    Item(&'a Item),
    /// A limit that is looser than the built-in value.
    Guard(&'a Loosened),
}

impl Plan {
    /// Returns the entries, by kind, and within a kind in plan order.
    pub fn review_first(&self) -> Vec<ReviewFirst<'_>> {
        let is_live =
            |address: &Address| address.workspace().is_none_or(|label| self.workspaces.contains_key(label));
        let kind_of = |action, address, classes, after| {
            kind_of(action, address, classes, after)
                // A new admin of a workspace that this plan creates gains nothing that exists.
                .filter(|kind| *kind != ReviewKind::WorkspaceAdmin || is_live(address))
        };
        let mut all = Vec::new();
        let mut add = |kind: Option<ReviewKind>, about| {
            all.extend(kind.map(|kind| ReviewFirst { kind, about }));
        };
        for change in &self.changes {
            let kind = kind_of(change.action, &change.address, &change.classes, change.after.as_ref());
            add(kind, About::Change(change));
        }
        for change in self.changes.iter().filter(|change| change.undoes_drift) {
            add(Some(ReviewKind::UndoesDrift), About::Change(change));
        }
        for waiting in &self.waiting {
            let kind = kind_of(waiting.action, &waiting.address, &waiting.classes, Some(&waiting.after));
            add(kind, About::Waiting(waiting));
        }
        for change in &self.changes {
            if let Some(other) = self.holdings.look_alikes.get(&change.id) {
                add(Some(ReviewKind::LookAlike), About::LookAlike(change, other));
            }
        }
        for (change, label) in self.last_keys() {
            add(Some(ReviewKind::LastActiveKey), About::LastKey(change, label));
        }
        for item in [&self.blocked, &self.notes, &self.unlisted].into_iter().flatten() {
            add(item.review, About::Item(item));
        }
        for loosened in &self.loosened {
            add(Some(ReviewKind::LoosenedGuard), About::Guard(loosened));
        }
        all.sort_by_key(|entry| entry.kind);
        all
    }

    /// Returns the changes that take an active key of a workspace with none left afterwards.
    fn last_keys(&self) -> Vec<(&Change, &WorkspaceLabel)> {
        let effects = Effects::of(&self.changes);
        let mut last = Vec::new();
        for (label, keys) in &self.holdings.keys {
            let Some(workspace) = self.workspaces.get(label) else { continue };
            let gone = keys.iter().map(|(key, owner)| effects.takes_key(workspace, key, owner.as_ref()));
            let gone: Option<Vec<&Change>> = gone.collect();
            let Some(mut gone) = gone.filter(|_| !effects.keys_on.contains(label)) else { continue };
            let mut seen = BTreeSet::new();
            gone.retain(|change| seen.insert(&change.id));
            last.extend(gone.into_iter().map(|change| (change, label)));
        }
        last
    }

    /// Notes every workspace that loses its last explicit admin, replacing earlier notes of this kind.
    pub fn note_missing_admins(&mut self) {
        let effects = Effects::of(&self.changes);
        let mut notes = Vec::new();
        for (label, admins) in &self.holdings.admins {
            let Some(workspace) = self.workspaces.get(label) else { continue };
            let gone: Option<Vec<&Change>> =
                admins.iter().map(|user| effects.takes_admin(workspace, user)).collect();
            let gone = gone.filter(|_| !effects.new_admins.contains(workspace));
            // A workspace that had no admin before does not lose one.
            let Some(first) = gone.as_ref().and_then(|gone| gone.first()) else { continue };
            let reason =
                "no explicit `workspace_admin` is left; only admins of the organization can manage it";
            notes.push(Item {
                line: first.line.clone().or_else(|| Some(Line::Workspace(label.clone()))),
                review: Some(ReviewKind::NoWorkspaceAdmin),
                ..Item::new(Address::Workspace(label.clone()), reason)
            });
        }
        self.notes.retain(|note| note.review != Some(ReviewKind::NoWorkspaceAdmin));
        self.notes.extend(notes);
        self.notes.sort();
    }
}

/// Returns why a change or waiting entry is listed first, judging by its own effect.
fn kind_of(
    action: Action,
    address: &Address,
    classes: &BTreeSet<Class>,
    after: Option<&Facts>,
) -> Option<ReviewKind> {
    let is = |class| classes.contains(&class);
    let makes_admin = after == Some(&Facts::workspace_admin());
    if is(Class::Irreversible) {
        Some(ReviewKind::Irreversible)
    } else if action == Action::Remove && matches!(address, Address::Member(_)) {
        Some(ReviewKind::MemberRemoval)
    } else if makes_admin && (is(Class::Grant) || is(Class::Raise)) {
        Some(ReviewKind::WorkspaceAdmin)
    } else {
        let kinds = [
            (Class::Raise, ReviewKind::Raise),
            (Class::Widen, ReviewKind::Widen),
            (Class::Money, ReviewKind::Money),
            (Class::Audit, ReviewKind::Audit),
            (Class::Egress, ReviewKind::Egress),
        ];
        kinds.into_iter().find(|(class, _)| is(*class)).map(|(_, kind)| kind)
    }
}

/// The effect of the changes on workspace admins and keys, computed once for all workspaces.
#[derive(Default)]
struct Effects<'a> {
    leaving: BTreeMap<&'a str, &'a Change>,
    /// Memberships that are removed.
    taken: BTreeMap<(&'a WorkspaceId, &'a str), &'a Change>,
    /// Memberships that get another role than `workspace_admin`.
    lowered: BTreeMap<(&'a WorkspaceId, &'a str), &'a Change>,
    /// Workspaces in which somebody becomes `workspace_admin`.
    new_admins: BTreeSet<&'a WorkspaceId>,
    keys_off: BTreeMap<&'a str, &'a Change>,
    /// Workspaces in which a key is switched on.
    keys_on: BTreeSet<&'a WorkspaceLabel>,
}

impl<'a> Effects<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut effects = Self::default();
        for change in changes {
            let Some(id) = change.target() else {
                // A service account with this role does not replace a person.
                let is_admin = change.makes_admin() && matches!(change.address, Address::WorkspaceMember(..));
                effects.new_admins.extend(change.write.live_workspace().filter(|_| is_admin));
                continue;
            };
            match (&change.address, change.write.live_workspace()) {
                (Address::Member(_), _) if change.removes_person() => {
                    effects.leaving.insert(id, change);
                }
                (Address::WorkspaceMember(..), Some(workspace)) => match change.action {
                    Action::Remove => drop(effects.taken.insert((workspace, id), change)),
                    _ if change.makes_admin() => drop(effects.new_admins.insert(workspace)),
                    _ => drop(effects.lowered.insert((workspace, id), change)),
                },
                _ if change.is(Class::KeysOn) => effects.keys_on.extend(change.address.workspace()),
                _ if change.is(Class::KeysOff) => drop(effects.keys_off.insert(id, change)),
                _ => {}
            }
        }
        effects
    }

    /// Returns the change after which this user is not an explicit admin of the workspace any more.
    fn takes_admin(&self, workspace: &WorkspaceId, user: &UserId) -> Option<&'a Change> {
        let place = (workspace, user.as_str());
        self.lowered
            .get(&place)
            .or_else(|| self.taken.get(&place))
            .or_else(|| self.leaving.get(user.as_str()))
            .copied()
    }

    /// Returns the change after which the key does not work: a personal key stops with its owner's
    /// membership (`docs/service-behaviour.md#members` and `docs/service-behaviour.md#workspace-members`).
    fn takes_key(
        &self,
        workspace: &WorkspaceId,
        key: &ApiKeyId,
        owner: Option<&UserId>,
    ) -> Option<&'a Change> {
        let with_owner = || {
            owner
                .map(UserId::as_str)
                .and_then(|user| self.taken.get(&(workspace, user)).or_else(|| self.leaving.get(user)))
        };
        self.keys_off.get(key.as_str()).or_else(with_owner).copied()
    }
}
