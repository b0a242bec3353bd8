//! What an audit looks for.

use crate::rule::{Rule, Severity, rules};

rules! {
    BAD_AMOUNT {
        code: "BL0801",
        name: "bad-amount",
        severity: Severity::Error,
        summary: "An amount of money is not one",
        why: "Amounts are US dollars: digits, with a point and at most two decimals, and nothing else. A thousands
separator or a currency sign would be read differently from country to country.
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
        summary: "What is accepted is no finding of an audit",
        why: "An entry under `accept` names one finding as the audit prints it: the name of the rule, one space and the
address. `bylaws explain` lists the rules. A whole rule is switched off by its threshold instead.
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
        summary: "A word for the expiry of keys is not known",
        why: "`key_expiry` is `optional`, the built-in value, or `required`: then an active key without an end is a warning of
the audit and not only a note.
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
        why: "A limit holds for a workspace by what these files call it. One that no entry of `workspaces` bears is most
likely a slip of the pen, and then nothing limits the workspace that was meant.
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
