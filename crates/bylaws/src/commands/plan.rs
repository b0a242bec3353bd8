//! `bylaws plan`: reads, compares, checks the guards, shows. Uses a client that cannot write.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use bylaws_api::{Credential, Reader};
use bylaws_config::nearest;
use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::{Address, Cause, Plan as EnginePlan};
use bylaws_kinds::{Basis, Desired, Unmatched};
use bylaws_output::document::changed_by::Attributions;
use bylaws_output::document::from_plan::Context;
use bylaws_output::document::origin::Positions;
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::render;
use bylaws_output::render::escape::escape;
use jiff::civil::Date;

use super::base::{self, Base};
use super::files::Files;
use super::holds::{self, Holds};
use super::printed::Printed;
use crate::args::{Connection, Plan};
use crate::exit::{ExitStatus, Failure};
use crate::git::Source;
use crate::live::read::{self, Asked, Reading};
use crate::live::{activity, calls};
use crate::log::timed;
use crate::progress::Progress;
use crate::world::World;
use crate::{connect, output_file, saved};

pub(crate) async fn run(args: &Plan, world: &mut World) -> Result<ExitStatus, Failure> {
    let printed = Printed::of(&args.output, world)?;
    let progress = Progress::new(world);
    // The first answer takes longer than loading the files, so it is awaited later. Problems of the files are reported
    // before problems of the connection.
    let live = match &args.live {
        Some(snapshot) => LiveSide::Snapshot(world.path(snapshot)),
        None => LiveSide::service(args.strict, &args.connection, &progress, world),
    };
    let base = args.base.as_ref().map(|base| base::begin(base, args.path.as_ref(), world)).transpose()?;
    let mut files = printed.load_at(args.path.as_ref(), args.revision.as_ref(), args.strict, world)?;
    files.load_guards(args.guards.as_ref(), args.strict, world)?;
    let base = base.map(|base| base.end(&files.desired)).transpose()?;
    let earlier = holds::earlier(args.journal.as_ref().map(|path| world.path(path)).as_ref(), &files.desired);
    let (reading, reader) = live.read(&files.desired, args.now.is_none(), &progress, world).await?;
    let today = args.now.unwrap_or_else(|| reading.today());
    let basis = files.basis(today, reading.clocks, base.as_ref().map(Base::basis));
    let plan = select(of(&basis, &reading), &args.only, &reading, &basis)?;
    let made = |plan: &EnginePlan| document(plan, &files, base.as_ref(), &args.only, today);
    holds::check(&args.hold, base.as_ref())?;
    let (config, now) = (files.config(), reading.now);
    let holds = Holds { hold: &args.hold, with_undone: args.only.is_empty(), config: &config, now };
    let (whole, plan) = (plan.clone(), holds.apply(plan, earlier.as_ref()));
    let mut document = made(&plan);
    if !plan.held.is_empty() {
        document.whole_fingerprint = Some(made(&whole).fingerprint);
    }
    if args.live.is_some() {
        document.reads.clear();
        document.summary.apply_requests = None;
    }
    if let Some(reader) = &reader {
        let drift = plan.changes.iter().filter(|change| change.cause == Some(Cause::Drift));
        let drift: BTreeSet<&Address> = drift.map(|change| &change.address).collect();
        let attributions = attributions(reader, &plan, &reading, &drift, &mut document).await;
        document.attribute(&attributions);
    }
    if let Source::Unknown(trouble) = files.source() {
        world.error(format!("note: the plan does not name a commit: {}", trouble.reason()));
    }
    let text = timed("rendered", || printed.plan(&document));
    printed.log(|view| render::plan::render(&document, view), world);
    world.show(text);
    // Saving comes after showing: a path that cannot be written to must not hide the plan.
    match &args.out {
        Some(out) if plan.is_refused() => {
            world.error(format!("{}: not saved: a guard refused the plan", out.display()));
        }
        Some(out) if document.summary.too_large => {
            world.error(format!("{}: not saved: too large to review; split the change", out.display()));
        }
        Some(out) => {
            let text = saved::seal(&document, reading.now);
            output_file::write_private(&world.path(out), &text, "write the plan to")?;
            world.error(format!("{}: saved; apply it with --plan", out.display()));
        }
        None => {}
    }
    Ok(status(&document, args.detailed_exitcode, args.strict))
}

/// The source of live state.
pub(super) enum LiveSide {
    Snapshot(PathBuf),
    /// A client and its first request, if it is already sent; or why there is none.
    Service {
        connected: Result<(Reader, Credential, Option<Asked>), Failure>,
        start: Instant,
    },
}

impl LiveSide {
    /// Connects to the service, and sends the first request.
    pub(super) fn service(strict: bool, connection: &Connection, progress: &Progress, world: &World) -> Self {
        let start = Instant::now();
        let checked = connect::check(strict, connection, world);
        let connected = checked.and_then(|()| connect::reader(connection, progress, world));
        let connected = connected.map(|(reader, credential)| {
            let asked = Asked::early(&reader, &credential);
            (reader, credential, asked)
        });
        Self::Service { connected, start }
    }

