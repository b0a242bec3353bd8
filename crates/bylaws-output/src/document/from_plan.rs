//! Converts the engine's plan to its document: names to strings, lines to positions, writes to requests.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::Suppression;
use bylaws_engine::guard_results::GuardResult;
use bylaws_engine::guards::ApprovalReport;
use bylaws_engine::{
    Action, Address, Change, Class, Differing, Fact, Facts, Item, Line, Plan, Waiting, Write,
};
use serde_json::{Value, json};

use super::base::{BaseDocument, DifferingDocument, RuleChangeDocument};
use super::canonical::{canonical, sha256_of};
use super::live_name::{LiveName, with_names};
use super::origin::Positions;
use super::plan::{
    ApprovalDocument, ChangeDocument, ConfigRef, FORMAT_VERSION, GuardDocument, HeldDocument, ItemDocument,
    Loosened, OrganizationRef, PlanDocument, ReadCounts, RequestDocument, Summary, WaitingDocument,
};
use super::review_first::ReviewDocument;
use super::word::Word;
use crate::render::markdown;

/// The inputs of the document besides the plan.
pub struct Context<'a> {
    /// The positions of the lines in the files.
    pub positions: Positions<'a>,
    /// The files that the plan was made from.
    pub config: &'a ConfigRef,
    /// The base revision that the plan is compared with, if there is one.
    pub base: Option<BaseDocument>,
    /// Comments that suppress warnings and that the base does not have.
    pub suppressions: &'a [&'a Suppression],
    /// The addresses to which `--only` restricts the plan.
    pub only: &'a [Address],
    /// The date of the service (UTC) that the plan was made for.
    pub today: jiff::civil::Date,
    /// The request of a change, as it is sent.
    pub request: fn(&Write) -> RequestDocument,
}

impl PlanDocument {
    /// Converts a plan; computes its fingerprint and whether it is too large to review.
    pub fn of(plan: &Plan, context: &Context<'_>) -> Self {
        let positions = context.positions;
        let items = |items: &[Item]| {
            let of = |item: &Item| ItemDocument::of(item, LiveName::of(plan, &item.address), positions);
            items.iter().map(of).collect()
        };
        let unlisted = plan.unlisted.iter();
        let unlisted =
            unlisted.map(|item| ItemDocument::of(item, LiveName::around(plan, &item.address), positions));
        let rule_changes = plan.rule_changes.iter();
        let rule_changes = rule_changes.map(|change| RuleChangeDocument::of(plan, change, positions));
        let suppressions = context.suppressions.iter();
        let suppressions = suppressions.map(|added| RuleChangeDocument::suppression(added, positions));
        let base = context.base.clone();
        let differing = plan.differing;
        let differing = differing.map(|Differing { added, changed, removed }| DifferingDocument {
            added,
            changed,
            removed,
        });
        let loosened = plan.loosened.iter().map(|loosened| Loosened {
            text: Word(loosened.text.clone()),
            origin: positions.of(Some(&Line::Guard(loosened.guard))),
        });
        let held = plan.held.iter().map(|held| HeldDocument {
            change: ChangeDocument::of(plan, &held.change, context),
            held_by: held.by.map(Word),
        });
        let waiting = plan.waiting.iter().map(|waiting| WaitingDocument::of(plan, waiting, positions));
        // Approvals in use come first, wherever they are in the files.
        let mut approvals: Vec<&ApprovalReport> = plan.approvals.iter().collect();
        approvals.sort_by_key(|report| report.state);
        let mut document = Self {
            format_version: FORMAT_VERSION,
            bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
            organization: OrganizationRef {
                id: plan.organization.to_string(),
                name: plan.organization_name.clone(),
            },
            config: context.config.clone(),
            today: context.today.to_string(),
            only: context.only.iter().cloned().map(Word).collect(),
            reads: ReadCounts::of(&plan.reads),
            base: base.map(|base| BaseDocument { differing, ..base }),
            rule_changes: rule_changes.chain(suppressions).collect(),
            not_reviewed: Vec::new(),
            changed_by: Vec::new(),
            not_attributed: None,
            loosened: loosened.collect(),
            review_first: ReviewDocument::all(plan, positions),
            changes: plan.changes.iter().map(|change| ChangeDocument::of(plan, change, context)).collect(),
            held: held.collect(),
            consequences: items(&plan.consequences),
            waiting: waiting.collect(),
            blocked: items(&plan.blocked),
            unlisted: unlisted.collect(),
            expiring: items(&plan.expiring),
            notes: items(&plan.notes),
            guards: plan.guards.iter().map(|result| GuardDocument::of(plan, result)).collect(),
            approvals: approvals.into_iter().map(|report| ApprovalDocument::of(report, positions)).collect(),
            summary: Summary::of(plan),
            fingerprint: String::new(),
            whole_fingerprint: None,
            created_at: None,
            digest: None,
        };
        document.fingerprint = document.computed_fingerprint();
        let checks = document.changes.iter().filter(|change| change.request.check.is_some()).count();
        document.summary.apply_requests = document.summary.apply_requests.map(|requests| requests + checks);
        document.summary.too_large = !markdown::is_reviewable(&document);
        document
    }

