//! One call of the API as a plain value: built by the module of its resource, shown in a plan, sent by the
//! client. Independent of the network.

use std::marker::PhantomData;
use std::ops::Deref;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;

/// A call whose successful answer is a `T`. It has the fields and methods of [`Call`].
#[derive(Debug, Clone)]
pub struct Request<T> {
    call: Call,
    answer: PhantomData<fn() -> T>,
}

/// A call without the type of its answer.
#[derive(Debug, Clone)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    root: &'static str,
    /// The path after `root`.
    segments: Vec<String>,
    /// The query, decoded, in the order in which it is sent.
    pub query: Vec<(&'static str, String)>,
    /// The JSON body, if the call has one.
    pub body: Option<Value>,
    /// Whether the call may be repeated.
    pub replay: Replay,
    /// The beta feature that the call needs, sent as `anthropic-beta`.
    pub beta: Option<&'static str>,
    /// Whether the service accepts only an OAuth token with `org:admin`, and refuses admin keys.
    pub needs_token: bool,
    /// The `type` that the answer must have, for calls that return one object.
    pub(crate) answered_with: Option<&'static str>,
}

impl<T> Deref for Request<T> {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.call
    }
}

/// The HTTP methods that the API uses; updates are `POST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads an object, list or report.
    Get,
    /// Create, update or archive.
    Post,
    /// Removes or withdraws an object.
    Delete,
}

impl Method {
    /// Returns `GET`, `POST` or `DELETE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a call may be sent again if its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Replay {
    /// Idempotent: reads, updates, removals, archives.
    Safe,
    /// A repeat could create a second object, or be refused because of the first (the service has no
    /// idempotency keys; `docs/service-behaviour.md#errors-and-retries`). Look the object up before trying
    /// again.
    NotSafe,
}

/// The beginning of all paths, except those of the Activity Feed.
const ROOT: &str = "/v1/organizations/";
/// The maximum number of items on one page of a list.
pub(crate) const MOST_ITEMS: u32 = 1000;
/// The maximum number of items on one page of a list of service accounts or of federation objects.
pub(crate) const MOST_OF_SHORT_PAGE: u32 = 100;
/// The characters that are encoded in a path: all but the unreserved ones of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Why a request is not sent.
const NOT_AN_ID: &str = "an id in the path is empty, `.`, `..` or a placeholder that was never filled in";

impl<T> Request<T> {
    fn new(method: Method, segments: &[&str], replay: Replay) -> Self {
        let call = Call {
            method,
            root: ROOT,
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            body: None,
            replay,
            beta: None,
            needs_token: false,
            answered_with: None,
        };
        Self { call, answer: PhantomData }
    }

    pub(crate) fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, segments, Replay::Safe)
    }

    /// Returns a request for a list, with the largest pages.
    pub(crate) fn list(segments: &[&str]) -> Self {
        Self::list_by(segments, MOST_ITEMS)
    }

    /// Returns a request for a list, with this number of items on a page.
    pub(crate) fn list_by(segments: &[&str], limit: u32) -> Self {
        Self::get(segments).with_query("limit", &limit)
    }

    pub(crate) fn post(segments: &[&str], replay: Replay) -> Self {
        Self::new(Method::Post, segments, replay)
    }

    pub(crate) fn delete(segments: &[&str]) -> Self {
        Self::new(Method::Delete, segments, Replay::Safe)
    }

    /// Sets another beginning of the path, with `/` at both ends.
    pub(crate) fn under(mut self, root: &'static str) -> Self {
        self.call.root = root;
        self
    }

    pub(crate) fn with_query(self, name: &'static str, value: &impl ToString) -> Self {
        self.with_each(name, &[value.to_string()])
    }

    /// Adds the pair if there is a value.
    pub(crate) fn with_optional(self, name: &'static str, value: Option<&impl ToString>) -> Self {
        self.with_each(name, value.map(ToString::to_string).as_slice())
    }

    /// Adds the name once per value; for more than one, it ends in `[]`.
    pub(crate) fn with_each(mut self, name: &'static str, values: &[impl ToString]) -> Self {
        self.call.query.extend(values.iter().map(|value| (name, value.to_string())));
        self
    }

    pub(crate) fn with_body(mut self, body: &impl Serialize) -> Self {
        // The crate's own body types always serialize; the service would refuse a null body.
        self.call.body = Some(serde_json::to_value(body).unwrap_or(Value::Null));
        self
    }

    pub(crate) fn with_beta(mut self, beta: Option<&'static str>) -> Self {
        self.call.beta = beta;
        self
    }

    /// Marks a request that the service refuses to admin keys: it accepts only an OAuth token with `org:admin`.
    pub(crate) fn only_with_token(mut self) -> Self {
        self.call.needs_token = true;
        self
    }

    /// Sets the `type` that the answer must have: `user_deleted` has the fields of a `user`, so the fields
    /// alone are not enough.
    pub(crate) fn answered_with(mut self, kind: &'static str) -> Self {
        self.call.answered_with = Some(kind);
        self
    }
}

impl Call {
    /// Returns the path as sent, percent-encoded.
    pub fn path(&self) -> String {
        let encoded = |segment: &String| utf8_percent_encode(segment, ENCODED).to_string();
        format!("{}{}", self.root, self.segments.iter().map(encoded).collect::<Vec<_>>().join("/"))
    }

    /// Returns the path for display, not encoded, so that a placeholder id such as
    /// `{workspace/production}` stays readable.
    pub fn display_path(&self) -> String {
        format!("{}{}", self.root, self.segments.join("/"))
    }

    /// Refuses ids that would address something else: `..`, or an empty one, would address the list.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let odd = |segment: &String| matches!(segment.as_str(), "" | "." | "..") || segment.starts_with('{');
        if self.segments.iter().any(odd) { Err(NOT_AN_ID) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sent_path_is_encoded_and_the_displayed_one_is_not() {
        let request: Request<()> = Request::get(&["workspaces", "{workspace/a b}", "members"]);
        assert_eq!(request.path(), "/v1/organizations/workspaces/%7Bworkspace%2Fa%20b%7D/members");
        assert_eq!(request.display_path(), "/v1/organizations/workspaces/{workspace/a b}/members");
    }

    #[test]
    fn an_id_that_would_change_the_call_is_refused() {
        for (id, fine) in [
            ("user_01", true),
            ("user 01?x=/..", true),
            ("", false),
            (".", false),
            ("..", false),
            ("{workspace/production}", false),
        ] {
            let request: Request<()> = Request::delete(&["users", id]);
            assert_eq!(request.check().is_ok(), fine, "{id:?}");
        }
    }
}