    /// Reads what these files need. `compares_clocks` warns if the service's clock disagrees with this machine's.
    pub(super) async fn read(
        self,
        desired: &Desired,
        compares_clocks: bool,
        progress: &Progress,
        world: &World,
    ) -> Result<(Reading, Option<Reader>), Failure> {
        let (connected, start) = match self {
            Self::Snapshot(path) => {
                return Ok((timed("snapshot read", || Reading::of_snapshot(&path, desired))?, None));
            }
            Self::Service { connected, start } => (connected, start),
        };
        let (reader, credential, asked) = connected?;
        let mut reading = read::read(&reader, asked, &credential, desired, progress).await?;
        progress.finish();
        tracing::debug!(milliseconds = start.elapsed().as_millis(), "live side read");
        if compares_clocks {
            reading.compare_clocks(&reader, world);
        }
        Ok((reading, Some(reader)))
    }
}

/// Asks the Activity Feed who changed these objects, and counts the requests.
pub(crate) async fn attributions(
    reader: &Reader,
    plan: &EnginePlan,
    reading: &Reading,
    drift: &BTreeSet<&Address>,
    document: &mut PlanDocument,
) -> Attributions {
    let mut differences = bylaws_kinds::differences(plan, &reading.live);
    differences.retain(|difference| drift.contains(&difference.address));
    let explained = activity::explain(reader, &differences).await;
    if explained.requests > 0 {
        document.reads.add("activities", explained.requests);
    }
    Attributions { of: explained.attributions, none: explained.reason }
}

pub(crate) fn of(basis: &Basis<'_>, reading: &Reading) -> EnginePlan {
    timed("planned", || bylaws_kinds::plan(basis, &reading.live))
}

/// Returns the part of a plan that `--only` selects. Fails if an address selects nothing.
pub(crate) fn select(
    plan: EnginePlan,
    only: &[Address],
    reading: &Reading,
    basis: &Basis<'_>,
) -> Result<EnginePlan, Failure> {
    bylaws_kinds::select(plan, only, &reading.live, basis).map_err(|error| unmatched("--only ", &error))
}

/// Returns the failure for an address that selects nothing, after what comes before it on the command line.
pub(crate) fn unmatched(before: &str, unmatched: &Unmatched) -> Failure {
    let address = unmatched.address.to_string();
    let message = format!(
        "`{before}{}` selects nothing: the address is neither in the files nor live",
        escape(&address)
    );
    let help = match &unmatched.live_name {
        Some(name) => format!(
            "write the live name, as in `{}`; the files use this label for another name",
            escape(&Address::Workspace(name.clone()).to_string())
        ),
        None => match near(&address, &unmatched.known).as_slice() {
            [] => "write an address as `bylaws plan` shows it".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        },
    };
    Failure::other(message, help)
}

/// Returns up to three addresses whose last part differs by a few letters, or else the most similar address.
fn near(address: &str, known: &[Address]) -> Vec<String> {
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    let (position, name) = address.rsplit_once('/').unwrap_or(("", address));
    let beside = known.iter().filter_map(|known| known.rsplit_once('/'));
    let mut beside: Vec<&str> =
        beside.filter(|(other, _)| *other == position).map(|(_, name)| name).collect();
    let mut found = Vec::new();
    while found.len() < 3
        && let Some(near) = nearest(name, beside.iter().copied())
    {
        beside.retain(|known| *known != near);
        found.push(format!("{position}/{near}"));
    }
    if found.is_empty() {
        found.extend(nearest(address, known.iter().map(String::as_str)).map(str::to_owned));
    }
    found.iter().map(|near| format!("`{}`", escape(near))).collect()
}

pub(crate) fn document(
    plan: &EnginePlan,
    files: &Files,
    base: Option<&Base>,
    only: &[Address],
    today: Date,
) -> PlanDocument {
    let suppressions = base.map(|base| base.new_suppressions(files)).unwrap_or_default();
    let context = Context {
        positions: Positions { origins: &files.origins, root: &files.root },
        config: &files.config(),
        base: base.map(Base::document),
        suppressions: &suppressions,
        only,
        today,
        request: calls::request,
    };
    timed("document made", || PlanDocument::of(plan, &context))
}

/// Returns the exit status: a refused or too large plan takes precedence over pending changes.
fn status(document: &PlanDocument, detailed: bool, strict: bool) -> ExitStatus {
    if document.summary.refused || document.summary.too_large {
        return ExitStatus::Refused;
    }
    if detailed && document.summary.changes > 0 || strict && needs_attention(document) {
        return ExitStatus::Pending;
    }
    ExitStatus::Done
}

/// Returns whether a plan contains anything that `--strict` reports.
pub(crate) fn needs_attention(document: &PlanDocument) -> bool {
    let reported = document.guards.iter().any(|guard| *guard.ruling == GuardOutcome::Reported);
    let summary = &document.summary;
    reported || summary.held + summary.waiting + summary.blocked + summary.unlisted > 0
}
