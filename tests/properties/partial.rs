//! F: a run that ends in part, and the one after it.

use serde_json::{Value, json};

use crate::faults::{completed, undisturbed};
use crate::world::{Row, World, cases, every_kind, live};

const APPLY: &str = "apply --auto-approve";

/// Where a journal, a plan or a snapshot cannot be written.
#[test]
fn f7_a_full_disk_or_a_missing_folder_is_an_error_and_nothing_is_sent() {
    let mut row = Row::default();
    let world = World::example_here("acme");
    let seed = live("acme");
    world.write("file", "");
    for place in ["/dev/full", "file/under", "bylaws/../nowhere/at/all", "."] {
        for command in ["apply bylaws --auto-approve --journal", "plan bylaws --out", "snapshot --out"] {
            world.reset(&seed);
            let line = format!("{command} {place}");
            let ran = world.run(&line);
            let is_told = ran.code == 1 && ran.err.contains("error");
            row.case(is_told && world.written().is_empty(), || format!("{line}: {ran}"));
        }
    }
}

/// Changes that were not sent though all that they depend on was done.
pub(crate) fn held_up(report: &Value) -> Vec<&str> {
    let entries = report["changes"].as_array().into_iter().flatten();
    let skipped = entries.filter(|entry| entry["outcome"] == "skipped");
    let waits = |entry: &&Value| entry["message"].as_str().is_some_and(|text| text.contains("depends on"));
    skipped.filter(|entry| !waits(entry)).filter_map(|entry| entry["id"].as_str()).collect()
}

#[test]
fn f2_a_refused_write_stops_only_what_depends_on_it() {
    let mut row = Row::default();
    let (whole, _) = undisturbed();
    let seed = every_kind();
    let world = World::every_kind_here();
    world.run(APPLY);
    let writes = world.written().len();
    for nth in 1..=writes {
        world.reset(&seed);
        // Two rules count apart, so one number means one write of either method.
        let sent: Vec<String> = {
            world.run(APPLY);
            world.written().iter().map(|entry| entry.method.clone()).collect()
        };
        let method = &sent[nth - 1];
        let number = sent[..nth].iter().filter(|other| *other == method).count();
        world.reset(&seed);
        world.faults(&json!([{ "method": method, "path": "**", "nth": number, "then": {"status": 400} }]));
        let ran = world.run("apply --auto-approve --format json");
        let report = ran.json();
        let by = |word: &str| -> Vec<String> {
            let entries = report["changes"].as_array().into_iter().flatten();
            entries
                .filter(|entry| entry["outcome"] == word)
                .map(|entry| entry["id"].as_str().unwrap_or("").to_owned())
                .collect()
        };
        let failed = by("failed");
        let innocent = held_up(&report);
        world.faults(&json!([]));
        let told = if ran.code != 5 || failed.len() != 1 || !innocent.is_empty() {
            Err(format!("failed {failed:?}, skipped without a reason {innocent:?}, exit {}", ran.code))
        } else {
            completed(&world, &whole, 2)
        };
        row.told(&format!("write {nth}"), told);
    }
}

#[test]
fn f2b_a_person_whose_requests_all_fail_delays_nobody_else() {
    let mut row = Row::default();
    let seed = live("acme");
    let world = World::example_here("acme");
    world.run(APPLY);
    let of_users: std::collections::BTreeSet<String> = world
        .written()
        .iter()
        .filter_map(|entry| entry.path.split('/').find(|part| part.starts_with("user_")).map(str::to_owned))
        .collect();
    for user in of_users {
        world.reset(&seed);
        world.faults(&json!([{ "path": format!("**/{user}"), "then": {"status": 400} }]));
        let ran = world.run("apply --auto-approve --format json");
        let report = ran.json();
        let named: Vec<&str> = report["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["outcome"] == "failed")
            .filter_map(|entry| entry["address"].as_str().or(entry["id"].as_str())?.rsplit('/').next())
            .collect();
        let one = named.windows(2).all(|pair| pair[0] == pair[1]);
        let held_up = held_up(&report);
        row.case(ran.code == 5 && !named.is_empty() && one && held_up.is_empty(), || {
            format!("{user}: {named:?}, held up {held_up:?} {ran}")
        });
    }
}

#[test]
fn f5_nobody_is_removed_from_a_place_to_get_another_role_there() {
    let mut row = Row::default();
    for seed in cases(100, 2_000) {
        let mut dice = crate::dice::Dice::new(seed);
        let world = crate::files::world(&mut dice);
        let ran = world.run("plan files --format json");
        let plan = ran.json();
        let of = |action: &str| -> Vec<String> {
            let changes = plan["changes"].as_array().into_iter().flatten();
            changes
                .filter(|change| change["action"] == action)
                .filter_map(|change| change["address"].as_str().map(str::to_owned))
                .collect()
        };
        let removed = of("remove");
        let both: Vec<String> =
            of("create").into_iter().filter(|address| removed.contains(address)).collect();
        row.case(both.is_empty(), || format!("seed {seed}: {both:?}"));
    }
}

#[test]
fn f8_the_report_equals_the_responses_of_the_service() {
    let mut row = Row::default();
    let state = live("acme");
    let world = World::example_here("acme");
    for seed in cases(20, 300) {
        world.reset(&state);
        let rule = |method: &str, n: u64, then: serde_json::Value| json!({ "method": method, "path": "**", "probability": 0.1, "seed": seed * 10 + n, "then": then });
        world.faults(&json!([
            rule("POST", 1, json!({"status": 400})),
            rule("POST", 2, json!("drop_after")),
            rule("DELETE", 3, json!({"status": 400})),
            rule("POST", 4, json!({"status": 503})),
        ]));
        let ran = world.run("apply --auto-approve --format json");
        let report = ran.json();
        let done = report["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["outcome"] == "done")
            .count();
        // What was found by looking it up, or was so already, had no answer of its own.
        let looked = report["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["outcome"] == "done" && entry["message"].is_string())
            .count();
        let succeeded =
            world.written().iter().filter(|entry| entry.status == Some(200) && entry.answered).count();
        row.case(succeeded <= done && done <= succeeded + looked, || {
            format!("seed {seed}: {done} done, {looked} of them looked up, {succeeded} answered\n{ran}")
        });
    }
}
