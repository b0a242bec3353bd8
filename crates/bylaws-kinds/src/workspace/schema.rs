//! `workspaces:`: the workspaces and their settings, and the two workspaces with fewer settings.
//! Workspace members are in their own folder.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

pub(super) mod data_residency;

use std::borrow::Cow;
use std::marker::PhantomData;

use data_residency::DataResidency;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::external_key::WorkspaceKeyForm;
use crate::files::ids::WorkspaceId;
use crate::files::schema::keys::keys;
use crate::files::schema::map::Map;
use crate::files::schema::text::{VisibleName, WorkspaceName, texts};
use crate::member::schema::Email;
use crate::syntax::{self, Place};
use crate::workspace_member::entry::{MembershipEntry, TeamRole};

/// Returns the keys that are valid in a place.
pub(super) fn valid(place: Place) -> Vec<&'static str> {
    let own = match place {
        Place::Organization => &[],
        Place::Workspace => Workspace::KEYS,
        Place::Default => DefaultWorkspace::KEYS,
        Place::ClaudeCode => ClaudeCodeWorkspace::KEYS,
    };
    own.iter().copied().chain(syntax::sections(place)).collect()
}

/// Returns the keys that have no effect in an archived workspace.
pub(crate) fn ignored_if_archived() -> impl Iterator<Item = &'static str> {
    valid(Place::Workspace).into_iter().filter(|key| !["id", "name", "state"].contains(key))
}

/// Returns the keys that are valid in a place, as a sentence lists them.
pub(super) fn in_words(place: Place) -> String {
    let keys: Vec<String> = valid(place).into_iter().map(|key| format!("`{key}`")).collect();
    match keys.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => keys.concat(),
    }
}

/// The workspaces by name. Two names belong to workspaces that the service creates.
pub(crate) struct Workspaces;

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

/// The settings of a workspace, with the sections of the kinds that may be in it.
struct WithSections<Settings>(PhantomData<Settings>);

/// Settings of a workspace.
trait Settings: JsonSchema {
    /// The workspaces that have these settings.
    const PLACE: Place;
}

impl Settings for Workspace {
    const PLACE: Place = Place::Workspace;
}

impl Settings for DefaultWorkspace {
    const PLACE: Place = Place::Default;
}

impl Settings for ClaudeCodeWorkspace {
    const PLACE: Place = Place::ClaudeCode;
}

impl<S: Settings> JsonSchema for WithSections<S> {
    fn schema_name() -> Cow<'static, str> {
        S::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = S::json_schema(generator);
        syntax::add_to_schema(&mut schema, generator, S::PLACE, "teams");
        schema
    }
}

texts! {
    Color {
        "title": "color",
        "description": "A color: `#` and six hexadecimal digits, quoted, because an unquoted `#` begins a comment in YAML.",
        "pattern": "^#[0-9A-Fa-f]{6}$",
        "patternErrorMessage": "Not a valid color: write `#` and six hexadecimal digits, quoted, as in \"#6C5BB9\".",
        "examples": ["#6C5BB9"]
    }
    TagKey {
        "title": "tag",
        "description": "The key of a tag. Keys that begin with `anthropic` are reserved for the service.",
        "pattern": "^(?![Aa][Nn][Tt][Hh][Rr][Oo][Pp][Ii][Cc])[\\s\\S]",
        "patternErrorMessage": "A tag key must not be empty or begin with `anthropic`, which is reserved for the service.",
        "examples": ["env"]
    }
    TagValue {
        "title": "tag value",
        "description": "The value of a tag. Quote numbers and booleans.",
        "examples": ["prod"]
    }
}

/// A workspace. Without a value the workspace exists, and Bylaws manages nothing in it.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Workspace")]
enum WorkspaceEntry {
    Managed(WithSections<Workspace>),
    Unmanaged,
}

