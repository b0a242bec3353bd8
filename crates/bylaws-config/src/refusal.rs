//! Translates the errors of the YAML parser, and those of `syntax.rs`, to problems.

use granit_parser::{ErrorKind, ScanError, Span};

use crate::lines::Line;
use crate::raw::byte;
use crate::rule::Rule;
use crate::rules;
use crate::shown::shown;

/// The error for a file that cannot be read, is not valid YAML or exceeds a limit.
pub(crate) struct Refusal {
    pub(crate) rule: &'static Rule,
    pub(crate) message: String,
    pub(crate) help: &'static str,
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
    /// A tag, and the end of its value if that is a scalar that begins in the same line. The error is at the value.
    Tag { start: usize, end: usize, scalar: Option<usize> },
    /// An invalid alias.
    Alias,
    /// A value in a second document, which begins at this byte.
    Document(usize),
    /// A file that exceeds a limit, of which nothing is read.
    Hopeless,
}

/// Returns the error for a value in a second document, which begins at `document`.
pub(crate) fn second_document(byte: usize, document: usize) -> Refusal {
    let message = "a second document begins here";
    let help = "move it into its own file, and delete `---` and `...`";
    Refusal::new(&rules::MANY_DOCUMENTS, message, help, byte, Cause::Document(document))
}

/// Returns the error for the tag of a value.
pub(crate) fn tag(span: &Span, is_scalar: bool, text: &str) -> Refusal {
    let tag = span.tag_span().unwrap_or(*span);
    let (start, end) = (byte(tag.start), byte(tag.end));
    let name = text.get(start..end).unwrap_or_default();
    let is_include = name == "!include" || name.starts_with("!include#");
    let message = format!("YAML tags such as {} are not supported", shown(name));
    let help = if is_include {
        "put the other file into this folder: Bylaws reads all files of a folder"
    } else {
        "delete the tag, or quote the string if it is meant to begin with `!`"
    };
    let is_beside = is_scalar && span.start.line() == tag.start.line();
    let scalar = is_beside.then(|| byte(span.end).max(end));
    Refusal::new(&rules::TAG, message, help, byte(span.start), Cause::Tag { start, end, scalar })
}

/// Returns the error for an alias within its own anchor.
pub(crate) fn circular(byte: usize) -> Refusal {
    Refusal::new(&rules::ALIAS, "this YAML alias contains itself", "write the values out", byte, Cause::Alias)
}

/// Returns the error for an alias that exceeds a limit.
pub(crate) fn expanded(byte: usize) -> Refusal {
    let message = "YAML aliases expand this file to too many values";
    Refusal::new(&rules::ALIAS, message, "write the values out", byte, Cause::Hopeless)
}

/// Returns the error for a file that exceeds a limit.
pub(crate) fn too_large(byte: usize, cause: Cause) -> Refusal {
    let message = "this file is nested too deeply or has too many values";
    let help = "split it into several files, or look for unclosed brackets";
    Refusal::new(&rules::TOO_LARGE, message, help, byte, cause)
}

impl Refusal {
    /// Returns the error for a file as a whole, reported at its beginning.
    pub(crate) fn of_file(rule: &'static Rule, message: impl Into<String>, help: &'static str) -> Self {
        Self::new(rule, message, help, 0, Cause::Hopeless)
    }

    fn new(
        rule: &'static Rule,
        message: impl Into<String>,
        help: &'static str,
        byte: usize,
        cause: Cause,
    ) -> Self {
        Self { rule, message: message.into(), help, byte, cause }
    }
}

/// The messages for an unclosed quote, an unclosed bracket and a line without a key, with their help.
pub(crate) const UNCLOSED_QUOTE: (&str, &str) =
    ("unclosed or misplaced quote", "close the quote on its line");
pub(crate) const UNCLOSED_BRACKET: (&str, &str) =
    ("unclosed bracket or missing comma", "close the bracket with `]` or `}`, or add the comma");
pub(crate) const WITHOUT_KEY: (&str, &str) =
    ("this line is not `key: value`", "write a key, a `:` and a space on every line of a map");

/// Returns the problem for an error of the parser.
pub(crate) fn of_parser(error: &ScanError, text: &str) -> Refusal {
    let (kind, byte) = (error.kind(), byte(*error.marker()));
    if *kind == ErrorKind::UnknownAnchor {
        let message = "this YAML alias refers to an unknown anchor";
        let help = "define the anchor, or quote the string if it is meant to begin with `*`";
        return Refusal::new(&rules::ALIAS, message, help, byte, Cause::Alias);
    }
    if let Some(tab) = tab(kind, byte, text) {
        let message = "this line is indented with a tab";
        let help = "indent with spaces: YAML does not allow tabs there";
        return Refusal::new(&rules::TAB, message, help, tab, Cause::Tab);
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
        other => {
            let help = "check indentation, quotes and brackets around this line";
            return Refusal::new(&rules::SYNTAX, format!("invalid YAML: {other}"), help, byte, Cause::Here);
        }
    };
    Refusal::new(&rules::SYNTAX, message, help, byte, cause)
}

/// Returns the tab in the indentation that an error is about, or that explains it.
fn tab(kind: &ErrorKind, byte: usize, text: &str) -> Option<usize> {
    let is_tab = matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
    );
    let mut line = Line::at(text, byte);
    if is_tab && !line.has_tab() {
        // The parser may give up at the end of the text above.
        line = line.following(text).find(|line| !line.text.trim().is_empty())?;
    }
    line.has_tab().then(|| line.start + line.text.find('\t').unwrap_or_default())
}
