//! The kinds of objects that Bylaws manages, one folder per kind: what the files ask for, what is live, the plan that
//! turns one into the other, and its requests. Planning uses neither the client nor a clock: equal inputs give an
//! equal plan.
//!
//! ```
//! use bylaws_engine::writer::{LiveWriter, Readings};
//! use bylaws_engine::{Parallelism, Watch, apply};
//! use bylaws_kinds::{Basis, Desired, Live, plan};
//! use jiff::civil::Date;
//!
//! /// Applies the difference; returns the guards that refuse it.
//! async fn reconcile(
//!     desired: &Desired,
//!     (live, readings): (&Live, Readings),
//!     today: Date,
//!     (service, watch): (&impl LiveWriter, &mut impl Watch),
//! ) -> Result<(), Vec<bylaws_engine::guard_results::GuardResult>> {
//!     let plan = plan(&Basis::new(desired, today), live);
//!     let approved = plan.approve().map_err(|refused| refused.guards)?;
//!     let report = apply(approved, readings, Parallelism::MIN, service, watch).await;
//!     println!("{} changes", report.entries.len());
//!     Ok(())
//! }
//! ```

mod access;
mod adopt;
mod attribution;
mod audit;
mod base;
mod call;
mod cause;
pub mod desired;
mod differing;
mod federation;
mod files;
mod index;
pub mod live;
mod names;
mod objects;
mod plan;
mod readings;
mod reads;
mod refusals;
mod remote;
mod rule_changes;
mod selection;
mod syntax;
mod unlisted;
mod unlisted_sections;

mod api_key;
mod external_key;
mod member;
mod rate_limit;
mod service_account;
mod spend_limit;
mod workspace;
mod workspace_member;
mod workspace_service_account;

pub use access::{access_held, access_wanted};
pub use adopt::{Adopted, adopt};
pub use api_key::plan::API_KEY;
pub use attribution::{Difference, Own, Reached, Search, What, differences};
pub use audit::{Costs, LastDays, Observed, Usage, audit, cost_days, quiet_people, usage_days};
pub use base::{Base, Basis};
pub use call::{Call, MayBeSent, Outcome, Succeeded, said};
pub use desired::Desired;
pub use federation::{LiveFederation, LiveIssuer, LiveRule};
pub use files::{
    Arrival, EditError, Edited, Loaded, LoadedGuards, MemberLine, Seen, arrive, config_schema, leave, load,
    load_guards, parse, parse_and, rules, write_files, write_single,
};
pub use live::Live;
pub use member::invites::INVITE;
pub use member::missing::could_be;
pub use member::plan::MEMBER;
pub use objects::{LiveObject, OBJECTS, Objects, objects, parse_address, parse_pair};
pub use plan::plan;
pub use readings::readings;
pub use reads::{Needs, PAGE};
pub use refusals::{Refusal, refusals};
pub use remote::{Lists, Remote, RemoteObjects, remote, remote_of_list};
pub use selection::{Unmatched, select};
pub use syntax::Target;
pub use unlisted_sections::{UnlistedSection, unlisted_sections};
pub use workspace::facts::of_live as workspace_facts;
pub use workspace::matching::member_lists;
pub use workspace::plan::WORKSPACE;
pub use workspace_member::plan::WORKSPACE_MEMBER;

pub mod translate {
    //! Converts objects of the API to the engine's types without loss. Unknown values are kept as text.
    pub use crate::api_key::remote::{api_key, api_keys};
    pub use crate::member::remote::{invite, people, user};
    pub use crate::workspace::remote::{only_in, workspace, workspaces};
    pub use crate::workspace_member::remote::workspace_members;
}
