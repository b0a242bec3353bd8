//! The status for people: a table of all organizations, and everything about one.

use std::fmt::Write as _;

use bylaws_output::document::canonical::short;
use bylaws_output::render::escape::escape;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::Style;
use jiff::Timestamp;

use crate::ago::{ago, until};
use crate::facts::{Fact, facts};
use crate::reason::{Reason, Status};
use crate::status::{OrganizationStatus, StatusDocument};

/// How many held changes are listed for each organization.
const SHOWN: usize = 10;
/// The gap between two columns.
const GAP: usize = 2;

/// How the status is shown.
#[derive(Clone, Debug)]
pub struct View {
    /// The current time.
    pub now: Timestamp,
    /// Colors.
    pub style: Style,
    /// Columns of the terminal, if there is one.
    pub width: Option<usize>,
    /// The configuration for the commands that are shown, as one word of a shell, unless it is the default.
    pub config: Option<String>,
}

impl View {
    /// Returns a command of the controller to paste.
    fn command(&self, words: &str) -> String {
        let config = self.config.as_ref().map_or(String::new(), |config| format!(" --config {config}"));
        format!("bylaws controller {words}{config}")
    }
}

/// Returns the status as a table, and below it what needs a person.
pub fn table(document: &StatusDocument, view: &View) -> Lines {
    let mut out = Lines::default();
    let columns = columns(document, view);
    let line = |row: usize| {
        let cells = columns.iter().map(|column| {
            let width = column.iter().map(String::len).max().unwrap_or_default();
            format!("{:width$}", column.get(row).map_or("", String::as_str))
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    out.exact(view.style.head(&line(0)));
    for (row, status) in document.organizations.iter().enumerate() {
        out.exact(painted(status, &line(row + 1), view.style));
    }
    for status in &document.organizations {
        about(&mut out, status, view);
    }
    out
}

/// Returns the columns with their heads; a narrow terminal has no place for all of them.
fn columns(document: &StatusDocument, view: &View) -> Vec<Vec<String>> {
    type Cell<'a> = &'a dyn Fn(&OrganizationStatus) -> String;
    let dash = || "-".to_owned();
    let now = view.now;
    let column = |head: &str, cell: Cell<'_>| -> Vec<String> {
        std::iter::once(head.to_owned()).chain(document.organizations.iter().map(cell)).collect()
    };
    let revision = |status: &OrganizationStatus| {
        status.revision.as_deref().map_or_else(dash, |revision| escape(short(revision)))
    };
    let held = |status: &OrganizationStatus| match status.held.len() {
        0 => dash(),
        held => held.to_string(),
    };
    let mut columns = vec![
        column("ORGANIZATION", &|status| status.name.clone()),
        column("READY", &|status| status.ready.as_str().to_owned()),
        column("IN SYNC", &|status| status.in_sync.as_str().to_owned()),
        column("REASON", &|status| status.reason.as_str().to_owned()),
        column("REVISION", &revision),
        column("HELD", &held),
        column("SINCE", &|status| status.since.map_or_else(dash, |since| ago(since, now))),
        column("NEXT ROUND", &|status| status.next_round.map_or_else(dash, |next| until(next, now))),
    ];
    for dropped in ["REVISION", "NEXT ROUND"] {
        let widths =
            columns.iter().map(|column| column.iter().map(String::len).max().unwrap_or_default() + GAP);
        if view.width.is_none_or(|width| widths.sum::<usize>() <= width + GAP) {
            break;
        }
        columns.retain(|column| column.first().is_none_or(|head| head != dropped));
    }
    columns
}

/// Returns everything that is known about one organization.
pub fn detail(status: &OrganizationStatus, view: &View) -> Lines {
    let mut out = Lines::default();
    let style = view.style;
    let _ = writeln!(out, "{}: {}", style.head(&status.name), painted(status, status.reason.as_str(), style));
    for line in status.message.lines() {
        let _ = writeln!(out, "  {}", escape(line));
    }
    let facts = facts(status);
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, fact) in facts {
        let name = style.dim(&format!("{name:width$}"));
        out.exact(format!("  {name}  {}", shown(fact, view.now)));
    }
    suspension(&mut out, status, view);
    if !status.held.is_empty() {
        let _ = writeln!(out, "\n{}", style.head("Held changes"));
    }
    for held in &status.held {
        let _ = writeln!(out, "  {}", held.in_words());
        let cause = held.cause.iter().map(ToString::to_string);
        let about: Vec<String> = cause.chain(held.classes.iter().map(ToString::to_string)).collect();
        let about = if about.is_empty() { String::new() } else { format!("{}; ", about.join(", ")) };
        let _ = writeln!(out, "    {}", style.dim(&format!("{about}{}", held.by.because())));
    }
    if !status.decisions.is_empty() {
        let _ = writeln!(out, "\n{}", style.head("Last decisions"));
    }
    for decided in &status.decisions {
        let _ = writeln!(out, "  {}  {}", time(decided.at), escape(&decided.in_words()));
    }
    if status.approved.is_some() || status.approvable().is_some() {
        out.exact("");
        approval(&mut out, status, view);
    }
    out
}

fn shown(fact: Fact<'_>, now: Timestamp) -> String {
    match fact {
        Fact::Word(word) => word.to_owned(),
        Fact::Id(text) | Fact::Commit(text) => escape(text),
        Fact::Past(at) => format!("{} ({})", time(at), ago(at, now)),
        Fact::Future(at) => format!("{} ({})", time(at), until(at, now)),
        Fact::Count(count) => count.to_string(),
        Fact::Guard(guard) => format!("{} {} of {}", escape(&guard.guard), guard.counted, guard.limit),
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%F %T UTC").to_string()
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
fn about(out: &mut Lines, status: &OrganizationStatus, view: &View) {
    if matches!(status.reason, Reason::InSync | Reason::Applied | Reason::NotYet) {
        return;
    }
    let (name, style) = (&status.name, view.style);
    let mut message = status.message.lines().map(escape);
    let _ = writeln!(out, "\n{}: {}", style.head(name), message.next().unwrap_or_default());
    message.for_each(|line| out.exact(format!("  {line}")));
    suspension(out, status, view);
    for held in status.held.iter().take(SHOWN) {
        let by = style.dim(&format!("({})", held.by.as_str()));
        let _ = writeln!(out, "  {} {} {by}", held.by.participle(), held.in_words());
    }
    if status.held.len() > SHOWN {
        let more = status.held.len() - SHOWN;
        out.exact(format!("  and {more} more: {}", view.command(&format!("status {name}"))));
    }
    approval(out, status, view);
}

fn suspension(out: &mut Lines, status: &OrganizationStatus, view: &View) {
    let Some(suspension) = &status.suspended else { return };
    let until = suspension.until.map_or(String::new(), |until| format!(", until {}", time(until)));
    let ago = ago(suspension.since, view.now);
    let (by, reason) = (escape(&suspension.by), escape(&suspension.reason));
    let _ = writeln!(out, "  suspended by {by} {ago}{until}: {reason}");
    out.exact(format!(
        "  {} {}",
        view.style.dim("resume:"),
        view.command(&format!("resume {}", status.name))
    ));
}

/// Writes the approval that was not used yet, and the command that approves the plan.
fn approval(out: &mut Lines, status: &OrganizationStatus, view: &View) {
    let (name, style) = (&status.name, view.style);
    if let Some(approval) = &status.approved {
        let what = status.approval_waits();
        let (by, ago) = (escape(&approval.by), ago(approval.at, view.now));
        let _ = writeln!(out, "  the approval by {by} ({ago}) {what}");
        out.exact(format!(
            "  {} {}",
            style.dim("withdraw:"),
            view.command(&format!("approve --withdraw {name}"))
        ));
    }
    // What a guard refuses can be approved, but that alone lets nothing through.
    if let Some(fingerprint) = status.approvable().filter(|_| status.reason != Reason::GuardRefused) {
        if status.held.iter().any(super::held::HeldChange::is_drift) {
            let _ = writeln!(
                out,
                "  Approving undoes what was done outside git; `bylaws adopt --write` keeps it instead."
            );
        }
        let command = view.command(&format!("approve {name} {}", escape(fingerprint)));
        out.exact(format!("  {} {command}", style.dim("approve:")));
    }
}
