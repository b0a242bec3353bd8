//! `members:` — people and their roles in the organization, and what each kind of organization allows.
//! Their roles in workspaces are in `seats.rs`.

use schemars::JsonSchema;
use serde_json::{Value, json};

use super::text::{Day, texts};

/// A word before the `@`: letters of any alphabet, digits and the usual signs.
macro_rules! word {
    () => {
        r#"[^\u0000-\u0020"(),.:;<>@\[\\\]\u007f-\u00a0]+"#
    };
}

/// A label of a host name: letters of any alphabet, digits and inner hyphens.
macro_rules! label {
    () => {
        concat!(
            r"[^\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0]",
            r"([^\u0000-\u002c\u002e\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0]{0,61}",
            r"[^\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a0])?",
        )
    };
}

texts! {
    Email {
        "title": "e-mail address",
        "description": "An e-mail address. Letter case and a `+tag` make no new person.",
        "pattern": concat!(
            "^(?=[^@]{1,64}@)", word!(), "(\\.", word!(), ")*@", label!(), "(\\.", label!(), ")*$",
        ),
        "patternErrorMessage": "This is not an e-mail address: write it as name@example.com.",
        "maxLength": 320,
        "examples": ["ada@acme.com"]
    }
    UserId {
        "title": "user id",
        "description": "The id of a person, `user_` and letters and digits.",
        "pattern": "^user_[A-Za-z0-9]+$",
        "patternErrorMessage": "This is no user id: `user_` and letters and digits.",
        "examples": ["user_01WCz1FkmYMm4gnmykNKUu3Q"]
    }
}

/// A role, or a role with an end, a note or a pin.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Member", extend("defaultSnippets" = [{
    "label": "role until a day",
    "description": "The long form: a role with a last day and a note.",
    "body": {"role": "${1:user}", "until": "${2:2027-01-31}", "note": "${3:why}"}
}]))]
pub(super) enum MemberEntry {
    Short(Role),
    Long(Member),
}

/// A role in the organization.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Role in the organization")]
pub(super) enum Role {
    /// May use the Workbench. Of both kinds of organization.
    User,
    /// May use the Workbench and make API keys. Console only.
    Developer,
    /// May see and change billing, and sees every workspace's costs. Console only.
    Billing,
    /// May use the Workbench and Claude Code. Console only.
    ClaudeCodeUser,
    /// Works within the settings of their groups. Enterprise only.
    Managed,
    /// Manages people, and is administrator of every workspace. Held, not granted: the API cannot give or take it.
    Admin,
    /// Owner of the organization. Held, not granted: the API cannot give or take it.
    Owner,
    /// The first owner of the organization. Held, not granted: the API cannot give or take it.
    PrimaryOwner,
    /// Manages people. Held, not granted: the API cannot give or take it.
    MembershipAdmin,
    /// Must not be a member, whatever `unlisted` says.
    None,
}

/// A member in the long form.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "Member, long form",
    extend(
        "if" = {"required": ["role"], "properties": {"role": {"type": "string", "pattern": HELD}}},
        "then" = {
            "properties": {"until": false},
            "errorMessage": "The API cannot take this role away when the day comes: delete `until`."
        }
    )
)]
pub(super) struct Member {
    /// What the person should be in the organization.
    #[schemars(extend("examples" = ["developer"]))]
    role: Role,
    /// Last day, in UTC, on which the line is in force. Then the person is removed, whatever `unlisted` says.
    until: Option<Day>,
    /// For the readers of this file.
    #[schemars(extend("examples" = ["security review, OPS-114"]))]
    note: Option<String>,
    /// Pins the person, whatever their address becomes.
    id: Option<UserId>,
}

/// The roles that the API can neither give nor take.
const HELD: &str = "^(admin|owner|primary_owner|membership_admin)$";
/// The roles that only one kind of organization has.
const CONSOLE_ONLY: &str = "^(developer|billing|claude_code_user)$";
const ENTERPRISE_ONLY: &str = "^managed$";

/// A file that says of which kind the organization is.
///
/// Words are told by patterns here and below, as editors offer the values of every `enum` they come by.
pub(super) fn of_kind(kind: &str) -> Value {
    json!({
        "required": ["organization"],
        "properties": {"organization": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string", "pattern": format!("^{kind}$")}}
        }}
    })
}

/// What a file may hold that says `kind: enterprise`.
pub(super) fn of_enterprise() -> Value {
    let mut file = roles(
        CONSOLE_ONLY,
        &["user", "managed", "admin", "owner", "primary_owner", "membership_admin", "none"],
    );
    for section in ["teams", "workspaces", "api_keys"] {
        file["properties"][section] = json!(false);
    }
    file["errorMessage"] =
        json!("This has no meaning with `kind: enterprise`, which knows members and invites only.");
    file
}

/// What a file may hold that says which organization it is for, and not that it is an enterprise.
pub(super) fn of_console() -> Value {
    let known = [
        "user",
        "developer",
        "billing",
        "claude_code_user",
        "admin",
        "owner",
        "primary_owner",
        "membership_admin",
        "none",
    ];
    json!({
        "if": {"required": ["organization"], "properties": {"organization": {"type": "object"}}},
        "then": roles(ENTERPRISE_ONLY, &known)
    })
}

/// A file in which no member has one of the `barred` roles. Other words are the business of [`Role`].
fn roles(barred: &str, known: &[&str]) -> Value {
    let role = json!({ "if": {"type": "string", "pattern": barred}, "then": {"enum": known} });
    let mut entry = role.clone();
    entry["properties"] = json!({ "role": role });
    json!({ "properties": {"members": {"additionalProperties": entry}} })
}
