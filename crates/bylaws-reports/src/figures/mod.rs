//! Figures that the service reports: usage, cost and Claude Code activity, summed exactly. Resolving ids and
//! rendering tables happens elsewhere.

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
