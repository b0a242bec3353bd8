//! The kind, its section, and the addresses of its objects.

use bylaws_engine::{Address, AddressForm, Kind, Line, ObjectName};

/// External keys. The service accepts two with the same place.
pub(crate) static EXTERNAL_KEY: Kind =
    Kind { form: AddressForm::Alone, names_repeat: true, ..Kind::new("external_key", &["external_keys"]) };

/// The section of the files.
pub(super) const SECTION: &str = "external_keys";

/// Returns the address of a key.
pub(crate) fn address(name: &str) -> Address {
    Address::OrganizationObject(EXTERNAL_KEY.object(), ObjectName::new(name))
}

/// Returns the line of an entry.
pub(crate) fn line(name: &ObjectName) -> Line {
    Line::of_object(None, EXTERNAL_KEY.object(), name.clone())
}
