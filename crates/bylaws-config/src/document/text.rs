//! Texts with a form of their own: addresses, days, ids, names. Each has a pattern and what to say where it
//! does not fit. Patterns keep to what Python, Rust and JavaScript read alike: no `\d`, no look-behind.

/// Defines types of texts by their schema.
macro_rules! texts {
    ($($name:ident { $($keyword:literal: $value:expr),* $(,)? })*) => {
        $(
            #[doc = concat!("A text; its form is in the schema: ", stringify!($name), ".")]
            pub(in crate::document) struct $name;

            impl schemars::JsonSchema for $name {
                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    schemars::json_schema!({ "type": "string", $($keyword: $value),* })
                }
            }
        )*
    };
}
pub(super) use texts;

/// No character that people cannot see, and one at least that they can.
/// Those beyond U+FFFF are left to `validate`, as not every editor reads them in a pattern.
const VISIBLE: &str = concat!(
    r"^(?=[\s\S]*\S)[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f",
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]+$",
);

texts! {
    VisibleName {
        "title": "name",
        "description": "A name: not blank, and without characters that nobody can see.",
        "pattern": VISIBLE,
        "patternErrorMessage": "A name must not be blank or hold characters that nobody can see.",
        "examples": ["platform"]
    }
    WorkspaceName {
        "title": "name",
        "description": "The name of a workspace, 255 characters at most.",
        "maxLength": 255,
        "pattern": VISIBLE,
        "patternErrorMessage": "A name must not be blank or hold characters that nobody can see.",
        "examples": ["Production (EU)"]
    }
    SomeText {
        "title": "text",
        "description": "A text that is not blank.",
        "pattern": r"\S",
        "patternErrorMessage": "Write a text, or delete the line."
    }
    OrganizationUuid {
        "title": "organization id",
        "description": "The id of an organization, a bare UUID.",
        "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        "patternErrorMessage": "This is no organization id: a bare UUID, as in 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10.",
        "examples": ["6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"]
    }
    Day {
        "title": "day",
        "description": "A day in UTC: year, month and day, as in 2027-01-31.",
        "format": "date",
        "pattern": "^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$",
        "patternErrorMessage": "This is no day: write year, month and day, as in 2027-01-31.",
        "examples": ["2027-01-31"]
    }
}
