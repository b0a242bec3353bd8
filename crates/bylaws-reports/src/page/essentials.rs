//! The content of the page without JavaScript: counts, administrators, findings and drift.

use std::fmt::Write;

use bylaws_engine::access::Presence;
use bylaws_output::render::escape::escape;
use bylaws_output::render::html::escape_html;

use super::document::{Drift, Findings, PageDocument, Section};
use super::embed::escaped_lines;

/// The maximum number of items per list, to keep the page small.
const MOST: usize = 1000;

/// The roles in the organization with access to everything.
const ADMINISTERS: [&str; 4] = ["admin", "owner", "primary_owner", "membership_admin"];

/// Returns the content of `<noscript>`.
pub(super) fn essentials(document: &PageDocument) -> String {
    let mut out = String::new();
    let are = |state| document.access.people.iter().filter(|person| *person.state == state).count();
    let (members, invited) = (are(Presence::Member), are(Presence::Invited));
    let _ = write!(
        out,
        "<p>This page needs JavaScript for the access matrix and the charts. The rest of it follows.</p>\
         <h2>Counts</h2><ul><li>{members} members</li><li>{invited} invited</li><li>{} workspaces</li>\
         <li>{} grants of access</li><li>as of {}</li></ul>",
        document.access.workspaces.len(),
        document.access.grants.len(),
        text(&document.today),
    );
    let admins = document.access.people.iter().filter_map(|person| {
        let role = person.role.as_deref().filter(|role| ADMINISTERS.contains(role))?;
        Some(format!("{} ({})", text(&person.who), text(role)))
    });
    list(&mut out, "Administrators", "nobody", admins);
    section(&mut out, "Findings", &document.findings, findings);
    section(&mut out, "Drift", &document.drift, drift);
    out
}

/// Writes a part of the page, or why it was not read.
fn section<T>(out: &mut String, heading: &str, section: &Section<T>, write: fn(&mut String, &T)) {
    match section {
        Section::NotRead { not_read } => {
            let _ = write!(out, "<h2>{heading}</h2><p>not read: {}</p>", text(not_read));
        }
        Section::Read(part) => write(out, part),
    }
}

fn findings(out: &mut String, findings: &Findings) {
    let items = findings.items.iter().map(|finding| {
        let fix =
            finding.fix.as_deref().map(|fix| format!("<pre>{}</pre>", escape_html(&escaped_lines(fix))));
        format!(
            "{} {} <code>{}</code>: {}{}",
            finding.severity,
            text(&finding.code),
            text(&finding.address),
            text(&finding.message),
            fix.unwrap_or_default(),
        )
    });
    list(out, "Findings", "none", items);
}

fn drift(out: &mut String, drift: &Drift) {
    let refused = drift.refused.iter().map(|reason| format!("refused: {}", text(reason)));
    let changes = drift.changes.iter().map(|change| {
        let (action, address, summary) = (text(&change.action), text(&change.address), text(&change.summary));
        format!("{action} <code>{address}</code> {summary}")
    });
    list(out, "Drift", "in sync", refused.chain(changes));
}

/// Writes a heading and a list of markup, or the text for an empty list.
fn list(out: &mut String, heading: &str, none: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.map(|item| format!("<li>{item}</li>")).collect();
    let _ = write!(out, "<h2>{heading}</h2>");
    if items.is_empty() {
        let _ = write!(out, "<p>{none}</p>");
        return;
    }
    let _ = write!(out, "<ul>{}</ul>", items.iter().take(MOST).map(String::as_str).collect::<String>());
    if items.len() > MOST {
        let _ = write!(out, "<p>and {} more</p>", items.len() - MOST);
    }
}

fn text(text: &str) -> String {
    escape_html(&escape(text))
}
