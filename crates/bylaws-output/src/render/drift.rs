//! Drift as text: each object with what the files say, what is live, and both ways out.

use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_engine::Cause;
use bylaws_engine::sentence::plural;
use serde_json::Value;

use super::change::value;
use super::escape::escape;
use super::lines::{Lines, Row};
use super::plan::{cause_heading, items, not_attributed};
use super::section::{organization, position, section};
use super::style::{Style, View};
use crate::document::drift::{DriftDocument, DriftEntry};
use crate::document::live_name::suffix;

/// The heading of sections that could not be read.
pub(super) const NOT_COMPARED: &str = "Not compared";

/// Said if a guard refuses to undo all of it.
pub(super) const REFUSED: &str = "a guard refuses to undo all of this at once: use --only, or approve it";

/// Returns every object that differs, and a line of counts.
pub fn render(drift: &DriftDocument, view: View) -> Lines {
    let style = view.style;
    let mut out = Lines::default();
    organization(&mut out, &drift.organization, style);
    let source =
        drift.config.source().map_or(String::new(), |source| format!("commit {}; ", escape(&source)));
    let reads = plural(drift.reads.total(), "read request");
    let _ = writeln!(out, "{}\n", style.dim(&format!("{}; {source}{reads}", escape(&drift.today))));
    for same in drift.drift.chunk_by(|a, b| a.cause == b.cause) {
        let heading = same.first().map_or("", |entry| cause_heading(*entry.cause));
        section(&mut out, heading, same, View { all: true, ..view }, |out, entry| show(out, entry, style));
    }
    items(&mut out, NOT_COMPARED, &drift.not_compared, &drift.today, view);
    items(&mut out, "Not in the files (kept)", &drift.unlisted, &drift.today, view);
    if let Some(reason) = &drift.not_attributed {
        let _ = writeln!(out, "{}", style.dim(&not_attributed(reason)));
    }
    if drift.refused {
        let _ = writeln!(out, "{}", style.change(REFUSED));
    }
    let _ = writeln!(out, "{} {}", style.head("Drift:"), counts(drift));
    out
}

fn show(out: &mut Lines, entry: &DriftEntry, style: Style) {
    let names = escape(suffix(&entry.live_names).as_str());
    let row = Row::new(2, format!("{}{names}", escape(&entry.address.to_string())));
    out.row(row.position(position(entry.origin.as_ref(), style)));
    let mut line = |name: &str, text: &str| out.row(Row::new(6, format!("{} {text}", style.dim(name))));
    match &entry.blocked {
        Some(reason) => line("why  ", &escape(reason.as_str())),
        None => {
            line("files", &style.good(&side(entry.files.as_ref(), "not listed")));
            line("live ", &style.loss(&side(entry.live.as_ref(), "not live")));
        }
    }
    for by in &entry.changed_by {
        line("by   ", &escape(by.short().as_str()));
    }
    line("keep ", &escape(&entry.keep));
    if let Some(undo) = &entry.undo {
        line("undo ", &escape(undo));
    }
}

/// Returns both sides on one line.
pub(super) fn differs(entry: &DriftEntry) -> String {
    match &entry.blocked {
        Some(reason) => escape(reason.as_str()),
        None => format!(
            "files: {}, live: {}",
            side(entry.files.as_ref(), "not listed"),
            side(entry.live.as_ref(), "not live")
        ),
    }
}

/// Returns the fields of one side on one line.
pub(super) fn side(fields: Option<&BTreeMap<String, Value>>, nothing: &str) -> String {
    let Some(fields) = fields else { return nothing.to_owned() };
    let fields = fields.iter().map(|(field, fact)| format!("{}: {}", escape(field), value(fact)));
    fields.collect::<Vec<_>>().join("; ")
}

/// Returns the counts: `2 objects changed outside git, 1 due`.
pub(super) fn counts(drift: &DriftDocument) -> String {
    let (changed, due) = (drift.count(Cause::Drift), drift.count(Cause::Due));
    let mut counts = Vec::new();
    if changed > 0 {
        counts.push(format!("{} changed outside git", plural(changed, "object")));
    }
    if due > 0 {
        counts.push(format!("{due} due"));
    }
    match drift.not_compared.len() {
        0 if counts.is_empty() => return "none, the organization matches the files".to_owned(),
        0 => {}
        n => counts.push(format!("{} not compared", plural(n, "section"))),
    }
    counts.join(", ")
}
