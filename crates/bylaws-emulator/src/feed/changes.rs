//! What the feed says about a change of an object: its type, the ids, and the fields that changed. Tags, and roles that
//! a credential sets, are not recorded.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Actor, Event};
use crate::seed::Seed;
use crate::state::State;

/// Kinds whose activities follow one pattern.
struct Pattern {
    list: &'static str,
    added: &'static str,
    updated: &'static str,
    removed: &'static str,
    /// The fields of the object that the activity has, under its own name for them.
    ids: &'static [(&'static str, &'static str)],
    /// Where a field is in the object, and its name among `updates`.
    updates: &'static [(&'static str, &'static str)],
}

const PATTERNS: [Pattern; 3] = [
    Pattern {
        list: "workspaces",
        added: "platform_workspace_created",
        updated: "platform_workspace_updated",
        removed: "platform_workspace_archived",
        ids: &[("id", "workspace_id")],
        updates: &[
            ("/name", "name"),
            ("/display_color", "display_color"),
            ("/data_residency/allowed_inference_geos", "allowed_inference_geos"),
            ("/data_residency/default_inference_geo", "default_inference_geo"),
            ("/external_key_id", "external_key_config_id"),
        ],
    },
    Pattern {
        list: "workspace_members",
        added: "platform_workspace_member_added",
        updated: "platform_workspace_member_updated",
        removed: "platform_workspace_member_removed",
        ids: &[("user_id", "user_id"), ("workspace_id", "workspace_id")],
        updates: &[("/workspace_role", "workspace_role")],
    },
    Pattern {
        list: "api_keys",
        added: "platform_api_key_created",
        updated: "platform_api_key_updated",
        // Keys are never deleted.
        removed: "",
        ids: &[("id", "api_key_id")],
        updates: &[("/name", "name"), ("/status", "status"), ("/scope/workspace_id", "workspace")],
    },
];

const OVERRIDES: &str = "workspace_rate_limits";
const SETTINGS: &str = "compliance_settings";

/// An object of a seed, null if it is not there, with the list that it is in.
pub(super) struct Found {
    list: &'static str,
    object: Value,
}

/// Returns the object that a write is about; for a create, the one that the answer names.
pub(super) fn at(state: &State, path: &str, answer: Option<&Value>) -> Option<Found> {
    let mut parts: Vec<&str> = path.trim_start_matches("/v1/organizations/").split('/').collect();
    let created = |field: &str| answer.and_then(|answer| answer.get(field)).and_then(Value::as_str);
    if parts.last() == Some(&"archive") {
        parts.pop();
    }
    let named =
        |rest: &[&str], field: &str| rest.first().copied().or_else(|| created(field)).map(str::to_owned);
    Some(match parts.as_slice() {
        ["users", id] => found("users", state.users.get(id)),
        ["invites", rest @ ..] => found("invites", named(rest, "id").and_then(|id| state.invites.get(&id))),
        ["workspaces", id, "members", rest @ ..] => {
            let user = named(rest, "user_id");
            found("workspace_members", user.and_then(|user| state.members.get(*id)?.get(&user)))
        }
        ["workspaces", id, "rate_limits", limit] => {
            let mut overrides = state.rest.workspace_rate_limits.iter();
            let own = overrides.find(|own| own.workspace_id == *id && own.rate_limit_id == *limit);
            let empty = json!({"workspace_id": id, "rate_limit_id": limit, "limits": []});
            let own = own.map_or(empty, |own| json!(own));
            found(OVERRIDES, Some(&with_group(own, &state.rest)))
        }
        ["workspaces", rest @ ..] if rest.len() < 2 => {
            found("workspaces", named(rest, "id").and_then(|id| state.workspaces.get(&id)))
        }
        ["api_keys", id] => found("api_keys", state.api_keys.get(id)),
        [SETTINGS] => found(SETTINGS, state.rest.compliance_settings.as_ref()),
        _ => return None,
    })
}

