//! The start of every report: the organization, the service's time and the range.

use bylaws_api::Reader;
use bylaws_output::document::plan::OrganizationRef;
use bylaws_reports::{About, Bucket, RangeProblem};
use jiff::Timestamp;

use crate::args::{Connection, Span};
use crate::connect;
use crate::exit::Failure;
use crate::live::read;
use crate::progress::Progress;
use crate::world::World;

/// The maximum number of buckets to read: ten years of days, in 118 requests.
pub(super) const MOST_BUCKETS: i64 = 3_660;

/// The maximum number of days of Claude Code; each is one request.
pub(super) const MOST_DAYS: i64 = 366;

/// Reads the organization. The response also contains the service's time, which ends the range, so a wrong clock on
/// this machine has no effect. Notes and the number of requests are not known yet.
pub(super) async fn begin(
    connection: &Connection,
    span: &Span,
    bucket: Bucket,
    most: i64,
    progress: &Progress,
    world: &World,
) -> Result<(Reader, About), Failure> {
    let (reader, _) = connect::reader(connection, progress, world)?;
    progress.say("reading the organization");
    let organization = reader.organization().await?.value;
    let now = read::service_time(&reader)?;
    let range = span.asked().range(bucket, now, most).map_err(|problem| wrong(problem, now))?;
    let organization = OrganizationRef { id: organization.id.as_str().to_owned(), name: organization.name };
    Ok((reader, About { organization, range, now, notes: Vec::new(), reads: 0 }))
}

fn wrong(problem: RangeProblem, now: Timestamp) -> Failure {
    let (message, help) = match problem {
        RangeProblem::Backwards => (
            "the range ends before it starts".to_owned(),
            "write an earlier --from or a later --to; a day or a month as --to is included",
        ),
        RangeProblem::Ahead => (
            format!("the range starts in the future: the service's time is {now}"),
            "write an earlier --from or --month",
        ),
        RangeProblem::Short => (
            "the range does not contain a whole bucket".to_owned(),
            "write a later --to, or a shorter --bucket if the report has one",
        ),
        RangeProblem::OutOfCalendar => {
            ("the range is outside the calendar".to_owned(), "write another --from, --to or --last")
        }
        RangeProblem::Long { buckets, most } => (
            format!("the range has {buckets} buckets; the limit is {most}"),
            "write a shorter range, or a longer --bucket",
        ),
    };
    Failure::other(message, help)
}
