//! Random usage in a seed: around now, often at the boundary of a day, of very small or very large amounts.

use serde_json::{Value, json};

use super::MODELS;
use super::model::{DAY, decimal, moment, second};
use crate::dice::Dice;
use crate::organization;

const NOWS: [&str; 6] = [
    "2026-11-21T09:00:00Z",
    "2024-02-29T23:59:59Z",
    "2024-03-01T00:00:00Z",
    "2025-03-31T00:00:01Z",
    "2027-01-01T00:30:00Z",
    "2024-12-31T12:34:56Z",
];
const TIERS: [&str; 4] = ["standard", "batch", "priority", "flex"];

/// An organization with usage, and the current time in seconds.
pub(super) fn random(dice: &mut Dice) -> (Value, i64) {
    let now = dice.pick(&NOWS);
    let mut seed = organization::random(dice);
    seed["now"] = json!(now);
    let now = second(now);
    let ids = |list: &str| -> Vec<Value> {
        seed[list].as_array().unwrap().iter().map(|thing| thing["id"].clone()).collect()
    };
    let (workspaces, users, keys) = (ids("workspaces"), ids("users"), ids("api_keys"));
    let one = |dice: &mut Dice, of: &[Value]| {
        if of.is_empty() || dice.chance(25) { Value::Null } else { of[dice.below(of.len())].clone() }
    };
    let word = |dice: &mut Dice, of: &[&str]| {
        if dice.chance(15) { Value::Null } else { json!(dice.pick(of)) }
    };
    let usage = (0..dice.below(60)).map(|_| {
        json!({
            "starting_at": moment(time(dice, now), 0),
            "workspace_id": one(dice, &workspaces), "account_id": one(dice, &users), "api_key_id": one(dice, &keys),
            "model": word(dice, &MODELS), "service_tier": word(dice, &TIERS),
            "context_window": word(dice, &["0-200k", "200k-1M"]), "inference_geo": word(dice, &["us", "global"]),
            "service_account_id": word(dice, &["svac_1", "svac_2"]), "speed": word(dice, &["fast", "standard"]),
            "uncached_input_tokens": count(dice), "cache_read_input_tokens": count(dice), "output_tokens": count(dice),
            "cache_creation": {"ephemeral_5m_input_tokens": count(dice), "ephemeral_1h_input_tokens": count(dice)},
            "server_tool_use": {"web_search_requests": dice.below(3)},
        })
    });
    let usage: Vec<Value> = usage.collect();
    let claude_code: Vec<Value> = (0..dice.below(40)).map(|_| record(dice, now)).collect();
    seed["usage"] = json!(usage);
    seed["claude_code"] = json!(claude_code);
    (seed, now)
}

/// Returns a time around now; often right at the boundary of a day.
fn time(dice: &mut Dice, now: i64) -> i64 {
    let at = now + DAY - i64::try_from(dice.below(75 * 86_400)).unwrap();
    match dice.below(6) {
        0 => at.div_euclid(DAY) * DAY,
        1 => at.div_euclid(DAY) * DAY - 1,
        2 => now - i64::try_from(dice.below(7_200)).unwrap(),
        _ => at,
    }
}

/// Returns zero, little, much, or so much that two days of it exceed 64 bits.
fn count(dice: &mut Dice) -> u64 {
    match dice.below(8) {
        0 | 1 => 0,
        2 => 1,
        3 => dice.roll() >> 6,
        _ => dice.roll() >> 40,
    }
}

fn record(dice: &mut Dice, now: i64) -> Value {
    let small = |dice: &mut Dice| u64::try_from(dice.below(5_000)).unwrap();
    let day = now.div_euclid(DAY) - i64::try_from(dice.below(9)).unwrap();
    let actor = if dice.chance(70) {
        json!({"type": "user_actor", "email_address": format!("{}@acme.com", dice.pick(&organization::PEOPLE))})
    } else {
        json!({"type": "api_actor", "api_key_name": dice.pick(&organization::KEYS)})
    };
    let models: Vec<Value> = (0..dice.below(4))
        .map(|_| {
            // Thousandths of a cent, written as a JSON number.
            let cost: Value = serde_json::from_str(&decimal(u128::from(small(dice)), 3)).unwrap();
            json!({
                "model": dice.pick(&MODELS), "estimated_cost": {"currency": "USD", "amount": cost},
                "tokens": {"input": small(dice), "output": small(dice), "cache_read": small(dice), "cache_creation": small(dice)},
            })
        })
        .collect();
    json!({
        "date": moment(day * DAY, 0), "actor": actor, "organization_id": organization::ID, "customer_type": "api",
        "terminal_type": dice.pick(&["vscode", "tmux"]),
        "core_metrics": {
            "num_sessions": small(dice), "lines_of_code": {"added": small(dice), "removed": small(dice)},
            "commits_by_claude_code": small(dice), "pull_requests_by_claude_code": small(dice),
        },
        "tool_actions": {"edit_tool": {"accepted": small(dice), "rejected": small(dice)}, "write_tool": {"accepted": small(dice), "rejected": small(dice)}},
        "model_breakdown": models,
    })
}
