//! Drift as Markdown, for one issue that is edited in place.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::head::{about, name};
use super::items;
use super::marker::{About, marker};
use super::page::{Block, Form, LIMIT, More, Piece, Rank, lay_out};
use super::span::{code, count, plural};
use super::text::text;
use super::words::{place, subject};
use super::{Comment, tail};
use crate::document::drift::{DriftDocument, DriftEntry};
use crate::render::change::value;
use crate::render::drift::{REFUSED, counts};
use crate::render::plan::cause_heading;

/// Returns the objects that differ, with both ways out.
pub fn drift(drift: &DriftDocument, comment: &Comment) -> String {
    let mut out = marker(About::Drift, &name(comment, Some(&drift.config)));
    let _ = write!(out, "## Bylaws drift: {}\n\n", counts(drift));
    let mut facts = about(&drift.organization.name, Some(&drift.config));
    facts.push(code(&drift.today));
    facts.push(plural(drift.reads.total(), "read request"));
    out.push_str(&facts.join(" · "));
    out.push('\n');
    if let Some(reason) = &drift.not_attributed {
        let _ = write!(out, "\nWho changed it is not known: {}\n", text(reason));
    }
    if drift.refused {
        let _ = write!(out, "\n> [!WARNING]\n> {REFUSED}\n");
    }
    let blocks = blocks(drift);
    let room = LIMIT.saturating_sub(out.len() + tail::SENTENCE + tail::pointer(comment, "drift").len());
    let laid = lay_out(&blocks, room);
    out.push_str(&laid.text);
    out.push_str(&tail::cut(&tail::missing(0, &laid), comment, "drift"));
    out
}

fn blocks(drift: &DriftDocument) -> Vec<Block> {
    let mut blocks = Vec::new();
    for same in drift.drift.chunk_by(|a, b| a.cause == b.cause) {
        let heading = same.first().map_or("", |entry| cause_heading(*entry.cause));
        let open = format!("\n### {heading} ({})\n\n", count(same.len()));
        blocks.push(Block::new("objects", Form::new(open, same.iter().map(line), "", More::Line)));
    }
    let unlisted = items::folded("unlisted", "Not in the files (kept)", &drift.unlisted);
    blocks.extend(unlisted.map(|block| block.rank(Rank::Unlisted)));
    blocks
}

fn line(entry: &DriftEntry) -> Piece {
    let subject = subject(&entry.address, &entry.live_names);
    let place = place(entry.origin.as_ref());
    let differs = match &entry.blocked {
        Some(reason) => text(reason),
        None => [
            entry
                .files
                .as_ref()
                .map_or("not in the files".to_owned(), |files| format!("files {}", side(files))),
            entry.live.as_ref().map_or("not live".to_owned(), |live| format!("live {}", side(live))),
        ]
        .join(", "),
    };
    let who = entry.changed_by.iter().flat_map(|by| ["\\\n  ".to_owned(), text(&by.sentence())]);
    let who = who.collect::<String>();
    let undo = entry.undo.as_deref().map_or(String::new(), |undo| format!(" · undo: {}", code(undo)));
    Piece::new(format!("- {subject}: {differs}{place}{who}\\\n  keep: {}{undo}\n", code(&entry.keep)))
}

fn side(fields: &BTreeMap<String, Value>) -> String {
    let fields = fields.iter().map(|(field, fact)| match field.as_str() {
        "role" | "workspace_role" | "status" => code(&value(fact)),
        field => code(&format!("{field}: {}", value(fact))),
    });
    fields.collect::<Vec<_>>().join(", ")
}
