//! Rules for the `unlisted` and `guards` sections.

use bylaws_config::{Severity, define_rules};

define_rules! {
    UNKNOWN_POLICY {
        code: "BL0601",
        name: "unknown-policy",
        severity: Severity::Error,
        summary: "Unknown policy for unlisted objects",
        why: "`unlisted` says for each kind whether Bylaws will `ignore`, `report` or `remove` objects that are live but not
in the files; the default is `report`. Workspaces have no `remove`, because archiving is permanent: list a
workspace with `state: archived` instead. For API keys `remove` sets them inactive.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
unlisted:
  members: delete
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
unlisted:
  members: remove
",
        in_schema: true,
    }
    BAD_SHARE {
        code: "BL0602",
        name: "bad-share",
        severity: Severity::Error,
        summary: "`share` must be a percentage",
        why: "A share is a percentage from 0 to 100 with a `%` and at most two decimals, as in `10%` or `2.5%`. A bare `10`
or `0.1` would be ambiguous, and this value limits how many people may lose access in one plan.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  access_loss: {share: 10}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  access_loss: {share: 10%}
",
        in_schema: true,
    }
    BAD_DOMAIN {
        code: "BL0603",
        name: "bad-domain",
        severity: Severity::Error,
        summary: "Invalid domain",
        why: "A domain is the part of an address after the `@`, as in `acme.com`. There are no wildcards: list each
subdomain by itself, so that a person who can create one cannot let themselves in.
",
        wrong: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  allowed_domains: ["*.acme.com"]
"#,
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  allowed_domains: [acme.com, eu.acme.com]
",
        in_schema: true,
    }
    REQUIRED_ADMIN {
        code: "BL0604",
        name: "required-admin",
        severity: Severity::Error,
        summary: "A required administrator is not listed as an administrator",
        why: "`guards.required_admins` names people who must stay administrators. Each of them must be listed under
`members` with `admin` or another console-only role; otherwise the files contradict each other. If a person
should no longer be an administrator, change both places.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
guards:
  required_admins: [ada@acme.com]
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: admin
guards:
  required_admins: [ada@acme.com]
",
        in_schema: false,
    }
    BAD_CHANGE {
        code: "BL0605",
        name: "bad-change",
        severity: Severity::Error,
        summary: "Invalid approved change",
        why: "An approval covers exactly the changes it names. Each is an action and an address as a plan prints them, as in
`archive workspace/research-2024`. The actions are `create`, `update`, `remove`, `invite`, `revoke` and
`archive`. Copy the lines that a refused plan prints.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {state: archived}
guards:
  approve:
    - changes: [arhive workspace/research]
      until: 2027-01-31
      reason: the papers are out
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {state: archived}
guards:
  approve:
    - changes: [archive workspace/research]
      until: 2027-01-31
      reason: the papers are out
",
        in_schema: true,
    }
    BAD_ADDRESS {
        code: "BL0606",
        name: "bad-address",
        severity: Severity::Error,
        summary: "Invalid address",
        why: "Addresses name objects as plans do: `member/ada@acme.com`, `workspace/production`,
`workspace/production/member/ada@acme.com`, `workspace/production/api_key/ci-deploy`,
`organization/api_key/ops`. Spaces, `/` and `%` within a name are written as `%20`, `%2F` and `%25`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  protect: [workspaces/production]
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  protect: [workspace/production]
",
        in_schema: true,
    }
    APPROVAL_FOR_NOTHING {
        code: "BL0607",
        name: "approval-for-nothing",
        severity: Severity::Warning,
        summary: "An approval covers a change that no plan can contain",
        why: "An approval is an exception to a guard. If it covers nothing, it is a typo, and the actual change will be
refused, or a leftover that may later cover a change that nobody intended. Bylaws reports this only if it is
certain from the files alone: the object is not listed, its entry asks for something else, or the action does
not exist for it. Correct the line, or delete it.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
guards:
  approve:
    - changes: [archive workspace/research]
      until: 2027-01-31
      reason: the papers are out
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {state: archived}
guards:
  approve:
    - changes: [archive workspace/research]
      until: 2027-01-31
      reason: the papers are out
",
        in_schema: false,
    }
    POLICY_WITHOUT_EFFECT {
        code: "BL0608",
        name: "policy-without-effect",
        severity: Severity::Warning,
        summary: "A policy for unlisted objects has no effect",
        why: "`unlisted` applies only within what the files list: `members` needs the `members` section, `workspace_members`
a listed workspace with `members` or `teams`, `api_keys` a listed scope with `api_keys`. Without that nothing
is ever removed, although the line suggests it. List what the policy applies to, or delete the line.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
unlisted:
  members: remove
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
unlisted:
  members: remove
",
        in_schema: false,
    }
    PROTECTS_NOTHING {
        code: "BL0609",
        name: "protects-nothing",
        severity: Severity::Warning,
        summary: "`protect` names an object that these files do not list",
        why: "A misspelled address protects nothing. An address uses the live name or the id of the object; if an entry has
an `id`, only a plan knows its live name. Bylaws leaves unlisted workspaces, people and API keys alone anyway,
unless a policy under `unlisted` is `remove`; for those kinds only a plan knows whether the address names a
live object. Correct the address, list the object, or delete the line.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
guards:
  protect: [workspace/prod]
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
guards:
  protect: [workspace/production]
",
        in_schema: false,
    }
}