    /// Computes the fingerprint from the changes, ignoring the stored one.
    pub fn computed_fingerprint(&self) -> String {
        // One change at a time: as values, those of a large plan would be most of what is in memory.
        let changes = self.changes.iter().enumerate().map(|(n, change)| {
            let comma = if n > 0 { "," } else { "" };
            format!("{comma}{}", canonical(&change.without_origin()))
        });
        let organization = canonical(&json!(self.organization.id));
        let end = format!("],\"organization\":{organization}}}");
        sha256_of(std::iter::once("{\"changes\":[".to_owned()).chain(changes).chain([end]))
    }
}

impl ChangeDocument {
    fn of(plan: &Plan, change: &Change, context: &Context<'_>) -> Self {
        Self {
            origin: context.positions.of(change.line.as_ref()),
            live_names: LiveName::in_change(plan, change),
            ..Self::bare(change, (context.request)(&change.write))
        }
    }

    /// Returns the change without its line in the files and without live names.
    pub fn bare(change: &Change, request: RequestDocument) -> Self {
        Self {
            id: change.id.to_string(),
            address: Word(change.address.clone()),
            action: Word(change.action),
            target: change.target().map(str::to_owned),
            before: change.before.as_ref().map(facts),
            after: change.after.as_ref().map(facts),
            request,
            depends_on: change.depends_on.iter().map(ToString::to_string).collect(),
            live_names: Vec::new(),
            classes: change.classes.iter().copied().map(Word).collect(),
            expired: change.expired.map(|day| day.to_string()),
            cause: change.cause.map(Word),
            origin: None,
        }
    }

    /// Returns the part that two plans must agree on: the requests, whatever their cause.
    pub fn without_origin(&self) -> Value {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            // With another base, the same requests may have another cause; they name objects by their ids.
            for field in ["origin", "cause", "expired", "live_names"] {
                object.remove(field);
            }
        }
        value
    }
}

/// Converts facts to JSON.
pub fn facts(facts: &Facts) -> BTreeMap<String, Value> {
    facts.0.iter().map(|(field, value)| ((*field).to_owned(), fact(value))).collect()
}

fn fact(value: &Fact) -> Value {
    match value {
        Fact::Null => Value::Null,
        Fact::Text(text) => json!(text),
        Fact::Number(number) => json!(number),
        Fact::Set(set) => json!(set),
        Fact::Record(record) => {
            Value::Object(record.iter().map(|(key, value)| (key.clone(), fact(value))).collect())
        }
        Fact::Object(object) => json!(object.to_string()),
    }
}

