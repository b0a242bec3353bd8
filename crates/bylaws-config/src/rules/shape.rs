//! Keys and values: which there are, and what they look like.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_KEY {
        code: "BL0301",
        name: "unknown-key",
        severity: Severity::Error,
        summary: "A key is not known",
        why: "A key that Bylaws does not know would have no effect, and a line without an effect is worse than none: somebody
believes it. Most often it is a slip of the pen, and the nearest key that is known here is named. It may also
come from a newer version of Bylaws than the one reading it; the message says which that is.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {rol: developer, role: user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {role: user}
",
        in_schema: true,
    }
    MISSING_KEY {
        code: "BL0302",
        name: "missing-key",
        severity: Severity::Error,
        summary: "A key that must be there is missing",
        why: "Some values have no meaning without others: a person without a role, an organization without its id, an
approval without its reason. Nothing is made up for them. Add the key; the help says what it holds. `bylaws`
and `organization` stand once, in one of the files, not in each of them.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {until: 2027-01-31}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {role: developer, until: 2027-01-31}
",
        in_schema: true,
    }
    NO_VALUE {
        code: "BL0303",
        name: "no-value",
        severity: Severity::Error,
        summary: "A key has no value",
        why: r#"A key with nothing behind it could mean "none" or "not managed", and the two are far apart: one removes, the
other leaves alone. So it means neither. Write `{}` or `[]` for none, or delete the line to leave a thing
unmanaged. Mind that a bare `#` begins a comment: a colour must be quoted. Only a workspace may stand without
a value.
"#,
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    members:
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    members: {}
",
        in_schema: true,
    }
    NOT_A_MAP {
        code: "BL0304",
        name: "not-a-map",
        severity: Severity::Error,
        summary: "A value must be a map",
        why: "Here a map is meant: lines of the form `key: value`, indented below their key or between `{` and `}`. Lists,
with a `-` before each item, are for things without a name of their own, such as the people of a team.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members: [ada@acme.com]
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members: {ada@acme.com: developer}
",
        in_schema: true,
    }
    NOT_A_LIST {
        code: "BL0305",
        name: "not-a-list",
        severity: Severity::Error,
        summary: "A value must be a list",
        why: "Here a list is meant, even for a single item: `[one]` on the line, or a line `- one` for each below it. A
value alone is not taken for a list of one, so that adding a second is never a change of form.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: ada@acme.com
workspaces:
  research:
    teams: {platform: workspace_user}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
teams:
  platform: [ada@acme.com]
workspaces:
  research:
    teams: {platform: workspace_user}
",
        in_schema: true,
    }
    NOT_TEXT {
        code: "BL0306",
        name: "not-text",
        severity: Severity::Error,
        summary: "A value must be a text",
        why: "To YAML a bare `7`, `1.10`, `true` or `null` is no text, and some of them change on the way: `1.10` becomes
`1.1`. Where a text is meant, put it into quotes. Words such as `on`, `yes` and `no` are texts here and need
none.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    tags: {version: 1.10}
",
        right: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research:
    tags: {version: "1.10"}
"#,
        in_schema: true,
    }
    EMPTY_LIST {
        code: "BL0307",
        name: "empty-list",
        severity: Severity::Error,
        summary: "A list is empty where that means nothing",
        why: "Some lists cannot be empty: domains of which none is allowed would refuse everybody, an approval of no change
approves nothing, a workspace in which inference may happen nowhere cannot be used. Name at least one item, or
delete the line.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  allowed_domains: []
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  allowed_domains: [acme.com]
",
        in_schema: true,
    }
    DUPLICATE_ITEM {
        code: "BL0308",
        name: "duplicate-item",
        severity: Severity::Error,
        summary: "A list names something twice",
        why: "An item that stands twice has no effect the second time, and is mostly a slip where another one was meant.
Letter case makes no difference in domains and addresses. Keep one of the two, or correct the other.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  allowed_domains: [acme.com, acme.com]
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  allowed_domains: [acme.com, acme.example]
",
        in_schema: true,
    }
    BAD_NUMBER {
        code: "BL0309",
        name: "bad-number",
        severity: Severity::Error,
        summary: "A value must be a whole number within limits",
        why: "Limits are whole numbers, 0 to 1000000, written with plain digits: no quotes, no sign, no leading zero (which
means octal to some readers) and no unit. A share of people is a percentage and stands under `share`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  invites: {max: many}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
guards:
  invites: {max: 25}
