//! Reads the live side: lists, concurrently, each thing as soon as what it needs is known.

use std::collections::BTreeMap;

use bylaws_api::{
    Answer, ApiKeysQuery, Credential, Invite, InvitesQuery, Organization, Reader, User, UsersQuery,
    Workspace, WorkspaceMember, WorkspacesQuery, collect_all,
};
use bylaws_engine::{Clocks, Desired, List, Live, Needs, OrganizationId, WorkspaceId, member_lists};
use futures::future::{OptionFuture, try_join, try_join_all};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tracing::instrument::WithSubscriber;

use super::read_times::ReadTimes;
use super::snapshot::{Kind, Snapshot};
use super::translate;
use crate::exit::Failure;
use crate::progress::Progress;
use crate::world::World;

/// How far two clocks may differ that tell the same day.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The live side at one moment, and the service's time then.
pub(crate) struct Reading {
    pub(crate) live: Live,
    /// By the `Date` of the service's answers: a wrong clock on this machine changes no day.
    pub(crate) now: Timestamp,
    /// Whether this machine's clock confirms it.
    pub(crate) clocks: Clocks,
    /// When each list was read.
    pub(crate) times: ReadTimes,
}

impl Reading {
    /// A live side that apply will not write on.
    pub(crate) fn new(live: Live, now: Timestamp) -> Self {
        Self { live, now, clocks: Clocks::Agree, times: ReadTimes::begun(Instant::now()) }
    }

    /// The service's day, UTC.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// Holds the service's clock against this machine's, and tells both days if they differ by more than a day. A
    /// service on this machine may have a clock that stands still.
    pub(crate) fn compare_clocks(&mut self, reader: &Reader, world: &World) {
        let machine = world.now();
        if reader.service_clock_is_fixed() || self.now.duration_since(machine).abs() <= A_DAY {
            return;
        }
        self.clocks = Clocks::Disagree;
        let machine = machine.to_zoned(TimeZone::UTC).date();
        world.error(format!(
            "warning: the clocks disagree: it is {} for the service and {machine} for this machine\n  help: correct this \
             machine's clock; until then guards count every expiry",
            self.today()
        ));
    }
}

/// The question which organization this is, asked while the files are still being read: the answer takes
/// longer than they do. Whoever drops it withdraws it.
pub(crate) struct Asked(JoinHandle<Result<Answer<Organization>, bylaws_api::Error>>);

impl Asked {
    /// Asks.
    pub(crate) fn now(reader: &Reader) -> Self {
        let reader = reader.clone();
        Self(tokio::spawn(async move { reader.organization().await }.with_current_subscriber()))
    }

