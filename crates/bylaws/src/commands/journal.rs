//! `bylaws journal`: verifies a journal, or shows its runs.

use bylaws_output::document::pretty;
use bylaws_output::render;
use bylaws_output::render::lines::Lines;
use serde_json::json;

use crate::args::{Format, JournalCommand, JournalShow, JournalVerify};
use crate::exit::{ExitStatus, Failure};
use crate::journal::{self, Run};
use crate::world::World;

pub(crate) fn run(command: &JournalCommand, world: &mut World) -> Result<ExitStatus, Failure> {
    match command {
        JournalCommand::Verify(args) => verify(args, world),
        JournalCommand::Show(args) => show(args, world),
    }
}

fn verify(args: &JournalVerify, world: &mut World) -> Result<ExitStatus, Failure> {
    let contents = journal::read(&world.path(&args.file), args.head.as_deref().map(str::trim))?;
    let mut faults = contents.faults.clone();
    let cut = contents.runs.last().is_some_and(|run| run.end.is_none());
    // If the hash of the last record is given, a crashed run can be distinguished from a truncated journal.
    if cut && contents.since != Some(0) {
        faults.push("the last run has no end: it crashed, is still running, or was cut off".to_owned());
    }
    let whole = faults.is_empty();
    let text = match args.format {
        Format::Text => journal::text::check_result(&args.file, &contents, &faults, world.style).into(),
        Format::Json => Lines::exactly(pretty(&json!({
            "format_version": 1,
            "whole": whole,
            "runs": contents.runs.len(),
            "writes": contents.writes(),
            "records": contents.records,
            "head": contents.head,
            "records_since_head": contents.since,
            "faults": faults,
        }))),
    };
    world.show(text);
    Ok(if whole { ExitStatus::Done } else { ExitStatus::Failed })
}

fn show(args: &JournalShow, world: &mut World) -> Result<ExitStatus, Failure> {
    let contents = journal::read(&world.path(&args.file), None)?;
    let text = match args.format {
        Format::Text => journal::text::runs(&contents, world.style).into(),
        Format::Json => Lines::exactly(pretty(&json!({
            "format_version": 1,
            "runs": contents.runs.iter().map(run_document).collect::<Vec<_>>(),
            "faults": contents.faults,
        }))),
    };
    world.show(text);
    for fault in &contents.faults {
        world.error(format!("{} {}", world.style.bad("fault:"), render::escape::escape(fault)));
    }
    Ok(if contents.faults.is_empty() { ExitStatus::Done } else { ExitStatus::Failed })
}

fn run_document(run: &Run) -> serde_json::Value {
    json!({
        "at": run.at,
        "organization": run.begin.organization,
        "fingerprint": run.begin.fingerprint,
        "commit": run.begin.commit,
        "bylaws_version": run.begin.bylaws_version,
        "credential": run.begin.credential,
        "ended": run.end.is_some(),
        "writes": run.steps.iter().map(|step| json!({
            "change": step.change,
            "outcome": step.after.as_ref().map(|after| &after.outcome),
            "message": step.after.as_ref().and_then(|after| after.message.as_ref()),
            "request_id": step.after.as_ref().and_then(|after| after.request_id.as_ref()),
        })).collect::<Vec<_>>(),
    })
}
