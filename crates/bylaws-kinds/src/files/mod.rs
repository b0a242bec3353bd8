//! The configuration files: from their sections to the desired state, and back.
//! `bylaws-config` knows YAML; this module knows the sections.

mod digest;
mod document;
mod edit;
mod load;
mod lower;
mod people;
mod rules;
mod scalars;
mod words;
mod write;

pub use document::config_schema;
pub use edit::{Arrival, EditError, Edited, Line as MemberLine, Seen, arrive, leave};
pub use load::{Loaded, LoadedGuards, load, load_guards, parse};
pub use rules::rules;
pub use write::{write_files, write_single};
