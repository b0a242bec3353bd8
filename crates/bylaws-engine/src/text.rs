//! Messages made of typed pieces: our own words, and what others chose (names, ids, answers of the service), which
//! stands in back-ticks. Renderers escape each piece; nothing that is not ours can become ours.

use std::borrow::Cow;
use std::fmt::{self, Display};

pub use crate::text;

/// A message. Its text has quoted pieces in back-ticks, in which a back-tick is doubled; [`Text::parse`] reads that
/// back. It is made with [`text!`](crate::text!), or of a literal.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(String);

/// One piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words of ours; in a parsed message, what claims to be that.
    Ours(&'a str),
    /// What others chose.
    Quoted(String),
}

/// What a message can contain. Whatever others can choose is quoted.
pub trait Say {
    /// Returns the value as a part of a message.
    fn say(&self) -> Text;
}

/// Makes a [`Text`](crate::text::Text) of a literal template and a [`Say`](crate::text::Say) value for each `{}`. The
/// template may quote with back-ticks, also around `{}`.
///
/// ```
/// # use bylaws_engine::text;
/// let message = text!("{} is left in {}; run `bylaws plan`", 1, "a`b");
/// assert_eq!(message.to_string(), "1 is left in `a``b`; run `bylaws plan`");
/// ```
#[macro_export]
macro_rules! text {
    ($template:literal $(, $value:expr)* $(,)?) => {{
        const {
            let values: &[&str] = &[$(stringify!($value)),*];
            assert!($crate::text::fits($template, values.len()), "not one value per {{}}");
        }
        $crate::text::Text::of($template, &[$(&$value as &dyn $crate::text::Say),*])
    }};
}

/// Implements [`Say`] for types that others choose.
macro_rules! quoted {
    ($($name:ty),*) => {
        $(impl $crate::text::Say for $name {
            fn say(&self) -> $crate::text::Text {
                $crate::text::Text::quoted(self)
            }
        })*
    };
}
pub(crate) use quoted;

/// Implements [`Say`] for types whose text is ours.
#[macro_export]
#[doc(hidden)]
macro_rules! ours {
    ($($name:ty),*) => {
        $(impl $crate::text::Say for $name {
            fn say(&self) -> $crate::text::Text {
                $crate::text::Text::word(&self.to_string())
            }
        })*
    };
}

quoted!(str, String, Cow<'_, str>);
ours!(u16, u32, u64, i32, i64, usize, jiff::civil::Date);

impl Say for Text {
    fn say(&self) -> Text {
        self.clone()
    }
}

impl<T: Say + ?Sized> Say for &T {
    fn say(&self) -> Text {
        (*self).say()
    }
}

impl From<&'static str> for Text {
    fn from(ours: &'static str) -> Self {
        Self::parse(ours)
    }
}

/// Returns whether a text within a list or a map, such as `[a, b]` or `{a: b}`, needs no quotes: it cannot be mistaken for
/// several parts.
pub fn is_one_part(text: &str) -> bool {
    !text.is_empty()
        && text == text.trim()
        && !text.contains([',', '{', '}', '[', ']', '"'])
        && !text.contains(": ")
        && !text.ends_with(':')
}

impl Text {
    /// Returns a message that is nothing but what others chose.
    pub fn quoted(value: &(impl Display + ?Sized)) -> Self {
        Self(format!("`{}`", value.to_string().replace('`', "``")))
    }

    /// Returns a word or number of ours. A word with `_` is one of the files or the service, and quoted like a name; so
    /// is a number as long as a commit.
    pub fn word(word: &str) -> Self {
        let is_long = word.len() > 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        if word.contains('_') || is_long { Self::quoted(word) } else { Self::parse(word) }
    }

    /// Reads a message back; a text with back-ticks that are not in pairs becomes one quoted piece.
    pub fn parse(text: &str) -> Self {
        if cut(text).is_some() { Self(text.to_owned()) } else { Self::quoted(text) }
    }

    /// Returns a message of a template; see [`text!`](crate::text!).
    pub fn of(template: &'static str, values: &[&dyn Say]) -> Self {
        let mut text = Self::default();
        let mut is_code = false;
        let mut values = values.iter();
        for part in template.split_inclusive("{}") {
            let ours = part.strip_suffix("{}");
            let literal = ours.unwrap_or(part);
            if is_code {
                text.0.push_str(literal);
            } else {
                text.add(literal);
            }
            is_code ^= literal.matches('`').count() % 2 == 1;
            let Some(value) = ours.and_then(|_| values.next()) else { continue };
            let value = value.say();
            if is_code {
                text.0.push_str(&value.bare().replace('`', "``"));
            } else {
                text.add(&value.0);
            }
        }
        text
    }

