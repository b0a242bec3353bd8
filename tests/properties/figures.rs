//! Reports say what was used, whatever is asked for: random use, ranges, time zones, pages, groups and filters,
//! held against figures worked out by hand from what the seed states.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::figures_model::{
    DAY, Rows, add, costs, date, decimal, moment, months_before, of_usage, second, starts, tokens, total,
    width,
};
use crate::organization;
use crate::world::World;

const NOWS: [&str; 6] = [
    "2026-11-21T09:00:00Z",
    "2024-02-29T23:59:59Z",
    "2024-03-01T00:00:00Z",
    "2025-03-31T00:00:01Z",
    "2027-01-01T00:30:00Z",
    "2024-12-31T12:34:56Z",
];
const MODELS: [&str; 4] = ["claude-opus-4-5", "claude-haiku-4-5", "claude-sonnet-4-5", "=odd|`model`"];
const TIERS: [&str; 4] = ["standard", "batch", "priority", "flex"];
const USAGE: [&str; 9] =
    ["workspace", "person", "key", "model", "service-account", "tier", "context-window", "geo", "speed"];
const COST: [&str; 7] = ["workspace", "model", "cost-type", "token-type", "tier", "context-window", "geo"];
const CLAUDE_CODE: [&str; 5] = ["person", "key", "terminal", "model", "day"];

/// A report as programs read it.
#[derive(Deserialize)]
struct Document<T, S> {
    range: Value,
    buckets: Vec<String>,
    rows: Vec<Line<T, S>>,
    others: Option<Line<T, S>>,
    total: T,
    series: S,
    reads: usize,
}

#[derive(Deserialize)]
struct Line<T, S> {
    #[serde(default)]
    group: Option<BTreeMap<String, Value>>,
    rows: Option<usize>,
    total: T,
    series: S,
}

/// What is asked for, and what it comes to.
struct Question {
    args: Vec<String>,
    bucket: &'static str,
    /// In seconds; empty or too long where the command must refuse it.
    from: i64,
    to: i64,
    refused: bool,
}

