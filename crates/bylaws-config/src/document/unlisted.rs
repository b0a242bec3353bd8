//! `unlisted:` — what happens to what is live and not in the files.

use schemars::JsonSchema;

/// What happens to what is live and not in these files, kind by kind.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Unlisted things")]
pub(super) struct Unlisted {
    /// People without a line, pending invites included. Acts only beside a `members` section.
    #[schemars(extend("default" = "report", "examples" = ["remove"]))]
    members: Option<Policy>,
    /// Workspaces without a line. Nothing is archived for being left out.
    #[schemars(extend("default" = "report", "examples" = ["ignore"]))]
    workspaces: Option<Visibility>,
    /// People without a line in a listed workspace that has `members` or `teams`.
    #[schemars(extend("default" = "report", "examples" = ["remove"]))]
    workspace_members: Option<Policy>,
    /// Keys without a line where `api_keys` stands. `remove` sets them inactive.
    #[schemars(extend("default" = "report", "examples" = ["report"]))]
    api_keys: Option<Policy>,
}

/// What happens to unlisted things.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Policy")]
enum Policy {
    /// Left alone, and not even shown.
    Ignore,
    /// Left alone, and shown in every plan.
    Report,
    /// Removed; an API key is set inactive.
    Remove,
}

/// Whether unlisted things are shown.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Visibility")]
enum Visibility {
    /// Left alone, and not even shown.
    Ignore,
    /// Left alone, and shown in every plan.
    Report,
}
