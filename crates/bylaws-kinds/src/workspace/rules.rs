//! Rules for workspaces and their settings.

use bylaws_config::{Severity, define_rules};

define_rules! {
    UNKNOWN_STATE {
        code: "BL0501",
        name: "unknown-state",
        severity: Severity::Error,
        summary: "Unknown workspace state",
        why: "The only state in the files is `archived`, which is permanent and needs an approval. A workspace without the
line is active. To stop managing a workspace, delete its entry: Bylaws leaves it unchanged and reports it as
unlisted.
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
        summary: "A workspace has a `name` but no `id`",
        why: "Without an `id` the key is the name, and Bylaws finds the live workspace by this name. A second name would ask
for a rename, after which the workspace could not be found. Rename the key, or pin the workspace by its `id`;
the key is then a local label, and changing `name` renames the workspace in place.
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
        why: "An archived workspace accepts no more writes: its members, API keys, tags and color cannot change. Adding
`state: archived` to an entry is therefore enough to archive the workspace: everything else except `id` and
`name` is ignored. Delete the ignored lines, at the latest once the workspace is archived; git keeps their
history.
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
        summary: "A setting does not apply to this workspace",
        why: "The service creates two workspaces itself. `Default` has no member list, because everyone is in it through
their organization role, and it is never renamed or archived. `Claude Code` is managed by the Claude Code
sign-in; only its color, tags and data residency can be set. Delete the line.
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
        summary: "Invalid color",
        why: r##"A color is `#` and six hexadecimal digits, as in `"#6C5BB9"`. The quotes are needed: in YAML an unquoted `#`
begins a comment. The service does not accept color names or the short form with three digits.
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
        why: "Tags whose keys begin with `anthropic` belong to the service, which does not let anyone else write them.
Bylaws leaves existing ones alone, so they need not be listed. Choose another key.
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
        summary: "Unknown region",
        why: "`workspace_geo` is `us`; inference regions are `us` and `global`, and `allowed_inference_geos` may be
`unrestricted`. The service refuses other values. `workspace_geo` is fixed when a workspace is created: only
`bylaws plan` can report that it differs from the live one and cannot be changed.
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
        summary: "The default inference region is not an allowed one",
        why: "A request that names no region uses the default, which must be allowed. The service refuses anything else, but
only when the plan is applied. Add the default to `allowed_inference_geos`, or choose one from the list.
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
    LONG_NAME {
        code: "BL0512",
        name: "long-name",
        severity: Severity::Warning,
        summary: "The name of a workspace is longer than 40 characters",
        why: "Until recently the service accepted workspace names of at most 40 characters, and other programs may still
expect that. A longer name may be refused when the plan is applied. Shorten it, or, if such a workspace
exists, suppress the warning: `# bylaws: allow BL0512 created in the Console with this name`.
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
    DUPLICATE_WORKSPACE_NAME {
        code: "BL0518",
        name: "duplicate-workspace-name",
        severity: Severity::Warning,
        summary: "Two workspaces would have the same name",
        why: "A workspace without an `id` is found by its name. If another workspace gets the same name, two live workspaces
match, and everything under the entry is blocked because it is ambiguous. Choose another name for one of them,
or pin both by their ids.
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
        summary: "Two workspaces have names that are easily confused",
        why: "The names differ only in letter case or in characters that look alike: `0` and `o`; `1`, `l` and `i`; `rn` and
`m`; letters of other alphabets. To the service these are two workspaces; people will open the wrong one, or
one of them is a typo that a plan would create. Give one of them a distinct name.
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
        summary: "A tag contains an invisible character",
        why: "Characters such as the zero-width space are invisible in a review, and reports that group by the tag treat the
two spellings as different. Live tags may contain them, so this is only a warning. Type the tag again instead
of copying it; the plan then shows the change.
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
