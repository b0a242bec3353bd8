//! D: the files can be wrong, and so can what the service lists.

use serde_json::json;

use crate::bound;
use crate::card::{Profile, Row, Tally};
use crate::hostile;
use crate::organization::ID;
use crate::stage::{Stage, example, live};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("D1", "files that ask for nothing, or for nobody, are refused", empty),
        Row::new(
            "D2",
            "files cut off so that half of the people are gone are refused, wherever the cut",
            cut,
        ),
        Row::new("D3", "absent, null and empty are three things", three_things),
        Row::new("D4", "no misspelt key goes unseen", misspelt),
        Row::new("D5", "a list that breaks off or runs in a circle is an error, never a short list", lists),
        Row::timed("D6", "hostile files: no panic, bounded time and memory", hostile::files),
        Row::new("D7", "every problem of the catalogue has a place, and only the mistake has one", places),
        Row::new("D8", "another organization is refused after one request", other_organization),
        Row::new("D9", "a commit that is not the tip of its upstream is not applied", bound::stale),
    ]
}

fn empty(tally: &mut Tally, _: Profile) {
    let head = format!("bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\n");
    let stage = Stage::example("acme");
    for (text, codes) in [
        (String::new(), [4, 4]),
        ("\u{feff}".to_owned(), [4, 4]),
        ("# nothing\n".to_owned(), [4, 4]),
        ("{}\n".to_owned(), [4, 4]),
        ("[]\n".to_owned(), [4, 4]),
        ("null\n".to_owned(), [4, 4]),
        ("--- \n".to_owned(), [4, 4]),
        (format!("{head}members:\n"), [4, 4]),
        (format!("{head}members: {{}}\n"), [4, 4]),
        (format!("{head}members: []\n"), [4, 4]),
        (format!("{head}members: null\n"), [4, 4]),
        (format!("{head}members: {{nobody@acme.com: none}}\n"), [3, 4]),
        (format!("{head}members: {{nobody@acme.com: {{role: user, until: 2026-01-01}}}}\n"), [3, 4]),
    ] {
        stage.write("empty.yaml", &text);
        for line in ["plan empty.yaml", "apply empty.yaml --auto-approve"] {
            let ran = stage.run(line);
            tally.case(codes.contains(&ran.code) && stage.writes().is_empty(), || {
                format!("{text:?}: {}", ran.all())
            });
        }
    }
    std::fs::create_dir(stage.path("nothing")).unwrap();
    for path in ["nothing", "nowhere", "nowhere.yaml"] {
        let ran = stage.run(&format!("apply {path} --auto-approve"));
        tally.case(ran.code == 4 && stage.writes().is_empty(), || ran.all());
    }
}

/// One file with all of acme, cut off after every line, or at every byte.
fn cut(tally: &mut Tally, profile: Profile) {
    let stage = Stage::live(live("acme"));
    let imported = stage.run("import --single whole.yaml");
    assert_eq!(imported.code, 0, "{}", imported.all());
    let whole = stage.read("whole.yaml").replace("members: report", "members: remove");
    let whole = whole.replace("workspace_members: report", "workspace_members: remove");
    // Policies first, so that no cut takes them away.
    let at = whole.find("unlisted:").unwrap();
    let end = whole[at..].find("\n\n").map_or(whole.len(), |end| at + end + 1);
    let whole = format!("{}{}{}", &whole[at..end], &whole[..at], &whole[end..]);
    let seed = live("acme");
    let mut cuts: Vec<usize> = whole.match_indices('\n').map(|(at, _)| at + 1).collect();
    if profile == Profile::Full {
        cuts = (0..whole.len()).filter(|at| whole.is_char_boundary(*at)).collect();
    }
    let everybody = seed["users"].as_array().unwrap().len() + seed["invites"].as_array().unwrap().len();
    for at in &cuts {
        let part = &whole[..*at];
        stage.write("part.yaml", part);
        stage.reset(&seed);
        let entry = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.contains('@');
        let section = part.split("\nmembers:").nth(1).unwrap_or("").split("\n\n").next().unwrap_or("");
        let listed = section.lines().filter(entry).count();
        // Fewer than the limit may go, as in any file; from there on nobody does.
        if everybody - listed <= 5 {
            continue;
        }
        let ran = stage.run("apply part.yaml --auto-approve");
        let is_refused = matches!(ran.code, 3 | 4) && stage.writes().is_empty();
        let is_unmanaged = !part.contains("\nmembers:") && stage.writes().is_empty();
        tally.case(is_refused || is_unmanaged, || {
            format!("after byte {at}, {listed} of {everybody}: {}", ran.all())
        });
    }
    tally.figure(format!("{} places to cut", cuts.len()));
}

/// What is written for a section, and whether it may stand there.
fn three_things(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(live("acme"));
    let person = "ada@acme.com: admin";
    for (section, empty_is_fine) in [
        ("members", false),
        ("teams", true),
        ("workspaces", true),
        ("api_keys", true),
        ("guards", true),
        ("unlisted", true),
    ] {
        let rest = if section == "members" { String::new() } else { format!("members: {{{person}}}\n") };
        for (value, is_fine) in [
            ("absent", true),
            ("", false),
            (" ~", false),
            (" null", false),
            (" []", false),
            (" text", false),
            (" {}", empty_is_fine),
        ] {
            let line = if value == "absent" { String::new() } else { format!("{section}:{value}\n") };
            stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\n{rest}{line}"));
            let ran = stage.run("validate");
            tally.case((ran.code == 0) == is_fine && [0, 4].contains(&ran.code), || {
                format!("{line:?}: {}", ran.all())
            });
        }
    }
    // Absent is not managed: nothing is planned for people; empty workspaces manage none of them.
    let workspaces = format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{}}\n");
    stage.write("bylaws.yaml", &format!("{workspaces}unlisted: {{workspaces: ignore}}\n"));
    let ran = stage.run("plan --detailed-exitcode");
    tally.case(ran.code == 0, || ran.all());
}

