//! `api_keys:` — which keys are switched on, at the top and under a workspace.
//! Keys cannot be made from files.

use schemars::JsonSchema;

use super::map::Map;
use super::text::texts;

/// Keys by name.
pub(super) type ApiKeys = Map<ApiKeyName, ApiKeyEntry>;

texts! {
    ApiKeyName {
        "title": "API key name",
        "description": "The name of an API key, as the Console shows it. Never the key itself.",
        "minLength": 1,
        "examples": ["ci-deploy"]
    }
    ApiKeyId {
        "title": "API key id",
        "description": "The id of an API key, `apikey_` and letters and digits. Never the key itself.",
        "pattern": "^apikey_[A-Za-z0-9]+$",
        "patternErrorMessage": "This is no API key id: `apikey_` and letters and digits.",
        "examples": ["apikey_01Rj2N8SVvo6BePZj99NhmiT"]
    }
}

/// The status of a key, or its status and a pin. Keys cannot be created: a listed key must exist.
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
    /// The wanted status.
    #[schemars(extend("examples" = ["inactive"]))]
    status: Status,
    /// Pins the key, whatever its name becomes. Not the key itself.
    id: Option<ApiKeyId>,
}

/// The status of an API key.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Status of an API key")]
pub(super) enum Status {
    /// Works. Switching a key on needs an approval.
    Active,
    /// Switched off; may be switched on again.
    Inactive,
    /// Switched off for good; needs an approval.
    Archived,
}
