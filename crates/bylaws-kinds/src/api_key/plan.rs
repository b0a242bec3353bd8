//! API keys: their status, and the name of pinned ones. They cannot be created, and a key that was switched off is
//! never switched on again without an approval.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::live_names::{Named, is_key_id};
use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::spelling::{comparable, name_difference as difference};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, ApiKeyId, Change, Class, Fact, Facts, Kind, Line, ObjectName, WorkspaceLabel, Write,
};

use crate::api_key::matching::{Found, LiveKeys, by_scope};
use crate::api_key::renaming;
use crate::api_key::successors::Successors;
use crate::desired::{ApiKey, Policy, WantedStatus};
use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus, Principal};
use crate::plan::Planner;

/// API keys of every scope. The service can neither create nor delete them.
pub static API_KEY: Kind = Kind {
    names_repeat: true,
    identified_by: &["name", "workspace_id"],
    ..Kind::new("api_key", &["api_keys"])
};

/// Why the key of the present credential is not changed.
const IN_USE: &str = "may be the API key used for this run (its hint matches), so it is not changed";

/// The keys of one scope, as the files list them.
pub(crate) struct Listed<'a> {
    pub(crate) label: Option<&'a WorkspaceLabel>,
    pub(crate) keys: &'a BTreeMap<ObjectName, ApiKey>,
    /// `None` for a workspace that this plan creates.
    pub(crate) scope: Option<KeyScope>,
}

impl Listed<'_> {
    pub(crate) fn address(&self, name: &ObjectName) -> Address {
        Address::of_object(self.label, API_KEY.object(), name.clone())
    }
}

impl<'a> Planner<'a> {
    pub(crate) fn plan_keys(&mut self) {
        let after = self.keys_after();
        let by_scope = by_scope(&after);
        let all: BTreeSet<&ApiKeyId> = after.iter().map(|key| &key.id).collect();
        for listed in self.listed_keys() {
            let live = listed.scope.as_ref().and_then(|scope| by_scope.get(scope));
            self.plan_scope(&listed, &LiveKeys::of(live.map_or(&[], Vec::as_slice), &all, listed.keys));
        }
    }

    fn goes_with_owner(&self, key: &LiveApiKey) -> bool {
        matches!(&key.principal, Principal::User(user) if self.identities.leaving.contains(user))
    }

    /// Returns whether it is a personal key of a workspace from which this plan removes its owner: such keys
    /// stop there (`docs/service-behaviour.md#workspace-members`).
    fn stops_with_membership(&self, key: &LiveApiKey) -> bool {
        let (Principal::User(owner), KeyScope::Workspace(place)) = (&key.principal, &key.scope) else {
            return false;
        };
        self.draft.changes().any(|change| {
            change.left().is_some_and(|(workspace, user)| workspace == place && user == owner.as_str())
        })
    }

    /// Returns whether it is a personal key of a workspace in which its owner has no membership and gets
    /// none, as far as that was read.
    fn lacks_membership(&self, key: &LiveApiKey) -> bool {
        let (Principal::User(owner), KeyScope::Workspace(place)) = (&key.principal, &key.scope) else {
            return false;
        };
        let Some(memberships) = self.live.workspace_members.get(place) else { return false };
        let is_everywhere =
            self.people.user(owner).is_some_and(|user| self.role_after(user).inherited().is_some());
        let is_given = || {
            self.draft.changes().any(|change| {
                change.joined().is_some_and(|(workspace, user)| workspace == *place && user == *owner)
            })
        };
        !is_everywhere
            && !self.workspaces.is_default(place)
            && !memberships.contains_key(owner)
            && !is_given()
    }

    /// Returns the live keys after the removals of this plan: personal keys of leavers are archived with
    /// them (`docs/service-behaviour.md#members`), so nothing is sent for those.
    fn keys_after(&self) -> Vec<LiveApiKey> {
        let after = |key: &LiveApiKey| {
            let gone = self.goes_with_owner(key).then_some(LiveKeyStatus::Archived);
            LiveApiKey { status: gone.unwrap_or_else(|| key.status.clone()), ..key.clone() }
        };
        self.live.api_keys.iter().flatten().map(after).collect()
    }

