//! Figures that the service reports: what was used, what it cost, what Claude Code did. Counted and added up
//! exactly; who the ids belong to, and how a table looks, is left to others.

mod activity;
mod dimension;
mod facts;
mod measure;
mod period;
mod range;
mod table;
mod tokens;

pub use activity::Activity;
pub use dimension::Dimension;
pub use facts::{
    ClaudeCodeDay, ClaudeCodeRecord, CostBucket, CostLine, ModelFigures, UsageBucket, UsageLine,
};
pub use measure::Measure;
pub use period::{Extent, Period};
pub use range::{Asked, Bucket, Edge, Last, Range, RangeProblem, Unit};
pub use table::{Fact, Others, Row, Table};
pub use tokens::Tokens;
