//! Escapes user-supplied text (names, messages) for terminals and for the logs of CI systems: control characters,
//! escape sequences, invisible characters and command marks are shown, not interpreted. Unusual spaces and decomposed
//! letters are written as escapes, so that two different names never look the same.

use std::borrow::Cow;

use bylaws_engine::spelling::characters;

/// Returns the text with every invisible character as an escape, and live API keys masked: a name or tag may contain
/// one.
pub fn escape(text: &str) -> String {
    let text = bylaws_config::without_live_keys(text);
    let mut out = String::with_capacity(text.len());
    for (at, c, unseen) in characters(&text) {
        if unseen || is_command(&text, at) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Makes command marks in an otherwise escaped text unreadable for a log, without shifting any column.
pub(crate) fn without_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let shown = |(at, c)| if c == '#' && is_command(text, at) { '?' } else { c };
    Cow::Owned(text.char_indices().map(shown).collect())
}

/// Returns whether a log could interpret the position as a command: `::name` at the start of a line (GitHub), `##[`,
/// `##vso[` and similar marks anywhere in a line (older GitHub, Azure, `TeamCity`). The text itself may be placed at
/// the start of a line. Section marks of GitLab need an escape character, which is made visible anyway.
fn is_command(text: &str, at: usize) -> bool {
    let (Some(before), Some(rest)) = (text.get(..at), text.get(at..)) else { return false };
    if rest.starts_with("::") {
        return before.trim_start().is_empty();
    }
    let word = rest.strip_prefix('#').filter(|_| before.ends_with('#'));
    word.is_some_and(|word| word.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::{escape, without_commands};

    #[test]
    fn a_log_never_receives_a_command() {
        for (text, shown) in [
            ("::error::x", "\\u{3a}:error::x"),
            ("\u{a0} ::error::x", "\\u{a0} \\u{3a}:error::x"),
            ("a::b", "a::b"),
            ("##[error]x", "#\\u{23}[error]x"),
            ("a ##vso[task.setvariable]x", "a #\\u{23}vso[task.setvariable]x"),
            ("###[group]", "##\\u{23}[group]"),
            ("##teamcity[x]", "#\\u{23}teamcity[x]"),
            ("# a ## b [c] #[d]", "# a ## b [c] #[d]"),
            ("\u{1b}[0Ksection_start:1:a\r", "\\u{1b}[0Ksection_start:1:a\\u{d}"),
        ] {
            assert_eq!(escape(text), shown, "{text:?}");
        }
    }

    #[test]
    fn a_terminal_never_receives_a_command() {
        assert_eq!(escape("a\u{1b}[31mred\nline\u{202e}x"), "a\\u{1b}[31mred\\u{a}line\\u{202e}x");
        assert_eq!(escape("Zoë — 研究"), "Zoë — 研究");
    }

    #[test]
    fn invisible_differences_are_written_as_escapes() {
        for (text, shown) in [
            ("prod\u{a0}eu", "prod\\u{a0}eu"),
            ("cafe\u{301} café", "cafe\\u{301} café"),
            ("a\u{3000}b\u{2009}c", "a\\u{3000}b\\u{2009}c"),
        ] {
            assert_eq!(escape(text), shown);
        }
    }

    #[test]
    fn a_drawing_keeps_its_columns() {
        assert_eq!(without_commands("3 | a: ##[error]\n  |    ^^"), "3 | a: #?[error]\n  |    ^^");
        assert_eq!(without_commands("# ## a"), "# ## a");
    }

    #[test]
    fn a_live_key_in_a_name_is_masked() {
        let shown = escape("old: sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789");
        assert!(shown.starts_with("old: ") && !shown.contains("abcdefgh"), "{shown}");
    }
}
