//! Spend limits at the service.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bylaws_api::{self as api, CostQuery, Error, Reader, collect_all, spend_limits};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Action, Amount, Fact, Kind, WorkspaceId, Write};
use futures::future::{BoxFuture, FutureExt};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::lists::{SpendLimitLists, are_listed, live, lowers, managed};
use super::plan::SPEND_LIMIT;
use super::{NO_LIMIT, Refused, facts};
use crate::call::Call;
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, Remote, RemoteObjects, refusal, workspace_id};

/// The spend limits of the organization and of workspaces.
pub(crate) struct SpendLimits;

impl Remote for SpendLimits {
    fn kind(&self) -> &'static Kind {
        &SPEND_LIMIT
    }

    fn call(&self, write: &Write) -> Call {
        if write.action == Action::Remove {
            let id = api::SpendLimitId::new(write.target().unwrap_or_default());
            return Call::new(spend_limits::delete(&id), |gone| entry(gone.id.as_str(), facts(NO_LIMIT)));
        }
        let scope = match &write.within {
            Some(_) => api::SpendLimitScope::Workspace { workspace_id: workspace_id(write) },
            None => api::SpendLimitScope::Organization,
        };
        let cents = write.body.text("amount").unwrap_or_default();
        Call::new(spend_limits::set(&scope, cents), |limit| {
            let mut shown = shown(&limit);
            if let Some(workspace) = limit.scope.workspace_id() {
                shown.facts.set("workspace_id", Fact::Text(workspace.as_str().to_owned()));
            }
            shown
        })
    }

    fn list<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = async {
            let limits = collect_all(reader.spend_limits()).await?;
            let of_list = managed(&limits).filter(|(workspace, _)| *workspace == list.workspace);
            Ok(of_list.map(|(_, limit)| shown(limit)).collect())
        };
        entries.boxed()
    }
}

/// Returns a limit as a list of its workspace, or of the organization, shows it.
pub(super) fn entry(id: &str, facts: bylaws_engine::Facts) -> Entry {
    // There is at most one in each list.
    Entry { id: id.to_owned(), natural: SPEND_LIMIT.name.to_owned(), facts }
}

fn shown(limit: &api::SpendLimit) -> Entry {
    entry(limit.id.as_str(), facts(&live(limit).shown))
}

impl RemoteObjects for SpendLimits {
    /// To know which limits are lowered.
    fn needs_workspaces(&self) -> bool {
        true
    }

    fn read<'a>(
        &self,
        reader: &'a Reader,
        desired: Option<&'a Desired>,
        live: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        let lists = async move {
            if desired.is_some_and(|desired| !are_listed(desired)) {
                return Ok(None);
            }
            let mut lists = match collect_all(reader.spend_limits()).await {
                Ok(limits) => SpendLimitLists { limits, ..SpendLimitLists::default() },
                Err(error) if error.error_code() == Some(spend_limits::NOT_ENABLED) => {
                    SpendLimitLists::refused(Refused::NotEnrolled)
                }
                Err(error) => SpendLimitLists::refused(Refused::Because(refusal(&error).ok_or(error)?)),
            };
            let is_lowered = |desired| lists.refused.is_none() && lowers(desired, live, &lists.live());
            if desired.is_some_and(is_lowered) {
                (lists.spent, lists.cost_reads) = (spent(reader).await, 1);
            }
            Ok(Some(Box::new(lists) as Box<dyn Lists>))
        };
        lists.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(SpendLimitLists::parse(snapshot)?))
    }
}

/// The cost since the first of the month, by workspace.
type Spent = BTreeMap<Option<WorkspaceId>, Amount>;

/// Reads what this month has cost, by the service's clock. `None` if it cannot be read or added up: the cost is for a note
/// only, so that nothing else has to wait for it.
async fn spent(reader: &Reader) -> Option<Spent> {
    let first = reader.service_date().and_then(first_of_month)?;
    let by_workspace = vec!["workspace_id".to_owned()];
    // A month has at most as many days as a page.
    let query = CostQuery { group_by: by_workspace, ..CostQuery::since(first) };
    let days = collect_all(reader.cost(query)).await.ok()?;
    let mut spent = Spent::new();
    for line in days.iter().flat_map(|day| &day.results) {
        let amount = Amount::from_cents(line.amount.as_str()).filter(|_| line.currency == "USD")?;
        let workspace = line.workspace_id.as_ref().map(|id| WorkspaceId::new(id.as_str()));
        *spent.entry(workspace).or_default() += &amount;
    }
    Some(spent)
}

fn first_of_month(now: SystemTime) -> Option<String> {
    let today = Timestamp::try_from(now).ok()?.to_zoned(TimeZone::UTC).date();
    Some(format!("{}T00:00:00Z", today.first_of_month()))
}
