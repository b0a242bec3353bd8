//! The test language: words of a line, and options like `until=2026-11-30`.

use std::collections::BTreeMap;

use bylaws_engine::{Email, WorkspaceLabel};
use jiff::civil::Date;

use crate::desired::AllowedGeos;

/// One parsed line.
pub(crate) struct Words<'a> {
    pub(crate) plain: Vec<&'a str>,
    pub(crate) options: BTreeMap<&'a str, &'a str>,
}

impl<'a> Words<'a> {
    /// Splits at `=` only if the left side is one of these, so that values may contain it.
    pub(crate) fn of(line: &'a str) -> Self {
        let (mut plain, mut options) = (Vec::new(), BTreeMap::new());
        for word in line.split_whitespace() {
            match word.split_once('=') {
                Some((key, value)) => {
                    options.insert(key, value);
                }
                None => plain.push(word),
            }
        }
        Self { plain, options }
    }

    pub(crate) fn option(&self, key: &str) -> Option<&'a str> {
        self.options.get(key).copied()
    }

    pub(crate) fn has(&self, word: &str) -> bool {
        self.plain.contains(&word)
    }

    pub(crate) fn date(&self, key: &str) -> Option<Date> {
        self.option(key).map(date)
    }

    /// Returns noon of the day.
    pub(crate) fn time(&self, key: &str) -> Option<jiff::Timestamp> {
        self.option(key).map(|day| format!("{day}T12:00:00Z").parse().expect("a day"))
    }

    pub(crate) fn tags(&self) -> Option<BTreeMap<String, String>> {
        let pairs = self.option("tags")?.split(',').filter(|pair| !pair.is_empty());
        Some(pairs.map(|pair| pair.split_once(':').expect("key:value")).map(owned).collect())
    }

    pub(crate) fn allowed(&self) -> Option<AllowedGeos> {
        Some(match self.option("allowed")? {
            "unrestricted" => AllowedGeos::Unrestricted,
            geos => AllowedGeos::Only(geos.split(',').map(str::to_owned).collect()),
        })
    }
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Expands `ada` to `ada@x.org`.
pub(crate) fn email(word: &str) -> Email {
    if word.contains('@') { Email::live(word) } else { Email::live(&format!("{word}@x.org")) }
}

/// Replaces `_` with a space.
pub(crate) fn name(word: &str) -> String {
    word.replace('_', " ")
}

pub(crate) fn label(word: &str) -> WorkspaceLabel {
    WorkspaceLabel::new(name(word))
}

/// Returns one line per number.
pub(crate) fn many<N>(numbers: impl Iterator<Item = N>, line: impl Fn(N) -> String) -> String {
    numbers.map(line).collect::<Vec<_>>().join("\n")
}
