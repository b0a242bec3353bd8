//! `api_keys:`: the status of API keys, at the top level and under a workspace.
//! API keys cannot be created from files.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

use schemars::JsonSchema;

use crate::files::schema::map::Map;
use crate::files::schema::text::texts;
use crate::syntax::Place;

/// Keys by name.
pub(super) type ApiKeys = Map<ApiKeyName, ApiKeyEntry>;

texts! {
    ApiKeyName {
        "title": "API key name",
        "description": "The name of an API key, as the Console shows it. Never the secret key.",
        "minLength": 1,
        "examples": ["ci-deploy"]
    }
    ApiKeyId {
        "title": "API key id",
        "description": "The id of an API key: `apikey_` followed by letters and digits. Never the secret key.",
        "pattern": "^apikey_[A-Za-z0-9]+$",
        "patternErrorMessage": "Not a valid API key id: write `apikey_` followed by letters and digits.",
        "examples": ["apikey_01Rj2N8SVvo6BePZj99NhmiT"]
    }
}

/// Returns the description of the section.
pub(super) fn description(place: Place) -> &'static str {
    if place == Place::Organization {
        "API keys that do not belong to a workspace, by name. Without this section Bylaws does not manage them.\n\n\
         ```yaml\napi_keys:\n  ops-reports: active\n```"
    } else {
        "API keys of this workspace, by name.\n\n```yaml\napi_keys:\n  ci-deploy: active\n```"
    }
}

/// The status of an API key, or its status and id. Bylaws cannot create keys: a listed key must exist.
#[derive(JsonSchema)]
#[schemars(untagged, title = "API key", extend("defaultSnippets" = [{
    "label": "status of a pinned key",
    "description": "The long form: a status, and the id of the key.",
    "body": {"status": "${1:active}", "id": "${2:apikey_}"}
}]))]
pub(super) enum ApiKeyEntry {
    Short(Status),
    Long(ApiKey),
}

/// An API key in the long form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "API key, long form")]
pub(super) struct ApiKey {
    /// The desired status.
    #[schemars(extend("examples" = ["inactive"]))]
    status: Status,
    /// The id of the key, which pins it even if its name changes. Not the secret key.
    id: Option<ApiKeyId>,
}

/// The status of an API key.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Status of an API key")]
pub(super) enum Status {
    /// The key works. Setting a key to `active` needs an approval.
    Active,
    /// The key does not work. It can be set to `active` again.
    Inactive,
    /// The key is permanently off. Needs an approval.
    Archived,
}
