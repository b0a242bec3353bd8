//! The content of the page without JavaScript: counts, administrators, findings and drift.

use std::fmt::Write;

use bylaws_engine::access::Presence;
use bylaws_output::render::escape::escape;
use bylaws_output::render::html::escape_html;

use super::document::{
    Drift, ExternalKey, Federation, Findings, PageDocument, RateLimit, Section, ServiceAccount, SpendLimit,
};
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
    section(&mut out, "Service accounts", &document.service_accounts, |out, list| accounts(out, list));
    section(&mut out, "Federation", &document.federation, federation);
    section(&mut out, "Spend limits", &document.limits.spend, |out, list| spend_limits(out, list));
    section(&mut out, "Rate limits", &document.limits.rate, |out, list| rate_limits(out, list));
    section(&mut out, "External keys", &document.external_keys, |out, list| external_keys(out, list));
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

fn accounts(out: &mut String, accounts: &[ServiceAccount]) {
    let items = accounts.iter().map(|account| {
        let memberships = account.memberships.iter().map(|(workspace, role)| format!("{workspace}: {role}"));
        let rules = match &account.rules {
            Section::Read(rules) => rules.join(", "),
            Section::NotRead { not_read } => format!("not read: {not_read}"),
        };
        let memberships: Vec<String> = memberships.collect();
        let (name, role) = (text(&account.name), text(&account.role));
        format!(
            "<code>{name}</code> {role}; workspaces: {}; federation rules: {}",
            text(&memberships.join(", ")),
            text(&rules)
        )
    });
    list(out, "Service accounts", "none", items);
}

fn federation(out: &mut String, federation: &Federation) {
    let rules = federation.rules.iter().map(|rule| {
        let accepts: Vec<String> =
            rule.accepts.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let workspaces = rule.workspaces.as_ref().map_or_else(|| "all".to_owned(), |only| only.join(", "));
        format!(
            "<code>{}</code> accepts {} from {}; acts as {}; scope {}; workspaces: {}; tokens live for {}",
            text(&rule.name),
            text(&accepts.join(", ")),
            text(&rule.issuer),
            text(rule.account.as_deref().unwrap_or("no service account")),
            text(&rule.scopes.join(" ")),
            text(&workspaces),
            text(&rule.token_lifetime),
        )
    });
    list(out, "Federation rules", "none", rules);
    let issuers = federation.issuers.iter().map(|issuer| {
        let (name, url, keys) = (text(&issuer.name), text(&issuer.issuer_url), text(&issuer.keys));
        let lifetime = text(&issuer.max_jwt_lifetime);
        let once = if issuer.check_jti { "once" } else { "more than once" };
        format!("<code>{name}</code> {url}; keys: {keys}; tokens live for {lifetime} or less and can be exchanged {once}")
    });
    list(out, "Federation issuers", "none", issuers);
}

fn spend_limits(out: &mut String, limits: &[SpendLimit]) {
    let items = limits.iter().map(|limit| {
        let of = text(limit.workspace.as_deref().unwrap_or("the organization"));
        format!("{of}: {}", text(limit.limit.as_deref().unwrap_or("none")))
    });
    list(out, "Spend limits", "none", items);
}

fn rate_limits(out: &mut String, limits: &[RateLimit]) {
    let items = limits.iter().map(|limit| {
        let (workspace, group) = (text(&limit.workspace), text(&limit.group.join(", ")));
        format!("{workspace}, {group}: <code>{}</code> {}", text(&limit.limiter), text(&limit.value))
    });
    list(out, "Rate limits", "those of the organization", items);
}

fn external_keys(out: &mut String, keys: &[ExternalKey]) {
    let items = keys.iter().map(|key| {
        let (name, provider) = (text(&key.name), text(&key.provider));
        format!("<code>{name}</code> {provider}; workspaces: {}", text(&key.workspaces.join(", ")))
    });
    list(out, "External keys", "none", items);
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
