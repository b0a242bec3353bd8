//! The order in which the changes of a plan are sent, in phases.

/// The phase in which a change is sent; phases run one after another. Access is granted before it is
/// removed, except for keys, which are switched off first because that may be an emergency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Keys are switched off.
    KeysOff,
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
    /// Memberships of people who stay are removed.
    MembershipsLost,
    /// Workspaces are archived.
    Archive,
}
