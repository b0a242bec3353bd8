//! Parses YAML text to a raw tree, and translates parser errors to problems.
//! `read.rs` checks restrictions beyond YAML.

use std::fmt;

use crate::blame::tag_before;
use crate::compose::compose;
use crate::lines::Line;
use crate::rule::Rule;
use crate::rules;
use granit_parser::ErrorKind;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::localizer::ExternalMessageSource;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, Spanned};

/// Maximum nesting depth of a file. The format needs eight levels.
pub(crate) const MAX_DEPTH: usize = 24;
/// Maximum number of values in a file with aliases expanded, which take about 100 MiB of memory.
pub(crate) const MAX_NODES: usize = 2_000_000;
/// Maximum length of a key: names may have 500 characters, each escaped as `\U000e0041`.
pub(crate) const SIMPLE_KEY: usize = 8_192;
/// Maximum number of parser events that aliases may add to a file.
const MAX_REPLAYED: usize = 200_000;

/// A value with its byte range. Line and column, from 1, are those of `start`.
pub struct Raw {
    /// The line of the first byte.
    pub line: u32,
    /// The column of the first byte, in characters.
    pub column: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// The byte range of the definition, which differs from `start` and `end` only for an alias.
    pub defined: (u32, u32),
    /// The value itself.
    pub value: RawValue,
}

/// A value as parsed. Booleans and numbers are read from the text when they are needed.
pub enum RawValue {
    /// No value, `~` or `null`.
    Null,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// A string, without quotes and escapes.
    Text(String),
    /// A list with its items.
    List(Vec<Raw>),
    /// A map with its keys and values, in the order of the file.
    Map(Vec<(Raw, Raw)>),
}

/// The error for a text that is not valid YAML, or exceeds a limit.
pub(crate) struct Refusal {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
    pub(crate) byte: usize,
    pub(crate) cause: Cause,
}

/// The kind of a syntax error, for recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// An error at this byte.
    Here,
    /// A misplaced `:`; often the line above has no key.
    Colon,
    /// An unclosed quote.
    Quote,
    /// An unclosed bracket, or a missing comma.
    Bracket,
    /// A line with a wrong indentation.
    Indent,
    /// A line indented with a tab.
    Tab,
    /// A tag; the byte is where its value begins.
    Tag,
    /// An invalid alias.
    Alias,
    /// The beginning of another document.
    Document,
    /// A file that exceeds a limit, of which nothing is read.
    Hopeless,
}

/// Parses one document. Duplicate keys and `<<` are kept.
pub(crate) fn parse(text: &str) -> Result<Raw, Refusal> {
    compose(text).map_or_else(|| parse_long(text), Ok)
}

/// Returns the value of a plain scalar, or `None` if it depends on the context.
pub(crate) fn scalar(text: &str) -> Option<RawValue> {
    let RawValue::Map(mut entries) = parse_long(&format!("k: {text}")).ok()?.value else { return None };
    let (_, scalar) = entries.pop()?;
    entries.is_empty().then_some(scalar.value)
}

/// Parses a document on the slow path, for texts that `compose.rs` does not handle.
pub(crate) fn parse_long(text: &str) -> Result<Raw, Refusal> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        reject_unsupported_tags: true,
        with_snippet: false,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_REPLAYED },
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 3 * MAX_NODES,
            simple_key_max_lookahead: SIMPLE_KEY,
            // Long comments are fine, because the size of files is limited.
            max_buffered_comment_events: 1_000_000,
            // Replayed events are limited instead.
            enforce_alias_anchor_ratio: false,
        },
    };
    serde_saphyr::from_str_with_options::<Raw>(text, options).map_err(|error| refusal(&error, text))
}

