//! D: the files can be wrong, and so can what the service lists.

use serde_json::json;

use crate::card::{Profile, Row, Tally};
use crate::organization::ID;
use crate::stage::{Stage, live};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("D1", "files that ask for nothing, or for nobody, are refused", empty),
        Row::new(
            "D2",
            "files cut off so that half of the people are gone are refused, wherever the cut",
            cut,
        ),
        Row::missing("D3", "absent, null and empty are three things", "in the suite `config`"),
        Row::missing("D4", "no misspelt key goes unseen", "in the suite `config`"),
        Row::new("D5", "a list that breaks off or runs in a circle is an error, never a short list", lists),
        Row::missing(
            "D6",
            "hostile files: no panic, bounded time and memory",
            "in the suite `config` and its fuzzer",
        ),
        Row::missing("D7", "every problem has a place", "in the suite `config`"),
        Row::new("D8", "another organization is refused after one request", other_organization),
        Row::missing(
            "D9",
            "a commit that is not the tip of its upstream is not applied",
            "in the suite `cli`",
        ),
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
