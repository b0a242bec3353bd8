//! The arguments of `bylaws report`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use bylaws_reports::{Asked, Bucket, Dimension, Edge, Last, Unit};
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;

use super::{Access, Connection, TableFormat};

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Report {
    #[command(subcommand)]
    pub(crate) what: Option<ReportCommand>,
    #[command(flatten)]
    pub(crate) page: Page,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Tokens of the Messages API by workspace, person, key, model and more.
    Usage(ReportUsage),
    /// Cost to the last decimal, by workspace and line item.
    Cost(ReportDays),
    /// Claude Code activity by person and day.
    #[command(mut_arg("by", |by| by
        .value_parser(dimensions(Dimension::CLAUDE_CODE))
        .default_value("person")
        .help("Dimensions to group by, comma-separated. Grouped by model, only tokens and cost are known")))]
    ClaudeCode(ReportDays),
    /// Every API key with its owner, workspace, age and last use.
    Keys(ReportKeys),
    /// Show who has which access, where and why; the same as `bylaws access`.
    Access(Box<Access>),
}

/// The options of the HTML page.
#[derive(Debug, ClapArgs)]
pub(crate) struct Page {
    /// YAML file or folder [default: bylaws.yaml or bylaws/].
    pub(crate) path: Option<PathBuf>,
    /// Write one self-contained HTML page with access, findings, usage, cost and drift.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Read live state from a snapshot; works offline.
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) live: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The time range of a report.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Span {
    /// Length of the range, counted back from its end: 30d, 4w or 3mo; months are calendar months, including the
    /// current one.
    #[arg(long, value_name = "TIME", value_parser = last, default_value = "30d", conflicts_with_all = ["from", "month"], help_heading = "Range")]
    pub(crate) last: Last,
    /// One calendar month (UTC), such as 2026-10.
    #[arg(long, value_name = "MONTH", value_parser = month, conflicts_with_all = ["from", "to"], help_heading = "Range")]
    pub(crate) month: Option<Date>,
    /// Start: a day or a month (UTC), or a time with its offset such as 2026-11-01T08:00:00+01:00.
    #[arg(long, value_name = "DATE|TIME", value_parser = edge, help_heading = "Range")]
    pub(crate) from: Option<Edge>,
    /// End: a day or a month (UTC), inclusive, or a time with its offset, exclusive [default: now]. Times are
    /// converted to UTC and rounded down to the start of their bucket.
    #[arg(long, value_name = "DATE|TIME", value_parser = edge, help_heading = "Range")]
    pub(crate) to: Option<Edge>,
}

