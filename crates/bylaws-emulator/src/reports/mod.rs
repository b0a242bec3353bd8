//! The three reports (`docs/service-behaviour.md#reports`): usage, cost and Claude Code activity. Figures
//! come from the seed or are derived from it.

mod buckets;
mod claude_code;
mod cost;
mod figure;
mod prices;
mod usage;
mod usage_record;

use crate::kinds::Kind;
use crate::routes::Run::List;
use crate::seeding::Seeding;

pub use usage_record::UsageRecord;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        if document.has("usage") {
            let usage = seed.usage.insert(Vec::new());
            Seeding::list(usage, document, "usage", now, UsageRecord::from_seed)?;
        }
        seed.claude_code = document.nullable_list("claude_code")?;
        Ok(())
    },
    ..Kind::new(&[
        ("/v1/organizations/usage_report/messages", &[List(usage::report)]),
        ("/v1/organizations/usage_report/claude_code", &[List(claude_code::report)]),
        ("/v1/organizations/cost_report", &[List(cost::report)]),
    ])
};
