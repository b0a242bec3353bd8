//! A fast path from text to a raw tree, for one document without aliases, anchors and tags.
//! Everything else is left to the slow path in `syntax.rs`, which reports errors and takes twice the time.
//! If both paths return a tree, the trees are the same.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};

use crate::syntax::{self, MAX_DEPTH, MAX_NODES, Raw, RawValue, SIMPLE_KEY};

/// Returns the tree of `text`, or `None` if the slow path has to decide.
pub(crate) fn compose(text: &str) -> Option<Raw> {
    let options = granit_parser::options! {
        simple_key_max_lookahead: SIMPLE_KEY,
        emit_comments: false,
    };
    let mut composer = Composer { events: Parser::new_from_str_with_options(text, options), nodes: 0 };
    let Event::StreamStart = composer.next()?.0 else { return None };
    let Event::DocumentStart(_, None) = composer.next()?.0 else { return None };
    let first = composer.next()?;
    let root = composer.node(first, 0)?;
    let Event::DocumentEnd = composer.next()?.0 else { return None };
    let Event::StreamEnd = composer.next()?.0 else { return None };
    Some(root)
}

struct Composer<'t> {
    events: Parser<'t, StrInput<'t>>,
    nodes: usize,
}

impl<'t> Composer<'t> {
    fn next(&mut self) -> Option<(Event<'t>, Span)> {
        self.events.next()?.ok()
    }

    /// Returns the value that begins with an event.
    fn node(&mut self, (event, span): (Event<'t>, Span), depth: usize) -> Option<Raw> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return None;
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, 0, None) => plain(&text)?,
            Event::Scalar(text, _, 0, None) => RawValue::Text(text.into_owned()),
            Event::SequenceStart(_, 0, None) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => break RawValue::List(items),
                        first => items.push(self.node(first, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(_, 0, None) => {
                let mut entries = Vec::new();
                loop {
                    let key = match self.next()? {
                        (Event::MappingEnd, _) => break RawValue::Map(entries),
                        key @ (Event::Scalar(..), _) => self.node(key, depth + 1)?,
                        _ => return None,
                    };
                    let first = self.next()?;
                    entries.push((key, self.node(first, depth + 1)?));
                }
            }
            // Anchors, aliases, tags.
            _ => return None,
        };
        let (start, end) = (byte(span.start)?, byte(span.end)?);
        let line = u32::try_from(span.start.line()).ok()?;
        let column = u32::try_from(span.start.col() + 1).ok()?;
        Some(Raw { line, column, start, end, defined: (start, end), value })
    }
}

fn byte(marker: Marker) -> Option<u32> {
    u32::try_from(marker.byte_offset()?).ok()
}

/// Returns the value of an unquoted scalar, most of which the first letter identifies as strings.
fn plain(text: &str) -> Option<RawValue> {
    match text.as_bytes().first() {
        None => Some(RawValue::Null),
        // The parser reports an absent value as `~`, and large files have many of them.
        Some(b'~') if text.len() == 1 => Some(RawValue::Null),
        Some(first)
            if first.is_ascii_alphabetic() && (text.len() > LONGEST_WORD || !WORDS.contains(first)) =>
        {
            Some(RawValue::Text(text.to_owned()))
        }
        Some(_) => syntax::scalar(text),
    }
}

/// The first letters of the words that may not be strings: null, true, false and similar words.
const WORDS: &[u8] = b"nNtTfFyYoOiI";
/// The length of the longest of these words, in bytes.
const LONGEST_WORD: usize = 8;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{MAX_DEPTH, compose};
    use crate::syntax::{Raw, RawValue, parse_long};

