//! Counts and lists in sentences. The words around them belong to the callers.

use std::fmt::Display;

use crate::text::{Say, Text, text};

/// Returns a number with its noun: `1 change`, `2 changes`, `2 people`.
pub fn plural<N: Copy + Display + PartialEq + From<u8>>(n: N, word: &'static str) -> Text {
    Text::parse(&format!("{n} {}", noun(n, word)))
}

/// Returns the noun that follows a number: `change` after 1, otherwise `changes`.
pub fn noun<N: Copy + PartialEq + From<u8>>(n: N, word: &str) -> String {
    match word {
        _ if n == N::from(1) => word.to_owned(),
        "person" => "people".to_owned(),
        _ => format!("{word}s"),
    }
}

/// Returns the first items and the number of others: `a, b and 3 more`.
pub fn listed(items: impl ExactSizeIterator<Item = impl Say>, most: usize) -> Text {
    let more = items.len().saturating_sub(most);
    let shown = Text::joined(items.take(most), ", ");
    if more > 0 { text!("{} and {} more", shown, more) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::{listed, plural};

    #[test]
    fn one_is_singular_and_every_other_number_plural() {
        assert_eq!(
            [0, 1, 2].map(|n| plural(n, "change").to_string()),
            ["0 changes", "1 change", "2 changes"]
        );
        assert_eq!([1_u64, 2].map(|n| plural(n, "person").to_string()), ["1 person", "2 people"]);
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        for (most, text) in
            [(1, "`a` and 2 more"), (2, "`a`, `b` and 1 more"), (3, "`a`, `b`, `c`"), (4, "`a`, `b`, `c`")]
        {
            assert_eq!(listed(["a", "b", "c"].iter(), most).as_str(), text);
        }
    }
}
