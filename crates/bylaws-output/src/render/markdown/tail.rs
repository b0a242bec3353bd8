//! The last lines: what was cut, where to read all of it, and how to apply exactly this plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::Comment;
use super::page::{Block, LIMIT, Laid, lay_out};
use super::span::{code, count};
use crate::document::plan::PlanDocument;

/// An upper bound for the sentence about cuts: a few words and two numbers per kind of block.
const SENTENCE: usize = 2_000;

/// Returns a page: the first lines, as much of the blocks as fits, what was cut and where to read all of it, and the
/// last lines. `what` is `plan`, `report`, `audit` or `drift`, and `changes` the number of changes in it.
pub(super) fn filled(
    mut out: String,
    blocks: &[Block],
    changes: usize,
    (comment, what): (&Comment, &str),
    last: &str,
) -> String {
    let pointer = match (&comment.link, what) {
        (Some(link), _) => link.markdown(&format!("The full {what}")),
        (None, "report") => "`bylaws apply --format json`".to_owned(),
        (None, what) => format!("`bylaws {what} --format json`"),
    };
    let laid = lay_out(blocks, LIMIT.saturating_sub(out.len() + SENTENCE + pointer.len() + last.len()));
    out.push_str(&laid.text);
    let missing = missing(changes, &laid);
    if !missing.is_empty() {
        let _ = write!(out, "\n**Cut to fit:** {missing}. {pointer} has everything.\n");
    } else if comment.link.is_some() {
        let _ = write!(out, "\n{pointer}\n");
    }
    out + last
}

/// Returns the cuts: `4,312 of 5,000 changes are not shown (people: 3,000 of 4,000)`.
fn missing(changes: usize, laid: &Laid) -> String {
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
    let shown: BTreeSet<usize> = laid.shown.iter().copied().filter(|at| *at < changes).collect();
    let unseen = changes - shown.len();
    match (unseen, kinds.is_empty()) {
        (0, true) => String::new(),
        (0, false) => format!("not shown in full ({})", kinds.join("; ")),
        (_, true) => format!("{} of {} changes are not shown", count(unseen), count(changes)),
        (_, false) => {
            format!("{} of {} changes are not shown ({})", count(unseen), count(changes), kinds.join("; "))
        }
    }
}

/// Returns the last line of a plan.
pub(super) fn apply(plan: &PlanDocument) -> String {
    if plan.summary.refused || plan.summary.too_large || plan.changes.is_empty() {
        return String::new();
    }
    format!(
        "\nTo apply exactly this plan: {}\n",
        code(&format!("bylaws apply --expect {}", plan.fingerprint))
    )
}
