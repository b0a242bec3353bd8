//! Side effects: what changes cause without a request of their own.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::sentence::{listed, plural};
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{
    Action, Address, Change, ChangeId, Item, ObjectName, UserId, WorkspaceId, WorkspaceLabel,
};

use crate::API_KEY;
use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus, LiveWorkspace, Principal};
use crate::member::identities::RoleChange;
use crate::plan::Planner;
use crate::workspace::matching::labels;

/// The live state by person, and what the plan gives, computed once for all changes.
#[derive(Default)]
struct Dependents<'a> {
    labels: BTreeMap<&'a WorkspaceId, &'a WorkspaceLabel>,
    memberships: BTreeMap<&'a UserId, Vec<&'a WorkspaceId>>,
    created: BTreeMap<&'a UserId, Vec<&'a LiveApiKey>>,
    personal: BTreeMap<&'a UserId, Vec<&'a LiveApiKey>>,
    /// Keys of the Claude Code workspace: they stop with their creator.
    claude_code: BTreeMap<&'a UserId, Vec<&'a LiveApiKey>>,
    /// Active and inactive keys.
    by_scope: BTreeMap<&'a KeyScope, Vec<&'a LiveApiKey>>,
    /// Memberships that the plan gives in live workspaces.
    given: BTreeSet<(WorkspaceId, UserId)>,
}

/// The side effects of one change: as text, and the addresses that lose something.
#[derive(Default)]
struct Effects {
    reasons: Vec<Text>,
    taken: BTreeSet<Address>,
}

impl<'a> Planner<'a> {
    /// Lists all side effects; returns what else each change removes, for `protect`.
    pub(crate) fn list_consequences(&mut self) -> BTreeMap<ChangeId, BTreeSet<Address>> {
        let ties = self.ties();
        let effects: Vec<(ChangeId, Address, Effects)> = self
            .draft
            .changes()
            .filter_map(|change| {
                let id = change.target()?;
                let effects = match (change.action, &change.address) {
                    (Action::Remove, Address::Member(_)) => {
                        self.after_leaving(&ties, change, &UserId::new(id))
                    }
                    (Action::Update, Address::Member(_)) => self.after_role(&ties, change, &UserId::new(id)),
                    (Action::Remove, Address::WorkspaceMember(..)) => {
                        let workspace = change.write.live_workspace()?;
                        self.after_losing_membership(&ties, workspace, &UserId::new(id))?
                    }
                    (Action::Archive, Address::Workspace(_)) => {
                        after_archive(&ties, self.live_keys(), &WorkspaceId::new(id))
                    }
                    _ => return None,
                };
                Some((change.id.clone(), change.address.clone(), effects))
            })
            .collect();
        let mut taken = BTreeMap::new();
        for (id, address, effects) in effects {
            for reason in effects.reasons {
                self.draft.plan.consequences.push(Item::new(address.clone(), reason));
            }
            taken.insert(id, effects.taken);
        }
        taken
    }

