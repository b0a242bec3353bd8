//! Adding people: the files before and after, in tables.

use bylaws_engine::{SettableRole, TeamName, WorkspaceLabel, WorkspaceRole};
use bylaws_kinds::Arrival;

use crate::edit::{email, joined, like, new, table};

#[test]
fn a_new_person_gets_an_entry_below_the_other_and_all_their_teams_and_workspaces() {
    let rows = [
        (
            "lines",
            "members:\n  b@x.org: user # b\n  c@x.org: user\nteams:\n  t:\n    -   b@x.org # t\n  u: [c@x.org, b@x.org]\nworkspaces:\n  w:\n    members:\n      b@x.org: none\n  v:\n    members: {\n      b@x.org: workspace_user\n    }\n",
            "members:\n  b@x.org: user # b\n  n@x.org: user\n  c@x.org: user\nteams:\n  t:\n    -   b@x.org # t\n    -   n@x.org\n  u: [c@x.org, b@x.org, n@x.org]\nworkspaces:\n  w:\n    members:\n      b@x.org: none\n      n@x.org: none\n  v:\n    members: {\n      n@x.org: workspace_user,\n      b@x.org: workspace_user\n    }\n",
        ),
        (
            "CRLF, and no line break at the end",
            "teams: {t: [b@x.org]}\r\nmembers:\r\n  b@x.org: user",
            "teams: {t: [b@x.org, n@x.org]}\r\nmembers:\r\n  b@x.org: user\r\n  n@x.org: user",
        ),
        (
            "brackets, a line each, with commas",
            "members: {\n  b@x.org: user, # b\n  c@x.org: user,\n}\n",
            "members: {\n  b@x.org: user, # b\n  n@x.org: user,\n  c@x.org: user,\n}\n",
        ),
        (
            "the long form below its last line",
            "members:\n  b@x.org:\n    role: user\n    note: |\n      a\n\n  c@x.org: user\n",
            "members:\n  b@x.org:\n    role: user\n    note: |\n      a\n  n@x.org: user\n\n  c@x.org: user\n",
        ),
        (
            "a list that two teams share: the person joins both",
            "members: {b@x.org: user}\nteams:\n  t: &t [b@x.org]\n  u: *t\n",
            "members: {b@x.org: user, n@x.org: user}\nteams:\n  t: &t [b@x.org, n@x.org]\n  u: *t\n",
        ),
        (
            "end dates are not copied",
            "members: {b@x.org: {role: user, until: 2027-01-31}}\nworkspaces: {w: {members: {b@x.org: {role: workspace_user, until: 2027-01-15}}}}\n",
            "members: {b@x.org: {role: user, until: 2027-01-31}, n@x.org: user}\nworkspaces: {w: {members: {b@x.org: {role: workspace_user, until: 2027-01-15}, n@x.org: workspace_user}}}\n(note: `b@x.org` is listed until 2027-01-31, but `n@x.org` without an end date: pass --until 2027-01-31 to use the same)\n(note: the membership of `b@x.org` in `w` ends on 2027-01-15; that of `n@x.org` has no end date)\n",
        ),
        (
            "a console-only role",
            "members: {b@x.org: admin}\n",
            "no role: `b@x.org` is listed as `admin`, which the API cannot assign\n",
        ),
        ("none", "members: {b@x.org: none}\n", "no role: `b@x.org` is listed as `none`\n"),
        ("already listed", "members: {b@x.org: user, N+1@x.org: user}\n", "listed: n+1@x.org, line 1\n"),
        ("an unknown other person", "members: {c@x.org: user}\n", "not listed; near: Some(\"c@x.org\")\n"),
        (
            "another domain",
            "members: {b@y.org: user}\nguards:\n  allowed_domains: [y.org]\n",
            "line 3: y.org\n",
        ),
        ("no members", "teams: {t: [b@x.org]}\n", "no members\n"),
    ];
    table(&rows, |before| joined(before, &like("n@x.org", "b@x.org")));
}

#[test]
fn role_end_date_and_note_are_written_as_given() {
    let files = "members:\n  b@x.org: admin\n  c@x.org: user\nteams: {t: [b@x.org]}\n";
    let arrival = Arrival {
        role: Some(SettableRole::Developer),
        until: Some(jiff::civil::date(2027, 1, 31)),
        note: Some("a: {b} # \"c\"\n".to_owned()),
        ..like("n@x.org", "b@x.org")
    };
    assert_eq!(
        joined(files, &arrival),
        "members:\n  b@x.org: admin\n  n@x.org: {role: developer, until: 2027-01-31, note: \"a: {b} # \\\"c\\\"\\n\"}\n  c@x.org: user\nteams: {t: [b@x.org, n@x.org]}\n"
    );
    let alone = Arrival { like: None, ..arrival.clone() };
    assert!(joined(files, &alone).starts_with("members:\n  b@x.org: admin\n  c@x.org: user\n  n@x.org: {"));
    assert_eq!(joined(files, &Arrival { role: None, ..alone }), "no role: no role is given\n");
    let odd = Arrival { people: vec![email("{n}#*@x.org")], until: None, note: None, ..arrival };
    assert!(joined(files, &odd).contains("\n  \"{n}#*@x.org\": developer\n"));
}

