//! The reports of the service as figures: queries, and the results that may be counted. Results outside the requested
//! range are refused; the error says why.

use bylaws_api::{
    ApiKeyId, BucketWidth, ClaudeCodeActor, ClaudeCodeUsageRecord, CostBucket, CostQuery, CostResult,
    MessagesUsageBucket, MessagesUsageQuery, MessagesUsageResult, ServiceAccountId, UserId, WorkspaceId,
};
use bylaws_engine::Amount;
use bylaws_output::render::escape::escape;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::dimension::Dimension;
use crate::figures::{Count, Figures};
use crate::range::{Bucket, Range, midnight};
use crate::table::{Fact, Key};

/// The parameters of the usage report.
#[derive(Clone, Debug)]
pub struct UsageQuestion {
    /// The range to report.
    pub range: Range,
    /// The length of a bucket.
    pub bucket: Bucket,
    /// The dimensions to group by; the rest is summed.
    pub by: Vec<Dimension>,
    /// The ids to report, by dimension; a dimension that is missing is not filtered.
    pub only: Vec<(Dimension, Vec<String>)>,
    /// Buckets per page; `None` for the service's maximum.
    pub page: Option<u32>,
}

impl UsageQuestion {
    /// Returns a question for every day of the range, grouped by these dimensions.
    pub fn by_day(range: Range, by: &[Dimension]) -> Self {
        Self { range, bucket: Bucket::Day, by: by.to_vec(), only: Vec::new(), page: None }
    }

    /// Returns the query that asks it.
    pub fn query(&self) -> MessagesUsageQuery {
        let only = |by: Dimension| {
            self.only.iter().filter(move |(of, _)| *of == by).flat_map(|(_, ids)| ids).map(String::as_str)
        };
        MessagesUsageQuery {
            ending_at: Some(self.range.to.to_string().into()),
            bucket_width: match self.bucket.asked_of_service() {
                Bucket::Minute => BucketWidth::Minute,
                Bucket::Hour => BucketWidth::Hour,
                Bucket::Day | Bucket::Week | Bucket::Month => BucketWidth::Day,
            },
            group_by: grouping(&self.by, of_usage),
            account_ids: only(Dimension::Person).map(UserId::new).collect(),
            api_key_ids: only(Dimension::Key).map(ApiKeyId::new).collect(),
            workspace_ids: only(Dimension::Workspace).map(WorkspaceId::new).collect(),
            models: only(Dimension::Model).map(str::to_owned).collect(),
            limit: self.page,
            ..MessagesUsageQuery::since(self.range.from.to_string())
        }
    }

    /// Returns the figures in the results.
    pub fn facts(&self, buckets: &[MessagesUsageBucket]) -> Result<Vec<Fact>, String> {
        let mut places = Places { range: self.range, last: None };
        let mut facts = Vec::new();
        for bucket in buckets {
            let at = places.next(bucket.starting_at.as_str())?;
            let fact = |line| Fact { at, key: key(line, &self.by, of_usage), figures: tokens(line) };
            facts.extend(bucket.results.iter().map(fact));
        }
        Ok(facts)
    }
}

/// Returns the query for the cost of each day. The service groups by workspace and description only; other dimensions
/// come with the description. `page`: days per page, `None` for the service's maximum.
pub fn cost_query(range: Range, by: &[Dimension], page: Option<u32>) -> CostQuery {
    CostQuery {
        ending_at: Some(range.to.to_string().into()),
        group_by: grouping(by, of_cost),
        limit: page,
        ..CostQuery::since(range.from.to_string())
    }
}

/// Returns the figures in the results of a cost report.
pub fn cost_facts(buckets: &[CostBucket], range: Range, by: &[Dimension]) -> Result<Vec<Fact>, String> {
    let mut places = Places { range, last: None };
    let mut facts = Vec::new();
    for bucket in buckets {
        let at = places.next(bucket.starting_at.as_str())?;
        for line in &bucket.results {
            let cost = amount(line.amount.as_str(), &line.currency)?;
            facts.push(Fact { at, key: key(line, by, of_cost), figures: Figures::default().with_cost(cost) });
        }
    }
    Ok(facts)
}

/// Returns the figures of one day of Claude Code. By model only tokens and cost exist: the service does not report the
/// model of a commit.
pub fn claude_code_facts(
    records: &[ClaudeCodeUsageRecord],
    day: Date,
    by: &[Dimension],
) -> Result<Vec<Fact>, String> {
    let at = midnight(day).ok_or_else(|| format!("the day {day} is outside the calendar"))?;
    let mut facts = Vec::new();
    for record in records {
        let fact = |model: Option<&str>, figures| {
            let value = |by: &Dimension| match (by, &record.actor) {
                (Dimension::Person, ClaudeCodeActor::User { email_address }) => Some(email_address.clone()),
                (Dimension::Key, ClaudeCodeActor::ApiKey { api_key_name }) => Some(api_key_name.clone()),
                (Dimension::Terminal, _) => Some(record.terminal_type.clone()),
                (Dimension::Model, _) => model.map(str::to_owned),
                (Dimension::Day, _) => Some(day.to_string()),
                _ => None,
            };
            Fact { at, key: by.iter().map(value).collect(), figures }
        };
        let mut all = activity(record);
        for model in &record.model_breakdown {
            let cost = amount(&plain(&model.estimated_cost.amount), &model.estimated_cost.currency)?;
            let of_model = Figures::of([
                (Count::UncachedInput, model.tokens.input),
                (Count::Output, model.tokens.output),
                (Count::CacheRead, model.tokens.cache_read),
                (Count::CacheWrite, model.tokens.cache_creation),
            ]);
            let of_model = of_model.with_cost(cost);
            all.add(&of_model);
            if by.contains(&Dimension::Model) {
                facts.push(fact(Some(&model.model), of_model));
            }
        }
        if !by.contains(&Dimension::Model) {
            facts.push(fact(None, all));
        }
    }
    Ok(facts)
}

