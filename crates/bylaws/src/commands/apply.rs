//! `bylaws apply`: reads and plans again, checks the guards, shows the plan, asks, writes, reports.

mod confirm;
mod lifetime;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use bylaws_engine::sentence::listed;
use bylaws_engine::text::{Text, text};
use bylaws_engine::writer::Readings;
use bylaws_engine::{Approved, Change, Outcome, Parallelism, Plan, Report, Watch};
use bylaws_output::document::canonical::short;
use bylaws_output::document::live_name::{LiveName, suffix};
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::report::ReportDocument;
use bylaws_output::render;
use bylaws_output::render::escape::escape;

use super::base::{self, Base};
use super::files::Files;
use super::holds::{self, Holds};
use super::plan::{self, needs_attention};
use super::printed::Printed;
use crate::args::{Apply, DocumentFormat};
use crate::connect;
use crate::exit::{About, ExitStatus, Failure};
use crate::git::Source;
use crate::interrupt::Interrupt;
use crate::journal::{Earlier, Journal};
use crate::live::read::{self, Asked, Reading};
use crate::live::writer::{STOPPED, Service, StopFile};
use crate::progress::{Progress, time_left};
use crate::saved::{self, Comparison, Reviewed};
use crate::workload;
use crate::world::{self, World};

/// A later answer to the question would confirm an outdated plan.
const FRESH: Duration = Duration::from_mins(5);

pub(crate) async fn run(args: &Apply, world: &mut World) -> Result<ExitStatus, Failure> {
    let asks = !args.auto_approve && args.plan.is_none() && args.expect.is_none();
    if asks && !world.streams.input_is_terminal {
        return Err(Failure::other(
            "cannot ask for confirmation: stdin is not a terminal",
            "pass --plan FILE, --expect FINGERPRINT or --auto-approve",
        ));
    }
    let printed = Printed::of(&args.output, world)?;
    let mut files = printed.load_at(args.path.as_ref(), args.revision.as_ref(), args.strict, world)?;
    files.load_guards(args.guards.as_ref(), args.strict, world)?;
    let saved = args.plan.as_ref().map(|path| saved::open(&world.path(path))).transpose()?;
    let only = match &saved {
        Some(saved) => saved.only.iter().map(|address| (**address).clone()).collect(),
        None => args.only.clone(),
    };
    let base = base_of(args, saved.as_ref(), &files, world)?;
    let reviewed = match args.reviewed.as_slice() {
        [] => None,
        paths => Some(Reviewed::load(paths, files.desired.organization.id.as_str(), world)?),
    };
    refuse(args, asks, &files)?;
    let progress = Progress::new(world);
    let printed = printed.followed(progress.drawn && world.streams.output_is_terminal);
    connect::check(args.strict, &args.connection, world)?;
    let journal = args.journal.as_ref().map(|path| world.path(path));
    let (writer, credential) = connect::writer(&args.connection, &progress, world)?;
    loop {
        // Before live state: what another run sends meanwhile must not look as if it were known.
        let earlier = holds::earlier(journal.as_ref(), &files.desired);
        let asked = Asked::early(writer.reader(), &credential);
        let mut reading = read::read(writer.reader(), asked, &credential, &files.desired, &progress).await?;
        progress.finish();
        let per_request = lifetime::per_request(reading.start.elapsed(), writer.reader());
        reading.compare_clocks(writer.reader(), world);
        let (read_at, machine) = (Instant::now(), world::now());
        let today = reading.today();
        let basis = files.basis(today, reading.clocks, base.as_ref().map(Base::basis));
        let plan = plan::select(plan::of(&basis, &reading), &only, &reading, &basis)?;
        let (plan, compared) = promised(plan, saved.as_ref(), &reading)?;
        let made = |plan: &Plan| plan::document(plan, &files, base.as_ref(), &only, today);
        let (config, now) = (files.config(), reading.now);
        let holds = Holds { hold: &args.hold, with_undone: args.only.is_empty(), config: &config, now };
        let plan = held(plan, args, earlier.as_ref(), &holds, made);
        let mut document = made(&plan);
        // The live state was read just now.
        document.summary.apply_requests = None;
        // The fingerprint of this very plan proves that it was reviewed.
        if let Some(reviewed) = reviewed.as_ref().filter(|_| args.expect.is_none()) {
            document.not_reviewed = reviewed.missing(&plan, &reading.live);
        }
        show(&document, &printed, args.output.format, world);
        let Ok(approved) = plan.approve() else {
            // No report follows.
            if let Some(why) = printed.refused(&document) {
                world.print(&why.to_string());
            }
            return Ok(ExitStatus::Refused);
        };
        if let Some(expected) = &args.expect {
            expect(expected, &document)?;
        }
        if !document.not_reviewed.is_empty() {
            // No report follows, and the reviewer needs the plan. As text it was shown already.
            if args.output.format != DocumentFormat::Text {
                world.show(printed.plan(&document));
            }
            return Err(not_reviewed(&document));
        }
        if asks && !approved.plan().changes.is_empty() {
            if !confirmed(approved.plan(), &document, world)? {
                world.error("nothing was applied: the answer was not `yes`");
                return Ok(ExitStatus::Failed);
            }
            if read_at.elapsed() > FRESH {
                world.error("no answer within five minutes; reading again");
                continue;
            }
        }
        let is_first = earlier.as_ref().is_none_or(Earlier::is_empty);
        let (ahead, counted) = (reading.now.duration_since(machine), approved.plan().counted());
        let identity = workload::document(&credential);
        let open = |path| Journal::open(path, &document, identity, earlier.as_ref(), ahead, counted);
        let journal =
            journal.as_deref().map(open).transpose().map_err(|failure| failure.about(About::Journal))?;
        lifetime::warn(&credential, approved.plan().changes.len(), per_request, world);
        let stop = args.stop_file.as_ref().map(|path| StopFile(world.path(path)));
        let service = Service::new(writer, reading.start, progress.clone(), stop.clone());
        let readings = reading.readings();
        let names =
            document.changes.iter().map(|change| (change.id.clone(), change.live_names.clone())).collect();
        let (interrupt, progress) = (Interrupt::default(), progress.clone());
        let (start, done, total) = (Instant::now(), 0, approved.plan().changes.len());
        let watcher = Watcher { interrupt, stop, journal, progress, names, start, done, total };
        let (report, journal) = carry_out(approved, readings, args.parallelism, &service, watcher).await;
        let mut report = ReportDocument::of(&report, &document, compared.new);
        report.already = compared.already;
        tell(&report, &printed, args.output.format, world);
        tell_of_journal(journal.as_ref(), is_first && !asks && !report.changes.is_empty(), world);
        lifetime::tell_end(&service, &report, world);
        return Ok(status(&report, args.strict && needs_attention(&document)));
    }
}

