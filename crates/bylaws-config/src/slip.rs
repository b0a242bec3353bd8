//! Frequent slips of YAML, told from the text where the parser gave up: a missing space or quote, a list item in
//! a map. Everything here only chooses words; which lines are spoiled is `blame.rs`'s business.

use crate::lines::Line;
use crate::quote::scalar;
use crate::secret::without_live_keys;
use crate::shown::shown;
use crate::syntax::{Cause, Refusal};

/// What to say instead of the parser's general words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Longer lines are not looked at.
const MAX_LINE: usize = 1_000;
/// The keys of the format that hold lists written as lines with `- `.
const LISTS: &[&str] = &["teams", "protect", "approve", "changes", "required_admins", "allowed_domains"];

/// Returns the slip behind a refusal; `blamed` is the byte that is shown to people.
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
        Cause::Quote | Cause::Tab | Cause::Tag | Cause::Alias | Cause::Document | Cause::Hopeless => None,
    }
}

/// `- ada@acme.com: user` among lines without `- `.
fn dash_in_a_map(text: &str, line: Line<'_>) -> Option<Slip> {
    let item = line.text.get(line.indent()..)?.strip_prefix("- ")?.trim_start();
    let first = first_sibling(text, line)?;
    (!first.is_item() && first.value().is_some()).then(|| Slip {
        message: format!("a list item, `- `, in {}", the_map(text, line)),
        help: format!("drop the `- `: write {}", quoted(item)),
    })
}

/// `ada@acme.com: user` below lines with `- `.
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
            "drop the `- ` from the lines above".to_owned(),
        )
    };
    Some(Slip { message: slip.0, help: slip.1 })
}

/// `note: OPS-1: temp`, in lines and in brackets.
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

/// `ada@acme.com:user`
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

/// `key: value` for `key:value`; none for what is not written so, such as a URL.
pub(crate) fn spaced(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let is_key =
        !key.is_empty() && key.chars().all(|c| !c.is_whitespace() && !matches!(c, '"' | '\'' | '[' | '{'));
    let is_value = value.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '/' | ':'));
    (is_key && is_value).then(|| format!("{key}: {value}"))
}

/// `` `members`, which is a map ``, as far as it has a name.
fn the_map(text: &str, line: Line<'_>) -> String {
    let name = parent(text, line).and_then(key);
    name.map_or_else(
        || "a map".to_owned(),
        |name| format!("{}, which is a map", shown(&without_live_keys(name))),
    )
}

/// The first line of the block that a line is indented like.
fn first_sibling<'t>(text: &'t str, line: Line<'t>) -> Option<Line<'t>> {
    std::iter::successors(line.above(text), |above| above.above(text))
        .take_while(|above| above.indent() >= line.indent())
        .filter(|above| above.indent() == line.indent())
        .last()
}

/// The line under which a line is indented.
fn parent<'t>(text: &'t str, line: Line<'t>) -> Option<Line<'t>> {
    std::iter::successors(line.above(text), |above| above.above(text))
        .find(|above| above.indent() < line.indent())
}

/// The key of a line.
fn key(line: Line<'_>) -> Option<&str> {
    let value = line.value()?;
    let key = line.text.get(line.content()..value)?.trim_end().strip_suffix(':')?.trim_end();
    Some(key.trim_matches(['"', '\'']))
}

fn quoted(text: &str) -> String {
    shown(&without_live_keys(text.split(" #").next().unwrap_or_default().trim_end()))
}
