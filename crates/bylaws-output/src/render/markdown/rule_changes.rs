//! Rules that the commit changes: they come before everything else and are never cut, except added end dates.

use super::page::{Block, Form, More, Piece, Rank};
use super::span::count;
use super::text::whole;
use super::words::{place, subject};
use crate::document::base::RuleChangeDocument;
use crate::document::plan::PlanDocument;
use crate::render::rule_changes::{HEADING, by_kind, heading, may_be_cut, unusable};
use bylaws_engine::Address;

/// Returns the blocks of the section; none if no rule changes and the base can be read.
pub(super) fn blocks(plan: &PlanDocument) -> Vec<Block> {
    let why = plan.base.as_ref().and_then(unusable);
    if plan.rule_changes.is_empty() && why.is_none() {
        return Vec::new();
    }
    let why = why.map_or(String::new(), |why| format!("\n- {why}\n"));
    let mut blocks = vec![Block::text(format!("\n### {HEADING}\n{why}")).rank(Rank::Review)];
    for group in by_kind(&plan.rule_changes) {
        let Some(first) = group.first() else { continue };
        let open = format!("\n**{} ({})**\n\n", heading(*first.kind), count(group.len()));
        let block = Block::new("rule changes", Form::new(open, group.iter().map(piece), "", More::Line));
        blocks.push(block.rank(if may_be_cut(*first.kind) { Rank::Guards } else { Rank::Review }));
    }
    blocks
}

fn piece(change: &RuleChangeDocument) -> Piece {
    let subject = match &*change.address {
        Address::Organization => String::new(),
        address => format!("{}: ", subject(address, &[])),
    };
    Piece::new(format!("- {subject}{}{}\n", whole(&change.reason), place(change.origin.as_ref())))
}
