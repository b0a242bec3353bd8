//! The words of the files for values of the engine that have no spelling of their own.
//! Roles and statuses are the service's words and stand in the engine.

use bylaws_engine::{KeyExpiry, OrganizationKind, Policy, Visibility, WantedRole};

/// The word of the files for a kind of organization.
pub(crate) fn kind(kind: OrganizationKind) -> &'static str {
    match kind {
        OrganizationKind::Console => "console",
        OrganizationKind::Enterprise => "enterprise",
    }
}

/// The word of the files for a wanted role.
pub(crate) fn role(role: WantedRole) -> &'static str {
    match role {
        WantedRole::Settable(role) => role.as_str(),
        WantedRole::Held(role) => role.as_str(),
        WantedRole::None => "none",
    }
}

/// The word of the files for a policy.
pub(crate) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Ignore => "ignore",
        Policy::Report => "report",
        Policy::Remove => "remove",
    }
}

/// The word of the files for a visibility.
pub(crate) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Ignore => "ignore",
        Visibility::Report => "report",
    }
}

/// The word of the files for the expiry of keys.
pub(crate) fn key_expiry(expiry: KeyExpiry) -> &'static str {
    match expiry {
        KeyExpiry::Optional => "optional",
        KeyExpiry::Required => "required",
    }
}
