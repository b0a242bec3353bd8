//! External keys, with which workspaces encrypt their data: create, list, get, update, delete, validate
//! (`docs/service-behaviour.md#external-keys`). The emulator contacts no provider: a key whose coordinates contain
//! `unreachable` fails, every other key works.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::event::{Recorded, id_of, objects};
use crate::feed::external_keys::{says, validated};
use crate::ids;
use crate::kinds::Kind;
use crate::object::{Object, Problem, required};
use crate::page::TokenPaging;
use crate::provider_config::ProviderConfig;
use crate::request::{Query, Target, decode};
use crate::routes::Run::{Act, Delete, Get, List, Post};
use crate::seeding::{Seeding, check_id, unique};
use crate::state::State;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.external_keys, document, LIST, now, ExternalKey::from_seed)
    },
    check: |seed| unique(LIST, &seed.external_keys, |key| &key.id),
    recorded: &[
        Recorded {
            find: |state, path, told| match path {
                ["external_keys", rest @ ..] if rest.len() < 2 => {
                    let id = id_of(rest, told, "id").and_then(|id| decode(&id, false));
                    Some(json!(id.and_then(|id| state.rest.external_keys.iter().find(|own| own.id == id))))
                }
                _ => None,
            },
            all: |seed| objects(&seed.external_keys),
            says,
        },
        // The answers to validations, which change nothing.
        Recorded {
            find: |_, path, told| match path {
                ["external_keys", id, "validate"] => {
                    let answer = || json!({"id": decode(id, false), "status": told["status"]});
                    Some(if told["status"].is_null() { Value::Null } else { answer() })
                }
                _ => None,
            },
            all: |_| Vec::new(),
            says: |change| vec![validated(change.after)],
        },
    ],
    ..Kind::new(&[
        ("/v1/organizations/external_keys", &[List(list), Post(create)]),
        ("/v1/organizations/external_keys/{external_key_id}", &[Get(get), Post(update), Delete(delete)]),
        ("/v1/organizations/external_keys/{external_key_id}/validate", &[Act(validate)]),
    ])
};

/// The list of the seed.
const LIST: &str = "external_keys";

