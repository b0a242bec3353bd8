//! The entries to review first: they come before everything else, and are never cut.
//!
//! Entries of a kind with the same result ("to `developer`") are a group, shown in the fullest of three forms that fits:
//! a line per entry with its position in the files, a line per entry without it, or one line with the count and all
//! addresses. If that does not fit, the plan is too large to review; then every group keeps the space for its count and
//! a fair share of its addresses, and the others are counted. So are live people who are not in the files.

use std::collections::{BTreeMap, HashMap, HashSet};

use bylaws_engine::review_first::ReviewKind;

use super::page::{Block, Form, More, Piece, Rank};
use super::span::count;
use super::text::whole;
use super::words::{Seen, place, subject};
use crate::document::plan::PlanDocument;
use crate::document::review_first::ReviewDocument;
use crate::render::review_first::HEADING;

/// The size reserved for the addresses of all groups together.
const KEPT: usize = 16_000;

/// The maximum number of groups under one heading; only a document that Bylaws did not write can have more.
const GROUPS: usize = 6;

/// A group of at most this size is always shown in full, however large other groups are.
const FEW: usize = 3;

/// Returns the heading of a kind, and the title of a group of its entries.
fn titles(kind: ReviewKind) -> (&'static str, &'static str) {
    match kind {
        ReviewKind::Irreversible => ("Cannot be undone", "archive"),
        ReviewKind::MemberRemoval => ("Removed from the organization", "remove"),
        ReviewKind::UndoesDrift => ("Also undoes a change made outside git", "others"),
        ReviewKind::Raise => ("Increased access", "others"),
        ReviewKind::WorkspaceAdmin => ("Workspace admins", "to `workspace_admin`"),
        ReviewKind::LookAlike => ("Easily mistaken for another", "look-alikes"),
        ReviewKind::LastActiveKey => ("No active key left", "keys"),
        ReviewKind::Blocked => ("Blocked", "others"),
        ReviewKind::NoWorkspaceAdmin => ("No workspace admin left", "workspaces"),
        ReviewKind::OutsideAllowedDomains => ("Not in the files, outside the allowed domains", "people"),
        ReviewKind::LoosenedGuard => ("Loosened guards", "guards"),
        ReviewKind::Widen => ("More can obtain tokens", "others"),
        ReviewKind::Money => ("Spend limits raised or removed", "others"),
        ReviewKind::Throttle => ("Spend limits that stop use now", "others"),
        ReviewKind::Audit => ("Less is recorded", "others"),
        ReviewKind::Egress => ("Data leaves the organization", "others"),
    }
}

/// An entry, with its change if it is about one.
struct Entry<'a> {
    review: &'a ReviewDocument,
    seen: Option<&'a Seen<'a>>,
}

/// Returns the blocks of the entries to review first; none if there are no entries.
pub(super) fn blocks(plan: &PlanDocument, changes: &[Seen<'_>]) -> Vec<Block> {
    let named: HashSet<&str> =
        plan.review_first.iter().filter_map(|review| review.change.as_deref()).collect();
    let by_id: HashMap<&str, &Seen<'_>> = changes
        .iter()
        .map(|seen| (seen.change.id.as_str(), seen))
        .filter(|(id, _)| named.contains(id))
        .collect();
    let mut headings: BTreeMap<ReviewKind, BTreeMap<String, Vec<Entry<'_>>>> = BTreeMap::new();
    for review in &plan.review_first {
        let seen = review.change.as_ref().and_then(|id| by_id.get(id.as_str())).copied();
        let entry = Entry { review, seen };
        let groups = headings.entry(*review.kind).or_default();
        let title = entry.title();
        let is_new = !groups.contains_key(&title);
        let title = if is_new && groups.len() >= GROUPS { "others".to_owned() } else { title };
        groups.entry(title).or_default().push(entry);
    }
    let floor = KEPT / headings.values().map(BTreeMap::len).sum::<usize>().max(1);
    let mut blocks = Vec::new();
    for (kind, groups) in headings {
        let rank = if kind == ReviewKind::OutsideAllowedDomains { Rank::Outsiders } else { Rank::Review };
        if blocks.is_empty() {
            blocks.push(Block::text(format!("\n### {HEADING}\n")).rank(Rank::Review));
        }
        let total: usize = groups.values().map(Vec::len).sum();
        let head = format!("\n**{} ({})**\n\n", titles(kind).0, count(total));
        blocks.push(Block::text(head).rank(rank));
        blocks.extend(groups.iter().map(|(title, group)| block(title, group).floor(floor).rank(rank)));
    }
    blocks
}

fn block(title: &str, group: &[Entry<'_>]) -> Block {
    let line = |entry: &Entry<'_>, place: &str| Piece {
        text: format!("- {}{place}\n", whole(&entry.review.reason)),
        changes: entry.at(),
    };
    let full = group.iter().map(|entry| line(entry, &place(entry.review.origin.as_ref())));
    if group.len() <= FEW {
        return Block::new("review first", Form::new("", full, "", More::Line));
    }
    let brief = group.iter().map(|entry| line(entry, ""));
    let inline = group.iter().enumerate().map(|(n, entry)| Piece {
        text: format!(
            "{}{}",
            if n == 0 { ": " } else { ", " },
            subject(&entry.review.address, &entry.review.live_names)
        ),
        changes: entry.at(),
    });
    let open = format!("- {title} ({})", count(group.len()));
    Block::new("review first", Form::new(open, inline, "\n", More::Inline))
        .or_better(Form::new("", brief, "", More::Silent))
        .or_better(Form::new("", full, "", More::Silent))
}

impl Entry<'_> {
    /// Returns the title of its group; roles that people get are grouped by role.
    fn title(&self) -> String {
        match (*self.review.kind, self.seen) {
            (ReviewKind::Raise, Some(seen)) if self.review.address.email().is_some() => {
                format!("to {}", seen.role())
            }
            (kind, _) => titles(kind).1.to_owned(),
        }
    }

    fn at(&self) -> Vec<usize> {
        self.seen.map(|seen| seen.at).into_iter().collect()
    }
}
