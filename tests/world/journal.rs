//! The requests of a journal, for comparison with those that the service received.

use bylaws_emulator::LedgerEntry;
use serde_json::Value;

/// Returns the requests that a journal records before they are sent.
pub(crate) fn recorded_requests(records: &[Value]) -> Vec<Value> {
    let before = records.iter().filter(|record| record["kind"] == "before");
    before.map(|record| record["change"]["request"].clone()).collect()
}

/// Returns whether a recorded request is the one that the service received. An unknown id is in braces.
pub(crate) fn is_of(request: &Value, entry: &LedgerEntry) -> bool {
    let path = request["path"].as_str().unwrap();
    let same_path = match (path.split_once("{workspace/"), path.split_once('}')) {
        (Some((head, _)), Some((_, tail))) => entry.path.starts_with(head) && entry.path.ends_with(tail),
        _ => path == entry.path,
    };
    request["method"] == entry.method.as_str() && request["body"] == entry.body && same_path
}
