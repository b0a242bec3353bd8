//! The sources of access: the service, a snapshot, the files, or the files of a commit.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bylaws_engine::access::Access as Map;
use bylaws_engine::audit::Unseen;
use bylaws_kinds::{Desired, access_held, access_wanted};
use bylaws_output::document::access::{StateDocument, StateKind};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::Access;
use crate::commands::committed;
use crate::commands::files::{self, Files};
use crate::connect;
use crate::exit::Failure;
use crate::live::read::{self, Asked};
use crate::live::review;
use crate::progress::Progress;
use crate::world::World;

/// The source of one state.
pub(super) enum Side {
    Live,
    Snapshot(PathBuf),
    Files,
    /// The files of a commit, named by a revision.
    Commit(String),
}

/// A state that was read.
pub(super) struct State {
    pub(super) about: StateDocument,
    /// The id and name of the organization.
    pub(super) organization: (String, String),
    pub(super) access: Map,
    pub(super) files: Option<Files>,
    pub(super) reads: u64,
    pub(super) unseen: BTreeMap<Unseen, String>,
}

impl Side {
    /// One side of `--diff`.
    pub(super) fn of(text: &str, world: &World) -> Self {
        match text {
            "" => Self::Files,
            "live" => Self::Live,
            path if world.path(path.as_ref()).is_file() => Self::Snapshot(path.into()),
            revision => Self::Commit(revision.to_owned()),
        }
    }

    pub(super) async fn read(&self, args: &Access, world: &mut World) -> Result<State, Failure> {
        match self {
            Self::Live => live(args, world).await,
            Self::Snapshot(path) => snapshot(args, path, world),
            Self::Files => {
                let files = files::load(args.path.as_ref(), false, world)?;
                let day = args.now.unwrap_or_else(|| today(world));
                let name = files.root.written();
                // They may contain uncommitted changes.
                Ok(wanted(files, state(StateKind::Files, Some(name), None, day), day))
            }
            Self::Commit(revision) => {
                let root = files::find(args.path.as_ref(), world)?;
                let path = world.path(&root.path);
                let (commit, sources) = committed::files(&path, root.is_folder, revision)?;
                let files = files::accept(bylaws_kinds::parse(sources), root, path, world)?;
                let about = state(StateKind::Commit, Some(revision.clone()), Some(commit.hash), commit.day);
                Ok(wanted(files, about, commit.day))
            }
        }
    }
}

fn state(kind: StateKind, name: Option<String>, commit: Option<String>, day: Date) -> StateDocument {
    StateDocument { kind, name, commit, day: day.to_string() }
}

fn wanted(files: Files, about: StateDocument, day: Date) -> State {
    let pin = &files.desired.organization;
    State {
        organization: (pin.id.to_string(), pin.name.clone().unwrap_or_default()),
        access: access_wanted(&files.desired, day),
        about,
        files: Some(files),
        reads: 0,
        unseen: BTreeMap::new(),
    }
}

/// Returns the files that give reasons, if there are any: they are optional here.
fn reasons(args: &Access, world: &World) -> Result<Option<Files>, Failure> {
    match (&args.path, files::find(None, world)) {
        (None, Err(Failure::NoDefault)) => Ok(None),
        (None, Err(failure)) => Err(failure),
        (path, _) => files::load(path.as_ref(), false, world).map(Some),
    }
}

async fn live(args: &Access, world: &World) -> Result<State, Failure> {
    let progress = Progress::new(world);
    let files = reasons(args, world)?;
    let (reader, credential) = connect::reader(&args.connection, &progress, world)?;
    let asked = Asked::now(&reader);
    let desired = files.as_ref().map(|files| &files.desired);
    let read = review::state(&reader, asked, &credential, desired, &progress).await;
    progress.finish();
    let read = read?;
    let day = args.now.unwrap_or_else(|| read.today());
    let about = state(StateKind::Live, None, None, day);
    Ok(held(about, &read.live, files, day, reader.counts().reads, read.unseen))
}

fn snapshot(args: &Access, path: &std::path::Path, world: &World) -> Result<State, Failure> {
    let files = reasons(args, world)?;
    let snapshot = read::snapshot(&world.path(path), files.as_ref().map(|files| &files.desired))?;
    let day = match args.now {
        Some(day) => day,
        None => snapshot.time(path)?.to_zoned(TimeZone::UTC).date(),
    };
    let live = snapshot.live(None);
    let about = state(StateKind::Snapshot, Some(path.display().to_string()), None, day);
    Ok(held(about, &live, files, day, 0, BTreeMap::new()))
}

fn held(
    about: StateDocument,
    live: &bylaws_kinds::Live,
    files: Option<Files>,
    day: Date,
    reads: u64,
    unseen: BTreeMap<Unseen, String>,
) -> State {
    let desired: Option<&Desired> = files.as_ref().map(|files| &files.desired);
    State {
        organization: (live.id.to_string(), live.name.clone()),
        access: access_held(live, desired, day),
        about,
        files,
        reads,
        unseen,
    }
}

/// Returns this machine's date: the desired state of files is independent of the service.
fn today(world: &World) -> Date {
    world.now().to_zoned(TimeZone::UTC).date()
}
