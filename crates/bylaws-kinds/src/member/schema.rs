//! The JSON Schema of addresses, and of the roles of each kind of organization.

use bylaws_engine::{HeldRole, OrganizationKind, SettableRole};
use serde_json::{Value, json};

use crate::files::schema::text::texts;
use crate::syntax::{self, Place};

/// The pattern of a word before the `@`: letters of any alphabet, digits and the usual symbols.
macro_rules! word {
    () => {
        r#"[^\u0000-\u0020"(),.:;<>@\[\\\]\u007f-\u00a0]+"#
    };
}

/// The pattern of a label of a host name: letters of any alphabet, digits and inner hyphens.
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
        "description": "An e-mail address. Letter case and a `+tag` do not make a different person.",
        "pattern": concat!(
            "^(?=[^@]{1,64}@)", word!(), "(\\.", word!(), ")*@", label!(), "(\\.", label!(), ")*$",
        ),
        "patternErrorMessage": "Not a valid e-mail address: write it as name@example.com.",
        "maxLength": 320,
        "examples": ["ada@acme.com"]
    }
}

/// Returns the pattern of the console-only roles, which the API can neither assign nor remove.
pub(super) fn held() -> String {
    pattern(HeldRole::ALL.map(HeldRole::as_str).as_slice())
}

fn pattern(words: &[&str]) -> String {
    match words {
        [only] => format!("^{only}$"),
        _ => format!("^({})$", words.join("|")),
    }
}

/// Returns a schema that matches a file with this kind of organization.
///
/// Words are matched by patterns here and below, because editors suggest the values of every `enum` they find.
pub(crate) fn of_kind(kind: &str) -> Value {
    json!({
        "required": ["organization"],
        "properties": {"organization": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string", "pattern": format!("^{kind}$")}}
        }}
    })
}

/// Returns the constraints on a file with `kind: enterprise`.
pub(crate) fn of_enterprise() -> Value {
    let mut file = roles(OrganizationKind::Enterprise);
    for section in ["teams", "workspaces"].into_iter().chain(syntax::sections(Place::Organization)) {
        file["properties"][section] = json!(false);
    }
    file["errorMessage"] = json!("Not valid with `kind: enterprise`, which has only members and invites.");
    file
}

/// Returns the constraints on a file with an `organization` that is not an enterprise.
pub(crate) fn of_console() -> Value {
    json!({
        "if": {"required": ["organization"], "properties": {"organization": {"type": "object"}}},
        "then": roles(OrganizationKind::Console)
    })
}

/// Returns a schema for a file in which no member has a role of the other kind of organization only.
/// [`Role`](super::entry::Role) checks all other words.
fn roles(kind: OrganizationKind) -> Value {
    let (own, other): (Vec<_>, Vec<_>) = SettableRole::ALL.into_iter().partition(|role| role.is_of(kind));
    let own = own.into_iter().map(SettableRole::as_str);
    let known: Vec<&str> = own.chain(HeldRole::ALL.map(HeldRole::as_str)).chain(["none"]).collect();
    let other: Vec<&str> = other.into_iter().map(SettableRole::as_str).collect();
    let role = json!({ "if": {"type": "string", "pattern": pattern(&other)}, "then": {"enum": known} });
    let mut entry = role.clone();
    entry["properties"] = json!({ "role": role });
    json!({ "properties": {"members": {"additionalProperties": entry}} })
}
