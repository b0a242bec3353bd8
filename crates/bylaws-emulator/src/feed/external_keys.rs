//! What the feed says about external keys.

use serde_json::{Value, json};

use super::event::{Change, Event};

/// Returns what the feed says about a change of one key.
pub(crate) fn says(change: &Change<'_>) -> Vec<Event> {
    let (before, after, id) = (change.before, change.after, &change.object()["id"]);
    if before.is_null() {
        let fields = json!({"external_key_id": id, "provider": after["provider_config"]["type"]});
        return vec![Event::new("org_external_key_created", fields)];
    }
    if after.is_null() {
        return vec![Event::new("org_external_key_deleted", json!({"external_key_id": id}))];
    }
    let update = |field: &str| {
        let (was, is) = (&before[field], &after[field]);
        (was != is).then(|| json!({"type": field, "previous_value": was, "current_value": is}))
    };
    let updates: Vec<Value> =
        ["display_name", "geo", "provider_config"].into_iter().filter_map(update).collect();
    let fields = json!({"external_key_id": id, "updates": updates});
    if updates.is_empty() { Vec::new() } else { vec![Event::new("org_external_key_updated", fields)] }
}

/// Returns what the feed says about a validation: null before it, then the answer with the id of the key.
pub(crate) fn validated(answer: &Value) -> Event {
    let fields = json!({"external_key_id": answer["id"], "validation_result": answer["status"]});
    Event::new("org_external_key_validated", fields)
}
