//! What a role in the organization implies in every workspace
//! (`docs/service-behaviour.md#workspace-members`). Plans, access, audits, the parser of the files and
//! `import` all use this module.

use crate::{HeldRole, LiveWorkspaceRole, OrganizationRole, SettableRole, WorkspaceRole};

/// A workspace role that follows from the role in the organization, in every workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inherited {
    /// `workspace_admin`, for admins, owners and primary owners. Nothing can be added or removed.
    Admin,
    /// `workspace_billing`, for billing members. Only `workspace_admin` can be added.
    Billing,
}

impl Inherited {
    /// Returns the resulting workspace role.
    pub fn role(self) -> WorkspaceRole {
        match self {
            Self::Admin => WorkspaceRole::Admin,
            Self::Billing => WorkspaceRole::Billing,
        }
    }

    /// Returns whether an explicit membership with this role adds nothing to the inherited one. Such a
    /// membership has no effect and cannot be changed or removed while the role in the organization lasts.
    pub fn makes_redundant(self, membership: &LiveWorkspaceRole) -> bool {
        match (self, membership) {
            (Self::Admin, _) => true,
            (Self::Billing, LiveWorkspaceRole::Known(role)) => *role != WorkspaceRole::Admin,
            (Self::Billing, LiveWorkspaceRole::Unknown(_)) => false,
        }
    }
}

impl HeldRole {
    /// Returns what the role implies in every workspace; `None` if nothing, as for `membership_admin`.
    pub fn inherited(self) -> Option<Inherited> {
        match self {
            Self::Admin | Self::Owner | Self::PrimaryOwner => Some(Inherited::Admin),
            Self::MembershipAdmin => None,
        }
    }
}

impl SettableRole {
    /// Returns what the role implies in every workspace; `None` if nothing.
    pub fn inherited(self) -> Option<Inherited> {
        match self {
            Self::Billing => Some(Inherited::Billing),
            Self::User | Self::Developer | Self::ClaudeCodeUser | Self::Managed => None,
        }
    }
}

impl OrganizationRole {
    /// Returns what the role implies in every workspace; `None` if nothing, and for unknown roles.
    pub fn inherited(&self) -> Option<Inherited> {
        match self {
            Self::Held(role) => role.inherited(),
            Self::Settable(role) => role.inherited(),
            Self::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Inherited;
    use crate::{LiveWorkspaceRole, OrganizationRole};

    #[test]
    fn admins_and_billing_members_inherit_a_role_in_every_workspace() {
        let inherited = |role: &str| OrganizationRole::from_text(role).inherited();
        for role in ["admin", "owner", "primary_owner"] {
            assert_eq!(inherited(role), Some(Inherited::Admin), "{role}");
        }
        assert_eq!(inherited("billing"), Some(Inherited::Billing));
        for role in ["membership_admin", "user", "developer", "claude_code_user", "managed", "wizard"] {
            assert_eq!(inherited(role), None, "{role}");
        }
    }

    #[test]
    fn only_workspace_admin_adds_to_billing() {
        for (membership, of_admin, of_billing) in [
            ("workspace_admin", true, false),
            ("workspace_user", true, true),
            ("workspace_billing", true, true),
            ("workspace_wizard", true, false),
        ] {
            let membership = LiveWorkspaceRole::from_text(membership);
            assert_eq!(Inherited::Admin.makes_redundant(&membership), of_admin, "{membership}");
            assert_eq!(Inherited::Billing.makes_redundant(&membership), of_billing, "{membership}");
        }
    }
}