impl Span {
    pub(crate) fn asked(&self) -> Asked {
        let month = self.month.map(Edge::Month);
        Asked { last: self.last, from: self.from.or(month), to: self.to.or(month) }
    }
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct Shape {
    /// Number of rows to show; the rest are summed in one row.
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<NonZeroUsize>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    /// Number of buckets or records per request [default: the service's maximum].
    #[arg(long, value_name = "N", hide = true)]
    pub(crate) page_size: Option<NonZeroU32>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportUsage {
    /// Dimensions to group by, comma-separated.
    #[arg(long, value_name = "DIMENSIONS", value_delimiter = ',', value_parser = dimensions(Dimension::USAGE), default_value = "workspace")]
    pub(crate) by: Vec<Dimension>,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Length of a bucket, in UTC. Weeks (Monday to Sunday) and calendar months get a column each.
    #[arg(long, value_name = "LENGTH", value_parser = buckets(&[Bucket::Minute, Bucket::Hour, Bucket::Day, Bucket::Week, Bucket::Month]), default_value = "day", help_heading = "Range")]
    pub(crate) bucket: Bucket,
    /// Only this workspace; repeatable.
    #[arg(long, value_name = "NAME|ID", value_parser = NonEmptyStringValueParser::new(), help_heading = "Filters")]
    pub(crate) workspace: Vec<String>,
    /// Only the keys of this person; repeatable.
    #[arg(long, value_name = "EMAIL|ID", value_parser = NonEmptyStringValueParser::new(), help_heading = "Filters")]
    pub(crate) person: Vec<String>,
    /// Only this API key; repeatable.
    #[arg(long, value_name = "NAME|ID", value_parser = NonEmptyStringValueParser::new(), help_heading = "Filters")]
    pub(crate) key: Vec<String>,
    /// Only this model; repeatable.
    #[arg(long, value_name = "MODEL", value_parser = NonEmptyStringValueParser::new(), help_heading = "Filters")]
    pub(crate) model: Vec<String>,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The options of `cost`; `claude-code` has other dimensions, and a range of at most 366 days, which are one request
/// each.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReportDays {
    /// Dimensions to group by, comma-separated.
    #[arg(long, value_name = "DIMENSIONS", value_delimiter = ',', value_parser = dimensions(Dimension::COST), default_value = "workspace")]
    pub(crate) by: Vec<Dimension>,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Length of a bucket, in UTC. Weeks (Monday to Sunday) and calendar months get a column each.
    #[arg(long, value_name = "LENGTH", value_parser = buckets(DAYS), default_value = "day", help_heading = "Range")]
    pub(crate) bucket: Bucket,
    #[command(flatten)]
    pub(crate) shape: Shape,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportKeys {
    /// Only keys with this status.
    #[arg(long, value_name = "STATUS", value_parser = ["active", "inactive", "expired", "archived"])]
    pub(crate) status: Option<String>,
    #[command(flatten)]
    pub(crate) span: Span,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The buckets that days can be combined into.
const DAYS: &[Bucket] = &[Bucket::Day, Bucket::Week, Bucket::Month];

fn dimensions(of: &[Dimension]) -> impl TypedValueParser<Value = Dimension> {
    let words = PossibleValuesParser::new(of.iter().map(|dimension| dimension.as_str()));
    words.try_map(|word| Dimension::parse(&word).ok_or("unknown dimension"))
}

fn buckets(of: &[Bucket]) -> impl TypedValueParser<Value = Bucket> {
    let words = PossibleValuesParser::new(of.iter().map(|bucket| bucket.as_str()));
    words.try_map(|word| Bucket::parse(&word).ok_or("unknown length"))
}

fn last(text: &str) -> Result<Last, String> {
    let wrong = || "write days, weeks or months, such as 30d, 4w or 3mo".to_owned();
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (count, unit) = text.split_at(split);
    let unit = Unit::parse(unit).ok_or_else(wrong)?;
    match count.parse() {
        Ok(0) | Err(_) => Err(wrong()),
        Ok(count) => Ok(Last { count, unit }),
    }
}

fn edge(text: &str) -> Result<Edge, String> {
    if let Ok(day) = month(text) {
        return Ok(Edge::Month(day));
    }
    let is_day = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = is_day.then(|| text.parse::<Date>().ok().map(Edge::Day)).flatten();
    let moment = || text.parse::<Timestamp>().ok().filter(|_| !is_day).map(Edge::Moment);
    day.or_else(moment).ok_or_else(|| {
        "write a day as YYYY-MM-DD, a month as YYYY-MM, or a time with its offset, such as 2026-11-01T08:00:00Z"
            .to_owned()
    })
}

/// Returns the first day of a month written as `2026-10`.
fn month(text: &str) -> Result<Date, String> {
    let is_month = text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = is_month.then(|| format!("{text}-01").parse().ok()).flatten();
    day.ok_or_else(|| "write a month as YYYY-MM, such as 2026-10".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_bounds_of_a_range_are_parsed() {
        for (text, expected) in [
            ("30d", Some((30, Unit::Day))),
            ("4w", Some((4, Unit::Week))),
            ("3mo", Some((3, Unit::Month))),
            ("0d", None),
            ("3m", None),
            ("d", None),
            ("3", None),
            ("-3d", None),
            ("99999999d", None),
            ("3\u{e9}d", None),
        ] {
            let read = last(text).ok().map(|last| (last.count, last.unit));
            assert_eq!(read, expected, "{text}");
        }
        for (text, expected) in [
            ("2026-11-01", "2026-11-01"),
            ("2026-11-01T08:00:00+02:00", "2026-11-01T06:00:00Z"),
            ("2026-11-01T08:00:00Z", "2026-11-01T08:00:00Z"),
            ("2026-10", "month of 2026-10-01"),
            ("2024-02", "month of 2024-02-01"),
            ("2026-13", "-"),
            ("2026-00", "-"),
            ("2026-1", "-"),
            ("-026-10", "-"),
            ("202610-", "-"),
            ("2026-02-30", "-"),
            ("2026-11-01T08:00:00", "-"),
            ("20261101", "-"),
            ("yesterday", "-"),
        ] {
            let shown = match edge(text) {
                Ok(Edge::Day(day)) => day.to_string(),
                Ok(Edge::Month(day)) => format!("month of {day}"),
                Ok(Edge::Moment(moment)) => moment.to_string(),
                Err(_) => "-".to_owned(),
            };
            assert_eq!(shown, expected, "{text}");
        }
    }
}
