//! The core of Bylaws: names, changes as data, guards, approvals, and the order of an apply.
//!
//! Knows no kind of object, and uses neither HTTP nor files nor a clock: equal inputs give equal output.

mod action;
mod address;
mod amount;
mod clocks;
mod email;
mod hidden;
mod id;
mod inherited;
mod kind;
mod line;
mod lookalike;
mod name;
mod role;
pub mod spelling;
pub mod text;

mod change;
mod facts;
mod write;

mod approval;
mod approvals;
mod approved;
mod cause;
pub mod day;
pub mod draft;
pub mod guard_check;
pub mod guard_results;
pub mod guards;
pub mod hold;
mod item;
pub mod live_names;
mod narrowed;
mod phase;
mod plan;
pub mod review_first;
pub mod rule_changes;
pub mod sentence;

pub mod access;
pub mod attribution;
pub mod audit;

mod apply;
mod lists;
mod report;
pub mod writer;

pub use action::{Action, Class};
pub use address::Address;
pub use amount::Amount;
pub use apply::{Parallelism, Watch, apply};
pub use approvals::Approvals;
pub use approved::Approved;
pub use cause::Cause;
pub use change::{Change, ChangeId, Why};
pub use clocks::{Clocks, EXPIRY_WINDOW, days};
pub use email::{Domain, Email, Person};
pub use facts::{Fact, Facts, Reference};
pub use guards::Guards;
pub use id::{
    AddressForm, ApiKeyId, ExternalKeyId, InviteId, ObjectKind, ObjectName, OrganizationId, TeamName, UserId,
    WorkspaceId, WorkspaceLabel,
};
pub use inherited::Inherited;
pub use item::{Item, Waiting};
pub use kind::Kind;
pub use line::{GuardKind, Line};
pub use live_names::LiveName;
pub use plan::{Differing, Plan, Reads, Replacement};
pub use report::{How, Outcome, Report};
pub use role::{
    HeldRole, LiveWorkspaceRole, OrganizationKind, OrganizationRole, SettableRole, WorkspaceRole,
};
pub use write::{WorkspaceRef, Write};