/// A dimension of a report: the service's name, and the value of a result.
type Of<T> = (&'static str, fn(&T) -> Option<&str>);

/// Returns the service's names of dimensions, without duplicates.
fn grouping<T>(by: &[Dimension], of: fn(Dimension) -> Option<Of<T>>) -> Vec<String> {
    let mut names: Vec<String> = by.iter().filter_map(|by| Some(of(*by)?.0.to_owned())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn key<T>(result: &T, by: &[Dimension], of: fn(Dimension) -> Option<Of<T>>) -> Key {
    by.iter().map(|by| (of(*by)?.1)(result).map(str::to_owned)).collect()
}

fn of_usage(by: Dimension) -> Option<Of<MessagesUsageResult>> {
    Some(match by {
        Dimension::Workspace => ("workspace_id", |line| line.workspace_id.as_ref().map(WorkspaceId::as_str)),
        Dimension::Person => ("account_id", |line| line.account_id.as_ref().map(UserId::as_str)),
        Dimension::Key => ("api_key_id", |line| line.api_key_id.as_ref().map(ApiKeyId::as_str)),
        Dimension::ServiceAccount => {
            ("service_account_id", |line| line.service_account_id.as_ref().map(ServiceAccountId::as_str))
        }
        Dimension::Model => ("model", |line| line.model.as_deref()),
        Dimension::Tier => ("service_tier", |line| line.service_tier.as_deref()),
        Dimension::ContextWindow => ("context_window", |line| line.context_window.as_deref()),
        Dimension::Geo => ("inference_geo", |line| line.inference_geo.as_deref()),
        Dimension::Speed => ("speed", |line| line.speed.as_deref()),
        _ => return None,
    })
}

/// Grouping by description includes the others (`docs/service-behaviour.md#reports`).
fn of_cost(by: Dimension) -> Option<Of<CostResult>> {
    Some(match by {
        Dimension::Workspace => ("workspace_id", |line| line.workspace_id.as_ref().map(WorkspaceId::as_str)),
        Dimension::Description => ("description", |line| line.description.as_deref()),
        Dimension::Model => ("description", |line| line.model.as_deref()),
        Dimension::CostType => ("description", |line| line.cost_type.as_deref()),
        Dimension::TokenType => ("description", |line| line.token_type.as_deref()),
        Dimension::Tier => ("description", |line| line.service_tier.as_deref()),
        Dimension::ContextWindow => ("description", |line| line.context_window.as_deref()),
        Dimension::Geo => ("description", |line| line.inference_geo.as_deref()),
        _ => return None,
    })
}

fn tokens(result: &MessagesUsageResult) -> Figures {
    Figures::of([
        (Count::UncachedInput, result.uncached_input_tokens),
        (Count::CacheRead, result.cache_read_input_tokens),
        (Count::CacheWrite5m, result.cache_creation.ephemeral_5m_input_tokens),
        (Count::CacheWrite1h, result.cache_creation.ephemeral_1h_input_tokens),
        (Count::Output, result.output_tokens),
        (Count::WebSearches, result.server_tool_use.web_search_requests),
    ])
}

/// Returns what a record says about all models.
fn activity(record: &ClaudeCodeUsageRecord) -> Figures {
    let metrics = &record.core_metrics;
    let counts = [
        (Count::Sessions, metrics.num_sessions),
        (Count::LinesAdded, metrics.lines_of_code.added),
        (Count::LinesRemoved, metrics.lines_of_code.removed),
        (Count::Commits, metrics.commits_by_claude_code),
        (Count::PullRequests, metrics.pull_requests_by_claude_code),
    ];
    let tools = record.tool_actions.values();
    let tools = tools.flat_map(|tool| [(Count::Accepted, tool.accepted), (Count::Rejected, tool.rejected)]);
    Figures::of(counts.into_iter().chain(tools)).with_cost(Amount::default())
}

/// The valid positions of buckets: in the range and in order. A repeated bucket would be counted twice.
struct Places {
    range: Range,
    last: Option<Timestamp>,
}

impl Places {
    fn next(&mut self, text: &str) -> Result<Timestamp, String> {
        let odd = |why: &str| format!("the start of a bucket, `{}`, {why}", escape(text));
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

/// Returns an amount in US cents; amounts in other currencies cannot be added to it.
fn amount(cents: &str, currency: &str) -> Result<Amount, String> {
    if currency != "USD" {
        return Err(format!("an amount is in `{}`, not in USD", escape(currency)));
    }
    Amount::from_cents(cents).ok_or_else(|| format!("`{}` is not an amount of cents", escape(cents)))
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
            let mut places = Places { range, last: None };
            let read = days.iter().try_for_each(|day| places.next(&format!("{day}T00:00:00Z")).map(drop));
            assert_eq!(read.is_ok(), fine, "{days:?}");
        }
    }
}
