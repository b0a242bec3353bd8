//! The audit: findings that a review of an organization should cover. Reads the files, the live state and
//! the figures of one day, and changes nothing.

mod guards;
mod invites;
mod key_names;
mod keys;
mod observed;
mod people;
mod retirement;
mod spending;
#[cfg(test)]
mod tests;
mod unlisted;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::access::Access;
use bylaws_engine::audit::rule::ACCEPTANCE_WITHOUT_EFFECT;
use bylaws_engine::audit::{Acceptance, Audit, AuditRule, Finding, Severity, Unseen};
use bylaws_engine::sentence::plural;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Address, Line, ObjectName, OrganizationKind, Plan, UserId, WorkspaceId, WorkspaceLabel, days,
};
use jiff::civil::Date;

use crate::API_KEY;
use crate::access::access_held;
use crate::desired::Desired;
use crate::index::{PeopleIndex, WorkspaceIndex};
use crate::live::{Live, LiveApiKey, LiveWorkspace};
use crate::workspace::matching::{labels, match_workspaces};

pub use observed::{Costs, LastDays, Observed, Usage, cost_days, usage_days};
pub use people::quiet_people;

/// Checks all rules. `plan` is the plan of the same files and live state, if all that it needs was read;
/// without it, unlisted objects are not checked.
pub fn audit(desired: &Desired, live: &Live, plan: Option<&Plan>, observed: &Observed, today: Date) -> Audit {
    let workspaces = WorkspaceIndex::of(live);
    let labels = labels(&match_workspaces(desired, &workspaces));
    let mut auditor = Auditor {
        desired,
        live,
        observed,
        today,
        people: PeopleIndex::of(live),
        workspaces,
        labels,
        access: access_held(live, Some(desired), today),
        findings: Vec::new(),
        unseen: BTreeMap::new(),
    };
    auditor.people();
    auditor.invites();
    auditor.guards();
    auditor.unlisted(plan);
    // Claude Enterprise has neither workspaces nor API keys, so they are not reported as missing.
    if desired.organization.kind == OrganizationKind::Console {
        auditor.workspaces();
        auditor.keys();
        auditor.spending();
    }
    auditor.finish()
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
    findings: Vec<Finding>,
    unseen: BTreeMap<&'static str, (&'static AuditRule, Unseen)>,
}

impl Auditor<'_> {
    fn find(&mut self, rule: &'static AuditRule, address: Address, message: impl Into<Text>) -> &mut Finding {
        self.findings.push(Finding {
            rule,
            severity: rule.severity,
            address,
            message: message.into(),
            evidence: Vec::new(),
            edit: None,
            line: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    fn not_seen(&mut self, rules: &[&'static AuditRule], unseen: Unseen) {
        for rule in rules {
            self.unseen.entry(rule.code).or_insert((rule, unseen));
        }
    }

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

    fn finish(mut self) -> Audit {
        let settings = &self.desired.audit;
        let mut used = BTreeSet::new();
        let (mut findings, mut accepted) = (Vec::new(), Vec::new());
        for finding in std::mem::take(&mut self.findings) {
            let by = settings.accept.iter().position(|entry| {
                self.is_in_force(entry) && entry.rule == finding.rule.name && entry.address == finding.address
            });
            match by {
                Some(index) => {
                    used.insert(index);
                    accepted.push((finding, index));
                }
                None => findings.push(finding),
            }
        }
        self.findings = findings;
        let judged = |rule: &str| !self.unseen.values().any(|(unseen, _)| unseen.name == rule);
        let idle: Vec<(usize, Text)> = settings
            .accept
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| {
                let what = text!("`{} {}`", entry.rule, entry.address);
                let why = match days(self.today, entry.until) {
                    left if left < 0 => text!("{} was accepted until {}", what, entry.until),
                    left if left > LONGEST => text!(
                        "{} is accepted until {}, more than {} days ahead, so the entry does not count",
                        what,
                        entry.until,
                        LONGEST
                    ),
                    _ if !used.contains(&index) && judged(entry.rule) => {
                        text!("{} is accepted but no longer found", what)
                    }
                    _ => return None,
                };
                Some((index, why))
            })
            .collect();
        for (index, why) in idle {
            let address = settings.accept[index].address.clone();
            self.find(&ACCEPTANCE_WITHOUT_EFFECT, address, why).line = Some(Line::Acceptance(index));
        }
        self.findings.sort_by(|a, b| order(a).cmp(&order(b)));
        accepted.sort_by(|a, b| order(&a.0).cmp(&order(&b.0)));
        Audit { findings: self.findings, accepted, not_judged: self.unseen.into_values().collect() }
    }

    fn is_in_force(&self, entry: &Acceptance) -> bool {
        (0..=LONGEST).contains(&days(self.today, entry.until))
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

fn path<const N: usize>(keys: [&str; N]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// Returns the address of a key in the files, the path to its status, and its line.
fn key_place(label: Option<&WorkspaceLabel>, name: &ObjectName) -> (Address, Vec<String>, Line) {
    let path = match label {
        Some(label) => path(["workspaces", label.as_str(), "api_keys", name.as_str()]),
        None => path(["api_keys", name.as_str()]),
    };
    let (kind, name) = (API_KEY.object(), name.clone());
    (Address::of_object(label, kind.clone(), name.clone()), path, Line::of_object(label, kind, name))
}

/// A key with the workspace that it belongs to.
struct PlacedKey<'a> {
    key: &'a LiveApiKey,
    workspace: Option<&'a LiveWorkspace>,
}
