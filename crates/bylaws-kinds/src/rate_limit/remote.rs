//! Rate limits at the service.

use bylaws_api::{self as api, Error, Reader, collect_all, rate_limits};
use bylaws_engine::writer::{self, List};
use bylaws_engine::{Fact, Kind, Write};
use futures::future::{BoxFuture, FutureExt, try_join_all};
use serde_json::{Map, Value};

use super::lists::{Entry, RateLimitLists, are_listed, workspaces};
use super::plan::RATE_LIMIT;
use super::{Limiter, facts};
use crate::call::Call;
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, Remote, RemoteObjects, refusal, workspace_id};

/// The rate limits of workspaces.
pub(crate) struct RateLimits;

impl Remote for RateLimits {
    fn kind(&self) -> &'static Kind {
        &RATE_LIMIT
    }

    fn call(&self, write: &Write) -> Call {
        let limits = Limiter::ALL.into_iter().filter_map(|limiter| {
            let value = match write.body.0.get(limiter.as_str())? {
                Fact::Number(value) => Some(*value),
                _ => None,
            };
            Some((api::LimiterType::from(limiter.as_str()), value))
        });
        let id = api::RateLimitId::new(write.target().unwrap_or_default());
        let request = rate_limits::update(&workspace_id(write), &id, &limits.collect());
        Call::new(request, |limit| {
            let workspace = limit.workspace_id.as_str().to_owned();
            let mut shown = entry(limit);
            shown.facts.set("workspace_id", Fact::Text(workspace));
            shown
        })
    }

    fn list<'a>(
        &self,
        reader: &'a Reader,
        list: &'a List,
    ) -> BoxFuture<'a, Result<Vec<writer::Entry>, Error>> {
        let entries = async {
            let Some(workspace) = &list.workspace else { return Ok(Vec::new()) };
            let id = api::WorkspaceId::new(workspace.as_str());
            // A group without overrides has an entry only if inherited limits are listed.
            let limits = collect_all(reader.workspace_rate_limits(&id, true)).await?;
            Ok(limits.into_iter().map(entry).collect())
        };
        entries.boxed()
    }
}

fn entry(limit: api::WorkspaceRateLimit) -> writer::Entry {
    let id = limit.rate_limit_id.as_str().to_owned();
    writer::Entry { natural: id.clone(), id, facts: facts(&Entry::from(limit).overrides()) }
}

impl RemoteObjects for RateLimits {
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
            let Some(all) = live.workspaces.as_ref() else { return Ok(None) };
            let wanted = match desired {
                Some(desired) if !are_listed(desired) => return Ok(None),
                Some(desired) => workspaces(desired, live),
                None => {
                    let open =
                        all.all.values().filter(|workspace| !workspace.archived).map(|one| one.id.clone());
                    open.filter(|id| all.default.as_ref() != Some(id)).collect()
                }
            };
            let read = async {
                let groups = collect_all(reader.rate_limits()).await?;
                let overrides = try_join_all(wanted.iter().map(|id| async {
                    let workspace = api::WorkspaceId::new(id.as_str());
                    collect_all(reader.workspace_rate_limits(&workspace, false)).await
                }));
                let overrides = overrides.await?.into_iter().flatten().map(Entry::from);
                Ok::<_, Error>((groups, overrides.collect()))
            };
            let lists = match read.await {
                Ok((groups, overrides)) => RateLimitLists { groups, overrides, wanted, refused: None },
                Err(error) => RateLimitLists::refused(refusal(&error).ok_or(error)?),
            };
            Ok(Some(Box::new(lists) as Box<dyn Lists>))
        };
        lists.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(RateLimitLists::parse(snapshot)?))
    }
}
