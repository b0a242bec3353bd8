//! Reads the three reports of the service, and rejects data outside the requested range.

use bylaws_api::{
    ApiKeyId, BucketWidth, ClaudeCodeActor, ClaudeCodeUsageQuery, ClaudeCodeUsageRecord, CostQuery,
    CostResult, ErrorKind, MessagesUsageQuery, MessagesUsageResult, Pages, Reader, UserId, WorkspaceId,
    collect_all,
};
use bylaws_engine::figures::{
    Activity, Bucket, ClaudeCodeDay, ClaudeCodeRecord, CostBucket, CostLine, Dimension, ModelFigures, Range,
    Tokens, UsageBucket, UsageLine,
};
use bylaws_engine::{Amount, ApiKeyId as Key, UserId as Person, WorkspaceId as Workspace};
use bylaws_output::render::escape::escape;
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::exit::Failure;
use crate::progress::Progress;

/// The number of days of Claude Code to request concurrently; each is one request.
const AT_ONCE: usize = 4;

/// The parameters of the usage report.
#[derive(Clone, Debug)]
pub(crate) struct UsageQuestion {
    pub(crate) range: Range,
    pub(crate) bucket: Bucket,
    /// The dimensions to group by; the rest is summed.
    pub(crate) by: Vec<Dimension>,
    pub(crate) only: Only,
    /// Buckets per page; `None` for the service's maximum.
    pub(crate) page: Option<u32>,
}

/// Filters of the usage report; an empty one matches everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Only {
    pub(crate) workspaces: Vec<String>,
    pub(crate) people: Vec<String>,
    pub(crate) keys: Vec<String>,
    pub(crate) models: Vec<String>,
}

impl UsageQuestion {
    /// Returns a query for every day of the range, grouped by these dimensions.
    pub(crate) fn by_day(range: Range, by: &[Dimension]) -> Self {
        Self { range, bucket: Bucket::Day, by: by.to_vec(), only: Only::default(), page: None }
    }
}

/// Returns token usage: one entry for each bucket of the service in the range, oldest first.
pub(crate) async fn usage(
    reader: &Reader,
    question: &UsageQuestion,
    progress: &Progress,
) -> Result<Vec<UsageBucket>, Failure> {
    progress.say("reading usage");
    let UsageQuestion { range, only, .. } = question;
    let query = MessagesUsageQuery {
        ending_at: Some(range.to.to_string().into()),
        bucket_width: match question.bucket.asked_of_service() {
            Bucket::Minute => BucketWidth::Minute,
            Bucket::Hour => BucketWidth::Hour,
            Bucket::Day | Bucket::Week | Bucket::Month => BucketWidth::Day,
        },
        group_by: grouping(&question.by, usage_dimension),
        account_ids: only.people.iter().map(|id| UserId::new(id.as_str())).collect(),
        api_key_ids: only.keys.iter().map(|id| ApiKeyId::new(id.as_str())).collect(),
        workspace_ids: only.workspaces.iter().map(|id| WorkspaceId::new(id.as_str())).collect(),
        models: only.models.clone(),
        limit: question.page,
        ..MessagesUsageQuery::since(range.from.to_string())
    };
    let buckets = all(reader.messages_usage(query), progress, "usage").await?;
    let mut places = Places::of(*range);
    let read = |bucket: bylaws_api::MessagesUsageBucket| {
        let from = places.next(bucket.starting_at.as_str())?;
        Ok(UsageBucket { from, lines: bucket.results.into_iter().map(usage_line).collect() })
    };
    buckets.into_iter().map(read).collect()
}

/// Returns cost by day, oldest first. The service groups by workspace and description only; other dimensions are
/// derived from the description. `page`: days per page, `None` for the service's maximum.
pub(crate) async fn cost(
    reader: &Reader,
    range: Range,
    by: &[Dimension],
    page: Option<u32>,
    progress: &Progress,
) -> Result<Vec<CostBucket>, Failure> {
    progress.say("reading cost");
    let query = CostQuery {
        ending_at: Some(range.to.to_string().into()),
        group_by: grouping(by, cost_dimension),
        limit: page,
        ..CostQuery::since(range.from.to_string())
    };
    let buckets = all(reader.cost(query), progress, "cost").await?;
    let mut places = Places::of(range);
    let read = |bucket: bylaws_api::CostBucket| {
        let from = places.next(bucket.starting_at.as_str())?;
        let lines = bucket.results.into_iter().map(cost_line).collect::<Result<_, _>>()?;
        Ok(CostBucket { from, lines })
    };
    buckets.into_iter().map(read).collect()
}

