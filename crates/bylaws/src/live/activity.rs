//! Reads the Activity Feed to name who made the differences of a run: a few requests, newest entries first, until
//! everything is explained. Without the feed, every difference has the reason instead.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_api::{
    ActivitiesQuery, Activity, ActivityTypes, Error, ErrorKind, KeyPrefix, Reader, Timestamp, USER_AGENT,
};
use bylaws_engine::Address;
use bylaws_engine::attribution::{Attribution, Entry, Run, Unexplained, Who};
use bylaws_kinds::{Difference, Own, Reached, Search};
use futures::StreamExt;
use jiff::SignedDuration;

use super::read::service_time;

/// The maximum number of requests of one run, that for the compliance settings included: all readers of the
/// organization share one limit.
const MOST_REQUESTS: u64 = 5;

/// Reads that the feed records as well, and that explain nothing.
const READS: [&str; 7] = [
    "compliance_api_accessed",
    "org_invite_viewed",
    "org_invites_listed",
    "org_user_viewed",
    "org_users_listed",
    "platform_workspace_member_viewed",
    "platform_workspace_members_listed",
];

/// A read that every run does before it compares anything, and that the feed records.
const OWN_READ: &str = "org_users_listed";

/// How long before the present the reads of this run can be.
const RUN: SignedDuration = SignedDuration::from_mins(5);

/// Who made the differences.
#[derive(Debug, Default)]
pub(crate) struct Explained {
    /// For each address, the object and its fields.
    pub(crate) attributions: BTreeMap<Address, Vec<Attribution>>,
    /// Why the feed names nobody, if it could not be read at all.
    pub(crate) reason: Option<Unexplained>,
    pub(crate) requests: u64,
}

/// Finds the newest entry that explains each difference, with at most [`MOST_REQUESTS`] requests. Never fails: what
/// cannot be explained has a reason.
pub(crate) async fn explain(reader: &Reader, differences: &[Difference]) -> Explained {
    if differences.is_empty() {
        return Explained::default();
    }
    let own = Own { user_agent: USER_AGENT.to_owned(), credential: None };
    let mut search = Search::new(differences, own);
    let feed = Feed { reader, before: reader.counts().reads };
    let reached = feed.read(&mut search).await;
    feed.introduce(&mut search).await;
    let reason = match &reached {
        Reached::Failed(reason) if !search.has_begun() => Some(reason.clone()),
        Reached::Failed(_) | Reached::Beginning | Reached::Middle => None,
    };
    let mut attributions = search.finish(&reached);
    feed.mark_own(&mut attributions).await;
    Explained { attributions, reason, requests: feed.requests() }
}

/// The feed with what was asked of it so far.
struct Feed<'r> {
    reader: &'r Reader,
    before: u64,
}

impl Feed<'_> {
    fn requests(&self) -> u64 {
        self.reader.counts().reads - self.before
    }

    /// Adds pages to the search, newest first, until it is done.
    async fn read(&self, search: &mut Search<'_>) -> Reached {
        let is_on = match self.reader.compliance_settings().await {
            Ok(settings) if !settings.value.is_enabled() => return Reached::Failed(Unexplained::Off),
            Ok(_) => true,
            // An organization or a credential may lack these settings and still have the feed.
            Err(error) if matches!(error.kind, ErrorKind::Permission | ErrorKind::NotFound) => false,
            Err(error) => return Reached::Failed(Unexplained::NotRead(error.what.clone())),
        };
        let only = ActivityTypes::Only(search.types());
        match self.pages(search, only).await {
            // The service may not know one of the types.
            Err(error) if error.kind == ErrorKind::Refused && !search.has_begun() => {
                let except = ActivityTypes::Except(READS.map(str::to_owned).to_vec());
                self.pages(search, except)
                    .await
                    .unwrap_or_else(|error| Reached::Failed(refused(&error, is_on)))
            }
            read => read.unwrap_or_else(|error| Reached::Failed(refused(&error, is_on))),
        }
    }

    async fn pages(&self, search: &mut Search<'_>, types: ActivityTypes) -> Result<Reached, Error> {
        let mut pages = self.reader.activities(ActivitiesQuery { types, ..ActivitiesQuery::default() });
        while self.requests() < MOST_REQUESTS {
            let Some(page) = pages.next().await.transpose()? else { return Ok(Reached::Beginning) };
            for activity in &page {
                search.add(activity);
            }
            if search.is_done() {
                break;
            }
        }
        Ok(Reached::Middle)
    }

    /// Looks up the addresses of removed people that the feed names only by id.
    async fn introduce(&self, search: &mut Search<'_>) {
        let actor_ids = search.strangers();
        if actor_ids.is_empty() || self.requests() >= MOST_REQUESTS {
            return;
        }
        let query = ActivitiesQuery { actor_ids, ..ActivitiesQuery::default() };
        if let Some(Ok(page)) = self.reader.activities(query).next().await {
            for activity in &page {
                search.introduce(activity);
            }
        }
    }

    /// Marks the entries of this run's own credential. Its id is found by what this run just read.
    async fn mark_own(&self, attributions: &mut BTreeMap<Address, Vec<Attribution>>) {
        let of_bylaws = attributions
            .values_mut()
            .flatten()
            .filter_map(|attribution| attribution.found.as_mut().ok().filter(|entry| entry.run.is_some()));
        let mut of_bylaws: Vec<&mut Entry> = of_bylaws.collect();
        if of_bylaws.is_empty() || self.requests() >= MOST_REQUESTS {
            return;
        }
        if let Some(own) = self.own_credential().await {
            for entry in of_bylaws.iter_mut().filter(|entry| credential(&entry.who) == Some(&own)) {
                entry.run = Some(Run::Own);
            }
        }
    }

    /// Returns the id of the credential that just listed the members with our program; `None` if several did.
    async fn own_credential(&self) -> Option<String> {
        let since = service_time(self.reader).ok()?.checked_sub(RUN).ok()?;
        let query = ActivitiesQuery {
            types: ActivityTypes::Only(vec![OWN_READ.to_owned()]),
            created_at_gte: Some(Timestamp::new(since.to_string())),
            limit: Some(100),
            ..ActivitiesQuery::default()
        };
        let page = self.reader.activities(query).next().await?.ok()?;
        let is_ours = |read: &&Activity| read.actor.user_agent.as_deref() == Some(USER_AGENT);
        let ids: BTreeSet<&str> =
            page.iter().filter(is_ours).filter_map(|read| read.actor.credential_id()).collect();
        match ids.into_iter().collect::<Vec<_>>().as_slice() {
            [id] => Some((*id).to_owned()),
            _ => None,
        }
    }
}

fn credential(who: &Who) -> Option<&String> {
    match who {
        Who::AdminKey(id) | Who::ServiceAccount(id) => id.as_ref(),
        _ => None,
    }
}

/// Returns why the feed could not be read. `is_on` says that it records.
fn refused(error: &Error, is_on: bool) -> Unexplained {
    match error.kind {
        ErrorKind::Permission if is_on && error.key_prefix == Some(KeyPrefix::Admin) => {
            Unexplained::NewKeyNeeded
        }
        ErrorKind::Permission => Unexplained::Forbidden,
        _ => Unexplained::NotRead(error.what.clone()),
    }
}

#[cfg(test)]
mod tests;
