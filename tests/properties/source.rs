//! D: the files can be wrong, and so can what the service lists.

use serde_json::json;

use crate::organization::ID;
use crate::world::{Row, World, examples, is_full, live};

#[test]
fn d1_files_that_ask_for_nothing_or_for_nobody_are_refused() {
    let mut row = Row::default();
    let head = format!("bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\n");
    let world = World::example_here("acme");
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
        world.write("empty.yaml", &text);
        for line in ["plan empty.yaml", "apply empty.yaml --auto-approve"] {
            let ran = world.run(line);
            row.case(codes.contains(&ran.code) && world.written().is_empty(), || format!("{text:?}: {ran}"));
        }
    }
    std::fs::create_dir(world.path("nothing")).unwrap();
    for path in ["nothing", "nowhere", "nowhere.yaml"] {
        let ran = world.run(&format!("apply {path} --auto-approve"));
        row.case(ran.code == 4 && world.written().is_empty(), || ran.to_string());
    }
}

/// One file with all of acme, cut off after every line, or at every byte.
#[test]
fn d2_files_cut_off_at_any_place_never_remove_half_of_the_people() {
    let mut row = Row::default();
    let world = World::here(live("acme"));
    let imported = world.run("import --single whole.yaml");
    assert_eq!(imported.code, 0, "{imported}");
    let whole = world.read("whole.yaml").replace("members: report", "members: remove");
    let whole = whole.replace("workspace_members: report", "workspace_members: remove");
    // Policies first, so that no cut takes them away.
    let at = whole.find("unlisted:").unwrap();
    let end = whole[at..].find("\n\n").map_or(whole.len(), |end| at + end + 1);
    let whole = format!("{}{}{}", &whole[at..end], &whole[..at], &whole[end..]);
    let seed = live("acme");
    let mut cuts: Vec<usize> = whole.match_indices('\n').map(|(at, _)| at + 1).collect();
    if is_full() {
        cuts = (0..whole.len()).filter(|at| whole.is_char_boundary(*at)).collect();
    }
    let everybody = seed["users"].as_array().unwrap().len() + seed["invites"].as_array().unwrap().len();
    for at in &cuts {
        let part = &whole[..*at];
        world.write("part.yaml", part);
        world.reset(&seed);
        let entry = |line: &&str| line.starts_with("  ") && !line.starts_with("   ") && line.contains('@');
        let section = part.split("\nmembers:").nth(1).unwrap_or("").split("\n\n").next().unwrap_or("");
        let listed = section.lines().filter(entry).count();
        // Fewer than the limit may go, as in any file; from there on nobody does.
        if everybody - listed <= 5 {
            continue;
        }
        let ran = world.run("apply part.yaml --auto-approve");
        let is_refused = matches!(ran.code, 3 | 4) && world.written().is_empty();
        let is_unmanaged = !part.contains("\nmembers:") && world.written().is_empty();
        row.case(is_refused || is_unmanaged, || format!("after byte {at}, {listed} of {everybody}: {ran}"));
    }
    row.figure(format!("{} places to cut", cuts.len()));
}

/// What is written for a section, and whether it may stand there.
#[test]
fn d3_absent_and_null_and_empty_are_three_things() {
    let mut row = Row::default();
    let world = World::here(live("acme"));
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
            world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\n{rest}{line}"));
            let ran = world.run("validate");
            row.case((ran.code == 0) == is_fine && [0, 4].contains(&ran.code), || format!("{line:?}: {ran}"));
        }
    }
    // Absent is not managed: nothing is planned for people; empty workspaces manage none of them.
    let workspaces = format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{}}\n");
    world.write("bylaws.yaml", &format!("{workspaces}unlisted: {{workspaces: ignore}}\n"));
    let ran = world.run("plan --detailed-exitcode");
    row.case(ran.code == 0, || ran.to_string());
}

