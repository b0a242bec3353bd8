//! Reads the data for a review. What the credential may not read is recorded; any other error ends the run, because a
//! partial list must not pass as complete.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bylaws_api::{Credential, Reader};
use bylaws_engine::audit::Unseen;
use bylaws_engine::{ApiKeyId, OrganizationId, OrganizationKind, UserId, WorkspaceId};
use bylaws_kinds::{
    Costs, Desired, LastDays, Live, Needs, OBJECTS, Observed, Usage, cost_days, member_lists, quiet_people,
    refusals, translate, usage_days,
};
use bylaws_reports::{Dimension, Range, UsageQuestion};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::figures;
use super::read;
use super::trim::trim;
use crate::args::Connection;
use crate::exit::Failure;
use crate::progress::Progress;
use crate::world::World;
use crate::{connect, federation};

/// What a review reads, besides people, workspaces and API keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The other kinds as far as the files list them.
    Listed,
    /// Every kind.
    Everything,
    /// Every kind; and usage, cost and Claude Code, as far as the rules of the files need them.
    WithFigures,
}

/// The data of one organization for a review.
pub(crate) struct Review {
    pub(crate) live: Live,
    /// The time of the service.
    pub(crate) now: Timestamp,
    pub(crate) observed: Observed,
    /// The data that was not read, and why.
    pub(crate) unseen: BTreeMap<Unseen, String>,
    /// The part of it that the service refused.
    pub(crate) refused: BTreeSet<Unseen>,
}

impl Review {
    fn new(live: Live, now: Timestamp) -> Self {
        let (observed, unseen, refused) = (Observed::default(), BTreeMap::new(), BTreeSet::new());
        Self { live, now, observed, unseen, refused }
    }

    /// Returns the value, or `None` with a note if the credential may not read it or the organization does not have it.
    fn seen<T>(&mut self, read: Result<T, Failure>, what: Unseen) -> Result<Option<T>, Failure> {
        read.map(Some).or_else(|failure| {
            let Some(why) = failure.refusal() else { return Err(failure) };
            self.unseen.entry(what).or_insert(why);
            self.refused.insert(what);
            Ok(None)
        })
    }

    /// Records the lists that were refused. Only what the files use counts as refused.
    fn with_refusals(mut self, desired: Option<&Desired>) -> Self {
        for refusal in refusals(&self.live, desired) {
            self.unseen.insert(refusal.what, refusal.why.to_string());
            if refusal.is_needed {
                self.refused.insert(refusal.what);
            }
        }
        self
    }

    /// Records why usage, cost and Claude Code were not read.
    pub(crate) fn without_figures(mut self, why: &str) -> Self {
        let figures = [Unseen::Usage, Unseen::ClaudeCode, Unseen::Cost];
        self.unseen.extend(figures.map(|what| (what, why.to_owned())));
        self
    }

    /// Returns what was not read of who has access. What the files do not use is not missed.
    pub(crate) fn access_unseen(&self) -> BTreeMap<Unseen, String> {
        let limits = [Unseen::RateLimits, Unseen::SpendLimits, Unseen::ExternalKeys];
        let is_missed = |what: &Unseen| self.refused.contains(what) && !limits.contains(what);
        let missed = self.unseen.iter().filter(|(what, _)| is_missed(what));
        missed.map(|(what, why)| (*what, why.clone())).collect()
    }

    /// Returns the date of the service, UTC.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }
}

/// Reads live state. Returns it with the client that read it.
pub(crate) async fn of_service(
    connection: &Connection,
    desired: Option<&Desired>,
    extent: Extent,
    progress: &Progress,
    world: &World,
) -> Result<(Review, Reader), Failure> {
    let (reader, credential) = connect::reader(connection, progress, world)?;
    let mut review = state(&reader, &credential, desired, extent, progress).await?;
    if let Some(desired) = desired.filter(|_| extent == Extent::WithFigures) {
        review = figures(&reader, review, desired, progress).await?;
    }
    progress.finish();
    Ok((review, reader))
}

