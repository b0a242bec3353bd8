//! The shape of a file, as types from which editors get their JSON Schema.
//! Nothing is read into them: reading wants every problem with its place, see `lower`.
#![expect(dead_code, reason = "these types exist for the schema derived from them")]

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// The desired state of one Claude organization, or a part of it: sections merge across the files of a folder.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Bylaws configuration")]
pub(crate) struct File {
    /// Version of the format. Required, in one file only.
    #[schemars(extend("const" = 1, "examples" = [1]))]
    bylaws: Option<u8>,
    /// Which organization the files are for. Required, in one file only.
    organization: Option<Organization>,
    /// Who belongs to the organization: a role, or the long form, for each address. Absent: not managed.
    #[schemars(extend("minProperties" = 1))]
    members: Option<BTreeMap<Email, MemberEntry>>,
    /// Local names for sets of people; no object of the API.
    #[schemars(extend("examples" = [{"platform": ["ada@acme.com", "lin@acme.com"]}]))]
    teams: Option<BTreeMap<String, Vec<Email>>>,
    /// The workspaces, by name; with an `id`, by a local label. Absent: not managed.
    workspaces: Option<BTreeMap<String, WorkspaceEntry>>,
    /// Organization-scoped API keys, by name. Absent: not managed.
    api_keys: Option<BTreeMap<String, ApiKeyEntry>>,
    /// What happens to live things that the files do not list. In one file only.
    unlisted: Option<Unlisted>,
    /// Rules that refuse a whole plan; always on, with built-in values. In one file only.
    guards: Option<Guards>,
}

/// Which organization the files are for.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Organization {
    /// The organization's id, a bare UUID. Any other organization is refused.
    #[schemars(
        regex(pattern = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
        extend("examples" = ["6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"])
    )]
    id: String,
    /// The organization's name. Never written; noted where live differs.
    #[schemars(length(min = 1))]
    name: Option<String>,
    /// What kind of organization it is. Default: console.
    #[schemars(extend("default" = "console"))]
    kind: Option<Kind>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Kind {
    /// A Claude Console organization.
    Console,
    /// A Claude Enterprise organization: members and invites only.
    Enterprise,
}

/// An e-mail address; letter case and a `+tag` make no new person.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Email(String);

impl JsonSchema for Email {
    fn schema_name() -> Cow<'static, str> {
        "Email".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An e-mail address; letter case and a `+tag` make no new person.",
            "pattern": r"^[^@\s]+@[^@\s]+$",
            "examples": ["ada@acme.com"]
        })
    }
}

/// A role, or a role with an end, a pin or a note.
#[derive(JsonSchema)]
#[schemars(untagged, extend("examples" = ["developer", {"role": "user", "until": "2027-01-31"}]))]
enum MemberEntry {
    /// The role alone.
    Short(Role),
    /// With more than the role.
    Long(Member),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Role {
    /// Settable in both kinds of organization.
    User,
    /// Settable, Console only.
    Developer,
    /// Settable, Console only.
    Billing,
    /// Settable, Console only.
    ClaudeCodeUser,
    /// Settable, Enterprise only.
    Managed,
    /// Held, not granted: the API cannot give or take it.
    Admin,
    /// Held, not granted: the API cannot give or take it.
    Owner,
    /// Held, not granted: the API cannot give or take it.
    PrimaryOwner,
    /// Held, not granted: the API cannot give or take it.
    MembershipAdmin,
    /// Must not be a member, whatever `unlisted` says.
    None,
}

/// A member in the long form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Member {
    /// What the person should be.
    role: Role,
    /// Last day, UTC, on which the entry is in force; then the person is removed.
    until: Option<Day>,
    /// For readers of the file.
    #[schemars(extend("examples" = ["temporary, ticket OPS-114"]))]
    note: Option<String>,
    /// Pins the person, whatever their address becomes.
    #[schemars(
        regex(pattern = r"^user_[A-Za-z0-9]+$"),
        extend("examples" = ["user_01WCz1FkmYMm4gnmykNKUu3Q"])
    )]
    id: Option<String>,
}

/// A day, year first.
struct Day;

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A day, UTC, as in 2027-01-31.",
            "pattern": r"^\d{4}-\d{2}-\d{2}$",
            "examples": ["2027-01-31"]
        })
    }
}

