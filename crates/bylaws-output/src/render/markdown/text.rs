//! Messages as Markdown: what others chose in code spans, our words as they are. A plan that was read from a file may
//! claim that anything is our words, so what could mean something in Markdown is put into code spans as well.

use bylaws_engine::text::{Piece, Text};

use super::span::{self, code};

/// A longer message ends with `…`, unless a reviewer must see all of it.
const LONGEST: usize = 1_500;

/// Returns the message; a very long one is cut.
pub(super) fn text(text: &Text) -> String {
    limited(text, LONGEST)
}

/// Returns all of the message, for rule changes and what to review first: nothing of them is ever cut.
pub(super) fn whole(text: &Text) -> String {
    limited(text, usize::MAX)
}

fn limited(text: &Text, longest: usize) -> String {
    let mut out = String::new();
    let code = if longest == usize::MAX { span::whole } else { code };
    for piece in text.pieces() {
        if out.len() > longest {
            out.push_str(" …");
            break;
        }
        match piece {
            Piece::Ours(ours) if is_plain(ours, out.is_empty()) => out.push_str(ours),
            Piece::Ours(other) => {
                out.push_str(if other.starts_with(' ') { " " } else { "" });
                push_code(&mut out, &code(other.trim_matches(' ')));
                out.push_str(if other.ends_with(' ') { " " } else { "" });
            }
            Piece::Quoted(quoted) => push_code(&mut out, &code(&quoted)),
        }
    }
    out
}

/// Two spans side by side would be one to a renderer, and end in the wrong place.
fn push_code(out: &mut String, span: &str) {
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push_str(span);
}

/// Returns whether a text means nothing in Markdown: words with the usual punctuation, none of which a renderer makes
/// a link, a mention, an emoji or a list.
fn is_plain(text: &str, at_start: bool) -> bool {
    let is_numbered = || {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < text.len() && rest.starts_with(['.', ')'])
    };
    text.len() <= LONGEST
        // A code span masks it.
        && bylaws_config::without_live_keys(text) == text
        && !text.contains("  ")
        && !(at_start && is_numbered())
        && text.split(' ').all(is_word)
}

fn is_word(word: &str) -> bool {
    let bare = word.trim_start_matches('(').trim_end_matches([',', ';', ':', '.', '?', ')']);
    let bare = bare.strip_suffix('%').unwrap_or(bare);
    let is_alphanumeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
    // A commit.
    let is_hash = |part: &str| part.len() >= 7 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let parts: Vec<&str> = bare.split(['-', '\'', '.']).collect();
    let are_digits = parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    // With a dot it would be a host, with a number after a hyphen an issue.
    let has_number = bare.contains('.')
        || bare.split('-').skip(1).any(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    matches!(bare, "" | "→" | "=")
        || parts.iter().all(|part| is_alphanumeric(part) && !is_hash(part)) && (are_digits || !has_number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bylaws_engine::{WorkspaceRole, text};

    #[test]
    fn names_are_in_code_and_our_words_are_not() {
        for (message, shown) in [
            (Text::parse("drops out of `analytics`"), "drops out of `analytics`"),
            (text!("key {} in {} ({})", "a b", "c", "apikey_01"), "key `a b` in `c` (`apikey_01`)"),
            (
                text!("invited as {}, 2.5% of {}", WorkspaceRole::Admin, 3),
                "invited as `workspace_admin`, 2.5% of 3",
            ),
            (text!("{}{}: {}", "a`b", "@c", "#1"), "``a`b`` `@c`: `#1`"),
            (
                text!("last day 2026-11-12 → 2026-12-01; the person's"),
                "last day 2026-11-12 → 2026-12-01; the person's",
            ),
            (Text::quoted(""), "(empty)"),
            (Text::default(), ""),
        ] {
            assert_eq!(super::text(&message), shown, "{message}");
        }
    }

    #[test]
    fn forged_words_of_ours_are_in_code() {
        for forged in [
            "1234567 people",
            "cc @team",
            "see #1",
            "GH-12",
            "ABC-7",
            "www.x.com",
            "x.com",
            "https://x",
            "<b>",
            "*a*",
            "_a_",
            "a_b",
            ":x:",
            "[a](b)",
            "- a",
            "+ a",
            "1. a",
            "1) a",
            "a  b",
            "a|b",
            "deadbeef",
            "!1",
            "~a",
            "$x$",
            "a\nb",
            "\\a",
            "/close",
            "é",
            "a@b",
        ] {
            assert_eq!(super::text(&Text::parse(forged)), code(forged), "{forged}");
        }
        assert_eq!(super::text(&Text::parse("`a` @x `b`")), "`a` `@x` `b`");
        assert_eq!(super::text(&Text::parse("odd ` tick")), "``odd ` tick``");
    }

    #[test]
    fn a_long_message_is_cut_unless_it_is_to_review() {
        let long = Text::parse(&format!("drops out of {}", "`x y`, ".repeat(10_000)));
        assert!(super::text(&long).len() < LONGEST + 1_500);
        assert_eq!(whole(&long).matches("`x y`").count(), 10_000);
        let one_piece = Text::parse(&"word ".repeat(10_000));
        assert!(super::text(&one_piece).len() < LONGEST);
        assert_eq!(whole(&one_piece).matches("word").count(), 10_000);
    }
}
