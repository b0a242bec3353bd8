//! Rules for names that look alike or contain invisible characters.

use bylaws_config::{Severity, define_rules};

define_rules! {
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
