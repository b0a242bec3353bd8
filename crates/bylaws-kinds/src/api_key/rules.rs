//! Rules for API keys.

use bylaws_config::{Severity, define_rules};

define_rules! {
    UNKNOWN_STATUS {
        code: "BL0510",
        name: "unknown-status",
        severity: Severity::Error,
        summary: "Unknown status of an API key",
        why: "An API key can be set to `active`, `inactive` or, permanently, `archived`. `expired` is a status that the
service reports for a key after its expiry date; it cannot be set or undone, so it is not valid in the files.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ops-reports: enabled
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ops-reports: active
",
        in_schema: true,
    }
    HIDDEN_IN_KEY_NAME {
        code: "BL0511",
        name: "hidden-in-key-name",
        severity: Severity::Warning,
        summary: "The name of an API key contains invisible characters",
        why: "The service allows any character in the name of an API key, and Bylaws finds keys by name. In a review, a name
with invisible characters looks the same as another one. Rename the key in the Console, and pin it by its
`id`.
",
        wrong: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  "ops\u200b-reports": active
"#,
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ops-reports: {status: active, id: apikey_01Rj2N8SVvo6BePZj99NhmiT}
",
        in_schema: false,
    }
}
