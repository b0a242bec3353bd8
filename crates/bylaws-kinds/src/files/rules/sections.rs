//! Rules for the organization, the teams, and names in general.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_KIND = "BL0401" "unknown-kind" Error, in_schema: true,
        summary: "Unknown kind of organization",
        why: "There are two kinds: `console`, a Claude Console organization with workspaces and API keys, and `enterprise`,
a Claude Enterprise organization with members and invites only. The default is `console`.
",
        wrong: "  kind: team
",
        right: "  kind: enterprise
";
    NOT_FOR_ENTERPRISE = "BL0402" "not-for-enterprise" Error, in_schema: true,
        summary: "A section does not apply to an Enterprise organization",
        why: "The Admin API of an Enterprise organization has members and invites, but no workspaces or API keys. Teams only
give people workspaces, so they do not apply there either. Delete the section, or correct `organization.kind`
if this is a Console organization.
",
        wrong: "  kind: enterprise
workspaces:
  research: {}
",
        right: "  kind: enterprise
";
    UNKNOWN_TEAM = "BL0410" "unknown-team" Error, in_schema: false,
        summary: "Unknown team",
        why: "A workspace gives a role to a team that no file defines, so nobody would get the role. Correct the name, which
may contain a typo, or define the team under `teams`.
",
        wrong: "members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platfrom: workspace_user, platform: workspace_user}
",
        right: "members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
";
    EMPTY_TEAM = "BL0413" "empty-team" Warning, in_schema: false,
        summary: "A team is empty",
        why: "A team without people gives nobody access, in any workspace that names it. It may have been emptied over time,
or it is waiting for its first person. Add people, delete the team together with the lines that name it, or
suppress the warning with a comment that says what the team is waiting for.
",
        wrong: "teams:
  platform: []
workspaces:
  research:
    teams: {platform: workspace_user}
",
        right: "members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
";
    UNUSED_TEAM = "BL0414" "unused-team" Warning, in_schema: false,
        summary: "No workspace uses a team",
        why: "A team is a name for a group of people, and it gives them access only in a workspace that names it. A person
who is added to this team gets nothing. Give the team a role under the `teams` of a workspace, or delete it.
",
        wrong: "members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research: {}
",
        right: "members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
";
    LOOK_ALIKE_NAMES = "BL0523" "look-alike-names" Warning, in_schema: false,
        summary: "Two names look the same",
        why: "The names of two teams, API keys or tags differ only in invisible ways: a no-break space, a double space, or a
letter that is composed in one of them and decomposed in the other. A reviewer cannot see which of the two is
meant, so a plan blocks such keys and tags. Use one spelling, or rename one of them.
",
        wrong: r#"api_keys:
  ci deploy: active
  "ci\u00a0deploy": active
"#,
        right: "api_keys:
  ci deploy: active
  ci deploy 2: active
";
}
