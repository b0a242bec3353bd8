//! The Claude Code report: one UTC day, one record per actor and terminal
//! (`docs/service-behaviour.md#reports`). Records come from the seed or are derived from its members and
//! Claude Code keys.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::envelope::{Answer, Refusal};
use crate::ids::{hash, mix};
use crate::page::TokenPaging;
use crate::reports::figure::MODELS;
use crate::reports::prices;
use crate::reports::usage_record::{Amounts, CacheCreation};
use crate::request::{Query, Target};
use crate::state::State;

const TOOLS: [&str; 4] = ["edit_tool", "multi_edit_tool", "notebook_edit_tool", "write_tool"];
const TERMINALS: [&str; 4] = ["iTerm.app", "vscode", "tmux", "ghostty"];

pub(crate) fn report(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = TokenPaging::read("claude_code", &mut query, 20, 1000)?;
    let day = query.one("starting_at")?.ok_or_else(|| Refusal::invalid("starting_at: is required."))?;
    let midnight =
        midnight(&day).ok_or_else(|| Refusal::invalid("starting_at: must be a date such as 2026-11-20."))?;
    query.finish()?;
    let (data, next) = paging.page(records(state, midnight));
    Ok(json!({"data": data, "has_more": next.is_some(), "next_page": next}))
}

/// Returns midnight UTC of a date written as `YYYY-MM-DD`, the only accepted form.
fn midnight(text: &str) -> Option<Timestamp> {
    let date: Date = text.parse().ok()?;
    let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    (date.to_string() == text).then(|| zoned.timestamp())
}

fn records(state: &State, midnight: Timestamp) -> Vec<Value> {
    // Only activity older than an hour is included.
    let settled = midnight.checked_add(SignedDuration::from_hours(1)).is_ok_and(|time| time <= state.now);
    if !settled {
        return Vec::new();
    }
    if let Some(stated) = &state.rest.claude_code {
        let here = |record: &&Value| {
            let date = record.get("date").and_then(Value::as_str).and_then(|date| date.parse().ok());
            date == Some(midnight)
        };
        return stated.iter().filter(here).cloned().collect();
    }
    let day = midnight.to_string();
    let end = midnight.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
    let people = state.users.iter().filter(|user| user.role != "billing" && user.added_at < end);
    let people =
        people.map(|user| (json!({"type": "user_actor", "email_address": user.email}), user.id.as_str()));
    let homes = state.claude_code_workspaces();
    let keys = state.api_keys.iter().filter(|key| key.lives_in(&homes) && key.created_at < end);
    let keys = keys.map(|key| (json!({"type": "api_actor", "api_key_name": key.name}), key.id.as_str()));
    let organization = state.rest.organization.id.as_str();
    let lots = people.chain(keys).map(|(actor, id)| (actor, hash(&[organization, &day, "claude code", id])));
    // Two of three actors were active.
    lots.filter(|(_, lot)| !lot.is_multiple_of(3))
        .map(|(actor, lot)| record(organization, &day, &actor, mix(lot)))
        .collect()
}

fn record(organization: &str, day: &str, actor: &Value, lot: u64) -> Value {
    let part = |shift: u32, below: u64| (lot >> shift) % below;
    let pick = |from: &[&'static str], at: u64| {
        usize::try_from(at).ok().and_then(|at| from.get(at)).copied().unwrap_or_default()
    };
    let tools: Map<String, Value> = TOOLS
        .iter()
        .zip([3_u32, 9, 15, 21])
        .map(|(tool, shift)| {
            ((*tool).to_owned(), json!({"accepted": part(shift, 40), "rejected": part(shift + 4, 6)}))
        })
        .collect();
    let cache_creation =
        CacheCreation { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: part(17, 150_000) };
    let tokens = Amounts {
        uncached_input_tokens: 5_000 + part(5, 200_000),
        cache_read_input_tokens: part(11, 2_000_000),
        cache_creation,
        output_tokens: 1_000 + part(23, 60_000),
        ..Amounts::default()
    };
    let model = pick(&MODELS, part(2, 3));
    let cost: u128 = prices::tokens(model, false, &tokens).map(|(.., amount)| amount).sum();
    // A JSON number here, unlike in the cost report; whole cents keep it exact.
    let cents = u64::try_from(cost / 1_000_000_000).unwrap_or(u64::MAX);
    json!({
        "date": day,
        "actor": actor,
        "organization_id": organization,
        "customer_type": "api",
        "subscription_type": null,
        "terminal_type": pick(&TERMINALS, part(7, 4)),
        "is_remote": part(13, 8) == 0,
        "core_metrics": {
            "num_sessions": 1 + part(19, 9),
            "lines_of_code": {"added": part(25, 1_500), "removed": part(29, 600)},
            "commits_by_claude_code": part(31, 12),
            "pull_requests_by_claude_code": part(35, 4),
        },
        "tool_actions": tools,
        "model_breakdown": [{
            "model": model,
            "tokens": {
                "input": tokens.uncached_input_tokens,
                "output": tokens.output_tokens,
                "cache_read": tokens.cache_read_input_tokens,
                "cache_creation": tokens.cache_creation.ephemeral_5m_input_tokens,
            },
            "estimated_cost": {"currency": "USD", "amount": cents},
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_only_accepted_as_a_date() {
        assert_eq!(midnight("2026-11-20").unwrap().to_string(), "2026-11-20T00:00:00Z");
        for bad in ["2026-11-20T00:00:00Z", "2026-13-01", "20261120", "2026-11-1", ""] {
            assert!(midnight(bad).is_none(), "{bad}");
        }
    }
}
