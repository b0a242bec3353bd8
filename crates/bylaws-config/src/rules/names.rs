//! Names of workspaces and tags that people cannot tell apart, or cannot see.

use crate::rule::{Rule, Severity, rules};

rules! {
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
    LOOK_ALIKE_NAMES {
        code: "BL0523",
        name: "look-alike-names",
        severity: Severity::Warning,
        summary: "Two names look the same",
        why: "The names of two teams, API keys or tags differ only in characters that cannot be seen: a no-break space, a
double space, or a letter that is composed in one of them and decomposed in the other. Nobody can tell which of
the two a review is about, so a plan blocks such keys and tags. Use one spelling, or give one of them another
name.
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
