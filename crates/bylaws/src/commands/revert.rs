//! `--revert JOURNAL`: what plan and apply do to plan the reverse of an apply.

use std::path::PathBuf;

use bylaws_api::{Credential, Reader};

use super::files::Files;
use crate::exit::Failure;
use crate::journal::{self, Run};
use crate::live::read::{self, Asked, Reading};
use crate::progress::Progress;
use crate::world::World;

/// The last run that wrote something, of a journal without a fault and of this organization.
pub(crate) fn open(path: Option<&PathBuf>, files: &Files, world: &World) -> Result<Option<Run>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let contents = journal::read(&world.path(path), None)?;
    let refused = |reason: String, help: &'static str| Failure::Document { path: path.clone(), reason, help };
    if let Some(fault) = contents.faults.first() {
        let help = "`bylaws journal verify` tells more; undo by hand, or revert the commit and apply";
        return Err(refused(fault.clone(), help));
    }
    // A run that found nothing to do changed nothing: it hides none before it.
    let run = contents.runs.into_iter().rfind(|run| !run.steps.is_empty());
    let run =
        run.ok_or_else(|| refused("no write is recorded".to_owned(), "name the journal of an apply"))?;
    if run.begin.organization != files.desired.organization.id.as_str() {
        let reason = format!("its last run was of organization {}", run.begin.organization);
        return Err(refused(reason, "name the journal, or the files, of the same organization"));
    }
    world.error(&format!("the reverse of the run of {}, fingerprint {}", run.at, run.begin.fingerprint));
    if run.end.is_none() {
        world.error(
            "that run has no end: it crashed, or the journal was cut off; only what is recorded is undone",
        );
    }
    Ok(Some(run))
}

/// What these files need, or for a reverse everything: the run may have touched any of it.
pub(crate) async fn read(
    revert: Option<&Run>,
    reader: &Reader,
    asked: Asked,
    credential: &Credential,
    files: &Files,
    progress: &Progress,
) -> Result<Reading, Failure> {
    if revert.is_none() {
        return read::read(reader, asked, credential, &files.desired, progress).await;
    }
    let everything = read::everything(reader, asked, Some(&files.desired), progress).await?;
    let now = everything.now.parse().map_err(|_| Failure::Other {
        message: "the service's time cannot be read".to_owned(),
        help: "run again".to_owned(),
    })?;
    Ok(Reading { live: everything.live(Some(credential)), now })
}
