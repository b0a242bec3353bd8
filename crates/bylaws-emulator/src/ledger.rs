//! The request log: every request to the API in the order in which they were processed. It has neither
//! control requests nor headers, nor the identity token of an exchange, so it contains no credential.

use serde::Serialize;
use serde_json::{Value, json};

use crate::request::Call;
use crate::workload;

/// One request to the API.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerEntry {
    /// The sequence number, from 1, without gaps.
    pub seq: u64,
    /// The method in capitals.
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The query as sent, without the question mark; empty if there is none.
    pub query: String,
    /// The body as JSON; as text if it is not JSON; null if it is empty.
    pub body: Value,
    /// The status of the answer or, for a lost answer, the one that it would have had. Null if the request
    /// was dropped before anything was done.
    pub status: Option<u16>,
    /// Whether the whole answer was sent.
    pub answered: bool,
}

impl LedgerEntry {
    /// Adds a request to the log. `status` is `None` if it was dropped before anything was done.
    pub(crate) fn record(log: &mut Vec<Self>, call: &Call, status: Option<u16>, answered: bool) {
        let body = match &call.body {
            none if none.is_empty() => Value::Null,
            body => serde_json::from_slice(body).unwrap_or_else(|_| json!(String::from_utf8_lossy(body))),
        };
        let is_exchange = call.path == workload::PATH;
        let body = if is_exchange { workload::redacted(body) } else { body };
        log.push(Self {
            seq: log.len() as u64 + 1,
            method: call.method.clone(),
            path: call.path.clone(),
            query: if is_exchange { workload::redacted_text(&call.query) } else { call.query.clone() },
            body,
            status,
            answered,
        });
    }
}
