//! Reads live state: concurrent lists, each requested as soon as its inputs are known.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use bylaws_api::{
    Answer, Credential, Invite, Organization, Reader, User, UsersQuery, Workspace, WorkspaceMember,
    WorkspacesQuery, collect_all,
};
use bylaws_engine::writer::{List, Readings};
use bylaws_engine::{Clocks, OrganizationId, WorkspaceId};
use bylaws_kinds::{Desired, Lists, Live, Needs, OBJECTS, RemoteObjects, member_lists, translate};
use bylaws_output::render::escape::escape;
use futures::future::{join_all, try_join, try_join_all, try_join3};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tracing::instrument::WithSubscriber;

use super::snapshot::{Kind, Snapshot};
use super::trim::trimmed;
use crate::args::Connection;
use crate::exit::{About, Failure};
use crate::progress::Progress;
use crate::world::{self, World};
use crate::{connect, federation};

/// The maximum difference between two clocks that agree on the date.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Live state at one moment, and the service's time then.
pub(crate) struct Reading {
    pub(crate) live: Live,
    /// The time in the `Date` header of the service's responses, so that a wrong clock on this machine changes no
    /// date.
    pub(crate) now: Timestamp,
    /// Whether this machine's clock agrees with it.
    pub(crate) clocks: Clocks,
    pub(crate) start: Instant,
    /// How long after the start each list arrived; the others count as read at the start.
    arrived: BTreeMap<List, Duration>,
}

impl Reading {
    /// Live state that apply does not use for writing.
    pub(crate) fn new(live: Live, now: Timestamp) -> Self {
        Self { live, now, clocks: Clocks::Agree, start: Instant::now(), arrived: BTreeMap::new() }
    }

    /// Returns the lists with their times: apply sends no writes based on a list that is too old.
    pub(crate) fn readings(&self) -> Readings {
        bylaws_kinds::readings(&self.live, |list| self.arrived.get(list).copied().unwrap_or_default())
    }

    /// Returns what reading the organization of a snapshot for these files would have returned, so that a plan with it
    /// equals the plan with the service.
    pub(crate) fn of_snapshot(path: &Path, desired: &Desired) -> Result<Self, Failure> {
        let snapshot = snapshot(path, Some(desired))?;
        let now = snapshot.time(path)?;
        Ok(Self::new(trimmed(desired, snapshot.live(None)), now))
    }

    /// Returns the date of the service, UTC.
    pub(crate) fn today(&self) -> Date {
        self.now.to_zoned(TimeZone::UTC).date()
    }

    /// Compares the service's clock with this machine's, and warns with both dates if they differ by more than a day.
    /// A service on this machine may have a fixed clock.
    pub(crate) fn compare_clocks(&mut self, reader: &Reader, world: &World) {
        let machine = world::now();
        if reader.service_clock_is_fixed() || self.now.duration_since(machine).abs() <= A_DAY {
            return;
        }
        self.clocks = Clocks::Disagree;
        let machine = machine.to_zoned(TimeZone::UTC).date();
        world.error(format!(
            "warning: the clocks disagree: the date is {} at the service and {machine} on this machine\n  help: correct \
             this machine's clock; until then guards count every expiry",
            self.today()
        ));
    }
}

/// A request for the organization that runs while the files are being loaded, because the response takes longer.
/// Dropping it cancels the request.
pub(crate) struct Asked(JoinHandle<Result<Answer<Organization>, bylaws_api::Error>>);

impl Asked {
    /// Sends the request; `None` if the files have to be known first, because they name the organization that the
    /// identity of a workload must be for.
    pub(crate) fn early(reader: &Reader, credential: &Credential) -> Option<Self> {
        credential.federation().is_none().then(|| Self::now(reader))
    }

    fn now(reader: &Reader) -> Self {
        let reader = reader.clone();
        Self(tokio::spawn(async move { reader.organization().await }.with_current_subscriber()))
    }

