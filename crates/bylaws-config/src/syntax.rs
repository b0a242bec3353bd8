//! Reads YAML text to a raw tree, from the events of the parser: one document, with its aliases expanded.
//! `refusal.rs` has the errors; `read.rs` checks restrictions beyond YAML.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, Span, StrInput};

use crate::raw::{Raw, RawValue, byte};
use crate::refusal::{self, Cause, Refusal};
use crate::resolve::{list, map, scalar};

/// Maximum nesting depth of a file. The format needs eight levels.
const MAX_DEPTH: usize = 24;
/// Maximum number of values in a file with aliases expanded, which take about 100 MiB of memory.
const MAX_NODES: usize = 2_000_000;
/// Maximum length of a key: names may have 500 characters, each escaped as `\U000e0041`.
const SIMPLE_KEY: usize = 8_192;
/// Maximum number of tokens to keep for aliases.
const MAX_RECORDED: usize = 1_000_000;
/// Maximum number of tokens that aliases may add to a file. A long text counts as several.
const MAX_REPLAYED: usize = 200_000;
/// The number of bytes of a text that count as another token.
const TEXT: usize = 320;

/// Parses one document. Duplicate keys and `<<` are kept.
pub(crate) fn parse(text: &str) -> Result<Raw, Refusal> {
    let options = granit_parser::options! {
        simple_key_max_lookahead: SIMPLE_KEY,
        emit_comments: false,
    };
    let mut reader = Reader {
        text,
        events: Parser::new_from_str_with_options(text, options),
        last: Raw::null(&Span::default()),
        document: 0,
        nodes: 0,
        recorded: Vec::new(),
        recording: 0,
        anchors: BTreeMap::new(),
        replay: None,
        replayed: 0,
    };
    let root = reader.value(0)?;
    // A text without a document is null, at its end.
    let root = root.unwrap_or(Raw { value: RawValue::Null, ..reader.last });
    match reader.parsed()? {
        Token::End => Ok(root),
        _ => Err(refusal::second_document(reader.last.start as usize, reader.document)),
    }
}

/// An event of the parser that matters for the tree.
#[derive(Clone)]
enum Token {
    /// A scalar, or an empty list or map that begins here, with the number of its anchor, or 0.
    Value(Raw, usize),
    /// An alias of the anchor with this number.
    Alias(Raw, usize),
    /// The end of a list, a map or the text.
    End,
}

struct Reader<'t> {
    text: &'t str,
    events: Parser<'t, StrInput<'t>>,
    /// The location of the last event.
    last: Raw,
    /// The byte at which the last document begins.
    document: usize,
    nodes: usize,
    /// The tokens of all values with an anchor, in the order of the file.
    recorded: Vec<Token>,
    /// The number of values with an anchor around the next token.
    recording: usize,
    /// The first recorded token of each anchor.
    anchors: BTreeMap<usize, usize>,
    /// The recorded token to read next and the outermost alias, while an alias is expanded.
    replay: Option<(usize, Raw)>,
    replayed: usize,
}

