//! Rules for invalid YAML, and for valid YAML that the files must not use.

use crate::define_rules;

define_rules! {
    SYNTAX = "BL0201" "syntax" Error, in_schema: false,
        summary: "Invalid YAML",
        why: "The file is not valid YAML at this position: a bracket or quote is never closed, a line is not `key: value`,
or an indentation matches no line above. The actual mistake may be a line or two earlier. Indent with two
spaces per level, close brackets and quotes, and quote a string that contains `: ` or ` #` or begins with one
of `@ & * ! % { [`.
",
        wrong: "members: {ada@acme.com: developer
",
        right: "members: {ada@acme.com: developer}
";
    TAB = "BL0202" "tab" Error, in_schema: false,
        summary: "A line is indented with a tab",
        why: "YAML allows only spaces as indentation, because the width of a tab differs between editors. Configure your
editor to insert spaces in YAML files; the line `[*.{yaml,yml}]` with `indent_style = space` in an
`.editorconfig` does this for everyone.
",
        wrong: "members:
\tada@acme.com: developer
",
        right: "members:
  ada@acme.com: developer
";
    MANY_DOCUMENTS = "BL0203" "many-documents" Error, in_schema: false,
        summary: "A file contains more than one YAML document",
        why: "A `---` line in the middle of a file begins a second YAML document, and most tools read only the first: the
content of the second would be ignored without a message. Move the second document into its own file in the
same folder; sections merge across files.
",
        wrong: "members:
  ada@acme.com: developer
---
workspaces:
  research: {}
",
        right: "members:
  ada@acme.com: developer
workspaces:
  research: {}
";
    TAG = "BL0204" "tag" Error, in_schema: false,
        summary: "A value has a YAML tag",
        why: "Words with an exclamation mark, such as `!env` or `!include`, are instructions to some programs. Bylaws files
ask for exactly what they say: nothing in them runs, reads the environment or includes other files. Write the
value itself, or quote a string that is meant to begin with `!`.
",
        wrong: "members:
  ada@acme.com: !env ROLE
",
        right: "members:
  ada@acme.com: developer
";
    ALIAS = "BL0205" "alias" Error, in_schema: false,
        summary: "A YAML alias is undefined, circular or expands to too much",
        why: "`*name` repeats the value marked with `&name` in the same file. Here that anchor does not exist, contains
itself, or is repeated so often that the file becomes far larger than it looks. Write the values out; to give
many people the same access, use a team.
",
        wrong: "members:
  ada@acme.com: *role
",
        right: "members:
  ada@acme.com: developer
";
    MERGE_KEY = "BL0206" "merge-key" Error, in_schema: false,
        summary: "YAML merge keys are not allowed",
        why: "`<<: *other` merges another map into this one, so that the entry of a person or workspace no longer shows what
they get, and a change elsewhere changes it. A reviewer would have to combine both maps in their head. Write
the lines out; to give many people the same access, use a team.
",
        wrong: "members:
  <<: {ada@acme.com: developer}
  lin@acme.com: user
",
        right: "members:
  ada@acme.com: developer
  lin@acme.com: user
";
    DUPLICATE_KEY = "BL0207" "duplicate-key" Error, in_schema: false,
        summary: "Duplicate key",
        why: "The same key is used twice, in one map or in two files. Most programs silently use the last one, so one of the
two lines would have no effect. Define each person, team and workspace in one place; `bylaws`, `organization`,
`unlisted`, `guards` and `audit` may be in one file only. Keep one of the two.
",
        wrong: "members:
  ada@acme.com: developer
  ada@acme.com: user
",
        right: "members:
  ada@acme.com: developer
";
    KEY_NOT_TEXT = "BL0208" "key-not-text" Error, in_schema: false,
        summary: "A key is not a string",
        why: "In YAML an unquoted `2024`, `true` or `~` is a number, a boolean or null, and `1.10` would become `1.1`. The
names of people, teams, workspaces, API keys and tags are strings. Quote the name; it is then used exactly as
written.
",
        wrong: "workspaces:
  2024: {}
",
        right: r#"workspaces:
  "2024": {}
"#;
}
