//! The middle of Bylaws: names, the two sides, the plan, the guards, the order of an apply.
//!
//! Knows neither HTTP nor files nor a clock: equal inputs give equal output.

mod action;
mod address;
mod desired;
mod email;
mod guards;
mod id;
mod role;

pub use action::{Action, Class};
pub use address::Address;
pub use desired::{
    AllowedGeos, ApiKey, DataResidency, Desired, GuardKind, Line, Member, OpenWorkspace, OrganizationPin,
    Policy, SeatLine, Unlisted, UnlistedKind, Visibility, WantedRole, WantedStatus, Workspace,
    WorkspaceState,
};
pub use email::{Email, Person};
pub use guards::{AccessLoss, Approval, Guards, Pair, Share};
pub use id::{ApiKeyId, InviteId, KeyName, OrganizationId, TeamName, UserId, WorkspaceId, WorkspaceLabel};
pub use role::{
    HeldRole, LiveWorkspaceRole, OrganizationKind, OrganizationRole, SettableRole, WorkspaceRole,
};
