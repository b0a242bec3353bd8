//! API keys: list, get, rename, set the status (`docs/service-behaviour.md#api-keys`). Keys come only from
//! seeds: the service can neither create nor delete them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::event::{Pattern, Recorded, objects};
use crate::ids;
use crate::kinds::Kind;
use crate::object::{Object, Problem, expected, required};
use crate::organization::below;
use crate::page::Paging;
use crate::request::{Query, Target, Version};
use crate::routes::Run::{Get, List, Post};
use crate::seeding::{Seeding, check_id, in_workspaces, own_id, unique};
use crate::state::State;
use crate::workspaces::check_name;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| Seeding::list(&mut seed.api_keys, document, LIST, now, ApiKey::from_seed),
    check: |seed| {
        unique(LIST, &seed.api_keys, |key| &key.id)?;
        in_workspaces(seed, LIST, &seed.api_keys, "scope.workspace_id", ApiKey::workspace_id)
    },
    settle: |state| {
        let lives = |key: &&mut ApiKey| matches!(key.status.as_str(), "active" | "inactive");
        for key in state.api_keys.iter_mut().filter(lives) {
            if key.expires_at.is_some_and(|end| end <= state.now) {
                "expired".clone_into(&mut key.status);
            }
        }
    },
    recorded: &[Recorded {
        find: |state, path, _| match path {
            ["api_keys", id] => Some(json!(state.api_keys.get(id))),
            _ => None,
        },
        all: |seed| objects(&seed.api_keys),
        says: |change| change.of(&ACTIVITIES),
    }],
    ..Kind::new(&[
        ("/v1/organizations/api_keys", &[List(list)]),
        ("/v1/organizations/api_keys/{api_key_id}", &[Get(get), Post(update)]),
    ])
};

const ACTIVITIES: Pattern = Pattern {
    added: "platform_api_key_created",
    updated: "platform_api_key_updated",
    // Keys are never deleted.
    removed: "",
    ids: &[("id", "api_key_id")],
    updates: &[("/name", "name"), ("/status", "status"), ("/scope/workspace_id", "workspace")],
    hidden: &[],
};

/// The list of the seed.
const LIST: &str = "api_keys";

/// A key as the service returns it, without its secret. A seed needs `name` and `scope` or `workspace_id`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["name"]), transform = with_short_scope)]
pub struct ApiKey {
    /// The id, `apikey_…`.
    pub id: String,
    /// Always `api_key`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name, 1 to 500 characters; not unique.
    pub name: String,
    /// `active`, `inactive`, `archived` or `expired`; unknown values are kept.
    pub status: String,
    /// When it was created (RFC 3339).
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// `{id, type}` with the type `user` or `service_account`, or null.
    pub created_by: Value,
    /// When it expires (RFC 3339), or null.
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// The first and last characters of the key, or null.
    pub partial_key_hint: Option<String>,
    /// Null for keys of a workspace, otherwise `user_actor` or `service_account_actor` with an id.
    pub principal: Value,
    /// `{type: workspace, workspace_id}` or `{type: organization}`.
    pub scope: Value,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl ApiKey {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("api_key")?;
        let id = own_id(&mut object, "apikey_")?;
        let name = object.text("name")?;
        let scope = read_scope(&mut object)?;
        let id = seeding.id(id, "apikey_", &["api key", &scope.to_string(), &name]);
        let hint = ids::id("", &["hint", &id]);
        let part = |range| hint.get(range).unwrap_or_default();
        let hint = format!("sk-ant-api03-{}...{}", part(2..5), part(8..12));
        // An explicit null is different from a missing field: the service has keys without a hint.
        let has_hint = object.has("partial_key_hint");
        let given = object.nullable_text("partial_key_hint")?;
        let created_by = object_or_null(&mut object, "created_by")?;
        let principal = object_or_null(&mut object, "principal")?;
        for (of, name, field, prefixes) in [
            (&scope, "scope", "workspace_id", &["wrkspc_"][..]),
            (&created_by, "created_by", "id", &["user_", "svac_"]),
            (&principal, "principal", "user_id", &["user_"]),
            (&principal, "principal", "service_account_id", &["svac_"]),
        ] {
            of[field].as_str().map_or(Ok(()), |id| check_id(&format!("{name}.{field}"), id, prefixes))?;
        }
        Ok(Self {
            id,
            kind: "api_key",
            name,
            status: object.nullable_text("status")?.unwrap_or_else(|| "active".to_owned()),
            created_at: object.nullable_time("created_at")?.unwrap_or_else(|| seeding.days_ago(30)),
            created_by,
            expires_at: object.nullable_time("expires_at")?,
            partial_key_hint: if has_hint { given } else { Some(hint) },
            principal,
            scope,
            extra: object.rest(),
        })
    }

    /// Returns the workspace of the key; `None` for organization-scoped keys.
    pub(crate) fn workspace_id(&self) -> Option<&str> {
        self.scope["workspace_id"].as_str()
    }

