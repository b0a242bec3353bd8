//! Converts values to text for people. Makes no decisions.

pub mod access;
pub mod approve;
pub mod audit;
pub mod change;
pub mod csv;
pub mod difference;
pub mod drift;
pub mod escape;
pub mod github;
pub mod html;
pub mod junit;
pub mod lines;
pub mod markdown;
pub mod people;
pub mod plan;
pub mod problems;
pub mod report;
pub mod review_first;
pub mod rule;
pub mod rule_changes;
mod section;
pub mod style;
pub mod unified;

/// Returns a line about data that was not read.
pub fn unseen(what: bylaws_engine::audit::Unseen, why: &str) -> String {
    format!("not read: {}: {}", crate::unseen::words(what), escape::escape(why))
}

/// Returns the counts that are not zero, `2 errors, 1 warning`, or else `none`.
fn counted(counts: &[(usize, &'static str)], none: &str) -> String {
    let counts = counts.iter().filter(|(n, _)| *n > 0);
    let counts: Vec<String> =
        counts.map(|(n, word)| bylaws_engine::sentence::plural(*n, word).to_string()).collect();
    if counts.is_empty() { none.to_owned() } else { counts.join(", ") }
}
