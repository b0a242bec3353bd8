//! Help, version, completions, manual pages and schemas, and the behavior with a closed pipe.

use std::process::Stdio;

use serde_json::Value;

use crate::ran::shown;
use crate::world::{World, examples};

#[test]
fn help_lists_every_command_and_exit_code() {
    let world = World::acme();
    for line in ["--help", "plan --help", "apply --help"] {
        let ran = world.run(line).ended(0);
        assert_eq!(ran.err, "");
        shown(&line.replace(" --help", "-help").replace("--help", "help"), ran.out);
    }
    assert!(world.ledger().is_empty());
}

#[test]
fn the_version_is_one_line() {
    let ran = World::acme().run("--version").ended(0);
    assert_eq!(ran.out, format!("bylaws {}\n", env!("CARGO_PKG_VERSION")));
}

/// The benchmarks read these lines.
#[test]
fn verbose_output_tells_how_long_each_step_of_a_plan_took() {
    let world = World::acme();
    world.run("snapshot --out live.json").ended(0);
    let steps = ["files loaded", "planned", "document made", "rendered"];
    for (line, read) in [("plan -v", "live side read"), ("plan -v --live live.json", "snapshot read")] {
        let ran = world.run(line).ended(0);
        for step in steps.into_iter().chain([read]) {
            assert!(ran.err.contains(&format!("{step} milliseconds=")), "{step}: {ran}");
        }
    }
}

#[test]
fn wrong_use_is_answered_with_a_suggestion() {
    shown("wrong-use", World::acme().run("plna").ended(1));
}

#[test]
fn completions_exist_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = World::acme().run(&format!("completions {shell}")).ended(0);
        assert!(ran.out.contains("bylaws") && ran.out.contains("detailed-exitcode"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let world = World::acme();
    world.run("man pages").ended(0);
    let pages = std::fs::read_dir(world.path("pages")).unwrap().map(|page| page.unwrap().file_name());
    let mut pages: Vec<String> = pages.map(|name| name.into_string().unwrap()).collect();
    pages.sort();
    shown("man-pages", pages.join("\n"));
}

#[test]
fn plans_reports_and_seeds_fit_their_schemas() {
    let world = World::example("acme");
    let validator = |kind: &str| {
        let schema = world.run(&format!("schema {kind}")).ended(0).json();
        jsonschema::validator_for(&schema).unwrap()
    };
    let check = |kind: &str, document: &Value| {
        let errors: Vec<String> =
            validator(kind).iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{kind}");
    };
    validator("config");
    check("plan", &world.run("plan --format json").json());
    check("seed", &world.run("snapshot --out -").json());
    for example in ["minimal", "acme", "enterprise"] {
        let text = std::fs::read_to_string(examples().join(example).join("live.json")).unwrap();
        check("seed", &serde_json::from_str(&text).unwrap());
    }
    check("report", &world.run("apply --auto-approve --format json").json());
}

#[test]
fn problems_in_json_are_one_document() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: usr");
    shown("validate-json", world.run("validate --format json").ended(4));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let world = World::example("acme");
    for line in ["plan", "plan --format json", "apply --auto-approve", "schema", "completions bash", "--help"]
    {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = world.command(line).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked") && !err.contains("error"), "{line}: {err}");
        assert_eq!(output.status.code(), Some(0), "{line}: {err}");
    }
}

#[test]
fn colors_are_for_terminals_or_on_request() {
    let world = World::example("minimal");
    let plain = world.run("plan").out;
    assert!(!plain.contains('\u{1b}'));
    assert!(world.run("plan --color always").out.contains('\u{1b}'));
    let world = world.env("CLICOLOR_FORCE", "1");
    assert!(world.run("plan").out.contains('\u{1b}'));
    let world = world.env("NO_COLOR", "1");
    assert_eq!(world.run("plan").out, plain);
}

#[test]
fn an_emulator_of_the_command_prints_its_address_first() {
    use std::io::{BufRead, BufReader};
    let world = World::example("minimal");
    let mut child = world.command("emulator --seed bylaws/live.json").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = lines.next().unwrap().unwrap();
    let world = world.env("BYLAWS_API_URL", &url);
    let ran = world.run("plan");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    ran.ended(0);
    assert!(world.ledger().is_empty());
}
