//! Text that others chose (names, messages) made harmless for a terminal and for the logs of CI systems: control
//! characters, escape sequences, invisible characters and the marks of commands are shown, not obeyed. Unusual spaces
//! and decomposed letters are spelled out, so that two names that differ never look the same.

use std::borrow::Cow;

use bylaws_engine::characters;

/// The text with everything that is not plainly visible written as an escape, and anything like a live key
/// masked: somebody may have put one into a tag.
pub fn inert(text: &str) -> String {
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

/// Text that is inert but for marks of commands within its lines, with these made unreadable for a log. Every
/// column stays where it is.
pub(crate) fn without_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let shown = |(at, c)| if c == '#' && is_command(text, at) { '?' } else { c };
    Cow::Owned(text.char_indices().map(shown).collect())
}

/// Whether a log would take what stands there for a command: `::name` where a line begins with it (GitHub),
/// `##[`, `##vso[` and the like anywhere in a line (GitHub of old, Azure, `TeamCity`). The text may be put where
/// a line begins. Section marks of GitLab need an escape character, which is shown anyway.
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
    use super::{inert, without_commands};

    #[test]
    fn nothing_reaches_a_log_as_a_command() {
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
            assert_eq!(inert(text), shown, "{text:?}");
        }
    }

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(inert("a\u{1b}[31mred\nline\u{202e}x"), "a\\u{1b}[31mred\\u{a}line\\u{202e}x");
        assert_eq!(inert("Zoë — 研究"), "Zoë — 研究");
    }

    #[test]
    fn a_difference_that_cannot_be_seen_is_spelled_out() {
        for (text, shown) in [
            ("prod\u{a0}eu", "prod\\u{a0}eu"),
            ("cafe\u{301} café", "cafe\\u{301} café"),
            ("a\u{3000}b\u{2009}c", "a\\u{3000}b\\u{2009}c"),
        ] {
            assert_eq!(inert(text), shown);
        }
    }

    #[test]
    fn a_drawing_keeps_its_columns() {
        assert_eq!(without_commands("3 | a: ##[error]\n  |    ^^"), "3 | a: #?[error]\n  |    ^^");
        assert_eq!(without_commands("# ## a"), "# ## a");
    }

    #[test]
    fn a_live_key_in_a_name_is_masked() {
        let shown = inert("old: sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789");
        assert!(shown.starts_with("old: ") && !shown.contains("abcdefgh"), "{shown}");
    }
}