    fn live_keys(&self) -> Option<&'a [LiveApiKey]> {
        self.live.api_keys.as_deref()
    }

    fn ties(&self) -> Dependents<'a> {
        let mut ties = Dependents { labels: labels(&self.matched), ..Dependents::default() };
        for (workspace, members) in &self.live.workspace_members {
            for user in members.keys() {
                ties.memberships.entry(user).or_default().push(workspace);
            }
        }
        for key in self.live_keys().unwrap_or_default() {
            if key.status.is_over() {
                continue;
            }
            ties.by_scope.entry(&key.scope).or_default().push(key);
            match (&key.principal, &key.created_by) {
                (Principal::User(user), _) => ties.personal.entry(user).or_default().push(key),
                (Principal::None, Some(user)) if self.is_of_claude_code(key) => {
                    ties.claude_code.entry(user).or_default().push(key);
                }
                (Principal::None, Some(user)) if key.status == LiveKeyStatus::Active => {
                    ties.created.entry(user).or_default().push(key);
                }
                (Principal::None | Principal::ServiceAccount(_) | Principal::Other, _) => {}
            }
        }
        for change in self.draft.changes() {
            ties.given.extend(change.joined());
        }
        ties
    }

    fn is_of_claude_code(&self, key: &LiveApiKey) -> bool {
        let KeyScope::Workspace(id) = &key.scope else { return false };
        self.workspaces.get(id).is_some_and(LiveWorkspace::is_claude_code)
    }

    fn after_leaving(&self, ties: &Dependents<'_>, change: &Change, user: &UserId) -> Effects {
        let mut effects = Effects::default();
        let memberships = ties.memberships.get(user).map_or(&[][..], Vec::as_slice);
        if !memberships.is_empty() {
            let names = memberships.iter().map(|id| self.workspace_name(ties, id)).collect();
            effects.reasons.push(text!("loses access to {}", counted(names)));
        }
        for id in memberships {
            effects.taken.extend(self.membership_addresses(change, id));
        }
        for (keys, what) in [
            (&ties.created, "keys they created stay active"),
            (&ties.claude_code, "their Claude Code keys stop"),
            (&ties.personal, "their personal keys are archived permanently"),
        ] {
            if let Some(keys) = keys.get(user) {
                effects.reasons.push(text!("{}: {}", Text::from(what), self.key_names(ties, keys)));
            }
        }
        let personal = ties.personal.get(user).into_iter().flatten();
        effects.taken.extend(personal.flat_map(|key| self.key_addresses(key)));
        effects
    }

    /// Personal keys in a workspace stop when their owner is removed from it
    /// (`docs/service-behaviour.md#workspace-members`).
    fn after_losing_membership(
        &self,
        ties: &Dependents<'_>,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Option<Effects> {
        let is_here = |key: &&&LiveApiKey| {
            matches!(&key.scope, KeyScope::Workspace(place) if place == workspace)
                && key.status == LiveKeyStatus::Active
        };
        let keys: Vec<&LiveApiKey> = ties.personal.get(user)?.iter().filter(is_here).copied().collect();
        (!keys.is_empty()).then(|| Effects {
            reasons: vec![text!("their personal keys there stop: {}", self.key_names(ties, &keys))],
            taken: keys.iter().flat_map(|key| self.key_addresses(key)).collect(),
        })
    }

    /// A member who loses the role `billing` keeps only explicit memberships
    /// (`docs/service-behaviour.md#workspace-members`). Access to the default workspace follows from any
    /// role.
    fn after_role(&self, ties: &Dependents<'_>, change: &Change, user: &UserId) -> Effects {
        let mut effects = Effects::default();
        let loses_all =
            |change: &RoleChange| change.from.inherited().is_some() && change.to.inherited().is_none();
        if !self.identities.changing.get(user).is_some_and(loses_all) {
            return effects;
        }
        let Some(workspaces) = &self.live.workspaces else {
            let reason = "loses access to every workspace without an explicit membership";
            effects.reasons.push(reason.into());
            return effects;
        };
        let (mut named, mut unread) = (Vec::new(), 0_usize);
        for workspace in workspaces.all.values() {
            let id = &workspace.id;
            let given = || ties.given.contains(&(id.clone(), user.clone()));
            if workspace.archived || self.workspaces.is_default(id) || given() {
                continue;
            }
            match self.live.workspace_members.get(id) {
                Some(members) if members.contains_key(user) => continue,
                Some(_) => named.push(self.workspace_name(ties, id)),
                None => unread += 1,
            }
            effects.taken.extend(self.membership_addresses(change, id));
        }
        if !named.is_empty() {
            effects.reasons.push(text!("loses access to {}", counted(named)));
        }
        if unread > 0 {
            effects.reasons.push(text!(
                "loses access to {} whose member list was not read, unless they have an explicit \
                 membership there",
                plural(unread, "workspace")
            ));
        }
        effects
    }

    fn workspace_name(&self, ties: &Dependents<'_>, id: &WorkspaceId) -> Text {
        match (ties.labels.get(id), self.workspaces.get(id)) {
            (Some(label), _) => {
                let address = Address::Workspace((*label).clone());
                match self.names.differing(&address).first() {
                    Some(live_name) => text!("`{}` (`{}`, {})", label, live_name.name, live_name.id),
                    None => label.say(),
                }
            }
            (None, Some(live)) => live.name.say(),
            (None, None) => id.say(),
        }
    }

    fn key_names(&self, ties: &Dependents<'_>, keys: &[&LiveApiKey]) -> Text {
        let name = |key: &&LiveApiKey| match &key.scope {
            KeyScope::Workspace(workspace) => {
                text!("`{}` in {} ({})", key.name, self.workspace_name(ties, workspace), key.id)
            }
            KeyScope::Organization | KeyScope::Unknown(_) => text!("`{}` ({})", key.name, key.id),
        };
        counted(keys.iter().map(name).collect())
    }

    /// Returns a membership by the live name and the id of its workspace.
    fn membership_addresses(&self, change: &Change, workspace: &WorkspaceId) -> Vec<Address> {
        let Some(email) = change.address.email() else { return Vec::new() };
        let labels = self.live_labels(workspace).into_iter();
        labels.map(|label| Address::WorkspaceMember(label, email.clone())).collect()
    }

    /// Returns a key by its live name and its id, and its workspace likewise.
    fn key_addresses(&self, key: &LiveApiKey) -> Vec<Address> {
        let names = [key.name.clone(), ObjectName::new(key.id.as_str())];
        let labels: Vec<Option<WorkspaceLabel>> = match &key.scope {
            KeyScope::Organization => vec![None],
            KeyScope::Workspace(id) => self.live_labels(id).into_iter().map(Some).collect(),
            KeyScope::Unknown(_) => Vec::new(),
        };
        let all = labels.iter().flat_map(|label| names.iter().map(move |name| (label.as_ref(), name)));
        all.map(|(label, name)| Address::of_object(label, API_KEY.object(), name.clone())).collect()
    }

    fn live_labels(&self, id: &WorkspaceId) -> Vec<WorkspaceLabel> {
        let name = self.workspaces.get(id).map(|live| WorkspaceLabel::new(live.name.as_str()));
        name.into_iter().chain([WorkspaceLabel::new(id.as_str())]).collect()
    }
}

fn after_archive(ties: &Dependents<'_>, keys: Option<&[LiveApiKey]>, workspace: &WorkspaceId) -> Effects {
    let mut reasons = vec![Text::from("all its members lose access")];
    let dying = ties.by_scope.get(&KeyScope::Workspace(workspace.clone()));
    match (keys, dying) {
        (None, _) => reasons.push("its keys are archived permanently (not read)".into()),
        (Some(_), None) => {}
        (Some(_), Some(dying)) => {
            let names = dying.iter().map(|key| key.name.say()).collect();
            reasons.push(text!("its keys are archived permanently: {}", counted(names)));
        }
    }
    // `protect` does not need a list of what is in it.
    Effects { reasons, taken: BTreeSet::new() }
}

/// Joins sorted names; above twenty, adds a count.
fn counted(mut names: Vec<Text>) -> Text {
    const SHOWN: usize = 20;
    names.sort_unstable();
    listed(names.iter(), SHOWN)
}
