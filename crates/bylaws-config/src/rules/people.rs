//! The organization, its people, and the teams the files put them in.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_KIND {
        code: "BL0401",
        name: "unknown-kind",
        severity: Severity::Error,
        summary: "The kind of organization is not known",
        why: "There are two kinds: `console`, an organization of the Claude Console with workspaces and API keys, and
`enterprise`, one of Claude Enterprise with its members alone. Without the line it is `console`.
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
        summary: "A section has no meaning in an Enterprise organization",
        why: "The Admin API of an Enterprise organization knows members and invites, and neither workspaces nor API keys.
Teams serve to give people workspaces, so they mean nothing there either. Delete the section, or correct
`organization.kind` if this is a Console organization.
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
    EMPTY_MEMBERS {
        code: "BL0403",
        name: "empty-members",
        severity: Severity::Error,
        summary: "The members section is empty",
        why: "An empty list of members would ask to remove everybody. That is never meant, and a file that was cut off or a
template that was filled with nothing looks just like it. List who belongs to the organization, or delete the
section: without it Bylaws leaves members alone.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: true,
    }
    BAD_EMAIL {
        code: "BL0404",
        name: "bad-email",
        severity: Severity::Error,
        summary: "A text is not an e-mail address",
        why: "People are known by their e-mail address: letters, digits and the usual signs, one `@`, a host name. Letters of
any alphabet are allowed. A space or an invisible character would invite somebody else, or nobody, and a domain
has one usual spelling; the help names what is wrong. Type the address instead of copying it.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada.acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: true,
    }
    DUPLICATE_PERSON {
        code: "BL0405",
        name: "duplicate-person",
        severity: Severity::Error,
        summary: "One person stands twice",
        why: "To the service `Ada@acme.com`, `ada@acme.com` and `ada+ops@acme.com` are one person: letter case and what
follows a `+` make no other. Two entries could ask for two roles, and inviting the second would be refused.
Keep the one the person signs in with.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  ada+ops@acme.com: user
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    UNKNOWN_ROLE {
        code: "BL0406",
        name: "unknown-role",
        severity: Severity::Error,
        summary: "A role is not known here",
        why: "Roles in the organization are `user`, `developer`, `billing` and `claude_code_user` (in an Enterprise
organization `user` and `managed`), those that can only be held (`admin`, `owner`, `primary_owner`,
`membership_admin`), and `none` for somebody who must not be a member. Roles in a workspace begin with
`workspace_`. The two are never taken for one another.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: devloper
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: true,
    }
    UNTIL_ON_HELD_ROLE {
        code: "BL0407",
        name: "until-on-held-role",
        severity: Severity::Error,
        summary: "A role that the API cannot take away has an end",
        why: "`admin`, `owner`, `primary_owner` and `membership_admin` can neither be given nor taken by the API. When the
day came, nothing would happen, and everybody would believe that it had. Delete `until`, and lower the role in
the Console when the time has come; a reminder belongs into a calendar.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  grace@acme.com: {role: admin, until: 2027-01-31}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  grace@acme.com: admin
",
        in_schema: true,
    }
    DOMAIN_NOT_ALLOWED {
        code: "BL0408",
        name: "domain-not-allowed",
        severity: Severity::Error,
        summary: "An address is of a domain that the guards do not allow",
        why: "`guards.allowed_domains` says whose addresses may be listed, so that a private account or a look-alike domain
shows in the review. Sub-domains are domains of their own. Correct the address, or add the domain, which is a
decision for those who own the guards. A person listed as `none` may be of any domain.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  sam@acme.co: user
guards:
  allowed_domains: [acme.com]
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  sam@acme.com: user
guards:
  allowed_domains: [acme.com]
",
        in_schema: false,
    }
    NOT_A_MEMBER {
        code: "BL0409",
        name: "not-a-member",
        severity: Severity::Error,
        summary: "Somebody in a team or workspace is not listed as a member",
        why: "Where there is a `members` section, it is the list of everybody: who is not in it cannot have a seat. Mostly
the address differs by a letter, and the nearest one listed is named; or the person left and this line was
forgotten. Add them under `members`, or take them out here.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
workspaces:
  research:
    members: {adda@acme.com: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
workspaces:
  research:
    members: {ada@acme.com: workspace_user}
",
        in_schema: false,
    }
    UNKNOWN_TEAM {
        code: "BL0410",
        name: "unknown-team",
        severity: Severity::Error,
        summary: "A team does not exist",
        why: "A workspace gives a role to a team that no file lists. Nobody would get the role, without a word. Correct the
name, which may differ by a letter, or list the team under `teams`.
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
    UNTIL_WITHOUT_EFFECT {
        code: "BL0411",
        name: "until-without-effect",
        severity: Severity::Warning,
        summary: "An end changes nothing",
        why: "`none` says that somebody must not be there, and after its end they would not be there either. An end beside
it looks as if they came back on that day. Delete `until`; to let somebody in later, change the line later.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  bob@acme.com: {role: none, until: 2027-01-31}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  bob@acme.com: none
",
        in_schema: false,
    }
    LOOK_ALIKE_PEOPLE {
        code: "BL0412",
        name: "look-alike-people",
        severity: Severity::Warning,
        summary: "Two people have addresses that are easily taken for one another",
        why: "The addresses differ only by characters that people confuse: `0` and `o`; `1`, `l` and `i`; `rn` and `m`; `vv`
and `w`. One of the two may be a slip of the pen, or an account that somebody made to be overlooked. Ask both
people. If both are right, say so in a comment: `# bylaws: allow BL0412 two people, both asked`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  bob@acme.com: developer
  b0b@acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  bob@acme.com: developer
",
        in_schema: false,
    }
    EMPTY_TEAM {
        code: "BL0413",
        name: "empty-team",
        severity: Severity::Warning,
        summary: "A team has nobody in it",
        why: "A team without people gives nobody anything, wherever it is named. It may have been emptied one by one, or
still wait for its first person. List who is in it, delete it together with the lines that name it, or say in
a comment what it waits for.
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
        summary: "No workspace names a team",
        why: "A team is a name for people, and only a workspace that names it gives them anything. Somebody who is put into
this one gets nothing, which surprises them and you. Give it a role under the `teams` of a workspace, or
delete it.
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
    LOOK_ALIKE_LETTER {
        code: "BL0417",
        name: "look-alike-letter",
        severity: Severity::Warning,
        summary: "An address mixes letters of two alphabets that look the same",
        why: "A letter of another alphabet stands among ASCII letters and looks like one of them, such as the Cyrillic and the
Latin letter a. Such an address belongs to somebody else than it seems to. The service may have such addresses,
so Bylaws takes it as it is. Type the address instead of copying it; if it is right, suppress this warning.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  \u{430}da@acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
}