keys! {
    /// A workspace. Bylaws does not manage a field that is left out.
    #[schemars(
        title = "Workspace",
        extend("dependentRequired" = {"name": ["id"]})
    )]
    struct Workspace {
        /// The id of the workspace, which pins it. The key is then only a label of your choice.
        id: Option<WorkspaceId>,
        /// The desired name; requires `id`. Changing it renames the workspace in place.
        name: Option<WorkspaceName>,
        /// `archived` is permanent and needs an approval. All other settings except `id` and `name` are then ignored.
        #[schemars(extend("examples" = ["archived"]))]
        state: Option<State>,
        /// The color of the workspace in the Console.
        display_color: Option<Color>,
        /// All tags of the workspace. Bylaws leaves keys that begin with `anthropic` alone.
        ///
        /// ```yaml
        /// tags: { env: prod, owner: platform }
        /// ```
        tags: Option<Map<TagKey, TagValue>>,
        /// Regions of stored data and of inference; each field is managed separately.
        ///
        /// ```yaml
        /// data_residency: { allowed_inference_geos: [us], default_inference_geo: us }
        /// ```
        data_residency: Option<DataResidency>,
        external_key: Option<WorkspaceKeyForm>,
        /// Workspace members and their roles. An entry here overrides the role of a team.
        ///
        /// ```yaml
        /// members:
        ///   ada@acme.com: workspace_admin
        ///   sam@contractor.example: { role: workspace_user, until: 2027-01-15 }
        /// ```
        members: Option<Map<Email, MembershipEntry>>,
        /// The role of everyone in a team. If a person is in two teams, the stronger role applies.
        ///
        /// ```yaml
        /// teams:
        ///   platform: workspace_developer
        /// ```
        teams: Option<Map<VisibleName, TeamRole>>,
    }
}

/// The state of an archived workspace.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "State of a workspace")]
enum State {
    /// Permanently archived.
    Archived,
}

/// The default workspace. Without a value Bylaws manages nothing in it.
#[derive(JsonSchema)]
#[schemars(untagged, title = "The default workspace")]
enum DefaultEntry {
    Managed(WithSections<DefaultWorkspace>),
    Unmanaged,
}

keys! {
    /// The default workspace. It has no member list, and is never renamed or archived.
    #[schemars(
        title = "The default workspace",
        extend("errorMessage" = format!(
            "`Default` has no member list and cannot be renamed or archived. Valid here: {}.",
            in_words(Place::Default)
        ))
    )]
    struct DefaultWorkspace {
        /// The id of the workspace, which pins it.
        id: Option<WorkspaceId>,
        /// The color of the workspace in the Console.
        display_color: Option<Color>,
        /// All tags of the workspace. Bylaws leaves keys that begin with `anthropic` alone.
        ///
        /// ```yaml
        /// tags: { owner: operations }
        /// ```
        tags: Option<Map<TagKey, TagValue>>,
        /// Regions of stored data and of inference; each field is managed separately.
        ///
        /// ```yaml
        /// data_residency: { allowed_inference_geos: [us], default_inference_geo: us }
        /// ```
        data_residency: Option<DataResidency>,
    }
}

/// The Claude Code workspace. Without a value Bylaws manages nothing in it.
#[derive(JsonSchema)]
#[schemars(untagged, title = "The Claude Code workspace")]
enum ClaudeCodeEntry {
    Managed(WithSections<ClaudeCodeWorkspace>),
    Unmanaged,
}

keys! {
    /// The workspace that the first sign-in to Claude Code creates. The service manages its members and API keys.
    #[schemars(
        title = "The Claude Code workspace",
        extend("errorMessage" = format!(
            "The service manages `Claude Code`. Valid here: {}.",
            in_words(Place::ClaudeCode)
        ))
    )]
    struct ClaudeCodeWorkspace {
        /// The color of the workspace in the Console.
        display_color: Option<Color>,
        /// All tags of the workspace. Bylaws leaves keys that begin with `anthropic` alone.
        ///
        /// ```yaml
        /// tags: { owner: operations }
        /// ```
        tags: Option<Map<TagKey, TagValue>>,
        /// Regions of stored data and of inference; each field is managed separately.
        ///
        /// ```yaml
        /// data_residency: { allowed_inference_geos: [us], default_inference_geo: us }
        /// ```
        data_residency: Option<DataResidency>,
    }
}