/// Returns the live state of a snapshot, which has no usage or cost.
pub(crate) fn of_snapshot(path: &Path, desired: Option<&Desired>) -> Result<Review, Failure> {
    let snapshot = read::snapshot(path, desired)?;
    Ok(Review::new(snapshot.live(None), snapshot.time(path)?).with_refusals(desired))
}

/// Reads members, invites, workspaces, all their members, keys, and other kinds.
async fn state(
    reader: &Reader,
    credential: &Credential,
    desired: Option<&Desired>,
    extent: Extent,
    progress: &Progress,
) -> Result<Review, Failure> {
    if let Some(desired) = desired {
        federation::check_organization(credential, desired.organization.id.as_str())?;
    }
    progress.say("reading the organization");
    let organization = reader.organization().await?.value;
    if let Some(desired) = desired {
        read::check_organization(desired, organization.id.as_str(), &organization.name)?;
    }
    let now = read::service_time(reader)?;
    let bare = Live::bare(OrganizationId::new(organization.id.as_str()), organization.name);
    let mut review = Review::new(bare, now);
    progress.say("reading members, workspaces and keys");
    let is_enterprise =
        desired.is_some_and(|desired| desired.organization.kind == OrganizationKind::Enterprise);
    let people = review.seen(read::people(reader).await, Unseen::People)?;
    review.live.people = people.map(|(users, invites)| translate::people(&users, &invites));
    if !is_enterprise {
        let lists = review.seen(read::workspaces(reader).await, Unseen::Workspaces)?;
        review.live.workspaces = lists.map(|(all, plain)| translate::workspaces(&all, &plain));
        let open = review.live.workspaces.iter().flat_map(|workspaces| {
            let open = workspaces.all.values().filter(|workspace| !workspace.archived);
            open.filter(|workspace| workspaces.default.as_ref() != Some(&workspace.id))
        });
        let open: Vec<WorkspaceId> = open.map(|workspace| workspace.id.clone()).collect();
        progress.say(format!("reading the members of {} workspaces", open.len()));
        let lists = futures::future::join_all(open.iter().map(|id| read::members_of(reader, id))).await;
        for (id, list) in open.into_iter().zip(lists) {
            if let Some(list) = review.seen(list, Unseen::WorkspaceMembers)? {
                review.live.workspace_members.insert(id, translate::workspace_members(&list));
            }
        }
        // Without files, an organization that refuses workspaces may be one that has none, and none of these kinds.
        let is_console = desired.is_some() || review.live.workspaces.is_some();
        let has_all = extent != Extent::Listed && is_console;
        for remote in OBJECTS.iter().map(|objects| objects.remote()) {
            let lists = match (remote.unseen(), desired) {
                (Some(what), _) => {
                    let lists = remote.read(reader, None, &review.live).await.map_err(Failure::from);
                    review.seen(lists, what)?.flatten()
                }
                (None, _) if has_all => remote.read(reader, None, &review.live).await?,
                (None, Some(desired)) => remote.read(reader, Some(desired), &review.live).await?,
                (None, None) => None,
            };
            if let Some(lists) = lists {
                lists.add_to(&mut review.live, Some(credential));
            }
        }
    }
    Ok(review.with_refusals(desired))
}

