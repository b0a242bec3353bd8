//! Rules for the `unlisted` and `guards` sections.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_POLICY = "BL0601" "unknown-policy" Error, in_schema: true,
        summary: "Unknown policy for unlisted objects",
        why: "`unlisted` says for each kind whether Bylaws will `ignore`, `report` or `remove` objects that are live but not
in the files; the default is `report`. Workspaces have no `remove`, because archiving is permanent: list a
workspace with `state: archived` instead. For API keys `remove` sets them inactive.
",
        wrong: "members:
  ada@acme.com: developer
unlisted:
  members: delete
",
        right: "members:
  ada@acme.com: developer
unlisted:
  members: remove
";
    BAD_SHARE = "BL0602" "bad-share" Error, in_schema: true,
        summary: "`share` must be a percentage",
        why: "A share is a percentage from 0 to 100 with a `%` and at most two decimals, as in `10%` or `2.5%`. A bare `10`
or `0.1` would be ambiguous, and this value limits how many people may lose access in one plan.
",
        wrong: "guards:
  access_loss: {share: 10}
",
        right: "guards:
  access_loss: {share: 10%}
";
    BAD_DOMAIN = "BL0603" "bad-domain" Error, in_schema: true,
        summary: "Invalid domain",
        why: "A domain is the part of an address after the `@`, as in `acme.com`. There are no wildcards: list each
subdomain by itself, so that a person who can create one cannot let themselves in.
",
        wrong: r#"guards:
  allowed_domains: ["*.acme.com"]
"#,
        right: "guards:
  allowed_domains: [acme.com, eu.acme.com]
";
    REQUIRED_ADMIN = "BL0604" "required-admin" Error, in_schema: false,
        summary: "A required administrator is not listed as an administrator",
        why: "`guards.required_admins` names people who must stay administrators. Each of them must be listed under
`members` with `admin` or another console-only role; otherwise the files contradict each other. If a person
should no longer be an administrator, change both places.
",
        wrong: "members:
  ada@acme.com: developer
guards:
  required_admins: [ada@acme.com]
",
        right: "members:
  ada@acme.com: admin
guards:
  required_admins: [ada@acme.com]
";
    BAD_CHANGE = "BL0605" "bad-change" Error, in_schema: true,
        summary: "Invalid approved change",
        why: "An approval covers exactly the changes it names. Each is an action and an address as a plan prints them, as in
`archive workspace/research-2024`. The actions are `create`, `update`, `remove`, `invite`, `revoke` and
`archive`. Copy the lines that a refused plan prints.
",
        wrong: "workspaces:
  research: {state: archived}
guards:
  approve:
    - changes: [arhive workspace/research]
      until: 2027-01-31
      reason: the papers are out
",
        right: "workspaces:
  research: {state: archived}
guards:
  approve:
    - changes: [archive workspace/research]
      until: 2027-01-31
      reason: the papers are out
";
    BAD_ADDRESS = "BL0606" "bad-address" Error, in_schema: true,
        summary: "Invalid address",
        why: "Addresses name objects as plans do: `member/ada@acme.com`, `workspace/production`,
`workspace/production/member/ada@acme.com`, `workspace/production/api_key/ci-deploy`,
`organization/api_key/ops`. Spaces, `/` and `%` within a name are written as `%20`, `%2F` and `%25`.
",
        wrong: "guards:
  protect: [workspaces/production]
",
        right: "guards:
  protect: [workspace/production]
";
    APPROVAL_FOR_NOTHING = "BL0607" "approval-for-nothing" Warning, in_schema: false,
        summary: "An approval covers a change that no plan can contain",
        why: "An approval is an exception to a guard. If it covers nothing, it is a typo, and the actual change will be
refused, or a leftover that may later cover a change that nobody intended. Bylaws reports this only if it is
certain from the files alone: the object is not listed, its entry asks for something else, or the action does
not exist for it. Correct the line, or delete it.
",
        wrong: "workspaces:
  research: {}
guards:
  approve:
    - changes: [archive workspace/research]
      until: 2027-01-31
      reason: the papers are out
",
        right: "workspaces:
  research: {state: archived}
guards:
  approve:
    - changes: [archive workspace/research]
      until: 2027-01-31
      reason: the papers are out
";
    POLICY_WITHOUT_EFFECT = "BL0608" "policy-without-effect" Warning, in_schema: false,
        summary: "A policy for unlisted objects has no effect",
        why: "`unlisted` applies only within what the files list: `members` needs the `members` section, `workspace_members`
a listed workspace with `members` or `teams`, `api_keys` a listed scope with `api_keys`. Without that nothing
is ever removed, although the line suggests it. List what the policy applies to, or delete the line.
",
        wrong: "workspaces:
  research: {}
unlisted:
  members: remove
",
        right: "members:
  ada@acme.com: developer
unlisted:
  members: remove
";
    PROTECTS_NOTHING = "BL0609" "protects-nothing" Warning, in_schema: false,
        summary: "`protect` names an object that these files do not list",
        why: "A misspelled address protects nothing. An address uses the live name or the id of the object; if an entry has
an `id`, only a plan knows its live name. Bylaws leaves unlisted workspaces, people and API keys alone anyway,
unless a policy under `unlisted` is `remove`; for those kinds only a plan knows whether the address names a
live object. Correct the address, list the object, or delete the line.
",
        wrong: "workspaces:
  production: {}
guards:
  protect: [workspace/prod]
",
        right: "workspaces:
  production: {}
guards:
  protect: [workspace/production]
";
}
