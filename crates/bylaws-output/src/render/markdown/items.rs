//! Entries about addresses that are not changes: side effects, waiting, blocked and others. Workspace memberships of
//! one person with the same reason share a line.

use std::collections::HashMap;

use bylaws_engine::text::Text;
use bylaws_engine::{Address, WorkspaceLabel};

use super::page::{Block, Piece};
use super::span::{code, count};
use super::text::text;
use super::words::{place, subject};
use crate::document::plan::{ItemDocument, WaitingDocument};

/// The maximum number of workspaces that one line names.
const NAMED: usize = 10;

/// Returns the waiting entries, folded, with their effect.
pub(super) fn waiting(waiting: &[WaitingDocument]) -> Option<Block> {
    let items: Vec<ItemDocument> = waiting.iter().map(WaitingDocument::item).collect();
    folded("waiting", "Waiting for invites to be accepted", &items)
}

/// Returns the items open, under a heading.
pub(super) fn open(what: &'static str, title: &str, items: &[ItemDocument]) -> Option<Block> {
    Block::list(what, title, items.len(), lines(items).iter().map(Line::piece))
}

/// Returns the items folded.
pub(super) fn folded(what: &'static str, title: &str, items: &[ItemDocument]) -> Option<Block> {
    Block::folded(what, title, items.len(), lines(items).iter().map(Line::piece))
}

struct Line<'a> {
    first: &'a ItemDocument,
    addresses: Vec<&'a Address>,
}

fn lines(items: &[ItemDocument]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut by_person: HashMap<(&str, &Text), usize> = HashMap::new();
    for item in items {
        let address = &item.address.0;
        let email = address.email().filter(|_| item.approve.is_empty());
        let known = email.map(|email| (email.as_str(), &item.reason.0));
        let at = known.map(|key| *by_person.entry(key).or_insert(lines.len()));
        match at.and_then(|at| lines.get_mut(at)) {
            Some(line) => line.addresses.push(address),
            None => lines.push(Line { first: item, addresses: vec![address] }),
        }
    }
    lines
}

impl Line<'_> {
    fn piece(&self) -> Piece {
        let place = place(self.first.origin.as_ref());
        Piece::new(format!("- {}: {}{place}\n", self.subject(), text(&self.first.reason)))
    }

    fn subject(&self) -> String {
        let (Some(email), 2..) = (self.first.address.email(), self.addresses.len()) else {
            return subject(&self.first.address, &[]);
        };
        let memberships: Vec<&WorkspaceLabel> =
            self.addresses.iter().filter_map(|address| address.workspace()).collect();
        let more = memberships.len().saturating_sub(NAMED);
        let named: Vec<String> = memberships
            .iter()
            .take(NAMED)
            .map(|label| code(label.as_str()))
            .chain((more > 0).then(|| format!("{} more", count(more))))
            .collect();
        let also = if memberships.len() < self.addresses.len() { ", also" } else { "" };
        format!("{}{also} in {}", code(email.as_str()), named.join(", "))
    }
}
