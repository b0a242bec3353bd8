//! Reports show the actual usage for any options: random usage, ranges, time zones, pages, groups and filters are
//! compared with figures computed independently from the seed.

pub(crate) mod claude_code;
mod model;
mod seed;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use self::model::{
    DAY, Rows, add, costs, date, first_of_months, moment, of_usage, second, starts, tokens, total, width,
};
use self::seed::random;
use crate::dice::Dice;
use crate::world::World;

pub(crate) const MODELS: [&str; 4] =
    ["claude-opus-4-5", "claude-haiku-4-5", "claude-sonnet-4-5", "=odd|`model`"];
const USAGE: [&str; 9] =
    ["workspace", "person", "key", "model", "service-account", "tier", "context-window", "geo", "speed"];
const COST: [&str; 7] = ["workspace", "model", "cost-type", "token-type", "tier", "context-window", "geo"];

/// The kinds of figures of a usage report, as the records contain them.
const KINDS: [&str; 6] = [
    "uncached_input_tokens",
    "cache_read_input_tokens",
    "cache_creation_5m_input_tokens",
    "cache_creation_1h_input_tokens",
    "output_tokens",
    "web_search_requests",
];

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

/// The options of a report, and the expected range.
struct Question {
    args: Vec<String>,
    bucket: &'static str,
    /// The range in seconds; empty or too long if the command must refuse it.
    from: i64,
    to: i64,
    refused: bool,
}

/// Returns a random range in a random spelling. `longest`: the maximum number of days.
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
            _ => (format!("{}mo", count.min(2)), first_of_months(end / DAY - 1, count.min(2)) * DAY),
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

/// Returns one to three distinct dimensions.
fn some_of(dice: &mut Dice, all: &[&'static str]) -> Vec<&'static str> {
    let mut all = all.to_vec();
    for at in (1..all.len()).rev() {
        all.swap(at, dice.below(at + 1));
    }
    all.truncate(1 + dice.below(3));
    all
}

/// Runs the report and returns its document; `None` if it correctly refused the range.
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
    // Pages of one bucket, unless there are too many.
    let buckets = usize::try_from((question.to - question.from).max(0) / width(question.bucket)).unwrap();
    let page = (1 + dice.below(most)).max(buckets / 40).min(most).to_string();
    let mut args = vec!["report", report, "--by", &by_text, "--format", "json"];
    args.extend(question.args.iter().map(String::as_str));
    if dice.chance(80) {
        args.extend(["--page-size", &page]);
    }
    world.take_ledger();
    let ran = world.run_args(&args);
    let requests = world.take_ledger().len();
    let line = args.join(" ");
    if question.refused {
        return if ran.code == 1 && ran.err.contains("the range") {
            Ok(None)
        } else {
            Err(format!("{line}: was not refused\n{}{}", ran.out, ran.err))
        };
    }
    if ran.code != 0 {
        return Err(format!("{line}: {}", ran.err));
    }
    let document: Document<T, S> =
        serde_json::from_str(&ran.out).map_err(|error| format!("{line}: {error}\n{}", ran.out))?;
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

/// Compares a document with independently computed rows. `read` converts its figures to integers.
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

/// Returns the usage according to the emulator's state, up to now and in the range.
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
    let state = world.state_json();
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
    compare(&document, &rows, &by, KINDS.len(), |total, series| {
        (KINDS.map(|kind| total[kind]).to_vec(), KINDS.map(|kind| series[kind].clone()).to_vec())
    })?;
    let sizes: Vec<u128> = document.rows.iter().map(|row| row.total["total_tokens"]).collect();
    if !sizes.is_sorted_by(|one, other| one >= other) {
        return Err(format!("not the largest first: {sizes:?}"));
    }
    csv_says_the_same(world, &question, &by, &document, &KINDS)
}

/// Checks that the column sums of the CSV are the totals of the document, and that no cell is a formula.
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
    let ran = world.run_args(&args);
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
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
    let state = world.state_json();
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

/// Converts cents with at most nine decimals to billionths.
fn billionths(cents: &str) -> u128 {
    let (whole, part) = cents.split_once('.').unwrap_or((cents, ""));
    format!("{whole}{part:0<9}").parse().unwrap_or_else(|_| panic!("{cents}"))
}
