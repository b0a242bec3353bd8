//! The ledger: every request to the API in the order in which it was acted upon.
//! Control requests are not in it, and neither are headers, so no credential is.

use axum::body::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::request::Call;

/// One request to the API.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerEntry {
    /// From 1, without gaps.
    pub seq: u64,
    /// In capitals.
    pub method: String,
    /// Without the query, as sent.
    pub path: String,
    /// As sent, without the question mark; empty where there is none.
    pub query: String,
    /// The body as JSON, as text where it is no JSON, null where it is empty.
    pub body: Value,
    /// The status answered or, for a lost answer, the one it would have had. Null where the request was
    /// dropped before anything was done.
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

    /// Forgets everything; counting begins at 1 again.
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
