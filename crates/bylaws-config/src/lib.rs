//! Reads and writes YAML for Bylaws: text to values with their locations, and all problems of one run; edits that keep
//! comments; the form in which `bylaws import` writes; the JSON Schema of types.
//!
//! This crate does not know which kinds of objects exist. `bylaws-kinds` reads the sections of the files with it.
//!
//! ```
//! use bylaws_config::{SourceFile, fields, files::{Files, Format}};
//!
//! let text = "members: {a@acme.com: user, a@acme.com: admin}\n".to_owned();
//! let mut files = Files::of_texts(vec![SourceFile { name: "bylaws.yaml".to_owned(), text }], &Format::default());
//! let root = &files.trees.roots[0];
//! assert_eq!(fields::map(&mut files.problems, root, fields::FILE).unwrap()[0].key, "members");
//! let problem = &files.texts.finish(files.problems, Default::default(), true).problems[0];
//! assert_eq!((problem.position.line, problem.position.column, problem.rule.code), (1, 29, "BL0207"));
//! ```

pub mod files;
mod folder;
mod named;
pub mod slip;
mod source;

mod plain;
mod raw;
mod read;
mod refusal;
mod resolve;
mod secret;
mod syntax;

mod blame;
mod cuts;
mod lines;
mod nesting;
mod recover;

pub mod fields;
pub mod node;
pub mod scalars;

mod allow;
mod allowed;
mod comments;
pub mod position;
pub mod problem;
mod rule;
pub mod rules;
pub mod shown;
pub mod suggest;
pub mod unseen;

pub mod edit;

pub mod digest;
mod notes;
pub mod page;
pub mod quote;
pub mod schema;
mod snippet;

pub use allow::Suppression;
pub use files::Origins;
pub use folder::LoadError;
pub use named::{NamedError, Place, ReadNamed};
pub use notes::Notes;
pub use position::Position;
pub use problem::Problem;
pub use rule::{Rule, Severity};
pub use secret::without_live_keys;
pub use snippet::snippet;
pub use source::SourceFile;
pub use suggest::nearest;