    pub(crate) fn lives_in(&self, workspaces: &[String]) -> bool {
        self.workspace_id().is_some_and(|id| workspaces.iter().any(|workspace| workspace == id))
    }

    /// Returns whether it is a personal key of this user.
    pub(crate) fn belongs_to(&self, user_id: &str) -> bool {
        self.principal_id("user_id") == Some(user_id)
    }

    pub(crate) fn was_created_by(&self, user_id: &str) -> bool {
        self.created_by["id"].as_str() == Some(user_id)
    }

    /// Returns `user_id` or `service_account_id` of the principal.
    pub(crate) fn principal_id(&self, field: &str) -> Option<&str> {
        self.principal[field].as_str()
    }
}

fn list(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let paging = Paging::read(&mut query)?;
    let status = query.choice("status", &["active", "archived", "expired", "inactive"])?;
    let workspace = query.id("workspace_id", "wrkspc_")?;
    let creator = query.id("created_by_user_id", "user_")?;
    query.finish()?;
    let keep = |key: &ApiKey| {
        status.as_ref().is_none_or(|status| *status == key.status)
            && workspace.as_ref().is_none_or(|id| key.workspace_id() == Some(id))
            && creator.as_ref().is_none_or(|id| key.was_created_by(id))
    };
    paging.page_as(&state.api_keys, keep, |key| written(state, target.version, key))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    let key = state.api_keys.find(target.id("api_key_id"))?;
    Ok(written(state, target.version, key))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let id = target.id("api_key_id");
    // Null is the same as a missing field.
    let name = body.nullable_text("name")?;
    name.as_deref().map_or(Ok(()), |name| check_name(name, 500))?;
    let status = body.nullable_text("status")?;
    if status.as_deref().is_some_and(|status| !matches!(status, "active" | "inactive" | "archived")) {
        return Err(Refusal::invalid("status: must be one of active, inactive, archived."));
    }
    body.finish()?;
    let key = state.api_keys.find(id)?;
    if let Some(status) = &status {
        check_step(&key.status, status)?;
        if status == "active" && key.status != "active" {
            check_limits(state, key)?;
        }
    }
    let key = state.api_keys.find_mut(id)?;
    key.name = name.unwrap_or_else(|| key.name.clone());
    key.status = status.unwrap_or_else(|| key.status.clone());
    get(state, target)
}

fn check_step(from: &str, to: &str) -> Result<(), Refusal> {
    match (from, to) {
        ("archived" | "expired", "archived") => Ok(()),
        ("archived", _) => Err(Refusal::invalid("status: an archived key stays archived.")),
        ("expired", _) => Err(Refusal::invalid("status: an expired key can only be archived.")),
        _ => Ok(()),
    }
}

fn check_limits(state: &State, key: &ApiKey) -> Result<(), Refusal> {
    let limits = &state.rest.limits;
    let active = || state.api_keys.iter().filter(|other| other.status == "active");
    let here = || active().filter(|other| other.workspace_id() == key.workspace_id()).count();
    below(limits.active_api_keys, || active().count()).map_err(|most| {
        let message = format!("The organization has {most} active keys, the most it may have.");
        Refusal::coded("org_api_key_limit_exceeded", message)
    })?;
    let in_workspace = key.workspace_id().and(limits.workspace_active_api_keys);
    below(in_workspace, here).map_err(|most| {
        let message = format!("The workspace has {most} active keys, the most it may have.");
        Refusal::coded("workspace_api_key_limit_exceeded", message)
    })
}

fn written(state: &State, version: Version, key: &ApiKey) -> Value {
    let mut value = json!(key);
    if version == Version::Old {
        // Deprecated; null both for the default workspace and for keys without a workspace.
        value["workspace_id"] = json!(key.workspace_id().filter(|id| !state.is_default(id)));
    }
    value
}

fn read_scope(object: &mut Object) -> Result<Value, Problem> {
    let workspace = object.nullable_text("workspace_id")?;
    match (object.take("scope").filter(|scope| !scope.is_null()), workspace) {
        (Some(scope), _) => match scope["type"].as_str() {
            Some("workspace") if !scope["workspace_id"].is_string() => Err(required("scope.workspace_id")),
            Some(_) => Ok(scope),
            None => Err(Problem::new("scope", "expected an object with a `type`")),
        },
        (None, Some(id)) => Ok(json!({"type": "workspace", "workspace_id": id})),
        (None, None) => Err(Problem::new("scope", "is required (or `workspace_id`)")),
    }
}

/// Adds the short form of a scope to the schema of a seed.
fn with_short_scope(schema: &mut schemars::Schema) {
    let note = "Short form of a `scope` of type `workspace`.";
    if let Some(properties) = schema.get_mut("properties") {
        properties["workspace_id"] = json!({"type": ["string", "null"], "description": note});
    }
}

fn object_or_null(object: &mut Object, name: &str) -> Result<Value, Problem> {
    match object.take(name) {
        None => Ok(Value::Null),
        Some(value @ (Value::Null | Value::Object(_))) => Ok(value),
        Some(other) => Err(expected(name, "an object or null", &other)),
    }
}
