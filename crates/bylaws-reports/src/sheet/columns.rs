//! The columns of each kind of figure: those for people, and every raw figure for programs.

use crate::figures::{Activity, Dimension, Measure, Table, Tokens};
use bylaws_engine::Amount;
use serde::{Serialize, Serializer};

use bylaws_output::render::markdown::commas;

use super::number::{money, short};

/// Figures with columns.
pub(crate) trait Shown: Measure + 'static {
    /// The figure shown per week or month; its column is never left out.
    const MAIN: &'static str;

    /// The columns for people.
    fn columns(table: &Table<Self>, by: &[Dimension]) -> Vec<Column<Self>>;

    /// The columns for programs: every figure, exact, always in this order.
    const RAW: &'static [RawColumn<Self>];

    /// The raw columns that are undefined if grouped by these dimensions.
    fn is_silent(_column: &str, _by: &[Dimension]) -> bool {
        false
    }
}

/// A column for programs: its name and its figure.
pub(crate) type RawColumn<M> = (&'static str, fn(&M) -> Raw);

/// A column for people.
pub(crate) struct Column<M> {
    pub(crate) title: &'static str,
    /// The order of leaving columns out if they do not fit, highest first; 0 is never left out.
    pub(crate) drop: u16,
    pub(crate) cell: fn(&M) -> Cell,
}

/// The value of a cell.
pub(crate) enum Cell {
    Count(u128),
    Money(Amount),
    /// Lines written and lines deleted.
    Lines(u128, u128),
    /// A percentage; `None` if the total is zero.
    Percent(Option<u32>),
}

/// A figure for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    Count(u128),
    /// A decimal number that exceeds the precision of JSON numbers.
    Decimal(String),
    /// Undefined for this grouping.
    Silent,
}

impl Cell {
    /// Returns the short form, for a table.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Count(n) => short(*n),
            Self::Money(amount) => money(amount),
            Self::Lines(added, removed) => format!("+{} -{}", short(*added), short(*removed)),
            Self::Percent(None) => "-".to_owned(),
            Self::Percent(Some(percent)) => format!("{percent}%"),
        }
    }

    /// Returns the full form.
    pub(super) fn long(&self) -> String {
        match self {
            Self::Count(n) => commas(&n.to_string()),
            Self::Lines(added, removed) => {
                format!("+{} -{}", commas(&added.to_string()), commas(&removed.to_string()))
            }
            Self::Money(_) | Self::Percent(_) => self.short(),
        }
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(n) => serializer.serialize_u128(*n),
            Self::Decimal(text) => serializer.serialize_str(text),
            Self::Silent => serializer.serialize_none(),
        }
    }
}

impl Raw {
    /// Returns the form for CSV.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Count(n) => n.to_string(),
            Self::Decimal(text) => text.clone(),
            Self::Silent => String::new(),
        }
    }
}

impl Shown for Tokens {
    const MAIN: &'static str = "total tokens";

    fn columns(table: &Table<Self>, _by: &[Dimension]) -> Vec<Column<Self>> {
        let mut columns: Vec<Column<Self>> = vec![
            Column { title: "input", drop: 1, cell: |tokens| Cell::Count(tokens.uncached_input) },
            Column { title: "to cache", drop: 4, cell: |tokens| Cell::Count(tokens.cache_write()) },
            Column { title: "from cache", drop: 3, cell: |tokens| Cell::Count(tokens.cache_read) },
            Column { title: "output", drop: 2, cell: |tokens| Cell::Count(tokens.output) },
            Column { title: "total", drop: 0, cell: |tokens| Cell::Count(tokens.total()) },
        ];
        if table.total.sum.web_searches > 0 {
            columns.push(Column {
                title: "searches",
                drop: 5,
                cell: |tokens| Cell::Count(tokens.web_searches),
            });
        }
        columns
    }

