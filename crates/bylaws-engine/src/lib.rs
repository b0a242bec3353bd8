//! Core model and planner of Bylaws: names, desired and live state, plans, guards, and the order of an
//! apply.
//!
//! Uses neither HTTP nor files nor a clock: equal inputs give equal output.
//!
//! ```
//! use bylaws_engine::writer::{LiveWriter, Readings};
//! use bylaws_engine::{Basis, Desired, Live, Parallelism, Watch, apply, plan};
//! use jiff::civil::Date;
//!
//! /// Applies the difference; returns the guards that refuse it.
//! async fn reconcile(
//!     desired: &Desired,
//!     (live, readings): (&Live, Readings),
//!     today: Date,
//!     (service, watch): (&impl LiveWriter, &mut impl Watch),
//! ) -> Result<(), Vec<bylaws_engine::guards::GuardResult>> {
//!     let plan = plan(&Basis::new(desired, today), live);
//!     let approved = plan.approve().map_err(|refused| refused.guards)?;
//!     let report = apply(approved, readings, Parallelism::MIN, service, watch).await;
//!     println!("{} changes", report.entries.len());
//!     Ok(())
//! }
//! ```

mod action;
mod address;
mod amount;
mod clocks;
mod email;
mod hidden;
mod id;
mod inherited;
mod name;
mod role;

pub mod desired;
pub mod guards;
pub mod live;

mod facts;
mod index;
mod live_names;
mod lookalike;
mod matching;
mod reads;

mod approvals;
mod approved;
mod base;
mod cause;
mod change;
mod guard_check;
mod guard_results;
mod narrowed;
mod plan;
mod selection;
pub mod sentence;
pub mod text;

pub mod access;
pub mod audit;
pub mod figures;

mod differing;
pub mod review_first;
pub mod rule_changes;

mod apply;
mod lists;
mod report;
pub mod writer;

pub use action::{Action, Class};
pub use address::Address;
pub use amount::Amount;
pub use apply::{Parallelism, Watch, apply};
pub use approved::Approved;
pub use base::Base;
pub use cause::Cause;
pub use change::{Change, ChangeId, Why, WorkspacePatch, WorkspaceRef, WorkspaceSettings, Write};
pub use clocks::Clocks;
pub use desired::Desired;
pub use differing::Differing;
pub use email::{Domain, Email, Person};
pub use facts::{Fact, Facts};
pub use guards::Guards;
pub use id::{ApiKeyId, InviteId, KeyName, OrganizationId, TeamName, UserId, WorkspaceId, WorkspaceLabel};
pub use inherited::Inherited;
pub use live::Live;
pub use live_names::{LiveName, NameKind};
pub use matching::member_lists;
pub use narrowed::Basis;
pub use plan::{EXPIRY_WINDOW, Item, Plan, Waiting, could_be, plan};
pub use reads::{Needs, PAGE, Reads};
pub use report::{How, Outcome, Report};
pub use role::{
    HeldRole, LiveWorkspaceRole, OrganizationKind, OrganizationRole, SettableRole, WorkspaceRole,
};
pub use selection::Unmatched;
