//! Seats in workspaces: lines that give what a person has already, cannot have, or has twice.

use crate::rule::{Rule, Severity, rules};

rules! {
    TWO_TEAM_ROLES {
        code: "BL0513",
        name: "two-team-roles",
        severity: Severity::Warning,
        summary: "Two teams give somebody different roles in one workspace",
        why: "Somebody is in two teams that have different roles in this workspace, and no line of their own. The stronger
role holds, whatever the order of lines, so the weaker line says something that is not so for them. Where that
is meant, as with people on call, say so: `# bylaws: allow BL0513 whoever is on call may do more`. Otherwise
give them a line under `members`, which wins over both, or leave them in one of the teams.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  on-call: [ada@acme.com]
  platform: [ada@acme.com]
workspaces:
  production:
    teams: {platform: workspace_user, on-call: workspace_developer}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  on-call: [ada@acme.com]
  platform: [ada@acme.com]
workspaces:
  production:
    members: {ada@acme.com: workspace_developer}
    teams: {platform: workspace_user, on-call: workspace_developer}
",
        in_schema: false,
    }
    IMPLIED_ROLE {
        code: "BL0514",
        name: "implied-role",
        severity: Severity::Warning,
        summary: "A line gives a seat to somebody who is in every workspace already",
        why: "Admins and owners are `workspace_admin` and billing members `workspace_billing` in every workspace, without
being in its list. A line for them changes nothing, and reads as if deleting it took something away. Delete
it, or take them out of the team. If the line is there for the day on which they are no longer an admin, say
so in a comment.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  grace@acme.com: admin
workspaces:
  research:
    members: {grace@acme.com: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  grace@acme.com: admin
workspaces:
  research:
    members: {}
",
        in_schema: false,
    }
    CANNOT_BE_KEPT_OUT {
        code: "BL0515",
        name: "cannot-be-kept-out",
        severity: Severity::Warning,
        summary: "A line keeps somebody out who is in every workspace",
        why: "Admins, owners and billing members are in every workspace as long as they have that role, and the service
offers no way to keep them out of one. A plan would list the line as blocked. Delete it, or give the person
another role in the organization.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  grace@acme.com: admin
workspaces:
  research:
    members: {grace@acme.com: none}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  grace@acme.com: admin
workspaces:
  research:
    members: {}
",
        in_schema: false,
    }
    ROLE_NOT_FOR_BILLING {
        code: "BL0516",
        name: "role-not-for-billing",
        severity: Severity::Warning,
        summary: "A billing member is given a role that cannot be theirs",
        why: "Billing members are `workspace_billing` in every workspace. The service lets them be raised to
`workspace_admin` in one, and to nothing else; a plan would list the line as blocked. Write `workspace_admin`,
delete the line, or list the person with another role in the organization.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  tess@acme.com: billing
workspaces:
  research:
    members: {tess@acme.com: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  tess@acme.com: billing
workspaces:
  research:
    members: {tess@acme.com: workspace_admin}
",
        in_schema: false,
    }
    UNTIL_BEYOND_PERSON {
        code: "BL0517",
        name: "until-beyond-person",
        severity: Severity::Warning,
        summary: "A seat lasts longer than the person",
        why: "The person is removed from the organization after their own last day, and all seats go with them. A later day
on a seat is never reached, and makes believe that they stay longer. Write a day up to theirs, or leave
`until` out: the seat then ends with the person.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  sam@contractor.example: {role: user, until: 2027-01-31}
workspaces:
  research:
    members:
      sam@contractor.example: {role: workspace_user, until: 2027-06-30}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  sam@contractor.example: {role: user, until: 2027-01-31}
workspaces:
  research:
    members:
      sam@contractor.example: {role: workspace_user, until: 2027-01-15}
",
        in_schema: false,
    }
}