    async fn answer(mut self) -> Result<Organization, Failure> {
        Ok((&mut self.0).await??.value)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Reads what these files need, after checking that the organization is theirs.
pub(crate) async fn read(
    reader: &Reader,
    asked: Option<Asked>,
    credential: &Credential,
    desired: &Desired,
    progress: &Progress,
) -> Result<Reading, Failure> {
    progress.say("reading the organization");
    federation::check_organization(credential, desired.organization.id.as_str())?;
    let organization = asked.unwrap_or_else(|| Asked::now(reader)).answer().await?;
    check_organization(desired, organization.id.as_str(), &organization.name)?;
    let now = service_time(reader)?;
    let needs = Needs::of(desired);
    let start = Instant::now();
    let bare = Live::bare(OrganizationId::new(organization.id.as_str()), organization.name);
    progress.say("reading members, workspaces and keys");
    let read_people = async {
        if !needs.people {
            return Ok(None);
        }
        let (users, invites) = people(reader).await?;
        Ok(Some(translate::people(&users, &invites)))
    };
    let read_workspaces = async {
        if !needs.workspaces {
            let objects = objects(reader, |_| Some(desired), &bare, true).await?;
            return Ok((None, BTreeMap::new(), BTreeMap::new(), objects));
        }
        let (all, plain) = workspaces(reader).await?;
        let workspaces = translate::workspaces(&all, &plain);
        let known = Live { workspaces: Some(workspaces), ..bare.clone() };
        let wanted = member_lists(desired, &known);
        progress.say(format!("reading the members of {} workspaces", wanted.len()));
        // A hundred responses arrive at once; reading them on several threads keeps them from delaying each other.
        let mut lists = JoinSet::new();
        for id in wanted {
            let reader = reader.clone();
            let list = async move {
                let list = members_of(&reader, &id).await?;
                Ok::<_, Failure>((id, translate::workspace_members(&list), start.elapsed()))
            };
            lists.spawn(list.with_current_subscriber());
        }
        let (mut members, mut arrived) = (BTreeMap::new(), BTreeMap::new());
        while let Some(list) = lists.join_next().await {
            let (id, list, read_at) = list??;
            arrived.insert(List::within("workspace_members", &id), read_at);
            members.insert(id, list);
        }
        let objects = objects(reader, |_| Some(desired), &known, true).await?;
        Ok::<_, Failure>((known.workspaces, members, arrived, objects))
    };
    let read_objects = objects(reader, |_| Some(desired), &bare, false);
    let (people, objects, (workspaces, workspace_members, arrived, more)) =
        try_join3(read_people, read_objects, read_workspaces).await?;
    let mut live = Live { people, workspaces, workspace_members, ..bare.clone() };
    for lists in objects.into_iter().chain(more) {
        lists.add_to(&mut live, Some(credential));
    }
    Ok(Reading { live, now, clocks: Clocks::Agree, start, arrived })
}

/// Checks first that files for one organization are not used with another.
pub(crate) fn check_organization(desired: &Desired, id: &str, name: &str) -> Result<(), Failure> {
    if id == desired.organization.id.as_str() {
        return Ok(());
    }
    let wanted = &desired.organization.id;
    let name = escape(name);
    Err(Failure::other(
        format!("these files are for organization {wanted}, but the credential belongs to {id} ({name})"),
        "use the credential of the right organization, or correct `organization.id`; nothing else was read",
    )
    .about(About::Organization))
}

/// Loads a snapshot; refuses any organization but that of these files.
pub(crate) fn snapshot(path: &Path, desired: Option<&Desired>) -> Result<Snapshot, Failure> {
    let snapshot = Snapshot::load(path)?;
    if let Some(desired) = desired {
        check_organization(desired, snapshot.organization.id.as_str(), &snapshot.organization.name)?;
    }
    Ok(snapshot)
}

/// Reads all live state as objects of the API. Returns it with the credential and the number of requests. `only`
/// refuses any organization but that of these files.
pub(crate) async fn everything(
    connection: &Connection,
    only: Option<&Desired>,
    world: &World,
) -> Result<(Snapshot, Credential, u64), Failure> {
    let progress = Progress::new(world);
    let (reader, credential) = connect::reader(connection, &progress, world)?;
    if let Some(desired) = only {
        federation::check_organization(&credential, desired.organization.id.as_str())?;
    }
    let snapshot = all(&reader, only, &progress).await?;
    progress.finish();
    Ok((snapshot, credential, reader.counts().reads))
}

/// Reads all lists. Member lists of archived workspaces and of the default one are omitted: the former give no access,
/// the latter has none.
async fn all(reader: &Reader, only: Option<&Desired>, progress: &Progress) -> Result<Snapshot, Failure> {
    progress.say("reading the organization");
    let organization = reader.organization().await?.value;
    if let Some(desired) = only {
        check_organization(desired, organization.id.as_str(), &organization.name)?;
    }
    let now = service_time(reader)?;
    let bare = Live::bare(OrganizationId::new(organization.id.as_str()), organization.name.clone());
    // With files, the kinds that only a plan is about are read as far as these need.
    let wanted = |kind: &dyn RemoteObjects| only.filter(|_| kind.unseen().is_none());
    progress.say("reading members, workspaces and keys");
    let read_workspaces = async {
        // Sequential: an Enterprise organization refuses the first request, which is enough.
        let Some(all) = of_console(workspace_list(reader, true).await.map_err(Failure::from))? else {
            return Ok(None);
        };
        let plain = workspace_list(reader, false).await?;
        let open = plain.iter().filter(|workspace| workspace.archived_at.is_none());
        let ids: Vec<_> = open.map(|workspace| WorkspaceId::new(workspace.id.as_str())).collect();
        progress.say(format!("reading the members of {} workspaces", ids.len()));
        let lists = try_join_all(ids.iter().map(|id| members_of(reader, id))).await?;
        let known = Live { workspaces: Some(translate::workspaces(&all, &plain)), ..bare.clone() };
        let objects = objects(reader, wanted, &known, true).await?;
        Ok::<_, Failure>(Some((all, lists.into_iter().flatten().collect(), objects)))
    };
    let read_objects = async { of_console(objects(reader, wanted, &bare, false).await) };
    let ((users, invites), objects, workspaces) =
        try_join3(people(reader), read_objects, read_workspaces).await?;
    let kind = if workspaces.is_some() { Kind::Console } else { Kind::Enterprise };
    let (workspaces, workspace_members, more) = workspaces.unwrap_or_default();
    let mut lists = serde_json::Map::new();
    for objects in objects.into_iter().flatten().chain(more) {
        objects.write_to(&mut lists);
    }
    // A snapshot has this list even if the organization has no keys.
    lists.entry("api_keys").or_insert_with(|| serde_json::Value::Array(Vec::new()));
    Ok(Snapshot {
        now: now.to_string(),
        organization,
        kind,
        users,
        invites,
        workspaces,
        workspace_members,
        objects: lists,
    })
}

/// Returns `None` if the service says that this kind of organization has no such list: nothing else distinguishes the
/// kinds (`docs/service-behaviour.md#organization-types`).
fn of_console<T>(list: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match list {
        Err(Failure::Service(error)) if error.error_code() == Some("organization_type_not_supported") => {
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// Returns the service's time, from the `Date` header of the first response that was used.
pub(crate) fn service_time(reader: &Reader) -> Result<Timestamp, Failure> {
    let date = reader.service_date().and_then(|date| Timestamp::try_from(date).ok());
    date.ok_or_else(|| {
        Failure::other(
            "the service's answer has no `Date` header, so its date is unknown",
            "check the API URL and the proxy: something between this machine and the service removes headers",
        )
    })
}

/// Reads invites first: a person who accepts in between is then also in the list of members, and is counted once.
pub(super) async fn people(reader: &Reader) -> Result<(Vec<User>, Vec<Invite>), Failure> {
    let invites = collect_all(reader.invites()).await?;
    let users = collect_all(reader.users(UsersQuery::default())).await?;
    Ok((users, invites))
}

/// How often the list without the default workspace is read again to identify the default one.
const REREADS: u32 = 3;

/// Reads all workspaces, and all but the default one: nothing else distinguishes it.
pub(super) async fn workspaces(reader: &Reader) -> Result<(Vec<Workspace>, Vec<Workspace>), Failure> {
    let (all, mut plain) = try_join(workspace_list(reader, true), workspace_list(reader, false)).await?;
    // A workspace that was created between the two requests must not be mistaken for the default one: the second list
    // is read again until it contains the workspace.
    let mut rereads = 0;
    loop {
        let found = translate::only_in(&all, &plain);
        if found.len() <= 1 {
            return Ok((all, plain));
        }
        if rereads == REREADS {
            let ids: Vec<&str> = found.iter().take(3).map(|workspace| workspace.id.as_str()).collect();
            return Err(Failure::other(
                format!(
                    "cannot identify the default workspace: {} workspaces are only in the list that includes it: {}",
                    found.len(),
                    escape(&ids.join(", "))
                ),
                "run again",
            ));
        }
        plain = workspace_list(reader, false).await?;
        rereads += 1;
    }
}

pub(super) async fn workspace_list(
    reader: &Reader,
    include_default: bool,
) -> Result<Vec<Workspace>, bylaws_api::Error> {
    let query = WorkspacesQuery { include_archived: true, include_default };
    collect_all(reader.workspaces(query)).await
}

pub(super) async fn members_of(
    reader: &Reader,
    workspace: &WorkspaceId,
) -> Result<Vec<WorkspaceMember>, Failure> {
    Ok(collect_all(reader.workspace_members(&bylaws_api::WorkspaceId::new(workspace.as_str()))).await?)
}

/// Reads the lists of all kinds of objects: those that need the workspaces, or the others. `wanted` returns the files
/// whose objects of a kind are read, or `None` for all.
async fn objects<'a>(
    reader: &Reader,
    wanted: impl Fn(&dyn RemoteObjects) -> Option<&'a Desired>,
    live: &Live,
    needs_workspaces: bool,
) -> Result<Vec<Box<dyn Lists>>, Failure> {
    let kinds = OBJECTS.iter().map(|objects| objects.remote());
    let kinds = kinds.filter(|kind| kind.needs_workspaces() == needs_workspaces);
    // A refusal ends no other request, so that the same number is sent every time.
    let lists = join_all(kinds.map(|kind| kind.read(reader, wanted(kind), live))).await;
    Ok(lists.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}