impl Reader<'_> {
    /// Reads the next value, or returns `None` at the end of a list, a map or the text.
    fn value(&mut self, depth: usize) -> Result<Option<Raw>, Refusal> {
        let token = self.token()?;
        let first = self.record(&token)?;
        let (mut raw, anchor) = match token {
            Token::Value(raw, anchor) => (raw, anchor),
            Token::Alias(raw, anchor) => return self.alias(raw, anchor, depth),
            Token::End => return Ok(None),
        };
        self.count(&raw, depth)?;
        match &mut raw.value {
            RawValue::List(items) => {
                while let Some(item) = self.value(depth + 1)? {
                    items.push(item);
                }
            }
            RawValue::Map(entries) => {
                while let Some(key) = self.value(depth + 1)? {
                    let Some(value) = self.value(depth + 1)? else { break };
                    entries.push((key, value));
                }
            }
            RawValue::Null | RawValue::Bool | RawValue::Number | RawValue::Text(_) => {}
        }
        if let Some(first) = first {
            self.recording -= 1;
            self.anchors.insert(anchor, first);
        }
        Ok(Some(match &self.replay {
            Some((_, alias)) => Raw { defined: raw.defined, value: raw.value, ..*alias },
            None => raw,
        }))
    }

    /// Reads the value of an anchor again.
    fn alias(&mut self, alias: Raw, anchor: usize, depth: usize) -> Result<Option<Raw>, Refusal> {
        let Some(&first) = self.anchors.get(&anchor) else {
            return Err(refusal::circular(alias.start as usize));
        };
        let outer = self.replay.take();
        let outermost = outer.as_ref().map_or(alias, |(_, outermost)| outermost.clone());
        self.replay = Some((first, outermost));
        let value = self.value(depth);
        self.replay = outer;
        value
    }

    /// Counts a value and checks the limits.
    fn count(&mut self, raw: &Raw, depth: usize) -> Result<(), Refusal> {
        self.nodes += 1;
        let is_deep = depth >= MAX_DEPTH && matches!(raw.value, RawValue::List(_) | RawValue::Map(_));
        match &self.replay {
            _ if self.nodes <= MAX_NODES && !is_deep => Ok(()),
            Some((_, alias)) => Err(refusal::expanded(alias.start as usize)),
            None if is_deep => Err(refusal::too_large(raw.start as usize, Cause::Here)),
            None => Err(refusal::too_large(raw.start as usize, Cause::Hopeless)),
        }
    }

    /// Keeps a token that an alias may repeat, and returns its number if it has an anchor itself.
    fn record(&mut self, token: &Token) -> Result<Option<usize>, Refusal> {
        let has_anchor = matches!(token, Token::Value(_, 1..));
        if self.replay.is_some() || (self.recording == 0 && !has_anchor) {
            return Ok(None);
        }
        if self.recorded.len() == MAX_RECORDED {
            return Err(refusal::too_large(self.last.start as usize, Cause::Hopeless));
        }
        self.recorded.push(token.clone());
        self.recording += usize::from(has_anchor);
        Ok(has_anchor.then(|| self.recorded.len() - 1))
    }

    /// Returns the next token: a recorded one while an alias is expanded, or the next one of the parser.
    fn token(&mut self) -> Result<Token, Refusal> {
        let Some((next, alias)) = &mut self.replay else { return self.parsed() };
        let token = self.recorded.get(*next).cloned().unwrap_or(Token::End);
        *next += 1;
        self.replayed += match &token {
            Token::Value(Raw { value: RawValue::Text(text), .. }, _) => 1 + text.len() / TEXT,
            Token::Value(..) | Token::End => 1,
            Token::Alias(..) => 0,
        };
        if self.replayed > MAX_REPLAYED {
            return Err(refusal::expanded(alias.start as usize));
        }
        Ok(token)
    }

    /// Returns the next token of the parser. Unsupported tags are errors.
    fn parsed(&mut self) -> Result<Token, Refusal> {
        for next in self.events.by_ref() {
            let (event, span) = next.map_err(|error| refusal::of_parser(&error, self.text))?;
            self.last = Raw::null(&span);
            let anchor = event.anchor_id().unwrap_or(0);
            let is_scalar = event.scalar().is_some();
            let value = match event {
                Event::StreamStart | Event::DocumentEnd => continue,
                Event::DocumentStart(..) => {
                    self.document = byte(span.start);
                    continue;
                }
                Event::Alias(anchor) => return Ok(Token::Alias(Raw::null(&span), anchor)),
                Event::Scalar(text, style, _, tag) => scalar(text, style, tag.as_deref()),
                Event::SequenceStart(_, _, tag) => list(tag.as_deref()),
                Event::MappingStart(_, _, tag) => map(tag.as_deref()),
                _ => break,
            };
            let value = value.ok_or_else(|| refusal::tag(&span, is_scalar, self.text))?;
            return Ok(Token::Value(Raw { value, ..self.last }, anchor));
        }
        Ok(Token::End)
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Raw, RawValue, parse};

    /// Formats the values of a tree.
    fn tree(raw: &Raw) -> String {
        match &raw.value {
            RawValue::Null => "null".to_owned(),
            RawValue::Bool => "bool".to_owned(),
            RawValue::Number => "number".to_owned(),
            RawValue::Text(text) => format!("{text:?}"),
            RawValue::List(items) => format!("[{}]", items.iter().map(tree).collect::<Vec<_>>().join(", ")),
            RawValue::Map(entries) => {
                let entry = |(key, value): &(Raw, Raw)| format!("{} = {}", tree(key), tree(value));
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Formats the location of every value in a tree, and of its definition if that differs.
    fn places(raw: &Raw) -> String {
        let place = format!("{}:{} {}..{}", raw.line, raw.column, raw.start, raw.end);
        let (start, end) = raw.defined;
        let defined =
            if (start, end) == (raw.start, raw.end) { String::new() } else { format!(" {start}..{end}") };
        let children: Vec<String> = match &raw.value {
            RawValue::List(items) => items.iter().map(places).collect(),
            RawValue::Map(entries) => {
                entries.iter().flat_map(|(key, value)| [places(key), places(value)]).collect()
            }
            _ => Vec::new(),
        };
        [vec![place + &defined], children].concat().join(", ")
    }

    /// Returns the tree of a text, or the code and the byte of the error.
    fn read(text: &str, show: fn(&Raw) -> String) -> String {
        parse(text).map_or_else(|refusal| format!("{} {}", refusal.rule.code, refusal.byte), |raw| show(&raw))
    }

    #[test]
    fn trees_and_errors_of_documents() {
        let deep = |count: usize| format!("{}x{}", "[".repeat(count), "]".repeat(count));
        let nested = format!("{}\"x\"{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        for (text, expected) in [
            ("", "null"),
            ("# a\n", "null"),
            ("---\n...\n", "null"),
            ("a: b\n", r#"{"a" = "b"}"#),
            ("a:\nb:\n", r#"{"a" = null, "b" = null}"#),
            ("a: 1\na: 2\n<<: {b: c}\n", r#"{"a" = number, "a" = number, "<<" = {"b" = "c"}}"#),
            ("- [a, b: c]\n- |\n  d\n  e\n- >-\n  f\n  g\n", r#"[["a", {"b" = "c"}], "d\ne\n", "f g"]"#),
            ("? [a]\n: b\n1: c\n~: d\n", r#"{["a"] = "b", number = "c", null = "d"}"#),
            ("%YAML 1.1\n--- # a\na: no\n...\n# b\n", r#"{"a" = "no"}"#),
            // Aliases.
            ("a: &a [x, &b y]\nc: *a\nd: *b\n", r#"{"a" = ["x", "y"], "c" = ["x", "y"], "d" = "y"}"#),
            ("&a a: &b {*a : [*a]}\nc: *b\n", r#"{"a" = {"a" = ["a"]}, "c" = {"a" = ["a"]}}"#),
            ("- &a x\n- *a\n- &a y\n- *a\n- &n\n- *n\n", r#"["x", "x", "y", "y", null, null]"#),
            ("- &a [x]\n- &b [*a, *a]\n- *b\n", r#"[["x"], [["x"], ["x"]], [["x"], ["x"]]]"#),
            ("a: *a\n", "BL0205 3"),
            ("a: &a {b: [*a]}\n", "BL0205 11"),
            ("--- &a x\n---\n*a\n", "BL0205 13"),
            // Tags.
            ("!!map {a: !!seq [b], c: ! [d]}\n", r#"{"a" = ["b"], "c" = ["d"]}"#),
            ("%TAG !y! tag:yaml.org,2002:\n---\n!y!str 1\n", r#""1""#),
            ("a: !x b\n", "BL0204 6"),
            ("a: !x\n  - b\n", "BL0204 8"),
            ("!!seq {}\n", "BL0204 6"),
            ("!!str []\n", "BL0204 6"),
            ("!!int x\n", "BL0204 6"),
            ("!!int true\n", "BL0204 6"),
            ("!!bool 1\n", "BL0204 7"),
            ("!!binary aGk=\n", "BL0204 9"),
            ("!!set {a}\n", "BL0204 6"),
            // Other errors.
            ("a: b\n---\nc: d\n", "BL0203 9"),
            ("a: b\n---\n", "BL0203 8"),
            ("a: b\n...\nc: d\n", "BL0203 9"),
            ("a: @\n", "BL0201 3"),
            ("é: [b\n", "BL0201 4"),
            ("a:\n\tb: c\n", "BL0202 3"),
            (&deep(MAX_DEPTH), &nested),
            (&deep(MAX_DEPTH + 1), "BL0103 24"),
            (&format!("- &a {}\n- [*a]\n", deep(MAX_DEPTH - 1)), "BL0205 56"),
        ] {
            assert_eq!(read(text, tree), expected, "{text:?}");
        }
    }

    #[test]
    fn an_alias_is_located_where_it_is_used() {
        for (text, expected) in [
            ("é: [b]\n", "1:1 0..0, 1:1 0..2, 1:4 4..5, 1:5 5..6"),
            ("a:\n  b:\n", "1:1 0..0, 1:1 0..1, 2:3 5..5, 2:3 5..6, 2:4 6..6"),
            (
                "- &a [x]\n- &b [*a]\n- *b\n",
                "1:1 0..0, 1:6 5..6, 1:7 6..7, \
                2:6 14..15, 2:7 15..17 5..6, 2:7 15..17 6..7, \
                3:3 21..23 14..15, 3:3 21..23 5..6, 3:3 21..23 6..7",
            ),
        ] {
            assert_eq!(read(text, places), expected, "{text:?}");
        }
    }

    #[test]
    fn aliases_are_limited_by_what_they_add() {
        let long = "x".repeat(1 << 20);
        for (text, expected) in [
            (format!("- &a {long}\n{}", "- *a\n".repeat(61)), None),
            (format!("- &a {long}\n{}", "- *a\n".repeat(62)), Some((1 << 20) + 6 + 61 * 5 + 2)),
            (format!("- &a [{}]\n{}", "x,".repeat(998), "- *a\n".repeat(200)), None),
            (
                format!("- &a [{}]\n{}", "x,".repeat(998), "- *a\n".repeat(201)),
                Some(8 + 2 * 998 + 200 * 5 + 2),
            ),
            (format!("&a [{}]", "x,".repeat(1_000_000)), Some(4 + 2 * 999_999)),
        ] {
            assert_eq!(parse(&text).err().map(|refusal| refusal.byte), expected);
        }
    }
}
