//! One organization on the page: its condition, and what needs a person.

use bylaws_output::render::html::Html;
use jiff::Timestamp;

use super::{reason, revision, time};
use crate::ago::{ago, until};
use crate::facts::Fact;
use crate::held::HeldChange;
use crate::reason::Reason;
use crate::status::OrganizationStatus;

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
    decisions(html, status);
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
    for (name, fact) in crate::facts::facts(status) {
        html.raw("<div><dt>").raw(name).raw("</dt><dd>");
        self::fact(html, fact, now);
        html.raw("</dd></div>\n");
    }
    html.raw("</dl>\n");
}

fn fact(html: &mut Html, fact: Fact<'_>, now: Timestamp) {
    match fact {
        Fact::Word(word) => html.raw(word),
        Fact::Id(id) => html.raw("<code>").text(id).raw("</code>"),
        Fact::Commit(commit) => {
            revision(html, commit);
            html
        }
        Fact::Past(at) => {
            time(html, at);
            html.raw(" (").text(&ago(at, now)).raw(")")
        }
        Fact::Future(at) => {
            time(html, at);
            html.raw(" (").text(&until(at, now)).raw(")")
        }
        Fact::Count(count) => html.text(&count.to_string()),
        Fact::Guard(guard) => {
            html.raw("<code>").text(&guard.guard).raw("</code> ");
            html.text(&format!("{} of {}", guard.counted, guard.limit))
        }
    };
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
    html.raw("<tr><th scope=\"row\"><code class=\"name\">").text(&held.change).raw("</code>");
    if !held.detail.is_empty() {
        html.raw("<span class=\"name detail\">").text(&held.detail).raw("</span>");
    }
    html.raw("</th>");
    let cause = held.cause.as_ref().map_or("–", |cause| cause.as_str());
    html.raw("<td data-label=\"Cause: \">").text(cause).raw("</td><td data-label=\"Classes: \">");
    let classes = held.classes.iter().map(|class| class.as_str()).collect::<Vec<_>>().join(", ");
    html.text(if classes.is_empty() { "–" } else { &classes });
    html.raw("</td><td data-label=\"Held because: \">");
    html.text(&held.by.because()).raw("</td></tr>\n");
}

fn decisions(html: &mut Html, status: &OrganizationStatus) {
    if !status.decisions.is_empty() {
        html.raw("<h3>Last decisions</h3>\n");
    }
    for decided in &status.decisions {
        html.raw("<p>");
        time(html, decided.at);
        html.raw(": <span class=\"name\">").text(&decided.in_words()).raw("</span></p>\n");
    }
}

/// Writes the fingerprint with the command that approves it, and the approval that was not used yet.
fn approval(html: &mut Html, status: &OrganizationStatus, now: Timestamp) {
    if let Some(approval) = &status.approved {
        html.raw("<p>The approval by <b class=\"name\">").text(&approval.by).raw("</b> (");
        html.text(&ago(approval.at, now));
        html.raw(") ").raw(status.approval_waits()).raw(".</p>\n");
    }
    let approvable = status.approvable().filter(|_| status.reason != Reason::GuardRefused);
    let Some(fingerprint) = approvable else { return };
    if status.held.iter().any(HeldChange::is_drift) {
        html.raw(
            "<p>Approving undoes what was done outside git; <code>bylaws adopt --write</code> keeps it instead.</p>\n",
        );
    }
    html.raw(
        "<p>Approve exactly this plan, held changes included:</p>\n<pre><code>bylaws controller approve ",
    );
    html.text(&status.name).raw(" ").text(fingerprint).raw("</code></pre>\n");
}
