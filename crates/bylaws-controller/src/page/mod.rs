//! The page at `/` of the port: what `controller status` shows, and what needs a person. It needs no script.

mod organization;

use bylaws_output::render::html::{BASE, Html, PALETTE, policy_source};
use jiff::Timestamp;

use crate::ago::{ago, until};
use crate::reason::{Reason, Status};
use crate::status::{OrganizationStatus, StatusDocument};

/// The style of this page, after what all pages of Bylaws share.
const STYLE: &str = include_str!("style.css");

/// Returns the whole page.
pub fn page(document: &StatusDocument, now: Timestamp) -> String {
    let mut html = Html::new();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"").text(&policy()).raw("\">\n");
    html.raw(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>Bylaws controller</title>\n<style>",
    );
    html.raw(PALETTE).raw(BASE).raw(STYLE).raw("</style>\n</head>\n<body>\n");
    html.raw("<header class=\"top\">\n<h1>Bylaws controller</h1>\n<p class=\"soft\">As of ");
    time(&mut html, now);
    html.raw(". Reload the page to see the current state.</p>\n</header>\n<main>\n");
    overview(&mut html, &document.organizations, now);
    for status in &document.organizations {
        organization::section(&mut html, status, now);
    }
    html.raw("</main>\n<footer class=\"soft\"><p>Bylaws ").text(env!("CARGO_PKG_VERSION"));
    html.raw(". Nothing on this page can change anything.</p></footer>\n</body>\n</html>\n");
    html.as_str().to_owned()
}

/// Returns the content security policy of the page.
pub(crate) fn policy() -> String {
    let style = policy_source(&[PALETTE, BASE, STYLE].concat());
    format!("default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'")
}

/// Writes a row for each organization.
fn overview(html: &mut Html, organizations: &[OrganizationStatus], now: Timestamp) {
    html.raw("<section aria-labelledby=\"organizations\">\n<h2 id=\"organizations\">Organizations</h2>\n");
    if organizations.is_empty() {
        html.raw("<p>The configuration has no organizations.</p>\n</section>\n");
        return;
    }
    html.raw(
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Conditions\">\n<table>\n<thead><tr>\
         <th scope=\"col\">Organization</th><th scope=\"col\" class=\"wide\">Ready</th>\
         <th scope=\"col\" class=\"wide\">In sync</th><th scope=\"col\">Reason</th>\
         <th scope=\"col\" class=\"number\">Held</th><th scope=\"col\" class=\"wide\">Revision</th>\
         <th scope=\"col\" class=\"wide\">Since</th><th scope=\"col\" class=\"wide\">Next round</th></tr></thead>\n\
         <tbody>\n",
    );
    for status in organizations {
        row(html, status, now);
    }
    html.raw("</tbody>\n</table>\n</div>\n</section>\n");
}

fn row(html: &mut Html, status: &OrganizationStatus, now: Timestamp) {
    let dash = || "–".to_owned();
    html.raw("<tr><th scope=\"row\"><a href=\"#org-").text(&status.name).raw("\">");
    html.text(&status.name).raw("</a></th>");
    html.raw("<td class=\"wide\">").text(status.ready.as_str()).raw("</td>");
    html.raw("<td class=\"wide\">").text(status.in_sync.as_str()).raw("</td><td>");
    reason(html, status);
    html.raw("</td><td class=\"number\">").text(&status.held.len().to_string());
    html.raw("</td><td class=\"wide\">");
    if let Some(revision) = &status.revision {
        self::revision(html, revision);
    } else {
        html.raw("–");
    }
    let since = status.since.map_or_else(dash, |since| ago(since, now));
    html.raw("</td><td class=\"wide\">").text(&since);
    let next = status.next_round.map_or_else(dash, |next| until(next, now));
    html.raw("</td><td class=\"wide\">").text(&next).raw("</td></tr>\n");
}

/// Writes the reason, in a color that says how bad it is.
fn reason(html: &mut Html, status: &OrganizationStatus) {
    html.raw(match (status.ready, status.in_sync) {
        (Status::False, _) => "<span class=\"state is-error\">",
        _ if status.reason == Reason::Suspended => "<span class=\"state is-warning\">",
        (Status::True, Status::False) => "<span class=\"state is-warning\">",
        (Status::True, Status::True) => "<span class=\"state is-good\">",
        _ => "<span class=\"state soft\">",
    });
    html.text(status.reason.as_str()).raw("</span>");
}

/// Writes the beginning of a commit; the rest is its title.
fn revision(html: &mut Html, revision: &str) {
    let short = bylaws_output::document::canonical::short(revision);
    html.raw("<code title=\"").text(revision).raw("\">").text(short).raw("</code>");
}

/// Writes a time in UTC.
fn time(html: &mut Html, at: Timestamp) {
    html.raw("<time datetime=\"").text(&at.strftime("%FT%TZ").to_string()).raw("\">");
    html.text(&at.strftime("%F %T UTC").to_string()).raw("</time>");
}

#[cfg(test)]
mod tests;
