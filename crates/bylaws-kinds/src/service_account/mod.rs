//! stub
use bylaws_engine::*;
use std::collections::BTreeMap;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveAccount {
    pub name: String,
    pub archived: bool,
}
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveServiceAccounts {
    pub accounts: BTreeMap<String, LiveAccount>,
}
impl crate::plan::Planner<'_> {
    pub(crate) fn service_account(&self, name: &ObjectName) -> Option<Reference> {
        let address = Address::OrganizationObject(
            ObjectKind::known("service_account", AddressForm::Alone),
            name.clone(),
        );
        let found = self
            .live
            .service_accounts
            .as_ref()?
            .accounts
            .iter()
            .find(|(_, a)| !a.archived && a.name == name.as_str())?;
        Some(Reference { address, id: Some(found.0.clone()) })
    }
}
