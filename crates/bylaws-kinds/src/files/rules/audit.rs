//! Rules for the `audit` section.

use bylaws_config::define_rules;

define_rules! {
    BAD_AMOUNT = "BL0801" "bad-amount" Error, in_schema: true,
        summary: "Invalid amount of money",
        why: "Amounts are US dollars: digits, optionally with a point and at most two decimals, and nothing else. A
thousands separator or a currency sign would be read differently from country to country.
",
        wrong: "workspaces:
  production: {}
audit:
  spending:
    monthly: {production: $5000}
",
        right: "workspaces:
  production: {}
audit:
  spending:
    monthly: {production: 5000}
";
    UNKNOWN_FINDING = "BL0802" "unknown-finding" Error, in_schema: true,
        summary: "Unknown audit finding",
        why: "An entry under `accept` names one finding as the audit prints it: the name of the rule, one space and the
address. `bylaws explain` lists the rules. To switch off a whole rule, use its threshold.
",
        wrong: "audit:
  accept:
    - finding: very-old-key organization/api_key/ops
      until: 2027-02-10
      reason: rotated by hand
",
        right: "audit:
  accept:
    - finding: old-key organization/api_key/ops
      until: 2027-02-10
      reason: rotated by hand
";
    UNKNOWN_KEY_EXPIRY = "BL0803" "unknown-key-expiry" Error, in_schema: true,
        summary: "Unknown value of `key_expiry`",
        why: "`key_expiry` is `optional`, the default, or `required`, which makes an active key without an expiry date a
warning of the audit instead of a note.
",
        wrong: "audit:
  key_expiry: always
",
        right: "audit:
  key_expiry: required
";
    LIMIT_FOR_NOTHING = "BL0804" "limit-for-nothing" Warning, in_schema: false,
        summary: "A spending limit names a workspace that these files do not list",
        why: "A limit applies to the workspace with this key under `workspaces`. A name that no entry has is most likely a
typo, and then the intended workspace has no limit.
",
        wrong: "workspaces:
  production: {}
audit:
  spending:
    monthly: {prodution: 5000}
",
        right: "workspaces:
  production: {}
audit:
  spending:
    monthly: {production: 5000}
";
}
