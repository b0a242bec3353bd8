//! Rules for lines about workspace members that are redundant, impossible or contradictory.

use bylaws_config::define_rules;

define_rules! {
    NOT_BILLING = "BL0509" "not-billing" Error, in_schema: false,
        summary: "`workspace_billing` is given to a person with another role",
        why: "`workspace_billing` cannot be assigned: it follows from the organization role `billing`, in every workspace.
The service refuses it for everyone else. List the person as `billing` under `members`, or give them another
role here.
",
        wrong: "members:
  ada@acme.com: developer
workspaces:
  research:
    members: {ada@acme.com: workspace_billing}
",
        right: "members:
  ada@acme.com: developer
workspaces:
  research:
    members: {ada@acme.com: workspace_user}
";
    TWO_TEAM_ROLES = "BL0513" "two-team-roles" Warning, in_schema: false,
        summary: "Two teams give a person different roles in one workspace",
        why: "A person is in two teams with different roles in this workspace, and has no entry of their own. The stronger
role applies, whatever the order of the lines, so the weaker line does not apply to them. If that is intended,
as with an on-call team, suppress the warning: `# bylaws: allow BL0513 people on call may do more`. Otherwise
give them an entry under `members`, which overrides both, or keep them in one of the teams only.
",
        wrong: "members:
  ada@acme.com: developer
teams:
  on-call: [ada@acme.com]
  platform: [ada@acme.com]
workspaces:
  production:
    teams: {platform: workspace_user, on-call: workspace_developer}
",
        right: "members:
  ada@acme.com: developer
teams:
  on-call: [ada@acme.com]
  platform: [ada@acme.com]
workspaces:
  production:
    members: {ada@acme.com: workspace_developer}
    teams: {platform: workspace_user, on-call: workspace_developer}
";
    IMPLIED_ROLE = "BL0514" "implied-role" Warning, in_schema: false,
        summary: "A line gives a role to a person who is already in every workspace",
        why: "Admins and owners are `workspace_admin` and billing members `workspace_billing` in every workspace, without
being in its member list. A line for them changes nothing, but looks as if deleting it would remove access.
Delete it, or remove them from the team. If the line is for the time after the person is an admin, suppress
the warning with a comment that says so.
",
        wrong: "members:
  grace@acme.com: admin
workspaces:
  research:
    members: {grace@acme.com: workspace_user}
",
        right: "members:
  grace@acme.com: admin
workspaces:
  research:
    members: {}
";
    CANNOT_BE_KEPT_OUT = "BL0515" "cannot-be-kept-out" Warning, in_schema: false,
        summary: "A line excludes a person who is in every workspace",
        why: "Admins, owners and billing members are in every workspace as long as they have that role, and the service
cannot exclude them from one. A plan would list the line as blocked. Delete it, or give the person another
role in the organization.
",
        wrong: "members:
  grace@acme.com: admin
workspaces:
  research:
    members: {grace@acme.com: none}
",
        right: "members:
  grace@acme.com: admin
workspaces:
  research:
    members: {}
";
    ROLE_NOT_FOR_BILLING = "BL0516" "role-not-for-billing" Warning, in_schema: false,
        summary: "A billing member is given a workspace role they cannot have",
        why: "Billing members are `workspace_billing` in every workspace. The service lets them become `workspace_admin` of
a workspace, and nothing else; a plan would list the line as blocked. Write `workspace_admin`, delete the
line, or list the person with another role in the organization.
",
        wrong: "members:
  tess@acme.com: billing
workspaces:
  research:
    members: {tess@acme.com: workspace_user}
",
        right: "members:
  tess@acme.com: billing
workspaces:
  research:
    members: {tess@acme.com: workspace_admin}
";
    UNTIL_BEYOND_PERSON = "BL0517" "until-beyond-person" Warning, in_schema: false,
        summary: "A workspace membership ends after the person's last day",
        why: "The person is removed from the organization after their own last day, together with all of their workspace
memberships. A later date on a membership is never reached, and suggests that they stay longer. Write a date
up to theirs, or leave out `until`: the membership then ends with the person.
",
        wrong: "members:
  sam@contractor.example: {role: user, until: 2027-01-31}
workspaces:
  research:
    members:
      sam@contractor.example: {role: workspace_user, until: 2027-06-30}
",
        right: "members:
  sam@contractor.example: {role: user, until: 2027-01-31}
workspaces:
  research:
    members:
      sam@contractor.example: {role: workspace_user, until: 2027-01-15}
";
}
