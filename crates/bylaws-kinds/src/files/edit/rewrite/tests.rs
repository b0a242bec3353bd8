//! The files before and after, in tables: each row is edited to ask for what its third column asks for.

use bylaws_config::SourceFile;

use super::rewrite;
use crate::files::load::{Loaded, parse};

const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

fn read(text: &str) -> Loaded {
    let files = [("a.yaml", HEAD), ("b.yaml", text)];
    let files = files.map(|(name, text)| SourceFile { name: name.to_owned(), text: text.to_owned() });
    let loaded = parse(files.to_vec());
    assert!(loaded.desired.is_some(), "{text}{:?}", loaded.problems);
    loaded
}

/// Checks rows of a title, the files before, files with the wanted state, and the files after.
fn table(rows: &[(&str, &str, &str, &str)]) {
    for (title, before, wanted, expected) in rows {
        let wanted = read(wanted).desired.expect("checked");
        let after = rewrite(&read(before), &wanted);
        let text = match &after {
            Ok(loaded) => loaded.files.last().map_or("", |file| &file.text),
            Err(why) => why,
        };
        assert_eq!(text, *expected, "{title}");
    }
}

#[test]
fn values_change_in_place() {
    table(&[
        (
            "a role, with its comment",
            "members:\n  # the boss\n  a@x.org: user   # new\n  b@x.org: {role: user, note: x}\n",
            "members: {a@x.org: admin, b@x.org: {role: developer}}\n",
            "members:\n  # the boss\n  a@x.org: admin   # new\n  b@x.org: {role: developer, note: x}\n",
        ),
        (
            "a long form in lines keeps its other fields; one that ends loses the date",
            "members:\n  b@x.org: # why\n    role: user\n    until: 2030-01-31 # then\n    note: |\n      a # b\n",
            "members: {b@x.org: admin}\n",
            "members:\n  b@x.org: # why\n    role: admin\n    # then\n    note: |\n      a # b\n",
        ),
        (
            "another spelling of an address, and quotes",
            "members: { \"A@X.org\": 'user', }\n",
            "members: {a@x.org: admin}\n",
            "members: { \"A@X.org\": admin, }\n",
        ),
        (
            "settings field by field",
            "workspaces:\n  lab:\n    display_color: \"#112233\" # ours\n    tags: {env: \"a b\", gone: x} # t\n    \
             data_residency:\n      allowed_inference_geos:\n        - us # only\n      default_inference_geo: us\n",
            "workspaces: {lab: {display_color: \"#445566\", tags: {env: c, new: \"1\"}, data_residency: \
             {allowed_inference_geos: unrestricted, default_inference_geo: global}}}\n",
            "workspaces:\n  lab:\n    display_color: \"#445566\" # ours\n    tags: {env: c, new: \"1\"} # t\n    \
             data_residency:\n      allowed_inference_geos:\n        unrestricted # only\n      default_inference_geo: global\n",
        ),
        (
            "statuses and limits",
            "workspaces:\n  lab:\n    api_keys:\n      ci: active # c\n      cd: {status: active, id: apikey_1}\n    \
             rate_limits:\n      batch: {requests_per_minute: 5, tokens_per_day: inherit}\n      \
             m-1:\n        requests_per_minute: 1 # one\n",
            "workspaces: {lab: {api_keys: {ci: inactive, cd: {status: archived, id: apikey_1}}, rate_limits: \
             {batch: {tokens_per_day: 7, tool_uses_per_second: 1}}}}\n",
            "workspaces:\n  lab:\n    api_keys:\n      ci: inactive # c\n      cd: {status: archived, id: apikey_1}\n    \
             rate_limits:\n      batch: {tokens_per_day: 7, tool_uses_per_second: 1}\n        # one\n",
        ),
        (
            "names of keys, also those that look like other values",
            "api_keys:\n  a: {status: active, id: apikey_1, name: a} # a\n  b:\n    id: apikey_2\n    name: \"b\" # b\n    \
             status: active\n  c: {status: active, id: apikey_3, name: c}\n",
            "api_keys: {a: {status: active, id: apikey_1, name: \"2027\"}, b: {status: inactive, id: apikey_2, name: \
             \"2027-01-31\"}, c: {status: active, id: apikey_3, name: \"x: y #z\"}}\n",
            "api_keys:\n  a: {status: active, id: apikey_1, name: \"2027\"} # a\n  b:\n    id: apikey_2\n    name: \
             \"2027-01-31\" # b\n    status: inactive\n  c: {status: active, id: apikey_3, name: \"x: y #z\"}\n",
        ),
    ]);
}

