//! The order in which the changes of a plan are sent, in phases.

/// The phase in which a change is sent; phases run one after another. Access is granted before it is
/// removed, except for keys, which are switched off first because that may be an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Keys are switched off.
    KeysOff,
    /// External keys are created and changed, so that workspaces can use them.
    ExternalKeys,
    /// Workspaces are created and changed, limits are changed, and keys are renamed.
    Workspaces,
    /// Invites are sent.
    Invites,
    /// Members are removed and invites withdrawn.
    Leavers,
    /// An invite that can only be sent once an older one is withdrawn.
    SecondInvites,
    /// Roles in the organization change.
    Roles,
    /// Workspace memberships are added and changed.
    Memberships,
    /// Keys are switched on.
    KeysOn,
    /// Service accounts are created and changed.
    Accounts,
    /// Workspace memberships of service accounts are added and changed.
    AccountMemberships,
    /// Federation issuers are created and changed.
    Issuers,
    /// Federation rules are created and changed.
    Rules,
    /// Federation rules are enabled for workspaces.
    Enablements,
    /// Federation rules apply to listed workspaces only.
    RulesNarrowed,
    /// Federation rules are disabled for workspaces.
    EnablementsLost,
    /// Federation rules are archived.
    RulesLost,
    /// Federation issuers are archived.
    IssuersLost,
    /// Workspace memberships of service accounts are removed.
    AccountMembershipsLost,
    /// Service accounts are archived.
    AccountsLost,
    /// Memberships of people who stay are removed.
    MembershipsLost,
    /// Workspaces are archived.
    Archive,
}
