//! Properties of every organization and every set of files, over real HTTP, and the rows of the scorecard that hold in
//! one process: tests whose names begin with the id of a row.
//!
//! Each random case is generated from one number, which a failure prints: `BYLAWS_SEED=N` runs only that case.
//! `BYLAWS_CASES=N` changes the 2,000 cases of a normal run, or a share of them for properties that need fewer;
//! `BYLAWS_FROM=N` starts at that case, so that a long run can be split.

#![expect(clippy::unwrap_used, reason = "a suite without its environment must stop")]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "files are put together line by line; speed is no matter here"
)]

mod access;
mod adopt;
mod audit;
mod base;
mod blast_radius;
mod bound;
mod consequences;
mod dice;
mod dry_run;
mod faults;
mod federation;
mod feed;
mod figures;
mod files;
mod hold;
mod identity;
mod import;
mod irreversible;
mod journal;
mod lag;
mod lock_out;
mod order;
mod organization;
mod pages;
mod partial;
mod reads;
mod rights;
mod saved_plans;
mod secrets;
mod source;
mod staleness;
mod story;
mod unknown;
#[path = "../world/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared by several suites; none needs all of it")]
mod world;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;

use world::{Row, World, number};

/// The number of cases of a normal run, over all properties.
const CASES: u64 = 2_000;

/// Runs the cases on two threads, and stops at the first failure.
fn for_all(rule: &str, share: u64, case: fn(&World, u64) -> Result<(), String>) {
    let cases = number("BYLAWS_CASES").unwrap_or(CASES) * share / 100;
    let from = number("BYLAWS_FROM").unwrap_or(0);
    let (first, last) = number("BYLAWS_SEED").map_or((from, from + cases), |seed| (seed, seed + 1));
    let next = Arc::new(AtomicU64::new(first));
    let failed = Arc::new(Mutex::new(None::<String>));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let (next, failed) = (next.clone(), failed.clone());
            std::thread::spawn(move || {
                let world = World::here(json!({})).with_token(crate::world::TOKEN);
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= last || failed.lock().unwrap().is_some() {
                        break;
                    }
                    if let Err(why) = case(&world, seed) {
                        let text = format!("case BYLAWS_SEED={seed}: {why}");
                        failed.lock().unwrap().get_or_insert(text);
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    if let Some(why) = failed.lock().unwrap().take() {
        panic!("{rule}\n{why}");
    }
    Row::default().add(last - first);
}

#[test]
fn a2_what_apply_sends_is_the_plan_and_a_second_plan_is_empty() {
    for_all("plan = apply, then nothing", 100, story::plan_is_apply);
}

#[test]
fn what_differs_from_the_base_is_told_to_a_reviewer() {
    for_all("what differs between base and head", 25, base::what_differs_is_told);
}

#[test]
fn a_nightly_run_that_holds_drift_undoes_no_emergency() {
    for_all("drift is held, a commit is applied", 5, hold::an_emergency_stays);
}

#[test]
fn l8_who_changed_something_by_hand_is_never_guessed() {
    for_all("the right actor, or none with a reason", 10, feed::nobody_is_guessed);
    assert!(feed::NAMED.load(Ordering::SeqCst) > 0, "nobody was ever named");
}

#[test]
fn a7_the_order_of_files_and_entries_does_not_change_a_plan() {
    for_all("shuffled files give the same plan", 50, story::order_leaves_no_trace);
}

#[test]
fn l1_import_followed_by_plan_is_empty() {
    for_all("import, then nothing", 100, story::import_is_lossless);
}

#[test]
fn what_is_adopted_is_no_difference_any_more() {
    for_all("adopt, then no difference there", 3, adopt::adopted);
}

#[test]
fn usage_adds_up_for_any_options() {
    for_all("usage is what was used", 25, figures::usage_is_what_was_used);
}

#[test]
fn cost_adds_up_for_any_options() {
    for_all("cost is what use costs", 25, figures::cost_is_what_use_costs);
}

#[test]
fn claude_code_adds_up_for_any_options() {
    for_all("Claude Code is what was done", 25, figures::claude_code::is_what_was_done);
}

#[test]
fn access_equals_an_independent_computation() {
    for_all("access of a live organization, with reasons and filters", 10, access::live);
}

#[test]
fn access_of_files_equals_an_independent_computation() {
    for_all("access that files ask for", 10, access::files);
}

#[test]
fn a_difference_in_access_equals_an_independent_computation() {
    for_all("access of two snapshots", 10, access::difference);
}

#[test]
fn an_audit_finds_exactly_the_planted_problems() {
    for_all("recall and precision of the audit", 10, audit::recall_and_precision);
    told(&audit::figures());
}

#[test]
fn rules_without_their_data_are_not_checked() {
    for_all("lists that are refused", 3, audit::refused);
}

#[test]
fn accepted_findings_are_separate() {
    for_all("acceptances", 5, audit::accepted);
}

/// Prints the result of a run; `-- --nocapture` shows it.
#[expect(clippy::print_stderr, reason = "for manual runs of many cases")]
fn told(figures: &str) {
    eprintln!("{figures}");
}
