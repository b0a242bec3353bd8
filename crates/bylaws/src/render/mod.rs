//! Converts values to text for people. Makes no decisions.

pub(crate) mod access;
pub(crate) mod approve;
pub(crate) mod ascii;
pub(crate) mod audit;
pub(crate) mod csv;
pub(crate) mod difference;
pub(crate) mod figures;
pub(crate) mod github;
pub(crate) mod html;
pub(crate) mod inert;
pub(crate) mod journal;
pub(crate) mod junit;
pub(crate) mod lines;
pub(crate) mod log;
pub(crate) mod markdown;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod problems;
pub(crate) mod report;
pub(crate) mod review_first;
pub(crate) mod rule;
pub(crate) mod rule_changes;
pub(crate) mod style;
pub(crate) mod unified;

/// Returns a line about data that was not read.
pub(crate) fn unseen(what: bylaws_engine::Unseen, why: &str) -> String {
    format!("not read: {}: {}", crate::live::unseen::words(what), inert::inert(why))
}
