//! The cost report: daily buckets of amounts by description and workspace
//! (`docs/service-behaviour.md#reports`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::envelope::Answer;
use crate::reports::buckets::{Buckets, DAILY};
use crate::reports::derived::figures;
use crate::reports::figure::Figure;
use crate::reports::prices;
use crate::request::{Query, Target};
use crate::state::State;

/// The fields that grouping by description fills; all null without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Line<'a> {
    description: Option<String>,
    cost_type: Option<&'static str>,
    token_type: Option<&'static str>,
    model: Option<&'a str>,
    context_window: Option<&'a str>,
    service_tier: Option<&'static str>,
    inference_geo: Option<&'a str>,
}

pub(crate) fn report(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let buckets = Buckets::read(&mut query, state.now, "cost", &[DAILY])?;
    let groups = query.many("group_by", |name| matches!(name, "description" | "workspace_id"))?;
    query.finish()?;
    let (by_line, by_workspace) =
        (groups.iter().any(|name| name == "description"), groups.iter().any(|name| name == "workspace_id"));
    let found = figures(state, buckets.from, buckets.to);
    Ok(buckets.answer(&found, |figures| {
        let mut sums: BTreeMap<(Option<&str>, Line<'_>), u128> = BTreeMap::new();
        for figure in figures {
            let workspace = figure.shown_workspace(state).filter(|_| by_workspace);
            for (line, amount) in lines(figure) {
                let line = if by_line { line } else { Line::default() };
                *sums.entry((workspace, line)).or_default() += amount;
            }
        }
        sums.iter().map(|((workspace, line), amount)| result(*workspace, line, *amount)).collect()
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
    let mut lines = Vec::new();
    for priced in prices::tokens(model.unwrap_or_default(), batch, &figure.tokens) {
        let suffix = if batch { " (Batch)" } else { "" };
        let line = Line {
            description: Some(format!("{name} Usage - {}{suffix}", priced.title)),
            cost_type: Some("tokens"),
            token_type: Some(priced.token_type),
            model,
            context_window: figure.dimension("context_window"),
            service_tier: Some(service_tier),
            inference_geo: figure.dimension("inference_geo"),
        };
        lines.push((line, priced.amount));
    }
    let searches = figure.tokens.tools.web_search_requests;
    if searches > 0 {
        let description = Some("Web Search Usage".to_owned());
        lines.push((
            Line { description, cost_type: Some("web_search"), ..Line::default() },
            prices::searches(searches),
        ));
    }
    lines
}

fn result(workspace: Option<&str>, line: &Line<'_>, amount: u128) -> Value {
    json!({
        "amount": prices::cents(amount),
        "currency": "USD",
        "workspace_id": workspace,
        "description": line.description,
        "cost_type": line.cost_type,
        "model": line.model,
        "token_type": line.token_type,
        "context_window": line.context_window,
        "service_tier": line.service_tier,
        "inference_geo": line.inference_geo,
    })
}