fn found<T: Serialize>(list: &'static str, object: Option<&T>) -> Found {
    Found { list, object: json!(object) }
}

pub(super) fn events(before: Option<Found>, after: Option<Found>, actor: &Actor) -> Vec<Event> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    of_object(before.list, &before.object, &after.object, actor)
}

/// Returns what the feed says about the differences between two states.
pub(super) fn between(before: &Seed, after: &Seed, actor: &Actor) -> Vec<Event> {
    let mut events = Vec::new();
    let [was, is] = [before, after].map(|seed| (json!(seed), seed));
    for list in ["users", "invites", "workspaces", "workspace_members", "api_keys", OVERRIDES] {
        let by_id = |(document, seed): &(Value, &Seed)| -> BTreeMap<String, Value> {
            let of_object = |object: &Value| {
                let id = ["id", "workspace_id", "user_id", "rate_limit_id"]
                    .map(|field| object[field].as_str().unwrap_or_default());
                (id.join(" "), with_group(object.clone(), seed))
            };
            document[list].as_array().into_iter().flatten().map(of_object).collect()
        };
        let (was, is) = (by_id(&was), by_id(&is));
        for id in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
            let [was, is] = [&was, &is].map(|objects| objects.get(id).unwrap_or(&Value::Null));
            events.extend(of_object(list, was, is, actor));
        }
    }
    events.extend(of_object(SETTINGS, &was.0[SETTINGS], &is.0[SETTINGS], actor));
    events
}

/// Returns what the feed says about a change of one object, which is null before it is created or after it is removed.
fn of_object(list: &str, before: &Value, after: &Value, actor: &Actor) -> Vec<Event> {
    if before == after {
        return Vec::new();
    }
    match list {
        "users" => of_user(before, after, actor),
        "invites" => of_invite(before, after).into_iter().collect(),
        OVERRIDES => of_limits(before, after),
        SETTINGS => {
            let [was_on, is_on] = [before, after].map(|settings| settings["state"]["type"] == "enabled");
            let fields = json!({"compliance_api_enabled": is_on, "compliance_api_logging_enabled": is_on});
            let event = Event::new("org_compliance_api_settings_updated", fields);
            (is_on != was_on).then_some(event).into_iter().collect()
        }
        _ => {
            let pattern = PATTERNS.iter().find(|pattern| pattern.list == list);
            pattern.and_then(|pattern| of_pattern(pattern, before, after)).into_iter().collect()
        }
    }
}

/// Returns the object after a change, or the one before it if it was removed.
fn present<'a>(before: &'a Value, after: &'a Value) -> &'a Value {
    if after.is_null() { before } else { after }
}

fn of_pattern(pattern: &Pattern, before: &Value, after: &Value) -> Option<Event> {
    // An archived workspace is gone; a key that is archived only has another status.
    let is_there = |object: &Value| !object.is_null() && object["archived_at"].is_null();
    let kind = match (is_there(before), is_there(after)) {
        (true, true) => pattern.updated,
        (false, true) => pattern.added,
        (true, false) => pattern.removed,
        (false, false) => return None,
    };
    let object = present(before, after);
    let ids = pattern.ids.iter().map(|(field, name)| ((*name).to_owned(), object[*field].clone()));
    let mut fields: Map<_, _> = ids.collect();
    if kind == pattern.updated {
        let update = |(at, name): &(&str, &str)| {
            let [was, is] = [before, after].map(|object| object.pointer(at).unwrap_or(&Value::Null));
            (was != is).then(|| json!({"type": name, "previous_value": was, "current_value": is}))
        };
        let updates: Vec<Value> = pattern.updates.iter().filter_map(update).collect();
        if updates.is_empty() {
            return None;
        }
        fields.insert("updates".to_owned(), Value::Array(updates));
    }
    (!kind.is_empty()).then_some(Event { kind, fields, by: None })
}