#[test]
fn several_people_get_the_same_entries_in_the_given_order() {
    let rows = [
        (
            "lines",
            "members:\n  b@x.org: user # b\nteams:\n  t:\n    - b@x.org # t\nworkspaces:\n  w:\n    members:\n      b@x.org: workspace_admin\n",
            "members:\n  b@x.org: user # b\n  n@x.org: user\n  m@x.org: user\nteams:\n  t:\n    - b@x.org # t\n    - n@x.org\n    - m@x.org\nworkspaces:\n  w:\n    members:\n      b@x.org: workspace_admin\n      n@x.org: workspace_admin\n      m@x.org: workspace_admin\n(note: `n@x.org`, `m@x.org` get `workspace_admin` in `members` of the workspace `w`, like `b@x.org`)\n",
        ),
        (
            "brackets",
            "members: {b@x.org: user}\nteams: {t: [b@x.org]}\n",
            "members: {b@x.org: user, n@x.org: user, m@x.org: user}\nteams: {t: [b@x.org, n@x.org, m@x.org]}\n",
        ),
        (
            "CRLF, and no line break at the end",
            "members:\r\n  b@x.org: user",
            "members:\r\n  b@x.org: user\r\n  n@x.org: user\r\n  m@x.org: user",
        ),
        (
            "brackets, a line each",
            "members: {\n  b@x.org: user, # b\n}\n",
            "members: {\n  b@x.org: user, # b\n  n@x.org: user,\n  m@x.org: user,\n}\n",
        ),
        ("one is already listed", "members: {b@x.org: user, m@x.org: user}\n", "listed: m@x.org, line 1\n"),
    ];
    let people = Arrival { like: Some(email("b@x.org")), ..new(&["n@x.org", "m@x.org"]) };
    table(&rows, |before| joined(before, &people));
}

#[test]
fn named_teams_and_workspaces_are_added_to_those_of_the_other() {
    let rows = [
        (
            "at the end of lists and maps",
            "members: {b@x.org: user}\nteams:\n  t: # who\n    - b@x.org\n  u: [c@x.org, d@x.org]\nworkspaces:\n  w:\n    members:\n      c@x.org: workspace_user # c\n      # last\n",
            "members: {b@x.org: user, n@x.org: user}\nteams:\n  t: # who\n    - b@x.org\n    - n@x.org\n  u: [c@x.org, d@x.org, n@x.org]\nworkspaces:\n  w:\n    members:\n      c@x.org: workspace_user # c\n      n@x.org: workspace_developer\n      # last\n",
        ),
        (
            "into empty brackets",
            "members: {b@x.org: user}\nteams: {u: []}\nworkspaces: {w: {members: { }}}\n",
            "members: {b@x.org: user, n@x.org: user}\nteams: {u: [n@x.org]}\nworkspaces: {w: {members: {n@x.org: workspace_developer}}}\n",
        ),
        (
            "the named role overrides the copied one, without duplicates",
            "members: {b@x.org: user}\nteams: {u: [b@x.org]}\nworkspaces: {w: {members: {b@x.org: workspace_user}}}\n",
            "members: {b@x.org: user, n@x.org: user}\nteams: {u: [b@x.org, n@x.org]}\nworkspaces: {w: {members: {b@x.org: workspace_user, n@x.org: workspace_developer}}}\n",
        ),
        (
            "no such team",
            "members: {b@x.org: user}\nteams: {uu: [b@x.org]}\nworkspaces: {w: {members: {}}}\n",
            "no team u; near: Some(\"uu\")\n",
        ),
        (
            "no such workspace",
            "members: {b@x.org: user}\nteams: {u: [b@x.org]}\nworkspaces: {prod: {members: {}}}\n",
            "no workspace w; near: None\n",
        ),
        (
            "a workspace whose members are not managed",
            "members: {b@x.org: user}\nteams: {u: [b@x.org]}\nworkspaces: {w: {tags: {}}}\n",
            "not managed: w\n",
        ),
        (
            "an archived workspace",
            "members: {b@x.org: user}\nteams: {u: [b@x.org]}\nworkspaces: {w: {state: archived}}\n",
            "not managed: w\n",
        ),
    ];
    let arrival = Arrival {
        teams: vec![TeamName::new("u")],
        workspaces: [(WorkspaceLabel::new("w"), WorkspaceRole::Developer)].into(),
        ..like("n@x.org", "b@x.org")
    };
    let listed = |before: &str| {
        // People in a team must be listed.
        before.replace("members: {b@x.org: user}", "members: {b@x.org: user, c@x.org: user, d@x.org: user}")
    };
    table(&rows, |before| joined(&listed(before), &arrival).replace(", c@x.org: user, d@x.org: user", ""));
}

#[test]
fn workspace_billing_is_copied_only_with_the_role_billing() {
    let files = "members: {b@x.org: billing}\nworkspaces: {w: {members: {b@x.org: workspace_billing}}}\n";
    let arrival = like("n@x.org", "b@x.org");
    assert!(joined(files, &arrival).contains("n@x.org: workspace_billing"));
    let arrival = Arrival { role: Some(SettableRole::User), ..arrival };
    assert_eq!(
        joined(files, &arrival),
        "members: {b@x.org: billing, n@x.org: user}\nworkspaces: {w: {members: {b@x.org: workspace_billing}}}\n(note: the entry of `b@x.org` in `members` of the workspace `w` is not copied: `workspace_billing` requires the organization role `billing`)\n"
    );
}
