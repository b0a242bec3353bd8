//! The last lines: what was cut, where to read all of it, and how to apply exactly this plan.

use std::collections::BTreeMap;

use super::Comment;
use super::page::Laid;
use super::span::{code, count};
use crate::document::plan::PlanDocument;

/// An upper bound for the sentence about cuts: a few words and two numbers per kind of block.
pub(super) const SENTENCE: usize = 2_000;

/// The maximum size of the last lines.
pub(super) fn most(plan: &PlanDocument, comment: &Comment) -> usize {
    SENTENCE + pointer(comment, "plan").len() + apply(plan).len()
}

/// Returns the last lines; empty if everything is shown and there is nothing to link to.
pub(super) fn tail(plan: &PlanDocument, comment: &Comment, laid: &Laid) -> String {
    cut(&missing(plan.changes.len(), laid), comment, "plan") + &apply(plan)
}

/// Returns what was cut, in words, and where to read all of it.
pub(super) fn cut(missing: &str, comment: &Comment, what: &str) -> String {
    match (missing, &comment.link) {
        ("", None) => String::new(),
        ("", Some(_)) => format!("\n{}\n", pointer(comment, what)),
        (missing, _) => format!("\n**Cut to fit:** {missing}. {} has everything.\n", pointer(comment, what)),
    }
}

/// Returns the cuts: `4,312 of 5,000 changes are not shown (people: 3,000 of 4,000)`.
pub(super) fn missing(changes: usize, laid: &Laid) -> String {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for cut in laid.cuts.iter().filter(|cut| cut.left > 0 && !cut.what.is_empty()) {
        let (left, total) = kinds.entry(cut.what).or_default();
        *left += cut.left;
        *total += cut.total;
    }
    let kinds: Vec<String> = kinds
        .into_iter()
        .map(|(what, (left, total))| format!("{what}: {} of {}", count(left), count(total)))
        .collect();
    let mut shown = vec![false; changes];
    for at in &laid.shown {
        if let Some(shown) = shown.get_mut(*at) {
            *shown = true;
        }
    }
    let unseen = shown.iter().filter(|shown| !**shown).count();
    match (unseen, kinds.is_empty()) {
        (0, true) => String::new(),
        (0, false) => format!("not shown in full ({})", kinds.join("; ")),
        (_, true) => format!("{} of {} changes are not shown", count(unseen), count(changes)),
        (_, false) => {
            format!("{} of {} changes are not shown ({})", count(unseen), count(changes), kinds.join("; "))
        }
    }
}

/// `what` is `plan` or `report`.
pub(super) fn pointer(comment: &Comment, what: &str) -> String {
    match (&comment.link, what) {
        (Some(link), _) => link.markdown(&format!("The full {what}")),
        (None, "plan") => "`bylaws plan --format json`".to_owned(),
        (None, "drift") => "`bylaws drift --format json`".to_owned(),
        (None, "audit") => "`bylaws audit --format json`".to_owned(),
        (None, _) => "`bylaws apply --format json`".to_owned(),
    }
}

fn apply(plan: &PlanDocument) -> String {
    if plan.summary.refused || plan.summary.too_large || plan.changes.is_empty() {
        return String::new();
    }
    format!(
        "\nTo apply exactly this plan: {}\n",
        code(&format!("bylaws apply --expect {}", plan.fingerprint))
    )
}
