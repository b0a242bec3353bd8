//! The cost report: daily buckets of amounts by description and workspace
//! (`docs/service-behaviour.md#reports`).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::envelope::Answer;
use crate::reports::buckets::{Buckets, DAILY};
use crate::reports::figure::{Figure, figures};
use crate::reports::prices;
use crate::request::{Query, Target};
use crate::state::State;

/// The fields that grouping by description fills; all null without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Line<'a> {
    description: Option<String>,
    cost_type: Option<&'static str>,
    model: Option<&'a str>,
    token_type: Option<&'static str>,
    context_window: Option<&'a str>,
    service_tier: Option<&'static str>,
    inference_geo: Option<&'a str>,
}

/// One amount of the report.
#[derive(Serialize)]
struct Cost<'a> {
    amount: String,
    currency: &'static str,
    workspace_id: Option<&'a str>,
    #[serde(flatten)]
    line: Line<'a>,
}

pub(crate) fn report(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let buckets = Buckets::read(&mut query, state.now, "cost", &[DAILY])?;
    let groups = query.many("group_by", |name| matches!(name, "description" | "workspace_id"))?;
    query.finish()?;
    let by = |wanted: &str| groups.iter().any(|name| name == wanted);
    let found = figures(state, buckets.from, buckets.to);
    Ok(buckets.answer(&found, |figures| {
        let mut sums: BTreeMap<(Option<&str>, Line<'_>), u128> = BTreeMap::new();
        for figure in figures {
            let workspace = figure.shown_workspace(state).filter(|_| by("workspace_id"));
            for (line, amount) in lines(figure) {
                let line = if by("description") { line } else { Line::default() };
                *sums.entry((workspace, line)).or_default() += amount;
            }
        }
        let cost = |((workspace_id, line), amount)| {
            json!(Cost { amount: prices::cents(amount), currency: "USD", workspace_id, line })
        };
        sums.into_iter().map(cost).collect()
    }))
}

/// Returns the cost of one figure. Priority usage is paid in advance and not in this report.
fn lines<'a>(figure: &Figure<'a>) -> Vec<(Line<'a>, u128)> {
    let service_tier = match figure.dimension("service_tier") {
        Some("batch") => "batch",
        Some(tier) if tier.starts_with("priority") => return Vec::new(),
        _ => "standard",
    };
    let batch = service_tier == "batch";
    let model = figure.dimension("model");
    let name = prices::title(model.unwrap_or("claude"));
    let priced = prices::tokens(model.unwrap_or_default(), batch, &figure.tokens);
    let mut lines: Vec<_> = priced
        .map(|(token_type, title, amount)| {
            let suffix = if batch { " (Batch)" } else { "" };
            let line = Line {
                description: Some(format!("{name} Usage - {title}{suffix}")),
                cost_type: Some("tokens"),
                model,
                token_type: Some(token_type),
                context_window: figure.dimension("context_window"),
                service_tier: Some(service_tier),
                inference_geo: figure.dimension("inference_geo"),
            };
            (line, amount)
        })
        .collect();
    let searches = figure.tokens.server_tool_use.web_search_requests;
    if searches > 0 {
        let description = Some("Web Search Usage".to_owned());
        let line = Line { description, cost_type: Some("web_search"), ..Line::default() };
        lines.push((line, prices::searches(searches)));
    }
    lines
}
