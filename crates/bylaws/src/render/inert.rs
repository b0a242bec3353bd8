//! Text that others chose (names, messages) made harmless for a terminal: control characters, escape
//! sequences and invisible characters are shown, not obeyed.

use bylaws_engine::is_hidden;

/// The text with everything that is not plainly visible written as an escape, and anything like a live key
/// masked: somebody may have put one into a tag.
pub(crate) fn inert(text: &str) -> String {
    let text = bylaws_config::without_live_keys(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(inert("a\u{1b}[31mred\nline\u{202e}x"), "a\\u{1b}[31mred\\u{a}line\\u{202e}x");
        assert_eq!(inert("Zoë — 研究"), "Zoë — 研究");
    }

    #[test]
    fn a_live_key_in_a_name_is_masked() {
        let shown = inert("old: sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789");
        assert!(shown.starts_with("old: ") && !shown.contains("abcdefgh"), "{shown}");
    }
}
