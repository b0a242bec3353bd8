//! Plans the workspace memberships of service accounts: add, change of the role, remove.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{
    Action, Address, Change, Class, Fact, Kind, Line, LiveWorkspaceRole, ObjectName, Reference,
    WorkspaceLabel, WorkspaceRef, WorkspaceRole, Write,
};

use super::{AccountRole, Memberships, facts};
use crate::desired::Policy;
use crate::plan::Planner;
use crate::service_account::SECTION;
use crate::service_account::plan::{Found, SERVICE_ACCOUNT};

/// The explicit workspace memberships of service accounts. They have no id of their own.
pub(crate) static MEMBERSHIP: Kind = Kind {
    word: "service_account",
    id_field: "service_account_id",
    ..Kind::new("workspace_service_account", &["workspace_service_accounts"])
};

/// One workspace with a section `service_accounts`.
struct Table<'a> {
    label: &'a WorkspaceLabel,
    workspace: WorkspaceRef,
    /// Whether every account is a member of it anyway.
    is_default: bool,
    /// The live memberships that no entry names, as far as the entries were planned.
    left: BTreeMap<&'a String, &'a LiveWorkspaceRole>,
}

impl Table<'_> {
    fn address(&self, name: &ObjectName) -> Address {
        Address::WorkspaceObject(self.label.clone(), MEMBERSHIP.object(), name.clone())
    }

    /// Returns the step from the live membership to the wanted one, if they differ.
    fn step(
        &self,
        name: &ObjectName,
        account: Reference,
        has: Option<&LiveWorkspaceRole>,
        wanted: Option<AccountRole>,
    ) -> Option<Change> {
        let user = LiveWorkspaceRole::Known(WorkspaceRole::User);
        // In the default workspace, an explicit membership is a change of the role that every account has.
        let before = has.or_else(|| (self.is_default && account.id.is_some()).then_some(&user));
        let (phase, action) = match (has, wanted) {
            (None, None) => return None,
            (None, Some(_)) => (Phase::AccountMemberships, Action::Create),
            (Some(_), Some(_)) => (Phase::AccountMemberships, Action::Update),
            (Some(_), None) => (Phase::AccountMembershipsLost, Action::Remove),
        };
        let class = match (before, wanted.map(AccountRole::role)) {
            (Some(has), Some(role)) if *has == LiveWorkspaceRole::Known(role) => return None,
            (None, _) => Class::Grant,
            (Some(LiveWorkspaceRole::Known(has)), Some(role)) if has.strength() < role.strength() => {
                Class::Raise
            }
            (Some(_), _) => Class::AccessLoss,
        };
        let after = wanted.map(|role| facts(role.as_str()));
        let mut body = after.clone().unwrap_or_default();
        let natural = account.id();
        if has.is_none() {
            body.set("service_account_id", Fact::Object(account));
        }
        let write = match has {
            None => Write::creating(&MEMBERSHIP, action, natural, body),
            Some(_) => Write::to(&MEMBERSHIP, action, natural, body),
        };
        Some(Change {
            before: before.map(|role| facts(role.as_str())),
            after,
            classes: BTreeSet::from([class]),
            ..Change::new(phase, self.address(name), write.within(self.workspace.clone()))
        })
    }
}

impl<'a> Planner<'a> {
    pub(crate) fn plan_account_memberships(&mut self) {
        let Some(live) = self.live.service_accounts.as_ref() else { return };
        if let Some(reason) = &live.refused {
            return self.block_service_accounts(reason);
        }
        for (label, open) in self.desired.open() {
            let Some(entries) = &open.service_accounts else { continue };
            let Some(workspace) = self.workspace_of(label) else { continue };
            let id = workspace.live();
            let left = id.and_then(|id| live.memberships.get(id)).into_iter().flatten().collect();
            let is_default = id.is_some_and(|id| self.workspaces.is_default(id));
            self.plan_members_of(Table { label, workspace, is_default, left }, entries);
        }
    }

    /// Blocks the section of the accounts if the files list any, at the top level or in a workspace.
    fn block_service_accounts(&mut self, reason: &Text) {
        let accounts = self.desired.service_accounts.iter().flat_map(BTreeMap::keys);
        let accounts = accounts.map(|name| Line::of_object(None, SERVICE_ACCOUNT.object(), name.clone()));
        let members = self.desired.open().flat_map(|(label, open)| {
            let names = open.service_accounts.iter().flat_map(BTreeMap::keys);
            names.map(|name| Line::of_object(Some(label), MEMBERSHIP.object(), name.clone()))
        });
        if let Some(line) = accounts.chain(members).next() {
            self.block_unread(SECTION, line, reason);
        }
    }

    fn plan_members_of(&mut self, mut table: Table<'a>, entries: &Memberships) {
        for (name, wanted) in entries {
            let address = table.address(name);
            let found = self.find_account(name);
            let has = match found {
                Found::One(id, account) => {
                    self.name_account(id, account, address.clone());
                    table.left.remove(id)
                }
                Found::None | Found::Never(_) => None,
            };
            let reason = match (self.service_account(name), wanted, has) {
                (None, None, _) | (_, None, None) => continue,
                (None, Some(_), _) => self.no_account(name, &found),
                (Some(_), _, Some(LiveWorkspaceRole::Unknown(role))) => text!(
                    "has `{}`, a role that this version does not know and never rewrites: change it in the Console",
                    role
                ),
                (Some(account), wanted, has) => {
                    if let Some(change) = table.step(name, account, has, *wanted) {
                        self.draft.add(change);
                    }
                    continue;
                }
            };
            self.draft.block(address, reason);
        }
        self.plan_unlisted_members_of(&table);
    }

    /// Returns why an account cannot be a member of a workspace.
    fn no_account(&self, name: &ObjectName, found: &Found<'_>) -> Text {
        let is_listed =
            self.desired.service_accounts.as_ref().is_some_and(|accounts| accounts.contains_key(name));
        match found {
            Found::One(id, _) => text!("{} is archived, which is permanent", *id),
            _ if is_listed => text!("{} is blocked", crate::service_account::plan::address(name)),
            Found::Never(reason) => reason.clone(),
            Found::None => {
                "no live service account has this name: list it under `service_accounts` at the top level"
                    .into()
            }
        }
    }

    fn plan_unlisted_members_of(&mut self, table: &Table<'a>) {
        let policy = self.desired.unlisted.of(SECTION);
        let Some(live) = self.live_accounts().filter(|_| policy != Policy::Ignore) else { return };
        for (id, role) in &table.left {
            let account = live.accounts.get(*id);
            // Neither of them gives access that there would not be without it.
            let is_idle = account.is_some_and(|account| account.archived)
                || table.is_default && **role == LiveWorkspaceRole::Known(WorkspaceRole::User);
            if is_idle {
                continue;
            }
            let name = ObjectName::new(account.map_or(id.as_str(), |account| account.name.as_str()));
            let reason = match (account, role) {
                (None, role) => text!("{}, of an account that is not in the list that was read", *role),
                (Some(_), LiveWorkspaceRole::Unknown(role)) => {
                    text!("{}: a role that this version does not know", role)
                }
                (Some(_), role) if policy == Policy::Report => role.say(),
                (Some(_), role) => {
                    let address = crate::service_account::plan::address(&name);
                    let account = Reference { address, id: Some((*id).clone()) };
                    if let Some(change) = table.step(&name, account, Some(role), None) {
                        self.draft.add(Change { line: Some(Line::Unlisted(SECTION)), ..change });
                    }
                    continue;
                }
            };
            self.draft.stay(table.address(&name), reason);
        }
    }
}
