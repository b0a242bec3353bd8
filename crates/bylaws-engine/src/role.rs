//! Roles in the organization and in a workspace, in the service's words. Unknown roles are kept as text and
//! never rewritten.

use std::fmt;

/// The type of organization. The service does not report it; the files state it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationKind {
    /// A Claude Console organization.
    #[default]
    Console,
    /// A Claude Enterprise organization: members and invites only.
    Enterprise,
}

/// A role that the API can give (`docs/service-behaviour.md#members`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SettableRole {
    /// `user`, Console and Enterprise.
    User,
    /// `developer`, Console only.
    Developer,
    /// `billing`, Console only.
    Billing,
    /// `claude_code_user`, Console only.
    ClaudeCodeUser,
    /// `managed`, Enterprise only.
    Managed,
}

/// A console-only role: the API can neither give nor remove it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HeldRole {
    /// `admin`
    Admin,
    /// `owner`
    Owner,
    /// `primary_owner`
    PrimaryOwner,
    /// `membership_admin`
    MembershipAdmin,
}

/// A role in the organization as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationRole {
    /// A role that the API can give.
    Settable(SettableRole),
    /// A console-only role, which the API can neither give nor remove.
    Held(HeldRole),
    /// A role that this version does not know.
    Unknown(String),
}

impl SettableRole {
    /// All values, in the order in which help lists them.
    pub const ALL: [Self; 5] =
        [Self::User, Self::Developer, Self::Billing, Self::ClaudeCodeUser, Self::Managed];

    /// Returns the service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Developer => "developer",
            Self::Billing => "billing",
            Self::ClaudeCodeUser => "claude_code_user",
            Self::Managed => "managed",
        }
    }

    /// Returns whether organizations of this kind have the role.
    pub fn is_of(self, kind: OrganizationKind) -> bool {
        match self {
            Self::User => true,
            Self::Developer | Self::Billing | Self::ClaudeCodeUser => kind == OrganizationKind::Console,
            Self::Managed => kind == OrganizationKind::Enterprise,
        }
    }

    /// Returns whether the change from `self` to `to` only increases access: `claude_code_user → user →
    /// developer`.
    pub fn is_raised_by(self, to: Self) -> bool {
        let rank = |role| match role {
            Self::ClaudeCodeUser => Some(0),
            Self::User => Some(1),
            Self::Developer => Some(2),
            // The rights of billing and managed members are not comparable with the others.
            Self::Billing | Self::Managed => None,
        };
        matches!((rank(self), rank(to)), (Some(from), Some(to)) if from < to)
    }
}

impl HeldRole {
    /// All values, in the order in which help lists them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Owner, Self::PrimaryOwner, Self::MembershipAdmin];

    /// Returns the service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::PrimaryOwner => "primary_owner",
            Self::MembershipAdmin => "membership_admin",
        }
    }
}

impl OrganizationRole {
    /// Returns the value for the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        let settable = SettableRole::ALL.into_iter().find(|role| role.as_str() == text);
        let held = HeldRole::ALL.into_iter().find(|role| role.as_str() == text);
        match (settable, held) {
            (Some(role), _) => Self::Settable(role),
            (None, Some(role)) => Self::Held(role),
            (None, None) => Self::Unknown(text.to_owned()),
        }
    }

    /// Returns the service's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Settable(role) => role.as_str(),
            Self::Held(role) => role.as_str(),
            Self::Unknown(text) => text,
        }
    }

    /// Returns the same role as an organization of `kind` has it: a role of the other kind is unknown there.
    #[must_use]
    pub fn seen_in(&self, kind: OrganizationKind) -> Self {
        match self {
            Self::Settable(role) if !role.is_of(kind) => Self::Unknown(role.as_str().to_owned()),
            other => other.clone(),
        }
    }
}

/// A role in one workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkspaceRole {
    /// `workspace_user`
    User,
    /// `workspace_restricted_developer`, "Limited Developer" in the Console.
    RestrictedDeveloper,
    /// `workspace_developer`
    Developer,
    /// `workspace_admin`
    Admin,
    /// `workspace_billing`: follows from the organization role `billing`, never assigned.
    Billing,
}

/// A role in one workspace as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiveWorkspaceRole {
    /// A role that this version knows.
    Known(WorkspaceRole),
    /// A role that this version does not know.
    Unknown(String),
}

impl WorkspaceRole {
    /// All values, weakest first; billing, which is not comparable, last.
    pub const ALL: [Self; 5] =
        [Self::User, Self::RestrictedDeveloper, Self::Developer, Self::Admin, Self::Billing];

    /// Returns the service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "workspace_user",
            Self::RestrictedDeveloper => "workspace_restricted_developer",
            Self::Developer => "workspace_developer",
            Self::Admin => "workspace_admin",
            Self::Billing => "workspace_billing",
        }
    }

    /// Returns the value for the service's word; `None` if it is unknown.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Returns the rank of the role; billing ranks lowest.
    pub fn strength(self) -> u8 {
        match self {
            Self::Billing => 0,
            Self::User => 1,
            Self::RestrictedDeveloper => 2,
            Self::Developer => 3,
            Self::Admin => 4,
        }
    }
}

impl LiveWorkspaceRole {
    /// Returns the value for the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        WorkspaceRole::from_text(text).map_or_else(|| Self::Unknown(text.to_owned()), Self::Known)
    }

    /// Returns the service's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(role) => role.as_str(),
            Self::Unknown(text) => text,
        }
    }
}

macro_rules! display_as_str {
    ($($name:ty),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}
display_as_str!(SettableRole, HeldRole, OrganizationRole, WorkspaceRole, LiveWorkspaceRole);

#[cfg(test)]
mod tests {
    use super::SettableRole::{Billing, ClaudeCodeUser, Developer, User};

    #[test]
    fn only_a_higher_role_increases_access() {
        let raises = [(ClaudeCodeUser, User), (ClaudeCodeUser, Developer), (User, Developer)];
        for from in [User, Developer, Billing, ClaudeCodeUser] {
            for to in [User, Developer, Billing, ClaudeCodeUser] {
                assert_eq!(from.is_raised_by(to), raises.contains(&(from, to)), "{from} → {to}");
            }
        }
    }
}
