//! Secrets never appear in output, logs, plans, journals or reports. Every run of every test is checked for them;
//! these tests provoke leaks.

use crate::canned::{Canned, json, organization};
use crate::world::{KEY, World};

/// Plans, saves, applies and writes a journal with full logging, then searches every file.
fn story(world: &World, option: &str) {
    for line in [
        format!("plan -vv {option}"),
        format!("plan -vv --out saved.json --format json {option}"),
        format!("apply -vv --plan saved.json --journal journal.jsonl --format json {option}"),
        format!("apply -vv --auto-approve --journal journal.jsonl {option}"),
        format!("snapshot -vv --out live.json {option}"),
        format!("import -vv imported {option}"),
        format!("whoami -vv {option}"),
    ] {
        let ran = world.run(&line).ended(0);
        assert!(ran.err.contains("bylaws"), "logs are on: {ran}");
    }
    for name in ["saved.json", "journal.jsonl", "live.json", "imported/bylaws.yaml"] {
        assert!(!world.read(name).contains("CANARY"), "{name}");
    }
}

#[test]
fn a_key_from_the_environment_is_never_shown() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer").env("RUST_LOG", "trace");
    story(&world, "");
}

#[test]
fn a_key_from_a_file_is_never_shown() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer").env("RUST_LOG", "trace");
    let world = world.without("ANTHROPIC_ADMIN_KEY").file("key", KEY);
    story(&world, "--credential-file key");
}

#[test]
fn a_key_echoed_by_the_service_is_masked() {
    let echo = |request: &str| {
        let key =
            request.lines().find_map(|line| line.strip_prefix("x-api-key: ")).unwrap_or_default().to_owned();
        assert!(key.contains("CANARY"), "the key is sent");
        json(
            "400 Bad Request",
            &format!(
                r#"{{"type":"error","error":{{"type":"invalid_request_error","message":"key {key} (again: {key}) is odd"}},"request_id":"req_{key}"}}"#
            ),
        )
    };
    for first in [true, false] {
        let canned = Canned::new(move |request| {
            if request.starts_with("GET /v1/organizations/me") && !first {
                organization()
            } else {
                echo(request)
            }
        });
        let world = World::acme().env("BYLAWS_API_URL", &canned.url).env("RUST_LOG", "trace");
        world.run("plan -vv").ended(1);
        world.run("plan -vv --format json").ended(1);
        assert!(!canned.asked().is_empty());
    }
}

#[test]
fn a_live_key_in_the_files_is_refused_without_showing_it() {
    let world = World::but("uma@acme.com: user", &format!("uma@acme.com: user # {KEY}"));
    let ran = world.run("plan").ended(4);
    crate::ran::shown("live-key-in-the-files", ran.err);
}

#[test]
fn a_wrong_key_is_not_repeated() {
    let world = World::acme().env("ANTHROPIC_ADMIN_KEY", "CANARY with spaces\u{e9}");
    crate::ran::shown("error-malformed-credential", world.run("plan").ended(1));
}
