//! Rules for workspaces and their settings.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_STATE = "BL0501" "unknown-state" Error, in_schema: true,
        summary: "Unknown workspace state",
        why: "The only state in the files is `archived`, which is permanent and needs an approval. A workspace without the
line is active. To stop managing a workspace, delete its entry: Bylaws leaves it unchanged and reports it as
unlisted.
",
        wrong: "workspaces:
  research: {state: active}
",
        right: "workspaces:
  research: {}
";
    NAME_WITHOUT_ID = "BL0502" "name-without-id" Error, in_schema: true,
        summary: "A workspace has a `name` but no `id`",
        why: "Without an `id` the key is the name, and Bylaws finds the live workspace by this name. A second name would ask
for a rename, after which the workspace could not be found. Rename the key, or pin the workspace by its `id`;
the key is then a local label, and changing `name` renames the workspace in place.
",
        wrong: "workspaces:
  research: {name: Research}
",
        right: "workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, name: Research}
";
    ARCHIVED_WITH_SETTINGS = "BL0503" "archived-with-settings" Warning, in_schema: false,
        summary: "A workspace to archive has other settings, which are ignored",
        why: "An archived workspace accepts no more writes: its members, API keys, tags and color cannot change. Adding
`state: archived` to an entry is therefore enough to archive the workspace: everything else except `id` and
`name` is ignored. Delete the ignored lines, at the latest once the workspace is archived; git keeps their
history.
",
        wrong: "workspaces:
  research: {state: archived, tags: {env: lab}}
",
        right: "workspaces:
  research: {state: archived}
";
    NOT_FOR_THIS_WORKSPACE = "BL0504" "not-for-this-workspace" Error, in_schema: true,
        summary: "A setting does not apply to this workspace",
        why: "The service creates two workspaces itself. `Default` has no member list, because everyone is in it through
their organization role, and it is never renamed or archived. `Claude Code` is managed by the Claude Code
sign-in; only its color, tags and data residency can be set. Delete the line.
",
        wrong: "members:
  ada@acme.com: developer
workspaces:
  Default:
    members: {ada@acme.com: workspace_user}
",
        right: "members:
  ada@acme.com: developer
workspaces:
  Default:
    tags: {owner: operations}
";
    BAD_COLOR = "BL0505" "bad-color" Error, in_schema: true,
        summary: "Invalid color",
        why: r##"A color is `#` and six hexadecimal digits, as in `"#6C5BB9"`. The quotes are needed: in YAML an unquoted `#`
begins a comment. The service does not accept color names or the short form with three digits.
"##,
        wrong: "workspaces:
  research: {display_color: red}
",
        right: r##"workspaces:
  research: {display_color: "#6C5BB9"}
"##;
    RESERVED_TAG = "BL0506" "reserved-tag" Error, in_schema: true,
        summary: "A tag is reserved for the service",
        why: "Tags whose keys begin with `anthropic` belong to the service, which does not let anyone else write them.
Bylaws leaves existing ones alone, so they need not be listed. Choose another key.
",
        wrong: "workspaces:
  research:
    tags: {anthropic-team: lab}
",
        right: "workspaces:
  research:
    tags: {team: lab}
";
    UNKNOWN_GEO = "BL0507" "unknown-geo" Error, in_schema: true,
        summary: "Unknown region",
        why: "`workspace_geo` is `us`; inference regions are `us` and `global`, and `allowed_inference_geos` may be
`unrestricted`. The service refuses other values. `workspace_geo` is fixed when a workspace is created: only
`bylaws plan` can report that it differs from the live one and cannot be changed.
",
        wrong: "workspaces:
  research:
    data_residency: {default_inference_geo: eu}
",
        right: "workspaces:
  research:
    data_residency: {default_inference_geo: us}
";
    DEFAULT_GEO_NOT_ALLOWED = "BL0508" "default-geo-not-allowed" Error, in_schema: true,
        summary: "The default inference region is not an allowed one",
        why: "A request that names no region uses the default, which must be allowed. The service refuses anything else, but
only when the plan is applied. Add the default to `allowed_inference_geos`, or choose one from the list.
",
        wrong: "workspaces:
  research:
    data_residency: {allowed_inference_geos: [us], default_inference_geo: global}
",
        right: "workspaces:
  research:
    data_residency: {allowed_inference_geos: [us], default_inference_geo: us}
";
    LONG_NAME = "BL0512" "long-name" Warning, in_schema: false,
        summary: "The name of a workspace is longer than 40 characters",
        why: "Until recently the service accepted workspace names of at most 40 characters, and other programs may still
expect that. A longer name may be refused when the plan is applied. Shorten it, or, if such a workspace
exists, suppress the warning: `# bylaws: allow BL0512 created in the Console with this name`.
",
        wrong: "workspaces:
  the research group for the evaluation of everything: {}
",
        right: "workspaces:
  research-evaluation: {}
";
    DUPLICATE_WORKSPACE_NAME = "BL0518" "duplicate-workspace-name" Warning, in_schema: false,
        summary: "Two workspaces would have the same name",
        why: "A workspace without an `id` is found by its name. If another workspace gets the same name, two live workspaces
match, and everything under the entry is blocked because it is ambiguous. Choose another name for one of them,
or pin both by their ids.
",
        wrong: "workspaces:
  research: {}
  lab: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, name: research}
",
        right: "workspaces:
  research: {}
  lab: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ, name: laboratory}
";
    LOOK_ALIKE_WORKSPACES = "BL0519" "look-alike-workspaces" Warning, in_schema: false,
        summary: "Two workspaces have names that are easily confused",
        why: "The names differ only in letter case or in characters that look alike: `0` and `o`; `1`, `l` and `i`; `rn` and
`m`; letters of other alphabets. To the service these are two workspaces; people will open the wrong one, or
one of them is a typo that a plan would create. Give one of them a distinct name.
",
        wrong: "workspaces:
  production: {}
  Production: {}
",
        right: "workspaces:
  production: {}
  production-eu: {}
";
    HIDDEN_IN_TAG = "BL0520" "hidden-in-tag" Warning, in_schema: false,
        summary: "A tag contains an invisible character",
        why: "Characters such as the zero-width space are invisible in a review, and reports that group by the tag treat the
two spellings as different. Live tags may contain them, so this is only a warning. Type the tag again instead
of copying it; the plan then shows the change.
",
        wrong: r#"workspaces:
  research:
    tags: {env: "pr\u200bod"}
"#,
        right: "workspaces:
  research:
    tags: {env: prod}
";
}
