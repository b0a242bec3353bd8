//! What cannot be undone and what gives power: before everything else, and never cut as long as there is any way
//! to fit it.
//!
//! The changes stand under three headings, each with its count, in groups of the same outcome ("to `developer`").
//! A group is shown in the fullest of three forms that fits: a line for each change with its place in the files,
//! a line for each without, or one line with its count and the addresses behind it. Of the last, addresses that
//! do not fit are counted ("and 4,312 more"). Groups are given room in the order of their headings, and no group
//! takes what a later one needs for its count and a fair part of its addresses. So however many changes there
//! are, every heading, group and count is on the page, and the fingerprint stands for what is not spelled out.

use std::collections::BTreeMap;

use bylaws_engine::{Action, Class};

use super::page::{Block, Form, More, Piece};
use super::span::count;
use super::words::{Seen, place, subject};
use crate::render::plan::is_prominent;

/// Room for addresses that is kept for all groups together while others are served.
const KEPT: usize = 16_000;

/// Groups under one heading; more than these can only come from a document that Bylaws did not write.
const GROUPS: usize = 6;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Heading {
    Irreversible,
    Admin,
    Raise,
}

impl Heading {
    fn of(seen: &Seen<'_>) -> Self {
        match (seen.change.is(Class::Irreversible), seen.change.is(Class::Raise)) {
            (true, _) => Self::Irreversible,
            (false, _) if makes_admin(seen) => Self::Admin,
            (false, _) => Self::Raise,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Irreversible => "Cannot be undone",
            Self::Admin => "Workspace admins",
            Self::Raise => "More power",
        }
    }
}

fn makes_admin(seen: &Seen<'_>) -> bool {
    let role = seen.change.after.as_ref().and_then(|after| after.get("workspace_role"));
    role.and_then(serde_json::Value::as_str) == Some("workspace_admin")
}

/// The blocks of everything prominent; none where there is nothing.
pub(super) fn blocks(changes: &[Seen<'_>]) -> Vec<Block> {
    let mut headings: BTreeMap<Heading, BTreeMap<String, Vec<&Seen<'_>>>> = BTreeMap::new();
    for seen in changes.iter().filter(|seen| is_prominent(seen.change)) {
        let groups = headings.entry(Heading::of(seen)).or_default();
        let title = title(seen);
        let is_new = !groups.contains_key(&title);
        let title = if is_new && groups.len() >= GROUPS { "others".to_owned() } else { title };
        groups.entry(title).or_default().push(seen);
    }
    let floor = KEPT / headings.values().map(BTreeMap::len).sum::<usize>().max(1);
    let mut blocks = Vec::new();
    for (heading, groups) in headings {
        if blocks.is_empty() {
            blocks.push(Block::new("", Form::text("\n### Review first\n")));
        }
        let total: usize = groups.values().map(Vec::len).sum();
        let head = format!("\n**{} ({})**\n\n", heading.text(), count(total));
        blocks.push(Block::new("", Form::text(head)));
        blocks.extend(groups.iter().map(|(title, group)| block(title, group).floor(floor)));
    }
    blocks
}

fn title(seen: &Seen<'_>) -> String {
    match (*seen.change.action, Heading::of(seen)) {
        (Action::Archive, _) => "archive".to_owned(),
        (_, _) if seen.change.after.is_some() => format!("to {}", seen.role()),
        (_, _) => "others".to_owned(),
    }
}

fn block(title: &str, group: &[&Seen<'_>]) -> Block {
    let line = |seen: &&Seen<'_>, place: &str| Piece {
        text: format!("- {}{place}\n", seen.sentence()),
        changes: vec![seen.at],
    };
    let full = group.iter().map(|seen| line(seen, &place(seen.change.origin.as_ref())));
    let brief = group.iter().map(|seen| line(seen, ""));
    let inline = group.iter().enumerate().map(|(n, seen)| Piece {
        text: format!("{}{}", if n == 0 { ": " } else { ", " }, address(seen)),
        changes: vec![seen.at],
    });
    let open = format!("- {title} ({})", count(group.len()));
    Block::new("prominent changes", Form::new(open, inline, "\n", More::Inline))
        .or_better(Form::new("", brief, "", More::Silent))
        .or_better(Form::new("", full, "", More::Silent))
}

fn address(seen: &Seen<'_>) -> String {
    subject(&seen.change.address)
}
