//! Access as a Markdown table, for a wiki or an issue: a row for each person and workspace.

use std::fmt::Write;

use bylaws_engine::access::Presence;

use super::page::LIMIT;
use super::span::{code, count, in_cell, plural};
use crate::document::access::{AccessChangeDocument, AccessDiffDocument, AccessDocument, HeldDocument};
use crate::render::access::{accounts, reasons, state};

/// Returns the access of every person.
pub fn access(access: &AccessDocument) -> String {
    let mut out = String::from("## Access\n\n");
    let name = &access.organization.name;
    let name = if name.is_empty() { &access.organization.id } else { name };
    let _ = writeln!(out, "{} · {}\n", code(name), code(&state(&access.state)));
    for missing in &access.not_seen {
        let _ = writeln!(out, "> [!WARNING]\n> Not read: {}: {}\n", missing.what, code(&missing.why));
    }
    let mut rows = Vec::new();
    for person in &access.people {
        let role = person.role.as_deref().map_or("unknown".to_owned(), in_cell);
        let invited = if *person.standing == Presence::Invited { ", invited" } else { "" };
        let who = format!("| {} | {role}{invited}", in_cell(&person.who));
        if person.access.is_empty() {
            rows.push(format!("{who} | | | |\n"));
        }
        rows.extend(person.access.iter().map(|grant| {
            let (role, why) = (in_cell(&grant.role), in_cell(&reasons(&grant.because)));
            format!("{who} | {} | {role} | {why} |\n", in_cell(&grant.workspace))
        }));
    }
    let head = "| who | organization role | workspace | role | because |\n| --- | --- | --- | --- | --- |\n";
    table(&mut out, head, &rows);
    let workspaces = plural(access.workspaces.len(), "workspace");
    let _ = writeln!(out, "\n{}{}, {workspaces}", plural(access.persons(), "person"), accounts(access));
    out
}

/// Returns the differences in access.
pub fn access_difference(diff: &AccessDiffDocument) -> String {
    let mut out = String::from("## Access changes\n\n");
    let _ = writeln!(out, "from {} to {}\n", code(&state(&diff.from)), code(&state(&diff.to)));
    if diff.changes.is_empty() {
        out.push_str("No access changed.\n");
        return out;
    }
    let held = |held: &Option<HeldDocument>| match held {
        Some(held) if held.invited => format!("{} (invited)", in_cell(&held.role)),
        Some(held) => in_cell(&held.role),
        None => "nothing".to_owned(),
    };
    let row = |change: &AccessChangeDocument| {
        let place = change.workspace.as_deref().map_or("organization".to_owned(), in_cell);
        let decides = change.after.as_ref().or(change.before.as_ref());
        let why = decides.map(|held| reasons(&held.because)).filter(|why| !why.is_empty());
        let why = why.map(|why| in_cell(&why)).unwrap_or_default();
        let (who, before, after) = (in_cell(&change.who), held(&change.before), held(&change.after));
        format!("| {who} | {place} | {} | {before} | {after} | {why} |\n", change.kind.as_str())
    };
    let head = "| who | where | | before | after | because |\n| --- | --- | --- | --- | --- | --- |\n";
    table(&mut out, head, &diff.changes.iter().map(row).collect::<Vec<_>>());
    let _ = writeln!(out, "\n{}", plural(diff.changes.len(), "difference"));
    out
}

/// Writes as many rows as a comment can contain.
fn table(out: &mut String, head: &str, rows: &[String]) {
    out.push_str(head);
    let mut left = rows.len();
    for row in rows {
        if out.len() + row.len() + 500 > LIMIT {
            break;
        }
        out.push_str(row);
        left -= 1;
    }
    if left > 0 {
        let (left, total) = (count(left), count(rows.len()));
        let _ = writeln!(
            out,
            "\n**Cut to fit:** {left} of {total} rows are not shown. `--format csv` lists all of them."
        );
    }
}
