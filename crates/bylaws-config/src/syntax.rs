//! Text to a raw tree by the YAML parser, and its complaints in our words.
//! What the tree must not hold beyond YAML itself is `read.rs`'s business.

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

/// Nested deeper, a file is refused. The format itself needs eight levels.
pub(crate) const MAX_DEPTH: usize = 24;
/// Values in one file, aliases expanded; some 100 MiB of memory.
pub(crate) const MAX_NODES: usize = 2_000_000;
/// Names may have 500 characters, each escaped as `\U000e0041`.
pub(crate) const SIMPLE_KEY: usize = 8_192;
/// Parser events that aliases may add to a file.
const MAX_REPLAYED: usize = 200_000;

/// A value with its bytes. Line and column belong to `start`.
pub(crate) struct Raw {
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Bytes of the text itself: elsewhere only for an alias.
    pub(crate) defined: (u32, u32),
    pub(crate) value: RawValue,
}

pub(crate) enum RawValue {
    Null,
    Bool,
    Number,
    Text(String),
    List(Vec<Raw>),
    Map(Vec<(Raw, Raw)>),
}

/// Why a text is no YAML, or more YAML than is taken.
pub(crate) struct Refusal {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) help: Option<&'static str>,
    pub(crate) byte: usize,
    pub(crate) cause: Cause,
}

/// What recovery has to know of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Something is wrong at this byte.
    Here,
    /// A `:` where no key can stand: often the line above has none.
    Colon,
    /// A quote that does not end.
    Quote,
    /// A bracket that does not end, or a missing comma.
    Bracket,
    /// A line that does not belong where its indentation puts it.
    Indent,
    /// A line indented by a tab.
    Tab,
    /// A tag, and where its value begins.
    Tag,
    /// An alias.
    Alias,
    /// Another document begins here.
    Document,
    /// So much that nothing of it is read.
    Hopeless,
}

/// Parses one document. Repeated keys and `<<` come through as they stand.
pub(crate) fn parse(text: &str) -> Result<Raw, Refusal> {
    compose(text).map_or_else(|| parse_long(text), Ok)
}

/// What a plain scalar is. `None` where that depends on what stands around it.
pub(crate) fn scalar(text: &str) -> Option<RawValue> {
    let RawValue::Map(mut entries) = parse_long(&format!("k: {text}")).ok()?.value else { return None };
    let (_, scalar) = entries.pop()?;
    entries.is_empty().then_some(scalar.value)
}

/// The way of every text that `compose.rs` leaves alone.
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
            // Long comments are fine: files are capped already.
            max_buffered_comment_events: 1_000_000,
            // Replayed events are bounded instead.
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
            let help = "put it into a file of its own, and delete `---` and `...`";
            says(&rules::MANY_DOCUMENTS, message, help, Cause::Document)
        }
        Error::UnsupportedTag { tag, .. } => {
            let message = format!("{} is a YAML tag, and tags mean nothing here", crate::shown::shown(tag));
            let help = "delete it; quote the text if it is meant to begin with `!`";
            says(&rules::TAG, message, help, Cause::Tag)
        }
        Error::UnknownAnchor { .. } => {
            let message = "a YAML alias to an anchor that does not exist".to_owned();
            let help = "quote the text if it is meant to begin with `*`";
            says(&rules::ALIAS, message, help, Cause::Alias)
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            let message = "a YAML alias that leads in a circle".to_owned();
            says(&rules::ALIAS, message, "write the values out", Cause::Alias)
        }
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasError { .. } => {
            let message = "YAML aliases make this file far larger than it looks".to_owned();
            says(&rules::ALIAS, message, "write the values out", Cause::Hopeless)
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => too_large(byte, Cause::Here),
        Error::Budget { .. } => too_large(byte, Cause::Hopeless),
        _ if is_include(text, byte) => {
            let message = "`!include` is a YAML tag, and tags mean nothing here".to_owned();
            let help = "put the other file into this folder: all files of a folder are read together";
            says(&rules::TAG, message, help, Cause::Tag)
        }
        Error::ExternalMessage { source, .. } => match &**source {
            ExternalMessageSource::Parser(error) => said_by_the_parser(error.kind(), byte, text),
            _ => not_yaml(error, byte),
        },
        _ => not_yaml(error, byte),
    }
}

/// Whether the value at a byte has the tag `!include`, which the parser handles by itself.
fn is_include(text: &str, byte: usize) -> bool {
    let tag = tag_before(text, byte).and_then(|tag| text.get(tag));
    tag.is_some_and(|tag| tag == "!include" || tag.starts_with("!include#"))
}

/// What remains: the parser's own words.
fn not_yaml(error: &dyn fmt::Display, byte: usize) -> Refusal {
    let words = error.to_string();
    // The parser's line and column belong to the text without what was cut out.
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
        message: "too deep or too many values for a file of this format".to_owned(),
        help: Some("split it into several files, or look for brackets that never close"),
        byte,
        cause,
    }
}

/// What is said of a quote, a bracket and a line, with the help for each.
pub(crate) const UNCLOSED_QUOTE: (&str, &str) =
    ("a quoted text that does not end where it should", "close the quote on its line");
pub(crate) const UNCLOSED_BRACKET: (&str, &str) =
    ("a bracket that is never closed, or a comma that is missing", "close it with `]` or `}`");
pub(crate) const WITHOUT_KEY: (&str, &str) =
    ("a line that is not `key: value`", "every line in a map needs a key, a `:` and a space");

/// Syntax errors proper: the kinds of the parser, put into words that say what to do.
fn said_by_the_parser(kind: &ErrorKind, byte: usize, text: &str) -> Refusal {
    let mut line = Line::at(text, byte);
    if is_tab(kind) && !line.has_tab() {
        // The parser gave up at the end of the text above.
        line = line.following(text).find(|line| !line.text.trim().is_empty()).unwrap_or(line);
    }
    if line.has_tab() {
        let tab = line.text.find('\t').unwrap_or_default();
        return Refusal {
            rule: &rules::TAB,
            message: "a tab indents this line".to_owned(),
            help: Some("indent with spaces: YAML takes no tabs there"),
            byte: line.start + tab,
            cause: Cause::Tab,
        };
    }
    let ((message, help), cause) = match kind {
        ErrorKind::RecursionLimitExceeded => return too_large(byte, Cause::Here),
        ErrorKind::MappingValueNotAllowed => {
            let help = "check the indentation; a text that holds `: ` must be quoted";
            (("a `:` where no key can stand", help), Cause::Colon)
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
            (("an invalid escape sequence", help), Cause::Here)
        }
        ErrorKind::UnclosedQuotedScalar
        | ErrorKind::DocumentIndicatorInQuotedScalar
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => (UNCLOSED_QUOTE, Cause::Quote),
        ErrorKind::MisplacedFlowCollectionEnd => {
            (("a bracket that closes nothing", "delete it, or quote the text"), Cause::Here)
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
            let help = "lines that belong together are indented by the same number of spaces";
            (("a line that does not fit its indentation", help), Cause::Indent)
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            (("a character that cannot begin a value", "quote the text"), Cause::Here)
        }
        other => return not_yaml(other, byte),
    };
    Refusal { rule: &rules::SYNTAX, message: message.to_owned(), help: Some(help), byte, cause }
}

/// Whether the parser met a tab that it does not take.
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
    // The scanner's own complaints have only a line and a column.
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

/// Files are capped far below 4 GiB.
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
