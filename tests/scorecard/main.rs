//! The scorecard: one row a promise, each with how many of its cases held.
//!
//! `cargo bench -p bylaws --bench scorecard` runs every row with fixed seeds, prints the table and
//! ends with 1 where a case failed. `-- --full` takes as many cases as the figures in
//! `docs/SCORECARD.md`; `-- --write` writes that page; `-- E7 G4` runs only these rows; `-- --untimed` leaves
//! out rows that are played by processes in real time; `-- --parallelism N` lets every apply have N writes under
//! way at once (default 8).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::format_push_string,
    clippy::cast_precision_loss,
    reason = "a scorecard prints, and stops where it cannot set its scene"
)]

mod card;
mod pages;
mod process;
mod stage;

mod blast_radius;
mod bound;
mod consequences;
mod crash;
mod dry_run;
mod faults;
mod hostile;
mod identity;
mod import;
mod irreversible;
mod journal;
mod lag;
mod lock_out;
mod order;
mod partial;
mod rights;
mod saved_plans;
mod secrets;
mod source;
mod staleness;
mod unknown;
mod wire;

#[path = "../properties/dice.rs"]
mod dice;
#[path = "../properties/files.rs"]
mod files;
#[path = "../properties/organization.rs"]
mod organization;
#[path = "../properties/outside.rs"]
mod outside;
#[path = "../properties/story.rs"]
mod story;
#[path = "../properties/world.rs"]
mod world;

use std::process::ExitCode;

use card::{Profile, Row};

/// Every row, in the order of its group.
fn rows() -> Vec<Row> {
    [
        dry_run::rows(),
        blast_radius::rows(),
        lock_out::rows(),
        source::rows(),
        staleness::rows(),
        partial::rows(),
        faults::rows(),
        identity::rows(),
        irreversible::rows(),
        secrets::rows(),
        import::rows(),
        journal::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let profile = if has("--full") { Profile::Full } else { Profile::Quick };
    let parallelism = args.iter().position(|arg| arg == "--parallelism").map(|at| at + 1);
    if let Some(at) = parallelism {
        stage::set_parallelism(args[at].parse().unwrap());
    }
    let named =
        args.iter().enumerate().filter(|(at, arg)| !arg.starts_with("--") && Some(*at) != parallelism);
    let wanted: Vec<&String> = named.map(|(_, arg)| arg).collect();
    let rows = rows().into_iter().filter(|row| wanted.is_empty() || wanted.iter().any(|id| *id == row.id));
    let rows = rows.filter(|row| !has("--untimed") || !row.is_timed);
    let lines: Vec<card::Line> = rows
        .map(|row| {
            let line = row.judge(profile);
            println!("{line}");
            for failure in &line.failures {
                println!("    {}", failure.replace('\n', "\n    "));
            }
            line
        })
        .collect();
    println!("{}", card::total(&lines));
    if has("--write") {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/SCORECARD.md");
        std::fs::write(page, card::page(&lines, profile)).unwrap();
    }
    if lines.iter().all(card::Line::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
