//! Plans and reports as Markdown: the one comment on a pull request.
//!
//! Three properties hold for every document. The size is limited: below 65,000 bytes for any number of changes
//! (`page.rs`). User-supplied text is always in a code span (`span.rs`, `text.rs`). Entries to review first come
//! before everything else and are never cut: a plan in which they do not fit is too large to review
//! (`review_first.rs`).

mod access;
mod audit;
mod drift;
mod guards;
mod head;
mod items;
mod link;
mod marker;
mod page;
mod people;
mod report;
mod review_first;
mod rule_changes;
mod span;
mod tail;
#[cfg(test)]
mod tests;
mod text;
mod words;
mod workspaces;

pub use access::{access, access_difference};
pub use audit::audit;
pub use drift::drift;
pub use link::Link;
pub use marker::{About, marker};
pub use report::report;
pub use span::{code, commas, in_cell};

use std::collections::BTreeSet;

use bylaws_engine::{Action, Address, Cause, WorkspaceLabel};

use page::{Block, LIMIT, Piece, Rank, fit_whole};
use words::Seen;

use crate::document::plan::{HeldDocument, PlanDocument};
use crate::render::plan::{HELD, cause_heading};

/// The options of a comment besides the document.
#[derive(Clone, Debug, Default)]
pub struct Comment {
    /// The name by which the comment is found.
    pub name: Option<String>,
    /// The link to the full output.
    pub link: Option<Link>,
}

/// Returns a plan, for the pull request that proposes it.
pub fn plan(plan: &PlanDocument, comment: &Comment) -> String {
    page(plan, About::Plan, comment)
}

/// Returns a plan that apply did not carry out because a guard refuses it.
pub fn refused(plan: &PlanDocument, comment: &Comment) -> String {
    page(plan, About::Apply, comment)
}

/// The size reserved for the first and last lines, and for the counts of everything else, in bytes.
const BESIDE: usize = 10_000;

/// Returns whether all entries to review fit in a comment. Without changes there is nothing to split.
pub(crate) fn is_reviewable(plan: &PlanDocument) -> bool {
    plan.changes.is_empty() && plan.rule_changes.is_empty() || {
        let blocks = never_cut(plan, &Seen::all(&plan.changes));
        let blocks: Vec<Block> = blocks.into_iter().filter(|block| block.is_ranked(Rank::Review)).collect();
        fit_whole(&blocks, LIMIT - BESIDE)
    }
}

/// Returns the sections that are never cut, in the order of the page. A plan in which they do not fit cannot be
/// reviewed.
fn never_cut(plan: &PlanDocument, changes: &[Seen<'_>]) -> Vec<Block> {
    let mut blocks = rule_changes::blocks(plan);
    blocks.extend(review_first::blocks(plan, changes));
    blocks
}

fn page(plan: &PlanDocument, about: About, comment: &Comment) -> String {
    let changes = Seen::all(&plan.changes);
    let mut blocks = guards::refusal(plan);
    blocks.extend(not_reviewed(plan));
    blocks.extend(never_cut(plan, &changes));
    blocks.extend(rest(plan, &changes));
    let head = head::of_plan(plan, about, comment);
    tail::filled(head, &blocks, changes.len(), (comment, "plan"), &tail::apply(plan))
}

/// Returns the changes that are not in a reviewed plan.
fn not_reviewed(plan: &PlanDocument) -> Option<Block> {
    let pieces = plan.not_reviewed.iter().map(|id| Piece::new(format!("- {}\n", span::code(id))));
    let block = Block::list("changes", "Not in a reviewed plan", pieces.len(), pieces)?;
    Some(block.rank(Rank::Refusal))
}

/// Returns the other sections, the most important first.
fn rest(plan: &PlanDocument, changes: &[Seen<'_>]) -> Vec<Block> {
    let created = created(changes);
    let mut blocks = Vec::new();
    for cause in std::iter::once(None).chain(Cause::ALL.iter().copied().map(Some)) {
        let of_cause = |seen: &&Seen<'_>| seen.change.cause.map(|cause| cause.0) == cause;
        let changes: Vec<Seen<'_>> = changes.iter().filter(of_cause).cloned().collect();
        if let Some(cause) = cause.filter(|_| !changes.is_empty()) {
            let heading = format!("\n### {} ({})\n", cause_heading(cause), span::count(changes.len()));
            blocks.push(Block::text(heading));
        }
        blocks.extend(people::blocks(plan, &changes, &created));
        blocks.extend(workspaces::blocks(plan, &changes, &created));
    }
    blocks.extend(who(plan));
    blocks.extend(held(&plan.held));
    blocks.extend(items::open("blocked", "Blocked: manual action required", &plan.blocked));
    let approve = plan.blocked.iter().flat_map(|item| &item.approve);
    blocks.extend(guards::pasted(approve, &plan.today));
    let ranked = |block: Option<Block>, rank: Rank| block.map(|block| block.rank(rank));
    blocks.extend(ranked(items::open("notes", "Notes", &plan.notes), Rank::Notes));
    blocks.extend(ranked(guards::reported(plan), Rank::Guards));
    blocks.extend(ranked(guards::approvals(plan), Rank::Guards));
    blocks.extend(ranked(items::waiting(&plan.waiting), Rank::Waiting));
    blocks.extend(items::folded("consequences", "Side effects", &plan.consequences));
    blocks.extend(ranked(items::folded("expiring", "Expiring within 14 days", &plan.expiring), Rank::Notes));
    let unlisted = items::folded("unlisted", "Not in the files (kept)", &plan.unlisted);
    blocks.extend(ranked(unlisted, Rank::Unlisted));
    blocks.extend(ranked(guards::passed(plan), Rank::Notes));
    blocks
}

/// Returns who made the drift.
fn who(plan: &PlanDocument) -> Vec<Block> {
    let pieces = plan.changed_by.iter().map(|by| {
        let subject = words::subject(&by.address, &[]);
        Piece::new(format!("- {subject}: {}\n", text::text(&by.sentence())))
    });
    let named = Block::folded("who made the drift", "Who made the drift", pieces.len(), pieces);
    let unknown = plan.not_attributed.as_ref();
    let unknown = unknown.map(|why| format!("\nWho made the drift is not known: {}\n", text::text(why)));
    named.into_iter().chain(unknown.map(Block::text)).collect()
}

/// Returns the changes that are not sent, of a plan or of a report.
fn held(held: &[HeldDocument]) -> Option<Block> {
    let pieces = held.iter().map(|held| {
        let seen = Seen { at: 0, change: &held.change };
        Piece::new(format!("- {} ({})\n", seen.sentence(), held.reason()))
    });
    Block::list("held back", HELD, held.len(), pieces)
}

/// Returns the workspaces that the plan creates.
fn created<'a>(changes: &[Seen<'a>]) -> BTreeSet<&'a WorkspaceLabel> {
    let label = |seen: &Seen<'a>| match (*seen.change.action, &seen.change.address.0) {
        (Action::Create, Address::Workspace(label)) => Some(label),
        _ => None,
    };
    changes.iter().filter_map(label).collect()
}
