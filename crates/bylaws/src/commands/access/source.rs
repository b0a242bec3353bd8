//! The sources of access: the service, a snapshot, the files, or the files of a commit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bylaws_engine::access::Access as Map;
use bylaws_engine::audit::Unseen;
use bylaws_kinds::{access_held, access_wanted};
use bylaws_output::document::access::{StateDocument, StateKind};
use bylaws_output::document::plan::OrganizationRef;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::Access;
use crate::commands::committed;
use crate::commands::files::{self, Files};
use crate::exit::Failure;
use crate::live::review::{self, Extent};
use crate::progress::Progress;
use crate::world::{self, World};

pub(super) enum Side {
    Live,
    Snapshot(PathBuf),
    Files,
    /// The files of a commit, named by a revision.
    Commit(String),
}

pub(super) struct State {
    pub(super) about: StateDocument,
    pub(super) organization: OrganizationRef,
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
            Self::Live => held(args, None, world).await,
            Self::Snapshot(path) => held(args, Some(path), world).await,
            Self::Files => {
                let files = files::load(args.path.as_ref(), false, world)?;
                // The desired state of files is independent of the service, so this machine's date is used.
                let day = args.now.unwrap_or_else(|| world::now().to_zoned(TimeZone::UTC).date());
                let name = files.root.written();
                // They may contain uncommitted changes.
                Ok(wanted(files, state(StateKind::Files, Some(name), None, day), day))
            }
            Self::Commit(revision) => {
                let root = files::find(args.path.as_ref(), world)?;
                let (commit, loaded) = committed::files(&world.path(&root.path), revision)?.load();
                let files = files::accept(loaded, root, world)?;
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
        organization: OrganizationRef { id: pin.id.to_string(), name: pin.name.clone().unwrap_or_default() },
        access: access_wanted(&files.desired, day),
        about,
        files: Some(files),
        reads: 0,
        unseen: BTreeMap::new(),
    }
}

/// Returns the access in a snapshot, or else in the service.
async fn held(args: &Access, snapshot: Option<&Path>, world: &World) -> Result<State, Failure> {
    // They give reasons, and are optional here.
    let files = files::load_if_any(args.path.as_ref(), world)?;
    let desired = files.as_ref().map(|files| &files.desired);
    let (review, reads) = match snapshot {
        Some(path) => (review::of_snapshot(&world.path(path), desired)?, 0),
        None => {
            let progress = Progress::new(world);
            let (review, reader) =
                review::of_service(&args.connection, desired, Extent::Listed, &progress, world).await?;
            (review, reader.counts().reads)
        }
    };
    let day = args.now.unwrap_or_else(|| review.today());
    let kind = if snapshot.is_some() { StateKind::Snapshot } else { StateKind::Live };
    let live = &review.live;
    Ok(State {
        organization: OrganizationRef { id: live.id.to_string(), name: live.name.clone() },
        access: access_held(live, desired, day),
        about: state(kind, snapshot.map(|path| path.display().to_string()), None, day),
        files,
        reads,
        unseen: review.access_unseen(),
    })
}
