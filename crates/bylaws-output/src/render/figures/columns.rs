//! Which columns each kind of figure has: for people, and every raw figure for programs.

use bylaws_engine::Amount;
use bylaws_engine::figures::{Activity, Dimension, Measure, Table, Tokens};
use serde::{Serialize, Serializer};

use super::number::{commas, money, short};

/// Figures that have columns.
pub(crate) trait Shown: Measure + 'static {
    /// The figure that each week or month has a column of: the one that is never left out.
    const MAIN: &'static str;

    /// For people.
    fn columns(table: &Table<Self>, by: &[Dimension]) -> Vec<Column<Self>>;

    /// For programs: every figure, exact, always all of them and in this order.
    const RAW: &'static [RawColumn<Self>];

    /// Raw columns that say nothing when told apart by these.
    fn is_silent(_column: &str, _by: &[Dimension]) -> bool {
        false
    }
}

/// A column for programs: its name, and the figure.
pub(crate) type RawColumn<M> = (&'static str, fn(&M) -> Raw);

/// A column for people.
pub(crate) struct Column<M> {
    pub(crate) title: &'static str,
    /// Columns are left out for want of room in falling order of this; 0 never is.
    pub(crate) drop: u16,
    pub(crate) cell: fn(&M) -> Cell,
}

/// What a cell says.
pub(crate) enum Cell {
    Count(u128),
    Money(Amount),
    /// Written and deleted.
    Lines(u128, u128),
    /// Of a hundred; `None` of nothing.
    Percent(Option<u32>),
}

/// A figure as programs read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Raw {
    Count(u128),
    /// A decimal number too exact for JSON's.
    Decimal(String),
    /// Not told apart like this.
    Silent,
}

impl Cell {
    /// Short, for a table.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Count(n) => short(*n),
            Self::Money(amount) => money(amount),
            Self::Lines(added, removed) => format!("+{} -{}", short(*added), short(*removed)),
            Self::Percent(None) => "-".to_owned(),
            Self::Percent(Some(percent)) => format!("{percent}%"),
        }
    }

    /// Whole.
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
    /// As CSV has it.
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

/// The raw figures, in their order; silent where they are not told apart like this.
pub(super) fn raw<M: Shown>(measure: &M, by: &[Dimension]) -> impl Iterator<Item = (&'static str, Raw)> {
    M::RAW.iter().map(move |(name, figure)| {
        (*name, if M::is_silent(name, by) { Raw::Silent } else { figure(measure) })
    })
}
