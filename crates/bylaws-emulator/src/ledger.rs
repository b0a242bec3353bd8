//! The request log: every request to the API in the order in which they were processed. It has neither
//! control requests nor headers, so it contains no credential.

use axum::body::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::request::Call;

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

/// All entries since the start or the last clearing.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<LedgerEntry>,
    seq: u64,
}

impl Ledger {
    pub(crate) fn record(&mut self, call: &Call, status: Option<u16>, answered: bool) {
        self.seq += 1;
        self.entries.push(LedgerEntry {
            seq: self.seq,
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            body: body(&call.body),
            status,
            answered,
        });
    }

    pub(crate) fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// Removes all entries; numbering starts at 1 again.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn body(bytes: &Bytes) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}