/// A workspace; without a value everything in it is left as it is.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum WorkspaceEntry {
    /// Its settings, members and keys.
    Managed(Box<Workspace>),
    /// It exists; nothing in it is managed.
    Unmanaged,
}

/// A workspace. A field left out is not managed.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Workspace {
    /// Pins the workspace; the key is then only a local label.
    #[schemars(
        regex(pattern = r"^wrkspc_[A-Za-z0-9]+$"),
        extend("examples" = ["wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"])
    )]
    id: Option<String>,
    /// The wanted name, only beside an `id`; changing it renames in place.
    #[schemars(length(min = 1, max = 255))]
    name: Option<String>,
    /// Archived, for good; needs an approval, and beside it only `id` and `name` may stand.
    state: Option<State>,
    /// A quoted colour.
    #[schemars(regex(pattern = r"^#[0-9A-Fa-f]{6}$"), extend("examples" = ["#6C5BB9"]))]
    display_color: Option<String>,
    /// Exactly these tags; keys beginning `anthropic` are the service's own.
    #[schemars(extend("examples" = [{"env": "prod"}], "propertyNames" = {"pattern": "^(?!anthropic)."}))]
    tags: Option<BTreeMap<String, String>>,
    /// Where data rests and inference happens, field by field.
    data_residency: Option<DataResidency>,
    /// Who may enter, with which role; a line here wins over a team's.
    members: Option<BTreeMap<Email, SeatEntry>>,
    /// Role of everybody in a team; of two teams the stronger role.
    #[schemars(extend("examples" = [{"platform": "workspace_developer"}]))]
    teams: Option<BTreeMap<String, WorkspaceRole>>,
    /// Keys of this workspace, by name.
    api_keys: Option<BTreeMap<String, ApiKeyEntry>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum State {
    /// Archived, for good.
    Archived,
}