/// Loads the base. Fails if `--hold` names a cause and there is no base, so that nothing has one.
fn base_of(
    args: &Apply,
    saved: Option<&PlanDocument>,
    files: &Files,
    world: &World,
) -> Result<Option<Base>, Failure> {
    // The expiries of a saved plan were computed with its base, so they are computed with it again.
    let saved = saved.and_then(|saved| saved.base.as_ref()).map(|base| &base.commit);
    let base = base::load(args.base.as_ref().or(saved), args.path.as_ref(), &files.desired, world)?;
    holds::check(&args.hold, base.as_ref())?;
    Ok(base)
}

/// Leaves out what is held. A fingerprint may name the plan with what somebody undid since, or the one without it.
fn held(
    plan: Plan,
    args: &Apply,
    earlier: Option<&Earlier>,
    holds: &Holds<'_>,
    made: impl Fn(&Plan) -> PlanDocument,
) -> Plan {
    if let Some(expected) = &args.expect {
        let whole = Holds { with_undone: false, ..*holds }.apply(plan.clone(), earlier);
        if made(&whole).fingerprint == expected.trim() {
            return whole;
        }
    }
    holds.apply(plan, earlier)
}

/// Refuses files that are not the tip of their branch, unless they may be.
fn refuse(args: &Apply, asks: bool, files: &Files) -> Result<(), Failure> {
    if !args.allow_stale {
        refuse_stale(files)?;
    }
    if !args.allow_dirty && !asks {
        refuse_dirty(files)?;
    }
    Ok(())
}

/// Refuses a checkout that is not the tip of its upstream: it would undo newer commits.
fn refuse_stale(files: &Files) -> Result<(), Failure> {
    let checkout = match files.source() {
        Source::NoRepository => return Ok(()),
        Source::Unknown(trouble) => {
            return Err(Failure::other(
                format!("cannot check whether these files are the tip of their branch: {}", trouble.reason()),
                "fix what git reports and run again, or pass --allow-stale to apply the files as they are",
            ));
        }
        Source::Checkout(checkout) => checkout,
    };
    let Some((here, upstream)) = checkout.commit.as_ref().zip(checkout.newer.as_ref()) else {
        return Ok(());
    };
    let (here, tip) = (short(here), short(&upstream.tip));
    let (message, help) = if upstream.is_behind {
        (
            format!("the checked-out commit ({here}) is not pushed: the upstream branch is at {tip}"),
            "push it and run again",
        )
    } else {
        (
            format!("the checked-out commit ({here}) is not the tip of the upstream branch ({tip})"),
            "check out the tip and run again",
        )
    };
    Err(Failure::other(message, format!("{help}, or pass --allow-stale to apply this commit")))
}