/// An external key as the service returns it. A seed needs `provider_config`.
///
/// A seed does not say whether a workspace uses the key (`attachment`): the emulator computes it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["provider_config"]))]
pub struct ExternalKey {
    /// The id, `ekey_…`, or an ARN.
    pub id: String,
    /// Always `external_key`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name shown in the Console, or null; not unique.
    pub display_name: Option<String>,
    /// The region of the data; always `us`, unknown values are kept.
    pub geo: String,
    /// Where the key is.
    pub provider_config: ProviderConfig,
    /// The user profile that a workspace with this key must have, or null.
    pub user_profile_id: Option<String>,
    /// When it was created (RFC 3339).
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was last updated (RFC 3339).
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl ExternalKey {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("external_key")?;
        // Computed from the workspaces.
        object.take("attachment");
        let given = object.nullable_text("id")?;
        if let Some(id) = given.as_deref().filter(|id| !id.starts_with("arn:")) {
            check_id("id", id, &["ekey_"])?;
        }
        let config = object.nested("provider_config", ProviderConfig::from_seed)?;
        let provider_config = config.ok_or_else(|| required("provider_config"))?;
        let created_at = object.nullable_time("created_at")?.unwrap_or_else(|| seeding.days_ago(15));
        Ok(Self {
            id: seeding.id(given, "ekey_", &["external key", &provider_config.coordinates()]),
            kind: "external_key",
            display_name: object.nullable_text("display_name")?,
            geo: object.nullable_text("geo")?.unwrap_or_else(|| "us".to_owned()),
            provider_config,
            user_profile_id: object.nullable_text("user_profile_id")?,
            created_at,
            updated_at: object.nullable_time("updated_at")?.unwrap_or(created_at),
            extra: object.rest(),
        })
    }
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = TokenPaging::read(LIST, &mut query, 20, 1000)?;
    query.finish()?;
    let keys = state.rest.external_keys.iter();
    let (data, next_page) = paging.page(keys.map(|key| written(state, key)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(written(state, find(state, target)?.0))
}

fn create(state: &mut State, _: &Target<'_>, mut body: Object) -> Answer {
    body.not_null(&["geo", "provider_config"])?;
    let config = body.nested("provider_config", ProviderConfig::read)?;
    let provider_config = config.ok_or_else(|| required("provider_config"))?;
    let display_name = body.nullable_text("display_name")?;
    let geo = read_geo(&mut body)?;
    let user_profile_id = body.nullable_text("user_profile_id")?;
    body.finish()?;
    let keys = &state.rest.external_keys;
    let mut taken = keys.iter().map(|key| key.id.clone()).collect();
    let parts = ["external key", &provider_config.coordinates(), &state.now.to_string()];
    let key = ExternalKey {
        id: ids::fresh("ekey_", &parts, &mut taken),
        kind: "external_key",
        display_name,
        geo: geo.unwrap_or_else(|| "us".to_owned()),
        provider_config,
        user_profile_id,
        created_at: state.now,
        updated_at: state.now,
        extra: BTreeMap::new(),
    };
    state.rest.external_keys.insert(0, key.clone());
    Ok(written(state, &key))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    // Null removes the name; in every other field it changes nothing.
    let has_name = body.has("display_name");
    let display_name = body.nullable_text("display_name")?;
    let config = body.nested("provider_config", ProviderConfig::read)?;
    let geo = read_geo(&mut body)?;
    body.finish()?;
    let (key, at) = find(state, target)?;
    let mut next = key.clone();
    next.provider_config = config.unwrap_or(next.provider_config);
    next.geo = geo.unwrap_or(next.geo);
    if next != *key {
        if key.provider_config.is_fixed() && next.provider_config != key.provider_config {
            return Err(Refusal::invalid("provider_config: a Google key cannot be replaced."));
        }
        if is_attached(state, &key.id) {
            let message = "A workspace uses this external key: only its display_name can be changed.";
            return Err(Refusal::invalid(message));
        }
    }
    if has_name {
        next.display_name = display_name;
    }
    if next != *key {
        next.updated_at = state.now;
    }
    let answer = written(state, &next);
    if let Some(stored) = state.rest.external_keys.get_mut(at) {
        *stored = next;
    }
    Ok(answer)
}

fn delete(state: &mut State, target: &Target<'_>) -> Answer {
    let (key, at) = find(state, target)?;
    if is_attached(state, &key.id) {
        return Err(Refusal::invalid("A workspace uses this external key."));
    }
    let key = state.rest.external_keys.remove(at);
    Ok(json!({"id": key.id, "type": "external_key_deleted"}))
}

/// Says whether the key works. Changes nothing.
fn validate(state: &mut State, target: &Target<'_>) -> Answer {
    let (key, _) = find(state, target)?;
    let works = key.provider_config.is_reachable();
    let (status, error) =
        if works { ("success", None) } else { ("failure", Some("The provider did not answer.")) };
    Ok(json!({"type": "external_key_validation", "status": status, "error": error}))
}

/// Refuses a key that a workspace with this user profile cannot get. A key that is not in the list works.
pub(crate) fn check_attach(state: &State, id: &str, user_profile_id: Option<&str>) -> Result<(), Refusal> {
    let Some(key) = state.rest.external_keys.iter().find(|key| key.id == id) else { return Ok(()) };
    if key.user_profile_id.as_deref() != user_profile_id {
        let message = "The external key and the workspace must have the same user profile, or none.";
        return Err(Refusal::coded("key_profile_mismatch", message));
    }
    if key.provider_config.is_reachable() {
        return Ok(());
    }
    Err(Refusal::coded("external_key_validation_failed", "external_key_id: the provider did not answer."))
}

/// Returns the key that a path names, and its position.
fn find<'a>(state: &'a State, target: &Target<'_>) -> Result<(&'a ExternalKey, usize), Refusal> {
    let id = target.id("external_key_id");
    let mut keys = state.rest.external_keys.iter().enumerate();
    let found = keys.find(|(_, key)| key.id == id).map(|(at, key)| (key, at));
    found.ok_or_else(|| Refusal::not_found("External key"))
}

/// Returns whether a workspace uses the key; an archived one still does.
fn is_attached(state: &State, id: &str) -> bool {
    state.workspaces.iter().any(|workspace| workspace.external_key_id.as_deref() == Some(id))
}

fn written(state: &State, key: &ExternalKey) -> Value {
    let attachment = if is_attached(state, &key.id) { "attached" } else { "unattached" };
    let mut value = json!(key);
    value["attachment"] = json!({"type": attachment});
    value
}

/// Takes the region; `None` if it is missing or null.
fn read_geo(body: &mut Object) -> Result<Option<String>, Problem> {
    match body.nullable_text("geo")? {
        Some(geo) if geo != "us" => Err(Problem::new("geo", "must be us")),
        geo => Ok(geo),
    }
}