#[test]
fn a_line_that_goes_leaves_its_comment() {
    table(&[
        (
            "a person, everywhere",
            "members:\n  a@x.org: user\n  b@x.org: user # left\nteams:\n  t: [a@x.org, b@x.org] # all\n  u:\n    - \
             a@x.org\n    - b@x.org # too\nworkspaces:\n  lab:\n    members:\n      b@x.org: workspace_user # here\n",
            "members: {a@x.org: user}\nteams: {t: [a@x.org], u: [a@x.org]}\nworkspaces: {lab: {members: {}}}\n",
            "members:\n  a@x.org: user\n  # left\nteams:\n  t: [a@x.org] # all\n  u:\n    - \
             a@x.org\n    # too\nworkspaces:\n  lab:\n    members: {}\n      # here\n",
        ),
        (
            "a long form in lines",
            "members:\n  b@x.org: # first\n    role: user\n    # why\n    note: |\n      a # b\n  c@x.org: user\n",
            "members: {c@x.org: user}\n",
            "members:\n  # first\n    # why\n  c@x.org: user\n",
        ),
        (
            "between brackets, over several lines",
            "members: {\n  a@x.org: user, # a\n  b@x.org: {role: user, # b\n    until: 2030-01-01},\n  c@x.org: user # c\n}\n",
            "members: {a@x.org: user}\n",
            "members: {\n  a@x.org: user, # a\n  # b\n  # c\n}\n",
        ),
        (
            "an archived workspace keeps its id",
            "workspaces:\n  old: # since 2020\n    id: wrkspc_1 # pinned\n    members:\n      a@x.org: workspace_user # a\n    \
             api_keys: {}\n  bare:\n    tags: {}\n",
            "workspaces: {old: {id: wrkspc_1, state: archived}, bare: {state: archived}}\n",
            "workspaces:\n  old: # since 2020\n    id: wrkspc_1 # pinned\n    state: archived\n      # a\n  \
             bare: {state: archived}\n",
        ),
        (
            "with Windows line ends",
            "members:\r\n  a@x.org: user\r\n  b@x.org: user # left\r\n",
            "members: {a@x.org: user, c@x.org: user}\n",
            "members:\r\n  a@x.org: user\r\n  c@x.org: user\r\n  # left\r\n",
        ),
    ]);
}

#[test]
fn a_new_entry_is_beside_its_siblings() {
    table(&[
        (
            "people",
            "members:\n  a@x.org: user # a\n\n# the rest\nworkspaces:\n  lab: {members: {a@x.org: workspace_user}}\n",
            "members: {a@x.org: user, b@x.org: user}\nworkspaces: {lab: {members: {a@x.org: workspace_user, b@x.org: none}}}\n",
            "members:\n  a@x.org: user # a\n  b@x.org: user\n\n# the rest\nworkspaces:\n  lab: {members: {a@x.org: \
             workspace_user, b@x.org: none}}\n",
        ),
        (
            "beside one that goes",
            "api_keys: {old: active}\n",
            "api_keys: {new: {status: inactive, id: apikey_2}}\n",
            "api_keys: {new: {status: inactive, id: apikey_2}}\n",
        ),
        (
            "a section that was not there",
            "members: {a@x.org: user}\nteams: {t: [a@x.org]}\nworkspaces:\n    lab:\n        teams:\n            t: workspace_user\n",
            "members: {a@x.org: user}\nteams: {t: [a@x.org]}\nworkspaces: {lab: {teams: {t: workspace_user}, members: \
             {a@x.org: none}}}\n",
            "members: {a@x.org: user}\nteams: {t: [a@x.org]}\nworkspaces:\n    lab:\n        teams:\n            t: workspace_user\n        \
             members: {a@x.org: none}\n",
        ),
        (
            "a workspace, indented like the others",
            "workspaces:\n    lab: # l\n        tags: {}\n",
            "workspaces: {lab: {tags: {}}, ops: {id: wrkspc_2, members: {a@x.org: workspace_user}, api_keys: {}}}\n",
            "workspaces:\n    lab: # l\n        tags: {}\n    ops:\n      id: wrkspc_2\n      members:\n        a@x.org: \
             workspace_user\n      api_keys: {}\n",
        ),
        (
            "a workspace, apart from the others",
            "workspaces:\n  lab:\n    tags: {}\n\n  old:\n    tags: {}\n",
            "workspaces: {lab: {tags: {}}, old: {tags: {}}, ops: {id: wrkspc_2, tags: {}}}\n",
            "workspaces:\n  lab:\n    tags: {}\n\n  old:\n    tags: {}\n\n  ops:\n    id: wrkspc_2\n    tags: {}\n",
        ),
        (
            "the first workspace",
            "workspaces: {} # none yet\nmembers: {a@x.org: user}\n",
            "workspaces: {ops: {id: wrkspc_2, tags: {}}}\nmembers: {a@x.org: user}\n",
            "workspaces: # none yet\n  ops:\n    id: wrkspc_2\n    tags: {}\nmembers: {a@x.org: user}\n",
        ),
    ]);
}

#[test]
fn what_cannot_be_edited_safely_is_refused() {
    table(&[
        (
            "an anchor whose aliases would change too",
            "members:\n  a@x.org: &r user\n  b@x.org: *r\n",
            "members: {a@x.org: developer, b@x.org: user}\n",
            "an edit would change the meaning of other lines, for example of an anchor and its aliases",
        ),
        (
            "an alias is replaced",
            "members:\n  a@x.org: &r user\n  b@x.org: *r # like a\n",
            "members: {a@x.org: user, b@x.org: developer}\n",
            "members:\n  a@x.org: &r user\n  b@x.org: developer # like a\n",
        ),
        (
            "a workspace between brackets",
            "workspaces: {lab: {tags: {}}}\n",
            "workspaces: {lab: {tags: {}}, ops: {id: wrkspc_2, tags: {}}}\n",
            "several lines do not fit between brackets",
        ),
    ]);
}
