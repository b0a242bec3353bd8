//! `bylaws report keys`: every API key, and which of them are unused.

use std::collections::BTreeMap;

use bylaws_api::{
    ActorType, ApiKey, ApiKeysQuery, CreatedBy, KeyScope, KeyStatus, Principal, Reader, Timestamp as Moment,
    collect_all,
};
use bylaws_engine::figures::{Bucket, Dimension, Fact, Row, Table, Tokens};
use bylaws_output::render::figures::Labels;
use bylaws_output::render::figures::keys::{Actor, KeyRow, KeySheet, Scope};
use jiff::Timestamp;
use jiff::civil::Date;

use super::begin::{MOST_BUCKETS, begin};
use crate::args::{ReportKeys, Span};
use crate::exit::{ExitStatus, Failure};
use crate::live::figures::{self, UsageQuestion};
use crate::live::known::{self, Wanted};
use crate::progress::Progress;
use crate::world::World;

pub(super) async fn run(args: &ReportKeys, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let sheet = read(args, &progress, world).await;
    progress.finish();
    super::print(&sheet?, args.format, world);
    Ok(ExitStatus::Done)
}

async fn read(args: &ReportKeys, progress: &Progress, world: &World) -> Result<KeySheet, Failure> {
    let begun = begin(&args.connection, &args.span, Bucket::Day, MOST_BUCKETS, progress, world).await?;
    progress.say("reading keys");
    let keys = keys(&begun.reader, args.status.as_deref()).await?;
    let used = if keys.is_empty() {
        Used::default()
    } else {
        Used::read(&begun.reader, begun.range, progress).await?
    };
    let mut rows: Vec<KeyRow> = keys.into_iter().map(|key| used.row(key)).collect();
    rows.sort_by_cached_key(order);
    let people = |actor: &Option<Actor>| matches!(actor, Some(Actor::Person(_)));
    let wanted = Wanted {
        workspaces: rows.iter().any(|key| matches!(key.scope, Scope::Workspace(_))),
        people: rows.iter().any(|key| people(&key.owner) || people(&key.created_by)),
        keys: false,
    };
    let mut known = known::read(&begun.reader, wanted, progress).await?;
    let notes = std::mem::take(&mut known.notes);
    Ok(KeySheet {
        about: begun.about(notes),
        rows,
        labels: Labels::of(known),
        within: within(&args.span),
        status: args.status.clone(),
    })
}

async fn keys(reader: &Reader, status: Option<&str>) -> Result<Vec<ApiKey>, Failure> {
    let query = ApiKeysQuery { status: status.map(KeyStatus::from) };
    collect_all(reader.api_keys(query)).await.map_err(figures::refused)
}

/// Sorts active keys first; by status, then by the longest time without use, then by age.
fn order(key: &KeyRow) -> (usize, Option<Date>, Option<Timestamp>, String) {
    let statuses = ["active", "inactive", "expired", "archived"];
    let rank = statuses.iter().position(|status| *status == key.status).unwrap_or(statuses.len());
    (rank, key.last_used, key.created_at, key.id.clone())
}

/// Returns a short name of the range, for "never used within".
fn within(span: &Span) -> String {
    let last = span.last;
    match (span.from, span.to, span.month) {
        (None, None, None) => format!("{}{}", last.count, last.unit.as_str()),
        _ => "the range".to_owned(),
    }
}

/// Returns usage by key and day.
#[derive(Default)]
struct Used {
    days: Vec<Date>,
    rows: BTreeMap<String, Row<Tokens>>,
}

impl Used {
    async fn read(
        reader: &Reader,
        range: bylaws_engine::figures::Range,
        progress: &Progress,
    ) -> Result<Self, Failure> {
        let question = UsageQuestion::by_day(range, &[Dimension::Key]);
        let buckets = figures::usage(reader, &question, progress).await?;
        let facts = buckets.into_iter().flat_map(|bucket| {
            bucket.lines.into_iter().map(move |line| Fact {
                at: bucket.from,
                key: vec![line.value(Dimension::Key).map(str::to_owned)],
                measure: line.tokens,
            })
        });
        let table = Table::of(range.buckets(Bucket::Day), facts);
        let keyed = |row: Row<Tokens>| row.key.first().cloned().flatten().map(|id| (id, row));
        Ok(Self { days: range.days(), rows: table.rows.into_iter().filter_map(keyed).collect() })
    }

    fn row(&self, key: ApiKey) -> KeyRow {
        let used = self.rows.get(key.id.as_str());
        let moment = |moment: &Moment| moment.as_str().parse::<Timestamp>().ok();
        KeyRow {
            last_used: used.and_then(Row::last_used).and_then(|place| self.days.get(place).copied()),
            tokens: used.map(|row| row.sum).unwrap_or_default(),
            id: key.id.as_str().to_owned(),
            name: key.name,
            status: key.status.as_str().to_owned(),
            scope: match key.scope {
                KeyScope::Organization => Scope::Organization,
                KeyScope::Workspace { workspace_id } => Scope::Workspace(workspace_id.as_str().to_owned()),
                KeyScope::Unknown(_) => Scope::Unknown,
            },
            owner: key.principal.map(|principal| match principal {
                Principal::User { user_id } => Actor::Person(user_id.as_str().to_owned()),
                Principal::ServiceAccount { service_account_id } => {
                    Actor::ServiceAccount(service_account_id.as_str().to_owned())
                }
                Principal::Unknown(_) => Actor::Unknown,
            }),
            created_by: key.created_by.map(|CreatedBy { id, kind }| match kind {
                ActorType::User => Actor::Person(id),
                ActorType::ServiceAccount => Actor::ServiceAccount(id),
                ActorType::Unknown(_) => Actor::Unknown,
            }),
            created_at: moment(&key.created_at),
            expires_at: key.expires_at.as_ref().and_then(moment),
        }
    }
}
