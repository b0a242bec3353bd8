//! Strings with a pattern and an error message, such as addresses, dates, ids and names.
//! Patterns use only syntax that Python, Rust and JavaScript interpret the same way: no `\d`, no look-behind.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// Defines types by their schema.
macro_rules! forms {
    ($($name:ident $schema:tt)*) => {
        $(
            #[doc = concat!("A value whose form is in the schema: ", stringify!($name), ".")]
            pub(crate) struct $name;

            impl schemars::JsonSchema for $name {
                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    schemars::json_schema!($schema)
                }
            }
        )*
    };
}
pub(crate) use forms;

/// Defines string types by their schema.
macro_rules! texts {
    ($($name:ident { $($keyword:literal: $value:expr),* $(,)? })*) => {
        $crate::files::schema::text::forms! { $($name { "type": "string", $($keyword: $value),* })* }
    };
}
pub(crate) use texts;

/// The pattern of a string without invisible characters and with at least one visible one.
/// `bylaws validate` checks characters beyond U+FFFF, because not every editor supports them in a pattern.
pub(crate) const VISIBLE: &str = concat!(
    r"^(?=[\s\S]*\S)[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f",
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]+$",
);

texts! {
    VisibleName {
        "title": "name",
        "description": "A name that is not blank and has no invisible characters.",
        "pattern": VISIBLE,
        "patternErrorMessage": "A name must not be blank or contain invisible characters.",
        "examples": ["platform"]
    }
    WorkspaceName {
        "title": "name",
        "description": "The name of a workspace, at most 255 characters.",
        "maxLength": 255,
        "pattern": VISIBLE,
        "patternErrorMessage": "A name must not be blank or contain invisible characters.",
        "examples": ["Production (EU)"]
    }
    SomeText {
        "title": "text",
        "description": "Text that is not blank.",
        "pattern": r"\S",
        "patternErrorMessage": "Must not be blank: write some text, or delete the line."
    }
    OrganizationUuid {
        "title": "organization id",
        "description": "The id of an organization, a bare UUID.",
        "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        "patternErrorMessage": "Not a valid organization id: write a bare UUID, as in 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10.",
        "examples": ["6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"]
    }
    Day {
        "title": "date",
        "description": "A date in UTC: year, month and day, as in 2027-01-31.",
        "format": "date",
        "pattern": "^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$",
        "patternErrorMessage": "Not a valid date: write year, month and day, as in 2027-01-31.",
        "examples": ["2027-01-31"]
    }
}

/// A whole number.
pub(crate) struct Count;

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 0, "maximum": 1_000_000})
    }
}
