//! What a role in the organization gives in every workspace (`docs/service-behaviour.md#workspace-members`).
//! The only place that knows it: plans, access, audits, the reader of the files and `import` ask here.

use crate::{HeldRole, LiveWorkspaceRole, OrganizationRole, SettableRole, WantedRole, WorkspaceRole};

/// A workspace role that somebody has in every workspace through their role in the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inherited {
    /// `workspace_admin`, of admins, owners and primary owners. Nothing can be added to it or taken from it.
    Admin,
    /// `workspace_billing`, of billing members. Only `workspace_admin` can be added to it.
    Billing,
}

impl Inherited {
    /// The workspace role it comes to.
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
    /// What the role gives in every workspace; `None` for nothing, as for `membership_admin`.
    pub fn inherited(self) -> Option<Inherited> {
        match self {
            Self::Admin | Self::Owner | Self::PrimaryOwner => Some(Inherited::Admin),
            Self::MembershipAdmin => None,
        }
    }
}

impl SettableRole {
    /// What the role gives in every workspace; `None` for nothing.
    pub fn inherited(self) -> Option<Inherited> {
        match self {
            Self::Billing => Some(Inherited::Billing),
            Self::User | Self::Developer | Self::ClaudeCodeUser | Self::Managed => None,
        }
    }
}

impl OrganizationRole {
    /// What the role gives in every workspace; `None` for nothing, and for a role this version does not know.
    pub fn inherited(&self) -> Option<Inherited> {
        match self {
            Self::Held(role) => role.inherited(),
            Self::Settable(role) => role.inherited(),
            Self::Unknown(_) => None,
        }
    }
}

impl WantedRole {
    /// What the role gives in every workspace; `None` for nothing.
    pub fn inherited(self) -> Option<Inherited> {
        match self {
            Self::Held(role) => role.inherited(),
            Self::Settable(role) => role.inherited(),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Inherited;
    use crate::{LiveWorkspaceRole, OrganizationRole};

    #[test]
    fn admins_and_billing_members_have_every_workspace() {
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
    fn only_workspace_admin_adds_something_to_billing() {
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
