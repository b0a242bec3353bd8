//! Workspaces, their settings, and API keys.

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
        severity: Severity::Warning,
        summary: "A workspace to archive has other settings, which are ignored",
        why: "An archived workspace takes no more writes: its people, keys, tags and colours cannot change any more. So adding
`state: archived` to an entry is enough to archive the workspace: everything beside it but `id` and `name` is
ignored. Delete the ignored lines, at the latest once the workspace is archived; git remembers them.
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
        in_schema: false,
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
}
