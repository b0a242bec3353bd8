//! Plans and reports as annotations on lines of a pull request, and as test results.

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::json;

use crate::ran::shown;
use crate::world::{World, acme};

/// Two removals too many, a missing key, a looser guard.
fn refused() -> World {
    let world = World::but("  uma@acme.com: user\n", "");
    world.edit("  eve@acme.com: developer\n", "");
    world.edit("      eve@acme.com: workspace_user\n", "");
    world.edit("      ci: active\n", "      ci: active\n      cd: active\n");
    world.edit("unlisted:\n", "guards: {invites: {max: 40}}\nunlisted:\n");
    world
}

#[test]
fn a_refused_plan_is_annotated_on_its_lines() {
    let ran = refused().run("plan --format github").ended(3);
    shown("annotations-refused", &ran.out);
    assert!(ran.err.contains("refused by a guard"), "the log is for people: {ran}");
}

#[test]
fn failed_changes_are_annotated() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("workspaces:\n", "workspaces:\n  forge:\n    members:\n      uma@acme.com: workspace_user\n");
    world.faults(
        &json!([{"method": "POST", "path": "/v1/organizations/workspaces", "then": {"status": 400}}]),
    );
    let ran = world.run("apply --auto-approve --format github").ended(5);
    shown("annotations-failed", &ran.out);
    assert!(ran.err.contains("1 failed"), "{ran}");
    let world = refused();
    let ran = world.run("apply --auto-approve --format github").ended(3);
    assert!(ran.out.contains("::error file=bylaws.yaml"), "{ran}");
    world.untouched();
}

#[test]
fn problems_of_the_files_are_annotated() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: usr");
    for command in ["plan", "apply --auto-approve"] {
        let ran = world.run(&format!("{command} --format github")).ended(4);
        assert!(ran.out.starts_with("::error file=bylaws.yaml,line=8,"), "{ran}");
        assert_eq!(ran.out, world.run("validate --format github").ended(4).out);
        let ran = world.run(&format!("{command} --format junit")).ended(4);
        assert_eq!(ran.out, world.run("validate --format junit").ended(4).out);
    }
    world.untouched();
}

#[test]
fn a_plan_without_changes_has_no_annotations() {
    assert_eq!(World::acme().run("plan --format github").ended(0).out, "");
}

/// Returns the names and results of all test cases, read with an independent XML parser.
fn cases(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let mut cases: Vec<String> = Vec::new();
    let (mut counted, mut failures) = (0, 0);
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}"));
        let attribute = |tag: &quick_xml::events::BytesStart<'_>, name: &str| {
            let found = tag.try_get_attribute(name).unwrap();
            found
                .map(|found| found.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned())
                .unwrap_or_default()
        };
        match event {
            Event::Eof => break,
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                b"testsuites" => {
                    counted = attribute(&tag, "tests").parse().unwrap();
                    failures = attribute(&tag, "failures").parse().unwrap();
                }
                b"testcase" => cases.push(attribute(&tag, "name")),
                b"failure" | b"error" | b"skipped" => {
                    let ended = String::from_utf8_lossy(tag.name().as_ref()).into_owned();
                    cases.last_mut().unwrap().push_str(&format!(" [{ended}] {}", attribute(&tag, "message")));
                }
                _ => {}
            },
            _ => {}
        }
    }
    assert_eq!(counted, cases.len());
    assert_eq!(failures, cases.iter().filter(|case| case.contains(" [failure] ")).count());
    cases
}

#[test]
fn plans_reports_and_problems_are_test_cases() {
    let world = refused();
    let plan = cases(&world.run("plan --format junit").ended(3).out);
    let files = {
        world.write("bad.yaml", "bylaws: 1\nmembers:\n  ada@acme.com: developr\n");
        cases(&world.run("validate bad.yaml --format junit").ended(4).out)
    };
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.faults(&json!([{"method": "POST", "path": "**", "then": {"status": 400}}]));
    let report = cases(&world.run("apply --auto-approve --format junit").ended(1).out);
    let all = [("plan", plan), ("validate", files), ("apply", report)];
    let text: Vec<String> =
        all.into_iter().map(|(title, cases)| format!("{title}\n  {}", cases.join("\n  "))).collect();
    shown("junit", text.join("\n"));
}

/// Names of workspaces and keys are user-supplied: none may end a line, an element or a command.
#[test]
fn hostile_names_are_escaped() {
    let mut seed = acme();
    let name = "x]]></testcase>\n::error::y\u{202e}%0A&amp;\"'";
    seed["workspaces"][0]["name"] = json!(name);
    let world = World::live(seed).file("bylaws.yaml", crate::world::FILES);
    world.edit("  lab:\n", "  lab:\n    id: wrkspc_lab\n    name: lab\n");
    world.edit("unlisted:\n", "guards: {protect: [workspace/lab]}\nunlisted:\n");
    world.edit("      ci: active\n", "      ci: active\n      cd: active\n");
    let xml = world.run("plan --format junit").ended(0).out;
    assert!(cases(&xml).iter().any(|case| case.contains("]]></testcase>")), "{xml}");
    let out = world.run("plan --format github").ended(0).out;
    assert!(out.lines().all(|line| line.starts_with("::warning ") || line.starts_with("::notice ")), "{out}");
}
