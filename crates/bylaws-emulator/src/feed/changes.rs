//! What changed: the object of a write before and after it, and the differences between two organizations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::actor::Actor;
use super::event::{Change, Event, Recorded};
use crate::kinds::ALL;
use crate::request::Call;
use crate::seed::Seed;
use crate::state::State;

/// An object, null if it does not exist, with what its kind records.
pub(super) struct Found {
    recorded: &'static Recorded,
    object: Value,
}

fn recorded() -> impl Iterator<Item = &'static Recorded> {
    ALL.iter().flat_map(|kind| kind.recorded)
}

/// Returns the object that a write is about, before it or with its answer.
pub(super) fn at(state: &State, call: &Call, answer: Option<&Value>) -> Option<Found> {
    let body = || serde_json::from_slice(&call.body).unwrap_or_default();
    let told = answer.cloned().unwrap_or_else(body);
    let mut parts: Vec<&str> = call.path.trim_start_matches("/v1/organizations/").split('/').collect();
    if parts.last() == Some(&"archive") {
        parts.pop();
    }
    recorded().find_map(|recorded| Some(Found { recorded, object: (recorded.find)(state, &parts, &told)? }))
}

/// Returns what the feed says about a write.
pub(super) fn events(before: Option<Found>, after: Option<Found>, actor: &Actor) -> Vec<Event> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    of_object(before.recorded, &before.object, &after.object, actor)
}

/// Returns what the feed says about the differences between two states.
pub(super) fn between(before: &Seed, after: &Seed, actor: &Actor) -> Vec<Event> {
    let mut events = Vec::new();
    for recorded in recorded() {
        let by_id = |seed: &Seed| -> BTreeMap<String, Value> {
            let id = |object: &Value| {
                let ids: &[&str] = match object["id"].as_str() {
                    Some(_) => &["id"],
                    None => &["workspace_id", "user_id", "rate_limit_id", "service_account_id"],
                };
                let ids = ids.iter().map(|field| object[*field].as_str().unwrap_or_default());
                ids.collect::<Vec<_>>().join(" ")
            };
            (recorded.all)(seed).into_iter().map(|object| (id(&object), object)).collect()
        };
        let (was, is) = (by_id(before), by_id(after));
        for id in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
            let [was, is] = [&was, &is].map(|objects| objects.get(id).unwrap_or(&Value::Null));
            events.extend(of_object(recorded, was, is, actor));
        }
    }
    events
}

fn of_object(recorded: &Recorded, before: &Value, after: &Value, actor: &Actor) -> Vec<Event> {
    if before == after { Vec::new() } else { (recorded.says)(&Change { before, after, actor }) }
}
