//! Rules for the `audit` section.

use bylaws_config::{Severity, define_rules};

define_rules! {
    BAD_AMOUNT {
        code: "BL0801",
        name: "bad-amount",
        severity: Severity::Error,
        summary: "Invalid amount of money",
        why: "Amounts are US dollars: digits, optionally with a point and at most two decimals, and nothing else. A
thousands separator or a currency sign would be read differently from country to country.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
audit:
  spending:
    monthly: {production: $5000}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
audit:
  spending:
    monthly: {production: 5000}
",
        in_schema: true,
    }
    UNKNOWN_FINDING {
        code: "BL0802",
        name: "unknown-finding",
        severity: Severity::Error,
        summary: "Unknown audit finding",
        why: "An entry under `accept` names one finding as the audit prints it: the name of the rule, one space and the
address. `bylaws explain` lists the rules. To switch off a whole rule, use its threshold.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
audit:
  accept:
    - finding: very-old-key organization/api_key/ops
      until: 2027-02-10
      reason: rotated by hand
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
audit:
  accept:
    - finding: old-key organization/api_key/ops
      until: 2027-02-10
      reason: rotated by hand
",
        in_schema: true,
    }
    UNKNOWN_KEY_EXPIRY {
        code: "BL0803",
        name: "unknown-key-expiry",
        severity: Severity::Error,
        summary: "Unknown value of `key_expiry`",
        why: "`key_expiry` is `optional`, the default, or `required`, which makes an active key without an expiry date a
warning of the audit instead of a note.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
audit:
  key_expiry: always
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
audit:
  key_expiry: required
",
        in_schema: true,
    }
    LIMIT_FOR_NOTHING {
        code: "BL0804",
        name: "limit-for-nothing",
        severity: Severity::Warning,
        summary: "A spending limit names a workspace that these files do not list",
        why: "A limit applies to the workspace with this key under `workspaces`. A name that no entry has is most likely a
typo, and then the intended workspace has no limit.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
audit:
  spending:
    monthly: {prodution: 5000}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
audit:
  spending:
    monthly: {production: 5000}
",
        in_schema: false,
    }
}
