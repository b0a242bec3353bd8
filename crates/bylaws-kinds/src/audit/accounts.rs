//! Audit rules about service accounts.

use bylaws_engine::audit::rule::ADMIN_SERVICE_ACCOUNT;
use bylaws_engine::audit::{Edit, Severity, Unseen, Value};
use bylaws_engine::{Line, ObjectName};

use super::{Auditor, Found, path};
use crate::service_account::OrganizationAccountRole::{Admin, Developer};
use crate::service_account::lists::are_needed;
use crate::service_account::lists::read;
use crate::service_account::plan::address;

impl Auditor<'_> {
    /// Finds accounts that can manage the organization. Without a section for accounts in the files they are not read.
    pub(super) fn accounts(&self, found: &mut Found) {
        if !are_needed(self.desired) {
            return;
        }
        let Some(live) = read(self.live) else {
            return found.not_seen(&[&ADMIN_SERVICE_ACCOUNT], Unseen::ServiceAccounts);
        };
        for account in
            live.accounts.values().filter(|account| !account.archived && account.role == Admin.as_str())
        {
            let name = ObjectName::new(account.name.as_str());
            let entry = self.desired.service_accounts.as_ref().and_then(|accounts| accounts.get(&name));
            let address = address(&name);
            let line = Line::of(&address).filter(|_| entry.is_some());
            let finding = found.add(&ADMIN_SERVICE_ACCOUNT, address, "an admin of the organization");
            finding.line = line;
            if entry.is_some_and(|entry| entry.role == Some(Admin)) {
                finding.severity = Severity::Note;
            }
            let role = || Value::Word(Developer.as_str().to_owned());
            let key = ["service_accounts", account.name.as_str(), "role"];
            finding.edit = entry.map(|_| Edit::Write(path(key), role()));
        }
    }
}
