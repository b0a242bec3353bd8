//! The writing half of the API: sends requests that were built, and possibly reviewed, before.

use serde::de::DeserializeOwned;

use crate::client::Answer;
use crate::{Config, Error, Reader, Request};

/// Reads and changes the organization.
#[derive(Debug, Clone)]
pub struct Writer(Reader);

impl Writer {
    /// Creates a client without sending anything. Fails if TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self, Error> {
        Reader::new(config).map(Self)
    }

    /// Returns the reading half. It shares connections, pauses and counts with this writer.
    pub fn reader(&self) -> &Reader {
        &self.0
    }

    /// Sends a request and waits for its answer, retrying if that is safe.
    ///
    /// A request that is not safe to repeat ([`Replay::NotSafe`](crate::Replay)) fails with
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind) as soon as the service may have acted without
    /// confirming it. Look the object up before sending it again.
    pub async fn send<T: DeserializeOwned>(&self, request: Request<T>) -> Result<Answer<T>, Error> {
        self.0.0.send(&request).await
    }

    /// Sends a request as [`send`](Self::send) does, but only if `may_be_sent` is still true when its turn
    /// comes: a pause or the pacing may delay it by minutes. Returns `None` if it was not sent.
    pub async fn send_if<T: DeserializeOwned>(
        &self,
        request: Request<T>,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Answer<T>>, Error> {
        self.0.0.send_if(&request, may_be_sent).await
    }
}
