//! The three reports of the service: how each is called, and its columns for people and for programs.

use std::fmt;

use bylaws_engine::words;
use serde::Serialize;

use crate::dimension::Dimension;
use crate::figures::{Count, Figures};
use crate::number::money;

words!(
    /// A report of the service.
    ReportKind {
        /// Tokens of the Messages API.
        Usage = "usage",
        /// Cost.
        Cost = "cost",
        /// Activity in Claude Code.
        ClaudeCode = "claude-code",
    }
);

/// A column for people: its title; the order of leaving columns out if they do not fit, highest first, in which 0 is
/// never left out; and its cell, given how to write a count.
pub(crate) type Column = (&'static str, u16, fn(&Figures, fn(u128) -> String) -> String);

/// A column for programs: its name and its figure.
pub(crate) type ExactColumn = (&'static str, fn(&Figures) -> Exact);

/// A figure for programs.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Exact {
    Count(u128),
    /// A decimal number that exceeds the precision of JSON numbers.
    Decimal(String),
    /// Undefined for this grouping.
    Undefined,
}

impl fmt::Display for Exact {
    /// Writes the form for CSV.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(n) => n.fmt(f),
            Self::Decimal(text) => f.write_str(text),
            Self::Undefined => Ok(()),
        }
    }
}

const USAGE: [Column; 6] = [
    ("input", 1, |of, n| n(of.count(Count::UncachedInput))),
    ("to cache", 4, |of, n| n(of.count(Count::CacheWrite5m).saturating_add(of.count(Count::CacheWrite1h)))),
    ("from cache", 3, |of, n| n(of.count(Count::CacheRead))),
    ("output", 2, |of, n| n(of.count(Count::Output))),
    ("total", 0, |of, n| n(of.tokens())),
    ("searches", 5, |of, n| n(of.count(Count::WebSearches))),
];

const COST: [Column; 1] = [("cost", 0, |of, _| money(&of.cost()))];

const CLAUDE_CODE: [Column; 7] = [
    ("sessions", 1, |of, n| n(of.count(Count::Sessions))),
    ("lines", 3, |of, n| {
        format!("+{} -{}", n(of.count(Count::LinesAdded)), n(of.count(Count::LinesRemoved)))
    }),
    ("commits", 5, |of, n| n(of.count(Count::Commits))),
    ("prs", 6, |of, n| n(of.count(Count::PullRequests))),
    ("taken", 4, |of, _| of.acceptance().map_or("-".to_owned(), |percent| format!("{percent}%"))),
    ("tokens", 2, |of, n| n(of.tokens())),
    ("cost", 0, |of, _| money(&of.cost())),
];

/// The exact columns of usage, in their order.
pub(crate) const EXACT_USAGE: [ExactColumn; 7] = [
    ("uncached_input_tokens", |of| Exact::Count(of.count(Count::UncachedInput))),
    ("cache_read_input_tokens", |of| Exact::Count(of.count(Count::CacheRead))),
    ("cache_creation_5m_input_tokens", |of| Exact::Count(of.count(Count::CacheWrite5m))),
    ("cache_creation_1h_input_tokens", |of| Exact::Count(of.count(Count::CacheWrite1h))),
    ("output_tokens", |of| Exact::Count(of.count(Count::Output))),
    ("total_tokens", |of| Exact::Count(of.tokens())),
    ("web_search_requests", |of| Exact::Count(of.count(Count::WebSearches))),
];

const EXACT_COST: [ExactColumn; 2] = [
    ("cost_cents", |of| Exact::Decimal(of.cost().cents())),
    ("cost_dollars", |of| Exact::Decimal(of.cost().dollars())),
];

const EXACT_CLAUDE_CODE: [ExactColumn; 13] = [
    ("sessions", |of| Exact::Count(of.count(Count::Sessions))),
    ("lines_added", |of| Exact::Count(of.count(Count::LinesAdded))),
    ("lines_removed", |of| Exact::Count(of.count(Count::LinesRemoved))),
    ("commits", |of| Exact::Count(of.count(Count::Commits))),
    ("pull_requests", |of| Exact::Count(of.count(Count::PullRequests))),
    ("tool_actions_accepted", |of| Exact::Count(of.count(Count::Accepted))),
    ("tool_actions_rejected", |of| Exact::Count(of.count(Count::Rejected))),
    ("input_tokens", |of| Exact::Count(of.count(Count::UncachedInput))),
    ("output_tokens", |of| Exact::Count(of.count(Count::Output))),
    ("cache_read_tokens", |of| Exact::Count(of.count(Count::CacheRead))),
    ("cache_creation_tokens", |of| Exact::Count(of.count(Count::CacheWrite))),
    ("estimated_cost_cents", |of| Exact::Decimal(of.cost().cents())),
    ("estimated_cost_dollars", |of| Exact::Decimal(of.cost().dollars())),
];

impl ReportKind {
    /// Returns the title of the report.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Usage => "Usage",
            Self::Cost => "Cost",
            Self::ClaudeCode => "Claude Code",
        }
    }

    /// Returns the words for the figure that is shown per week or month.
    pub(crate) fn main(self) -> &'static str {
        match self {
            Self::Usage => "total tokens",
            Self::Cost => "cost",
            Self::ClaudeCode => "estimated cost",
        }
    }

    /// Returns the columns for people. Searches are shown only if there were any.
    pub(crate) fn columns(self, total: &Figures, by: &[Dimension]) -> Vec<Column> {
        let all: &[Column] = match self {
            Self::Usage if total.count(Count::WebSearches) == 0 => {
                USAGE.split_last().map_or(&[], |(_, rest)| rest)
            }
            Self::Usage => &USAGE,
            Self::Cost => &COST,
            Self::ClaudeCode => &CLAUDE_CODE,
        };
        all.iter().filter(|(title, ..)| self.is_known(title, by)).copied().collect()
    }

    /// Returns the columns for programs: every figure, always in this order.
    pub(crate) fn exact(self) -> &'static [ExactColumn] {
        match self {
            Self::Usage => &EXACT_USAGE,
            Self::Cost => &EXACT_COST,
            Self::ClaudeCode => &EXACT_CLAUDE_CODE,
        }
    }

    /// Returns an exact figure, unless it is undefined for this grouping.
    pub(crate) fn figure(self, (name, figure): &ExactColumn, of: &Figures, by: &[Dimension]) -> Exact {
        if self.is_known(name, by) { figure(of) } else { Exact::Undefined }
    }

    /// Returns whether a column has a meaning. The service reports only tokens and cost of Claude Code by model.
    pub(crate) fn is_known(self, column: &str, by: &[Dimension]) -> bool {
        self != Self::ClaudeCode
            || !by.contains(&Dimension::Model)
            || column.ends_with("tokens")
            || column.contains("cost")
    }
}