    const RAW: &'static [RawColumn<Self>] = &[
        ("uncached_input_tokens", |tokens| Raw::Count(tokens.uncached_input)),
        ("cache_read_input_tokens", |tokens| Raw::Count(tokens.cache_read)),
        ("cache_creation_5m_input_tokens", |tokens| Raw::Count(tokens.cache_write_5m)),
        ("cache_creation_1h_input_tokens", |tokens| Raw::Count(tokens.cache_write_1h)),
        ("output_tokens", |tokens| Raw::Count(tokens.output)),
        ("total_tokens", |tokens| Raw::Count(tokens.total())),
        ("web_search_requests", |tokens| Raw::Count(tokens.web_searches)),
    ];
}

impl Shown for Amount {
    const MAIN: &'static str = "cost";

    fn columns(_table: &Table<Self>, _by: &[Dimension]) -> Vec<Column<Self>> {
        vec![Column { title: "cost", drop: 0, cell: |amount| Cell::Money(amount.clone()) }]
    }

    const RAW: &'static [RawColumn<Self>] = &[
        ("cost_cents", |amount| Raw::Decimal(amount.cents())),
        ("cost_dollars", |amount| Raw::Decimal(amount.dollars())),
    ];
}

impl Shown for Activity {
    const MAIN: &'static str = "estimated cost";

    fn columns(_table: &Table<Self>, by: &[Dimension]) -> Vec<Column<Self>> {
        let columns: Vec<Column<Self>> = vec![
            Column { title: "sessions", drop: 1, cell: |work| Cell::Count(work.sessions) },
            Column {
                title: "lines",
                drop: 3,
                cell: |work| Cell::Lines(work.lines_added, work.lines_removed),
            },
            Column { title: "commits", drop: 5, cell: |work| Cell::Count(work.commits) },
            Column { title: "prs", drop: 6, cell: |work| Cell::Count(work.pull_requests) },
            Column { title: "taken", drop: 4, cell: |work| Cell::Percent(work.acceptance()) },
            Column { title: "tokens", drop: 2, cell: |work| Cell::Count(work.tokens()) },
            Column { title: "cost", drop: 0, cell: |work| Cell::Money(work.estimated_cost.clone()) },
        ];
        let told = |column: &Column<Self>| {
            !by.contains(&Dimension::Model) || matches!(column.title, "tokens" | "cost")
        };
        columns.into_iter().filter(told).collect()
    }

    const RAW: &'static [RawColumn<Self>] = &[
        ("sessions", |work| Raw::Count(work.sessions)),
        ("lines_added", |work| Raw::Count(work.lines_added)),
        ("lines_removed", |work| Raw::Count(work.lines_removed)),
        ("commits", |work| Raw::Count(work.commits)),
        ("pull_requests", |work| Raw::Count(work.pull_requests)),
        ("tool_actions_accepted", |work| Raw::Count(work.accepted)),
        ("tool_actions_rejected", |work| Raw::Count(work.rejected)),
        ("input_tokens", |work| Raw::Count(work.input)),
        ("output_tokens", |work| Raw::Count(work.output)),
        ("cache_read_tokens", |work| Raw::Count(work.cache_read)),
        ("cache_creation_tokens", |work| Raw::Count(work.cache_creation)),
        ("estimated_cost_cents", |work| Raw::Decimal(work.estimated_cost.cents())),
        ("estimated_cost_dollars", |work| Raw::Decimal(work.estimated_cost.dollars())),
    ];

    fn is_silent(column: &str, by: &[Dimension]) -> bool {
        let of_models = column.ends_with("_tokens") || column.starts_with("estimated_cost");
        by.contains(&Dimension::Model) && !of_models
    }
}

/// Returns the raw figures in order, without those that are undefined for this grouping.
pub(super) fn raw<M: Shown>(measure: &M, by: &[Dimension]) -> impl Iterator<Item = (&'static str, Raw)> {
    M::RAW.iter().map(move |(name, figure)| {
        (*name, if M::is_silent(name, by) { Raw::Silent } else { figure(measure) })
    })
}
