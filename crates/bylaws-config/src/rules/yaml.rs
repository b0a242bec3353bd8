//! What YAML allows and the files do not, and what is no YAML at all.

use crate::rule::{Rule, Severity, rules};

rules! {
    SYNTAX {
        code: "BL0201",
        name: "syntax",
        severity: Severity::Error,
        summary: "A text is no YAML",
        why: "The text cannot be read as YAML at this place: a bracket or quote that is never closed, a line that is no
`key: value`, an indentation that fits nothing above it. The mistake itself may stand a line or two earlier.
Indent with two spaces a level, close what you open, and quote a text that holds `: ` or ` #` or begins with
one of `@ & * ! % { [`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members: {ada@acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members: {ada@acme.com: developer}
",
        in_schema: false,
    }
    TAB {
        code: "BL0202",
        name: "tab",
        severity: Severity::Error,
        summary: "A tab indents a line",
        why: "YAML takes only spaces to indent, as tabs are of different width everywhere. Let your editor write spaces for
YAML files; the line `[*.{yaml,yml}]` with `indent_style = space` in an `.editorconfig` does that for
everybody.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
\tada@acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    MANY_DOCUMENTS {
        code: "BL0203",
        name: "many-documents",
        severity: Severity::Error,
        summary: "A file holds more than one document",
        why: "A line `---` in the middle of a file begins a second YAML document, and most tools would read only the first:
what stands in the other one would be missing without a word. Put the second document into a file of its own
in the same folder; sections merge across files.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
---
workspaces:
  research: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
workspaces:
  research: {}
",
        in_schema: false,
    }
    TAG {
        code: "BL0204",
        name: "tag",
        severity: Severity::Error,
        summary: "A YAML tag stands before a value",
        why: "Words with an exclamation mark, such as `!env` or `!include`, are instructions to some programs. Files of
Bylaws ask for exactly what stands in them: nothing in them runs, reads the environment or brings in other
files. Write the value itself, or put the text into quotes if it is meant to begin with `!`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: !env ROLE
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    ALIAS {
        code: "BL0205",
        name: "alias",
        severity: Severity::Error,
        summary: "A YAML alias leads nowhere, in a circle or to far too much",
        why: "`*name` repeats what stands under `&name` elsewhere in the same file. Here there is no such place, or it leads
back to itself, or repeats so much that the file becomes far larger than it looks. Write the values out: teams
are made for giving many people the same.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: *role
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    MERGE_KEY {
        code: "BL0206",
        name: "merge-key",
        severity: Severity::Error,
        summary: "A merge key would hide what a line asks for",
        why: "`<<: *other` merges another map into this one, so that what a person or workspace gets no longer stands where
they are listed, and a change elsewhere changes it. A reviewer would have to put it together in their head.
Write the lines out; to give many people the same, put them into a team.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  <<: {ada@acme.com: developer}
  lin@acme.com: user
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  lin@acme.com: user
",
        in_schema: false,
    }
    DUPLICATE_KEY {
        code: "BL0207",
        name: "duplicate-key",
        severity: Severity::Error,
        summary: "A key stands twice",
        why: "The same key stands twice, in one map or in two files. Most programs take the last one without a word, and one
of the two lines then says something that does not happen. One person, team or workspace stands whole in one
place; `bylaws`, `organization`, `unlisted` and `guards` stand in one file only. Keep one of the two.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
  ada@acme.com: user
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    KEY_NOT_TEXT {
        code: "BL0208",
        name: "key-not-text",
        severity: Severity::Error,
        summary: "A key is no text",
        why: "To YAML a bare `2024`, `true` or `~` is a number, a boolean or nothing, and `1.10` would become `1.1`. The
names of people, teams, workspaces, keys and tags are texts. Put such a name into quotes; it then stands for
exactly what is written.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  2024: {}
",
        right: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  "2024": {}
"#,
        in_schema: false,
    }
}
