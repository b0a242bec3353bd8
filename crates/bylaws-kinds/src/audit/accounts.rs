//! Audit rules about service accounts.

use std::collections::BTreeSet;

use bylaws_engine::audit::rule::{ADMIN_SERVICE_ACCOUNT, UNUSED_SERVICE_ACCOUNT};
use bylaws_engine::audit::{Edit, Severity, Unseen, Value};
use bylaws_engine::{Line, ObjectName};

use super::{Auditor, Found, path};
use crate::federation::lists::read as read_federation;
use crate::live::{LiveKeyStatus, Principal};
use crate::service_account::OrganizationAccountRole::{Admin, Developer};
use crate::service_account::lists::read;
use crate::service_account::plan::address;
use crate::service_account::{LiveAccount, ServiceAccount};

impl Auditor<'_> {
    /// Finds accounts that can manage the organization, and accounts that nothing uses.
    pub(super) fn accounts(&self, found: &mut Found) {
        let Some(live) = read(self.live) else {
            return found
                .not_seen(&[&ADMIN_SERVICE_ACCOUNT, &UNUSED_SERVICE_ACCOUNT], Unseen::ServiceAccounts);
        };
        let used = self.used_accounts(found);
        for (id, account) in live.accounts.iter().filter(|(_, account)| !account.archived) {
            if account.role == Admin.as_str() {
                self.admin_account(account, found);
            }
            if used.as_ref().is_some_and(|used| !used.contains(id.as_str())) && !account.in_use {
                let age = self.age(account.created_at);
                let finding = found.add(&UNUSED_SERVICE_ACCOUNT, address(&name(account)), "nothing uses it");
                finding.evidence.push(("id", id.clone()));
                finding.evidence.extend(age.map(|age| ("age", super::in_days(age).to_string())));
                finding.line = self.line(account);
            }
        }
    }

    fn admin_account(&self, account: &LiveAccount, found: &mut Found) {
        let entry = self.account_entry(account);
        let finding =
            found.add(&ADMIN_SERVICE_ACCOUNT, address(&name(account)), "an admin of the organization");
        finding.line = self.line(account);
        if entry.is_some_and(|entry| entry.role == Some(Admin)) {
            finding.severity = Severity::Note;
        }
        let role = || Value::Word(Developer.as_str().to_owned());
        let key = ["service_accounts", account.name.as_str(), "role"];
        finding.edit = entry.map(|_| Edit::Write(path(key), role()));
    }

    /// Returns the accounts that a rule names or that own an active key; `None` if that is not known.
    fn used_accounts(&self, found: &mut Found) -> Option<BTreeSet<&str>> {
        let Some(federation) = read_federation(self.live) else {
            found.not_seen(&[&UNUSED_SERVICE_ACCOUNT], Unseen::Federation);
            return None;
        };
        let Some(keys) = &self.live.api_keys else {
            found.not_seen(&[&UNUSED_SERVICE_ACCOUNT], Unseen::ApiKeys);
            return None;
        };
        let rules = federation.rules.iter().flatten().filter(|rule| !rule.archived);
        let keys = keys.iter().filter(|key| key.status == LiveKeyStatus::Active);
        let owners = keys.filter_map(|key| match &key.principal {
            Principal::ServiceAccount(id) => Some(id.as_str()),
            Principal::None | Principal::User(_) | Principal::Other => None,
        });
        Some(rules.filter_map(|rule| rule.service_account_id.as_deref()).chain(owners).collect())
    }

    /// Returns the entry of a live account.
    pub(super) fn account_entry(&self, account: &LiveAccount) -> Option<&ServiceAccount> {
        self.desired.service_accounts.as_ref()?.get(&name(account))
    }

    fn line(&self, account: &LiveAccount) -> Option<Line> {
        self.account_entry(account).and_then(|_| Line::of(&address(&name(account))))
    }
}

fn name(account: &LiveAccount) -> ObjectName {
    ObjectName::new(account.name.as_str())
}
