//! Workspaces, their settings, their seats, and API keys.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_STATE {
        code: "BL0501",
        name: "unknown-state",
        severity: Severity::Error,
        summary: "The state of a workspace is not known",
        why: "The one state that is written is `archived`, which is for good and needs an approval. A workspace without the
line is in use. To stop managing one, delete its entry: it stays as it is and is reported as unlisted.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {state: active}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
",
        in_schema: true,
    }
    NAME_WITHOUT_ID {
        code: "BL0502",
        name: "name-without-id",
        severity: Severity::Error,
        summary: "A workspace has a name of its own but no id",
        why: "Without an `id` the key is the name, and it is by this name that the live workspace is found. A second name
would ask for a rename of something that is then not found any more. Rename the key, or pin the workspace by
its `id`; the key is a local label then, and changing `name` renames in place.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {name: Research}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, name: Research}
",
        in_schema: true,
    }
    ARCHIVED_WITH_SETTINGS {
        code: "BL0503",
        name: "archived-with-settings",
        severity: Severity::Error,
        summary: "A workspace to archive has other settings",
        why: "An archived workspace takes no more writes: its people, keys, tags and colours cannot change any more. Lines
about them beside `state: archived` would have no effect. Leave only `id` and `name`; git remembers the rest.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {state: archived, tags: {env: lab}}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {state: archived}
",
        in_schema: true,
    }
    NOT_FOR_THIS_WORKSPACE {
        code: "BL0504",
        name: "not-for-this-workspace",
        severity: Severity::Error,
        summary: "A setting that this workspace cannot have",
        why: "Two workspaces are made by the service. `Default` has no list of members, everybody is in it by their role,
and it is never renamed or archived. `Claude Code` is managed by the sign-in to Claude Code; only its colour,
tags and data residency can be set. Delete the line.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
workspaces:
  Default:
    members: {ada@acme.com: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
workspaces:
  Default:
    tags: {owner: operations}
",
        in_schema: true,
    }
    BAD_COLOR {
        code: "BL0505",
        name: "bad-color",
        severity: Severity::Error,
        summary: "A value is no colour",
        why: r##"A colour is `#` and six hexadecimal digits, as in `"#6C5BB9"`. Mind the quotes: to YAML a bare `#` begins a
comment. Names of colours and the short form with three digits are not taken by the service.
"##,
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {display_color: red}
",
        right: r##"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {display_color: "#6C5BB9"}
"##,
        in_schema: true,
    }
    RESERVED_TAG {
        code: "BL0506",
        name: "reserved-tag",
        severity: Severity::Error,
        summary: "A tag is reserved for the service",
        why: "Tags whose keys begin with `anthropic` belong to the service, which refuses to let anybody else write them.
Bylaws leaves those that exist alone, so there is no need to list them. Choose another key.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    tags: {anthropic-team: lab}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    tags: {team: lab}
",
        in_schema: true,
    }
    UNKNOWN_GEO {
        code: "BL0507",
        name: "unknown-geo",
        severity: Severity::Error,
        summary: "A region is not known",
        why: "Data rests in `us`; inference happens in `us` or `global`, and `allowed_inference_geos` may be `unrestricted`.
Other words are refused by the service. Mind that `workspace_geo` is fixed when a workspace is made: whether
it differs from the live one only `bylaws plan` can tell, and it then says that it cannot be changed.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    data_residency: {default_inference_geo: eu}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    data_residency: {default_inference_geo: us}
",
        in_schema: true,
    }
    DEFAULT_GEO_NOT_ALLOWED {
        code: "BL0508",
        name: "default-geo-not-allowed",
        severity: Severity::Error,
        summary: "The default region for inference is not among the allowed ones",
        why: "A request that names no region goes to the default one, which must be allowed. The service refuses anything
else, and only when the plan is applied. Add the default to `allowed_inference_geos`, or choose one that is in
the list.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    data_residency: {allowed_inference_geos: [us], default_inference_geo: global}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    data_residency: {allowed_inference_geos: [us], default_inference_geo: us}
",
        in_schema: true,
    }
    NOT_BILLING {
        code: "BL0509",
        name: "not-billing",
        severity: Severity::Error,
        summary: "The billing seat goes to somebody with another role",
        why: "`workspace_billing` is never assigned: it follows from the role `billing` in the organization, in every
workspace at once. For anybody else the service refuses it. List the person as `billing` under `members`, or
give them another role here.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
workspaces:
  research:
    members: {ada@acme.com: workspace_billing}
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
    UNKNOWN_STATUS {
        code: "BL0510",
        name: "unknown-status",
        severity: Severity::Error,
        summary: "The status of an API key is not known",
        why: "A key can be set to `active`, `inactive` or `archived`, the last one for good. `expired` is what the service
says of a key whose time is over; nobody can set or undo it, so it is not written here.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ops-reports: enabled
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ops-reports: active
",
        in_schema: true,
    }
    HIDDEN_IN_KEY_NAME {
        code: "BL0511",
        name: "hidden-in-key-name",
        severity: Severity::Warning,
        summary: "The name of an API key holds characters that nobody can see",
        why: "The service allows any character in the name of a key, and keys are found by their names. A name with
characters that are not seen cannot be told from another one in a review. Rename the key in the Console, and
pin it by its `id`.
",
        wrong: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  "ops\u200b-reports": active
"#,
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
api_keys:
  ops-reports: {status: active, id: apikey_01Rj2N8SVvo6BePZj99NhmiT}
",
        in_schema: false,
    }
    LONG_NAME {
        code: "BL0512",
        name: "long-name",
        severity: Severity::Warning,
        summary: "The name of a workspace is longer than the service took until lately",
        why: "Until lately the service took names of at most 40 characters, and other programs may still expect that. A
longer name may be refused when the plan is applied. Shorten it, or, if such a workspace exists, allow it:
`# bylaws: allow BL0512 made in the Console with this name`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  the research group for the evaluation of everything: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research-evaluation: {}
",
        in_schema: false,
    }
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
    DUPLICATE_WORKSPACE_NAME {
        code: "BL0518",
        name: "duplicate-workspace-name",
        severity: Severity::Warning,
        summary: "Two workspaces are to have one name",
        why: "A workspace without an `id` is found by its name. When another one gets the same name, the first is found
twice from then on, and everything under it is blocked: nothing says which of the two is meant. Choose another
name for one of them, or pin both by their ids.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
  lab: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, name: research}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
  lab: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, name: laboratory}
",
        in_schema: false,
    }
    LOOK_ALIKE_WORKSPACES {
        code: "BL0519",
        name: "look-alike-workspaces",
        severity: Severity::Warning,
        summary: "Two workspaces have names that are easily taken for one another",
        why: "The names differ only by letter case or by characters that people confuse: `0` and `o`; `1`, `l` and `i`; `rn`
and `m`; letters of other alphabets. To the service these are two workspaces; people will open the wrong one,
or one of them is a slip of the pen that a plan would create. Give one of them a name of its own.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
  Production: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  production: {}
  production-eu: {}
",
        in_schema: false,
    }
    HIDDEN_IN_TAG {
        code: "BL0520",
        name: "hidden-in-tag",
        severity: Severity::Warning,
        summary: "A tag holds a character that nobody can see",
        why: "Characters such as the zero-width space are not seen in a review, and reports that group by the tag take the
two spellings for two things. Such tags may exist live, so they are taken as they stand. Type the tag anew
instead of copying it; the plan then shows what changes.
",
        wrong: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    tags: {env: "pr\u200bod"}
"#,
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    tags: {env: prod}
",
        in_schema: false,
    }
}
