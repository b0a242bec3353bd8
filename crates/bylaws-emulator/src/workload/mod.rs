//! Workload identity federation (`docs/service-behaviour.md#token-exchange`): the exchange of an identity token for an
//! access token, the tokens that it mints, and an issuer for tests. Kept beside the organization, so that a dump has
//! neither tokens nor used ids, and replacing the organization keeps both.

mod assertion;
mod checks;
mod exchange;
mod history;
mod minted;
mod request;
mod signature;
mod test_issuer;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use history::Exchange;
use minted::Minted;
use test_issuer::Claims;

pub(crate) use exchange::exchange;
pub(crate) use history::history;
pub(crate) use request::{PATH, redacted, redacted_text};
pub(crate) use test_issuer::{set_claims, token};

/// What the exchange has to remember.
#[derive(Clone, Default)]
pub(crate) struct Workloads {
    /// Every minted token, also those that have expired: they are refused, not unknown.
    minted: BTreeMap<String, Minted>,
    /// The ids of identity tokens that were exchanged (`jti`), each with its issuer.
    used: BTreeSet<(String, String)>,
    /// Oldest first.
    history: Vec<Exchange>,
    /// What the next tokens of the test issuer say, by the id of the federation issuer.
    claims: BTreeMap<String, Claims>,
    /// How many tokens the test issuer has made.
    issued: u64,
}

impl Workloads {
    /// Returns what is known about a token, if it was minted here.
    pub(crate) fn minted(&self, token: &str) -> Option<&Minted> {
        self.minted.get(token)
    }
}

/// Omits the tokens from the output.
impl fmt::Debug for Workloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workloads").field("minted", &self.minted.len()).finish_non_exhaustive()
    }
}