/// One character of every key changed, taken away, doubled or added, each in turn, in the file that holds one
/// of everything.
#[test]
fn d4_every_misspelt_key_is_reported() {
    const KEYS: &str = "bylaws organization id name kind members teams workspaces api_keys unlisted guards \
                        role until note state display_color tags data_residency workspace_geo default_inference_geo \
                        allowed_inference_geos workspace_members access_loss max share keys_off invites \
                        required_admins allowed_domains protect approve changes reason";
    let mut row = Row::default();
    let world = World::here(live("acme"));
    let whole = std::fs::read_to_string(examples().join("../tests/config/full.yaml")).unwrap();
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
                if wrong == *key || (!is_full() && number % 7 != 0) {
                    continue;
                }
                world
                    .write("whole.yaml", &format!("{}{wrong}{}", &whole[..range.start], &whole[range.end..]));
                let ran = world.run("validate whole.yaml");
                row.case(ran.code == 4, || format!("{wrong} for {key}: {ran}"));
            }
        }
    }
    row.figure(format!("{} keys", seen.len()));
}

/// The wrong example of every rule is reported with a place, its right example not at all.
#[test]
fn d7_every_problem_has_a_place_and_correct_files_have_none() {
    let mut row = Row::default();
    let world = World::here(live("acme"));
    let rules = world.run("explain --format json").json();
    for rule in rules["rules"].as_array().unwrap() {
        for (kind, is_wrong) in [("wrong", true), ("right", false)] {
            let Some(text) = rule[kind].as_str().filter(|text| !text.is_empty()) else { continue };
            // As many files as the example has, each behind a line with its name.
            let folder = format!("{}-{kind}", rule["code"].as_str().unwrap());
            std::fs::create_dir(world.path(&folder)).unwrap();
            for file in format!("== bylaws.yaml\n{text}").split("== ").skip(1) {
                let (name, text) = file.split_once('\n').unwrap();
                world.write(&format!("{folder}/{name}"), text);
            }
            let found = world.run(&format!("validate {folder} --format json")).json();
            let problems = found["problems"].as_array().cloned().unwrap_or_default();
            let placed = problems.iter().all(|problem| {
                let number = |key: &str| problem[key].as_u64().unwrap_or_default();
                problem["file"].as_str().is_some_and(|file| !file.is_empty())
                    && number("line") >= 1
                    && number("column") >= 1
            });
            let is_told = problems.iter().any(|problem| problem["code"] == rule["code"]);
            row.case(placed && is_told == is_wrong, || format!("{} {kind}: {found}", rule["code"]));
        }
    }
}

#[test]
fn d5_a_list_that_breaks_off_or_repeats_itself_is_an_error() {
    let mut row = Row::default();
    let seed = live("acme");
    let world = World::example_here("acme");
    world.run("plan");
    let reads = world.ledger().len();
    for index in 1..=reads {
        for fault in ["truncate", "drop_after", "drop_before"] {
            world.reset(&seed);
            // For good, so that no retry helps.
            let path = "/v1/organizations/**";
            world.faults(&json!([{ "method": "GET", "path": path, "nth": index, "then": fault }]));
            let with_retry = world.run("apply --auto-approve --expect none");
            row.case(with_retry.code == 6, || format!("{fault} at read {index}: {with_retry}"));
            row.case(world.written().is_empty(), || format!("{fault} at read {index} wrote"));
        }
    }
    for fault in ["truncate", "drop_after", "drop_before"] {
        world.reset(&seed);
        world.faults(&json!([{ "method": "GET", "path": "/v1/organizations/users", "then": fault }]));
        let ran = world.run("apply --auto-approve");
        row.case(ran.code == 1 && world.written().is_empty(), || format!("{fault} for good: {ran}"));
    }
    for (what, pages) in crate::pages::ODD {
        let ran = crate::pages::plan(pages);
        let is_told = ran.code == 1 && ran.err.contains("the list of users is inconsistent");
        row.case(is_told, || format!("{what}: {ran}"));
    }
}

#[test]
fn d8_another_organization_is_refused_after_one_request() {
    let mut row = Row::default();
    let world = World::here(live("acme"));
    world.write("bylaws.yaml", "bylaws: 1\norganization: {id: 00000000-0000-4000-8000-000000000000}\nmembers: {ada@acme.com: admin}\n");
    for line in ["plan", "apply --auto-approve", "plan --out saved.json"] {
        world.emulator.clear_ledger();
        let ran = world.run(line);
        row.case(ran.code == 1 && world.ledger().len() == 1, || format!("{line}: {ran}"));
    }
}
