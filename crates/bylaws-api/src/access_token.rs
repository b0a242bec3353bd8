//! An access token: how long it can be used, and what is known about it.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::authorization::Authorization;
use crate::identity_token::IdentityClaims;

/// The time in which a write can end: no write is sent with a token that ends sooner.
pub(crate) const RESERVE: Duration = Duration::from_secs(30);
/// The earliest renewal, before the end of a token.
const EARLIEST: Duration = Duration::from_mins(2);

/// An access token and what is known about it.
pub(crate) struct Token {
    pub(crate) secret: SecretString,
    pub(crate) until: Instant,
    pub(crate) lifetime: Duration,
    pub(crate) scope: String,
    pub(crate) claims: IdentityClaims,
    /// The identity token that was exchanged.
    pub(crate) assertion: SecretString,
}

impl Token {
    /// Returns the time until it ends.
    pub(crate) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Returns whether it is time to renew it.
    pub(crate) fn is_due(&self) -> bool {
        self.left() <= (self.lifetime / 4).clamp(RESERVE, EARLIEST)
    }

    /// Returns whether a request can be sent with it: a write may take a while.
    pub(crate) fn is_usable(&self, is_write: bool) -> bool {
        self.left() > if is_write { RESERVE } else { Duration::ZERO }
    }

    pub(crate) fn authorization(&self) -> Option<Authorization> {
        Authorization::bearer(self.secret.expose_secret())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

/// What is known about the access token in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The scope of the rule, separated by spaces.
    pub scope: String,
    /// The time until the token ends.
    pub left: Duration,
    /// What the identity token says.
    pub identity: IdentityClaims,
}
