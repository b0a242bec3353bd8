//! Reads the configuration files of Bylaws: YAML in, [`bylaws_kinds::Desired`] out, with the location of every entry
//! and all problems of one run. Only this crate handles YAML; it uses neither the service nor the clock.
//!
//! ```
//! use bylaws_config::{SourceFile, parse};
//!
//! let text = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\nmembers: {a@acme.com: usr}\n";
//! let loaded = parse(vec![SourceFile { name: "bylaws.yaml".into(), text: text.into() }]);
//! let problem = &loaded.problems[0];
//! assert_eq!((problem.position.line, problem.position.column, problem.rule.code), (3, 23, "BL0406"));
//! assert!(loaded.desired.is_none());
//! ```

mod folder;
mod load;
mod slip;
mod source;

mod plain;
mod read;
mod resolve;
mod secret;
mod syntax;

mod blame;
mod cuts;
mod lines;
mod nesting;
mod recover;
mod refusal;

mod fields;
mod lower;
mod node;
mod people;
mod scalars;

mod allow;
mod comments;
mod position;
mod problem;
mod rule;
mod rules;
mod shown;
mod suggest;
mod unseen;

mod digest;
mod document;

mod edit;

mod notes;
mod quote;
mod schema;
mod words;
mod write;

pub use allow::Suppression;
pub use edit::{Arrival, EditError, Edited, FileEdit, Line as MemberLine, Seen, Step, arrive, leave};
pub use folder::LoadError;
pub use load::{Loaded, LoadedGuards, Origins, load, load_guards, parse};
pub use notes::Notes;
pub use position::Position;
pub use problem::Problem;
pub use rule::{Rule, Severity};
pub use rules::rules;
pub use schema::config_schema;
pub use secret::without_live_keys;
pub use source::SourceFile;
pub use suggest::nearest;
pub use write::{SnippetValue, snippet, write_files, write_single};