    pub(super) async fn answer(mut self) -> Result<Organization, Failure> {
        let answer = (&mut self.0).await.map_err(|error| Failure::Other {
            message: format!("reading the organization ended early: {error}"),
            help: "run again".to_owned(),
        })?;
        Ok(answer?.value)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reads what these files need, and nothing before the organization is known to be theirs.
pub(crate) async fn read(
    reader: &Reader,
    asked: Asked,
    credential: &Credential,
    desired: &Desired,
    progress: &Progress,
) -> Result<Reading, Failure> {
    progress.say("reading the organization");
    let organization = asked.answer().await?;
    check_organization(desired, organization.id.as_str(), &organization.name)?;
    let now = service_time(reader)?;
    let needs = Needs::of(desired);
    let start = Instant::now();
    let bare = Live {
        id: OrganizationId::new(organization.id.as_str()),
        name: organization.name,
        people: None,
        workspaces: None,
        workspace_members: BTreeMap::new(),
        api_keys: None,
    };
    progress.say("reading members, workspaces and keys");
    let read_people = OptionFuture::from(needs.people.then(|| people(reader)));
    let read_workspaces = OptionFuture::from(needs.workspaces.then_some(async {
        let (all, plain) = workspaces(reader).await?;
        let workspaces = translate::workspaces(&all, &plain);
        let known = Live { workspaces: Some(workspaces), ..bare.clone() };
        let wanted = member_lists(desired, &known);
        progress.say(format!("reading the members of {} workspaces", wanted.len()));
        // A hundred answers come at once; read by more than one thread they hold nobody up.
        let mut lists = JoinSet::new();
        for id in wanted {
            let reader = reader.clone();
            let list = async move {
                let list = members_of(&reader, &id).await?;
                Ok::<_, Failure>((id, translate::workspace_members(&list), start.elapsed()))
            };
            lists.spawn(list.with_current_subscriber());
        }
        let mut members = BTreeMap::new();
        let mut times = ReadTimes::begun(start);
        while let Some(list) = lists.join_next().await {
            let list = list.map_err(|error| Failure::Other {
                message: format!("reading the members of a workspace ended early: {error}"),
                help: "run again".to_owned(),
            })?;
            let (id, list, read_at) = list?;
            times.arrived(List::WorkspaceMembers(id.clone()), read_at);
            members.insert(id, list);
        }
        Ok::<_, Failure>((known.workspaces, members, times))
    }));
    let read_keys = OptionFuture::from(needs.api_keys.then(|| api_keys(reader)));
    let both = try_join(transposed(read_people), transposed(read_keys));
    let ((people, keys), workspaces) = try_join(both, transposed(read_workspaces)).await?;
    let (workspaces, workspace_members, times) =
        workspaces.unwrap_or_else(|| (None, BTreeMap::new(), ReadTimes::begun(start)));
    let live = Live {
        people: people.map(|(users, invites)| translate::people(&users, &invites)),
        workspaces,
        workspace_members,
        api_keys: keys.map(|keys| translate::api_keys(&keys, Some(credential))),
        ..bare
    };
    Ok(Reading { live, now, clocks: Clocks::Agree, times })
}

/// The first thing that is checked: files for one organization never meet another.
pub(crate) fn check_organization(desired: &Desired, id: &str, name: &str) -> Result<(), Failure> {
    if id == desired.organization.id.as_str() {
        return Ok(());
    }
    Err(Failure::WrongOrganization {
        wanted: desired.organization.id.to_string(),
        live: id.to_owned(),
        name: name.to_owned(),
    })
}

/// Reads everything there is, in the service's own objects. Member lists of archived workspaces and
/// of the default one are left out: the first grant nothing, the second has none. `only` refuses any
/// organization but that of these files.
pub(crate) async fn everything(
    reader: &Reader,
    asked: Asked,
    only: Option<&Desired>,
    progress: &Progress,
) -> Result<Snapshot, Failure> {
    progress.say("reading the organization");
    let organization = asked.answer().await?;
    if let Some(desired) = only {
        check_organization(desired, organization.id.as_str(), &organization.name)?;
    }
    let now = service_time(reader)?;
    progress.say("reading members, workspaces and keys");
    let read_workspaces = async {
        // One after the other: an Enterprise organization refuses the first, and that is enough.
        let Some(all) = of_console(workspace_list(reader, true).await.map_err(Failure::from))? else {
            return Ok(None);
        };
        let plain = workspace_list(reader, false).await?;
        let open = plain.iter().filter(|workspace| workspace.archived_at.is_none());
        let ids: Vec<_> = open.map(|workspace| WorkspaceId::new(workspace.id.as_str())).collect();
        progress.say(format!("reading the members of {} workspaces", ids.len()));
        let lists = try_join_all(ids.iter().map(|id| members_of(reader, id))).await?;
        Ok::<_, Failure>(Some((all, lists.into_iter().flatten().collect())))
    };
    let read_keys = async { of_console(api_keys(reader).await) };
    let both = try_join(people(reader), read_keys);
    let (((users, invites), api_keys), workspaces) = try_join(both, read_workspaces).await?;
    let kind = if workspaces.is_some() { Kind::Console } else { Kind::Enterprise };
    let (workspaces, workspace_members) = workspaces.unwrap_or_default();
    Ok(Snapshot {
        now: now.to_string(),
        organization,
        kind,
        users,
        invites,
        workspaces,
        workspace_members,
        api_keys: api_keys.unwrap_or_default(),
    })
}

/// `None` where the service says that this kind of organization has no such list: nothing else
/// tells the kinds apart (`docs/service-behaviour.md#organization-types`).
fn of_console<T>(list: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match list {
        Err(Failure::Service(error)) if error.error_code() == Some("organization_type_not_supported") => {
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// The service's time, by the `Date` of the first answer that was used.
pub(crate) fn service_time(reader: &Reader) -> Result<Timestamp, Failure> {
    let date = reader.service_date().and_then(|date| Timestamp::try_from(date).ok());
    date.ok_or_else(|| Failure::Other {
        message: "the service's answer has no `Date`, so its day is not known".to_owned(),
        help: "something between here and the service strips headers: check --api-url and the proxy"
            .to_owned(),
    })
}

async fn transposed<T>(
    read: OptionFuture<impl Future<Output = Result<T, Failure>>>,
) -> Result<Option<T>, Failure> {
    read.await.transpose()
}

/// Invites first: whoever accepts one in between is in the list of members, and counts as one.
pub(super) async fn people(reader: &Reader) -> Result<(Vec<User>, Vec<Invite>), Failure> {
    let invites = collect_all(reader.invites(InvitesQuery::default())).await?;
    let users = collect_all(reader.users(UsersQuery::default())).await?;
    Ok((users, invites))
}

/// All workspaces, and all but the default one, which nothing else tells from the others.
pub(super) async fn workspaces(reader: &Reader) -> Result<(Vec<Workspace>, Vec<Workspace>), Failure> {
    Ok(try_join(workspace_list(reader, true), workspace_list(reader, false)).await?)
}

pub(super) async fn workspace_list(
    reader: &Reader,
    include_default: bool,
) -> Result<Vec<Workspace>, bylaws_api::Error> {
    let query = WorkspacesQuery { include_archived: true, include_default, ids: Vec::new() };
    collect_all(reader.workspaces(query)).await
}

pub(super) async fn members_of(
    reader: &Reader,
    workspace: &WorkspaceId,
) -> Result<Vec<WorkspaceMember>, Failure> {
    Ok(collect_all(reader.workspace_members(&bylaws_api::WorkspaceId::new(workspace.as_str()))).await?)
}

pub(super) async fn api_keys(reader: &Reader) -> Result<Vec<bylaws_api::ApiKey>, Failure> {
    Ok(collect_all(reader.api_keys(ApiKeysQuery::default())).await?)
}