fn of_user(before: &Value, after: &Value, actor: &Actor) -> Vec<Event> {
    let user = present(before, after);
    match (before.is_null(), after.is_null()) {
        (is_new, is_gone) if actor.is(&["scim_directory_sync_actor"]) => {
            let kind = match (is_new, is_gone) {
                (true, _) => "scim_user_created",
                (_, true) => "scim_user_deleted",
                (false, false) => "scim_user_updated",
            };
            vec![Event::new(kind, json!({"user_id": user["id"]}))]
        }
        // Nobody can be added without an invite that they accept.
        (true, _) => {
            let sent = json!({"invited_email": user["email"], "invited_role": user["role"]});
            let mut accepted = Event::new("org_user_invite_accepted", json!({"invite_id": null}));
            let text = |name: &str| user[name].as_str().unwrap_or_default();
            accepted.by = Some(Actor::user(text("email"), Some(text("id"))));
            vec![Event::new("org_user_invite_sent", sent), accepted]
        }
        (_, true) => {
            let fields = json!({"deleted_user_email": user["email"], "deleted_user_id": user["id"]});
            vec![Event::new("org_user_deleted", fields)]
        }
        _ if before["role"] != after["role"] && actor.is(&["user_actor", "anthropic_actor"]) => {
            let role = |user: &Value| {
                json!({"role": user["role"], "target_id": user["id"], "target_type": "user",
                       "resource_type": "organization"})
            };
            vec![
                Event::new("role_assignment_revoked", role(before)),
                Event::new("role_assignment_granted", role(after)),
            ]
        }
        _ => Vec::new(),
    }
}

fn of_invite(before: &Value, after: &Value) -> Option<Event> {
    let invite = present(before, after);
    match (before["status"].as_str(), after["status"].as_str()) {
        (None, Some("pending")) => {
            let fields = json!({"invited_email": invite["email"], "invited_role": invite["role"]});
            Some(Event::new("org_user_invite_sent", fields))
        }
        (Some("pending"), None | Some("deleted")) => {
            Some(Event::new("org_user_invite_deleted", json!({"invite_id": invite["id"]})))
        }
        _ => None,
    }
}

fn of_limits(before: &Value, after: &Value) -> Vec<Event> {
    let limits = |entry: &Value| -> BTreeMap<String, Value> {
        let limits = entry["limits"].as_array().into_iter().flatten();
        limits
            .filter_map(|limit| Some((limit["type"].as_str()?.to_owned(), limit["value"].clone())))
            .collect()
    };
    let (was, is) = (limits(before), limits(after));
    let entry = present(before, after);
    let fields = |limiter: &str| json!({"limiter_type": limiter, GROUP: entry[GROUP], "workspace_id": entry["workspace_id"]});
    let mut events = Vec::new();
    for (limiter, value) in is.iter().filter(|(limiter, value)| was.get(*limiter) != Some(*value)) {
        let mut event = Event::new("platform_workspace_rate_limit_updated", fields(limiter));
        event.fields.insert("value".to_owned(), value.clone());
        events.push(event);
    }
    let gone = was.keys().filter(|limiter| !is.contains_key(*limiter));
    events.extend(gone.map(|limiter| Event::new("platform_workspace_rate_limit_deleted", fields(limiter))));
    events
}

/// The field that [`with_group`] adds.
const GROUP: &str = "model_group";

/// Adds the name of its group to an override of a rate limit: the first model, or the type of a feature.
fn with_group(mut object: Value, seed: &Seed) -> Value {
    let id = object.get("rate_limit_id").and_then(Value::as_str);
    let limit = id.and_then(|id| seed.rate_limits.iter().find(|limit| limit.id == id));
    if let (Some(limit), Some(fields)) = (limit, object.as_object_mut()) {
        let name = limit.models.iter().flatten().next().unwrap_or(&limit.group.kind);
        fields.insert(GROUP.to_owned(), json!(name));
    }
    object
}
