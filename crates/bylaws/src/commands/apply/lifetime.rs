//! An access token may end before an apply does: the warning before the first write, and the error afterwards.

use std::time::Duration;

use bylaws_api::{Credential, ExchangeProblem, IdentitySource, Reader};
use bylaws_output::document::report::ReportDocument;

use crate::exit::Failure;
use crate::live::writer::Service;
use crate::workload::{TOKEN_FILE, span};
use crate::world::World;

/// A change is a write, and often the read of a list before it.
const REQUESTS_PER_CHANGE: u32 = 2;

/// Returns the time that a request took, measured on those so far, which `took` so long.
pub(super) fn per_request(took: Duration, reader: &Reader) -> Duration {
    let reads = u32::try_from(reader.counts().reads).unwrap_or(u32::MAX).max(1);
    (took / reads).max(reader.gap())
}

/// Warns if the changes may take longer than the access token is valid, and it may not be possible to renew it.
pub(super) fn warn(credential: &Credential, changes: usize, per_request: Duration, world: &World) {
    let Some((federation, grant)) = credential.federation().zip(credential.grant()) else { return };
    let requests = u32::try_from(changes).unwrap_or(u32::MAX).saturating_mul(REQUESTS_PER_CHANGE);
    let estimate = per_request.saturating_mul(requests);
    if estimate <= grant.left {
        return;
    }
    let renewal = match federation.identity {
        IdentitySource::GitHubActions(_) => return,
        IdentitySource::File(_) => {
            format!("if {TOKEN_FILE} then has a new identity token, apply continues; otherwise it")
        }
        IdentitySource::Literal(_) => "apply then".to_owned(),
    };
    world.error(format!(
        "warning: the access token expires in {}, and the changes may take {}\n  help: {renewal} stops between two \
         changes; run it again in a new job to continue",
        span(grant.left),
        span(estimate)
    ));
}

/// Prints the error of the token exchange, if it ended the apply.
pub(super) fn tell_end(service: &Service, report: &ReportDocument, world: &World) {
    let Some(error) = service.exchange_error() else { return };
    let failure = if error.exchange == Some(ExchangeProblem::CannotRenew) {
        let summary = &report.summary;
        let total = summary.done + summary.failed + summary.skipped + summary.unknown;
        let message = format!("{}; {} of {total} changes applied", error.what, summary.done);
        Failure::other(message, "run apply again in a new job")
    } else {
        Failure::Service(error)
    };
    world.error(failure.render(world));
}
