//! The messages usage report: tokens in buckets, grouped and filtered (`docs/service-behaviour.md#reports`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::envelope::{Answer, Refusal};
use crate::ids::is_id;
use crate::reports::buckets::{Buckets, WIDTHS};
use crate::reports::figure::{DIMENSIONS, Dimensions, Figure, figures};
use crate::reports::usage_record::Amounts;
use crate::request::{Query, Target};
use crate::state::State;

/// The `anthropic-beta` value required to group by speed.
const FAST_MODE: &str = "fast-mode-2026-02-01";

pub(crate) fn report(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let buckets = Buckets::read(&mut query, state.now, "messages", &WIDTHS)?;
    let groups = query.many("group_by", |name| DIMENSIONS.contains(&name))?;
    let filters = read_filters(&mut query)?;
    query.finish()?;
    let fast_mode = target.call.has_beta(FAST_MODE);
    let by_speed =
        groups.iter().any(|name| name == "speed") || filters.iter().any(|(name, _)| *name == "speed");
    if by_speed && !fast_mode {
        return Err(Refusal::invalid(format!("speed: needs the header anthropic-beta: {FAST_MODE}.")));
    }
    let mut found = figures(state, buckets.from, buckets.to);
    found.retain(|figure| {
        filters.iter().all(|(name, values)| {
            figure.dimension(name).is_some_and(|value| values.iter().any(|wanted| wanted == value))
        })
    });
    Ok(buckets.answer(&found, |figures| results(state, &groups, fast_mode, figures)))
}

/// Reads all filters, each with its dimension.
fn read_filters(query: &mut Query) -> Result<Vec<(&'static str, Vec<String>)>, Refusal> {
    let geos = ["global", "not_available", "us"];
    let tiers = ["batch", "flex", "flex_discount", "priority", "priority_on_demand", "standard"];
    let all = [
        ("account_id", query.many("account_ids", |id| is_id(id, "user_"))?),
        ("api_key_id", query.many("api_key_ids", |id| is_id(id, "apikey_"))?),
        ("workspace_id", query.many("workspace_ids", |id| is_id(id, "wrkspc_"))?),
        ("service_account_id", query.many("service_account_ids", |id| is_id(id, "svac_"))?),
        ("model", query.many("models", |_| true)?),
        ("context_window", query.many("context_window", |window| matches!(window, "0-200k" | "200k-1M"))?),
        ("inference_geo", query.many("inference_geos", |geo| geos.contains(&geo))?),
        ("service_tier", query.many("service_tiers", |tier| tiers.contains(&tier))?),
        ("speed", query.many("speeds", |speed| matches!(speed, "fast" | "standard"))?),
    ];
    Ok(all.into_iter().filter(|(_, values)| !values.is_empty()).collect())
}

fn results(state: &State, groups: &[String], fast_mode: bool, figures: &[Figure<'_>]) -> Vec<Value> {
    let mut sums: BTreeMap<Dimensions<'_>, Amounts> = BTreeMap::new();
    for figure in figures {
        let key = DIMENSIONS.map(|name| match name {
            _ if !groups.iter().any(|group| group == name) => None,
            "workspace_id" => figure.shown_workspace(state),
            _ => figure.dimension(name),
        });
        sums.entry(key).or_default().add(figure.tokens);
    }
    // Without the beta header the field is missing.
    let shown = |(name, _): &(&str, _)| *name != "speed" || fast_mode;
    let result = |(dimensions, tokens)| {
        let dimensions = DIMENSIONS.into_iter().zip(dimensions).filter(shown);
        let mut fields: Map<_, _> = dimensions.map(|(name, value)| (name.to_owned(), json!(value))).collect();
        fields.extend(json!(tokens).as_object_mut().map(std::mem::take).unwrap_or_default());
        Value::Object(fields)
    };
    sums.into_iter().map(result).collect()
}
