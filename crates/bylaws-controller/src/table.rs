//! The status as a table for people.

use std::fmt::Write as _;

use bylaws_output::document::canonical::short;
use bylaws_output::render::escape::escape;
use bylaws_output::render::style::Style;
use jiff::Timestamp;

use crate::ago::{ago, until};
use crate::reason::{Reason, Status};
use crate::status::{OrganizationStatus, StatusDocument};

/// How many held changes are listed for each organization.
const SHOWN: usize = 10;

/// Returns the status as a table, and below it what needs a person.
pub fn table(document: &StatusDocument, now: Timestamp, style: Style) -> String {
    let head = ["ORGANIZATION", "READY", "IN SYNC", "REASON", "REVISION", "HELD", "SINCE", "NEXT ROUND"];
    let rows: Vec<[String; 8]> = document.organizations.iter().map(|status| row(status, now)).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::len);
        cells.chain(head.get(column).map(|cell| cell.len())).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[&str]| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out = String::new();
    let _ = writeln!(out, "{}", style.head(&line(&head)));
    for (row, status) in rows.iter().zip(&document.organizations) {
        let text = line(&row.each_ref().map(String::as_str));
        let painted = match (status.ready, status.in_sync) {
            (Status::False, _) => style.bad(&text),
            _ if status.reason == Reason::Suspended => style.change(&text),
            (Status::True, Status::False) => style.change(&text),
            (Status::True, Status::True) => style.good(&text),
            _ => text,
        };
        let _ = writeln!(out, "{painted}");
    }
    for status in &document.organizations {
        about(&mut out, status, now, style);
    }
    out
}

fn row(status: &OrganizationStatus, now: Timestamp) -> [String; 8] {
    let dash = || "-".to_owned();
    [
        status.name.clone(),
        status.ready.as_str().to_owned(),
        status.in_sync.as_str().to_owned(),
        status.reason.as_str().to_owned(),
        status.revision.as_deref().map_or_else(dash, |revision| escape(short(revision))),
        if status.held.is_empty() { dash() } else { status.held.len().to_string() },
        status.since.map_or_else(dash, |since| ago(since, now)),
        status.next_round.map_or_else(dash, |next| until(next, now)),
    ]
}

/// Writes what a person needs to know about one organization that is not in sync.
fn about(out: &mut String, status: &OrganizationStatus, now: Timestamp, style: Style) {
    if matches!(status.reason, Reason::InSync | Reason::Applied | Reason::NotYet) {
        return;
    }
    let name = &status.name;
    let _ = writeln!(out, "\n{}: {}", style.head(name), escape_lines(&status.message));
    if let Some(suspension) = &status.suspended {
        let until = suspension.until.map_or(String::new(), |until| format!(", until {until}"));
        let ago = ago(suspension.since, now);
        let (by, reason) = (escape(&suspension.by), escape(&suspension.reason));
        let _ = writeln!(out, "  suspended by {by} {ago}{until}: {reason}");
        let _ = writeln!(out, "  {} bylaws controller resume {name}", style.dim("resume:"));
    }
    for held in status.held.iter().take(SHOWN) {
        let by = style.dim(&format!("({})", escape(&held.by)));
        let _ = writeln!(out, "  held {} {by}", escape(&held.change));
    }
    if status.held.len() > SHOWN {
        let _ = writeln!(out, "  and {} more", status.held.len() - SHOWN);
    }
    if let Some(approval) = &status.approved {
        let fits = status.fingerprint.as_deref() == Some(&approval.fingerprint);
        let fits = if fits { "waits for the next round" } else { "is for another plan than this one" };
        let _ = writeln!(out, "  the approval by {} {fits}", escape(&approval.by));
    }
    if let Some(fingerprint) = status.approvable() {
        let _ = writeln!(
            out,
            "  {} bylaws controller approve {name} {}",
            style.dim("approve:"),
            escape(fingerprint)
        );
    }
}

/// Escapes a message of several lines, and indents all but the first.
fn escape_lines(message: &str) -> String {
    message.lines().map(escape).collect::<Vec<_>>().join("\n  ")
}
