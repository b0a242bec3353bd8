//! Of what access is told: the service, a snapshot, the files, or the files of a commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bylaws_config::SourceFile;
use bylaws_engine::{Access as Map, Desired, Unseen, access_held, access_wanted};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::Access;
use crate::commands::files::{self, Files};
use crate::connect;
use crate::document::access::{StateDocument, StateKind};
use crate::exit::Failure;
use crate::git;
use crate::live::read::{Asked, check_organization};
use crate::live::review;
use crate::live::snapshot::Snapshot;
use crate::progress::Progress;
use crate::render::inert::inert;
use crate::world::World;

/// One state to look at.
pub(super) enum Side {
    Live,
    Snapshot(PathBuf),
    Files,
    /// The files of a commit, by a revision.
    Commit(String),
}

/// A state that was read.
pub(super) struct State {
    pub(super) about: StateDocument,
    /// Id and name.
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
                // They may hold what nobody has committed yet.
                Ok(wanted(files, state(StateKind::Files, Some(name), None, day), day))
            }
            Self::Commit(revision) => {
                let root = files::find(args.path.as_ref(), world)?;
                let path = world.path(&root.path);
                let (commit, sources) = committed(&path, root.is_folder, revision)?;
                let files = files::accept(bylaws_config::parse(sources), root, path, world)?;
                let about = state(StateKind::Commit, Some(revision.clone()), Some(commit.hash), commit.day);
                Ok(wanted(files, about, commit.day))
            }
        }
    }
}

/// The files of a commit at PATH.
fn committed(
    path: &Path,
    is_folder: bool,
    revision: &str,
) -> Result<(git::Commit, Vec<SourceFile>), Failure> {
    let shown = inert(revision);
    let failed = |message: String, help: &str| Failure::Usage { message, help: help.to_owned() };
    let refused = |trouble: git::Trouble| {
        let message = format!("git does not read this repository: {}", trouble.reason());
        failed(message, "fix what git reports and run again")
    };
    let repository = git::Repository::around(path).ok_or_else(|| {
        failed(
            format!(
                "`{shown}` is neither a file here nor a revision: {} is not in a git repository",
                inert(&path.display().to_string())
            ),
            "name a snapshot, or run it in a checkout",
        )
    })?;
    let commit = git::commit_at(&repository, revision).map_err(refused)?.ok_or_else(|| {
        if repository.is_shallow() {
            let message = format!(
                "`{shown}` is not a revision in this clone, which is shallow: older commits are missing"
            );
            failed(message, "fetch them with `git fetch --unshallow`, or in CI with `fetch-depth: 0`")
        } else {
            let message = format!("`{shown}` is neither a file here nor a revision that git knows");
            failed(message, "name a snapshot, a branch, a tag or a commit; in CI, fetch it first")
        }
    })?;
    let found = repository.files_of(&commit.hash, is_folder).map_err(refused)?;
    if found.is_empty() {
        let message = format!("there are no files at {} in `{shown}`", inert(&path.display().to_string()));
        return Err(failed(message, "name the path they had then"));
    }
    let mut sources = Vec::new();
    for file in found {
        let name = inert(&file.name);
        let bytes = file.content.map_err(|wrong| {
            failed(format!("{name} at `{shown}`: {wrong}"), "compare with a commit in which it is a file")
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| failed(format!("{name} is not text at `{shown}`"), "save it as UTF-8"))?;
        sources.push(SourceFile { name: file.name, text });
    }
    Ok((commit, sources))
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

/// Files that give reasons, where there are any: they need not be there.
fn reasons(args: &Access, world: &World) -> Result<Option<Files>, Failure> {
    match (&args.path, files::find(None, world)) {
        (None, Err(_)) => Ok(None),
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
    let snapshot = Snapshot::load(&world.path(path))?;
    let files = reasons(args, world)?;
    let desired = files.as_ref().map(|files| &files.desired);
    if let Some(desired) = desired {
        check_organization(desired, snapshot.organization.id.as_str(), &snapshot.organization.name)?;
    }
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
    live: &bylaws_engine::Live,
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

/// The day of this machine: what files ask for is nothing that the service could be asked about.
fn today(world: &World) -> Date {
    world.now().to_zoned(TimeZone::UTC).date()
}
