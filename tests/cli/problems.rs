//! Problems of the files in every output format.

use serde_json::Value;

use crate::ran::shown;
use crate::world::World;

const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

/// Two files with four problems, one of which has two positions, and names that look like commands.
fn broken() -> World {
    let world = World::acme();
    std::fs::create_dir(world.path("b")).unwrap();
    world
        .file("b/people, all.yaml", &format!("{HEAD}members:\n  ada@acme.com: usr\n  ada@acme.com: user\n"))
        .file("b/teams.yaml", "teams:\n  \"a\\n::error::x%0A\": []\n  b: [eve@acme.com]\nmember: 1\n")
}

#[test]
fn annotations_are_on_the_lines_and_the_log_is_text() {
    let ran = broken().run("validate b --format github").ended(4);
    assert!(
        ran.out.lines().all(|line| line.starts_with("::error ") || line.starts_with("::warning ")),
        "{ran}"
    );
    shown("validate-github", ran);
}

#[test]
fn annotation_paths_start_at_the_top_of_the_repository() {
    let world = broken();
    let top = world.path("..");
    let top = top.canonicalize().unwrap();
    let inner = world.path(".").canonicalize().unwrap();
    let inner = inner.strip_prefix(&top).unwrap().display().to_string();
    let world = world.env("GITHUB_WORKSPACE", &top.display().to_string());
    let ran = world.run("validate b --format github").ended(4);
    assert!(ran.out.contains(&format!("file={inner}/b/teams.yaml,")), "{ran}");
}

#[test]
fn sarif_names_every_problem_and_its_rule() {
    let ran = broken().run("validate b --format sarif").ended(4);
    let sarif: Value = serde_json::from_str(&ran.out).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(["b/people%2C%20all.yaml", "b/teams.yaml"].contains(&uri), "{uri}");
    }
    assert!(ran.err.is_empty(), "{ran}");
    shown("validate-sarif", ran);
}

#[test]
fn valid_files_give_documents_without_problems() {
    for format in ["json", "sarif", "github"] {
        let ran = World::acme().run(&format!("validate --format {format}")).ended(0);
        match format {
            "github" => assert_eq!(ran.out, ""),
            _ => assert!(serde_json::from_str::<Value>(&ran.out).is_ok(), "{ran}"),
        }
    }
}

#[test]
fn strict_makes_a_warning_an_error_everywhere() {
    let text = format!(
        "{HEAD}members:\n  grace@acme.com: admin\n  bob@acme.com: {{role: none, until: 2027-01-31}}\n"
    );
    let world = World::acme().file("w.yaml", &text);
    world.run("validate w.yaml").ended(0);
    shown("validate-strict", world.run("validate w.yaml --strict").ended(4));
    // In every format, because the exit code is not visible next to an annotation.
    let annotated = world.run("validate w.yaml --strict --format github").ended(4);
    assert!(annotated.out.starts_with("::error file=w.yaml"), "{annotated}");
    let json = world.run("validate w.yaml --strict --format json").ended(4).json();
    assert_eq!(
        (&json["problems"][0]["severity"], &json["summary"]["warnings"]),
        (&"error".into(), &0.into())
    );
    let sarif = world.run("validate w.yaml --strict --format sarif").ended(4).json();
    assert_eq!(sarif["runs"][0]["results"][0]["level"], "error");
    let approval = "{changes: [remove member/bob@acme.com], until: 2023-01-31, reason: long ago}";
    let world = world
        .file("fine.yaml", &format!("{HEAD}members:\n  grace@acme.com: admin\n"))
        .file("guards.yaml", &format!("bylaws: 1\nguards: {{approve: [{approval}]}}\n"));
    world.run("plan fine.yaml --guards guards.yaml").ended(0);
    world.run("plan fine.yaml --guards guards.yaml --strict").ended(4);
    world.run("plan w.yaml").ended(0);
    world.emulator.clear_ledger();
    for line in ["plan w.yaml --strict", "apply w.yaml --strict --auto-approve"] {
        world.run(line).ended(4);
    }
    // The organization may be requested while the files are read, but nothing else.
    assert!(world.ledger().iter().all(|entry| entry.path == "/v1/organizations/me"));
}

#[test]
fn an_excerpt_escapes_control_characters() {
    let text = format!("{HEAD}members:\n  \"a\u{9b}31m\u{202e}b\u{200b}@acme.com\": user\n");
    let ran = World::acme().file("odd.yaml", &text).run("validate odd.yaml").ended(4);
    assert!(!ran.out.contains(['\u{9b}', '\u{202e}', '\u{200b}']), "{ran}");
}

#[test]
fn a_suppressed_warning_is_counted() {
    let member = "bob@acme.com: {role: none, until: 2027-01-31}";
    let text = format!(
        "{HEAD}members:\n  ada@acme.com: admin\n  # bylaws: allow BL0411 kept for the record\n  {member}\n"
    );
    let world = World::acme().file("w.yaml", &text);
    let ran = world.run("validate w.yaml --strict").ended(0);
    assert!(ran.out.ends_with("\n1 warning suppressed by comments\n"), "{ran}");
    let json = world.run("validate w.yaml --strict --format json").ended(0).json();
    assert_eq!(json["summary"]["silenced"], 1);
}

#[test]
fn every_code_can_be_explained() {
    let world = World::acme();
    let list = world.run("explain").ended(0);
    let codes: Vec<String> =
        list.out.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
    let (of_files, of_audits): (Vec<&String>, Vec<&String>) =
        codes.iter().partition(|code| code.starts_with("BL"));
    assert!(of_files.len() > 50 && of_files.is_sorted(), "{list}");
    assert!(of_audits.len() > 20 && of_audits.is_sorted(), "{list}");
    for code in &codes {
        let page = world.run(&format!("explain {code}")).ended(0);
        assert!(page.out.starts_with(&format!("# {code}: ")), "{page}");
        assert!(!page.out.contains("\n\n\n"), "{page}");
    }
    shown("explain", world.run("explain unknown-key").ended(0));
    shown("explain-nothing", world.run("explain BL9999").ended(1));
    world.run("explain --dir pages").ended(0);
    assert!(of_files.iter().all(|code| world.has(&format!("pages/{code}.md"))));
}
