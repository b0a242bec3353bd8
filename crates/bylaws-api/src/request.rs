//! One call of the API as a plain value: built by the module of its resource, shown in a plan, sent by the
//! client. Independent of the network.

use std::fmt::Write as _;
use std::marker::PhantomData;

use serde::Serialize;
use serde_json::Value;

/// A call whose successful answer is a `T`.
#[derive(Debug)]
pub struct Request<T> {
    method: Method,
    segments: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    replay: Replay,
    beta: Option<&'static str>,
    /// The `type` that the answer must have, for calls that return one object.
    answered_with: Option<&'static str>,
    answer: PhantomData<fn() -> T>,
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

/// Why a request is not sent.
const NOT_AN_ID: &str = "an id in the path is empty, `.`, `..` or a placeholder that was never filled in";

impl<T> Request<T> {
    fn new(method: Method, segments: &[&str], replay: Replay) -> Self {
        Self {
            method,
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            query: Vec::new(),
            body: None,
            replay,
            beta: None,
            answered_with: None,
            answer: PhantomData,
        }
    }

    pub(crate) fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, segments, Replay::Safe)
    }

    pub(crate) fn post(segments: &[&str], replay: Replay) -> Self {
        Self::new(Method::Post, segments, replay)
    }

    pub(crate) fn delete(segments: &[&str]) -> Self {
        Self::new(Method::Delete, segments, Replay::Safe)
    }

    pub(crate) fn with_query(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Adds the pair if there is a value.
    pub(crate) fn with_optional(self, name: &'static str, value: Option<&impl ToString>) -> Self {
        match value {
            Some(value) => self.with_query(name, value),
            None => self,
        }
    }

    /// Adds the name, which ends in `[]`, once per value.
    pub(crate) fn with_each<V: ToString>(mut self, name: &'static str, values: &[V]) -> Self {
        self.query.extend(values.iter().map(|value| (name, value.to_string())));
        self
    }

    pub(crate) fn with_body(mut self, body: &impl Serialize) -> Self {
        // The crate's own body types always serialize; the service would refuse a null body.
        self.body = Some(serde_json::to_value(body).unwrap_or(Value::Null));
        self
    }

    pub(crate) fn with_beta(mut self, beta: Option<&'static str>) -> Self {
        self.beta = beta;
        self
    }

    /// Sets the `type` that the answer must have: `user_deleted` has the fields of a `user`, so the fields
    /// alone are not enough.
    pub(crate) fn answered_with(mut self, kind: &'static str) -> Self {
        self.answered_with = Some(kind);
        self
    }

    pub(crate) fn kind_of_answer(&self) -> Option<&'static str> {
        self.answered_with
    }

    /// Returns the HTTP method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns the path as sent, percent-encoded.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for segment in &self.segments {
            path.push('/');
            for byte in segment.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    path.push(char::from(byte));
                } else {
                    let _ = write!(path, "%{byte:02X}");
                }
            }
        }
        path
    }

    /// Returns the path for display, not encoded, so that a placeholder id such as
    /// `{workspace/production}` stays readable.
    pub fn display_path(&self) -> String {
        self.segments.iter().fold(String::new(), |path, segment| path + "/" + segment)
    }

    /// Returns the query, decoded, in the order in which it is sent.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }

    /// Returns the JSON body, if the call has one.
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// Returns whether the call may be repeated.
    pub fn replay(&self) -> Replay {
        self.replay
    }

    /// Returns the beta feature that the call needs, sent as `anthropic-beta`.
    pub fn beta(&self) -> Option<&'static str> {
        self.beta
    }

    /// Refuses ids that would address something else: `..`, or an empty one, would address the list.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let odd = |segment: &String| matches!(segment.as_str(), "" | "." | "..") || segment.starts_with('{');
        if self.segments.iter().any(odd) { Err(NOT_AN_ID) } else { Ok(()) }
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self {
            method: self.method,
            segments: self.segments.clone(),
            query: self.query.clone(),
            body: self.body.clone(),
            replay: self.replay,
            beta: self.beta,
            answered_with: self.answered_with,
            answer: PhantomData,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sent_path_is_encoded_and_the_displayed_one_is_not() {
        let request: Request<()> =
            Request::get(&["v1", "organizations", "workspaces", "{workspace/a b}", "members"]);
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
            let request: Request<()> = Request::delete(&["v1", "organizations", "users", id]);
            assert_eq!(request.check().is_ok(), fine, "{id:?}");
        }
    }
}