fn refusal(error: &Error, text: &str) -> Refusal {
    let error = error.without_snippet();
    let byte = error.location().map_or(0, |location| byte(location, text));
    let says = |rule, message: String, help, cause| Refusal { rule, message, help: Some(help), byte, cause };
    match error {
        Error::MultipleDocuments { .. } => {
            let message = "a second document begins here".to_owned();
            let help = "move it into its own file, and delete `---` and `...`";
            says(&rules::MANY_DOCUMENTS, message, help, Cause::Document)
        }
        Error::UnsupportedTag { tag, .. } => {
            let message = format!("YAML tags such as {} are not supported", crate::shown::shown(tag));
            let help = "delete the tag, or quote the string if it is meant to begin with `!`";
            says(&rules::TAG, message, help, Cause::Tag)
        }
        Error::UnknownAnchor { .. } => {
            let message = "this YAML alias refers to an unknown anchor".to_owned();
            let help = "define the anchor, or quote the string if it is meant to begin with `*`";
            says(&rules::ALIAS, message, help, Cause::Alias)
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            let message = "this YAML alias contains itself".to_owned();
            says(&rules::ALIAS, message, "write the values out", Cause::Alias)
        }
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasError { .. } => {
            let message = "YAML aliases expand this file to too many values".to_owned();
            says(&rules::ALIAS, message, "write the values out", Cause::Hopeless)
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => too_large(byte, Cause::Here),
        Error::Budget { .. } => too_large(byte, Cause::Hopeless),
        _ if is_include(text, byte) => {
            let message = "YAML tags such as `!include` are not supported".to_owned();
            let help = "put the other file into this folder: Bylaws reads all files of a folder";
            says(&rules::TAG, message, help, Cause::Tag)
        }
        Error::ExternalMessage { source, .. } => match &**source {
            ExternalMessageSource::Parser(error) => said_by_the_parser(error.kind(), byte, text),
            _ => not_yaml(error, byte),
        },
        _ => not_yaml(error, byte),
    }
}

/// Returns whether the value at a byte has the tag `!include`, which the parser handles itself.
fn is_include(text: &str, byte: usize) -> bool {
    let tag = tag_before(text, byte).and_then(|tag| text.get(tag));
    tag.is_some_and(|tag| tag == "!include" || tag.starts_with("!include#"))
}

/// Returns any other error, with the message of the parser.
fn not_yaml(error: &dyn fmt::Display, byte: usize) -> Refusal {
    let words = error.to_string();
    // The location is reported separately.
    let words = words.split(" at line ").next().unwrap_or_default();
    Refusal {
        rule: &rules::SYNTAX,
        message: format!("invalid YAML: {words}"),
        help: Some("check indentation, quotes and brackets around this line"),
        byte,
        cause: Cause::Here,
    }
}

fn too_large(byte: usize, cause: Cause) -> Refusal {
    Refusal {
        rule: &rules::TOO_LARGE,
        message: "this file is nested too deeply or has too many values".to_owned(),
        help: Some("split it into several files, or look for unclosed brackets"),
        byte,
        cause,
    }
}

/// The messages for an unclosed quote, an unclosed bracket and a line without a key, with their help.
pub(crate) const UNCLOSED_QUOTE: (&str, &str) =
    ("unclosed or misplaced quote", "close the quote on its line");
pub(crate) const UNCLOSED_BRACKET: (&str, &str) =
    ("unclosed bracket or missing comma", "close the bracket with `]` or `}`, or add the comma");
pub(crate) const WITHOUT_KEY: (&str, &str) =
    ("this line is not `key: value`", "write a key, a `:` and a space on every line of a map");

/// Returns the problem for a syntax error of the parser.
fn said_by_the_parser(kind: &ErrorKind, byte: usize, text: &str) -> Refusal {
    let mut line = Line::at(text, byte);
    if is_tab(kind) && !line.has_tab() {
        // The parser may give up at the end of the text above.
        line = line.following(text).find(|line| !line.text.trim().is_empty()).unwrap_or(line);
    }
    if line.has_tab() {
        let tab = line.text.find('\t').unwrap_or_default();
        return Refusal {
            rule: &rules::TAB,
            message: "this line is indented with a tab".to_owned(),
            help: Some("indent with spaces: YAML does not allow tabs there"),
            byte: line.start + tab,
            cause: Cause::Tab,
        };
    }
    let ((message, help), cause) = match kind {
        ErrorKind::RecursionLimitExceeded => return too_large(byte, Cause::Here),
        ErrorKind::MappingValueNotAllowed => {
            let help = "check the indentation, and quote a string that contains `: `";
            (("misplaced `:`", help), Cause::Colon)
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (WITHOUT_KEY, Cause::Here),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => {
            let help = "double the backslash, or use single quotes";
            (("invalid escape sequence", help), Cause::Here)
        }
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => (UNCLOSED_QUOTE, Cause::Quote),
        ErrorKind::MisplacedFlowCollectionEnd => {
            (("unmatched closing bracket", "delete it, or quote the string"), Cause::Here)
        }
        ErrorKind::MismatchedFlowCollectionEnd { .. }
        | ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::ExpectedFlowSequenceSeparator
        | ErrorKind::FlowMappingValueAdjacentCollection
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidColonPlacement => (UNCLOSED_BRACKET, Cause::Bracket),
        ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::InvalidIndentation => {
            let help = "indent lines that belong together by the same number of spaces";
            (("wrong indentation", help), Cause::Indent)
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            (("a value cannot begin with this character", "quote the string"), Cause::Here)
        }
        other => return not_yaml(other, byte),
    };
    Refusal { rule: &rules::SYNTAX, message: message.to_owned(), help: Some(help), byte, cause }
}

/// Returns whether the parser found a tab that it does not allow.
fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
    )
}

fn byte(location: Location, text: &str) -> usize {
    let byte = location.span().byte_offset().and_then(|byte| usize::try_from(byte).ok());
    // Errors of the scanner have only a line and a column.
    byte.unwrap_or_else(|| {
        let before = |n: u64| usize::try_from(n).unwrap_or(1).saturating_sub(1);
        let mut lines = text.split_inclusive('\n');
        let start: usize = lines.by_ref().take(before(location.line())).map(str::len).sum();
        let line = lines.next().unwrap_or_default();
        let column = line.char_indices().nth(before(location.column())).map_or(line.len(), |(byte, _)| byte);
        start + column
    })
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<RawValue>::deserialize(deserializer)?;
        let bytes = |location: Location| {
            let start = location.span().byte_offset().unwrap_or(0);
            let end = start + location.span().byte_len().unwrap_or(0);
            (narrow(start), narrow(end))
        };
        let (start, end) = bytes(spanned.referenced);
        Ok(Self {
            line: narrow(spanned.referenced.line()),
            column: narrow(spanned.referenced.column()),
            start,
            end,
            defined: bytes(spanned.defined),
            value: spanned.value,
        })
    }
}

/// Converts an offset; files are limited to far less than 4 GiB.
fn narrow(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_none<E>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawValue, E> {
        Ok(RawValue::Bool)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawValue, E> {
        Ok(RawValue::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawValue, E> {
        Ok(RawValue::Number)
    }

    fn visit_i128<E>(self, _: i128) -> Result<RawValue, E> {
        Ok(RawValue::Number)
    }

    fn visit_u128<E>(self, _: u128) -> Result<RawValue, E> {
        Ok(RawValue::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawValue, E> {
        Ok(RawValue::Number)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<RawValue, E> {
        Ok(RawValue::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<RawValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(RawValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<RawValue, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(RawValue::Map(map))
    }
}
