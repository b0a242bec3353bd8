//! Usage and cost by workspace and day, for the charts of the page.

use std::collections::BTreeMap;

use bylaws_kinds::Live;
use jiff::civil::Date;

use super::document::{Chart, Series};
use super::names::workspace_name;
use crate::figures::Figures;
use crate::table::Fact;

/// Returns the chart of figures of each workspace, their first dimension: tokens, or else cost.
pub fn chart(facts: &[Fact], days: &[Date], of_tokens: bool, live: &Live) -> Chart {
    let mut sums: BTreeMap<Option<&str>, BTreeMap<Date, Figures>> = BTreeMap::new();
    for fact in facts {
        let [workspace] = fact.ids();
        sums.entry(workspace).or_default().entry(fact.day()).or_default().add(&fact.figures);
    }
    let value = |figures: Option<&Figures>| match figures {
        None => "0".to_owned(),
        Some(figures) if of_tokens => figures.tokens().to_string(),
        Some(figures) => figures.cost().cents(),
    };
    let series = sums.into_iter().map(|(workspace, sums)| Series {
        name: workspace_name(live, workspace),
        values: days.iter().map(|day| value(sums.get(day))).collect(),
    });
    Chart {
        unit: of_tokens.then(|| "tokens".to_owned()),
        days: days.iter().map(ToString::to_string).collect(),
        series: series.collect(),
    }
}
