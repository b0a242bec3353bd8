//! Usage and cost of the last days by workspace, for the charts of the page.

use std::collections::BTreeMap;

use bylaws_api::Reader;
use bylaws_engine::{Amount, UserId, WorkspaceId};
use bylaws_kinds::Live;
use bylaws_reports::figures::Dimension;
use bylaws_reports::page::document::{Figures, Section, Series};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::exit::Failure;
use crate::live::figures::{self, UsageQuestion};
use crate::live::review::{self, Review};
use crate::progress::Progress;

/// The number of days in the charts, including today: one page of the service's report.
const DAYS: i32 = 30;

/// The data for the charts.
pub(super) struct Asked {
    pub(super) usage: Section<Figures>,
    pub(super) cost: Section<Figures>,
    /// The last day with usage of each person.
    pub(super) seen: BTreeMap<UserId, Date>,
}

/// Reads both reports; records what the credential may not read.
pub(super) async fn read(reader: &Reader, review: &Review, progress: &Progress) -> Result<Asked, Failure> {
    let today = review.today();
    let since = today - (DAYS - 1).days();
    let range = review::range(since, today)?;
    let days: Vec<Date> = since.series(1.day()).take_while(|day| *day <= today).collect();
    let mut seen = BTreeMap::new();

    let question = UsageQuestion::by_day(range, &[Dimension::Workspace, Dimension::Person]);
    let usage = match seen_or_why(figures::usage(reader, &question, progress).await)? {
        Err(why) => Section::NotRead { not_read: why },
        Ok(buckets) => {
            let mut tokens: BTreeMap<Scope, BTreeMap<Date, u128>> = BTreeMap::new();
            for bucket in buckets {
                let day = day(bucket.from);
                for line in bucket.lines.into_iter().filter(|line| line.tokens.total() > 0) {
                    let sum = tokens.entry(line.workspace).or_default().entry(day).or_default();
                    *sum = sum.saturating_add(line.tokens.total());
                    if let Some(person) = line.person {
                        let last = seen.entry(person).or_insert(day);
                        *last = day.max(*last);
                    }
                }
            }
            let text = |sum: Option<&u128>| sum.copied().unwrap_or_default().to_string();
            Section::Read(Figures {
                unit: Some("tokens".to_owned()),
                days: days.iter().map(ToString::to_string).collect(),
                series: series(&review.live, &days, &tokens, text),
            })
        }
    };

    let cost = figures::cost(reader, range, &[Dimension::Workspace], None, progress).await;
    let cost = match seen_or_why(cost)? {
        Err(why) => Section::NotRead { not_read: why },
        Ok(buckets) => {
            let mut amounts: BTreeMap<Scope, BTreeMap<Date, Amount>> = BTreeMap::new();
            for bucket in buckets {
                let day = day(bucket.from);
                for line in bucket.lines {
                    *amounts.entry(line.workspace).or_default().entry(day).or_default() += &line.amount;
                }
            }
            let text = |sum: Option<&Amount>| sum.map_or_else(|| "0".to_owned(), Amount::cents);
            Section::Read(Figures {
                unit: None,
                days: days.iter().map(ToString::to_string).collect(),
                series: series(&review.live, &days, &amounts, text),
            })
        }
    };
    Ok(Asked { usage, cost, seen })
}

/// A workspace of the reports, which show the default workspace as none.
type Scope = Option<WorkspaceId>;

fn series<T>(
    live: &Live,
    days: &[Date],
    sums: &BTreeMap<Scope, BTreeMap<Date, T>>,
    text: impl Fn(Option<&T>) -> String,
) -> Vec<Series> {
    let one = |(place, sums): (&Scope, &BTreeMap<Date, T>)| Series {
        name: name(live, place.as_ref()),
        values: days.iter().map(|day| text(sums.get(day))).collect(),
    };
    sums.iter().map(one).collect()
}

/// Returns the name of a workspace, with its id if another one has the same name.
fn name(live: &Live, place: Option<&WorkspaceId>) -> String {
    let Some(id) = place else { return "Default".to_owned() };
    let all = live.workspaces.as_ref().map(|workspaces| &workspaces.all);
    let Some(workspace) = all.and_then(|all| all.get(id)) else { return id.to_string() };
    let named = all.into_iter().flat_map(BTreeMap::values).filter(|other| other.name == workspace.name);
    let name = if named.count() > 1 { format!("{} ({id})", workspace.name) } else { workspace.name.clone() };
    if workspace.archived { format!("{name}, archived") } else { name }
}

fn day(time: Timestamp) -> Date {
    time.to_zoned(TimeZone::UTC).date()
}

/// Returns why something was not read, if the credential may not or the organization does not have it; any other error
/// ends the run.
fn seen_or_why<T>(read: Result<T, Failure>) -> Result<Result<T, String>, Failure> {
    match read {
        Ok(value) => Ok(Ok(value)),
        Err(failure) => failure.refusal().map(Err).ok_or(failure),
    }
}
