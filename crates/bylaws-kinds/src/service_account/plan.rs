//! Plans the service accounts that the files list: create, update, archive.

use std::collections::BTreeSet;

use bylaws_engine::draft::Phase;
use bylaws_engine::live_names::Named;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{
    Action, Address, AddressForm, Change, Class, Fact, Facts, Kind, ObjectName, Reference, Write,
};

use super::lists::read;
use super::{
    LiveAccount, LiveServiceAccounts, OrganizationAccountRole, SECTION, ServiceAccount, description,
};
use crate::desired::Policy;
use crate::plan::Planner;

/// Service accounts. The service never accepts a name twice.
pub(crate) static SERVICE_ACCOUNT: Kind = Kind {
    form: AddressForm::Alone,
    in_use: Some(("state", "active")),
    identified_by: &["name"],
    ..Kind::new("service_account", &["service_accounts"])
};

/// Why the account of the present credential is neither archived nor given another role.
const IN_USE: &str = "this run acts as this account, so it is not changed: use another credential";

/// Returns the address of an account.
pub(crate) fn address(name: &ObjectName) -> Address {
    Address::OrganizationObject(SERVICE_ACCOUNT.object(), name.clone())
}

/// The live account that a name of the files means.
pub(crate) enum Found<'a> {
    /// This one, which may be archived.
    One(&'a String, &'a LiveAccount),
    /// None: a create would make it.
    None,
    /// None, and none can be created.
    Never(Text),
}

impl LiveServiceAccounts {
    /// Returns the account that an entry with this name means.
    fn find(&self, name: &ObjectName, id: Option<&String>) -> Found<'_> {
        if let Some(id) = id {
            return match self.accounts.get_key_value(id) {
                Some((id, account)) if account.name == name.as_str() => Found::One(id, account),
                Some((id, account)) => Found::Never(text!(
                    "{} is named `{}`, and a service account cannot be renamed: write that name before the `:`",
                    id,
                    &account.name
                )),
                None => {
                    Found::Never(text!("no live service account has the id {}; correct or delete the id", id))
                }
            };
        }
        match self.named(name.as_str())[..] {
            [] => Found::None,
            [(id, account)] => Found::One(id, account),
            ref several => {
                let ids = Text::joined(several.iter().map(|(id, _)| *id), ", ");
                Found::Never(text!("several live service accounts have this name: {}; set the `id`", ids))
            }
        }
    }
}