/// One character of every key changed, taken away, doubled or added, each in turn, in the file that holds one
/// of everything.
fn misspelt(tally: &mut Tally, profile: Profile) {
    const KEYS: &str = "bylaws organization id name kind members teams workspaces api_keys unlisted guards \
                        role until note state display_color tags data_residency workspace_geo default_inference_geo \
                        allowed_inference_geos workspace_members access_loss max share keys_off invites \
                        required_admins allowed_domains protect approve changes reason";
    let stage = Stage::live(live("acme"));
    let whole = std::fs::read_to_string(example("../tests/config/full.yaml")).unwrap();
    let mut seen = std::collections::BTreeMap::new();
    for (at, _) in whole.match_indices(':') {
        let start =
            whole[..at].rfind(|c: char| !c.is_ascii_lowercase() && c != '_').map_or(0, |start| start + 1);
        let is_bare = whole[..start].ends_with([' ', '\n', '{']) || start == 0;
        if is_bare && KEYS.split(' ').any(|key| *key == whole[start..at]) {
            seen.entry(whole[start..at].to_owned()).or_insert(start..at);
        }
    }
    let mut number = 0;
    for (key, range) in &seen {
        for n in 0..key.len() {
            let (before, rest) = key.split_at(n);
            let (one, after) = rest.split_at(1);
            for wrong in [
                format!("{before}{after}"),
                format!("{before}x{after}"),
                format!("{before}{one}{one}{after}"),
                format!("{before}-{one}{after}"),
                format!("{before}{}{after}", one.to_uppercase()),
            ] {
                number += 1;
                if wrong == *key || (profile == Profile::Quick && number % 7 != 0) {
                    continue;
                }
                stage
                    .write("whole.yaml", &format!("{}{wrong}{}", &whole[..range.start], &whole[range.end..]));
                let ran = stage.run("validate whole.yaml");
                tally.case(ran.code == 4, || format!("{wrong} for {key}: {}", ran.all()));
            }
        }
    }
    tally.figure(format!("{} keys", seen.len()));
}

/// The wrong example of every rule is reported with a place, its right example not at all.
fn places(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(live("acme"));
    let rules = stage.run("explain --format json").json();
    for rule in rules["rules"].as_array().unwrap() {
        for (kind, is_wrong) in [("wrong", true), ("right", false)] {
            let Some(text) = rule[kind].as_str().filter(|text| !text.is_empty()) else { continue };
            // As many files as the example has, each behind a line with its name.
            let folder = format!("{}-{kind}", rule["code"].as_str().unwrap());
            std::fs::create_dir(stage.path(&folder)).unwrap();
            for file in format!("== bylaws.yaml\n{text}").split("== ").skip(1) {
                let (name, text) = file.split_once('\n').unwrap();
                stage.write(&format!("{folder}/{name}"), text);
            }
            let found = stage.run(&format!("validate {folder} --format json")).json();
            let problems = found["problems"].as_array().cloned().unwrap_or_default();
            let placed = problems.iter().all(|problem| {
                let number = |key: &str| problem[key].as_u64().unwrap_or_default();
                problem["file"].as_str().is_some_and(|file| !file.is_empty())
                    && number("line") >= 1
                    && number("column") >= 1
            });
            let is_told = problems.iter().any(|problem| problem["code"] == rule["code"]);
            tally.case(placed && is_told == is_wrong, || format!("{} {kind}: {found}", rule["code"]));
        }
    }
}

fn lists(tally: &mut Tally, _: Profile) {
    let seed = live("acme");
    let stage = Stage::example("acme");
    stage.run("plan");
    let reads = stage.emulator.ledger().len();
    for index in 1..=reads {
        for fault in ["truncate", "drop_after", "drop_before"] {
            stage.reset(&seed);
            // For good, so that no retry helps.
            let path = "/v1/organizations/**";
            stage.faults(&json!([{ "method": "GET", "path": path, "nth": index, "then": fault }]));
            let with_retry = stage.run("apply --auto-approve --expect none");
            tally.case(with_retry.code == 6, || format!("{fault} at read {index}: {}", with_retry.all()));
            tally.case(stage.writes().is_empty(), || format!("{fault} at read {index} wrote"));
        }
    }
    for fault in ["truncate", "drop_after", "drop_before"] {
        stage.reset(&seed);
        stage.faults(&json!([{ "method": "GET", "path": "/v1/organizations/users", "then": fault }]));
        let ran = stage.run("apply --auto-approve");
        tally.case(ran.code == 1 && stage.writes().is_empty(), || format!("{fault} for good: {}", ran.all()));
    }
    for (what, pages) in crate::pages::ODD {
        let ran = crate::pages::plan(pages);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        let is_told = ran.status.code() == Some(1) && said.contains("the list of users is inconsistent");
        tally.case(is_told, || format!("{what}: {:?} {said}", ran.status));
    }
}

fn other_organization(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(live("acme"));
    stage.write("bylaws.yaml", "bylaws: 1\norganization: {id: 00000000-0000-4000-8000-000000000000}\nmembers: {ada@acme.com: admin}\n");
    for line in ["plan", "apply --auto-approve", "plan --out saved.json"] {
        stage.emulator.clear_ledger();
        let ran = stage.run(line);
        tally.case(ran.code == 1 && stage.emulator.ledger().len() == 1, || format!("{line}: {}", ran.all()));
    }
}