",
        in_schema: true,
    }
    BAD_DATE {
        code: "BL0310",
        name: "bad-date",
        severity: Severity::Error,
        summary: "A value is no day",
        why: "A day is written as year, month and day, as in `2027-01-31`: the one order that nobody reads differently. It
is a day that exists, without a time, and holds to its end in UTC.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {role: developer, until: 31.1.2027}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: {role: developer, until: 2027-01-31}
",
        in_schema: true,
    }
    BAD_ID {
        code: "BL0311",
        name: "bad-id",
        severity: Severity::Error,
        summary: "A value is no id of this kind",
        why: "Ids come from the service and tell by their beginning what they belong to: `user_`, `wrkspc_`, `apikey_`; that
of an organization is a bare UUID. An id of another kind, or one that lost a part while it was copied, would
never be found. `bylaws whoami` shows the organization's, and `bylaws import` writes the others.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {id: user_01WCz1FkmYMm4gnmykNKUu3Q}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
",
        in_schema: true,
    }
    DUPLICATE_ID {
        code: "BL0312",
        name: "duplicate-id",
        severity: Severity::Error,
        summary: "An id is pinned twice",
        why: "An id stands for one person, workspace or key for ever. Two entries with the same id would ask for two things
of one, and which of them wins would be chance. Mostly an entry was copied and its id came along: delete the
`id` where it does not belong.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
  lab: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {id: wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ}
  lab: {}
",
        in_schema: false,
    }
    HIDDEN_CHARACTER {
        code: "BL0313",
        name: "hidden-character",
        severity: Severity::Error,
        summary: "A name holds a character that nobody can see",
        why: "Characters such as the zero-width space or those that turn the direction of writing are not seen in a review:
two names can look the same and be two, or read one way and be another. Names in the files hold none of them.
Type the name anew instead of copying it.
",
        wrong: r#"bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  "re\u200bsearch": {}
"#,
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
",
        in_schema: true,
    }
    NAME_TOO_LONG {
        code: "BL0314",
        name: "name-too-long",
        severity: Severity::Error,
        summary: "A name is longer than the service takes",
        why: "The service takes names of workspaces up to 255 characters and refuses longer ones, which would stop an apply
half-way. Choose a shorter name, and put the rest into `tags`.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-research-: {}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
",
        in_schema: false,
    }
    FORMAT_VERSION {
        code: "BL0315",
        name: "format-version",
        severity: Severity::Error,
        summary: "The version of the format is not known",
        why: "`bylaws: 1` says how these files are to be read, so that a later format can never be taken for this one. There
is one version, the number 1, without quotes. If a higher one stands here, the files are for a newer Bylaws
than the one that reads them.
",
        wrong: "bylaws: 2
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
",
        in_schema: true,
    }
    DATE_LONG_PAST {
        code: "BL0316",
        name: "date-long-past",
        severity: Severity::Warning,
        summary: "A day is older than the service",
        why: "A day before 2024 is older than the Admin API itself, so it is most likely a slip of the pen, such as last
century's or last decade's year. `bylaws validate` knows no clock, so that it says the same every day: what is
past only today is told by `bylaws plan`. Correct the year, or delete a line that has done its work.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  sam@contractor.example: {role: user, until: 2017-01-31}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  sam@contractor.example: {role: user, until: 2027-01-31}
",
        in_schema: false,
    }
    DATE_FAR_AHEAD {
        code: "BL0317",
        name: "date-far-ahead",
        severity: Severity::Warning,
        summary: "A day is more than a lifetime away",
        why: r#"A day after 2100 is most likely a slip of the pen, or a way of saying "never". A line without `until` holds
without an end, and says so. Correct the year, or delete `until`.
"#,
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  sam@contractor.example: {role: user, until: 2207-01-31}
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  sam@contractor.example: {role: user, until: 2027-01-31}
",
        in_schema: false,
    }
}