/// Returns the activity in Claude Code on these days, in the given order. One request per day, or more if a day has
/// more records than a page. `page`: records per page, `None` for the service's maximum.
pub(crate) async fn claude_code(
    reader: &Reader,
    days: &[Date],
    page: Option<u32>,
    progress: &Progress,
) -> Result<Vec<ClaudeCodeDay>, Failure> {
    let total = days.len();
    let ask = |(at, day): (usize, Date)| async move {
        progress.say(format!("reading Claude Code: day {} of {total}", at + 1));
        let query = ClaudeCodeUsageQuery { limit: page, ..ClaudeCodeUsageQuery::on(day.to_string()) };
        let records = collect_all(reader.claude_code_usage(query)).await.map_err(refused)?;
        let records = records.into_iter().map(claude_code_record).collect::<Result<_, _>>()?;
        Ok::<_, Failure>(ClaudeCodeDay { day, records })
    };
    stream::iter(days.iter().copied().enumerate()).map(ask).buffered(AT_ONCE).try_collect().await
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
    } else if error.kind() == ErrorKind::Permission {
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

/// Returns the service's names of dimensions, without duplicates.
fn grouping(by: &[Dimension], name: fn(Dimension) -> Option<&'static str>) -> Vec<String> {
    let mut names: Vec<String> = by.iter().filter_map(|by| name(*by)).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn usage_dimension(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Workspace => Some("workspace_id"),
        Dimension::Person => Some("account_id"),
        Dimension::Key => Some("api_key_id"),
        Dimension::ServiceAccount => Some("service_account_id"),
        Dimension::Model => Some("model"),
        Dimension::Tier => Some("service_tier"),
        Dimension::ContextWindow => Some("context_window"),
        Dimension::Geo => Some("inference_geo"),
        Dimension::Speed => Some("speed"),
        Dimension::Description
        | Dimension::CostType
        | Dimension::TokenType
        | Dimension::Terminal
        | Dimension::Day => None,
    }
}

fn cost_dimension(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Workspace => Some("workspace_id"),
        // Grouping by description includes the others (`docs/service-behaviour.md#reports`).
        Dimension::Description
        | Dimension::Model
        | Dimension::CostType
        | Dimension::TokenType
        | Dimension::Tier
        | Dimension::ContextWindow
        | Dimension::Geo => Some("description"),
        Dimension::Person
        | Dimension::Key
        | Dimension::ServiceAccount
        | Dimension::Speed
        | Dimension::Terminal
        | Dimension::Day => None,
    }
}

/// The valid positions of buckets: in the range and in order. A repeated bucket would be counted twice.
struct Places {
    range: Range,
    last: Option<Timestamp>,
}

impl Places {
    fn of(range: Range) -> Self {
        Self { range, last: None }
    }

    fn next(&mut self, text: &str) -> Result<Timestamp, Failure> {
        let odd = |why: &str| untrusted(&format!("the start of a bucket, `{}`, {why}", escape(text)));
        let at: Timestamp = text.parse().map_err(|_| odd("is not a valid time"))?;
        if at < self.range.from || at >= self.range.to {
            return Err(odd("is outside the requested range"));
        }
        if self.last.replace(at).is_some_and(|last| last >= at) {
            return Err(odd("is not after the previous bucket"));
        }
        Ok(at)
    }
}

/// Returns the error for a response that cannot be counted.
fn untrusted(why: &str) -> Failure {
    Failure::Other {
        message: format!("invalid report from the service: {why}"),
        help: "run again, and report it if it repeats; nothing was counted".to_owned(),
    }
}

fn usage_line(result: MessagesUsageResult) -> UsageLine {
    UsageLine {
        workspace: result.workspace_id.map(|id| Workspace::new(id.as_str())),
        person: result.account_id.map(|id| Person::new(id.as_str())),
        key: result.api_key_id.map(|id| Key::new(id.as_str())),
        model: result.model,
        service_account: result.service_account_id.map(|id| id.as_str().to_owned()),
        tier: result.service_tier,
        context_window: result.context_window,
        geo: result.inference_geo,
        speed: result.speed,
        tokens: Tokens {
            uncached_input: result.uncached_input_tokens.into(),
            cache_read: result.cache_read_input_tokens.into(),
            cache_write_5m: result.cache_creation.ephemeral_5m_input_tokens.into(),
            cache_write_1h: result.cache_creation.ephemeral_1h_input_tokens.into(),
            output: result.output_tokens.into(),
            web_searches: result.server_tool_use.web_search_requests.into(),
        },
    }
}

