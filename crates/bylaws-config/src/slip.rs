//! Recognizes common YAML mistakes from the text at a syntax error: a missing space or quote, a list item in a map.
//! This only improves the message; `blame.rs` decides which lines to cut.

pub use crate::lines::spaced;

use crate::lines::Line;
use crate::quote::scalar;
use crate::refusal::{Cause, Refusal};
use crate::secret::without_live_keys;
use crate::shown::shown;

/// A message and help that replace the general ones.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Maximum length of a line to examine, in bytes.
const MAX_LINE: usize = 1_000;
/// The keys of the format whose values are lists, or maps of lists.
const LISTS: &[&str] = &["teams", "protect", "approve", "changes", "required_admins", "allowed_domains"];

/// Returns the common mistake behind a syntax error, if any; `blamed` is the reported byte.
pub(crate) fn find(text: &str, refusal: &Refusal, blamed: usize) -> Option<Slip> {
    let line = Line::at(text, refusal.byte);
    let blamed = Line::at(text, blamed);
    if line.text.len() > MAX_LINE || blamed.text.len() > MAX_LINE {
        return None;
    }
    match refusal.cause {
        Cause::Indent => dash_in_a_map(text, line).or_else(|| map_in_a_list(text, line)),
        Cause::Colon | Cause::Bracket => {
            second_colon(line, refusal.byte).or_else(|| colon_without_space(blamed))
        }
        Cause::Here => colon_without_space(blamed).or_else(|| map_in_a_list(text, blamed)),
        _ => None,
    }
}

/// Recognizes `- ada@acme.com: user` among lines without `- `.
fn dash_in_a_map(text: &str, line: Line<'_>) -> Option<Slip> {
    let item = line.text.get(line.indent()..)?.strip_prefix("- ")?.trim_start();
    let first = first_sibling(text, line)?;
    (!first.is_item() && first.value().is_some()).then(|| Slip {
        message: format!("a list item, `- `, in {}", the_map(text, line)),
        help: format!("remove the `- `: write {}", quoted(item)),
    })
}

/// Recognizes `ada@acme.com: user` below lines with `- `.
fn map_in_a_list(text: &str, line: Line<'_>) -> Option<Slip> {
    let first = first_sibling(text, line)?;
    if line.is_item() || !first.is_item() {
        return None;
    }
    let parent = parent(text, line)?;
    let grandparent = self::parent(text, parent).and_then(key);
    let is_list = [key(parent), grandparent].into_iter().flatten().any(|key| LISTS.contains(&key));
    let slip = if is_list || line.value().is_none() {
        ("a line without `- ` in a list".to_owned(), "begin the line with `- `".to_owned())
    } else {
        (
            format!("a list item, `- `, in {}", the_map(text, line)),
            "remove the `- ` from the lines above".to_owned(),
        )
    };
    Some(Slip { message: slip.0, help: slip.1 })
}

/// Recognizes `note: OPS-1: temp`, in lines and in brackets.
fn second_colon(line: Line<'_>, byte: usize) -> Option<Slip> {
    let at = byte.checked_sub(line.start)?;
    if line.text.as_bytes().get(at) != Some(&b':') {
        return None;
    }
    let before = line.text.get(..at)?;
    let start = before.rfind([',', '{', '[']).map_or(0, |at| at + 1);
    let in_brackets = before.matches(['{', '[']).count() > before.matches(['}', ']']).count();
    let start = if in_brackets { start } else { line.content() };
    let (key, first) = before.get(start..)?.split_once(": ")?;
    let rest = line.text.get(at..)?;
    let end = if in_brackets { rest.find([',', '}', ']']) } else { rest.find(" #") };
    let value = format!("{}{}", first.trim_start(), rest.get(..end.unwrap_or(rest.len()))?.trim_end());
    if value.starts_with(['"', '\'', '[', '{', '|', '>']) || value.contains('"') {
        return None;
    }
    let key = key.trim();
    let whole = format!("{key}: {}", scalar(&value));
    let key = without_live_keys(key.trim_matches(['"', '\'']));
    Some(Slip {
        message: format!("the value of {} contains `: ` and is not quoted", shown(&key)),
        help: format!("quote it: {}", shown(&without_live_keys(&whole))),
    })
}

/// Recognizes `ada@acme.com:user`.
fn colon_without_space(line: Line<'_>) -> Option<Slip> {
    if line.value().is_some() {
        return None;
    }
    let content = line.text.get(line.content()..)?;
    let spaced = spaced(content.split(" #").next()?.trim())?;
    Some(Slip {
        message: "no space after the `:`".to_owned(),
        help: format!("write {}", shown(&without_live_keys(&spaced))),
    })
}

/// Returns `` `members`, which is a map ``, or `a map` without a name.
fn the_map(text: &str, line: Line<'_>) -> String {
    let name = parent(text, line).and_then(key);
    name.map_or_else(
        || "a map".to_owned(),
        |name| format!("{}, which is a map", shown(&without_live_keys(name))),
    )
}

/// Returns the first line of the block with the same indentation.
fn first_sibling<'t>(text: &'t str, line: Line<'t>) -> Option<Line<'t>> {
    std::iter::successors(line.above(text), |above| above.above(text))
        .take_while(|above| above.indent() >= line.indent())
        .filter(|above| above.indent() == line.indent())
        .last()
}

/// Returns the line below which a line is indented.
fn parent<'t>(text: &'t str, line: Line<'t>) -> Option<Line<'t>> {
    std::iter::successors(line.above(text), |above| above.above(text))
        .find(|above| above.indent() < line.indent())
}

/// Returns the key of a line.
fn key(line: Line<'_>) -> Option<&str> {
    let value = line.value()?;
    let key = line.text.get(line.content()..value)?.trim_end().strip_suffix(':')?.trim_end();
    Some(key.trim_matches(['"', '\'']))
}

fn quoted(text: &str) -> String {
    shown(&without_live_keys(text.split(" #").next().unwrap_or_default().trim_end()))
}
