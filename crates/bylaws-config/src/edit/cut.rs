//! Removes entries from a map or items from a list, in any YAML style, without changing the rest.

use std::ops::Range;

use super::page::{Entry, Page, entries, is_alias, start};
use crate::raw::Raw;

/// Removes the entries with these indexes, in order. `key` is the key of the list or map; `nothing` is written after it
/// if no entry is left.
///
/// Returns the reason if the text is in a form that cannot be edited.
pub fn cut(
    page: &mut Page<'_>,
    key: &Raw,
    container: &Raw,
    numbers: &[usize],
    nothing: &str,
) -> Result<(), String> {
    if is_alias(container) {
        // It is edited at its anchor.
        return Ok(());
    }
    let all = entries(container);
    let goes = |n: usize| numbers.contains(&n);
    if page.is_flow(container) {
        let close = page.bracket(container).ok_or("its closing bracket was not found")?;
        let inside = start(container) + 1..close;
        let is_emptied = numbers.len() == all.len();
        let is_word = !matches!(nothing, "[]" | "{}");
        if is_emptied && is_word {
            page.splice(start(container)..close + 1, nothing);
            return Ok(());
        }
        if is_emptied && !page.cut(inside.clone()).contains('\n') {
            page.splice(inside, "");
            return Ok(());
        }
        // Entries on lines of their own are removed one by one, so that comments between them are kept.
        let is_alone = |page: &Page<'_>, n: usize| own_line(page, &all, n..n + 1, close).is_some();
        let mut from = 0;
        while let Some(first) = (from..all.len()).find(|&n| goes(n)) {
            let joins = |n: usize| goes(n) && !is_alone(page, n);
            let behind = if is_alone(page, first) {
                first + 1
            } else {
                (first..all.len()).find(|&n| !joins(n)).unwrap_or(all.len())
            };
            run(page, &all, first..behind, close);
            from = behind;
        }
        return Ok(());
    }
    for entry in all.iter().enumerate().filter(|(n, _)| goes(*n)).map(|(_, entry)| *entry) {
        let lines = lines(page, entry)?;
        page.remove(lines);
    }
    if numbers.len() == all.len() {
        let at = page.content_end(start(key));
        page.splice(at..at, format!(" {nothing}"));
    }
    Ok(())
}

/// Returns the lines of an entry that shares them with nothing else.
fn lines(page: &Page<'_>, entry: Entry<'_>) -> Result<Range<usize>, String> {
    let (from, to) = (page.line_start(start(entry.first)), page.entry_end(entry));
    let lead = page.cut(from..start(entry.first));
    let is_lead = |word: &str| matches!(word, "-" | "?") || word.starts_with('&');
    if !lead.split_whitespace().all(is_lead) || !page.is_line_done(to) {
        return Err("an entry shares its line with another one".to_owned());
    }
    Ok(from..page.line_end(to))
}

/// Returns the lines of adjacent entries between brackets that share them with nothing else, including the comma.
fn own_line(page: &Page<'_>, all: &[Entry<'_>], numbers: Range<usize>, close: usize) -> Option<Range<usize>> {
    let (first, last) = (all.get(numbers.start)?, all.get(numbers.end.checked_sub(1)?)?);
    let (from, to) = (page.entry_start(*first), page.entry_end(*last));
    let next = all.get(numbers.end).map_or(close, |next| start(next.first));
    let behind = page.comma(to, next).map_or(to, |at| at + 1);
    let line = page.line_start(from);
    let is_own = page.cut(line..from).trim().is_empty() && page.is_line_done(behind);
    is_own.then(|| line..page.line_end(behind))
}

/// Removes adjacent entries between brackets, with their commas.
fn run(page: &mut Page<'_>, all: &[Entry<'_>], numbers: Range<usize>, close: usize) {
    if let Some(lines) = own_line(page, all, numbers.clone(), close) {
        return page.remove(lines);
    }
    let (Some(first), Some(last)) = (all.get(numbers.start), all.get(numbers.end - 1)) else { return };
    let (from, to) = (page.entry_start(*first), page.entry_end(*last));
    let next = all.get(numbers.end).map_or(close, |next| start(next.first));
    if let Some(comma) = page.comma(to, next) {
        let behind = comma + 1;
        let rest = page.cut(behind..page.text().len());
        let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let before = page.cut(page.line_start(from)..from);
        let loose = before.len() - before.trim_end_matches([' ', '\t']).len();
        // Avoids trailing spaces; spaces before a comment are kept with the comment.
        let ends = page.is_line_done(behind);
        let from = if ends && loose < before.len() { from - loose } else { from };
        let gap = if ends && page.has_comment(&(behind..behind + gap + 1)) { 0 } else { gap };
        return page.remove(from..behind + gap);
    }
    let before = numbers.start.checked_sub(1).and_then(|n| all.get(n)).map(|entry| page.entry_end(*entry));
    let from = before
        .and_then(|end| page.comma(end, from))
        .filter(|&comma| !page.cut(comma..from).contains('\n'))
        .unwrap_or(from);
    page.remove(from..to);
}
