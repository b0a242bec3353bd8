//! Roles in the organization and in a workspace, in the service's words. Unknown roles are kept as text and
//! never rewritten.

use std::fmt;

use crate::text::{Say, Text};
use crate::words;

words!(
    /// The type of organization. The service does not report it; the files state it.
    #[derive(Default)]
    OrganizationKind {
        /// A Claude Console organization.
        #[default]
        Console = "console",
        /// A Claude Enterprise organization: members and invites only.
        Enterprise = "enterprise",
    }
);

words!(
    /// A role that the API can give (`docs/service-behaviour.md#members`).
    SettableRole {
        /// `user`, Console and Enterprise.
        User = "user",
        /// `developer`, Console only.
        Developer = "developer",
        /// `billing`, Console only.
        Billing = "billing",
        /// `claude_code_user`, Console only.
        ClaudeCodeUser = "claude_code_user",
        /// `managed`, Enterprise only.
        Managed = "managed",
    }
);

words!(
    /// A console-only role: the API can neither give nor remove it.
    HeldRole {
        /// `admin`
        Admin = "admin",
        /// `owner`
        Owner = "owner",
        /// `primary_owner`
        PrimaryOwner = "primary_owner",
        /// `membership_admin`
        MembershipAdmin = "membership_admin",
    }
);

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

impl OrganizationRole {
    /// Returns the value for the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        match (SettableRole::parse(text), HeldRole::parse(text)) {
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

words!(
    /// A role in one workspace.
    WorkspaceRole {
        /// `workspace_user`
        User = "workspace_user",
        /// `workspace_restricted_developer`, "Limited Developer" in the Console.
        RestrictedDeveloper = "workspace_restricted_developer",
        /// `workspace_developer`
        Developer = "workspace_developer",
        /// `workspace_admin`
        Admin = "workspace_admin",
        /// `workspace_billing`: follows from the organization role `billing`, never assigned.
        Billing = "workspace_billing",
    }
);

/// A role in one workspace as the service reports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiveWorkspaceRole {
    /// A role that this version knows.
    Known(WorkspaceRole),
    /// A role that this version does not know.
    Unknown(String),
}

impl WorkspaceRole {
    /// Returns the value for the service's word; `None` if it is unknown.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
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

        impl Say for $name {
            fn say(&self) -> Text {
                match self {
                    Self::Unknown(text) => Text::quoted(text),
                    known => Text::word(known.as_str()),
                }
            }
        }
    )*};
}
display_as_str!(OrganizationRole, LiveWorkspaceRole);

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
