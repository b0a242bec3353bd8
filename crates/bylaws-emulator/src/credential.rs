//! Checks credentials (`docs/service-behaviour.md#wire-and-credentials`). Never repeats, prints or keeps
//! what a request sent.

use crate::envelope::Refusal;
use crate::organization::OrganizationKind;
use crate::request::Call;

/// Accepts only the credential `only` if it is given, otherwise anything that looks like a valid one.
pub(crate) fn check(only: Option<&str>, call: &Call, kind: OrganizationKind) -> Result<(), Refusal> {
    // The service accepts keys in either header, but tokens only as bearer tokens.
    let (sent, bearer) = match (call.header("x-api-key"), call.bearer()) {
        (Some(key), _) => (key, false),
        (None, Some(token)) => (token, true),
        (None, None) => {
            return Err(Refusal::unauthenticated("x-api-key or authorization header is required."));
        }
    };
    let fits = only.map_or_else(
        || {
            sent.starts_with("sk-ant-admin")
                || (bearer && sent.starts_with("sk-ant-oat"))
                || (kind == OrganizationKind::Enterprise && sent.starts_with("sk-ant-api01-"))
        },
        |only| only == sent,
    );
    if fits { Ok(()) } else { Err(Refusal::unauthenticated("The credential is not valid here.")) }
}
