//! What a file is before it is YAML: readable, small enough, plain text.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNREADABLE {
        code: "BL0101",
        name: "unreadable",
        severity: Severity::Error,
        summary: "A file cannot be read",
        why: "Bylaws found the file, and the system did not let it read it: the permissions do not allow it, or it is
something else than a file, such as a socket or a folder named like one. What cannot be read may hold people
and workspaces, so nothing is planned without it. Correct the permissions, or move what is no configuration
out of the folder; names that begin with a dot are left out.
",
        wrong: "",
        right: "",
        in_schema: false,
    }
    LINK {
        code: "BL0102",
        name: "link",
        severity: Severity::Error,
        summary: "A link leads out of the folder, or nowhere",
        why: "A configuration is what stands in its folder, so that a review of the folder is a review of everything. A link
that leaves it could bring in lines that nobody sees in the pull request; one that leads nowhere is a file
that somebody misses. Put the file itself into the folder, or delete the link.
",
        wrong: "",
        right: "",
        in_schema: false,
    }
    TOO_LARGE {
        code: "BL0103",
        name: "too-large",
        severity: Severity::Error,
        summary: "A file, or all of them together, are larger than Bylaws reads",
        why: "A file may have 16 MiB and a folder 64 MiB, far more than any organization needs: a hundred thousand lines are
about 4 MB. Something larger is most likely no configuration at all, and reading it would only take memory.
Split a large file into several; sections merge across files.
",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_UTF8 {
        code: "BL0104",
        name: "not-utf8",
        severity: Severity::Error,
        summary: "A file is not UTF-8",
        why: r#"All files are UTF-8 text, the one encoding that every editor and every git host shows alike. Other encodings,
such as UTF-16 or Latin-1, would turn names into other names. Save the file as UTF-8; in most editors that is
a choice beside "Save as", and `iconv -f LATIN1 -t UTF-8` does the same in a terminal.
"#,
        wrong: "",
        right: "",
        in_schema: false,
    }
    EMPTY_FILE {
        code: "BL0105",
        name: "empty-file",
        severity: Severity::Error,
        summary: "A file asks for nothing",
        why: r#"A file without a single line of YAML is most likely one that was cut off, or whose lines were all commented
out. Were it taken for "nothing", the people who stood in it would be removed. Delete the file if it has done
its work, or bring back what stood in it.
"#,
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
== members.yaml
# members:
#   ada@acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
== members.yaml
members:
  ada@acme.com: developer
",
        in_schema: true,
    }
    CONTROL_CHARACTER {
        code: "BL0106",
        name: "control-character",
        severity: Severity::Error,
        summary: "A control character stands in a file",
        why: "Control characters, such as the bell or a terminal's escape, have no place in a text that people review: they
are not seen, and a terminal may obey them. They usually come from copying out of a terminal. Delete the
character; tabs and line ends are no control characters in this sense.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {role: developer, note: from the \u{7} old list}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {role: developer, note: from the old list}
",
        in_schema: false,
    }
    MERGE_CONFLICT {
        code: "BL0107",
        name: "merge-conflict",
        severity: Severity::Error,
        summary: "A merge conflict was not resolved",
        why: "The lines `<<<<<<<`, `=======` and `>>>>>>>` are left by git where two branches changed the same lines. Which
of the two sides is meant only you can say. Keep one, or both in the right order, delete the three marker
lines, and run `bylaws validate` again.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
<<<<<<< HEAD
  ada@acme.com: developer
=======
  ada@acme.com: user
>>>>>>> feature
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    LIVE_KEY {
        code: "BL0108",
        name: "live-key",
        severity: Severity::Error,
        summary: "Something in a file looks like a live key",
        why: "Keys begin with `sk-ant-`, and whoever can read the repository, its history or a log has every key that was
ever committed. Bylaws needs no key in its files: API keys are listed by their names, and its own credential
comes from the environment. Take the key out, **disable it in the Console**, and make a new one; deleting the
line alone does not take it out of the history. The key itself is masked in everything Bylaws prints.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
# made with sk-ant-api03-EXAMPLEEXAMPLEEXAMPLE
members:
  ada@acme.com: developer
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
# made with the key ci-deploy
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    TOO_MANY_PROBLEMS {
        code: "BL0109",
        name: "too-many-problems",
        severity: Severity::Error,
        summary: "More problems than are listed",
        why: "A run lists the first thousand errors; nobody reads more, and a broken generator can make millions. Often one
mistake near the top of a file is behind most of them. Solve what is listed and run `bylaws validate` again:
the rest is counted, not forgotten.
",
        wrong: "",
        right: "",
        in_schema: false,
    }
    TOO_MANY_WARNINGS {
        code: "BL0110",
        name: "too-many-warnings",
        severity: Severity::Warning,
        summary: "More warnings than are listed",
        why: "A run lists the first thousand warnings and counts the rest. So many usually have one cause, such as a team of
administrators that stands in every workspace. Solve that one, or allow it where it is meant; nothing stops
because of warnings.
",
        wrong: "",
        right: "",
        in_schema: false,
    }
    ALMOST_READ {
        code: "BL0111",
        name: "almost-read",
        severity: Severity::Warning,
        summary: "A file in the folder looks like one of the files and is not read",
        why: "Of a folder, Bylaws reads the files whose names end in `.yaml` or `.yml`. A name such as `members.yaml.txt`,
`members.yaml~` or one with a space behind it looks like one of them, and nothing in it counts: whoever renames
a file so takes everything in it out of force. Give it the right name, move it out of the folder, or, if it is
not meant to be read, choose a name without `.yaml`. The warning cannot be allowed by a comment.
",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DIRECTION_MARK {
        code: "BL0112",
        name: "direction-mark",
        severity: Severity::Error,
        summary: "A character that turns the direction of text stands in a file",
        why: "Marks such as U+202E make the rest of a line read from right to left, or in another order, in editors and in
reviews. Nobody sees them, and with them a line or a comment can show something else than the program reads.
They have no place in the files, comments and notes included: Arabic and Hebrew text needs none of them. Delete
the character.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer # \u{202e}reenigne
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer # engineer
",
        in_schema: false,
    }
    HIDDEN_IN_TEXT {
        code: "BL0113",
        name: "hidden-in-text",
        severity: Severity::Warning,
        summary: "A comment or a note holds a character that nobody can see",
        why: "Characters such as the zero-width space, the soft hyphen or the blank letter U+2800 are not seen in a review.
In a comment or a note they change nothing in the organization, but they can hide words from a search, or carry
text to a program that reads along. Delete the character. What belongs to an emoji or to the letters of a
language is not reported.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer # temp\u{200b}orary
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer # temporary
",
        in_schema: false,
    }
}
