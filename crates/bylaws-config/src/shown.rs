//! Formats user-supplied text for messages: escaped, shortened and in backticks.
//! `scalars.rs` reports invisible characters; here they are only escaped.

use std::fmt::Write as _;

/// Maximum number of characters to show; longer texts are cut.
const MAX_SHOWN: usize = 80;

/// Returns the text in backticks, with invisible and ambiguous characters escaped.
pub fn shown(text: &str) -> String {
    let mut out = String::from("`");
    for (n, (_, c, unseen)) in bylaws_engine::spelling::characters(text).enumerate() {
        if n == MAX_SHOWN {
            out.push('…');
            break;
        }
        if unseen {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}

/// Returns the words, each in backticks, separated by commas.
pub fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
