//! A write as a request. A plan shows and apply sends the same value, so they cannot differ.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use bylaws_api::{Error, Request, Writer};
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::writer::{Answer, Entry};
use futures::future::{BoxFuture, FutureExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Called right before a request is sent; if it returns false, nothing is sent.
pub type MayBeSent<'a> = &'a (dyn Fn() -> bool + Sync);

/// The answer, or `None` if the request was not sent.
type Sent = Result<Option<Answer>, Error>;

type Send = Box<dyn for<'a> FnOnce(&'a Writer, MayBeSent<'a>) -> BoxFuture<'a, Sent> + std::marker::Send>;

/// A request that must succeed before a write is sent, and changes nothing.
pub struct Check {
    /// The method, a space, and the path.
    pub request: String,
    send: SendCheck,
}

/// The answer to a check: why it failed, as the service says it.
type Checked = Result<Result<(), Refused>, Error>;

type SendCheck = Box<dyn for<'a> FnOnce(&'a Writer) -> BoxFuture<'a, Checked> + std::marker::Send>;

/// Why a check failed, and the service's id of the request.
struct Refused {
    reason: String,
    request_id: Option<String>,
}

impl Check {
    /// Returns a request, with the function that returns why its answer means no.
    pub(crate) fn new<T>(request: Request<T>, result: fn(T) -> Result<(), String>) -> Self
    where
        T: DeserializeOwned + std::marker::Send + 'static,
    {
        let shown = format!("{} {}", request.method.as_str(), request.display_path());
        let send: SendCheck = Box::new(move |writer| {
            async move {
                let answer = writer.send(request).await?;
                let request_id = answer.request_id;
                Ok(result(answer.value).map_err(|reason| Refused { reason, request_id }))
            }
            .boxed()
        });
        Self { request: shown, send }
    }
}

/// One write request: what a plan shows, and how apply sends it.
pub struct Call {
    /// `POST` or `DELETE`.
    pub method: &'static str,
    /// The path, from `/v1/` on. The id of a workspace that is still to be created is written as
    /// `{workspace/production}`.
    pub path: String,
    /// The JSON body, if there is one.
    pub body: Option<Value>,
    /// What must succeed right before it is sent.
    pub check: Option<Check>,
    send: Send,
}

impl Call {
    /// Returns a request, with the function that returns the object that its answer shows.
    pub(crate) fn new<T>(request: Request<T>, shown: fn(T) -> Entry) -> Self
    where
        T: DeserializeOwned + std::marker::Send + 'static,
    {
        let (method, path, body) = (request.method.as_str(), request.display_path(), request.body.clone());
        let send: Send = Box::new(move |writer, may_be_sent| {
            async move {
                let answer = writer.send_if(request, may_be_sent).await?;
                Ok(answer.map(|answer| {
                    let Entry { id, facts, .. } = shown(answer.value);
                    Answer { id: Some(id), shown: facts, request_id: answer.request_id, warning: None }
                }))
            }
            .boxed()
        });
        Self { method, path, body, check: None, send }
    }

    /// Returns the same request, to be sent after a check.
    pub(crate) fn after(self, check: Option<Check>) -> Self {
        Self { check, ..self }
    }

    /// Sends the request, after its check if there is one that did not succeed before. It is not sent if `may_be_sent` is
    /// false when its turn comes.
    pub async fn send(
        self,
        writer: &Writer,
        checked: &Succeeded,
        may_be_sent: MayBeSent<'_>,
    ) -> Result<Outcome, Error> {
        let request = self.check.as_ref().map(|check| check.request.clone());
        if let Some(check) = self.check.filter(|check| !checked.take(&check.request))
            && let Err(Refused { reason, request_id }) = (check.send)(writer).await?
        {
            let said = Text::quoted(&reason);
            return Ok(Outcome::Refused(
                text!("not sent, because {} failed: {}", check.request, said),
                request_id,
            ));
        }
        Ok(match (self.send)(writer, may_be_sent).await? {
            Some(answer) => Outcome::Answered(answer),
            None => {
                // A check may take longer than a list can be relied on.
                checked.add(request);
                Outcome::Aged
            }
        })
    }
}

/// What became of a request.
pub enum Outcome {
    /// It was sent and answered.
    Answered(Answer),
    /// It was not sent, because its list had become too old.
    Aged,
    /// It was not sent, because its check failed: the message, and the service's id of the check.
    Refused(Text, Option<String>),
}

/// The checks that succeeded before a request that was not sent yet.
#[derive(Debug, Default)]
pub struct Succeeded(Mutex<BTreeSet<String>>);

impl Succeeded {
    fn add(&self, check: Option<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(check);
    }

    /// Returns whether a check succeeded, and forgets that: it counts for one request.
    fn take(&self, check: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(check)
    }
}

/// Returns an error as a message: whatever the service said is quoted.
pub fn said(error: &Error) -> Text {
    let mut said = Text::parse(&error.what);
    if let Some(message) = error.body.message.as_deref() {
        said = text!("{}: {}", said, message);
    }
    let mut place = Vec::from_iter(error.request().map(|request| request.say()));
    if let Some(status) = error.status {
        let words = [error.body.error_type.as_deref(), error.error_code()].into_iter().flatten();
        let words = std::iter::once(text!("status {}", status)).chain(words.map(Text::quoted));
        place.push(Text::joined(words, " "));
    }
    place.extend(error.body.request_id.as_deref().map(|id| text!("request {}", id)));
    place.extend((error.tries > 1).then(|| text!("after {} tries", error.tries)));
    if place.is_empty() { said } else { text!("{} ({})", said, Text::joined(place, ", ")) }
}
