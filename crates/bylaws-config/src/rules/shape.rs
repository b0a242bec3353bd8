//! Rules for keys and the form of values.

use crate::define_rules;

define_rules! {
    UNKNOWN_KEY = "BL0301" "unknown-key" Error, in_schema: true,
        summary: "Unknown key",
        why: "A key that Bylaws does not know would have no effect, and a line without effect is worse than none, because
readers believe it. Usually it is a typo, and the help suggests the nearest valid key. It may also come from a
newer version of Bylaws; the help names the version that reads the files.
",
        wrong: "members:
  ada@acme.com: {rol: developer, role: user}
",
        right: "members:
  ada@acme.com: {role: user}
";
    MISSING_KEY = "BL0302" "missing-key" Error, in_schema: true,
        summary: "A required key is missing",
        why: "Some values are incomplete without others: a person without a role, an organization without its id, an
approval without its reason. Bylaws does not guess them. Add the key; the help says what it contains. `bylaws`
and `organization` are written once, in one of the files.
",
        wrong: "members:
  ada@acme.com: {until: 2027-01-31}
",
        right: "members:
  ada@acme.com: {role: developer, until: 2027-01-31}
";
    NO_VALUE = "BL0303" "no-value" Error, in_schema: true,
        summary: "A key has no value",
        why: r#"An empty value could mean "none" or "not managed", which differ: the first removes things, the second leaves
them alone. Bylaws therefore accepts neither. Write `{}` or `[]` for none, or delete the line to leave the
setting unmanaged. An unquoted `#` begins a comment, so a color must be quoted. Only a workspace may have no
value.
"#,
        wrong: "workspaces:
  research:
    members:
",
        right: "workspaces:
  research:
    members: {}
";
    NOT_A_MAP = "BL0304" "not-a-map" Error, in_schema: true,
        summary: "A value must be a map",
        why: "Write a map here: lines of the form `key: value`, indented below their key or between `{` and `}`. Lists, with
a `-` before each item, are for items without a name of their own, such as the people of a team.
",
        wrong: "members: [ada@acme.com]
",
        right: "members: {ada@acme.com: developer}
";
    NOT_A_LIST = "BL0305" "not-a-list" Error, in_schema: true,
        summary: "A value must be a list",
        why: "Write a list here, even for a single item: `[one]` on the line, or a line `- one` for each item below it. A
single value is not accepted as a list, so adding a second item never changes the form.
",
        wrong: "members:
  ada@acme.com: developer
teams:
  platform: ada@acme.com
workspaces:
  research:
    teams: {platform: workspace_user}
",
        right: "members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
";
    NOT_TEXT = "BL0306" "not-text" Error, in_schema: true,
        summary: "A value must be a string",
        why: "In YAML an unquoted `7`, `1.10`, `true` or `null` is not a string, and some of them change when they are read:
`1.10` becomes `1.1`. Quote the value. Words such as `on`, `yes` and `no` are strings here and need no quotes.
",
        wrong: "workspaces:
  research:
    tags: {version: 1.10}
",
        right: r#"workspaces:
  research:
    tags: {version: "1.10"}
"#;
    EMPTY_LIST = "BL0307" "empty-list" Error, in_schema: true,
        summary: "A list must not be empty",
        why: "Some lists cannot be empty: without an allowed domain nobody could be listed, an approval without changes
approves nothing, and a workspace without an inference region cannot be used. Add at least one item, or delete
the line.
",
        wrong: "guards:
  allowed_domains: []
",
        right: "guards:
  allowed_domains: [acme.com]
";
    DUPLICATE_ITEM = "BL0308" "duplicate-item" Error, in_schema: true,
        summary: "A list contains a duplicate item",
        why: "The second occurrence of an item has no effect; often a different item was meant. Letter case makes no
difference in domains and addresses. Remove one of the two, or correct it.
",
        wrong: "guards:
  allowed_domains: [acme.com, acme.com]
",
        right: "guards:
  allowed_domains: [acme.com, acme.example]
";
    BAD_NUMBER = "BL0309" "bad-number" Error, in_schema: true,
        summary: "A value must be a whole number within limits",
        why: "Limits are whole numbers from 0 to 1000000, written with plain digits: no quotes, no sign, no leading zero
(some programs read it as octal) and no unit. A share of people is a percentage and goes under `share`.
",
        wrong: "guards:
  invites: {max: many}
",
        right: "guards:
  invites: {max: 25}
";
    BAD_DATE = "BL0310" "bad-date" Error, in_schema: true,
        summary: "Invalid date",
        why: "A date is written as year, month and day, as in `2027-01-31`, the order that is not ambiguous. It must exist
in the calendar, has no time, and includes the whole day in UTC.
",
        wrong: "members:
  ada@acme.com: {role: developer, until: 31.1.2027}
",
        right: "members:
  ada@acme.com: {role: developer, until: 2027-01-31}
";
    BAD_ID = "BL0311" "bad-id" Error, in_schema: true,
        summary: "Invalid id for this kind of object",
        why: "The service assigns ids, and their prefix says what they belong to: `user_`, `wrkspc_`, `apikey_`; the id of
an organization is a bare UUID. An id of another kind, or one that was cut off when it was copied, would never
be found. `bylaws whoami` shows the organization's id, and `bylaws import` writes the others.
",
        wrong: "workspaces:
  research: {id: user_01WCz1FkmYMm4gnmykNKUu3Q}
",
        right: "workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
";
    DUPLICATE_ID = "BL0312" "duplicate-id" Error, in_schema: false,
        summary: "Duplicate id",
        why: "An id always belongs to the same person, workspace or API key. Two entries with the same id would ask for two
states of one object. Usually an entry was copied together with its id: delete the `id` from the entry it does
not belong to.
",
        wrong: "workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
  lab: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
",
        right: "workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
  lab: {}
";
    HIDDEN_CHARACTER = "BL0313" "hidden-character" Error, in_schema: true,
        summary: "A name contains an invisible character",
        why: "Characters such as the zero-width space, or those that change the text direction, are invisible in a review:
two names can look the same and differ, or a name can display as another one. Names in the files must not
contain them. Type the name again instead of copying it.
",
        wrong: r#"workspaces:
  "re\u200bsearch": {}
"#,
        right: "workspaces:
  research: {}
";
    NAME_TOO_LONG = "BL0314" "name-too-long" Error, in_schema: false,
        summary: "A name is longer than the service accepts",
        why: "The service accepts workspace names of up to 255 characters and refuses longer ones, which would stop an apply
halfway. Choose a shorter name, and put the rest into `tags`.
",
        wrong: "workspaces:
  research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-: {}
",
        right: "workspaces:
  research: {}
";
    FORMAT_VERSION = "BL0315" "format-version" Error, in_schema: true,
        summary: "Unknown format version",
        why: "`bylaws: 1` is the version of the file format, so that Bylaws never misreads files of a later format. The only
version is the number 1, without quotes. A higher number means that the files are for a newer version of
Bylaws.
",
        wrong_file: "bylaws: 2
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
",
        right: "";
    DATE_LONG_PAST = "BL0316" "date-long-past" Warning, in_schema: false,
        summary: "A date is before 2024",
        why: "The Admin API did not exist before 2024, so an earlier date is most likely a typo in the year. `bylaws
validate` does not use the clock, so that its result is the same every day; `bylaws plan` reports dates that
have passed. Correct the year, or delete an entry that is no longer needed.
",
        wrong: "members:
  sam@contractor.example: {role: user, until: 2017-01-31}
",
        right: "members:
  sam@contractor.example: {role: user, until: 2027-01-31}
";
    DATE_FAR_AHEAD = "BL0317" "date-far-ahead" Warning, in_schema: false,
        summary: "A date is after 2100",
        why: r#"A date after 2100 is most likely a typo, or a way to say "never". An entry without `until` applies without an
end date. Correct the year, or delete `until`.
"#,
        wrong: "members:
  sam@contractor.example: {role: user, until: 2207-01-31}
",
        right: "members:
  sam@contractor.example: {role: user, until: 2027-01-31}
";
}
