//! API keys: only their status is managed. They cannot be created, and a key that was switched off is never
//! switched on again without an approval.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::live_names::{Named, is_key_id};
use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::spelling::{comparable, name_difference as difference};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, ApiKeyId, Change, Class, Facts, Kind, Line, ObjectName, WorkspaceLabel, Write,
};

use crate::api_key::matching::{Found, LiveKeys, by_scope};
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

/// The keys of one scope, as the files list them.
pub(crate) struct Listed<'a> {
    label: Option<&'a WorkspaceLabel>,
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
            self.plan_scope(&listed, &LiveKeys::of(live.map_or(&[], Vec::as_slice), &all));
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
                            self.plan_key(listed, name, wanted, key, &successors);
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
        listed: &Listed<'_>,
        name: &ObjectName,
        wanted: &ApiKey,
        key: &LiveApiKey,
        successors: &Successors<'_>,
    ) {
        use LiveKeyStatus as Live;
        use WantedStatus as Wanted;
        let address = listed.address(name);
        let pairs = self.names.pairs_for(Action::Update, &address);
        let blocked = match (&key.status, wanted.status) {
            (Live::Active, Wanted::Active) if self.stops_with_membership(key) => Some(
                "stops when this plan removes its owner from the workspace: keep the membership, or list \
                 the key as `inactive`"
                    .into(),
            ),
            (Live::Inactive, Wanted::Active) if self.stops_with_membership(key) || self.lacks_membership(key) => Some(
                "belongs to somebody who is not a member of this workspace: add them, or list the key as \
                 `inactive`"
                    .into(),
            ),
            (Live::Active, Wanted::Active)
            | (Live::Inactive, Wanted::Inactive)
            | (Live::Archived, Wanted::Archived) => {
                return;
            }
            // The key does not work in either case, so there is nothing to set.
            (Live::Expired | Live::Archived, Wanted::Inactive) => return,
            (Live::Archived, Wanted::Active) if self.goes_with_owner(key) => Some(
                "is archived because this plan removes its owner: create a key of the workspace in the \
                 Console and list it"
                    .into(),
            ),
            (Live::Expired | Live::Archived, Wanted::Active) => Some(text!(
                "is {}, which cannot be undone: create a new key in the Console and list it",
                key.status
            )),
            (Live::Unknown(text), _) => Some(text!(
                "is `{}`, a status that this version does not know and never rewrites: change it in the \
                 Console",
                text
            )),
            _ if key.in_use => Some(
                "may be the API key used for this run (its hint matches), so it is not changed".into(),
            ),
            (
                Live::Active | Live::Inactive | Live::Expired,
                Wanted::Active | Wanted::Inactive | Wanted::Archived,
            ) => None,
        };
        if let Some(reason) = blocked {
            return self.draft.block(address, reason);
        }
        let in_rotation = successors.keep(name).filter(|_| key.status == Live::Active);
        let needs: Option<Text> = match (wanted.status, &in_rotation) {
            (Wanted::Active, _) => Some("this key is switched off; switching it on needs an approval".into()),
            (Wanted::Inactive | Wanted::Archived, Some(keep)) => Some(keep.clone()),
            (Wanted::Inactive, None) => None,
            (Wanted::Archived, None) => Some("archiving a key is permanent and needs an approval".into()),
        };
        if let Some(reason) = needs.and_then(|why| self.unapproved(&pairs, why)) {
            let item = self.draft.block_until_approved(address, reason, pairs);
            item.review = in_rotation.map(|_| ReviewKind::Blocked);
            return;
        }
        self.set_status(address, key, wanted.status, None);
    }

    fn set_status(&mut self, address: Address, key: &LiveApiKey, status: WantedStatus, policy: Option<Line>) {
        let mut classes = BTreeSet::new();
        match status {
            WantedStatus::Active => classes.insert(Class::KeysOn),
            WantedStatus::Inactive => classes.insert(Class::KeysOff),
            WantedStatus::Archived => {
                if key.status == LiveKeyStatus::Active {
                    classes.insert(Class::KeysOff);
                }
                classes.insert(Class::Irreversible)
            }
        };
        let phase = if status == WantedStatus::Active { Phase::KeysOn } else { Phase::KeysOff };
        let after = Facts::one("status", status.as_str());
        let write = Write::to(&API_KEY, Action::Update, key.id.as_str(), after.clone());
        let change = Change::new(phase, address, write);
        self.draft.add(Change {
            before: Some(Facts::one("status", key.status.as_str())),
            after: Some(after),
            classes,
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
                self.set_status(address, key, WantedStatus::Inactive, Some(policy));
            }
        }
    }
}
