//! What the feed says about a change of an object: its type, the ids, and the fields that changed. Tags, and roles that
//! a credential sets, are not recorded.

use std::collections::BTreeMap;

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

/// An object of a seed, with the list that it is in.
pub(super) struct Found {
    list: &'static str,
    object: Option<Value>,
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
    Found { list, object: object.map(|object| json!(object)) }
}

pub(super) fn events(before: Option<Found>, after: Option<Found>, actor: &Actor) -> Vec<Event> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    of_object(before.list, before.object.as_ref(), after.object.as_ref(), actor)
}

/// Returns what the feed says about the differences between two states.
pub(super) fn between(before: &Seed, after: &Seed, actor: &Actor) -> Vec<Event> {
    let mut events = Vec::new();
    let (documents, none) = ([before, after].map(|seed| json!(seed)), Vec::new());
    let [was, is] = &documents;
    let lists = ["users", "invites", "workspaces", "workspace_members", "api_keys", OVERRIDES];
    for list in lists {
        let mut pairs: BTreeMap<String, [Option<Value>; 2]> = BTreeMap::new();
        for (side, (document, seed)) in [(was, before), (is, after)].into_iter().enumerate() {
            let objects = document.get(list).and_then(Value::as_array).unwrap_or(&none);
            for object in objects {
                let key = ["id", "workspace_id", "user_id", "rate_limit_id"]
                    .map(|field| object.get(field).and_then(Value::as_str).unwrap_or_default());
                let pair = pairs.entry(key.join(" ")).or_default();
                if let Some(place) = pair.get_mut(side) {
                    *place = Some(with_group(object.clone(), seed));
                }
            }
        }
        for [was, is] in pairs.values() {
            events.extend(of_object(list, was.as_ref(), is.as_ref(), actor));
        }
    }
    events.extend(of_object(SETTINGS, was.get(SETTINGS), is.get(SETTINGS), actor));
    events
}

fn of_object(list: &str, before: Option<&Value>, after: Option<&Value>, actor: &Actor) -> Vec<Event> {
    if before == after {
        return Vec::new();
    }
    match list {
        "users" => of_user(before, after, actor),
        "invites" => of_invite(before, after).into_iter().collect(),
        OVERRIDES => of_limits(before, after),
        SETTINGS => {
            let is_enabled = |settings: Option<&Value>| {
                settings.and_then(|settings| settings.pointer("/state/type")) == Some(&json!("enabled"))
            };
            let is_on = is_enabled(after);
            let fields = json!({"compliance_api_enabled": is_on, "compliance_api_logging_enabled": is_on});
            let event = Event::new("org_compliance_api_settings_updated", fields);
            (is_on != is_enabled(before)).then_some(event).into_iter().collect()
        }
        _ => {
            let pattern = PATTERNS.iter().find(|pattern| pattern.list == list);
            pattern.map(|pattern| of_pattern(pattern, before, after)).unwrap_or_default()
        }
    }
}

fn of_pattern(pattern: &Pattern, before: Option<&Value>, after: Option<&Value>) -> Vec<Event> {
    // An archived workspace is gone; a key that is archived only has another status.
    let is_there = |object: &&Value| object.get("archived_at").is_none_or(Value::is_null);
    let (was, is) = (before.filter(is_there), after.filter(is_there));
    let Some(object) = after.or(before) else { return Vec::new() };
    let ids = pattern
        .ids
        .iter()
        .map(|(field, name)| ((*name).to_owned(), object.get(field).cloned().unwrap_or_default()));
    let mut event = Event { kind: pattern.updated, fields: ids.collect(), by: None };
    match (was, is) {
        (Some(was), Some(is)) => {
            let updates: Vec<Value> = pattern
                .updates
                .iter()
                .filter_map(|(at, name)| update(name, was.pointer(at), is.pointer(at)))
                .collect();
            if updates.is_empty() {
                return Vec::new();
            }
            event.fields.insert("updates".to_owned(), Value::Array(updates));
        }
        (None, Some(_)) => event.kind = pattern.added,
        (Some(_), None) => event.kind = pattern.removed,
        (None, None) => return Vec::new(),
    }
    if event.kind.is_empty() { Vec::new() } else { vec![event] }
}