impl<'a> Planner<'a> {
    /// Returns the accounts, if the service listed them.
    pub(crate) fn live_accounts(&self) -> Option<&'a LiveServiceAccounts> {
        read(self.live)
    }

    /// Returns the live account that a name of the files means.
    pub(crate) fn find_account(&self, name: &ObjectName) -> Found<'a> {
        let entry = self.desired.service_accounts.as_ref().and_then(|accounts| accounts.get(name));
        let id = entry.and_then(|entry| entry.id.as_ref());
        self.live_accounts().map_or(Found::None, |live| live.find(name, id))
    }

    /// Returns the live account that a name of the files means, or the one that this plan creates. `None` if there is
    /// neither, or if the account is archived.
    pub(crate) fn service_account(&self, name: &ObjectName) -> Option<Reference> {
        let address = address(name);
        match self.find_account(name) {
            Found::One(_, account) if account.archived => None,
            Found::One(id, _) => Some(Reference { address, id: Some(id.clone()) }),
            Found::Never(_) => None,
            Found::None => {
                let mut created = self.draft.changes().filter(|change| change.write.kind == &SERVICE_ACCOUNT);
                created
                    .any(|change| change.action == Action::Create && change.address == address)
                    .then_some(Reference { address, id: None })
            }
        }
    }

    /// Records which account an address of the files means.
    pub(crate) fn name_account(&mut self, id: &str, account: &LiveAccount, line: Address) {
        if let Some(live) = self.live_accounts() {
            self.names.add_object(named(live, id, account), Some(line));
        }
    }

    pub(crate) fn plan_service_accounts(&mut self) {
        let Some(live) = self.live_accounts() else { return };
        for (id, account) in &live.accounts {
            self.names.add_object(named(live, id, account), None);
        }
        let desired = self.desired;
        let Some(entries) = &desired.service_accounts else { return };
        let mut meant: BTreeSet<&String> = BTreeSet::new();
        for (name, entry) in entries {
            match live.find(name, entry.id.as_ref()) {
                Found::Never(reason) => self.draft.block(address(name), reason),
                Found::None if entry.archived => {}
                Found::None => self.create_account(name, entry),
                Found::One(id, account) => {
                    meant.insert(id);
                    self.name_account(id, account, address(name));
                    self.plan_account(name, entry, id, account);
                }
            }
        }
        if desired.unlisted.of(SECTION) == Policy::Ignore {
            return;
        }
        for (_, account) in
            live.accounts.iter().filter(|(id, account)| !account.archived && !meant.contains(id))
        {
            self.draft.stay(address(&ObjectName::new(account.name.as_str())), account.role.say());
        }
    }

    fn create_account(&mut self, name: &ObjectName, entry: &ServiceAccount) {
        let role = entry.role.unwrap_or(OrganizationAccountRole::Developer);
        let address = address(name);
        if !self.may_have(Action::Create, &address, role) {
            return;
        }
        let mut body = Facts::one("name", name.as_str());
        body.set("organization_role", Fact::Text(role.as_str().to_owned()));
        if let Some(text) = entry.description.as_ref().filter(|text| !text.is_empty()) {
            body.set("description", description(text));
        }
        let write = Write::creating(&SERVICE_ACCOUNT, Action::Create, name.as_str(), body.clone());
        self.draft.add(Change {
            after: Some(body),
            classes: classes(Some(role), None),
            ..Change::new(Phase::Accounts, address, write)
        });
    }

    fn plan_account(&mut self, name: &ObjectName, entry: &ServiceAccount, id: &str, account: &LiveAccount) {
        let address = address(name);
        match (entry.archived, account.archived) {
            // Archived after the rules that name it.
            (true, _) => {}
            (false, true) => {
                let reason = text!(
                    "{} with this name is archived, which is permanent, and keeps its name; choose another name",
                    id
                );
                self.draft.block(address, reason);
            }
            (false, false) => self.update_account(address, entry, id, account),
        }
    }

    fn update_account(&mut self, address: Address, entry: &ServiceAccount, id: &str, account: &LiveAccount) {
        let has = OrganizationAccountRole::parse(&account.role);
        let role = entry.role.filter(|role| Some(*role) != has);
        if role.is_some() && account.in_use {
            return self.draft.block(address, IN_USE);
        }
        if let (Some(_), None) = (role, has) {
            let reason = text!(
                "has the role `{}`, which this version does not know and never rewrites: change it in the Console",
                &account.role
            );
            return self.draft.block(address, reason);
        }
        if role.is_some_and(|role| !self.may_have(Action::Update, &address, role)) {
            return;
        }
        let text = entry.description.as_ref().filter(|text| **text != account.description);
        let (mut before, mut after) = (Facts::default(), Facts::default());
        if let Some(role) = role {
            before.set("organization_role", Fact::Text(account.role.clone()));
            after.set("organization_role", Fact::Text(role.as_str().to_owned()));
        }
        if let Some(text) = text {
            before.set("description", description(&account.description));
            after.set("description", description(text));
        }
        if after.0.is_empty() {
            return;
        }
        let write = Write::to(&SERVICE_ACCOUNT, Action::Update, id, after.clone());
        self.draft.add(Change {
            before: Some(before),
            after: Some(after),
            classes: classes(role, has),
            ..Change::new(Phase::Accounts, address, write)
        });
    }

    /// Archives what the files want archived, once the rules are planned: the service refuses it while a rule names the
    /// account.
    pub(crate) fn plan_accounts_lost(&mut self) {
        let Some(live) = self.live_accounts() else { return };
        let entries = self.desired.service_accounts.iter().flatten();
        for (name, entry) in entries.filter(|(_, entry)| entry.archived) {
            match live.find(name, entry.id.as_ref()) {
                Found::One(_, account) if account.archived => {}
                Found::One(_, account) if account.in_use => self.draft.block(address(name), IN_USE),
                Found::One(id, _) => self.archive_account(address(name), id),
                Found::None | Found::Never(_) => {}
            }
        }
    }

    fn archive_account(&mut self, address: Address, id: &str) {
        let mut depends_on = Vec::new();
        for rule in self.rules_for(id) {
            match self.archives(&rule.id) {
                Some(change) => depends_on.push(change),
                None => {
                    let reason =
                        text!("the federation rule {} still names it: archive that first", &rule.name);
                    return self.draft.block(address, reason);
                }
            }
        }
        let why = text!("archives {}, which is permanent and needs an approval", id);
        if self.is_unapproved(Action::Archive, &address, why) {
            return;
        }
        let write = Write::to(&SERVICE_ACCOUNT, Action::Archive, id, Facts::default());
        self.draft.add(Change {
            before: Some(Facts::one("state", "active")),
            after: Some(Facts::one("state", "archived")),
            classes: BTreeSet::from([Class::Irreversible, Class::AccessLoss]),
            depends_on,
            ..Change::new(Phase::AccountsLost, address, write)
        });
    }

    /// Returns whether an account may get a role in the organization: `admin` needs an approval.
    fn may_have(&mut self, action: Action, address: &Address, role: OrganizationAccountRole) -> bool {
        if role != OrganizationAccountRole::Admin {
            return true;
        }
        let why = "makes it an admin of the organization and needs an approval";
        if self.is_unapproved(action, address, why.into()) {
            return false;
        }
        let reason = "the service accepts `admin` only from the token of an interactive login";
        self.draft.note(address.clone(), reason);
        true
    }
}

/// Returns the classes of a new role; `None` if the role stays.
fn classes(
    role: Option<OrganizationAccountRole>,
    before: Option<OrganizationAccountRole>,
) -> BTreeSet<Class> {
    match (role, before) {
        (Some(OrganizationAccountRole::Admin), _) => BTreeSet::from([Class::Grant, Class::Raise]),
        (Some(OrganizationAccountRole::Developer), Some(_)) => BTreeSet::from([Class::AccessLoss]),
        (Some(OrganizationAccountRole::Developer), None) | (None, _) => BTreeSet::from([Class::Other]),
    }
}

/// Returns an account as approvals and `protect` may name it.
fn named(live: &LiveServiceAccounts, id: &str, account: &LiveAccount) -> Named {
    Named {
        name: account.name.clone(),
        others: Vec::new(),
        id: id.to_owned(),
        is_unique: live.named(&account.name).len() == 1,
    }
}