/// Refuses files that differ from the commit: the commit is what was reviewed.
fn refuse_dirty(files: &Files) -> Result<(), Failure> {
    const SHOWN: usize = 5;
    let Source::Checkout(checkout) = files.source() else { return Ok(()) };
    if checkout.differences.is_empty() {
        return Ok(());
    }
    let differing = checkout.differences.iter();
    let shown = listed(differing.map(|file| text!("{} ({})", file.name, Text::word(file.how))), SHOWN);
    let shown = escape(shown.as_str());
    let message = match &checkout.commit {
        Some(commit) => format!("the files differ from the checked-out commit ({}): {shown}", short(commit)),
        None => format!("the repository has no commit yet: {shown}"),
    };
    Err(Failure::other(
        message,
        "commit them and run again, or pass --allow-dirty to apply the files as they are",
    ))
}

fn show(document: &PlanDocument, printed: &Printed, format: DocumentFormat, world: &mut World) {
    let text = printed.text(document);
    match format {
        DocumentFormat::Text => world.show(text),
        // Standard output is reserved for the report.
        _ => world.error(text),
    }
}

fn tell(report: &ReportDocument, printed: &Printed, format: DocumentFormat, world: &mut World) {
    printed.log(|view| render::report::render(report, view), world);
    if format == DocumentFormat::Text {
        if report.changes.is_empty() && report.not_sent.is_empty() && report.already.is_empty() {
            return;
        }
        world.print("\n");
    }
    world.show(printed.report(report));
}

/// Prints the head of the journal, and that the day is not known.
fn tell_of_journal(journal: Option<&Journal>, is_first: bool, world: &World) {
    if is_first {
        world.error("note: no journal of earlier runs, so guards counted this run alone, not 24 hours");
    }
    if let Some(journal) = journal {
        world.error(format!("journal head: {}", journal.head()));
    }
}

/// Removes the changes that are not in the saved plan, before the guards check it. Fails if a saved change is no longer
/// planned and not yet done, or now depends on a change outside the saved plan: then it can neither be sent nor left
/// out.
fn promised(
    plan: Plan,
    saved: Option<&PlanDocument>,
    reading: &Reading,
) -> Result<(Plan, Comparison), Failure> {
    let Some(saved) = saved else { return Ok((plan, Comparison::default())) };
    saved::check(saved, plan.organization.as_str(), reading.now)?;
    let compared = Comparison::of(saved, &plan, &reading.live);
    let stale = |what: &str, changes: &[String]| {
        let message = format!("the saved plan is stale: these changes {what}: {}", changes.join(", "));
        Failure::stale(message, "create and review a new plan")
    };
    if !compared.moved.is_empty() {
        return Err(stale("are no longer planned as saved", &compared.moved));
    }
    let narrowed = plan.narrowed(|change| compared.both.contains(change.id.as_str()));
    let sent: BTreeSet<&str> = narrowed.changes.iter().map(|change| change.id.as_str()).collect();
    let torn: Vec<String> = compared.both.iter().filter(|id| !sent.contains(id.as_str())).cloned().collect();
    if !torn.is_empty() {
        return Err(stale("now depend on changes that are not in it", &torn));
    }
    Ok((narrowed, compared))
}

fn not_reviewed(document: &PlanDocument) -> Failure {
    const SHOWN: usize = 10;
    let shown = escape(listed(document.not_reviewed.iter(), SHOWN).as_str());
    Failure::stale(
        format!("nothing was applied: these changes are not in a reviewed plan: {shown}"),
        format!("review the plan above, then apply it with `--expect {}`", escape(&document.fingerprint)),
    )
}

fn expect(expected: &str, document: &PlanDocument) -> Result<(), Failure> {
    let expected = expected.trim();
    if document.fingerprint == expected {
        return Ok(());
    }
    let message = if expected.is_empty() {
        format!("--expect is empty; the plan is {}", document.fingerprint)
    } else {
        format!("the plan is {}, not the expected {}", document.fingerprint, escape(expected))
    };
    // Headings show only the beginning of the fingerprint, which is easily copied.
    let help = if !expected.is_empty() && document.fingerprint.starts_with(expected) {
        "review the plan above, then pass the whole fingerprint, not only its beginning"
    } else {
        "review the plan above, then pass its fingerprint"
    };
    Err(Failure::stale(message, help))
}