    /// Returns the values with our text between them.
    pub fn joined(values: impl IntoIterator<Item = impl Say>, between: &'static str) -> Self {
        let mut text = Self::default();
        for (n, value) in values.into_iter().enumerate() {
            text.add(if n > 0 { between } else { "" });
            text.add(&value.say().0);
        }
        text
    }

    /// Returns whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the message as text, with quoted pieces in back-ticks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the pieces in order.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        cut(&self.0).unwrap_or_default()
    }

    /// Returns the pieces as one text, without the back-ticks around them.
    pub fn bare(&self) -> String {
        let of = |piece| match piece {
            Piece::Ours(ours) => ours.to_owned(),
            Piece::Quoted(quoted) => quoted,
        };
        self.pieces().into_iter().map(of).collect()
    }

    /// Adds text of this form. Two quoted pieces side by side would be one.
    fn add(&mut self, more: &str) {
        if self.0.ends_with('`') && more.starts_with('`') {
            self.0.push(' ');
        }
        self.0.push_str(more);
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Cuts a text into pieces; `None` if its back-ticks are not in pairs.
fn cut(mut text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        if let Some(quoted) = text.strip_prefix('`') {
            let (inside, rest) = quoted.split_at(closing(quoted)?);
            pieces.push(Piece::Quoted(inside.replace("``", "`")));
            text = rest.strip_prefix('`')?;
        } else {
            let (ours, rest) = text.split_at(text.find('`').unwrap_or(text.len()));
            pieces.push(Piece::Ours(ours));
            text = rest;
        }
    }
    Some(pieces)
}

/// Returns the position of the first back-tick without another one right after it.
fn closing(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('`')?;
        if !text.get(at + 1..)?.starts_with('`') {
            return Some(at);
        }
        at += 2;
    }
}

/// Returns whether a template has this number of `{}`, no other `{`, and back-ticks in pairs.
#[doc(hidden)]
pub const fn fits(template: &str, values: usize) -> bool {
    let bytes = template.as_bytes();
    let (mut at, mut holes, mut ticks) = (0, 0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'{' if at + 1 < bytes.len() && bytes[at + 1] == b'}' => holes += 1,
            b'{' => return false,
            b'`' => ticks += 1,
            _ => {}
        }
        at += 1;
    }
    holes == values && ticks % 2 == 0
}

#[cfg(test)]
mod tests {
    use super::{Piece, Text, fits};
    use crate::{Email, WorkspaceLabel};

    const HOSTILE: [&str; 9] = ["", "`", "``", "a`b", "`a`", " ", "{}", "@team `x` #1", "\u{202e}\n"];

    #[test]
    fn a_message_is_read_back_as_it_was_made() {
        for one in HOSTILE {
            for other in HOSTILE {
                let both = text!("{}{} in `{}.{}`; {}", one, other, one, other, 3);
                assert_eq!(Text::parse(both.as_str()), both);
                let pieces = [
                    Piece::Quoted(one.to_owned()),
                    Piece::Ours(" "),
                    Piece::Quoted(other.to_owned()),
                    Piece::Ours(" in "),
                    Piece::Quoted(format!("{one}.{other}")),
                    Piece::Ours("; 3"),
                ];
                assert_eq!(both.pieces(), pieces, "{both}");
            }
        }
    }

    #[test]
    fn a_text_whose_back_ticks_are_not_in_pairs_is_nothing_of_ours() {
        for odd in ["`", "a ` b", "`a``", "```", "`a` b`"] {
            assert_eq!(Text::parse(odd).pieces(), [Piece::Quoted(odd.to_owned())]);
        }
    }

    #[test]
    fn what_others_chose_is_quoted_and_what_is_ours_is_not() {
        let label = WorkspaceLabel::new("lab`");
        let said =
            text!("{} of {}, {} and {}", 2_usize, Email::live("a@x.org"), label, Text::from("run `plan`"));
        assert_eq!(said.as_str(), "2 of `a@x.org`, `lab``` and run `plan`");
        assert_eq!(Text::joined(["a", "b"], ", "), "`a`, `b`");
    }

    #[test]
    fn a_template_has_one_value_for_each_place() {
        assert!(fits("{} `{}`", 2) && fits("", 0));
        assert!(!fits("{}", 0) && !fits("{}", 2) && !fits("{name}", 1) && !fits("`", 0));
    }
}
