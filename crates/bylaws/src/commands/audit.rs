//! `bylaws audit`: reports findings for a review. Uses a client that cannot write.

use bylaws_engine::audit::{Severity, Unseen, audit_rule};
use bylaws_kinds::{Live, audit};
use bylaws_output::document::audit::{AuditDocument, Context, NotJudged};
use bylaws_output::document::origin::Positions;
use bylaws_output::document::plan::OrganizationRef;
use bylaws_output::render;
use jiff::civil::Date;

use super::files::Files;
use super::printed::Printed;
use crate::args::{Audit, FailOn, Output};
use crate::connect;
use crate::exit::{ExitStatus, Failure};
use crate::live::review::{self, Extent, Review};
use crate::progress::Progress;
use crate::world::World;

pub(crate) async fn run(args: &Audit, world: &mut World) -> Result<ExitStatus, Failure> {
    let printed =
        Printed::of(&Output { format: args.format, all: false, comment: args.comment.clone() }, world)?;
    let files = printed.load(args.path.as_ref(), args.strict, world)?;
    let desired = Some(&files.desired);
    let (review, reads) = if let Some(path) = &args.live {
        let review = review::of_snapshot(&world.path(path), desired)?;
        (review.without_figures("a snapshot does not contain it"), 0)
    } else {
        connect::check(args.strict, &args.connection, world)?;
        let (progress, with_figures) = (Progress::new(world), !args.no_figures);
        let extent = if with_figures { Extent::WithFigures } else { Extent::Everything };
        let (review, reader) =
            review::of_service(&args.connection, desired, extent, &progress, world).await?;
        let review = if with_figures { review } else { review.without_figures("--no-figures was given") };
        (review, reader.counts().reads)
    };
    let today = args.now.unwrap_or_else(|| review.today());
    let document = document(&files, &review, reads, today);
    let text = printed.audit(&document);
    printed.log(|view| render::audit::text(&document, view.style), world);
    world.show(text);
    let summary = &document.summary;
    let bad = match args.fail_on {
        None => 0,
        Some(FailOn::Error) => summary.errors,
        Some(FailOn::Warning) => summary.errors + summary.warnings,
    };
    if bad > 0 {
        return Ok(ExitStatus::Pending);
    }
    // --fail-on must not pass because the credential may read less than before.
    let refused: Vec<&str> = document
        .not_judged
        .iter()
        .filter(|rule| counts(rule, args.fail_on, &review))
        .map(|rule| rule.name.as_str())
        .collect();
    if !refused.is_empty() {
        return Err(Failure::other(
            format!("cannot evaluate --fail-on: these rules could not be checked: {}", refused.join(", ")),
            "use a credential that may read the missing data, or turn these rules off in the files",
        ));
    }
    Ok(ExitStatus::Done)
}

/// Returns whether a rule that was not checked might have failed the run, unless the user asked to skip it.
fn counts(rule: &NotJudged, fail_on: Option<FailOn>, review: &Review) -> bool {
    let severity = audit_rule(&rule.name).map(|rule| rule.severity);
    let is_bad = match fail_on {
        None => false,
        Some(FailOn::Error) => severity == Some(Severity::Error),
        Some(FailOn::Warning) => matches!(severity, Some(Severity::Error | Severity::Warning)),
    };
    // A plan needs lists of several kinds, any of which may have been refused.
    let is_refused =
        review.refused.contains(&rule.unseen) || rule.unseen == Unseen::Plan && !review.refused.is_empty();
    is_bad && is_refused
}

/// Returns the audit of these files and this live state as a document.
pub(crate) fn document(files: &Files, review: &Review, reads: u64, today: Date) -> AuditDocument {
    let desired = &files.desired;
    let live: &Live = &review.live;
    let plan = review::for_plan(desired, live)
        .map(|live| bylaws_kinds::plan(&bylaws_kinds::Basis::new(desired, today), &live));
    let found = audit(desired, live, plan.as_ref(), &review.observed, today);
    let mut unseen = review.unseen.clone();
    if let Some((what, why)) = review.unseen.first_key_value() {
        let why = format!("{}: {why}", bylaws_output::unseen::words(*what));
        unseen.entry(Unseen::Plan).or_insert(why);
    }
    AuditDocument::of(
        &found,
        Context {
            organization: OrganizationRef { id: live.id.to_string(), name: live.name.clone() },
            config: files.config(),
            today,
            reads,
            positions: Positions { origins: &files.origins, root: &files.root },
            accept: &desired.audit.accept,
            unseen: &unseen,
        },
    )
}
