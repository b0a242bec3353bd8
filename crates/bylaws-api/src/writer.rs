//! The writing half of the API: sends requests that were built, and perhaps reviewed, beforehand.

use serde::de::DeserializeOwned;

use crate::client::Answer;
use crate::{Config, Error, Reader, Request};

/// Reads and changes the organization.
#[derive(Debug, Clone)]
pub struct Writer {
    reader: Reader,
}

impl Writer {
    /// Sets a client up; nothing is sent. Fails where TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self, Error> {
        Reader::new(config).map(|reader| Self { reader })
    }

    /// The reading half. It shares connections, pauses and counts with this writer.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Sends a request and waits for its answer, trying again where that is safe.
    ///
    /// A request that is not safe to repeat ([`Replay::NotSafe`](crate::Replay)) ends with
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind) as soon as the service may have acted without
    /// saying so. Look the thing up before sending it again.
    pub async fn send<T: DeserializeOwned>(&self, request: Request<T>) -> Result<Answer<T>, Error> {
        self.reader.0.send(&request).await
    }

    /// Sends a request as [`send`](Self::send) does, but only if `may_be_sent` still holds when its turn comes: a
    /// pause or the pace of the service may hold it up for minutes. Returns `None` if it was not sent.
    pub async fn send_if<T: DeserializeOwned>(
        &self,
        request: Request<T>,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Answer<T>>, Error> {
        self.reader.0.send_if(&request, may_be_sent).await
    }
}
