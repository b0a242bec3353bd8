//! The shape of a file, as types from which the JSON Schema for editors is derived.
//! Files are not deserialized into them, because reading reports every problem with its location; see `lower`.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

pub(super) mod audit;
pub(super) mod guards;
pub(crate) mod keys;
pub(crate) mod map;
pub(crate) mod text;

use std::borrow::Cow;

use audit::Audit;
use guards::Guards;
use keys::keys;
use map::Map;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;
use text::{OrganizationUuid, SomeText, VisibleName};

use crate::member::entry::MemberEntry;
use crate::member::schema::{self as members, Email};
use crate::syntax::{self, Place};
use crate::workspace::schema::Workspaces;

/// The `$id` of the schema, independent of where it is stored. The number is the format version.
const ID: &str = "urn:bylaws:configuration:1";

/// Returns the JSON Schema (draft 2020-12) of one file. It is constant for a version of Bylaws.
pub fn config_schema() -> Value {
    bylaws_config::schema::of::<Whole>(ID)
}

keys! {
    /// The desired state of one Claude organization, or a part of it: sections merge across the files of a folder.
    #[schemars(
        title = "Bylaws configuration",
        extend(
            "minProperties" = 1,
            "if" = members::of_kind("enterprise"),
            "then" = members::of_enterprise(),
            "else" = members::of_console()
        )
    )]
    pub(super) struct File {
        /// Version of the format. Required, in one file only.
        #[schemars(extend("type" = "integer", "const" = 1, "examples" = [1]))]
        bylaws: Option<Version>,
        /// The organization that the files are for. Required, in one file only.
        ///
        /// ```yaml
        /// organization:
        ///   id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
        ///   name: Acme Robotics
        /// ```
        organization: Option<Organization>,
        /// The members of the organization: a role for each address, or the long form. Without this section
        /// Bylaws does not manage members and invites.
        ///
        /// ```yaml
        /// members:
        ///   ada@acme.com: developer
        ///   sam@contractor.example: { role: user, until: 2027-01-31 }
        /// ```
        #[schemars(extend("minProperties" = 1))]
        members: Option<Map<Email, MemberEntry>>,
        /// Named groups of people, for use under workspaces. Teams exist only in these files.
        ///
        /// ```yaml
        /// teams:
        ///   platform: [ada@acme.com, lin@acme.com]
        /// ```
        teams: Option<Map<VisibleName, People>>,
        /// The workspaces, by name or, with an `id`, by a label of your choice. Without this section Bylaws does not
        /// manage workspaces.
        ///
        /// ```yaml
        /// workspaces:
        ///   production:
        ///     members:
        ///       ada@acme.com: workspace_admin
        /// ```
        workspaces: Option<Workspaces>,
        /// What Bylaws does with objects that are live but not in these files. In one file only.
        ///
        /// ```yaml
        /// unlisted:
        ///   members: remove
        ///   workspace_members: remove
        /// ```
        unlisted: Option<super::unlisted::Form>,
        /// Limits that refuse a whole plan. Without this section the defaults apply. In one file only.
        ///
        /// ```yaml
        /// guards:
        ///   access_loss: { max: 5, share: 10% }
        ///   protect: [workspace/production]
        /// ```
        guards: Option<Guards>,
        /// Thresholds of `bylaws audit`. They do not affect plans. In one file only.
        ///
        /// ```yaml
        /// audit:
        ///   max_admins: 3
        ///   spending:
        ///     monthly: { production: 5000 }
        /// ```
        audit: Option<Audit>,
    }
}

/// The key before those of the sections of all kinds.
pub(super) const LAST_LIST: &str = "workspaces";

/// A file with the sections of all kinds.
struct Whole;

impl JsonSchema for Whole {
    fn schema_name() -> Cow<'static, str> {
        File::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = File::json_schema(generator);
        syntax::add_to_schema(&mut schema, generator, Place::Organization, LAST_LIST);
        schema
    }
}

/// The version of the format.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Version(serde_json::Value);

keys! {
    /// The organization that the files are for.
    #[schemars(title = "Organization")]
    pub(super) struct Organization {
        /// The organization's id, a UUID; `bylaws whoami` shows it. Bylaws refuses to work with any other organization.
        id: OrganizationUuid,
        /// The organization's name. Bylaws never renames it; a plan notes a different live name.
        #[schemars(extend("examples" = ["Acme Robotics"]))]
        name: Option<SomeText>,
        /// The kind of organization.
        #[schemars(extend("default" = "console", "examples" = ["enterprise"]))]
        kind: Option<Kind>,
    }
}

/// The kind of organization.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Kind of organization")]
enum Kind {
    /// A Claude Console organization.
    Console,
    /// A Claude Enterprise organization: members and invites only.
    Enterprise,
}

/// The people of a team.
#[derive(JsonSchema)]
#[schemars(title = "Team", extend("uniqueItems" = true, "examples" = [["ada@acme.com", "lin@acme.com"]]))]
struct People(Vec<Email>);

#[cfg(test)]
mod tests {
    use super::config_schema;

    #[test]
    fn only_a_workspace_may_be_null() {
        let schema = config_schema();
        let mut nulls = Vec::new();
        walk(&schema, "", &mut nulls);
        let entries = ["DefaultEntry", "ClaudeCodeEntry", "WorkspaceEntry"];
        assert_eq!(nulls, entries.map(|entry| format!("/$defs/{entry}/anyOf/1/type")));
    }

    fn walk(value: &serde_json::Value, path: &str, nulls: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) if text == "null" => nulls.push(path.to_owned()),
            serde_json::Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}/{n}"), nulls);
                }
            }
            serde_json::Value::Object(entries) => {
                for (key, item) in entries {
                    walk(item, &format!("{path}/{key}"), nulls);
                }
            }
            _ => {}
        }
    }
}
