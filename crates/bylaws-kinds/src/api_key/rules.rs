//! Rules for API keys.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_STATUS = "BL0510" "unknown-status" Error, in_schema: true,
        summary: "Unknown status of an API key",
        why: "An API key can be set to `active`, `inactive` or, permanently, `archived`. `expired` is a status that the
service reports for a key after its expiry date; it cannot be set or undone, so it is not valid in the files.
",
        wrong: "api_keys:
  ops-reports: enabled
",
        right: "api_keys:
  ops-reports: active
";
    HIDDEN_IN_KEY_NAME = "BL0511" "hidden-in-key-name" Warning, in_schema: false,
        summary: "The name of an API key contains invisible characters",
        why: "The service allows any character in the name of an API key, and Bylaws finds keys by name. In a review, a name
with invisible characters looks the same as another one. Rename the key in the Console, and pin it by its
`id`.
",
        wrong: r#"api_keys:
  "ops\u200b-reports": active
"#,
        right: "api_keys:
  ops-reports: {status: active, id: apikey_01Rj2N8SVvo6BePZj99NhmiT}
";
}
