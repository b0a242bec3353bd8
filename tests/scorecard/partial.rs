//! F: a run that ends in part, and the one after it.

use serde_json::{Value, json};

use crate::card::{Profile, Row, Tally};
use crate::crash;
use crate::faults::{completed, undisturbed};
use crate::order;
use crate::stage::{Stage, live};

const APPLY: &str = "apply --auto-approve";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::timed(
            "F1",
            "killed before, during and after every write: the next run completes it, nothing doubled, and both runs' journal holds (M1)",
            crash::killed,
        ),
        Row::new("F2", "one refused write stops what depends on it and nothing else", one_refused),
        Row::new("F2b", "somebody whose every request fails holds nobody else up", one_person),
        Row::new(
            "F3",
            "additions before removals, parents before what is in them: in the plan and as it arrives",
            order::kept,
        ),
        Row::not_ours(
            "F4",
            "a run that ends at the first failure, where that is asked for",
            "there is no such option; what does not depend on a failed change goes on (F2), and Ctrl-C stops (F6)",
        ),
        Row::new("F5", "nobody is removed from a place to get another role there", in_place),
        Row::timed(
            "F6",
            "the first Ctrl-C finishes what is in flight and says what was left, the second stops within a second",
            crash::interrupted,
        ),
        Row::new(
            "F7",
            "a full disk, and places where nothing can be written: told, and nothing sent",
            no_place,
        ),
        Row::new("F8", "the report says what the service saw, write by write", report),
    ]
}

/// Where a journal, a plan or a snapshot cannot be written.
fn no_place(tally: &mut Tally, _: Profile) {
    let stage = Stage::example("acme");
    let seed = live("acme");
    stage.write("file", "");
    for place in ["/dev/full", "file/under", "bylaws/../nowhere/at/all", "."] {
        for command in ["apply bylaws --auto-approve --journal", "plan bylaws --out", "snapshot --out"] {
            stage.reset(&seed);
            let line = format!("{command} {place}");
            let ran = stage.run(&line);
            let is_told = ran.code == 1 && ran.err.contains("error");
            tally.case(is_told && stage.writes().is_empty(), || format!("{line}: {}", ran.all()));
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

fn one_refused(tally: &mut Tally, _: Profile) {
    let (whole, _) = undisturbed();
    let seed = live("acme");
    let stage = Stage::example("acme");
    stage.run(APPLY);
    let writes = stage.writes().len();
    for nth in 1..=writes {
        stage.reset(&seed);
        // Two rules count apart, so one number means one write of either method.
        let sent: Vec<String> = {
            stage.run(APPLY);
            stage.writes().iter().map(|entry| entry.method.clone()).collect()
        };
        let method = &sent[nth - 1];
        let number = sent[..nth].iter().filter(|other| *other == method).count();
        stage.reset(&seed);
        stage.faults(&json!([{ "method": method, "path": "**", "nth": number, "then": {"status": 400} }]));
        let ran = stage.run("apply --auto-approve --format json");
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
        stage.faults(&json!([]));
        let told = if ran.code != 5 || failed.len() != 1 || !innocent.is_empty() {
            Err(format!("failed {failed:?}, skipped without a reason {innocent:?}, exit {}", ran.code))
        } else {
            completed(&stage, &whole, 2)
        };
        tally.told(&format!("write {nth}"), told);
    }
}

fn one_person(tally: &mut Tally, _: Profile) {
    let seed = live("acme");
    let stage = Stage::example("acme");
    stage.run(APPLY);
    let of_users: std::collections::BTreeSet<String> = stage
        .writes()
        .iter()
        .filter_map(|entry| entry.path.split('/').find(|part| part.starts_with("user_")).map(str::to_owned))
        .collect();
    for user in of_users {
        stage.reset(&seed);
        stage.faults(&json!([{ "path": format!("**/{user}"), "then": {"status": 400} }]));
        let ran = stage.run("apply --auto-approve --format json");
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
        tally.case(ran.code == 5 && !named.is_empty() && one && held_up.is_empty(), || {
            format!("{user}: {named:?}, held up {held_up:?} {}", ran.all())
        });
    }
}

fn in_place(tally: &mut Tally, profile: Profile) {
    for seed in 0..profile.cases(100, 2_000) {
        let mut dice = crate::dice::Dice::new(seed);
        let organization = crate::organization::random(&mut dice);
        let files = crate::files::random(&mut dice, true);
        let stage = Stage::live(organization);
        std::fs::create_dir(stage.path("files")).unwrap();
        for (name, text) in files.plain() {
            stage.write(&format!("files/{name}"), &text);
        }
        let ran = stage.run("plan files --format json");
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
        tally.case(both.is_empty(), || format!("seed {seed}: {both:?}"));
    }
}

fn report(tally: &mut Tally, profile: Profile) {
    let state = live("acme");
    let stage = Stage::example("acme");
    for seed in 0..profile.cases(20, 300) {
        stage.reset(&state);
        let rule = |method: &str, n: u64, then: serde_json::Value| json!({ "method": method, "path": "**", "probability": 0.1, "seed": seed * 10 + n, "then": then });
        stage.faults(&json!([
            rule("POST", 1, json!({"status": 400})),
            rule("POST", 2, json!("drop_after")),
            rule("DELETE", 3, json!({"status": 400})),
            rule("POST", 4, json!({"status": 503})),
        ]));
        let ran = stage.run("apply --auto-approve --format json");
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
            stage.writes().iter().filter(|entry| entry.status == Some(200) && entry.answered).count();
        tally.case(succeeded <= done && done <= succeeded + looked, || {
            format!(
                "seed {seed}: {done} done, {looked} of them looked up, {succeeded} answered\n{}",
                ran.all()
            )
        });
    }
}
