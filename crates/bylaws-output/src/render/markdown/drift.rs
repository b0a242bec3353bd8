//! Drift as Markdown, for one issue that is edited in place.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

use super::Comment;
use super::head::head;
use super::items;
use super::marker::About;
use super::page::{Block, Piece, Rank};
use super::span::{code, plural};
use super::tail::filled;
use super::text::text;
use super::words::{place, subject};
use crate::document::drift::{DriftDocument, DriftEntry};
use crate::render::change::value;
use crate::render::drift::{NOT_COMPARED, REFUSED, counts};
use crate::render::plan::cause_heading;

/// Returns the objects that differ, with both ways out.
pub fn drift(drift: &DriftDocument, comment: &Comment) -> String {
    let mut out = head(
        (About::Drift, comment),
        &format!("drift: {}", counts(drift)),
        &drift.organization.name,
        Some(&drift.config),
        [code(&drift.today), plural(drift.reads.total(), "read request")],
    );
    out.push('\n');
    if let Some(reason) = &drift.not_attributed {
        let _ = write!(out, "\nWho changed it is not known: {}\n", text(reason));
    }
    if drift.refused {
        let _ = write!(out, "\n> [!WARNING]\n> {REFUSED}\n");
    }
    filled(out, &blocks(drift), 0, (comment, "drift"), "")
}

fn blocks(drift: &DriftDocument) -> Vec<Block> {
    let mut blocks = Vec::new();
    for same in drift.drift.chunk_by(|a, b| a.cause == b.cause) {
        let heading = same.first().map_or("", |entry| cause_heading(*entry.cause));
        blocks.extend(Block::list("objects", heading, same.len(), same.iter().map(line)));
    }
    blocks.extend(items::open("sections", NOT_COMPARED, &drift.not_compared));
    let unlisted = items::folded("unlisted", "Not in the files (kept)", &drift.unlisted);
    blocks.extend(unlisted.map(|block| block.rank(Rank::Unlisted)));
    blocks
}

fn line(entry: &DriftEntry) -> Piece {
    let subject = subject(&entry.address, &entry.live_names);
    let place = place(entry.origin.as_ref());
    let differs = match &entry.blocked {
        Some(reason) => text(reason),
        None => {
            let (files, live) = (entry.files.as_ref(), entry.live.as_ref());
            let files = files.map_or("not in the files".to_owned(), |files| format!("files {}", side(files)));
            let live = live.map_or("not live".to_owned(), |live| format!("live {}", side(live)));
            format!("{files}, {live}")
        }
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