fn update(name: &str, was: Option<&Value>, is: Option<&Value>) -> Option<Value> {
    let some = |value: Option<&Value>| value.cloned().unwrap_or_default();
    (was != is).then(|| json!({"type": name, "previous_value": some(was), "current_value": some(is)}))
}

fn of_user(before: Option<&Value>, after: Option<&Value>, actor: &Actor) -> Vec<Event> {
    let is_directory = actor.is(&["scim_directory_sync_actor"]);
    let field = |user: &Value, name: &str| user.get(name).cloned().unwrap_or_default();
    let text =
        |user: &Value, name: &str| user.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let synced = |kind, user: &Value| vec![Event::new(kind, json!({"user_id": field(user, "id")}))];
    match (before, after) {
        (None, Some(user)) if is_directory => synced("scim_user_created", user),
        (Some(user), None) if is_directory => synced("scim_user_deleted", user),
        (Some(_), Some(user)) if is_directory => synced("scim_user_updated", user),
        // Nobody can be added without an invite that they accept.
        (None, Some(user)) => {
            let sent = json!({"invited_email": field(user, "email"), "invited_role": field(user, "role")});
            let mut accepted = Event::new("org_user_invite_accepted", json!({"invite_id": null}));
            accepted.by = Some(Actor::user(&text(user, "email"), Some(&text(user, "id"))));
            vec![Event::new("org_user_invite_sent", sent), accepted]
        }
        (Some(user), None) => {
            let fields =
                json!({"deleted_user_email": field(user, "email"), "deleted_user_id": field(user, "id")});
            vec![Event::new("org_user_deleted", fields)]
        }
        (Some(was), Some(is))
            if was.get("role") != is.get("role") && actor.is(&["user_actor", "anthropic_actor"]) =>
        {
            let role = |user: &Value| {
                json!({"role": field(user, "role"), "target_id": field(user, "id"), "target_type": "user",
                       "resource_type": "organization"})
            };
            vec![
                Event::new("role_assignment_revoked", role(was)),
                Event::new("role_assignment_granted", role(is)),
            ]
        }
        _ => Vec::new(),
    }
}

fn of_invite(before: Option<&Value>, after: Option<&Value>) -> Option<Event> {
    let status = |invite: Option<&Value>| {
        invite.and_then(|invite| invite.get("status")).and_then(Value::as_str).map(str::to_owned)
    };
    let field =
        |name: &str| after.or(before).and_then(|invite| invite.get(name)).cloned().unwrap_or_default();
    match (status(before).as_deref(), status(after).as_deref()) {
        (None, Some("pending")) => {
            let fields = json!({"invited_email": field("email"), "invited_role": field("role")});
            Some(Event::new("org_user_invite_sent", fields))
        }
        (Some("pending"), None | Some("deleted")) => {
            Some(Event::new("org_user_invite_deleted", json!({"invite_id": field("id")})))
        }
        _ => None,
    }
}

fn of_limits(before: Option<&Value>, after: Option<&Value>) -> Vec<Event> {
    let limits = |entry: Option<&Value>| -> BTreeMap<String, Value> {
        let limits = entry.and_then(|entry| entry.get("limits")).and_then(Value::as_array);
        let limiter =
            |limit: &Value| Some((limit.get("type")?.as_str()?.to_owned(), limit.get("value")?.clone()));
        limits.into_iter().flatten().filter_map(limiter).collect()
    };
    let (was, is) = (limits(before), limits(after));
    let common = |limiter: &str| -> Map<String, Value> {
        let field =
            |name: &str| after.or(before).and_then(|entry| entry.get(name)).cloned().unwrap_or_default();
        let fields = [
            ("limiter_type", json!(limiter)),
            ("model_group", field(GROUP)),
            ("workspace_id", field("workspace_id")),
        ];
        fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    };
    let mut events = Vec::new();
    for (limiter, value) in &is {
        if was.get(limiter) != Some(value) {
            let mut fields = common(limiter);
            fields.insert("value".to_owned(), value.clone());
            events.push(Event { kind: "platform_workspace_rate_limit_updated", fields, by: None });
        }
    }
    let gone = was.keys().filter(|limiter| !is.contains_key(*limiter));
    events.extend(gone.map(|limiter| Event {
        kind: "platform_workspace_rate_limit_deleted",
        fields: common(limiter),
        by: None,
    }));
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
