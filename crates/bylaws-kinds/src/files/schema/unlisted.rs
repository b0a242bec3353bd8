//! `unlisted:`: policies for objects that are live but not in the files.

use schemars::JsonSchema;

/// What Bylaws does with objects that are live but not in these files, by kind.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Unlisted objects")]
pub(super) struct Unlisted {
    /// People who are not listed, including pending invites. Applies only with a `members` section.
    #[schemars(extend("default" = "report", "examples" = ["remove"]))]
    members: Option<Policy>,
    /// Workspaces that are not listed. Bylaws never archives them.
    #[schemars(extend("default" = "report", "examples" = ["ignore"]))]
    workspaces: Option<Visibility>,
    /// Members of a listed workspace with `members` or `teams` who are not listed in it.
    #[schemars(extend("default" = "report", "examples" = ["remove"]))]
    workspace_members: Option<Policy>,
    /// API keys that are not listed, in scopes with `api_keys`. `remove` sets them inactive.
    #[schemars(extend("default" = "report", "examples" = ["report"]))]
    api_keys: Option<Policy>,
}

/// What Bylaws does with unlisted objects.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Policy")]
enum Policy {
    /// Unchanged and not shown.
    Ignore,
    /// Unchanged and shown in every plan.
    Report,
    /// Removed; an API key is set inactive.
    Remove,
}

/// Whether plans show unlisted objects.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Visibility")]
enum Visibility {
    /// Unchanged and not shown.
    Ignore,
    /// Unchanged and shown in every plan.
    Report,
}
