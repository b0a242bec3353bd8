//! Rules for a file before it is parsed as YAML: readable, within the size limits, plain text.

use crate::define_rules;

define_rules! {
    UNREADABLE = "BL0101" "unreadable" Error, in_schema: false,
        summary: "A file cannot be read",
        why: "Bylaws found the file but the operating system refused access: the permissions do not allow it, or it is not a
regular file but, for example, a socket. The file may list people and workspaces, so Bylaws plans nothing
without it. Fix the permissions, or move anything that is not configuration out of the folder; Bylaws ignores
names that begin with a dot.
";
    LINK = "BL0102" "link" Error, in_schema: false,
        summary: "A symbolic link leaves the folder, is broken or points to a folder",
        why: "The configuration is the content of its folder, so a review of the folder is a review of everything. A link
out of it could bring in lines that do not show in the pull request, and a broken link is a missing file.
Links to folders are never followed. Put the file itself into the folder, or delete the link.
";
    TOO_LARGE = "BL0103" "too-large" Error, in_schema: false,
        summary: "A file, or all files together, exceed the size limit",
        why: "A file may have 16 MiB and all files together 64 MiB, far more than any organization needs: a hundred thousand
lines are about 4 MB. A larger file is most likely not a configuration, and reading it would only use memory.
Split a large file into several; sections merge across files.
";
    NOT_UTF8 = "BL0104" "not-utf8" Error, in_schema: false,
        summary: "A file is not valid UTF-8",
        why: r#"All files must be UTF-8 text, which every editor and git host displays the same way. In other encodings, such
as UTF-16 or Latin-1, names would turn into different names. Save the file as UTF-8: most editors offer this
under "Save as", and `iconv -f LATIN1 -t UTF-8` does it in a terminal.
"#;
    EMPTY_FILE = "BL0105" "empty-file" Error, in_schema: true,
        summary: "A file is empty",
        why: r#"A file without any YAML was probably cut off, or all of its lines were commented out. If an empty file meant
"nothing", the people who were listed in it would be removed. Delete the file if it is no longer needed, or
restore its content.
"#,
        wrong: "== members.yaml
# members:
#   ada@acme.com: developer
",
        right: "== members.yaml
members:
  ada@acme.com: developer
";
    CONTROL_CHARACTER = "BL0106" "control-character" Error, in_schema: false,
        summary: "A file contains a control character",
        why: "Control characters, such as the bell or the escape character, do not belong in text that people review: they
are invisible, and a terminal may act on them. They usually come from text copied out of a terminal. Delete
the character; tabs and line ends are allowed.
",
        wrong: "members:
  ada@acme.com: {role: developer, note: from the \u{7} old list}
",
        right: "members:
  ada@acme.com: {role: developer, note: from the old list}
";
    MERGE_CONFLICT = "BL0107" "merge-conflict" Error, in_schema: false,
        summary: "A merge conflict is not resolved",
        why: "Git writes the lines `<<<<<<<`, `=======` and `>>>>>>>` into a file if two branches changed the same lines.
Only you can decide which side is right. Keep one side, or both in the right order, delete the three marker
lines, and run `bylaws validate` again.
",
        wrong: "members:
<<<<<<< HEAD
  ada@acme.com: developer
=======
  ada@acme.com: user
>>>>>>> feature
",
        right: "members:
  ada@acme.com: developer
";
    LIVE_KEY = "BL0108" "live-key" Error, in_schema: false,
        summary: "A file contains what looks like a secret API key",
        why: "Secret keys begin with `sk-ant-`, and everyone who can read the repository, its history or a log has every key
that was ever committed. Bylaws needs no key in its files: API keys are listed by name, and Bylaws reads its
own credential from the environment. Remove the key, **disable it in the Console**, and create a new one;
deleting the line does not remove it from the history. Bylaws masks the key in everything it prints.
",
        wrong: "# made with sk-ant-api03-EXAMPLEEXAMPLEEXAMPLE
members:
  ada@acme.com: developer
",
        right: "# made with the key ci-deploy
members:
  ada@acme.com: developer
";
    TOO_MANY_PROBLEMS = "BL0109" "too-many-problems" Error, in_schema: false,
        summary: "There are more errors than are listed",
        why: "Bylaws lists the first 1000 errors of a run and counts the rest; a broken generator can produce millions. One
mistake near the top of a file often causes most of them. Fix the listed errors and run `bylaws validate`
again.
";
    TOO_MANY_WARNINGS = "BL0110" "too-many-warnings" Warning, in_schema: false,
        summary: "There are more warnings than are listed",
        why: "Bylaws lists the first 1000 warnings of a run and counts the rest. So many usually have one cause, such as a
team of administrators that is listed in every workspace. Fix that cause, or suppress the warning if it is
intended; warnings fail a run only with `--strict`.
";
    ALMOST_READ = "BL0111" "almost-read" Warning, in_schema: false,
        summary: "A file in the folder looks like configuration but is not read",
        why: "In a folder, Bylaws reads the files whose names end in `.yaml` or `.yml`. A name such as `members.yaml.txt`,
`members.yaml~` or one with a trailing space looks like one of them, but nothing in the file applies: renaming
a file this way disables everything in it. Correct the name, move the file out of the folder, or, if it is not
meant to be read, choose a name without `.yaml`. A comment cannot suppress this warning.
";
    DIRECTION_MARK = "BL0112" "direction-mark" Error, in_schema: false,
        summary: "A file contains a character that changes the text direction",
        why: "Characters such as U+202E make editors and reviews display the rest of a line from right to left, or in
another order. They are invisible, and a line or comment can show something different from what Bylaws reads.
They are not allowed anywhere in the files, including comments and notes; Arabic and Hebrew text does not need
them. Delete the character.
",
        wrong: "members:
  ada@acme.com: developer # \u{202e}reenigne
",
        right: "members:
  ada@acme.com: developer # engineer
";
    HIDDEN_IN_TEXT = "BL0113" "hidden-in-text" Warning, in_schema: false,
        summary: "A comment, note or reason contains an invisible character",
        why: "Characters such as the zero-width space, the soft hyphen or the blank letter U+2800 are invisible in a review.
In a comment or note they change nothing in the organization, but they can hide words from a search, or carry
text to a program that reads the file. Delete the character. Characters that are part of an emoji or of the
writing of a language are not reported.
",
        wrong: "members:
  ada@acme.com: developer # temp\u{200b}orary
",
        right: "members:
  ada@acme.com: developer # temporary
";
}
