//! What happens to unlisted things, and what guards allow.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_POLICY {
        code: "BL0601",
        name: "unknown-policy",
        severity: Severity::Error,
        summary: "A policy for unlisted things is not known",
        why: "What is live and not in the files is `ignore`d, `report`ed or `remove`d, as `unlisted` says for each kind; the
default is `report`. Workspaces know no `remove`: archiving is for good, so one is listed with `state:
archived` for that. For keys `remove` means to set them inactive.
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
        summary: "A share is no percentage",
        why: "A share is a percentage from 0 to 100 with a `%` and at most two decimals, as in `10%` or `2.5%`. A bare `10`
or `0.1` could mean either, and this value decides how many people a plan may touch.
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
        summary: "A text is no domain",
        why: "A domain is what stands behind the `@` of an address, as in `acme.com`. There are no wildcards: each
sub-domain is listed by itself, so that whoever can make one cannot let themselves in.
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
        summary: "A required administrator is not listed as one",
        why: "`guards.required_admins` names people who must stay administrators. Each of them has to be listed under
`members` with `admin` or another role that can only be held; otherwise the same files ask for two things. If
somebody is no longer to be one, change both places.
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
        summary: "An approved change is no action on an address",
        why: "An approval covers exactly the changes it names, each an action and an address as a plan prints them, as in
`archive workspace/research-2024`. The actions are `create`, `update`, `remove`, `invite`, `revoke` and
`archive`. The easiest way is to copy the lines that a refused plan prints.
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
        summary: "A text is no address",
        why: "Addresses name things as plans do: `member/ada@acme.com`, `workspace/production`,
`workspace/production/member/ada@acme.com`, `workspace/production/api_key/ci-deploy`,
`organization/api_key/ops`. Spaces, `/` and `%` within a name are written `%20`, `%2F` and `%25`.
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
        summary: "An approval covers a change that no plan of these files can hold",
        why: "An approval is an exception to a guard, and one that covers nothing is either a slip of the pen, and the real
change will be refused, or left over, and may cover something later that nobody had in mind. This is said
only where it is certain from the files alone: the thing is not listed, its entry asks for something else, or
there is no such action on it. Correct the line, or delete it.
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
        summary: "A policy for unlisted things has nothing to act on",
        why: "`unlisted` acts only inside what the files list: `members` needs the `members` section, `workspace_members` a
listed workspace with `members` or `teams`, `api_keys` a listed scope with `api_keys`. Without that nothing is
ever removed, whatever this line makes believe. List what the policy is for, or delete the line.
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
        summary: "`protect` names something that these files do not list",
        why: "A misspelt address protects nothing. An address has the live name or the id of what it protects; where an
entry has an `id`, only a plan can tell its live name. Workspaces, people and keys that are not
listed are left alone anyway, unless a policy under `unlisted` is `remove`; of those kinds only a plan can tell
whether the address names something live. Correct the address, list what it names, or delete the line.
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
