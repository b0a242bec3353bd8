//! How words of a file are repeated to people: inert, short, in backticks.
//! What is hidden in a text decides nothing here; `scalars.rs` refuses it.

use std::fmt::Write as _;

/// Longer texts are cut.
const MAX_SHOWN: usize = 80;

/// The text in backticks, with every character spelled out that cannot be seen or told from another.
pub(crate) fn shown(text: &str) -> String {
    let mut out = String::from("`");
    for (n, (_, c, unseen)) in bylaws_engine::characters(text).enumerate() {
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

/// `a, b, c` in backticks.
pub(crate) fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
