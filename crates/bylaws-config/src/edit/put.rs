//! Inserts entries into a map or items into a list, after another one and in the same style.

use super::page::{Entry, Page, entries, is_absent, is_alias, start};
use crate::raw::Raw;

/// Inserts `new`, in this order, after the entry with this index, or into an empty `[]` or `{}`. Further lines of a new
/// entry are indented like its first one; an empty line comes before it if one is above the entry with this index.
///
/// Returns the reason if the text is in a form that cannot be edited.
pub fn put(page: &mut Page<'_>, container: &Raw, number: usize, new: &[String]) -> Result<(), String> {
    if is_alias(container) {
        // It is edited at its anchor.
        return Ok(());
    }
    let all = entries(container);
    let Some(entry) = all.get(number).copied() else { return fill(page, container, new) };
    if !page.is_flow(container) {
        return below(page, entry, new);
    }
    if new.iter().any(|new| new.contains('\n')) {
        return Err("several lines do not fit between brackets".to_owned());
    }
    let close = page.bracket(container).ok_or("its closing bracket was not found")?;
    let (from, to) = (page.entry_start(entry), page.entry_end(entry));
    let next = all.get(number + 1).map_or(close, |next| start(next.first));
    let comma = page.comma(to, next);
    let behind = comma.map_or(to, |at| at + 1);
    let line = page.line_start(from);
    let indent = page.cut(line..from).to_owned();
    if indent.trim().is_empty() && page.is_line_done(behind) {
        let end = page.line_break(line);
        // Before an entry without a comma, so that its line does not change.
        let at = if comma.is_some() { page.line_end(behind) } else { line };
        page.splice(at..at, each(new, |new| format!("{indent}{new},{end}")));
    } else {
        page.splice(to..to, each(new, |new| format!(", {new}")));
    }
    Ok(())
}

/// Gives an entry without a value its first entries.
///
/// Returns the reason if the text is in a form that cannot be edited.
pub fn begin(page: &mut Page<'_>, entry: Entry<'_>, new: &[String]) -> Result<(), String> {
    if new.iter().any(|new| new.contains('\n')) {
        return Err("several lines do not fit between brackets".to_owned());
    }
    let end = page.entry_end(entry);
    let absent = entry.value.is_none_or(is_absent);
    let from = entry.value.filter(|_| !absent).map_or(end, start);
    let space = if absent { " " } else { "" };
    page.splice(from..end, format!("{space}{{{}}}", new.join(", ")));
    Ok(())
}

fn each(new: &[String], line: impl Fn(&String) -> String) -> String {
    new.iter().map(line).collect()
}

/// Inserts the first entries between two brackets.
fn fill(page: &mut Page<'_>, container: &Raw, new: &[String]) -> Result<(), String> {
    let empty = || "a list or map is empty".to_owned();
    let open = start(container) + 1;
    let close = page.is_flow(container).then(|| page.bracket(container)).flatten().ok_or_else(empty)?;
    if !page.cut(open..close).trim().is_empty() {
        return Err(empty());
    }
    if !new.iter().any(|new| new.contains('\n')) {
        page.splice(open..close, new.join(", "));
        return Ok(());
    }
    let line = page.line_start(open);
    let before = page.cut(line..open - 1);
    if !before.trim_end().ends_with(':') || !page.is_line_done(close + 1) {
        return Err("several lines do not fit between brackets".to_owned());
    }
    let (from, ending) = (line + before.trim_end().len(), page.line_break(line));
    let indent = " ".repeat(before.len() - before.trim_start().len() + 2);
    // A comment at the end of the line is about the key.
    page.splice(from..close + 1, "");
    let end = page.line_end(close);
    let lines = each(new, |new| format!("{indent}{}{ending}", lines(new, &indent, ending)));
    let is_last = !page.cut(0..end).ends_with('\n');
    page.splice(end..end, if is_last { format!("{ending}{lines}") } else { lines });
    Ok(())
}

/// Indents all lines of an entry but the first.
fn lines(new: &str, indent: &str, ending: &str) -> String {
    new.replace('\n', &format!("{ending}{indent}"))
}

/// Inserts lines below the entry.
fn below(page: &mut Page<'_>, entry: Entry<'_>, new: &[String]) -> Result<(), String> {
    let line = page.line_start(start(entry.first));
    let lead = page.cut(line..start(entry.first));
    let spaces = lead.len() - lead.trim_start().len();
    let dash = lead.trim_start().strip_prefix('-').map(|rest| rest.len() - rest.trim_start().len());
    let is_lead = |word: &str| word == "-" || word.starts_with('&');
    let end = page.entry_end(entry);
    if !lead.split_whitespace().all(is_lead) || !page.is_line_done(end) {
        return Err("an entry shares its line with another one".to_owned());
    }
    let indent = match dash {
        Some(gap) => format!("{}-{}", " ".repeat(spaces), " ".repeat(gap.max(1))),
        None => " ".repeat(spaces),
    };
    let (at, ending) = (page.line_end(end), page.line_break(end));
    // Entries of several lines may be apart from each other.
    let is_apart = page.cut(0..line).ends_with(&format!("{ending}{ending}"));
    let text = |new: &String| {
        let gap = if is_apart && new.contains('\n') { ending } else { "" };
        format!("{gap}{indent}{}", lines(new, &indent, ending))
    };
    if page.cut(0..at).ends_with('\n') {
        page.splice(at..at, each(new, |new| format!("{}{ending}", text(new))));
    } else {
        page.splice(at..at, each(new, |new| format!("{ending}{}", text(new))));
    }
    Ok(())
}
