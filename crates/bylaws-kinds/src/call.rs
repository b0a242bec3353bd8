//! A write as a request. A plan shows and apply sends the same value, so they cannot differ.

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

/// One write request: what a plan shows, and how apply sends it.
pub struct Call {
    /// `POST` or `DELETE`.
    pub method: &'static str,
    /// The path, from `/v1/` on. The id of a workspace that is still to be created is written as
    /// `{workspace/production}`.
    pub path: String,
    /// The JSON body, if there is one.
    pub body: Option<Value>,
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
        Self { method, path, body, send }
    }

    /// Sends the request, unless `may_be_sent` is false when its turn comes: then the result is `None`.
    pub async fn send(self, writer: &Writer, may_be_sent: MayBeSent<'_>) -> Result<Option<Answer>, Error> {
        (self.send)(writer, may_be_sent).await
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