fn confirmed(plan: &Plan, document: &PlanDocument, world: &mut World) -> Result<bool, Failure> {
    let source = document.config.source().filter(|_| document.config.dirty);
    let question = confirm::question(plan, document, source.as_deref());
    let errors = world.streams.errors.clone();
    let end = move || {
        if let Ok(mut errors) = errors.lock() {
            let _ = writeln!(errors, "\nnothing was applied: interrupted");
        }
        world::end(ExitStatus::Failed)
    };
    let (_, listener) = Interrupt::listen(end, || ());
    let answer = world.ask(&question);
    listener.abort();
    let answer = answer.map_err(|error| {
        Failure::other(
            format!("cannot read the answer: {error}"),
            "pass --auto-approve, --plan or --expect to apply without confirmation",
        )
    })?;
    Ok(answer == "yes")
}

async fn carry_out(
    approved: Approved,
    readings: Readings,
    parallelism: Parallelism,
    service: &Service,
    mut watcher: Watcher,
) -> (Report, Option<Journal>) {
    let progress = watcher.progress.clone();
    let (told, last) = (progress.clone(), progress.clone());
    let (interrupt, listener) = Interrupt::listen(
        move || told.keep("finishing the requests in flight; press Ctrl-C again to stop immediately"),
        move || {
            last.finish();
            last.keep(
                "stopped immediately: requests in flight may or may not have taken effect; run again to check and continue",
            );
            world::end(ExitStatus::Partial)
        },
    );
    watcher.interrupt = interrupt;
    let mut report = bylaws_engine::apply(approved, readings, parallelism, service, &mut watcher).await;
    if let Some(Err(reason)) = watcher.journal.as_mut().map(|journal| journal.end(&report)) {
        report.stopped.get_or_insert(reason);
    }
    listener.abort();
    progress.finish();
    (report, watcher.journal)
}

/// The names in the files that differ from the live ones, by the id of the change.
type LiveNames = BTreeMap<String, Vec<LiveName>>;

struct Watcher {
    interrupt: Interrupt,
    stop: Option<StopFile>,
    journal: Option<Journal>,
    progress: Progress,
    names: LiveNames,
    start: Instant,
    done: usize,
    total: usize,
}

impl Watch for Watcher {
    fn before(&mut self, change: &Change) -> Result<(), Text> {
        if self.interrupt.is_set() {
            return Err("interrupted; the requests in flight are finished; run again to continue".into());
        }
        if self.stop.as_ref().is_some_and(StopFile::is_there) {
            return Err(STOPPED.into());
        }
        let names = self.names_of(change).to_vec();
        let change_id = format!("{}{}", escape(change.id.as_str()), escape(suffix(&names).as_str()));
        let left = time_left(self.start.elapsed(), self.done, self.total);
        let left = left.map_or(String::new(), |left| format!(" ({left})"));
        self.progress.say(format!("{}/{} {change_id}{left}", self.done + 1, self.total));
        self.journal.as_mut().map_or(Ok(()), |journal| journal.before(change, names))
    }

    fn after(&mut self, change: &Change, outcome: &Outcome) -> Result<(), Text> {
        self.passed(change, outcome);
        self.journal.as_mut().map_or(Ok(()), |journal| journal.after(change, outcome))
    }

    /// Prints the line of a finished change.
    fn passed(&mut self, change: &Change, outcome: &Outcome) {
        self.done += 1;
        let style = self.progress.style();
        let names = self.names_of(change);
        let line = render::report::finished(&change.id, names, outcome, (self.done, self.total), style);
        self.progress.keep(&line);
    }
}

impl Watcher {
    fn names_of(&self, change: &Change) -> &[LiveName] {
        self.names.get(change.id.as_str()).map_or(&[], Vec::as_slice)
    }
}

fn status(report: &ReportDocument, attention: bool) -> ExitStatus {
    let summary = &report.summary;
    let undone = summary.failed + summary.skipped + summary.unknown;
    match (undone, summary.done) {
        (0, _) if attention => ExitStatus::Pending,
        (0, _) => ExitStatus::Done,
        (_, 0) if summary.unknown == 0 => ExitStatus::Failed,
        _ => ExitStatus::Partial,
    }
}
