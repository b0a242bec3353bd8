//! Reads the three reports of the service.

use bylaws_api::{ClaudeCodeUsageQuery, ErrorKind, Pages, Reader, collect_all};
use bylaws_reports::{Dimension, Fact, Range, UsageQuestion, claude_code_facts, cost_facts, cost_query};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::civil::Date;

use crate::exit::Failure;
use crate::progress::Progress;

/// The number of days of Claude Code to request concurrently; each is one request.
const AT_ONCE: usize = 4;

/// Returns token usage, oldest bucket first.
pub(crate) async fn usage(
    reader: &Reader,
    question: &UsageQuestion,
    progress: &Progress,
) -> Result<Vec<Fact>, Failure> {
    progress.say("reading usage");
    let buckets = all(reader.messages_usage(question.query()), progress, "usage").await?;
    question.facts(&buckets).map_err(|why| untrusted(&why))
}

/// Returns cost by day, oldest first. `page`: days per page, `None` for the service's maximum.
pub(crate) async fn cost(
    reader: &Reader,
    range: Range,
    by: &[Dimension],
    page: Option<u32>,
    progress: &Progress,
) -> Result<Vec<Fact>, Failure> {
    progress.say("reading cost");
    let buckets = all(reader.cost(cost_query(range, by, page)), progress, "cost").await?;
    cost_facts(&buckets, range, by).map_err(|why| untrusted(&why))
}

/// Returns the activity in Claude Code on these days, in the given order. One request per day, or more if a day has
/// more records than a page. `page`: records per page, `None` for the service's maximum.
pub(crate) async fn claude_code(
    reader: &Reader,
    days: &[Date],
    by: &[Dimension],
    page: Option<u32>,
    progress: &Progress,
) -> Result<Vec<Fact>, Failure> {
    let total = days.len();
    let ask = |(at, day): (usize, Date)| async move {
        progress.say(format!("reading Claude Code: day {} of {total}", at + 1));
        let query = ClaudeCodeUsageQuery { limit: page, ..ClaudeCodeUsageQuery::on(day.to_string()) };
        let records = collect_all(reader.claude_code_usage(query)).await.map_err(refused)?;
        claude_code_facts(&records, day, by).map_err(|why| untrusted(&why))
    };
    let days = stream::iter(days.iter().copied().enumerate()).map(ask).buffered(AT_ONCE);
    days.try_concat().await
}

/// Reads all pages and reports progress.
async fn all<T>(mut pages: Pages<T>, progress: &Progress, what: &str) -> Result<Vec<T>, Failure> {
    let (mut items, mut page) = (Vec::new(), 1);
    while let Some(next) = pages.try_next().await.map_err(refused)? {
        items.extend(next);
        page += 1;
        progress.say(format!("reading {what}: page {page}"));
    }
    Ok(items)
}

/// Returns the error of a report, with a next step that fits reports.
pub(crate) fn refused(error: bylaws_api::Error) -> Failure {
    let help = if is_of_enterprise(&error) {
        "use the analytics of Claude Enterprise: these reports exist only for Claude Console organizations"
    } else if error.kind == ErrorKind::Permission {
        "use an Admin API key that an admin created in the Console: this credential may not read this report; \
         `bylaws whoami` shows what it may read"
    } else {
        return Failure::Service(error);
    };
    Failure::Forbidden { message: error.to_string(), help: help.to_owned() }
}

/// Returns whether the service says that this kind of organization has no such report.
pub(crate) fn is_of_enterprise(error: &bylaws_api::Error) -> bool {
    error.error_code() == Some("organization_type_not_supported")
}

/// Returns the error for a response that cannot be counted.
fn untrusted(why: &str) -> Failure {
    Failure::other(
        format!("invalid report from the service: {why}"),
        "run again, and report it if it repeats; nothing was counted",
    )
}
