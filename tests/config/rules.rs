//! Every rule of the files, by what it says where: rows in, problems out.
//! The tables are in `snapshots/`, one for each section of the files.

use bylaws_config::Loaded;
use insta::assert_snapshot;

use crate::world::{HEAD, read, read_alone, table};

#[test]
fn yaml() {
    let rows = [
        ("a bracket that never closes", "members: {ada@acme.com: user\n"),
        ("a list that never closes", "teams:\n  a: [ada@acme.com\n"),
        ("a quote that never closes", "members:\n  ada@acme.com: \"user\n  bob@acme.com: user\n"),
        ("a tab indents", "members:\n\tada@acme.com: user\n"),
        ("a tab indents deeper", "members:\n  ada@acme.com:\n  \trole: user\n"),
        ("a line that is no key", "members:\n  ada@acme.com user\n  bob@acme.com: user\n"),
        ("a colon too many", "members:\n  ada@acme.com: user: x\n"),
        ("indented too far", "members:\n  ada@acme.com: user\n   bob@acme.com: user\n"),
        ("a reserved character begins a value", "organization: @acme\n"),
        (
            "a conflict",
            "members:\n<<<<<<< HEAD\n  ada@acme.com: user\n=======\n  ada@acme.com: billing\n>>>>>>> x\n",
        ),
        ("NUL", "members:\n  ada@acme.com: us\0er\n"),
        ("an escape code", "members:\n  ada@acme.com: \x1b[31muser\n"),
        ("two documents", "members: {ada@acme.com: user}\n---\nteams: {}\n"),
        ("a tag", "members:\n  ada@acme.com: !env ROLE\n"),
        ("an alias to nothing", "members:\n  ada@acme.com: *user\n"),
        ("a merge key", "members:\n  <<: {ada@acme.com: user}\n  bob@acme.com: user\n"),
        ("a repeated key", "members:\n  ada@acme.com: user\n  bob@acme.com: user\n  ada@acme.com: billing\n"),
        ("a repeated section", "members: {ada@acme.com: user}\nmembers: {bob@acme.com: user}\n"),
        ("a repeated field", "members: {ada@acme.com: {role: user, role: billing}}\n"),
        ("keys that are no text", "workspaces:\n  2024: {}\n  true: {}\n  1.10: {}\n  ~: {}\n  [a]: {}\n"),
        ("an empty file", ""),
        ("only comments", "# members:\n#  ada@acme.com: user\n"),
        ("an empty map", "{}\n"),
        ("no map at all", "- members\n"),
        (
            "one broken file hides no other",
            "== c.yaml\nmembers: {\n== d.yaml\nteams: {a: [nobody@acme.com], b: [x]}\n",
        ),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn bombs() {
    let laughs: String = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)
    });
    let nested = format!("members: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let open = "[".repeat(1_000_000);
    let deep: String = (0..500).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    let circle = "members: &m {ada@acme.com: *m}\n".to_owned();
    let mut unknown = String::from("members:\n  ada@acme.com: user\n");
    for n in 0..3_000 {
        unknown.push_str(&format!("unknown{n}: x\n"));
    }
    let mut out = String::new();
    for (rule, text) in [
        ("laughs", laughs),
        ("nested", nested),
        ("open", open),
        ("deep", deep),
        ("circle", circle),
        ("many", unknown),
    ] {
        let problems = read(&text).problems;
        let first = crate::world::lines(&problems[..1.min(problems.len())]);
        out.push_str(&format!("{rule}: {} problems\n{first}", problems.len()));
    }
    assert_snapshot!(out);
}

#[test]
fn the_whole() {
    let rows = [
        ("nothing that must be there", "members: {ada@acme.com: user}\n"),
        ("another version", "bylaws: 2\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n"),
        ("a quoted version", "bylaws: \"1\"\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n"),
        ("no version", "bylaws:\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n"),
        ("unknown sections", &format!("{HEAD}memebrs: {{}}\nworkspace: {{}}\nxyz: 1\n")),
        (
            "sections of one file in two",
            &format!(
                "{HEAD}unlisted: {{}}\n== c.yaml\n{HEAD}unlisted: {{}}\nguards: {{}}\n== d.yaml\nguards: {{}}\n"
            ),
        ),
        ("an organization without an id", "bylaws: 1\norganization: {name: Acme}\n"),
        ("no organization", "bylaws: 1\norganization:\n"),
        ("ids of other things", "bylaws: 1\norganization: {id: wrkspc_01Jw, kind: consol, nmae: x}\n"),
        (
            "a name that is no text",
            "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10, name: 1.10}\n",
        ),
        (
            "enterprise knows members alone",
            "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10, kind: enterprise}\nmembers:\n  a@acme.com: user\n  b@acme.com: managed\n  c@acme.com: owner\n  d@acme.com: developer\n  e@acme.com: mangaed\nteams: {}\nworkspaces: {}\napi_keys: {}\n",
        ),
    ];
    assert_snapshot!(table(&rows, read_alone));
}

#[test]
fn members() {
    let rows = [
        ("no value", "members:\n"),
        ("nobody", "members: {}\n"),
        ("a list", "members: [ada@acme.com]\n"),
        ("no role", "members:\n  ada@acme.com:\n  bob@acme.com: {}\n  eve@acme.com: {until: 2027-01-31}\n"),
        ("unknown roles", "members:\n  a@acme.com: usr\n  b@acme.com: Developer\n  c@acme.com: superuser\n"),
        ("roles of elsewhere", "members:\n  a@acme.com: workspace_admin\n  b@acme.com: managed\n"),
        (
            "roles that are no text",
            "members:\n  a@acme.com: true\n  b@acme.com: 1\n  c@acme.com: [user]\n  d@acme.com: ''\n",
        ),
        (
            "no addresses",
            "members:\n  ada: user\n  a@b@c: user\n  'a b@acme.com': user\n  \"a\\u200bda@acme.com\": user\n  '@': x\n",
        ),
        ("unknown fields", "members:\n  ada@acme.com: {rol: user, untl: 2027-01-31, xyz: 1}\n"),
        (
            "days that are none",
            "members:\n  a@acme.com: {role: user, until: 2027-02-30}\n  b@acme.com: {role: user, until: 31.1.2027}\n  c@acme.com: {role: user, until: 2027}\n  d@acme.com: {role: user, until: }\n  e@acme.com: {role: user, until: 2027-01-31T00:00:00Z}\n",
        ),
        (
            "an end that cannot come",
            "members:\n  a@acme.com: {role: admin, until: 2027-01-31}\n  b@acme.com: {role: none, until: 2027-01-31}\n",
        ),
        (
            "ids that are none",
            "members:\n  a@acme.com: {role: user, id: apikey_01}\n  b@acme.com: {role: user, id: user_}\n  c@acme.com: {role: user, id: 12}\n  d@acme.com: {role: user, id: user_a-b}\n",
        ),
        (
            "an id twice",
            "members:\n  a@acme.com: {role: user, id: user_01}\n  b@acme.com: {role: user, id: user_01}\n",
        ),
        (
            "notes are text",
            "members:\n  a@acme.com: {role: user, note: 7}\n  b@acme.com: {role: user, note: on leave}\n",
        ),
        (
            "one person by case and tag",
            "members:\n  ada@acme.com: user\n  ADA@acme.com: user\n  ada+ops@acme.com: none\n",
        ),
        (
            "one person in two files",
            "== c.yaml\nmembers: {ada@acme.com: user}\n== d.yaml\nmembers: {Ada@acme.com: billing, bob@acme.com: user}\n",
        ),
        (
            "two files with different people merge",
            "== c.yaml\nmembers: {ada@acme.com: user}\n== d.yaml\nmembers: {bob@acme.com: user}\n",
        ),
        (
            "many at once, in order",
            "members:\n  ada@acme.com: usr\n  bob: user\n  eve@acme.com: {role: 7, id: x, untill: y}\n  ada@acme.com: user\nteams:\n  t: [eve@acme.com, mallory@acme.com]\nworkspace: {}\n",
        ),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn teams() {
    let rows = [
        ("no value", "teams:\n"),
        ("a team without people is fine", "teams: {a: []}\n"),
        (
            "teams of the wrong shape",
            "teams:\n  a:\n  b: ada@acme.com\n  c: {ada@acme.com: user}\n  d: [7, {}, ~, ada]\n",
        ),
        ("names nobody can read", "teams:\n  '': []\n  \"a\\u202eb\": []\n"),
        ("somebody twice", "teams: {a: [ada@acme.com, Ada+x@acme.com]}\n"),
        ("a team twice", "== c.yaml\nteams: {a: []}\n== d.yaml\nteams: {a: []}\n"),
        ("without members anybody", "teams: {a: [ada@acme.com]}\n"),
        (
            "strangers",
            "members: {ada@acme.com: user, lin@acme.com: none}\nteams: {a: [adda@acme.com, mallory@evil.com, lin@acme.com, ada+x@acme.com]}\n",
        ),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn workspaces() {
    let long =
        format!("workspaces: {{{}: , {}: {{}}, {}: }}\n", "x".repeat(41), "y".repeat(256), "z".repeat(40));
    let rows = [
        ("no value", "workspaces:\n"),
        ("a workspace may have none", "workspaces:\n  a:\n  b: ~\n  c: {}\n"),
        ("a workspace of the wrong shape", "workspaces: {a: open, b: [x]}\n"),
        ("unknown keys", "workspaces:\n  a: {displaycolor: red, member: {}, archived: true}\n"),
        (
            "keys without a value",
            "workspaces:\n  a:\n    members:\n    teams:\n    api_keys:\n    tags:\n    data_residency:\n    name:\n    id:\n    state:\n    display_color: #6C5BB9\n",
        ),
        ("a name needs an id", "workspaces: {a: {name: b}, c: {id: wrkspc_01, name: d}}\n"),
        ("ids", "workspaces: {a: {id: wrkspc_01}, b: {id: wrkspc_01}, c: {id: user_01}}\n"),
        (
            "names nobody can read",
            "workspaces:\n  \"a\\tb\":\n  ' ':\n  c: {id: wrkspc_01, name: \"x\\u200by\"}\n",
        ),
        ("long names", &long),
        ("a workspace in two files", "== c.yaml\nworkspaces: {a: }\n== d.yaml\nworkspaces: {a: , b: }\n"),
        ("states", "workspaces: {a: {state: active}, b: {state: archived}, c: {state: true}}\n"),
        (
            "archived beside settings",
            "workspaces:\n  a: {state: archived, id: wrkspc_01, name: A, tags: {}, members: {}, teams: {}, api_keys: {}, display_color: \"#000000\", data_residency: {}}\n",
        ),
        (
            "Default",
            "workspaces:\n  Default: {name: x, state: archived, members: {}, teams: {}, tags: {a: b}, api_keys: {k: active}}\n",
        ),
        (
            "Claude Code",
            "workspaces:\n  Claude Code: {id: wrkspc_01, name: x, members: {}, teams: {}, api_keys: {}, tags: {a: b}, display_color: \"#123456\"}\n",
        ),
        (
            "colours",
            "workspaces:\n  a: {display_color: red}\n  b: {display_color: \"#12345\"}\n  c: {display_color: 123456}\n  d: {display_color: \"#12345g\"}\n  e: {display_color: \"#aBcDeF\"}\n",
        ),
        (
            "tags",
            "workspaces:\n  a: {tags: {anthropic-x: y, Anthropic: z, n: 1, b: true, e: '', m: , l: [x]}}\n",
        ),
        (
            "geos",
            "workspaces:\n  a: {data_residency: {workspace_geo: eu, allowed_inference_geos: all, default_inference_geo: gobal}}\n  b: {data_residency: {allowed_inference_geos: [], workspace: us}}\n  c: {data_residency: {allowed_inference_geos: [us, us, eu, 1]}}\n  d: {data_residency: {allowed_inference_geos: us}}\n  e: {data_residency: {allowed_inference_geos: [us], default_inference_geo: global}}\n  f: {data_residency: {allowed_inference_geos: unrestricted, default_inference_geo: global}}\n",
        ),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn seats() {
    let rows = [
        (
            "roles of elsewhere",
            "workspaces:\n  a:\n    members:\n      a@acme.com: admin\n      b@acme.com: developer\n      c@acme.com: owner\n      d@acme.com: claude_code_user\n      e@acme.com: limited_developer\n      f@acme.com: workspace_admn\n      g@acme.com: root\n",
        ),
        (
            "roles that are none",
            "workspaces:\n  a:\n    members:\n      a@acme.com:\n      b@acme.com: {}\n      c@acme.com: 7\n      d@acme.com: {role: workspace_user, until: soon, note: x}\n      e@acme.com: none\n",
        ),
        ("an end of nothing", "workspaces: {a: {members: {a@acme.com: {role: none, until: 2027-01-31}}}}\n"),
        (
            "somebody twice",
            "workspaces: {a: {members: {a@acme.com: none, A+x@acme.com: none, A@acme.com: none, b@acme.com: none}}}\n",
        ),
        (
            "strangers",
            "members: {ada@acme.com: user}\nworkspaces:\n  a: {members: {adda@acme.com: workspace_user, ada@acme.com: workspace_user, eve@evil.com: none}}\n",
        ),
        (
            "a stranger of another domain",
            "guards: {allowed_domains: [acme.com]}\nworkspaces: {a: {members: {eve@evil.com: workspace_user, mallory@evil.com: none}}}\nteams: {t: [bob@evil.com]}\n",
        ),
        (
            "billing seats",
            "members: {a@acme.com: billing, b@acme.com: user, c@acme.com: admin}\nworkspaces:\n  w: {members: {a@acme.com: workspace_billing, b@acme.com: workspace_billing, c@acme.com: workspace_billing}}\n",
        ),
        ("billing seats without members", "workspaces: {w: {members: {b@acme.com: workspace_billing}}}\n"),
        (
            "billing seats of a team",
            "members: {a@acme.com: billing, b@acme.com: user}\nteams: {t: [a@acme.com, b@acme.com]}\nworkspaces:\n  v: {teams: {t: workspace_billing}}\n  w: {teams: {t: workspace_billing}, members: {b@acme.com: none}}\n",
        ),
        (
            "team lines",
            "teams: {platform: []}\nworkspaces:\n  w: {teams: {platfrom: workspace_user, platform: none}}\n  x: {teams: {platform: developer}}\n  y: {teams: {platform: }}\n  z: {teams: [platform]}\n",
        ),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn api_keys() {
    let rows = [
        ("no value", "api_keys:\n"),
        (
            "statuses",
            "api_keys: {a: active, b: inactve, c: expired, d: true, e: , f: [x], g: {}, h: {status: archived, id: apikey_01}}\n",
        ),
        (
            "ids",
            "api_keys: {a: {status: active, id: apikey_01}, b: {status: active, id: user_01}, c: {status: active, key: x}}\nworkspaces: {w: {api_keys: {d: {status: active, id: apikey_01}}}}\n",
        ),
        (
            "one name in two scopes is fine",
            "api_keys: {a: active}\nworkspaces: {w: {api_keys: {a: inactive}}}\n",
        ),
        ("a key in two files", "== c.yaml\napi_keys: {a: active}\n== d.yaml\napi_keys: {a: inactive}\n"),
        ("names", "api_keys: {'': active, \"a\\u200b\": active, 2024: active}\n"),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn unlisted() {
    let rows = [
        ("no value", "unlisted:\n"),
        (
            "unknown",
            "unlisted: {member: remove, members: delete, workspaces: remove, workspace_members: reprot, api_keys: off}\n",
        ),
        ("no value of a line", "unlisted:\n  members:\n  workspaces: true\n"),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn guards() {
    let rows = [
        ("no value", "guards:\n"),
        ("unknown", "guards: {acces_loss: {max: 3}, keys_off: {maximum: 3}}\n"),
        ("bare values", "guards: {access_loss: 3, keys_off: 10%, invites: [3]}\n"),
        ("empty values", "guards: {access_loss: {}, keys_off: {}, invites: }\n"),
        ("numbers", "guards: {access_loss: {max: -1}, keys_off: {max: 1000001}, invites: {max: \"5\"}}\n"),
        ("more numbers", "guards: {access_loss: {max: 007}, keys_off: {max: 0x10}, invites: {max: many}}\n"),
        (
            "edges are fine",
            "guards: {access_loss: {max: 0, share: 100%}, keys_off: {max: 1000000}, invites: {max: 0}}\n",
        ),
        ("shares", "guards: {access_loss: {share: 10}}\n== c.yaml\nmembers: {a@acme.com: user}\n"),
        ("more shares", "guards: {access_loss: {share: 120%}}\n"),
        ("no share", "guards: {access_loss: {share: [10%]}}\n"),
        (
            "required administrators",
            "guards:\n  required_admins: [a@acme.com, b@acme.com, c@acme.com, x, a@acme.com]\nmembers: {a@acme.com: admin, b@acme.com: user}\n",
        ),
        ("required administrators without members", "guards: {required_admins: [a@acme.com]}\n"),
        (
            "required administrators, broken elsewhere",
            "guards: {required_admins: [a@acme.com]}\nmembers: {a@acme.com: amdin}\n",
        ),
        ("domains", "guards: {allowed_domains: [acme.com, ada@acme.com, '*.acme.com', ACME.com, 7, .com]}\n"),
        ("no domain", "guards: {allowed_domains: []}\n"),
        (
            "people elsewhere",
            "guards: {allowed_domains: [Acme.com]}\nmembers: {a@acme.com: user, b@sub.acme.com: user, c@evil.com: admin, d@evil.com: none}\n",
        ),
        (
            "protect",
            "guards: {protect: [workspace/a, workspace/a, workspaces/a, member/ada, 'workspace/a b']}\n",
        ),
        (
            "approvals",
            "guards:\n  approve:\n    - changes: [archive workspace/a, arhive workspace/b, archive workspaces/b, remove, 7, archive workspace/a]\n      until: never\n      reason: ''\n    - {}\n    - x\n    - {changes: [], until: 2027-01-31, reason: 12, by: ada}\n",
        ),
        ("approvals of the wrong shape", "guards: {approve: {changes: []}}\n"),
    ];
    assert_snapshot!(table(&rows, read));
}

#[test]
fn a_live_key_is_refused_and_never_repeated() {
    let key = "sk-ant-admin01-AbCdEfGhIjKlMnOp";
    let in_all_places = [
        ("a value", format!("members: {{ada@acme.com: {key}}}\n")),
        ("a key", format!("members:\n  {key}: user\n")),
        ("a key twice", format!("members:\n  {key}@x.y: user\n  {key}@x.y: user\n")),
        ("a comment", format!("members: {{ada@acme.com: user}} # {key}\n")),
        ("a note", format!("members: {{ada@acme.com: {{role: user, note: 'the key is {key}!'}}}}\n")),
        ("an escape", format!("members: {{ada@acme.com: \"\\x73{}\"}}\n", &key[1..])),
        ("an escape over lines", format!("members: {{ada@acme.com: \"sk-\\\n  {}\"}}\n", &key[3..])),
        ("broken YAML", format!("members: [{key}\n")),
        ("no key", "members: {ada@acme.com: {role: user, note: keys begin with sk-ant-…}}\n".to_owned()),
    ];
    for (rule, text) in &in_all_places {
        let Loaded { files, problems, .. } = read(text);
        let everything = format!("{files:?}{problems:?}");
        assert!(!everything.contains("AbCd"), "{rule}: {everything}");
        let found = problems.iter().any(|problem| problem.rule.name == "live-key");
        assert_eq!(found, *rule != "no key", "{rule}: {problems:?}");
    }
    let rows: Vec<(&str, String)> =
        in_all_places.iter().map(|(rule, text)| (*rule, crate::world::lines(&read(text).problems))).collect();
    assert_snapshot!(rows.iter().map(|(rule, lines)| format!("## {rule}\n\n{lines}\n")).collect::<String>());
}
