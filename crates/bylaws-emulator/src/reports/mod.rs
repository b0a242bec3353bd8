//! The three reports (`docs/service-behaviour.md#reports`): usage, cost and Claude Code activity. Figures
//! come from the seed or are derived from it.

mod buckets;
pub(crate) mod claude_code;
pub(crate) mod cost;
mod derived;
mod figure;
mod prices;
mod token;
pub(crate) mod usage;
mod usage_record;

pub use usage_record::UsageRecord;
