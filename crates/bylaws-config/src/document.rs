//! The shape of a file, as types from which editors get their JSON Schema: what may stand where, and in words.
//! Nothing is read into them: reading wants every problem with its place, see `lower`.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

mod api_keys;
mod audit;
mod data_residency;
mod guards;
mod map;
mod members;
mod seats;
mod text;
mod unlisted;
mod workspaces;

use schemars::JsonSchema;

use api_keys::ApiKeys;
use audit::Audit;
use guards::Guards;
use map::Map;
use members::{Email, MemberEntry};
use text::{OrganizationUuid, SomeText, VisibleName};
use unlisted::Unlisted;
use workspaces::Workspaces;

/// The desired state of one Claude organization, or a part of it: sections merge across the files of a folder.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "Bylaws configuration",
    extend(
        "minProperties" = 1,
        "if" = members::of_kind("enterprise"),
        "then" = members::of_enterprise(),
        "else" = members::of_console()
    )
)]
pub(crate) struct File {
    /// Version of the format. Stands in one file only, and must stand there.
    #[schemars(extend("type" = "integer", "const" = 1, "examples" = [1]))]
    bylaws: Option<Version>,
    /// Which organization the files are for. Stands in one file only, and must stand there.
    ///
    /// ```yaml
    /// organization:
    ///   id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
    ///   name: Acme Robotics
    /// ```
    organization: Option<Organization>,
    /// Who belongs to the organization: a role for each address, or the long form. Without this section
    /// members and invites are not managed.
    ///
    /// ```yaml
    /// members:
    ///   ada@acme.com: developer
    ///   sam@contractor.example: { role: user, until: 2027-01-31 }
    /// ```
    #[schemars(extend("minProperties" = 1))]
    members: Option<Map<Email, MemberEntry>>,
    /// Names for sets of people, to use under workspaces. They exist in these files only.
    ///
    /// ```yaml
    /// teams:
    ///   platform: [ada@acme.com, lin@acme.com]
    /// ```
    teams: Option<Map<VisibleName, People>>,
    /// The workspaces, by name; with an `id`, by a label of your own. Without this section workspaces
    /// are not managed.
    ///
    /// ```yaml
    /// workspaces:
    ///   production:
    ///     members:
    ///       ada@acme.com: workspace_admin
    /// ```
    workspaces: Option<Workspaces>,
    /// API keys that belong to no workspace, by name. Without this section they are not managed.
    ///
    /// ```yaml
    /// api_keys:
    ///   ops-reports: active
    /// ```
    api_keys: Option<ApiKeys>,
    /// What happens to what is live and not in these files. Stands in one file only.
    ///
    /// ```yaml
    /// unlisted:
    ///   members: remove
    ///   workspace_members: remove
    /// ```
    unlisted: Option<Unlisted>,
    /// Rules that refuse a whole plan. They always hold, with built-in values. Stands in one file only.
    ///
    /// ```yaml
    /// guards:
    ///   access_loss: { max: 5, share: 10% }
    ///   protect: [workspace/production]
    /// ```
    guards: Option<Guards>,
    /// What `bylaws audit` looks for, and from when on. No plan depends on it. Stands in one file only.
    ///
    /// ```yaml
    /// audit:
    ///   max_admins: 3
    ///   spending:
    ///     monthly: { production: 5000 }
    /// ```
    audit: Option<Audit>,
}

/// The version of the format.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Version(serde_json::Value);

/// Which organization the files are for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Organization")]
struct Organization {
    /// The organization's id, a UUID; `bylaws whoami` shows it. Against any other organization nothing is done.
    id: OrganizationUuid,
    /// The organization's name. Never written; a plan notes where the live one differs.
    #[schemars(extend("examples" = ["Acme Robotics"]))]
    name: Option<SomeText>,
    /// What kind of organization it is.
    #[schemars(extend("default" = "console", "examples" = ["enterprise"]))]
    kind: Option<Kind>,
}

/// A kind of organization.
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
