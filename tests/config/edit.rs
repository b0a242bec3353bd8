//! Removing people: the files before and after, in tables; and what this has in common with adding them.

use std::collections::BTreeMap;

use bylaws_config::edit::Step;
use bylaws_engine::Email;
use bylaws_kinds::{Arrival, EditError, Edited, MemberLine, Seen, arrive, leave};

use crate::world::{HEAD, read};

/// Returns the files after a person is removed, or the error.
#[track_caller]
pub(crate) fn left(text: &str, who: &str) -> String {
    let loaded = read(text);
    assert!(loaded.desired.is_some(), "{:?}", loaded.problems);
    shown(leave(&loaded, &email(who), None).map(|(edited, _)| edited), text)
}

#[track_caller]
pub(crate) fn joined(text: &str, arrival: &Arrival) -> String {
    let loaded = read(text);
    assert!(loaded.desired.is_some(), "{:?}", loaded.problems);
    shown(arrive(&loaded, arrival), text)
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

/// Returns an arrival of these people without a role.
pub(crate) fn new(who: &[&str]) -> Arrival {
    Arrival {
        people: who.iter().map(|who| email(who)).collect(),
        like: None,
        role: None,
        until: None,
        note: None,
        teams: Vec::new(),
        workspaces: BTreeMap::new(),
    }
}

pub(crate) fn like(who: &str, other: &str) -> Arrival {
    Arrival { like: Some(email(other)), ..new(&[who]) }
}

/// Formats the edited files without the unchanged [`HEAD`], or the error.
fn shown(edited: Result<Edited, EditError>, before: &str) -> String {
    match edited {
        Ok(edited) => {
            let all = edited.loaded.files.iter().filter(|file| file.text != HEAD);
            let several = before.starts_with("== ");
            let mut out = String::new();
            for file in all {
                if several {
                    out += &format!("== {}\n", file.name);
                }
                out += &file.text;
            }
            for Step { what, .. } in &edited.comments {
                out += &format!("(gone: {what})\n");
            }
            for note in &edited.notes {
                out += &format!("(note: {note})\n");
            }
            out
        }
        Err(EditError::ByHand { file, why, steps }) => {
            let steps = steps.iter().map(|Step { position, what }| format!("{}: {what}\n", position.line));
            format!("by hand, {}: {why}\n{}", file.unwrap_or_default(), steps.collect::<String>())
        }
        Err(EditError::Problems { problems, .. }) => {
            problems.iter().map(|problem| format!("{}: {}\n", problem.rule.code, problem.message)).collect()
        }
        Err(EditError::NotListed { near }) => format!("not listed; near: {near:?}\n"),
        Err(EditError::Listed { position, email }) => format!("listed: {email}, line {}\n", position.line),
        Err(EditError::Domain { position, allowed }) => {
            format!(
                "line {}: {}\n",
                position.unwrap().line,
                allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            )
        }
        Err(EditError::NoRole { why }) => format!("no role: {why}\n"),
        Err(EditError::NoTeam { name, near }) => format!("no team {name}; near: {near:?}\n"),
        Err(EditError::NoWorkspace { name, near }) => format!("no workspace {name}; near: {near:?}\n"),
        Err(EditError::NotManaged { name }) => format!("not managed: {name}\n"),
        Err(EditError::NoMembers) => "no members\n".to_owned(),
    }
}

/// Checks rows of a title, the files before, and the files after.
#[track_caller]
pub(crate) fn table(rows: &[(&str, &str, &str)], after: impl Fn(&str) -> String) {
    for (title, before, expected) in rows {
        assert_eq!(after(before), *expected, "{title}");
    }
}

const REMOVE: &str = "unlisted: {members: remove}\n";

#[test]
fn an_entry_is_deleted_if_the_policy_removes_unlisted_members() {
    let rows = [
        (
            "short form, with the comment on its line; the comment above is kept",
            "members:\n  a@x.org: admin\n  # two\n  b@x.org: user # left\n  c@x.org: user\n",
            "members:\n  a@x.org: admin\n  # two\n  c@x.org: user\n(gone: # left)\n",
        ),
        (
            "long form in lines",
            "members:\n  b@x.org: # first\n    role: user\n    # why\n    note: |\n      a # b\n\n      c\n  # next\n  c@x.org: user\n",
            "members:\n  # next\n  c@x.org: user\n(gone: # first)\n(gone: # why)\n",
        ),
        (
            "long form in brackets, over several lines",
            "members:\n  b@x.org: {\n    role: user, # r\n    until: 2027-01-31\n  } # end\n  c@x.org: user",
            "members:\n  c@x.org: user(gone: # r)\n(gone: # end)\n",
        ),
        (
            "the last line, without a line break",
            "members:\n  c@x.org: user\n  b@x.org: user",
            "members:\n  c@x.org: user\n",
        ),
        (
            "quoted keys",
            "members:\n  'c@x.org': user\n  \"b@x.org\" : 'user'\n",
            "members:\n  'c@x.org': user\n",
        ),
        ("brackets", "members: {b@x.org: user, c@x.org: user}\n", "members: {c@x.org: user}\n"),
        ("brackets, last", "members: { c@x.org: user, b@x.org: user }\n", "members: { c@x.org: user }\n"),
        (
            "brackets, last on its line",
            "members: {c@x.org: user, b@x.org: user, # two\n  d@x.org: user}\n",
            "members: {c@x.org: user, # two\n  d@x.org: user}\n",
        ),
        (
            "brackets, a line each",
            "members: {\n  c@x.org: user, # c\n  b@x.org: user # b\n}\n",
            "members: {\n  c@x.org: user, # c\n}\n(gone: # b)\n",
        ),
        (
            "CRLF",
            "members:\r\n  b@x.org: user\r\n  c@x.org: user # c\r\n",
            "members:\r\n  c@x.org: user # c\r\n",
        ),
        (
            "another spelling of the person",
            "members:\n  B+ops@X.org: user\n  c@x.org: user\n",
            "members:\n  c@x.org: user\n",
        ),
        (
            "a value on the next line",
            "members:\n  b@x.org:\n    user\n  c@x.org: user\n",
            "members:\n  c@x.org: user\n",
        ),
        (
            "an explicit key",
            "members:\n  ? b@x.org\n  : user\n  c@x.org: user\n",
            "members:\n  c@x.org: user\n",
        ),
    ];
    table(&rows, |before| {
        let after = left(&format!("{REMOVE}{before}"), "b@x.org");
        after.strip_prefix(REMOVE).unwrap_or(&after).to_owned()
    });
}

#[test]
fn an_entry_becomes_none_if_the_policy_does_not_remove_the_person() {
    let rows = [
        ("short", "members:\n  b@x.org: user # two\n", "members:\n  b@x.org: none # two\n"),
        (
            "brackets",
            "members: {a@x.org: user, b@x.org: \"user\"}\n",
            "members: {a@x.org: user, b@x.org: none}\n",
        ),
        (
            "long, with role and end date",
            "members:\n  b@x.org: {role: user, until: 2027-01-31} # c\n",
            "members:\n  b@x.org: none # c\n",
        ),
        (
            "long, in lines",
            "members:\n  b@x.org: # b\n    role: user\n    until: 2027-01-31 # soon\n  c@x.org: user\n",
            "members:\n  b@x.org: none # b\n  c@x.org: user\n(gone: # soon)\n",
        ),
        (
            "the id and the note are kept",
            "members:\n  b@x.org: {role: user, until: 2027-01-31, id: user_01B, note: was here}\n",
            "members:\n  b@x.org: {role: none, id: user_01B, note: was here}\n",
        ),
        (
            "the same in lines",
            "members:\n  b@x.org:\n    until: 2027-01-31\n    note: was here # n\n    role: user # r\n",
            "members:\n  b@x.org:\n    note: was here # n\n    role: none # r\n",
        ),
        (
            "already `none`",
            "members:\n  b@x.org: none\n  c@x.org: user\n",
            "members:\n  b@x.org: none\n  c@x.org: user\n",
        ),
        ("a console-only role", "members:\n  b@x.org: admin\n", "members:\n  b@x.org: none\n"),
    ];
    table(&rows, |before| left(before, "b@x.org"));
    let policy = |before: &str| left(&format!("{REMOVE}{before}"), "b@x.org");
    assert_eq!(
        policy("members:\n  b@x.org: user\n"),
        format!("{REMOVE}members:\n  b@x.org: none\n"),
        "the last entry"
    );
    assert_eq!(
        policy("members:\n  b@x.org: owner\n  c@x.org: user\n"),
        format!("{REMOVE}members:\n  b@x.org: none\n  c@x.org: user\n"),
        "the API cannot remove an owner, so an unlisted owner would only be reported"
    );
}

#[test]
fn all_other_references_to_the_person_are_removed() {
    let members = "members: {a@x.org: owner, b@x.org: none, c@x.org: user}\n";
    let rows = [
        ("a team in brackets", "teams:\n  t: [b@x.org, c@x.org] # t\n", "teams:\n  t: [c@x.org] # t\n"),
        ("the last of a team", "teams:\n  t: [ b@x.org ]\n", "teams:\n  t: []\n"),
        (
            "the last of a team in lines",
            "teams:\n  t: # t\n    # one\n    - b@x.org # two\n    # three\n  u: [c@x.org]\n",
            "teams:\n  t: [] # t\n    # one\n    # three\n  u: [c@x.org]\n(gone: # two)\n",
        ),
        (
            "the last of a team in brackets and lines",
            "teams:\n  t: [\n    # one\n    b@x.org, # two\n  ]\n",
            "teams:\n  t: [\n    # one\n  ]\n(gone: # two)\n",
        ),
        (
            "a list that is not indented",
            "teams:\n  t:\n  - c@x.org\n  - b@x.org\n",
            "teams:\n  t:\n  - c@x.org\n",
        ),
        (
            "leading commas",
            "teams:\n  t: [ c@x.org\n     , b@x.org\n     , a@x.org ]\n",
            "teams:\n  t: [ c@x.org\n     , a@x.org ]\n",
        ),
        (
            "workspace members",
            "workspaces:\n  w:\n    members:\n      b@x.org: {role: workspace_user, until: 2027-01-01} # b\n      c@x.org: none\n  v: {members: {b@x.org: none}}\n  u: {members: {c@x.org: workspace_user, b@x.org: workspace_user}, tags: {a: b}}\n",
            "workspaces:\n  w:\n    members:\n      c@x.org: none\n  v: {members: {}}\n  u: {members: {c@x.org: workspace_user}, tags: {a: b}}\n(gone: # b)\n",
        ),
        (
            "the last workspace member",
            "workspaces:\n  w:\n    members:\n      b@x.org: workspace_user\n    tags: {}\n",
            "workspaces:\n  w:\n    members: {}\n    tags: {}\n",
        ),
        (
            "guards; approvals are kept",
            "guards:\n  protect: [member/b@x.org, workspace/w, workspace/w/member/b@x.org, invite/B@x.org]\n  approve:\n    - changes: [remove member/b@x.org]\n      until: 2027-01-01\n      reason: r\n",
            "guards:\n  protect: [workspace/w]\n  approve:\n    - changes: [remove member/b@x.org]\n      until: 2027-01-01\n      reason: r\n",
        ),
        (
            "a guard that names only the person",
            "guards:\n  # p\n  protect:\n    - member/b@x.org\n    - workspace/w/member/b@x.org # membership\n  invites: {max: 1}\n",
            "guards:\n  # p\n  invites: {max: 1}\n(gone: # membership)\n(note: `guards.protect` would be empty, so it is deleted)\n",
        ),
        (
            "the only guard",
            "guards:\n  protect: [member/b@x.org]\n",
            "guards: {}\n(note: `guards.protect` would be empty, so it is deleted)\n",
        ),
    ];
    table(&rows, |before| left(&format!("{members}{before}"), "b@x.org").replace(members, ""));
    let admins = "members: {a@x.org: owner, b@x.org: admin}\n";
    assert_eq!(
        left(&format!("{admins}guards:\n  required_admins: [b@x.org, a@x.org]\n"), "b@x.org"),
        "members: {a@x.org: owner, b@x.org: none}\nguards:\n  required_admins: [a@x.org]\n"
    );
}

#[test]
fn every_file_that_names_the_person_is_edited() {
    let before = "== m.yaml\nmembers:\n  b@x.org: user\n  c@x.org: user\n== n.yaml\nmembers: {d@x.org: user}\n== t.yaml\nteams:\n  t: [b@x.org, d@x.org]\nunlisted: {members: remove}\n";
    assert_eq!(
        left(before, "b@x.org"),
        "== m.yaml\nmembers:\n  c@x.org: user\n== n.yaml\nmembers: {d@x.org: user}\n== t.yaml\nteams:\n  t: [d@x.org]\nunlisted: {members: remove}\n"
    );
    assert_eq!(
        left(before, "d@x.org"),
        "== m.yaml\nmembers:\n  b@x.org: user\n  c@x.org: user\n== n.yaml\nmembers: {d@x.org: none}\n== t.yaml\nteams:\n  t: [b@x.org]\nunlisted: {members: remove}\n"
    );
}

#[test]
fn aliases_are_edited_at_their_anchor_or_not_at_all() {
    let rows = [
        (
            "a list that two teams share: the person leaves both",
            "members: {b@x.org: none, c@x.org: user}\nteams:\n  t: &t [b@x.org, c@x.org]\n  u: *t\n",
            "members: {b@x.org: none, c@x.org: user}\nteams:\n  t: &t [c@x.org]\n  u: *t\n",
        ),
        (
            "members that two workspaces share",
            "members: {b@x.org: none, c@x.org: user}\nworkspaces:\n  v:\n    members: &m\n      b@x.org: workspace_user\n  w:\n    members: *m\n",
            "members: {b@x.org: none, c@x.org: user}\nworkspaces:\n  v:\n    members: &m {}\n  w:\n    members: *m\n",
        ),
        (
            "an alias in a list",
            "members: {&b b@x.org: none, c@x.org: user}\nteams:\n  t: [*b, c@x.org]\n  u:\n    - c@x.org\n    - *b\n",
            "members: {&b b@x.org: none, c@x.org: user}\nteams:\n  t: [c@x.org]\n  u:\n    - c@x.org\n",
        ),
        (
            "a role that is shared through an alias",
            "members:\n  b@x.org: &r user\n  c@x.org: *r\n",
            "by hand, b.yaml: the edit would change the meaning of other lines, for example if an anchor and its \
             aliases share a value\n2: write `none` as the role of `b@x.org`\n",
        ),
        (
            "an anchor on a deleted line",
            "unlisted: {members: remove}\nmembers:\n  b@x.org: &r user\n  c@x.org: *r\nteams: {t: [b@x.org, c@x.org]}\n",
            "by hand, b.yaml: the edit would change the meaning of other lines, for example if an anchor and its \
             aliases share a value\n3: delete `b@x.org` under `members`\n5: remove `b@x.org` from the team `t`\n",
        ),
    ];
    table(&rows, |before| left(before, "b@x.org"));
}

#[test]
fn an_unlisted_person_is_an_error_with_a_suggestion() {
    let rows = [
        ("near", "members: {ben@x.org: user}\n", "not listed; near: Some(\"ben@x.org\")\n"),
        ("far", "members: {zoe@x.org: user}\n", "not listed; near: None\n"),
        ("only in a team", "teams: {t: [ben@x.org]}\n", "not listed; near: Some(\"ben@x.org\")\n"),
        (
            "only in guards",
            "members: {zoe@x.org: user}\nguards: {protect: [member/bne@x.org]}\n",
            "members: {zoe@x.org: user}\nguards: {}\n(note: `guards.protect` would be empty, so it is deleted)\n",
        ),
    ];
    table(&rows, |before| left(before, "bne@x.org"));
}

#[test]
fn without_members_the_rest_is_edited() {
    assert_eq!(
        left(
            "teams: {t: [B+1@x.org, c@x.org]}\nworkspaces: {w: {members: {b@x.org: workspace_user}}}\n",
            "b@x.org"
        ),
        "teams: {t: [c@x.org]}\nworkspaces: {w: {members: {}}}\n"
    );
}

#[test]
fn a_person_who_is_live_but_not_listed_is_added_as_none() {
    let loaded = read("members:\n  c@x.org: user # c\n");
    let seen = Seen { email: email("b+1@x.org"), is_held: false };
    let (edited, _) = leave(&loaded, &email("b@x.org"), Some(&seen)).unwrap();
    assert_eq!(edited.files[0].after, "members:\n  c@x.org: user # c\n  b+1@x.org: none\n");
    // A listed person whose live role the API cannot remove keeps an entry.
    let loaded = read("unlisted: {members: remove}\nmembers: {b@x.org: user, c@x.org: user}\n");
    for (is_held, line) in [(true, MemberLine::None), (false, MemberLine::Deleted)] {
        let seen = Seen { email: email("b@x.org"), is_held };
        assert_eq!(leave(&loaded, &email("b@x.org"), Some(&seen)).unwrap().1, line);
    }
}

#[test]
fn files_that_would_have_an_error_are_not_written() {
    let key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789";
    let arrival = Arrival { note: Some(format!("her key is {key}")), ..like("n@x.org", "b@x.org") };
    assert_eq!(joined("members: {b@x.org: user}\n", &arrival), "BL0108: this looks like a secret API key\n");
}