    fn plan_scope(&mut self, listed: &Listed<'_>, live: &LiveKeys<'_, '_>) {
        let found: Vec<_> = listed.keys.iter().map(|(name, key)| (name, key, live.find(name, key))).collect();
        let mut meant: BTreeMap<&ApiKeyId, Vec<&ObjectName>> = BTreeMap::new();
        for (name, _, found) in &found {
            if let Found::One(key) = found {
                meant.entry(&key.id).or_default().push(name);
            }
        }
        self.name_keys(listed, live, &found);
        let mut looks: BTreeMap<Cow<'_, str>, Vec<&ObjectName>> = BTreeMap::new();
        for name in listed.keys.keys() {
            looks.entry(comparable(name.as_str())).or_default().push(name);
        }
        let successors =
            Successors::missing(found.iter().map(|(name, wanted, found)| (*name, wanted.status, found)));
        let mut claimed: BTreeSet<&ApiKeyId> = BTreeSet::new();
        let mut all_found = true;
        for (name, wanted, found) in &found {
            let reason = match found {
                Found::One(key) => {
                    claimed.insert(&key.id);
                    let mut alike = looks.get(&comparable(name.as_str())).into_iter().flatten();
                    if let Some(other) = alike.find(|other| **other != *name) {
                        let reason = text!(
                            "looks the same as another key of the files, but has {}; rename one of them",
                            difference(name.as_str(), other.as_str())
                        );
                        self.draft.block(listed.address(name), reason);
                        all_found = false;
                        continue;
                    }
                    match meant.get(&key.id) {
                        Some(names) if names.len() > 1 => {
                            text!("{} all mean {}; keep one of them", Text::joined(names, " and "), key.id)
                        }
                        Some(_) | None => {
                            self.plan_key((listed, live), name, wanted, key, &successors);
                            continue;
                        }
                    }
                }
                Found::None(reason) => reason.clone(),
                Found::LookAlike(key) => {
                    claimed.insert(&key.id);
                    text!(
                        "looks the same as the name of {}, which has {}; write the live name, or set the \
                         `id`",
                        key.id,
                        difference(key.name.as_str(), name.as_str())
                    )
                }
                Found::Several(several) => {
                    claimed.extend(several.iter().map(|key| &key.id));
                    let ids = Text::joined(several.iter().map(|key| &key.id), ", ");
                    let is_same = several.iter().all(|key| key.name == **name);
                    let what =
                        if is_same { "have this name" } else { "have this name or one that looks the same" };
                    text!("several keys {}: {}; set the `id` of the right one", Text::from(what), ids)
                }
            };
            all_found = false;
            self.draft.block(listed.address(name), reason);
        }
        for key in live.keys.iter().filter(|key| !claimed.contains(&key.id)) {
            self.plan_unlisted_key(listed, key, all_found);
        }
    }

