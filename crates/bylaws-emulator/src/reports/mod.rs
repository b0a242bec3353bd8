//! The three reports (`docs/service-behaviour.md#reports`): what was used, what it cost, what
//! Claude Code did. Figures come from the seed or follow from it; leaves members and keys alone.

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
