//! `bylaws report --html`: reads everything once, and writes it as one page.
//!
//! Each part of the page has its own function here; a part that cannot be had says why on the page.

mod access;

use std::io::Write;
use std::path::{Path, PathBuf};

use bylaws_api::Credential;

use crate::args::Page;
use crate::commands::files::{self, Files};
use crate::commands::plan;
use crate::connect;
use crate::document::page::{Change, Drift, Figures, Findings, Item, Organization, PageDocument, Section};
use crate::document::plan::{ItemDocument, PlanDocument};
use crate::exit::{ExitStatus, Failure};
use crate::live::read::{self, Asked, Reading};
use crate::live::snapshot::Snapshot;
use crate::live::translate;
use crate::progress::Progress;
use crate::render;
use crate::render::log::timed;
use crate::world::World;

pub(super) async fn run(args: &Page, world: &mut World) -> Result<ExitStatus, Failure> {
    let Some(out) = &args.html else {
        return Err(Failure::Usage {
            message: "nothing says what to report".to_owned(),
            help: "name one of usage, cost, claude-code and keys, or write everything as one page with --html FILE"
                .to_owned(),
        });
    };
    let files = files(args.path.as_ref(), world)?;
    let side = live_side(args, files.as_ref(), world).await?;
    let document = document(&side, files.as_ref())?;
    let page = timed("page made", || render::html::page(&document));
    if out == Path::new("-") {
        world.print(&page);
        return Ok(ExitStatus::Done);
    }
    write(&world.path(out), &page)?;
    world.error(&format!(
        "{}: {}, {} people, {} workspaces",
        out.display(),
        size(page.len()),
        document.people.len(),
        document.workspaces.len()
    ));
    Ok(ExitStatus::Done)
}

/// The files, where there are any: the page shows the live side without them too.
fn files(path: Option<&PathBuf>, world: &World) -> Result<Option<Files>, Failure> {
    match files::find(path, world) {
        Err(Failure::NoDefault) => Ok(None),
        _ => files::load(path, false, world).map(Some),
    }
}

/// Everything live, and how it was come by.
struct LiveSide {
    everything: Snapshot,
    /// As a plan for these files would have read it.
    reading: Option<Reading>,
    /// The snapshot's name, where it is one.
    snapshot: Option<String>,
    reads: usize,
}

async fn live_side(args: &Page, files: Option<&Files>, world: &World) -> Result<LiveSide, Failure> {
    if let Some(given) = &args.live {
        let path = world.path(given);
        let everything = timed("snapshot read", || Snapshot::load(&path))?;
        let reading = reading(&everything, files, None, &path)?;
        return Ok(LiveSide { everything, reading, snapshot: Some(given.display().to_string()), reads: 0 });
    }
    let progress = Progress::new(world);
    let (reader, credential) = connect::reader(&args.connection, &progress, world)?;
    let only = files.map(|files| &files.desired);
    let everything = read::everything(&reader, Asked::now(&reader), only, &progress).await;
    progress.finish();
    let everything = everything?;
    let reading = reading(&everything, files, Some(&credential), Path::new("the live side"))?;
    let reads = usize::try_from(reader.counts().reads).unwrap_or(usize::MAX);
    Ok(LiveSide { everything, reading, snapshot: None, reads })
}

/// What a plan for these files needs of everything.
fn reading(
    everything: &Snapshot,
    files: Option<&Files>,
    credential: Option<&Credential>,
    path: &Path,
) -> Result<Option<Reading>, Failure> {
    let Some(files) = files else { return Ok(None) };
    let organization = &everything.organization;
    read::check_organization(&files.desired, organization.id.as_str(), &organization.name)?;
    let mut reading = everything.reading(&files.desired, path)?;
    // A plan leaves the key in use alone, so it has to be known.
    let keys = reading.live.api_keys.take();
    reading.live.api_keys = keys.map(|_| translate::api_keys(&everything.api_keys, credential));
    Ok(Some(reading))
}

fn document(side: &LiveSide, files: Option<&Files>) -> Result<PageDocument, Failure> {
    let today = side.everything.today()?;
    let held = access::held(&side.everything.live(None), files.map(|files| &files.desired), today);
    let plan = files.zip(side.reading.as_ref()).map(|(files, reading)| {
        // The guards file of CI is not asked for: the page shows what differs, and refuses nothing.
        plan::make(files, None, None, reading, today).1
    });
    let config = plan.as_ref().map(|plan| &plan.config);
    Ok(PageDocument {
        organization: Organization {
            id: side.everything.organization.id.to_string(),
            name: side.everything.organization.name.clone(),
        },
        today: today.to_string(),
        bylaws_version: env!("CARGO_PKG_VERSION").to_owned(),
        files: config.and_then(|config| config.path.clone()),
        commit: config.and_then(|config| config.commit.clone()),
        snapshot: side.snapshot.clone(),
        reads: side.reads,
        people: held.people,
        workspaces: held.workspaces,
        roles: held.roles,
        reasons: held.reasons,
        grants: held.grants,
        findings: findings(),
        usage: usage(),
        cost: cost(),
        drift: plan
            .map_or_else(|| Section::not_read("there are no files to compare with"), |plan| drift(&plan)),
    })
}

/// What the audit finds.
fn findings() -> Section<Findings> {
    Section::not_read("this version runs the audit as `bylaws audit` only")
}

/// Tokens by day and workspace.
fn usage() -> Section<Figures> {
    Section::not_read("this version shows usage in `bylaws report usage` only")
}

/// Cost by day and workspace.
fn cost() -> Section<Figures> {
    Section::not_read("this version shows cost in `bylaws report cost` only")
}

/// What a plan would change, and what it would not.
fn drift(plan: &PlanDocument) -> Section<Drift> {
    let items = |items: &[ItemDocument]| {
        let item = |item: &ItemDocument| Item { address: item.address.clone(), reason: item.reason.clone() };
        items.iter().map(item).collect()
    };
    let changes = plan.changes.iter().map(|change| Change {
        action: change.action.clone(),
        address: change.address.clone(),
        summary: render::plan::summary(change),
    });
    let refused = plan.guards.iter().filter(|guard| guard.ruling == "refused");
    Section::Read(Drift {
        changes: changes.collect(),
        blocked: items(&plan.blocked),
        waiting: items(&plan.waiting),
        unlisted: items(&plan.unlisted),
        refused: refused.map(|guard| format!("{}: {}", guard.guard, guard.reason)).collect(),
    })
}

/// Writes the page beside its place and moves it there whole: whoever opens it meanwhile sees the old one. It names
/// people, so nobody else on the machine may read it.
fn write(path: &Path, page: &str) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::Builder::new().prefix(".bylaws-").tempfile_in(folder).and_then(|mut file| {
        file.write_all(page.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map(drop).map_err(|error| error.error)
    });
    written.map_err(|error| Failure::Io { path: path.to_owned(), what: "write the page to", error })
}

/// `812 KB`, `2.8 MB`.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
