//! Live state for the page: from the service, or from a snapshot, which has no usage or cost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bylaws_api::Reader;
use bylaws_engine::UserId;
use bylaws_engine::audit::Unseen;
use bylaws_kinds::Observed;
use bylaws_reports::page::document::{Figures, Section};
use jiff::civil::Date;

use super::figures::{self, Asked as Figured};
use crate::args::Page;
use crate::commands::files::Files;
use crate::connect;
use crate::exit::Failure;
use crate::live::read::{self, Asked};
use crate::live::review::{self, Review};
use crate::live::snapshot::Snapshot;
use crate::log::timed;
use crate::progress::Progress;
use crate::world::World;

/// Live state, and where it came from.
pub(super) struct LiveSide {
    pub(super) review: Review,
    /// The name of the snapshot, if it is one.
    pub(super) snapshot: Option<String>,
    pub(super) reads: usize,
    pub(super) usage: Section<Figures>,
    pub(super) cost: Section<Figures>,
    /// The last day with usage of each person.
    pub(super) seen: BTreeMap<UserId, Date>,
}

/// Reads live state; refuses any organization but that of the files.
pub(super) async fn read(args: &Page, files: Option<&Files>, world: &World) -> Result<LiveSide, Failure> {
    if let Some(given) = &args.live {
        let review = timed("snapshot read", || from_snapshot(&world.path(given), files))?;
        let not_read = || Section::not_read("a snapshot has no usage or cost");
        let snapshot = Some(given.display().to_string());
        return Ok(LiveSide {
            review,
            snapshot,
            reads: 0,
            usage: not_read(),
            cost: not_read(),
            seen: BTreeMap::new(),
        });
    }
    let progress = Progress::new(world);
    let (reader, credential) = connect::reader(&args.connection, &progress, world)?;
    let desired = files.map(|files| &files.desired);
    let asked = Asked::now(&reader);
    let read = async {
        let mut review = review::state(&reader, asked, &credential, desired, &progress).await?;
        if let Some(desired) = desired {
            review::figures(&reader, &mut review, desired, &progress).await?;
        }
        let figured = figures::read(&reader, &review, &progress).await?;
        Ok::<_, Failure>((review, figured))
    };
    let read = read.await;
    progress.finish();
    let (review, Figured { usage, cost, seen }) = read?;
    Ok(LiveSide { review, snapshot: None, reads: reads(&reader), usage, cost, seen })
}

fn reads(reader: &Reader) -> usize {
    usize::try_from(reader.counts().reads).unwrap_or(usize::MAX)
}

fn from_snapshot(path: &Path, files: Option<&Files>) -> Result<Review, Failure> {
    let snapshot = Snapshot::load(path)?;
    if let Some(files) = files {
        let organization = &snapshot.organization;
        read::check_organization(&files.desired, organization.id.as_str(), &organization.name)?;
    }
    let why = || "a snapshot has no usage or cost".to_owned();
    let unseen = [Unseen::Usage, Unseen::ClaudeCode, Unseen::Cost].map(|what| (what, why()));
    let now = snapshot.time(path)?;
    Ok(Review {
        live: snapshot.live(None),
        now,
        observed: Observed::default(),
        unseen: unseen.into(),
        refused: BTreeSet::new(),
    })
}
