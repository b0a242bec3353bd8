//! `workspaces:` — the workspaces with what is under them, and the two special ones, which may have less.
//! Who may enter is in `seats.rs`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::api_keys::ApiKeys;
use super::data_residency::DataResidency;
use super::map::Map;
use super::members::Email;
use super::seats::{SeatEntry, TeamRole};
use super::text::{VisibleName, WorkspaceName, texts};

/// The workspaces by name. Two names are the service's own.
pub(super) struct Workspaces;

impl JsonSchema for Workspaces {
    fn schema_name() -> Cow<'static, str> {
        "Workspaces".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": generator.subschema_for::<VisibleName>(),
            "properties": {
                "Default": generator.subschema_for::<DefaultEntry>(),
                "Claude Code": generator.subschema_for::<ClaudeCodeEntry>()
            },
            "additionalProperties": generator.subschema_for::<WorkspaceEntry>()
        })
    }
}

texts! {
    WorkspaceId {
        "title": "workspace id",
        "description": "The id of a workspace, `wrkspc_` and letters and digits.",
        "pattern": "^wrkspc_[A-Za-z0-9]+$",
        "patternErrorMessage": "This is no workspace id: `wrkspc_` and letters and digits.",
        "examples": ["wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"]
    }
    Color {
        "title": "colour",
        "description": "A colour: `#` and six hexadecimal digits, quoted, as YAML takes a bare `#` for a comment.",
        "pattern": "^#[0-9A-Fa-f]{6}$",
        "patternErrorMessage": "This is no colour: `#` and six hexadecimal digits, quoted, as in \"#6C5BB9\".",
        "examples": ["#6C5BB9"]
    }
    TagKey {
        "title": "tag",
        "description": "The key of a tag. Those that begin with `anthropic` are the service's own.",
        "pattern": "^(?![Aa][Nn][Tt][Hh][Rr][Oo][Pp][Ii][Cc])[\\s\\S]",
        "patternErrorMessage": "A tag key must not be empty or begin with `anthropic`: those are the service's own.",
        "examples": ["env"]
    }
    TagValue {
        "title": "tag value",
        "description": "The value of a tag; quote numbers and `true`.",
        "examples": ["prod"]
    }
}

/// A workspace. Without a value it exists, and nothing in it is managed.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Workspace")]
enum WorkspaceEntry {
    Managed(Box<Workspace>),
    Unmanaged,
}

/// A workspace. A field left out is not managed.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "Workspace",
    extend("dependentRequired" = {"name": ["id"]})
)]
struct Workspace {
    /// Pins the workspace. Its key is then only a label of your own.
    id: Option<WorkspaceId>,
    /// The wanted name, only beside an `id`. Changing it renames the workspace in place.
    name: Option<WorkspaceName>,
    /// `archived`: permanent. Needs an approval; everything beside it but `id` and `name` is ignored.
    #[schemars(extend("examples" = ["archived"]))]
    state: Option<State>,
    /// The colour of the workspace in the Console.
    display_color: Option<Color>,
    /// The tags, exactly these. Keys that begin with `anthropic` are the service's own and left alone.
    ///
    /// ```yaml
    /// tags: { env: prod, owner: platform }
    /// ```
    tags: Option<Map<TagKey, TagValue>>,
    /// Where data rests and inference happens, field by field.
    ///
    /// ```yaml
    /// data_residency: { allowed_inference_geos: [us], default_inference_geo: us }
    /// ```
    data_residency: Option<DataResidency>,
    /// Who may enter, with which role. A line here wins over a team's.
    ///
    /// ```yaml
    /// members:
    ///   ada@acme.com: workspace_admin
    ///   sam@contractor.example: { role: workspace_user, until: 2027-01-15 }
    /// ```
    members: Option<Map<Email, SeatEntry>>,
    /// The role of everybody in a team. Of two teams the stronger role holds.
    ///
    /// ```yaml
    /// teams:
    ///   platform: workspace_developer
    /// ```
    teams: Option<Map<VisibleName, TeamRole>>,
    /// API keys of this workspace, by name.
    ///
    /// ```yaml
    /// api_keys:
    ///   ci-deploy: active
    /// ```
    api_keys: Option<ApiKeys>,
}

/// The state of a workspace that is no longer in use.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "State of a workspace")]
enum State {
    /// Archived, for good.
    Archived,
}

/// The default workspace. Without a value nothing in it is managed.
#[derive(JsonSchema)]
#[schemars(untagged, title = "The default workspace")]
enum DefaultEntry {
    Managed(Box<DefaultWorkspace>),
    Unmanaged,
}

/// The default workspace. It has no member list, and is never renamed or archived.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "The default workspace",
    extend("errorMessage" = "`Default` has no member list and is never renamed or archived: here go `id`, `display_color`, `tags`, `data_residency` and `api_keys`.")
)]
struct DefaultWorkspace {
    /// Pins the workspace.
    id: Option<WorkspaceId>,
    /// The colour of the workspace in the Console.
    display_color: Option<Color>,
    /// The tags, exactly these. Keys that begin with `anthropic` are the service's own and left alone.
    ///
    /// ```yaml
    /// tags: { owner: operations }
    /// ```
    tags: Option<Map<TagKey, TagValue>>,
    /// Where data rests and inference happens, field by field.
    ///
    /// ```yaml
    /// data_residency: { allowed_inference_geos: [us], default_inference_geo: us }
    /// ```
    data_residency: Option<DataResidency>,
    /// API keys of this workspace, by name.
    ///
    /// ```yaml
    /// api_keys:
    ///   ci-deploy: active
    /// ```
    api_keys: Option<ApiKeys>,
}

/// The workspace of Claude Code. Without a value nothing in it is managed.
#[derive(JsonSchema)]
#[schemars(untagged, title = "The workspace of Claude Code")]
enum ClaudeCodeEntry {
    Managed(Box<ClaudeCodeWorkspace>),
    Unmanaged,
}

/// The workspace that the first sign-in to Claude Code makes. The service keeps its members and keys.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "The workspace of Claude Code",
    extend("errorMessage" = "The service manages `Claude Code`: here go `display_color`, `tags` and `data_residency` only.")
)]
struct ClaudeCodeWorkspace {
    /// The colour of the workspace in the Console.
    display_color: Option<Color>,
    /// The tags, exactly these. Keys that begin with `anthropic` are the service's own and left alone.
    ///
    /// ```yaml
    /// tags: { owner: operations }
    /// ```
    tags: Option<Map<TagKey, TagValue>>,
    /// Where data rests and inference happens, field by field.
    ///
    /// ```yaml
    /// data_residency: { allowed_inference_geos: [us], default_inference_geo: us }
    /// ```
    data_residency: Option<DataResidency>,
}