fn cost_line(result: CostResult) -> Result<CostLine, Failure> {
    Ok(CostLine {
        amount: amount(result.amount.as_str(), &result.currency)?,
        workspace: result.workspace_id.map(|id| Workspace::new(id.as_str())),
        description: result.description,
        model: result.model,
        cost_type: result.cost_type,
        token_type: result.token_type,
        tier: result.service_tier,
        context_window: result.context_window,
        geo: result.inference_geo,
    })
}

/// Returns an amount in US cents; amounts in other currencies cannot be added to it.
fn amount(cents: &str, currency: &str) -> Result<Amount, Failure> {
    if currency != "USD" {
        return Err(untrusted(&format!("an amount is in `{}`, not in USD", escape(currency))));
    }
    Amount::from_cents(cents)
        .ok_or_else(|| untrusted(&format!("`{}` is not an amount of cents", escape(cents))))
}

fn claude_code_record(record: ClaudeCodeUsageRecord) -> Result<ClaudeCodeRecord, Failure> {
    let (person, key) = match record.actor {
        ClaudeCodeActor::User { email_address } => (Some(email_address), None),
        ClaudeCodeActor::ApiKey { api_key_name } => (None, Some(api_key_name)),
        ClaudeCodeActor::Unknown(_) => (None, None),
    };
    let metrics = record.core_metrics;
    let mut activity = Activity {
        sessions: metrics.num_sessions.into(),
        lines_added: metrics.lines_of_code.added.into(),
        lines_removed: metrics.lines_of_code.removed.into(),
        commits: metrics.commits_by_claude_code.into(),
        pull_requests: metrics.pull_requests_by_claude_code.into(),
        accepted: record.tool_actions.values().map(|tool| u128::from(tool.accepted)).sum(),
        rejected: record.tool_actions.values().map(|tool| u128::from(tool.rejected)).sum(),
        ..Activity::default()
    };
    let mut models = Vec::new();
    for model in record.model_breakdown {
        let of_model = Activity {
            input: model.tokens.input.into(),
            output: model.tokens.output.into(),
            cache_read: model.tokens.cache_read.into(),
            cache_creation: model.tokens.cache_creation.into(),
            estimated_cost: amount(&plain(&model.estimated_cost.amount), &model.estimated_cost.currency)?,
            ..Activity::default()
        };
        bylaws_engine::figures::Measure::add(&mut activity, &of_model);
        models.push(ModelFigures { model: model.model, activity: of_model });
    }
    Ok(ClaudeCodeRecord { person, key, terminal: record.terminal_type, activity, models })
}

/// Returns a JSON number without an exponent, as the shortest decimal with the same binary value.
fn plain(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if !number.is_u64() && !number.is_i64() => float.to_string(),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_read_without_rounding() {
        for (written, cents) in [
            ("0", "0"),
            ("12", "12"),
            ("12.5", "12.5"),
            ("0.1", "0.1"),
            ("1e-7", "0.0000001"),
            ("1.25e3", "1250"),
            ("18446744073709551615", "18446744073709551615"),
            ("-3.75", "-3.75"),
        ] {
            let number: serde_json::Number = serde_json::from_str(written).unwrap();
            assert_eq!(amount(&plain(&number), "USD").unwrap().cents(), cents, "{written}");
        }
        for (written, currency) in [("1e300", "USD"), ("1", "EUR")] {
            let number: serde_json::Number = serde_json::from_str(written).unwrap();
            assert!(amount(&plain(&number), currency).is_err(), "{written} {currency}");
        }
    }

    #[test]
    fn buckets_must_be_in_order_and_within_the_range() {
        let moment = |text: &str| text.parse::<Timestamp>().unwrap();
        let range = Range { from: moment("2026-11-01T00:00:00Z"), to: moment("2026-11-04T00:00:00Z") };
        for (days, fine) in [
            (&["2026-11-01", "2026-11-02", "2026-11-03"][..], true),
            (&["2026-11-02"], true),
            (&["2026-11-01", "2026-11-01"], false),
            (&["2026-11-02", "2026-11-01"], false),
            (&["2026-10-31"], false),
            (&["2026-11-04"], false),
            (&["soon"], false),
        ] {
            let mut places = Places::of(range);
            let read = days.iter().try_for_each(|day| places.next(&format!("{day}T00:00:00Z")).map(drop));
            assert_eq!(read.is_ok(), fine, "{days:?}");
        }
    }
}
