//! The three reports (`docs/service-behaviour.md#reports`): usage, cost and Claude Code activity. Figures
//! come from the seed or are derived from it.

mod buckets;
mod claude_code;
mod cost;
mod derived;
mod figure;
mod prices;
mod usage;
mod usage_record;

use jiff::Timestamp;

use crate::kinds::{Kind, read_list};
use crate::object::{Object, Problem};
use crate::routes::Route;
use crate::seed::Seed;
use crate::seeding::Seeding;

pub use usage_record::UsageRecord;

pub(crate) const KIND: Kind = Kind {
    read,
    ..Kind::new(&[
        Route::list("/v1/organizations/usage_report/messages", usage::report),
        Route::list("/v1/organizations/usage_report/claude_code", claude_code::report),
        Route::list("/v1/organizations/cost_report", cost::report),
    ])
};

fn read(seed: &mut Seed, document: &mut Object, now: Timestamp) -> Result<(), Problem> {
    let is_stated = document.has("usage");
    let usage = read_list(document, "usage", now, |item, _: &mut Seeding| UsageRecord::from_seed(item))?;
    seed.usage = is_stated.then_some(usage);
    seed.claude_code = document.nullable_list("claude_code")?;
    Ok(())
}
