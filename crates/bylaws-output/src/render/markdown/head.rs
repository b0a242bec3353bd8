//! The first lines: the marker, the result with its counts, and the source of the plan.

use std::fmt::Write;

use super::Comment;
use super::marker::{About, marker};
use super::span::{code, count, plural};
use crate::document::canonical::short;
use crate::document::plan::{ConfigRef, PlanDocument};
use crate::render::plan::{by_action, others};
use crate::render::rule_changes::differing;

/// The maximum number of selected addresses to name.
const ONLY: usize = 5;

/// Returns the marker, the heading, and a line with the organization, the files and these facts.
pub(super) fn head(
    (about, comment): (About, &Comment),
    heading: &str,
    organization: &str,
    config: Option<&ConfigRef>,
    facts: impl IntoIterator<Item = String>,
) -> String {
    let path = config.and_then(|config| config.path.as_deref());
    // The comment is found by its name.
    let marker = marker(about, comment.name.as_deref().or(path).unwrap_or("bylaws"));
    let commit = config.and_then(ConfigRef::source).map(|source| format!("commit {}", code(&source)));
    let files = path.map(code).into_iter().chain(commit);
    let facts: Vec<String> = std::iter::once(code(organization)).chain(files).chain(facts).collect();
    format!("{marker}## Bylaws {heading}\n\n{}", facts.join(" · "))
}

/// Returns the first lines of a plan.
pub(super) fn of_plan(plan: &PlanDocument, about: About, comment: &Comment) -> String {
    let counts = by_action(&plan.summary.actions, count);
    let result = if !plan.not_reviewed.is_empty() {
        "not applied, some changes were not reviewed"
    } else if plan.summary.refused {
        "refused by a guard"
    } else if plan.summary.too_large {
        "too large to review"
    } else {
        counts.as_str()
    };
    let reads = plural(plan.reads.total(), "read request");
    let facts = match plan.changes.len() {
        0 => vec![reads],
        n => vec![
            format!("fingerprint {}", code(short(&plan.fingerprint))),
            format!("{reads}, {}", plural(n, "write request")),
        ],
    };
    let heading = format!("plan: {result}");
    let mut out = head((about, comment), &heading, &plan.organization.name, Some(&plan.config), facts);
    let summary = &plan.summary;
    let asked =
        if summary.refused || summary.too_large { vec![format!("planned: {counts}")] } else { Vec::new() };
    let base = plan.base.as_ref().map(|base| {
        let differing = differing(base).map_or(String::new(), |text| format!(", {text}"));
        format!("compared with {} ({}){differing}", code(&base.revision), code(short(&base.commit)))
    });
    let others = others(summary).map(|(n, word)| format!("{} {word}", count(n)));
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