fn random(dice: &mut Dice) -> (Value, i64) {
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

/// A moment around now; often right at the edge of a day.
fn time(dice: &mut Dice, now: i64) -> i64 {
    let at = now + DAY - i64::try_from(dice.below(75 * 86_400)).unwrap();
    match dice.below(6) {
        0 => at.div_euclid(DAY) * DAY,
        1 => at.div_euclid(DAY) * DAY - 1,
        2 => now - i64::try_from(dice.below(7_200)).unwrap(),
        _ => at,
    }
}

/// Nothing, little, much, or so much that two days of it are more than 64 bits hold.
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
            // Thousandths of a cent, written as the number they are.
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

/// A random range in a random spelling. `longest`: the most days.
fn question(dice: &mut Dice, now: i64, buckets: &[&'static str], longest: usize) -> Question {
    let bucket = dice.pick(buckets);
    let bucket = buckets.iter().copied().find(|name| *name == bucket).unwrap();
    let width = width(bucket);
    let mut args = vec!["--bucket".to_owned(), bucket.to_owned()];
    let end_of_today = (now.div_euclid(DAY) + 1) * DAY;
    let mut some = |days: usize| i64::try_from(dice.below(days)).unwrap();
    let longest = match bucket {
        "minute" => 2,
        "hour" => 20,
        _ => longest,
    };
    let (from, to);
    if width == DAY && some(3) == 0 {
        let end = if some(2) == 0 {
            end_of_today
        } else {
            let last = end_of_today / DAY - 1 - some(12);
            args.extend(["--to".to_owned(), date(last)]);
            (last + 1) * DAY
        };
        let count = 1 + some(if longest < 14 { 2 } else { 9 });
        let (text, start) = match some(if longest < 14 { 2 } else { 3 }) {
            0 => (format!("{count}d"), end - count * DAY),
            1 => (format!("{}w", count.min(2)), end - count.min(2) * 7 * DAY),
            _ => (format!("{}mo", count.min(2)), months_before(end / DAY, count.min(2)) * DAY),
        };
        args.extend(["--last".to_owned(), text]);
        (from, to) = (start, end);
    } else {
        let start = end_of_today - some(longest * 86_400);
        let length = some(longest * 86_400);
        let mut edge = |name: &str, at: i64, day_offset: i64| {
            args.push(name.to_owned());
            if some(2) == 0 {
                let day = at.div_euclid(DAY);
                args.push(date(day));
                (day + day_offset) * DAY
            } else {
                let east = [0, 60, -300, 330, 765, -720][usize::try_from(some(6)).unwrap()];
                args.push(moment(at, east));
                at
            }
        };
        from = edge("--from", start, 0);
        to = edge("--to", start + length, 1);
    }
    let ends = from < to && from <= now;
    let end_of_now = (now.div_euclid(width) + 1) * width;
    let from = from.div_euclid(width) * width;
    let to = (to.div_euclid(width) * width).min(end_of_now);
    Question { args, bucket, from, to, refused: !ends || to <= from }
}

/// One to three of the dimensions, each once.
fn some_of(dice: &mut Dice, all: &[&'static str]) -> Vec<&'static str> {
    let mut all = all.to_vec();
    for at in (1..all.len()).rev() {
        all.swap(at, dice.below(at + 1));
    }
    all.truncate(1 + dice.below(3));
    all
}

/// Runs the report and reads its document; `None` where it refused the range, as it must.
fn asked<T: serde::de::DeserializeOwned, S: serde::de::DeserializeOwned>(
    world: &World,
    report: &str,
    question: &Question,
    by: &[&str],
    dice: &mut Dice,
) -> Result<Option<Document<T, S>>, String> {
    let by_text = by.join(",");
    let most = match question.bucket {
        "minute" => 1_440,
        "hour" => 168,
        _ => 31,
    };
    // Pages of one bucket where these are not too many.
    let buckets = usize::try_from((question.to - question.from).max(0) / width(question.bucket)).unwrap();
    let page = (1 + dice.below(most)).max(buckets / 40).min(most).to_string();
    let mut args = vec!["report", report, "--by", &by_text, "--format", "json"];
    args.extend(question.args.iter().map(String::as_str));
    if dice.chance(80) {
        args.extend(["--page-size", &page]);
    }
    world.ledger();
    let ran = world.run(&args);
    let requests = world.ledger().len();
    let line = args.join(" ");
    if question.refused {
        return if ran.code == 1 && ran.errors.contains("the range") {
            Ok(None)
        } else {
            Err(format!("{line}: was not refused\n{}{}", ran.output, ran.errors))
        };
    }
    if ran.code != 0 {
        return Err(format!("{line}: {}", ran.errors));
    }
    let document: Document<T, S> =
        serde_json::from_str(&ran.output).map_err(|error| format!("{line}: {error}\n{}", ran.output))?;
    let covers = [moment(question.from, 0), moment(question.to, 0)];
    if document.range["from"] != covers[0] || document.range["to"] != covers[1] {
        return Err(format!("{line}: covers {} instead of {covers:?}", document.range));
    }
    let wanted: Vec<String> =
        starts(question.bucket, question.from, question.to).iter().map(|at| moment(*at, 0)).collect();
    if document.buckets != wanted {
        return Err(format!("{line}: buckets {:?} instead of {wanted:?}", document.buckets));
    }
    if document.reads != requests {
        return Err(format!("{line}: says {} requests, and made {requests}", document.reads));
    }
    Ok(Some(document))
}

/// Holds a document against rows worked out by hand. `read` turns its figures into whole numbers.
fn compare<T, S>(
    document: &Document<T, S>,
    rows: &Rows,
    by: &[&str],
    kinds: usize,
    read: impl Fn(&T, &S) -> (Vec<u128>, Vec<Vec<u128>>),
) -> Result<(), String> {
    let id = |value: &Value| match value {
        Value::Object(named) => named["id"].as_str().map(str::to_owned),
        other => other.as_str().map(str::to_owned),
    };
    let agrees = |what: &str, total: &T, series: &S, wanted: &[Vec<u128>]| {
        let (sums, series) = read(total, series);
        let wanted_sums: Vec<u128> = wanted.iter().map(|series| series.iter().sum()).collect();
        if series != wanted || sums != wanted_sums {
            return Err(format!("{what}: {sums:?} {series:?}\ninstead of {wanted_sums:?} {wanted:?}"));
        }
        Ok(())
    };
    let mut left = rows.clone();
    for row in &document.rows {
        let group = row.group.as_ref().ok_or("a row without a group")?;
        let key: Vec<Option<String>> = by.iter().map(|by| id(&group[*by])).collect();
        let wanted = left.remove(&key).ok_or_else(|| format!("a row that should not be there: {key:?}"))?;
        agrees(&format!("{key:?}"), &row.total, &row.series, &wanted)?;
    }
    match &document.others {
        None if !left.is_empty() => return Err(format!("rows are missing: {left:?}")),
        None => {}
        Some(others) => {
            if others.rows != Some(left.len()) {
                return Err(format!("others are {:?}, and should be {}", others.rows, left.len()));
            }
            let wanted = total(&left, kinds, document.buckets.len());
            agrees("others", &others.total, &others.series, &wanted)?;
        }
    }
    agrees("total", &document.total, &document.series, &total(rows, kinds, document.buckets.len()))
}

/// What the state of the emulator says was used, up to now and in the range.
fn used<'a>(state: &'a Value, question: &Question, now: i64) -> impl Iterator<Item = (i64, &'a Value)> {
    let records = state["usage"].as_array().unwrap().iter();
    let (from, to) = (question.from, question.to);
    records
        .map(|record| (second(record["starting_at"].as_str().unwrap()), record))
        .filter(move |(at, _)| (from..to).contains(at) && *at <= now)
}

pub(crate) fn usage_is_what_was_used(world: &World, seed: u64) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (organization, now) = random(&mut dice);
    world.begin(&organization)?;
    let state = world.state();
    let mut question = question(&mut dice, now, &["minute", "hour", "day", "week", "month"], 70);
    let by = some_of(&mut dice, &USAGE);
    let workspaces = state["workspaces"].as_array().unwrap();
    let default = workspaces.iter().find(|w| w["name"] == "Default" && w["archived_at"].is_null()).unwrap();
    // A filter by id, or the default workspace by its name.
    let mut only: Option<(&str, Option<String>)> = None;
    if dice.chance(40) {
        let workspace = &workspaces[dice.below(workspaces.len())];
        let is_default = workspace["id"] == default["id"];
        let id = workspace["id"].as_str().unwrap().to_owned();
        let (option, value) = match dice.below(3) {
            0 => ("--model", dice.pick(&MODELS).to_owned()),
            _ if is_default => {
                ("--workspace", if dice.chance(50) { "Default".to_owned() } else { id.clone() })
            }
            _ => ("--workspace", id.clone()),
        };
        question.args.extend([option.to_owned(), value.clone()]);
        let is_model = option == "--model";
        only = Some((&option[2..], if is_model { Some(value) } else { Some(id).filter(|_| !is_default) }));
    }
    if dice.chance(30) {
        question.args.extend(["--top".to_owned(), (1 + dice.below(4)).to_string()]);
    }
    let document = asked::<BTreeMap<String, u128>, BTreeMap<String, Vec<u128>>>(
        world, "usage", &question, &by, &mut dice,
    )?;
    let Some(document) = document else { return Ok(()) };
    let starts = starts(question.bucket, question.from, question.to);
    let value = |record: &Value, by: &str| {
        of_usage(record, by).filter(|id| by != "workspace" || default["id"] != id.as_str())
    };
    let mut rows = Rows::new();
    for (at, record) in used(&state, &question, now) {
        let figures = tokens(record);
        let is_asked = only.as_ref().is_none_or(|(by, wanted)| value(record, by) == *wanted);
        if is_asked && figures.iter().any(|figure| *figure > 0) {
            add(&mut rows, &starts, at, by.iter().map(|by| value(record, by)).collect(), &figures);
        }
    }
    const KINDS: [&str; 6] = [
        "uncached_input_tokens",
        "cache_read_input_tokens",
        "cache_creation_5m_input_tokens",
        "cache_creation_1h_input_tokens",
        "output_tokens",
        "web_search_requests",
    ];
    compare(&document, &rows, &by, KINDS.len(), |total, series| {
        (KINDS.map(|kind| total[kind]).to_vec(), KINDS.map(|kind| series[kind].clone()).to_vec())
    })?;
    let sizes: Vec<u128> = document.rows.iter().map(|row| row.total["total_tokens"]).collect();
    if !sizes.is_sorted_by(|one, other| one >= other) {
        return Err(format!("not the largest first: {sizes:?}"));
    }
    csv_says_the_same(world, &question, &by, &document, &KINDS)
}

/// The sums of every column of the CSV are the totals of the document, and nothing in it is a formula.
fn csv_says_the_same(
    world: &World,
    question: &Question,
    by: &[&str],
    document: &Document<BTreeMap<String, u128>, BTreeMap<String, Vec<u128>>>,
    kinds: &[&str],
) -> Result<(), String> {
    let by = by.join(",");
    let mut args = vec!["report", "usage", "--by", &by, "--format", "csv"];
    args.extend(question.args.iter().map(String::as_str));
    let ran = world.run(&args);
    let mut reader = csv::Reader::from_reader(ran.output.as_bytes());
    let head = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut sums: BTreeMap<String, u128> = kinds.iter().map(|kind| ((*kind).to_owned(), 0)).collect();
    let mut lines = 0;
    for line in reader.records() {
        let line = line.map_err(|error| error.to_string())?;
        lines += 1;
        for (name, cell) in head.iter().zip(&line) {
            if let Some(sum) = sums.get_mut(name) {
                *sum += cell.parse::<u128>().map_err(|_| format!("{name}: `{cell}` is no number"))?;
            } else if cell.starts_with(['=', '+', '-', '@']) {
                return Err(format!("{name}: `{cell}` is a formula"));
            }
        }
    }
    let rows = document.rows.len() + usize::from(document.others.is_some());
    if lines != rows * document.buckets.len() || kinds.iter().any(|kind| sums[*kind] != document.total[*kind])
    {
        return Err(format!("{}: {lines} lines, {sums:?} instead of {:?}", args.join(" "), document.total));
    }
    Ok(())
}

pub(crate) fn cost_is_what_use_costs(world: &World, seed: u64) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (organization, now) = random(&mut dice);
    world.begin(&organization)?;
    let state = world.state();
    let question = question(&mut dice, now, &["day", "week", "month"], 70);
    let by = some_of(&mut dice, &COST);
    let document = asked::<BTreeMap<String, String>, BTreeMap<String, Vec<String>>>(
        world, "cost", &question, &by, &mut dice,
    )?;
    let Some(document) = document else { return Ok(()) };
    let starts = starts(question.bucket, question.from, question.to);
    let workspaces = state["workspaces"].as_array().unwrap();
    let default = workspaces.iter().find(|w| w["name"] == "Default" && w["archived_at"].is_null()).unwrap();
    let mut rows = Rows::new();
    for (at, record) in used(&state, &question, now) {
        for (line, price) in costs(record) {
            let value = |by: &&str| {
                line.get(by).cloned().filter(|id| *by != "workspace" || default["id"] != id.as_str())
            };
            add(&mut rows, &starts, at, by.iter().map(value).collect(), &[price]);
        }
    }
    compare(&document, &rows, &by, 1, |total, series| {
        let read = |cents: &String| billionths(cents);
        (vec![read(&total["cost_cents"])], vec![series["cost_cents"].iter().map(read).collect()])
    })?;
    for line in &document.rows {
        let (cents, dollars) =
            (billionths(&line.total["cost_cents"]), billionths(&line.total["cost_dollars"].replace('.', "")));
        let decimals = u32::try_from(line.total["cost_dollars"].split_once('.').unwrap().1.len()).unwrap();
        if cents * 10_u128.pow(decimals) != dollars * 100 {
            return Err(format!("{cents} cents are not {}", line.total["cost_dollars"]));
        }
    }
    Ok(())
}

/// Cents with at most nine decimals, in billionths.
fn billionths(cents: &str) -> u128 {
    let (whole, part) = cents.split_once('.').unwrap_or((cents, ""));
    format!("{whole}{part:0<9}").parse().unwrap_or_else(|_| panic!("{cents}"))
}

pub(crate) fn claude_code_is_what_was_done(world: &World, seed: u64) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (organization, now) = random(&mut dice);
    world.begin(&organization)?;
    let state = world.state();
    let question = question(&mut dice, now, &["day", "week", "month"], 12);
    let by = some_of(&mut dice, &CLAUDE_CODE);
    let document = asked::<Value, Value>(world, "claude-code", &question, &by, &mut dice)?;
    let Some(document) = document else { return Ok(()) };
    let by_model = by.contains(&"model");
    const ALL: [&str; 12] = [
        "sessions",
        "lines_added",
        "lines_removed",
        "commits",
        "pull_requests",
        "tool_actions_accepted",
        "tool_actions_rejected",
        "input_tokens",
        "output_tokens",
        "cache_read_tokens",
        "cache_creation_tokens",
        "estimated_cost_cents",
    ];
    let kinds = if by_model { &ALL[7..] } else { &ALL[..] };
    let starts = starts(question.bucket, question.from, question.to);
    let mut rows = Rows::new();
    for record in state["claude_code"].as_array().unwrap() {
        let at = second(record["date"].as_str().unwrap());
        // Today's records are there an hour after midnight.
        if !(question.from..question.to).contains(&at) || at + 3_600 > now {
            continue;
        }
        let number = |path: &str| u128::from(record.pointer(path).unwrap().as_u64().unwrap());
        let tools = |of: &str| {
            number(&format!("/tool_actions/edit_tool/{of}"))
                + number(&format!("/tool_actions/write_tool/{of}"))
        };
        let models: Vec<(String, [u128; 5])> = record["model_breakdown"]
            .as_array()
            .unwrap()
            .iter()
            .map(|model| {
                let tokens = ["input", "output", "cache_read", "cache_creation"]
                    .map(|kind| u128::from(model["tokens"][kind].as_u64().unwrap()));
                let cost = billionths(&model["estimated_cost"]["amount"].to_string());
                let [input, output, read, creation] = tokens;
                (model["model"].as_str().unwrap().to_owned(), [input, output, read, creation, cost])
            })
            .collect();
        let key = |model: Option<&String>| -> Vec<Option<String>> {
            let value = |by: &&str| match *by {
                "person" => record["actor"]["email_address"].as_str().map(str::to_owned),
                "key" => record["actor"]["api_key_name"].as_str().map(str::to_owned),
                "terminal" => record["terminal_type"].as_str().map(str::to_owned),
                "day" => Some(date(at.div_euclid(DAY))),
                _ => model.cloned(),
            };
            by.iter().map(value).collect()
        };
        if by_model {
            for (model, figures) in models.iter().filter(|(_, figures)| figures.iter().any(|n| *n > 0)) {
                add(&mut rows, &starts, at, key(Some(model)), figures);
            }
            continue;
        }
        let mut figures = vec![
            number("/core_metrics/num_sessions"),
            number("/core_metrics/lines_of_code/added"),
            number("/core_metrics/lines_of_code/removed"),
            number("/core_metrics/commits_by_claude_code"),
            number("/core_metrics/pull_requests_by_claude_code"),
            tools("accepted"),
            tools("rejected"),
        ];
        figures.extend((0..5).map(|at| models.iter().map(|(_, figures)| figures[at]).sum::<u128>()));
        if figures.iter().any(|figure| *figure > 0) {
            add(&mut rows, &starts, at, key(None), &figures);
        }
    }
    let read = |value: &Value| match value {
        Value::String(cents) => billionths(cents),
        number => number.as_u64().map(u128::from).unwrap_or_else(|| panic!("{number}")),
    };
    compare(&document, &rows, &by, kinds.len(), |total, series| {
        let sums = kinds.iter().map(|kind| read(&total[*kind])).collect();
        let series = kinds.iter().map(|kind| series[*kind].as_array().unwrap().iter().map(read).collect());
        (sums, series.collect())
    })
}
