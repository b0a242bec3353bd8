//! Core model and planner of Bylaws: names, desired and live state, plans, guards, and the order of an
//! apply.
//!
//! Uses neither HTTP nor files nor a clock: equal inputs give equal output.

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

mod desired;
mod guards;
mod live;

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

mod access;
mod audit;
pub mod figures;

mod differing;
mod review_first;
mod rule_changes;

mod apply;
mod lists;
mod report;
mod writer;

pub use access::{
    Access, AccessChange, Because, Grant, Held, Holder, Place, PlaceKind, Presence, Source, Where, Who,
    access_held, access_wanted, difference,
};
pub use action::{Action, Class};
pub use address::Address;
pub use amount::Amount;
pub use apply::{Parallelism, Watch, apply};
pub use approvals::{ApprovalReport, ApprovalState};
pub use approved::Approved;
pub use audit::{
    AUDIT_RULES, Acceptance, Audit, AuditRule, AuditSettings, Costs, DormantDays, Edit, Finding, KeyExpiry,
    LastDays, Observed, Severity, Spending, Unseen, Unusual, Usage, Value, audit, audit_rule, cost_days,
    quiet_people, usage_days,
};
pub use base::Base;
pub use cause::Cause;
pub use change::{Change, ChangeId, Why, WorkspacePatch, WorkspaceRef, WorkspaceSettings, Write};
pub use clocks::Clocks;
pub use desired::{
    AllowedGeos, ApiKey, DataResidency, Desired, GuardKind, Line, Member, MembershipLine, OpenWorkspace,
    OrganizationPin, Policy, Unlisted, UnlistedKind, Visibility, WantedRole, WantedStatus, Workspace,
    WorkspaceState,
};
pub use differing::Differing;
pub use email::{Domain, Email, Person};
pub use facts::{Fact, Facts};
pub use guard_results::{Figures, GuardOutcome, GuardResult, GuardSource};
pub use guards::{AccessLoss, Approval, Guards, Loosened, Pair, Share, loosened};
pub use hidden::{characters, is_direction_mark, is_hidden};
pub use id::{ApiKeyId, InviteId, KeyName, OrganizationId, TeamName, UserId, WorkspaceId, WorkspaceLabel};
pub use inherited::Inherited;
pub use lists::{Entry, List, Readings};
pub use live::{
    InviteStatus, KeyScope, Live, LiveApiKey, LiveInvite, LiveKeyStatus, LivePeople, LiveUser, LiveWorkspace,
    LiveWorkspaces, Principal,
};
pub use live_names::{LiveName, NameKind};
pub use lookalike::{disguise, skeleton, twin};
pub use matching::member_lists;
pub use name::{comparable, difference as name_difference, is_look_alike};
pub use narrowed::Basis;
pub use plan::{EXPIRY_WINDOW, Item, Plan, Waiting, could_be, plan};
pub use reads::{Needs, PAGE, Reads};
pub use report::{How, Outcome, Report};
pub use review_first::{About, ReviewFirst, ReviewKind};
pub use role::{
    HeldRole, LiveWorkspaceRole, OrganizationKind, OrganizationRole, SettableRole, WorkspaceRole,
};
pub use rule_changes::{RuleChange, RuleChangeKind};
pub use selection::Unmatched;
pub use writer::{Answer, Failure, FailureKind, LiveWriter};
