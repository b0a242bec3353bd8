//! Edits the files so that they ask for another desired state, entry by entry: values first, then what is removed, then
//! what is added. Each step reads the result of the one before, so no two edits meet in one line.

mod between;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use bylaws_config::edit::{
    Draft, Entry, Raw, RawValue, begin, cut, entries, field, is_alias, put, sections, start, text,
};
use bylaws_config::{Severity, SourceFile};
use bylaws_engine::Email;

use self::between::{Edit, Path, between};
use crate::Desired;
use crate::files::load::{Loaded, parse};

/// Returns the files, edited to ask for exactly `wanted`; or why they cannot be. Comments are kept.
pub(crate) fn rewrite(loaded: &Loaded, wanted: &Desired) -> Result<Loaded, String> {
    let edits = loaded.desired.as_ref().map(|desired| between(desired, wanted)).unwrap_or_default();
    let files = edited(&loaded.files, &edits, set)?;
    let files = edited(&files, &edits, delete)?;
    let rewritten = parse(edited(&files, &edits, add)?);
    if rewritten.desired.as_ref() == Some(wanted) {
        return Ok(rewritten);
    }
    let error = rewritten.problems.iter().find(|problem| problem.severity == Severity::Error);
    Err(error.map_or_else(
        || {
            "an edit would change the meaning of other lines, for example of an anchor and its aliases"
                .to_owned()
        },
        |problem| {
            format!("the edited files would have an error: {} ({})", problem.message, problem.rule.code)
        },
    ))
}

/// Makes the edits of one kind.
fn edited(
    files: &[SourceFile],
    edits: &[Edit],
    make: impl for<'f> Fn(&mut Draft<'f>, &[Raw], &[Edit]),
) -> Result<Vec<SourceFile>, String> {
    let (mut draft, trees) = Draft::open(files).map_err(|stuck| stuck.why)?;
    draft.keep_comments();
    make(&mut draft, &trees, edits);
    draft.finish().map(|written| written.after).map_err(|stuck| stuck.why)
}

fn set(draft: &mut Draft<'_>, trees: &[Raw], edits: &[Edit]) {
    for edit in edits {
        let Edit::Set { path, field: name, value } = edit else { continue };
        let Some(Place { file, entry: Entry { value: Some(at), .. }, .. }) = find(trees, path) else {
            continue;
        };
        let inner = name.filter(|_| !is_alias(at)).and_then(|name| field(at, name));
        let at = inner.map_or(at, |(_, value)| value);
        draft.edit(file, |page| {
            page.splice(start(at)..page.end(at), value.as_str());
            Ok(())
        });
    }
}

fn delete(draft: &mut Draft<'_>, trees: &[Raw], edits: &[Edit]) {
    // Entries of the same map or list are removed together: they may share a line.
    let mut places: BTreeMap<(usize, usize), (Place<'_>, Vec<usize>)> = BTreeMap::new();
    for edit in edits {
        let Edit::Delete(path) = edit else { continue };
        let Some(place) = find(trees, path) else { continue };
        let number = place.number;
        let known = places.entry((place.file, start(place.container))).or_insert((place, Vec::new()));
        known.1.push(number);
    }
    for (Place { file, key, container, .. }, numbers) in places.into_values() {
        let nothing = if matches!(container.value, RawValue::List(_)) { "[]" } else { "{}" };
        draft.edit(file, |page| cut(page, key, container, &numbers, nothing));
    }
}

fn add(draft: &mut Draft<'_>, trees: &[Raw], edits: &[Edit]) {
    let mut added: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for edit in edits {
        if let Edit::Add { to, entry } = edit {
            added.entry(to).or_default().push(entry.clone());
        }
    }
    for (to, new) in added {
        let found = match to.as_slice() {
            // The first one if several are equally long.
            [section] => {
                let all = sections(trees, section).into_iter().rev();
                all.max_by_key(|(_, _, section)| entries(section).len())
                    .map(|(file, key, section)| (file, Entry { first: key, value: Some(section) }))
            }
            path => find(trees, path).map(|place| (place.file, place.entry)),
        };
        let Some((file, entry)) = found else { continue };
        let Some(container) = entry.value else { continue };
        if matches!(container.value, RawValue::Null) && !is_alias(container) {
            draft.edit(file, |page| begin(page, entry, &new));
            continue;
        }
        let last = entries(container).len().saturating_sub(1);
        draft.edit(file, |page| put(page, container, last, &new));
    }
}

/// An entry in the text, in its map or list.
struct Place<'r> {
    file: usize,
    /// The key of the map or list.
    key: &'r Raw,
    container: &'r Raw,
    number: usize,
    entry: Entry<'r>,
}

fn find<'r>(trees: &'r [Raw], path: &[String]) -> Option<Place<'r>> {
    let (section, rest) = path.split_first()?;
    sections(trees, section).into_iter().find_map(|(file, key, container)| within(file, key, container, rest))
}

fn within<'r>(file: usize, key: &'r Raw, container: &'r Raw, path: &[String]) -> Option<Place<'r>> {
    let (name, rest) = path.split_first()?;
    let email = Email::parse(name);
    let is = |raw: &Raw| {
        let is_same = |text: &str| text == name || email.is_some() && Email::parse(text) == email;
        text(raw).is_some_and(is_same)
    };
    let (number, entry) = entries(container).into_iter().enumerate().find(|(_, entry)| is(entry.first))?;
    match rest {
        [] => Some(Place { file, key, container, number, entry }),
        rest => within(file, entry.first, entry.value?, rest),
    }
}
