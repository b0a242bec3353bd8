//! Usage, cost and Claude Code activity, added up exactly; API keys with their use; and one HTML page about an
//! organization. Each is a value, rendered as text, Markdown, CSV, JSON or HTML.
//!
//! Nothing here sends a request, or reads files, the environment or a clock.

mod dimension;
mod figures;
mod period;
mod range;
mod service;
mod table;

mod about;
mod grid;
mod keys;
mod kind;
mod label;
mod number;
mod sheet;
mod trend;

pub mod page;

pub use about::{About, Report};
pub use dimension::Dimension;
pub use figures::Figures;
pub use keys::{KeyRow, KeySheet};
pub use kind::ReportKind;
pub use label::{Labels, Named, NamedObject};
pub use range::{Asked, Bucket, Edge, Last, Range, RangeProblem, Unit};
pub use service::{UsageQuestion, claude_code_facts, cost_facts, cost_query};
pub use sheet::Sheet;
pub use table::{Fact, Key, Row, Table};