/// Adds usage, cost and Claude Code, for as many days as the rules of these files need.
async fn figures(
    reader: &Reader,
    mut review: Review,
    desired: &Desired,
    progress: &Progress,
) -> Result<Review, Failure> {
    if desired.organization.kind == OrganizationKind::Enterprise {
        return Ok(review.without_figures("an Enterprise organization has no such report"));
    }
    let today = review.today();
    if let Some(days) = usage_days(&desired.audit) {
        let since = today - days.days();
        let question = UsageQuestion::by_day(
            range(since, today)?,
            &[Dimension::Person, Dimension::Key, Dimension::Workspace],
        );
        let facts = figures::usage(reader, &question, progress).await;
        if let Some(facts) = review.seen(facts, Unseen::Usage)? {
            let mut usage = Usage {
                since,
                people: BTreeMap::new(),
                api_keys: BTreeMap::new(),
                workspaces: BTreeMap::new(),
            };
            // A line without tokens is not activity.
            for fact in facts.into_iter().filter(|fact| !fact.figures.is_zero()) {
                let day = fact.day();
                let [person, key, workspace] = fact.ids();
                usage.people.extend(person.map(|id| (UserId::new(id), day)));
                usage.api_keys.extend(key.map(|id| (ApiKeyId::new(id), day)));
                usage.workspaces.insert(workspace.map(WorkspaceId::new), day);
            }
            review.observed.usage = Some(usage);
        }
    }
    if let Some(days) = cost_days(&desired.audit, today) {
        let since = today - days.days();
        let facts =
            figures::cost(reader, range(since, today)?, &[Dimension::Workspace], None, progress).await;
        if let Some(facts) = review.seen(facts, Unseen::Cost)? {
            let mut costs = Costs { since, by_workspace: BTreeMap::new() };
            for fact in facts {
                let [workspace] = fact.ids();
                let days = costs.by_workspace.entry(workspace.map(WorkspaceId::new)).or_default();
                *days.entry(fact.day()).or_default() += &fact.figures.cost();
            }
            review.observed.cost = Some(costs);
        }
    }
    claude_code(reader, &mut review, desired, progress).await?;
    Ok(review)
}

/// The number of days of Claude Code to request before checking whether they are enough.
const AT_ONCE: usize = 4;

/// Reads the newest day first, because each is one request, and only until activity of every person without other
/// activity was found.
async fn claude_code(
    reader: &Reader,
    review: &mut Review,
    desired: &Desired,
    progress: &Progress,
) -> Result<(), Failure> {
    let today = review.today();
    let mut quiet: BTreeSet<_> = quiet_people(desired, &review.live, &review.observed, today)
        .into_iter()
        .map(|email| email.person())
        .collect();
    let limit = desired.audit.dormant_days.people.and_then(|days| i32::try_from(days).ok());
    let Some(limit) = limit else { return Ok(()) };
    let mut seen_on = LastDays { since: today, last: BTreeMap::new() };
    let days: Vec<Date> = (0..=limit).map(|ago| today - ago.days()).collect();
    for days in days.chunks(AT_ONCE) {
        if quiet.is_empty() {
            break;
        }
        let read = figures::claude_code(reader, days, &[Dimension::Person], None, progress).await;
        let Some(read) = review.seen(read, Unseen::ClaudeCode)? else { return Ok(()) };
        seen_on.since = days.iter().copied().fold(seen_on.since, Date::min);
        for fact in read {
            let [Some(person)] = fact.ids() else { continue };
            let email = bylaws_engine::Email::live(person);
            quiet.remove(&email.person());
            let last = seen_on.last.entry(email).or_insert(fact.day());
            *last = (*last).max(fact.day());
        }
    }
    review.observed.claude_code = Some(seen_on);
    Ok(())
}

/// Returns the range of whole days, including today.
pub(crate) fn range(since: Date, today: Date) -> Result<Range, Failure> {
    let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let ends = midnight(since).and_then(|from| Ok(Range { from, to: midnight(today.tomorrow()?)? }));
    ends.map_err(|error| {
        Failure::other(
            format!("the days from {since} to {today} cannot be counted: {error}"),
            "check the service's clock",
        )
    })
}

/// Returns the live state that a plan of these files needs; `None` if part of it was not read.
pub(crate) fn for_plan(desired: &Desired, live: &Live) -> Option<Live> {
    let needs = Needs::of(desired);
    let is_read =
        (!needs.people || live.people.is_some()) && (!needs.workspaces || live.workspaces.is_some());
    let lists = member_lists(desired, live);
    let all = is_read && lists.iter().all(|id| live.workspace_members.contains_key(id));
    let (live, objects) = trim(desired, live.clone());
    (all && objects).then_some(live)
}
