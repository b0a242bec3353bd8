//! The configuration files: from their sections to the desired state, and back.
//! `bylaws-config` knows YAML; this module knows the sections.

mod all_rules;
mod audit;
mod context;
mod digest;
pub(crate) mod edit;
pub(crate) mod entry;
mod guards;
pub(crate) mod ids;
mod load;
pub(crate) mod look_alikes;
mod lower;
mod organization;
mod protected;
pub(crate) mod rules;
pub(crate) mod scalars;
pub(crate) mod schema;
mod sections;
pub(crate) mod teams;
mod unlisted;
mod whole;
mod write;

pub use all_rules::rules;
pub(crate) use context::Context;
pub use edit::{Arrival, EditError, Edited, Line as MemberLine, Seen, arrive, leave};
pub use load::{Loaded, LoadedGuards, load, load_guards, parse, parse_and};
pub use schema::config_schema;
pub use write::{write_files, write_single};
