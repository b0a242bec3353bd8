//! One organization on the page: its condition, and what needs a person.

use bylaws_output::render::html::Html;
use jiff::Timestamp;

use super::{reason, revision, time};
use crate::ago::{ago, until};
use crate::reason::Reason;
use crate::status::{HeldChange, OrganizationStatus};

/// How many held changes are listed, to keep the page small.
const MOST: usize = 500;

/// Writes the section of an organization.
pub(super) fn section(html: &mut Html, status: &OrganizationStatus, now: Timestamp) {
    html.raw("<section class=\"organization\" aria-labelledby=\"org-").text(&status.name);
    html.raw("\">\n<h2 id=\"org-").text(&status.name).raw("\"><span class=\"name\">").text(&status.name);
    html.raw("</span> ");
    reason(html, status);
    html.raw("</h2>\n");
    if status.reason == Reason::NotYet {
        html.raw("<p>No round has run yet.</p>\n");
    } else if !status.message.is_empty() {
        html.raw("<p class=\"said\">").lines(&status.message).raw("</p>\n");
    }
    suspension(html, status, now);
    facts(html, status, now);
    held(html, status);
    approval(html, status, now);
    html.raw("</section>\n");
}

fn suspension(html: &mut Html, status: &OrganizationStatus, now: Timestamp) {
    let Some(suspension) = &status.suspended else { return };
    html.raw("<div class=\"notice\">\n<p><b>Suspended</b> by <b class=\"name\">").text(&suspension.by);
    html.raw("</b> since ");
    time(html, suspension.since);
    html.raw(" (").text(&ago(suspension.since, now)).raw(")");
    if let Some(end) = suspension.until {
        html.raw(", until ");
        time(html, end);
    }
    html.raw(": <span class=\"name\">").text(&suspension.reason);
    html.raw("</span></p>\n<p>Resume:</p>\n<pre><code>bylaws controller resume ").text(&status.name);
    html.raw("</code></pre>\n</div>\n");
}

fn facts(html: &mut Html, status: &OrganizationStatus, now: Timestamp) {
    html.raw("<dl class=\"facts\">\n");
    fact(html, "Ready", |html| {
        html.text(status.ready.as_str());
    });
    fact(html, "In sync", |html| {
        html.text(status.in_sync.as_str());
    });
    if let Some(id) = &status.organization_id {
        fact(html, "Organization", |html| {
            html.raw("<code>").text(id).raw("</code>");
        });
    }
    for (name, commit) in [("Revision", &status.revision), ("Baseline", &status.baseline)] {
        if let Some(commit) = commit {
            fact(html, name, |html| revision(html, commit));
        }
    }
    for (name, at) in
        [("Since", status.since), ("Last round", status.last_round), ("Last success", status.last_success)]
    {
        if let Some(at) = at {
            fact(html, name, |html| {
                time(html, at);
                html.raw(" (").text(&ago(at, now)).raw(")");
            });
        }
    }
    if let Some(next) = status.next_round {
        fact(html, "Next round", |html| {
            time(html, next);
            html.raw(" (").text(&until(next, now)).raw(")");
        });
    }
    let counts = [
        ("Held", status.held.len()),
        ("Not held", status.changes),
        ("Waiting for an event", status.waiting),
        ("Blocked", status.blocked),
        ("Expiring within 14 days", status.expiring),
    ];
    for (name, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        fact(html, name, |html| {
            html.text(&count.to_string());
        });
    }
    for guard in status.guards.iter().filter(|guard| guard.counted > 0) {
        fact(html, "Guard, 24 hours", |html| {
            html.raw("<code>").text(&guard.guard).raw("</code> ");
            html.text(&format!("{} of {}", guard.counted, guard.limit));
        });
    }
    html.raw("</dl>\n");
}

fn fact(html: &mut Html, name: &'static str, value: impl FnOnce(&mut Html)) {
    html.raw("<div><dt>").raw(name).raw("</dt><dd>");
    value(html);
    html.raw("</dd></div>\n");
}

fn held(html: &mut Html, status: &OrganizationStatus) {
    if status.held.is_empty() {
        return;
    }
    html.raw("<h3>Held changes</h3>\n");
    html.raw("<div class=\"table held\" tabindex=\"0\" role=\"region\" aria-label=\"Held changes of ");
    html.text(&status.name).raw(
        "\">\n<table>\n<thead><tr><th scope=\"col\">Change</th><th scope=\"col\">Cause</th>\
         <th scope=\"col\">Classes</th><th scope=\"col\">Held because</th></tr></thead>\n<tbody>\n",
    );
    status.held.iter().take(MOST).for_each(|held| change(html, held));
    html.raw("</tbody>\n</table>\n</div>\n");
    if status.held.len() > MOST {
        html.raw("<p>and ").text(&(status.held.len() - MOST).to_string()).raw(" more</p>\n");
    }
}

fn change(html: &mut Html, held: &HeldChange) {
    html.raw("<tr><th scope=\"row\"><code class=\"name\">").text(&held.change).raw("</code></th>");
    let cause = held.cause.as_deref().unwrap_or("–");
    html.raw("<td data-label=\"Cause: \">").text(cause).raw("</td><td data-label=\"Classes: \">");
    let classes = held.classes.join(", ");
    html.text(if classes.is_empty() { "–" } else { &classes });
    html.raw("</td><td data-label=\"Held because: \">");
    because(html, &held.by);
    html.raw("</td></tr>\n");
}

/// Writes what a word of the status means.
fn because(html: &mut Html, by: &str) {
    html.raw(match by {
        "drift" => "somebody made the difference outside git",
        "baseline" => "nothing was applied here before",
        "undone" => "sent in the last 24 hours, and undone since",
        "dependency" => "it needs another held change",
        "approval" => "it needs a line under <code>approve:</code> in the files",
        _ => "the configuration holds this: ",
    });
    if !["drift", "baseline", "undone", "dependency", "approval"].contains(&by) {
        html.raw("<code>").text(by).raw("</code>");
    }
}

/// Writes the fingerprint with the command that approves it, and the approval that was not used yet.
fn approval(html: &mut Html, status: &OrganizationStatus, now: Timestamp) {
    if let Some(approval) = &status.approved {
        html.raw("<p>The approval by <b class=\"name\">").text(&approval.by).raw("</b> (");
        html.text(&ago(approval.at, now));
        let is_same = status.fingerprint.as_deref() == Some(&approval.fingerprint);
        html.raw(if is_same { ") waits for the next round.</p>\n" } else { ") is for another plan.</p>\n" });
    }
    let Some(fingerprint) = status.approvable() else { return };
    html.raw(
        "<p>Approve exactly this plan, held changes included:</p>\n<pre><code>bylaws controller approve ",
    );
    html.text(&status.name).raw(" ").text(fingerprint).raw("</code></pre>\n");
}
