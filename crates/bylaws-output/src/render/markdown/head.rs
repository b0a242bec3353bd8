//! The first lines: the marker, the result with its counts, and the source of the plan.

use std::fmt::Write;

use super::marker::{About, marker};
use super::span::{code, count, plural};
use super::{Comment, Frame};
use crate::document::canonical::short;
use crate::document::plan::{ConfigRef, PlanDocument, Summary};
use crate::render::rule_changes::differing;

/// The maximum number of selected addresses to name.
const ONLY: usize = 5;

/// Returns the marker, the heading, and a line or two.
pub(super) fn head(plan: &PlanDocument, frame: &Frame<'_>) -> String {
    let counts = counts(&plan.summary);
    let verdict = if !plan.not_reviewed.is_empty() {
        "not applied, some changes were not reviewed"
    } else if plan.summary.refused {
        "refused by a guard"
    } else if plan.summary.too_large {
        "too large to review"
    } else {
        counts.as_str()
    };
    let mut out = marker(frame.about, &name(frame.comment, Some(&plan.config)));
    let _ = write!(out, "## Bylaws plan: {verdict}\n\n");
    let requests = match plan.changes.len() {
        0 => plural(plan.reads.total(), "read request"),
        n => format!("{}, {}", plural(plan.reads.total(), "read request"), plural(n, "write request")),
    };
    let mut facts = about(&plan.organization.name, Some(&plan.config));
    if !plan.changes.is_empty() {
        facts.push(format!("fingerprint {}", code(short(&plan.fingerprint))));
    }
    facts.push(requests);
    out.push_str(&facts.join(" · "));
    let summary = &plan.summary;
    let asked =
        if summary.refused || summary.too_large { vec![format!("planned: {counts}")] } else { Vec::new() };
    let base = plan.base.as_ref().map(|base| {
        let differing = differing(base).map_or(String::new(), |text| format!(", {text}"));
        format!("compared with {} ({}){differing}", code(&base.revision), code(short(&base.commit)))
    });
    let others = [
        ("held back", summary.held),
        ("waiting", summary.waiting),
        ("blocked", summary.blocked),
        ("expiring", summary.expiring),
        ("not in the files", summary.unlisted),
    ];
    let others = others.into_iter().filter(|(_, n)| *n > 0).map(|(word, n)| format!("{} {word}", count(n)));
    let left_out = (!plan.only.is_empty()).then(|| {
        let only: Vec<String> =
            plan.only.iter().take(ONLY).map(|address| code(&address.to_string())).collect();
        let more = if plan.only.len() > ONLY { ", …" } else { "" };
        format!("only {}{more}: {} not selected", only.join(", "), plural(summary.not_selected, "change"))
    });
    let others: Vec<String> = base.into_iter().chain(asked).chain(others).chain(left_out).collect();
    if !others.is_empty() {
        let _ = write!(out, "\\\n{}", others.join(" · "));
    }
    out.push('\n');
    out
}

/// Returns the name by which the comment is found: the given one, or else the path.
pub(super) fn name(comment: &Comment, config: Option<&ConfigRef>) -> String {
    let path = config.and_then(|config| config.path.clone());
    comment.name.clone().or(path).unwrap_or_else(|| "bylaws".to_owned())
}

/// Returns the organization, the files and their commit.
pub(super) fn about(organization: &str, config: Option<&ConfigRef>) -> Vec<String> {
    let commit = config.and_then(ConfigRef::source).map(|source| format!("commit {}", code(&source)));
    let path = config.and_then(|config| config.path.as_deref()).map(code);
    std::iter::once(code(organization)).chain(path).chain(commit).collect()
}

/// Returns the counts: `3 to invite, 1 to remove`, or `no changes`.
fn counts(summary: &Summary) -> String {
    let action = |name: &str| summary.actions.get(name).copied().unwrap_or(0);
    let parts: Vec<String> = ["create", "update", "remove", "invite", "revoke", "archive"]
        .into_iter()
        .filter(|name| action(name) > 0)
        .map(|name| format!("{} to {name}", count(action(name))))
        .collect();
    if parts.is_empty() { "no changes".to_owned() } else { parts.join(", ") }
}

impl Frame<'_> {
    /// Returns the first lines of a comment about an apply.
    pub(super) fn apply(comment: &Comment) -> Frame<'_> {
        Frame { about: About::Apply, comment }
    }
}