/// Data residency.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DataResidency {
    /// Fixed when the workspace is made.
    workspace_geo: Option<WorkspaceGeo>,
    /// Where inference may happen.
    allowed_inference_geos: Option<AllowedGeos>,
    /// Where it happens when a request does not say; must be among the allowed.
    default_inference_geo: Option<Geo>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum WorkspaceGeo {
    /// The United States.
    Us,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Geo {
    /// The United States.
    Us,
    /// Anywhere.
    Global,
}

/// `unrestricted`, or a list of geos.
#[derive(JsonSchema)]
#[schemars(untagged)]
enum AllowedGeos {
    /// Every geo.
    All(Unrestricted),
    /// Only these; order means nothing.
    Only(#[schemars(length(min = 1))] Vec<Geo>),
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Unrestricted {
    /// Every geo.
    Unrestricted,
}

/// A role in this workspace, `none`, or a role with an end.
#[derive(JsonSchema)]
#[schemars(untagged, extend("examples" = ["workspace_developer", {"role": "workspace_user", "until": "2027-01-15"}]))]
enum SeatEntry {
    /// The role alone.
    Short(SeatRole),
    /// With an end.
    Long(Seat),
}

/// A seat in the long form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Seat {
    /// What the person should be in this workspace.
    role: SeatRole,
    /// Last day, UTC, on which the line is in force.
    until: Option<Day>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum SeatRole {
    /// May use the Workbench.
    WorkspaceUser,
    /// "Limited Developer" in the Console.
    WorkspaceRestrictedDeveloper,
    /// May make keys.
    WorkspaceDeveloper,
    /// May manage the workspace.
    WorkspaceAdmin,
    /// Follows from the organization role `billing`.
    WorkspaceBilling,
    /// No seat here, though a team has one.
    None,
}

#[derive(JsonSchema)]
enum WorkspaceRole {
    /// May use the Workbench.
    #[schemars(rename = "workspace_user")]
    User,
    /// "Limited Developer" in the Console.
    #[schemars(rename = "workspace_restricted_developer")]
    RestrictedDeveloper,
    /// May make keys.
    #[schemars(rename = "workspace_developer")]
    Developer,
    /// May manage the workspace.
    #[schemars(rename = "workspace_admin")]
    Admin,
    /// Follows from the organization role `billing`.
    #[schemars(rename = "workspace_billing")]
    Billing,
}

/// A status, or a status with a pin. Keys cannot be created: a listed key must exist.
#[derive(JsonSchema)]
#[schemars(untagged, extend("examples" = ["active", {"status": "inactive", "id": "apikey_01Rj2N8SVvo6BePZj99NhmiT"}]))]
enum ApiKeyEntry {
    /// The status alone.
    Short(Status),
    /// With a pin.
    Long(ApiKey),
}

/// An API key in the long form.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ApiKey {
    /// The wanted status.
    status: Status,
    /// Pins the key, whatever its name becomes. Not the key itself.
    #[schemars(
        regex(pattern = r"^apikey_[A-Za-z0-9]+$"),
        extend("examples" = ["apikey_01Rj2N8SVvo6BePZj99NhmiT"])
    )]
    id: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Status {
    /// Works. Switching a key on needs an approval.
    Active,
    /// Switched off, may be switched on again.
    Inactive,
    /// Switched off for good; needs an approval.
    Archived,
}

/// What happens to live things that the files do not list, per kind. Default: report.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Unlisted {
    /// Members, pending invites included. Needs the `members` section.
    #[schemars(extend("default" = "report"))]
    members: Option<Policy>,
    /// Workspaces; nothing is archived by omission.
    #[schemars(extend("default" = "report"))]
    workspaces: Option<Visibility>,
    /// Memberships in listed workspaces that have `members` or `teams`.
    #[schemars(extend("default" = "report"))]
    workspace_members: Option<Policy>,
    /// Keys in listed scopes; `remove` sets them inactive.
    #[schemars(extend("default" = "report"))]
    api_keys: Option<Policy>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Policy {
    /// Not even shown.
    Ignore,
    /// Shown, left alone.
    Report,
    /// Removed.
    Remove,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Visibility {
    /// Not even shown.
    Ignore,
    /// Shown, left alone.
    Report,
}

/// Rules that refuse a whole plan. A line left out has its built-in value.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Guards {
    /// How many people a plan may take access from: the smaller of the two counts.
    #[schemars(extend("default" = {"max": 5, "share": "10%"}))]
    access_loss: Option<AccessLoss>,
    /// How many keys a plan may switch off.
    #[schemars(extend("default" = {"max": 3}))]
    keys_off: Option<Limit>,
    /// How many people a plan may invite.
    #[schemars(extend("default" = {"max": 25}))]
    invites: Option<Limit>,
    /// People who must be listed with a role that the API cannot give, such as `admin`.
    required_admins: Option<Vec<Email>>,
    /// Domains of listed people; others are errors. Default: any.
    #[schemars(length(min = 1), extend("examples" = [["acme.com"]]))]
    allowed_domains: Option<Vec<String>>,
    /// Addresses that are never removed, archived, lowered or switched off.
    #[schemars(extend("examples" = [["workspace/production", "member/ada@acme.com"]]))]
    protect: Option<Vec<String>>,
    /// Reviewed exceptions.
    approve: Option<Vec<Approval>>,
}

/// Limit on people who lose access.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, extend("minProperties" = 1))]
struct AccessLoss {
    /// People.
    #[schemars(range(min = 0, max = 1_000_000))]
    max: Option<u32>,
    /// Percent of those the API could remove.
    #[schemars(regex(pattern = r"^\d{1,3}(\.\d{1,2})?%$"), extend("examples" = ["10%", "2.5%"]))]
    share: Option<String>,
}

/// A limit.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Limit {
    /// At most so many.
    #[schemars(range(min = 0, max = 1_000_000))]
    max: u32,
}

/// A reviewed exception: exactly these changes, up to a day, for a reason.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Approval {
    /// Actions on addresses.
    #[schemars(
        length(min = 1),
        inner(regex(pattern = r"^(create|update|remove|invite|revoke|archive) \S+$")),
        extend("examples" = [["archive workspace/research-2024"]])
    )]
    changes: Vec<String>,
    /// Last day, UTC; more than 31 days ahead does not count.
    until: Day,
    /// For the people who review.
    #[schemars(length(min = 1), extend("examples" = ["retire research (OPS-120)"]))]
    reason: String,
}