    /// Stores the live meaning of key names, for listed and unlisted keys.
    fn name_keys(
        &mut self,
        listed: &Listed<'_>,
        live: &LiveKeys<'_, '_>,
        found: &[(&ObjectName, &ApiKey, Found<'_>)],
    ) {
        let named = |key: &LiveApiKey, wanted: WantedStatus| {
            let (name, id) = (key.name.as_str().to_owned(), key.id.as_str().to_owned());
            let is_unique = live.is_unique(key, wanted) && !is_key_id(&name);
            Named { name, others: Vec::new(), id, is_unique }
        };
        for key in live.keys {
            // The only status that is set without a line.
            self.names.add_object(named(key, WantedStatus::Inactive), None);
        }
        for (name, wanted, found) in found {
            if let Found::One(key) | Found::LookAlike(key) = found {
                self.names.add_object(named(key, wanted.status), Some(listed.address(name)));
            }
        }
    }

    /// Returns the number of active live keys in the scopes that the files list, for the guard on keys.
    pub(crate) fn active_keys(&self) -> usize {
        let by_scope = by_scope(self.live.api_keys.as_deref().unwrap_or_default());
        let listed = self.listed_keys();
        let scopes = listed.iter().filter_map(|listed| listed.scope.as_ref());
        let keys = scopes.filter_map(|scope| by_scope.get(scope)).flatten();
        keys.filter(|key| key.status == LiveKeyStatus::Active).count()
    }

    pub(crate) fn listed_keys(&self) -> Vec<Listed<'a>> {
        let desired = self.desired;
        let mut scopes = Vec::new();
        for (label, open) in desired.open() {
            let Some(keys) = &open.api_keys else { continue };
            let Some(workspace) = self.workspace_of(label) else { continue };
            let scope = workspace.live().cloned().map(KeyScope::Workspace);
            scopes.push(Listed { label: Some(label), keys, scope });
        }
        if let Some(keys) = &desired.api_keys {
            scopes.push(Listed { label: None, keys, scope: Some(KeyScope::Organization) });
        }
        scopes
    }

    fn plan_key(
        &mut self,
        (listed, live): (&Listed<'_>, &LiveKeys<'_, '_>),
        label: &ObjectName,
        wanted: &ApiKey,
        key: &LiveApiKey,
        successors: &Successors<'_>,
    ) {
        let address = listed.address(label);
        let new_name = renaming::new_name(wanted, key);
        let status = match self.new_status(wanted.status, key) {
            Ok(None) if key.in_use && new_name.is_some() => Err(IN_USE.into()),
            status => status,
        };
        // Such keys are never rewritten.
        let is_kept = key.in_use || matches!(key.status, LiveKeyStatus::Unknown(_));
        let name = new_name.filter(|_| !is_kept);
        let meanings = |name: &ObjectName| {
            let pairs = self.names.pairs_for(Action::Update, &listed.address(name));
            self.approved_by_name(|address| pairs.iter().any(|pair| pair.address == *address))
        };
        let conflict = name.and_then(|name| {
            renaming::conflict(name, label, listed.keys, key, live).or_else(|| meanings(name))
        });
        let name = name.filter(|_| match conflict {
            None => true,
            Some(reason) => {
                self.draft.block(address.clone(), reason);
                false
            }
        });
        let status = match status {
            Ok(status) => status.filter(|status| self.is_allowed(&address, label, *status, key, successors)),
            Err(reason) => {
                self.draft.block(address.clone(), reason);
                None
            }
        };
        self.change_key(address, key, (status, name), None);
    }

    /// Returns the status to set, or none if the key is as wanted. Fails with the reason why it cannot be set.
    fn new_status(&self, wanted: WantedStatus, key: &LiveApiKey) -> Result<Option<WantedStatus>, Text> {
        use LiveKeyStatus as Live;
        use WantedStatus as Wanted;
        Err(match (&key.status, wanted) {
            (Live::Active, Wanted::Active) if self.stops_with_membership(key) => {
                "stops when this plan removes its owner from the workspace: keep the membership, or list \
                 the key as `inactive`"
                    .into()
            }
            (Live::Inactive, Wanted::Active)
                if self.stops_with_membership(key) || self.lacks_membership(key) =>
            {
                "belongs to somebody who is not a member of this workspace: add them, or list the key as \
                 `inactive`"
                    .into()
            }
            // An expired or archived key does not work, so that `inactive` is in place.
            (Live::Active, Wanted::Active)
            | (Live::Inactive | Live::Expired | Live::Archived, Wanted::Inactive)
            | (Live::Archived, Wanted::Archived) => return Ok(None),
            (Live::Archived, Wanted::Active) if self.goes_with_owner(key) => {
                "is archived because this plan removes its owner: create a key of the workspace in the \
                 Console and list it"
                    .into()
            }
            (Live::Expired | Live::Archived, Wanted::Active) => text!(
                "is {}, which cannot be undone: create a new key in the Console and list it",
                key.status
            ),
            (Live::Unknown(text), _) => text!(
                "is `{}`, a status that this version does not know and never rewrites: change it in the \
                 Console",
                text
            ),
            _ if key.in_use => IN_USE.into(),
            (
                Live::Active | Live::Inactive | Live::Expired,
                Wanted::Active | Wanted::Inactive | Wanted::Archived,
            ) => return Ok(Some(wanted)),
        })
    }

    /// Returns whether a status may be set without an approval or has one; blocks it otherwise.
    fn is_allowed(
        &mut self,
        address: &Address,
        label: &ObjectName,
        status: WantedStatus,
        key: &LiveApiKey,
        successors: &Successors<'_>,
    ) -> bool {
        let in_rotation = successors.keep(label).filter(|_| key.status == LiveKeyStatus::Active);
        let needs: Option<Text> = match (status, &in_rotation) {
            (WantedStatus::Active, _) => {
                Some("this key is switched off; switching it on needs an approval".into())
            }
            (WantedStatus::Inactive | WantedStatus::Archived, Some(keep)) => Some(keep.clone()),
            (WantedStatus::Inactive, None) => None,
            (WantedStatus::Archived, None) => {
                Some("archiving a key is permanent and needs an approval".into())
            }
        };
        let pairs = self.names.pairs_for(Action::Update, address);
        let Some(reason) = needs.and_then(|why| self.unapproved(&pairs, why)) else { return true };
        let item = self.draft.block_until_approved(address.clone(), reason, pairs);
        item.review = in_rotation.map(|_| ReviewKind::Blocked);
        false
    }

    /// Adds the request that sets a status, a name, or both.
    fn change_key(
        &mut self,
        address: Address,
        key: &LiveApiKey,
        (status, name): (Option<WantedStatus>, Option<&ObjectName>),
        policy: Option<Line>,
    ) {
        let (classes, phase) = match status {
            Some(WantedStatus::Active) => (vec![Class::KeysOn], Phase::KeysOn),
            Some(WantedStatus::Inactive) => (vec![Class::KeysOff], Phase::KeysOff),
            Some(WantedStatus::Archived) if key.status == LiveKeyStatus::Active => {
                (vec![Class::KeysOff, Class::Irreversible], Phase::KeysOff)
            }
            Some(WantedStatus::Archived) => (vec![Class::Irreversible], Phase::KeysOff),
            None if name.is_some() => (vec![Class::Other], Phase::Workspaces),
            None => return,
        };
        let mut after = Facts::default();
        if let Some(status) = status {
            after.set("status", Fact::Text(status.as_str().to_owned()));
        }
        if let Some(name) = name {
            after.set("name", Fact::Text(name.to_string()));
        }
        let mut before = super::facts(key);
        before.0.retain(|field, _| after.0.contains_key(field));
        let write = Write::to(&API_KEY, Action::Update, key.id.as_str(), after.clone());
        let change = Change::new(phase, address, write);
        self.draft.add(Change {
            before: Some(before),
            after: Some(after),
            classes: classes.into_iter().collect(),
            line: policy.or(change.line),
            ..change
        });
    }

    fn plan_unlisted_key(&mut self, listed: &Listed<'_>, key: &LiveApiKey, all_found: bool) {
        let policy = self.desired.unlisted.of("api_keys");
        let gone = key.status.is_over();
        if policy == Policy::Ignore || gone {
            return;
        }
        let address = listed.address(&key.name);
        let status = &key.status;
        let stays = match (policy, &key.status) {
            (Policy::Remove, _) if key.principal != Principal::None => {
                Some(text!("{}, and bound to a person or service account ({})", status, key.id))
            }
            // Already switched off, as `remove` wants it.
            (Policy::Remove, LiveKeyStatus::Inactive) => return,
            (Policy::Remove, LiveKeyStatus::Active) if key.in_use => {
                Some(text!("{}, and may be the API key used for this run ({})", status, key.id))
            }
            (Policy::Remove, LiveKeyStatus::Active) if !all_found => {
                Some(text!("{}, and may be the listed key that was not found ({})", status, key.id))
            }
            (Policy::Remove, LiveKeyStatus::Active) => None,
            _ => Some(text!("{} ({})", status, key.id)),
        };
        match stays {
            Some(reason) => self.draft.stay(address, reason),
            None => {
                let policy = Line::Unlisted("api_keys");
                self.change_key(address, key, (Some(WantedStatus::Inactive), None), Some(policy));
            }
        }
    }
}
