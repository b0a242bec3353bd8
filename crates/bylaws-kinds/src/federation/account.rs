//! The service accounts that rules name.

use bylaws_engine::{Address, ObjectName, Reference, WorkspaceLabel};

use crate::plan::Planner;

impl Planner<'_> {
    /// Returns the live service account with this id, under its live name.
    pub(super) fn account_called(&self, id: &str) -> Option<Reference> {
        let account = self.live.service_accounts.as_ref()?.accounts.get(id)?;
        let (form, name) = (bylaws_engine::AddressForm::Alone, ObjectName::new(account.name.as_str()));
        let kind = bylaws_engine::ObjectKind::known("service_account", form);
        Some(Reference { address: Address::OrganizationObject(kind, name), id: Some(id.to_owned()) })
    }

    /// Returns whether a service account is a member of a workspace afterwards; `None` if that is not known.
    pub(super) fn is_account_member(&self, _account: &ObjectName, _label: &WorkspaceLabel) -> Option<bool> {
        None
    }
}
