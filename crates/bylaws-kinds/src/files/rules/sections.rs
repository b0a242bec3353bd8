//! Rules for the organization, the teams, and names in general.

use bylaws_config::{Severity, define_rules};

define_rules! {
    UNKNOWN_KIND {
        code: "BL0401",
        name: "unknown-kind",
        severity: Severity::Error,
        summary: "Unknown kind of organization",
        why: "There are two kinds: `console`, a Claude Console organization with workspaces and API keys, and `enterprise`,
a Claude Enterprise organization with members and invites only. The default is `console`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
  kind: team
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
  kind: enterprise
",
        in_schema: true,
    }
    NOT_FOR_ENTERPRISE {
        code: "BL0402",
        name: "not-for-enterprise",
        severity: Severity::Error,
        summary: "A section does not apply to an Enterprise organization",
        why: "The Admin API of an Enterprise organization has members and invites, but no workspaces or API keys. Teams only
give people workspaces, so they do not apply there either. Delete the section, or correct `organization.kind`
if this is a Console organization.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
  kind: enterprise
workspaces:
  research: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
  kind: enterprise
",
        in_schema: true,
    }
    UNKNOWN_TEAM {
        code: "BL0410",
        name: "unknown-team",
        severity: Severity::Error,
        summary: "Unknown team",
        why: "A workspace gives a role to a team that no file defines, so nobody would get the role. Correct the name, which
may contain a typo, or define the team under `teams`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platfrom: workspace_user, platform: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
",
        in_schema: false,
    }
    EMPTY_TEAM {
        code: "BL0413",
        name: "empty-team",
        severity: Severity::Warning,
        summary: "A team is empty",
        why: "A team without people gives nobody access, in any workspace that names it. It may have been emptied over time,
or it is waiting for its first person. Add people, delete the team together with the lines that name it, or
suppress the warning with a comment that says what the team is waiting for.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
teams:
  platform: []
workspaces:
  research:
    teams: {platform: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
",
        in_schema: false,
    }
    UNUSED_TEAM {
        code: "BL0414",
        name: "unused-team",
        severity: Severity::Warning,
        summary: "No workspace uses a team",
        why: "A team is a name for a group of people, and it gives them access only in a workspace that names it. A person
who is added to this team gets nothing. Give the team a role under the `teams` of a workspace, or delete it.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
",
        in_schema: false,
    }
    LOOK_ALIKE_NAMES {
        code: "BL0523",
        name: "look-alike-names",
        severity: Severity::Warning,
        summary: "Two names look the same",
        why: "The names of two teams, API keys or tags differ only in invisible ways: a no-break space, a double space, or a
letter that is composed in one of them and decomposed in the other. A reviewer cannot see which of the two is
meant, so a plan blocks such keys and tags. Use one spelling, or rename one of them.
",
        wrong: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ci deploy: active
  "ci\u00a0deploy": active
"#,
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ci deploy: active
  ci deploy 2: active
",
        in_schema: false,
    }
}
