//! The access token of a workload, shared by everything that sends requests. `exchange.rs` requests and renews it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::access_token::{Grant, Token};
use crate::error::{Error, ErrorKind};
use crate::federation::Federation;
use crate::redact::Secrets;

/// How long a failed renewal is not tried again: after a failure on the way, and after a refusal.
const PAUSE: Duration = Duration::from_secs(5);
const LONG_PAUSE: Duration = Duration::from_secs(30);

/// The token in use, and the results of the exchanges so far.
pub(crate) struct TokenSource {
    pub(crate) federation: Federation,
    pub(crate) secrets: Secrets,
    current: RwLock<Option<Arc<Token>>>,
    /// Held during an exchange, so that there is only one at a time.
    pub(crate) renewal: Mutex<Renewal>,
}

/// The results of earlier exchanges.
#[derive(Default)]
pub(crate) struct Renewal {
    /// The last token, if the service does not accept it any more.
    pub(crate) rejected: Option<Arc<Token>>,
    failed: Option<(Error, Instant)>,
    /// The identity token that was denied last.
    pub(crate) denied: Option<SecretString>,
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

    pub(crate) fn current(&self) -> Option<Arc<Token>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, token: Option<Arc<Token>>) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
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
    /// Returns the error of the last exchange if it is too early for the next one.
    pub(crate) fn pause(&self) -> Option<Error> {
        let (error, at) = self.failed.as_ref()?;
        let pause = if error.kind == ErrorKind::Exchange { LONG_PAUSE } else { PAUSE };
        (at.elapsed() < pause).then(|| error.clone())
    }

    /// Records the result of an exchange.
    pub(crate) fn ended<T>(&mut self, exchanged: &Result<T, Error>) {
        self.failed = exchanged.as_ref().err().map(|error| (error.clone(), Instant::now()));
    }
}
