//! The access token of a workload, shared by everything that sends requests: exchanged when it is first needed, and
//! renewed before it ends, by one request at a time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::exchange::{Exchange, Federation, Token};
use crate::identity_token::IdentityClaims;
use crate::redact::Secrets;
use crate::{Error, ErrorKind};

/// How long a failed renewal is not tried again: after a failure on the way, and after a refusal.
const PAUSE: Duration = Duration::from_secs(5);
const LONG_PAUSE: Duration = Duration::from_secs(30);

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

pub(crate) struct TokenSource {
    pub(crate) federation: Federation,
    pub(crate) secrets: Secrets,
    current: RwLock<Option<Arc<Token>>>,
    /// Held during an exchange, so that there is only one at a time.
    renewal: Mutex<Renewal>,
}

/// What earlier exchanges came to.
#[derive(Default)]
struct Renewal {
    /// The last token, if the service does not accept it any more.
    rejected: Option<Arc<Token>>,
    failed: Option<(Error, Instant)>,
    denied: Option<SecretString>,
}

impl TokenSource {
    pub(crate) fn new(federation: Federation) -> Self {
        Self {
            federation,
            secrets: Secrets::default(),
            current: RwLock::default(),
            renewal: Mutex::default(),
        }
    }

    pub(crate) fn grant(&self) -> Option<Grant> {
        let token = self.current()?;
        Some(Grant { scope: token.scope.clone(), left: token.left(), identity: token.claims.clone() })
    }

    fn current(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, token: Option<Arc<Token>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    /// Returns a token that a request can be sent with, after an exchange if it is time for one.
    pub(crate) async fn token(&self, exchange: &Exchange, is_write: bool) -> Result<Arc<Token>, Error> {
        if let Some(token) = self.current().filter(|token| !token.is_due()) {
            return Ok(token);
        }
        let mut renewal = self.renewal.lock().await;
        let former = self.current();
        // Another request may have renewed it in the meantime.
        if let Some(token) = former.clone().filter(|token| !token.is_due()) {
            return Ok(token);
        }
        let renewed = renewal.renew(former.as_deref(), exchange, &self.federation).await;
        match (renewed, former) {
            (Ok(token), _) => {
                let token = Arc::new(token);
                self.set(Some(Arc::clone(&token)));
                Ok(token)
            }
            (Err(_), Some(former)) if former.is_usable(is_write) => Ok(former),
            (Err(error), _) => Err(error),
        }
    }

    /// Drops a token that the service does not accept, unless it was replaced already.
    pub(crate) async fn reject(&self, token: &Arc<Token>) {
        let mut renewal = self.renewal.lock().await;
        if self.current().is_some_and(|current| Arc::ptr_eq(&current, token)) {
            renewal.rejected = Some(Arc::clone(token));
            self.set(None);
        }
    }
}

impl Renewal {
    async fn renew(
        &mut self,
        former: Option<&Token>,
        exchange: &Exchange,
        federation: &Federation,
    ) -> Result<Token, Error> {
        if let Some((error, at)) = &self.failed {
            let pause = if error.kind == ErrorKind::Exchange { LONG_PAUSE } else { PAUSE };
            if at.elapsed() < pause {
                return Err(error.clone());
            }
        }
        let former = former.or(self.rejected.as_deref());
        let renewed = exchange.run(federation, former, &mut self.denied).await;
        self.failed = renewed.as_ref().err().map(|error| (error.clone(), Instant::now()));
        renewed
    }
}