impl ItemDocument {
    fn of(item: &Item, live_names: Vec<LiveName>, positions: Positions<'_>) -> Self {
        Self {
            address: Word(item.address.clone()),
            reason: with_names(&item.reason, &live_names),
            live_names,
            origin: positions.of(item.line.as_ref()),
            approve: item.approve.iter().map(ToString::to_string).collect(),
            cause: item.cause.map(Word),
        }
    }
}

impl WaitingDocument {
    fn of(plan: &Plan, waiting: &Waiting, positions: Positions<'_>) -> Self {
        let workspace = waiting.address.workspace();
        Self {
            address: Word(waiting.address.clone()),
            action: Word(waiting.action),
            after: facts(&waiting.after),
            classes: waiting.classes.iter().copied().map(Word).collect(),
            reason: Word(waiting.reason.clone()),
            workspace_id: workspace.and_then(|label| plan.workspaces.get(label)).map(ToString::to_string),
            live_names: LiveName::of(plan, &waiting.address),
            origin: positions.of(waiting.line.as_ref()),
            cause: waiting.cause.map(Word),
        }
    }
}

impl GuardDocument {
    fn of(plan: &Plan, result: &GuardResult) -> Self {
        let tripped = plan.changes.iter().filter(|change| result.changes.contains(&change.id));
        let live_names: BTreeSet<LiveName> =
            tripped.flat_map(|change| LiveName::in_change(plan, change)).collect();
        let live_names = Vec::from_iter(live_names);
        Self {
            guard: Word(result.guard),
            source: Word(result.source),
            ruling: Word(result.ruling),
            counted: result.figures.map(|figures| figures.counted),
            limit: result.figures.map(|figures| figures.limit),
            of: result.figures.and_then(|figures| figures.of),
            reason: with_names(&result.reason, &live_names),
            live_names,
            changes: result.changes.iter().map(ToString::to_string).collect(),
            approve: result.approve.iter().map(ToString::to_string).collect(),
        }
    }
}

impl ApprovalDocument {
    fn of(report: &ApprovalReport, positions: Positions<'_>) -> Self {
        Self {
            changes: report.approval.changes.iter().map(ToString::to_string).collect(),
            until: report.approval.until.to_string(),
            reason: report.approval.reason.clone(),
            state: Word(report.state),
            origin: positions.of(Some(&Line::Approval(report.index))),
        }
    }
}

impl ReadCounts {
    fn of(reads: &bylaws_engine::Reads) -> Self {
        let lists = reads.0.iter().map(|(list, count)| ((*list).to_owned(), json!(count)));
        Self(lists.chain([("total".to_owned(), json!(reads.total()))]).collect())
    }
}

/// Counts changes by cause; empty without a base.
pub(crate) fn by_cause<'a>(changes: impl IntoIterator<Item = &'a Change>) -> BTreeMap<String, usize> {
    let mut causes = BTreeMap::new();
    for cause in changes.into_iter().filter_map(|change| change.cause) {
        *causes.entry(cause.to_string()).or_default() += 1;
    }
    causes
}

impl Summary {
    fn of(plan: &Plan) -> Self {
        let count = |is: &dyn Fn(&Change) -> bool| plan.changes.iter().filter(|change| is(change)).count();
        let actions =
            Action::ALL.map(|action| (action.to_string(), count(&|change| change.action == action)));
        let classes = Class::ALL.map(|class| (class.to_string(), count(&|change| change.is(class))));
        Self {
            changes: plan.changes.len(),
            actions: actions.into(),
            classes: classes.into(),
            causes: by_cause(&plan.changes),
            consequences: plan.consequences.len(),
            held: plan.held.len(),
            waiting: plan.waiting.len(),
            blocked: plan.blocked.len(),
            unlisted: plan.unlisted.len(),
            expiring: plan.expiring.len(),
            apply_requests: (!plan.changes.is_empty()).then(|| plan.reads.total() + plan.changes.len()),
            refused: plan.is_refused(),
            too_large: false,
            not_selected: plan.not_selected,
        }
    }
}
