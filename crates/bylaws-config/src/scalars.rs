//! Reads values with a special form: dates, UUIDs, names.
//! An invalid value is reported at its location.

use jiff::civil::Date;

use crate::fields::text;
use crate::node::{Node, Value};
use crate::position::At;
use crate::problem::Problems;
use crate::rules;
use crate::shown::shown;

/// The first plausible year: the Admin API is not older.
const FIRST_YEAR: i16 = 2024;
/// The last plausible year.
const LAST_YEAR: i16 = 2100;

/// Returns the source of a value whose form is checked by the caller: a number does not need quotes there.
pub fn source<'n>(problems: &mut Problems, node: &'n Node, name: &str) -> Option<&'n str> {
    match &node.value {
        Value::Bool(source) | Value::Number(source) => Some(source),
        Value::Null | Value::Text(_) | Value::List(_) | Value::Map(_) => text(problems, node, name),
    }
}

/// Reads a date, `2027-01-31`, plain or quoted.
pub fn date(problems: &mut Problems, node: &Node, name: &str) -> Option<Date> {
    let text = source(problems, node, name)?;
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date = if shape { text.parse::<Date>().ok() } else { None };
    if date.is_none() {
        problems
            .report(&rules::BAD_DATE, node.at, format!("{} is not a valid date", shown(text)))
            .label("invalid date")
            .help("write year, month and day, as in 2027-01-31");
    }
    if let Some(date) = date {
        odd_year(problems, node.at, date);
    }
    date
}

/// Warns about a date that is most likely a typo. Whether a date has passed depends on the clock, so the plan reports it.
fn odd_year(problems: &mut Problems, at: At, date: Date) {
    if date.year() < FIRST_YEAR {
        problems
            .report(&rules::DATE_LONG_PAST, at, format!("{date} is before {FIRST_YEAR}"))
            .label("long past")
            .help("check the year, or delete the entry if it is no longer needed");
    } else if date.year() > LAST_YEAR {
        problems
            .report(&rules::DATE_FAR_AHEAD, at, format!("{date} is after {LAST_YEAR}"))
            .label("far ahead")
            .help("check the year, or delete `until` to leave out the end date");
    }
}

/// Returns whether a text is a bare UUID.
pub fn is_uuid(text: &str) -> bool {
    let mut lengths = text.split('-').map(|part| (part.len(), part.bytes().all(|b| b.is_ascii_hexdigit())));
    [8, 4, 4, 4, 12].into_iter().all(|length| lengths.next() == Some((length, true)))
        && lengths.next().is_none()
}

/// Returns whether a name is not blank and has no invisible characters; reports it otherwise.
pub fn visible_name(problems: &mut Problems, name: &str, at: At, what: &str) -> bool {
    if name.trim().is_empty() {
        problems
            .report(&rules::NO_VALUE, at, format!("the name of {what} is empty"))
            .label("empty")
            .help("write a name");
        return false;
    }
    if let Some(c) = name.chars().find(|&c| bylaws_engine::spelling::is_hidden(c)) {
        let message = format!(
            "the name {} of {what} contains an invisible character, U+{:04X}",
            shown(name),
            u32::from(c)
        );
        problems
            .report(&rules::HIDDEN_CHARACTER, at, message)
            .label("invisible character")
            .help("type the name again without this character");
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_uuid;

    #[test]
    fn only_bare_and_complete_uuids_are_accepted() {
        assert!(is_uuid("6a1f0c7e-0b1d-4e8e-9a55-0D5C3C1A9F10"));
        for text in
            ["", "6a1f0c7e", "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10-", "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f1g"]
        {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
