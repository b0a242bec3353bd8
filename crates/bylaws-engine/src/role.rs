//! Roles in the organization and in a workspace, in the service's own words.
//! Roles the service may grow are kept as text and never rewritten.

use std::fmt;

/// Which kind of organization it is. The service never says; the files do.
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
    /// `user`
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

/// A role that can be held but neither given nor taken by the API.
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
    /// One the API can give.
    Settable(SettableRole),
    /// One it cannot.
    Held(HeldRole),
    /// One this version does not know.
    Unknown(String),
}

impl SettableRole {
    /// All of them, in the order in which help names them.
    pub const ALL: [Self; 5] =
        [Self::User, Self::Developer, Self::Billing, Self::ClaudeCodeUser, Self::Managed];

    /// The service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Developer => "developer",
            Self::Billing => "billing",
            Self::ClaudeCodeUser => "claude_code_user",
            Self::Managed => "managed",
        }
    }

    /// Whether organizations of this kind know the role.
    pub fn is_of(self, kind: OrganizationKind) -> bool {
        match self {
            Self::User => true,
            Self::Developer | Self::Billing | Self::ClaudeCodeUser => kind == OrganizationKind::Console,
            Self::Managed => kind == OrganizationKind::Enterprise,
        }
    }

    /// Whether going from `self` to `to` only adds: `claude_code_user → user → developer`.
    pub fn is_raised_by(self, to: Self) -> bool {
        let rank = |role| match role {
            Self::ClaudeCodeUser => Some(0),
            Self::User => Some(1),
            Self::Developer => Some(2),
            // What billing and managed people may do lies beside that ladder.
            Self::Billing | Self::Managed => None,
        };
        matches!((rank(self), rank(to)), (Some(from), Some(to)) if from < to)
    }
}

impl HeldRole {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Owner, Self::PrimaryOwner, Self::MembershipAdmin];

    /// The service's word.
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
    /// Reads the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        let settable = SettableRole::ALL.into_iter().find(|role| role.as_str() == text);
        let held = HeldRole::ALL.into_iter().find(|role| role.as_str() == text);
        match (settable, held) {
            (Some(role), _) => Self::Settable(role),
            (None, Some(role)) => Self::Held(role),
            (None, None) => Self::Unknown(text.to_owned()),
        }
    }

    /// The service's word.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Settable(role) => role.as_str(),
            Self::Held(role) => role.as_str(),
            Self::Unknown(text) => text,
        }
    }

    /// The same role as an organization of `kind` sees it: a role of the other kind is unknown there.
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
    /// One we know.
    Known(WorkspaceRole),
    /// One this version does not know.
    Unknown(String),
}

impl WorkspaceRole {
    /// All of them, weakest first; billing, which is beside the ladder, last.
    pub const ALL: [Self; 5] =
        [Self::User, Self::RestrictedDeveloper, Self::Developer, Self::Admin, Self::Billing];

    /// The service's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "workspace_user",
            Self::RestrictedDeveloper => "workspace_restricted_developer",
            Self::Developer => "workspace_developer",
            Self::Admin => "workspace_admin",
            Self::Billing => "workspace_billing",
        }
    }

    /// The service's word, read; `None` for one that is not known.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Place on the ladder, 0 for the weakest; billing stands below it.
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
    /// Reads the service's word; never fails.
    pub fn from_text(text: &str) -> Self {
        WorkspaceRole::from_text(text).map_or_else(|| Self::Unknown(text.to_owned()), Self::Known)
    }

    /// The service's word.
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
    fn only_the_ladder_raises() {
        let raises = [(ClaudeCodeUser, User), (ClaudeCodeUser, Developer), (User, Developer)];
        for from in [User, Developer, Billing, ClaudeCodeUser] {
            for to in [User, Developer, Billing, ClaudeCodeUser] {
                assert_eq!(from.is_raised_by(to), raises.contains(&(from, to)), "{from} → {to}");
            }
        }
    }
}
