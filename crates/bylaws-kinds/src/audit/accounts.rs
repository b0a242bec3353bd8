//! Audit rules about service accounts.

use std::collections::BTreeSet;

use bylaws_engine::audit::rule::{ADMIN_SERVICE_ACCOUNT, UNUSED_SERVICE_ACCOUNT};
use bylaws_engine::audit::{AuditRule, Edit, Finding, Severity, Unseen, Value};
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
                self.admin_account(id, account, found);
            }
            if used.as_ref().is_some_and(|used| !used.contains(id.as_str())) && !account.in_use {
                let age = self.age(account.created_at);
                let finding = self.about(id, account, &UNUSED_SERVICE_ACCOUNT, "nothing uses it", found);
                finding.evidence.push(("id", id.clone()));
                finding.evidence.extend(age.map(|age| ("age", super::in_days(age).to_string())));
            }
        }
    }

    fn admin_account(&self, id: &str, account: &LiveAccount, found: &mut Found) {
        let finding = self.about(id, account, &ADMIN_SERVICE_ACCOUNT, "an admin of the organization", found);
        if let Some((label, entry)) = self.account_entry(id, account) {
            if entry.role == Some(Admin) {
                finding.severity = Severity::Note;
            }
            let key = ["service_accounts", label.as_str(), "role"];
            finding.edit = Some(Edit::Write(path(key), Value::Word(Developer.as_str().to_owned())));
        }
    }

    /// Reports a finding about an account, under its name in the files.
    fn about<'f>(
        &self,
        id: &str,
        account: &LiveAccount,
        rule: &'static AuditRule,
        message: &'static str,
        found: &'f mut Found,
    ) -> &'f mut Finding {
        let entry = self.account_entry(id, account);
        let label = entry.map_or_else(|| ObjectName::new(account.name.as_str()), |(label, _)| label.clone());
        let finding = found.add(rule, address(&label), message);
        finding.line = entry.and_then(|_| Line::of(&finding.address));
        finding
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

    /// Returns the entry that means a live account, with its name in the files.
    pub(super) fn account_entry(
        &self,
        id: &str,
        account: &LiveAccount,
    ) -> Option<(&ObjectName, &ServiceAccount)> {
        let means = |(label, entry): &(&ObjectName, &ServiceAccount)| match &entry.id {
            Some(pin) => pin == id,
            None => label.as_str() == account.name,
        };
        self.desired.service_accounts.as_ref()?.iter().find(means)
    }
}
