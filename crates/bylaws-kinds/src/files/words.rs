//! The words in the files for engine values.
//! The engine defines the words of the service, such as roles and statuses.

use bylaws_engine::OrganizationKind;
use bylaws_engine::audit::KeyExpiry;

use crate::desired::WantedRole;

/// Returns the word in the files for a kind of organization.
pub(crate) fn kind(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Console => "console",
        OrganizationKind::Enterprise => "enterprise",
    }
}

/// Returns the word in the files for a desired role.
pub(crate) fn role(role: WantedRole) -> &'static str {
    match role {
        WantedRole::Settable(role) => role.as_str(),
        WantedRole::Held(role) => role.as_str(),
        WantedRole::None => "none",
    }
}

/// Returns the word in the files for the expiry of keys.
pub(crate) fn key_expiry(expiry: KeyExpiry) -> &'static str {
    match expiry {
        KeyExpiry::Optional => "optional",
        KeyExpiry::Required => "required",
    }
}
