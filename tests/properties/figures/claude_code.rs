//! Activity in Claude Code by day, compared with the records of the seed.

use serde_json::Value;

use super::model::{DAY, Rows, add, date, second, starts};
use super::seed::random;
use super::{asked, billionths, compare, question, some_of};
use crate::dice::Dice;
use crate::world::World;

const CLAUDE_CODE: [&str; 5] = ["person", "key", "terminal", "model", "day"];

/// The kinds of figures; grouped by model, only the last five.
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

pub(crate) fn is_what_was_done(world: &World, seed: u64) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (organization, now) = random(&mut dice);
    world.begin(&organization)?;
    let state = world.state_json();
    let question = question(&mut dice, now, &["day", "week", "month"], 12);
    let by = some_of(&mut dice, &CLAUDE_CODE);
    let document = asked::<Value, Value>(world, "claude-code", &question, &by, &mut dice)?;
    let Some(document) = document else { return Ok(()) };
    let by_model = by.contains(&"model");
    let kinds = if by_model { &ALL[7..] } else { &ALL[..] };
    let starts = starts(question.bucket, question.from, question.to);
    let mut rows = Rows::new();
    for record in state["claude_code"].as_array().unwrap() {
        let at = second(record["date"].as_str().unwrap());
        // Today's records appear an hour after midnight.
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
        number => number.as_u64().map_or_else(|| panic!("{number}"), u128::from),
    };
    compare(&document, &rows, &by, kinds.len(), |total, series| {
        let sums = kinds.iter().map(|kind| read(&total[*kind])).collect();
        let series = kinds.iter().map(|kind| series[*kind].as_array().unwrap().iter().map(read).collect());
        (sums, series.collect())
    })
}