    /// Prints a tree with all of its positions, to compare.
    fn shape(raw: &Raw) -> String {
        let inside = match &raw.value {
            RawValue::Null => "null".to_owned(),
            RawValue::Bool => "bool".to_owned(),
            RawValue::Number => "number".to_owned(),
            RawValue::Text(text) => format!("{text:?}"),
            RawValue::List(items) => items.iter().map(shape).collect::<Vec<_>>().join(", "),
            RawValue::Map(entries) => {
                let shape = |(key, value): &(Raw, Raw)| format!("{} = {}", shape(key), shape(value));
                entries.iter().map(shape).collect::<Vec<_>>().join("; ")
            }
        };
        let Raw { line, column, start, end, defined, .. } = raw;
        format!("({line}:{column} {start}..{end} {defined:?} {inside})")
    }

    /// Returns whether the fast path accepts a text, and checks that the slow path then returns the same tree.
    fn is_taken(text: &str) -> bool {
        let Some(short) = compose(text) else { return false };
        match parse_long(text) {
            Ok(long) => assert_eq!(shape(&short), shape(&long), "{text}"),
            Err(refusal) => panic!("only the fast path accepts {text:?}: {}", refusal.message),
        }
        true
    }

    #[test]
    fn both_paths_read_a_scalar_the_same_way() {
        let words = [
            "usr",
            "user",
            "null",
            "Null",
            "NULL",
            "~",
            "true",
            "False",
            "yes",
            "no",
            "on",
            "Off",
            "y",
            "n",
            "nan",
            ".nan",
            ".inf",
            "-.inf",
            "inf",
            "Infinity",
            "infinity",
            "0",
            "1",
            "-1",
            "+1",
            "1_000",
            "0x1F",
            "0o17",
            "017",
            "1.5",
            "1e3",
            ".5",
            "2027-01-31",
            "10%",
            "---",
            "...",
            "--- a",
            "- a",
            "null null",
            "nobody",
            "trueish",
            "a: b",
            "a #b",
            "ä",
            "!x",
            "*x",
            "&x y",
            "@x",
            "`x",
            "%x",
            "<<",
            "=",
            "?",
            "? x",
            "\"x\"",
            "'null'",
            "x\n  y",
            "|\n  x",
            ">-\n  x\n  y",
            "12:30:45",
            "1.2.3",
            "0b1",
            "e5",
            "007@acme.com",
            "[x]",
            "99999999999999999999999999999999999999999",
            "truefalse",
            "none",
            "None",
            "\u{feff}x",
            "\u{85}x",
        ];
        let taken = |text: String| is_taken(&text);
        for word in words {
            taken(format!("{word}\n"));
            taken(format!("a: {word}\n"));
            taken(format!("{word}: a\n"));
            taken(format!("- {word}\n"));
            taken(format!("a: [{word}, {word}]\n"));
            taken(format!("a: {{{word}: {word}}}\n"));
            taken(format!("a:\n  b: {word} # why\n  c: {word}\r\n"));
        }
        for depth in MAX_DEPTH - 3..MAX_DEPTH + 3 {
            taken(format!("{}x{}", "[".repeat(depth), "]".repeat(depth)));
            taken(format!("{}x{}", "{a: ".repeat(depth), "}".repeat(depth)));
        }
        assert!(is_taken("a: {b: user, c: [1, true, ~]}\nd:\n  - e: f\n"));
        assert!(is_taken("a:\n  b:\n  c:\nd:\n"));
    }

    #[test]
    fn both_paths_build_the_same_tree() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let (mut files, mut taken) = (0, 0);
        for folder in ["tests/fuzz/corpus", "tests/fuzz/found", "examples/acme", "tests/config/fine"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                let Ok(bytes) = std::fs::read(&path) else { continue };
                let text = String::from_utf8_lossy(&bytes).into_owned();
                for text in text.split("\n\0\n") {
                    files += 1;
                    taken += usize::from(is_taken(text));
                    // Both halves, cut at every seventh character, to get broken texts of many kinds.
                    for (end, _) in text.char_indices().step_by(7) {
                        is_taken(&text[..end]);
                        is_taken(&text[end..]);
                    }
                }
            }
        }
        assert!(taken * 2 > files, "the fast path accepts {taken} of {files} texts");
    }
}
