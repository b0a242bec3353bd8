//! The status as a table for people.

use std::fmt::Write as _;

use bylaws_output::document::canonical::short;
use bylaws_output::render::escape::escape;
use bylaws_output::render::style::Style;
use jiff::Timestamp;

use crate::ago::{ago, until};
use crate::facts::{Fact, facts};
use crate::reason::{Reason, Status};
use crate::status::{OrganizationStatus, StatusDocument};

/// How many held changes are listed for each organization.
const SHOWN: usize = 10;

/// How the commands of the controller are called here.
#[derive(Clone, Debug, Default)]
pub struct Called {
    /// The configuration, as one word of a shell, unless it is the default.
    pub config: Option<String>,
}

impl Called {
    fn command(&self, command: &str, name: &str) -> String {
        let config = self.config.as_ref().map_or(String::new(), |config| format!(" --config {config}"));
        format!("bylaws controller {command}{config} {name}")
    }
}

/// Returns the status as a table, and below it what needs a person.
pub fn table(document: &StatusDocument, now: Timestamp, style: Style, called: &Called) -> String {
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
        let _ = writeln!(out, "{}", painted(status, &text, style));
    }
    for status in &document.organizations {
        about(&mut out, status, now, style, called);
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

/// Returns everything that is known about one organization.
pub fn detail(status: &OrganizationStatus, now: Timestamp, style: Style, called: &Called) -> String {
    let mut out = String::new();
    let (name, reason) = (&status.name, status.reason.as_str());
    let _ = writeln!(out, "{}: {}", style.head(name), painted(status, reason, style));
    if !status.message.is_empty() {
        let _ = writeln!(out, "  {}", escape_lines(&status.message));
    }
    let facts = facts(status);
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, fact) in facts {
        let name = style.dim(&format!("{name:width$}"));
        let _ = writeln!(out, "  {name}  {}", shown(fact, now));
    }
    suspension(&mut out, status, now, style, called);
    if !status.held.is_empty() {
        let _ = writeln!(out, "\n{}", style.head("Held changes"));
    }
    for held in &status.held {
        let _ = writeln!(out, "  {}", escape(&held.change));
        let about = [held.cause.clone().into_iter().collect(), held.classes.clone()].concat().join(", ");
        let about = if about.is_empty() { about } else { format!("{}; ", escape(&about)) };
        let _ = writeln!(out, "    {}", style.dim(&format!("{about}{}", escape(&held.because()))));
    }
    if status.approved.is_some() || status.approvable().is_some() {
        out.push('\n');
        approval(&mut out, status, now, style, called);
    }
    out
}

fn shown(fact: Fact<'_>, now: Timestamp) -> String {
    match fact {
        Fact::Word(word) => word.to_owned(),
        Fact::Id(text) | Fact::Commit(text) => escape(text),
        Fact::Past(at) => format!("{} ({})", at.strftime("%F %T UTC"), ago(at, now)),
        Fact::Future(at) => format!("{} ({})", at.strftime("%F %T UTC"), until(at, now)),
        Fact::Count(count) => count.to_string(),
        Fact::Guard(guard) => format!("{} {} of {}", escape(&guard.guard), guard.counted, guard.limit),
    }
}

fn painted(status: &OrganizationStatus, text: &str, style: Style) -> String {
    match (status.ready, status.in_sync) {
        (Status::False, _) => style.bad(text),
        _ if status.reason == Reason::Suspended => style.change(text),
        (Status::True, Status::False) => style.change(text),
        (Status::True, Status::True) => style.good(text),
        _ => text.to_owned(),
    }
}

/// Writes what a person needs to know about one organization that is not in sync.
fn about(out: &mut String, status: &OrganizationStatus, now: Timestamp, style: Style, called: &Called) {
    if matches!(status.reason, Reason::InSync | Reason::Applied | Reason::NotYet) {
        return;
    }
    let name = &status.name;
    let _ = writeln!(out, "\n{}: {}", style.head(name), escape_lines(&status.message));
    suspension(out, status, now, style, called);
    for held in status.held.iter().take(SHOWN) {
        let by = style.dim(&format!("({})", escape(&held.by)));
        let _ = writeln!(out, "  held {} {by}", escape(&held.change));
    }
    if status.held.len() > SHOWN {
        let more = status.held.len() - SHOWN;
        let _ = writeln!(out, "  and {more} more: {}", called.command("status", name));
    }
    approval(out, status, now, style, called);
}

fn suspension(out: &mut String, status: &OrganizationStatus, now: Timestamp, style: Style, called: &Called) {
    let Some(suspension) = &status.suspended else { return };
    let until = suspension.until.map_or(String::new(), |until| format!(", until {until}"));
    let ago = ago(suspension.since, now);
    let (by, reason) = (escape(&suspension.by), escape(&suspension.reason));
    let _ = writeln!(out, "  suspended by {by} {ago}{until}: {reason}");
    let _ = writeln!(out, "  {} {}", style.dim("resume:"), called.command("resume", &status.name));
}

/// Writes the approval that was not used yet, and the command that approves the plan.
fn approval(out: &mut String, status: &OrganizationStatus, now: Timestamp, style: Style, called: &Called) {
    let name = &status.name;
    if let Some(approval) = &status.approved {
        let is_same = status.fingerprint.as_deref() == Some(&approval.fingerprint);
        let what = if is_same { "waits for the next round" } else { "is for another plan than this one" };
        let (by, ago) = (escape(&approval.by), ago(approval.at, now));
        let _ = writeln!(out, "  the approval by {by} ({ago}) {what}");
        let withdraw = called.command("approve --withdraw", name);
        let _ = writeln!(out, "  {} {withdraw}", style.dim("withdraw:"));
    }
    if let Some(fingerprint) = status.approvable() {
        let command = called.command("approve", name);
        let _ = writeln!(out, "  {} {command} {}", style.dim("approve:"), escape(fingerprint));
    }
}

/// Escapes a message of several lines, and indents all but the first.
fn escape_lines(message: &str) -> String {
    message.lines().map(escape).collect::<Vec<_>>().join("\n  ")
}
