//! The audit: findings that a review of an organization should cover. Reads the files, the live state and
//! the figures of one day, and changes nothing.

mod accounts;
mod external_keys;
mod federation;
mod guards;
mod invites;
mod key_names;
mod keys;
mod limits;
mod observed;
mod people;
mod retirement;
mod spending;
#[cfg(test)]
mod tests;
mod unlisted;
mod workspaces;

use std::collections::BTreeMap;

use bylaws_engine::access::Access;
use bylaws_engine::audit::rule::ACCEPTANCE_WITHOUT_EFFECT;
use bylaws_engine::audit::{Acceptance, Audit, AuditRule, Finding, Severity, Unseen};
use bylaws_engine::sentence::plural;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Address, Line, OrganizationKind, Plan, UserId, WorkspaceId, WorkspaceLabel, days};
use jiff::civil::Date;

use crate::access::access_held;
use crate::desired::Desired;
use crate::index::{PeopleIndex, WorkspaceIndex};
use crate::live::{Live, LiveWorkspace};
use crate::workspace::matching::{labels, match_workspaces};

pub use observed::{Costs, LastDays, Observed, Usage, cost_days, usage_days};
pub use people::quiet_people;

/// Checks all rules. `plan` is the plan of the same files and live state, if all that it needs was read;
/// without it, unlisted objects are not checked.
pub fn audit(desired: &Desired, live: &Live, plan: Option<&Plan>, observed: &Observed, today: Date) -> Audit {
    let workspaces = WorkspaceIndex::of(live);
    let labels = labels(&match_workspaces(desired, &workspaces));
    let auditor = Auditor {
        desired,
        live,
        observed,
        today,
        people: PeopleIndex::of(live),
        workspaces,
        labels,
        access: access_held(live, Some(desired), today),
    };
    let mut found = Found::default();
    auditor.people(&mut found);
    auditor.invites(&mut found);
    auditor.guards(&mut found);
    auditor.unlisted(plan, &mut found);
    // Claude Enterprise has neither workspaces nor API keys, so they are not reported as missing.
    if desired.organization.kind == OrganizationKind::Console {
        auditor.workspaces(&mut found);
        auditor.keys(&mut found);
        auditor.spending(&mut found);
        auditor.accounts(&mut found);
        auditor.federation(&mut found);
        auditor.limits(&mut found);
        auditor.external_keys(&mut found);
    }
    found.finish(&desired.audit.accept, today)
}

struct Auditor<'a> {
    desired: &'a Desired,
    live: &'a Live,
    observed: &'a Observed,
    today: Date,
    people: PeopleIndex<'a>,
    workspaces: WorkspaceIndex<'a>,
    /// The labels of the workspaces that the files identify without doubt.
    labels: BTreeMap<&'a WorkspaceId, &'a WorkspaceLabel>,
    access: Access,
}

impl Auditor<'_> {
    /// Returns the age in days.
    fn age(&self, then: Option<jiff::Timestamp>) -> Option<i32> {
        Some(days(day(then?), self.today))
    }

    /// Returns the name for a live workspace: its label in the files, else its live name.
    fn label(&self, workspace: &LiveWorkspace) -> WorkspaceLabel {
        match self.labels.get(&workspace.id) {
            Some(label) => (*label).clone(),
            None => WorkspaceLabel::new(workspace.name.clone()),
        }
    }

    fn is_listed(&self, label: &WorkspaceLabel) -> bool {
        self.desired.workspaces.as_ref().is_some_and(|listed| listed.contains_key(label))
    }

    fn email(&self, user: &UserId) -> String {
        self.people.user(user).map_or_else(|| user.to_string(), |user| user.email.to_string())
    }
}

/// What the rules found, and the rules that could not be checked.
#[derive(Default)]
struct Found {
    findings: Vec<Finding>,
    unseen: BTreeMap<&'static str, (&'static AuditRule, Unseen)>,
}

impl Found {
    fn add(&mut self, rule: &'static AuditRule, address: Address, message: impl Into<Text>) -> &mut Finding {
        self.findings.push_mut(Finding {
            rule,
            severity: rule.severity,
            address,
            message: message.into(),
            evidence: Vec::new(),
            edit: None,
            line: None,
        })
    }

    fn not_seen(&mut self, rules: &[&'static AuditRule], unseen: Unseen) {
        for rule in rules {
            self.unseen.entry(rule.code).or_insert((rule, unseen));
        }
    }

    fn finish(mut self, accept: &[Acceptance], today: Date) -> Audit {
        let in_force = |entry: &Acceptance| (0..=LONGEST).contains(&days(today, entry.until));
        let accepts = |finding: &Finding| {
            accept.iter().position(|entry| {
                in_force(entry) && entry.rule == finding.rule.name && entry.address == finding.address
            })
        };
        let is_accepted = |finding: &mut Finding| accepts(finding).is_some();
        let accepted: Vec<Finding> = self.findings.extract_if(.., is_accepted).collect();
        let mut accepted: Vec<(Finding, usize)> =
            accepted.into_iter().filter_map(|finding| accepts(&finding).map(|by| (finding, by))).collect();
        for (index, entry) in accept.iter().enumerate() {
            let is_used = accepted.iter().any(|(_, by)| *by == index);
            let is_checked = !self.unseen.values().any(|(unseen, _)| unseen.name == entry.rule);
            let what = text!("`{} {}`", entry.rule, entry.address);
            let why = match days(today, entry.until) {
                left if left < 0 => text!("{} was accepted until {}", what, entry.until),
                left if left > LONGEST => text!(
                    "{} is accepted until {}, more than {} days ahead, so the entry does not count",
                    what,
                    entry.until,
                    LONGEST
                ),
                _ if !is_used && is_checked => text!("{} is accepted but no longer found", what),
                _ => continue,
            };
            let finding = self.add(&ACCEPTANCE_WITHOUT_EFFECT, entry.address.clone(), why);
            finding.line = Some(Line::Acceptance(index));
        }
        self.findings.sort_by(|a, b| order(a).cmp(&order(b)));
        accepted.sort_by(|a, b| order(&a.0).cmp(&order(&b.0)));
        Audit { findings: self.findings, accepted, not_judged: self.unseen.into_values().collect() }
    }
}

/// The maximum number of days ahead for the last day of an entry in `audit.accept`, so that each is reviewed
/// once a year.
const LONGEST: i32 = 366;

fn order(finding: &Finding) -> (Severity, &'static str, &Address, &str) {
    (finding.severity, finding.rule.code, &finding.address, finding.message.as_str())
}

fn day(time: jiff::Timestamp) -> Date {
    time.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Formats a number of days: `1 day`, `30 days`.
fn in_days(n: i32) -> Text {
    plural(n, "day")
}

fn path<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<String> {
    keys.into_iter().map(str::to_owned).collect()
}

/// Returns a day of last use as evidence.
fn last_used(last: Option<Date>) -> (&'static str, String) {
    ("last used", last.map_or_else(|| "none seen".to_owned(), |last| last.to_string()))
}
