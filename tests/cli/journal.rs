//! The journal holds every write twice, before and after, each record bound to the one before it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::ran::shown;
use crate::world::World;

fn changed() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("{env: test}", "{env: prod}");
    world
}

fn records(world: &World) -> Vec<Value> {
    world.read("journal.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The hash that a record must have: of itself without it, keys sorted, no white space.
fn hash(record: &Value) -> String {
    fn canonical(value: &Value) -> String {
        match value {
            Value::Object(map) => {
                let sorted: BTreeMap<_, _> = map.iter().collect();
                let fields = sorted.iter().map(|(key, value)| format!("{}:{}", json!(key), canonical(value)));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
            }
            Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
            scalar => scalar.to_string(),
        }
    }
    let mut bare = record.clone();
    bare.as_object_mut().unwrap().shift_remove("hash");
    Sha256::digest(canonical(&bare)).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks the chain and gives the hash of the last record.
fn head(records: &[Value]) -> String {
    let mut previous = "0".repeat(64);
    for (n, record) in records.iter().enumerate() {
        assert_eq!(record["seq"], n + 1);
        assert_eq!(record["previous"], previous.as_str(), "record {}", n + 1);
        previous = hash(record);
        assert_eq!(record["hash"], previous.as_str(), "record {}", n + 1);
    }
    previous
}

#[test]
fn every_write_is_recorded_before_and_after_and_the_head_is_printed() {
    let world = changed();
    let ran = world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let records = records(&world);
    assert!(ran.err.contains(&format!("journal head: {}", head(&records))), "{ran}");
    let line = |record: &Value| format!("{} {} {}\n", record["kind"], record["change"], record["request"]);
    shown("journal", records.iter().map(line).collect::<String>());
    let sent = world.ledger().iter().filter(|entry| entry.method != "GET").count();
    assert_eq!(records.len(), 1 + 2 * sent);
}

#[test]
fn a_second_run_continues_the_chain() {
    let world = changed();
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let first = records(&world);
    world.edit("{env: prod}", "{env: stage}");
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let both = records(&world);
    assert_eq!(both[..first.len()], first[..]);
    assert_eq!(both.len(), first.len() + 3);
    head(&both);
}

#[test]
fn a_journal_that_cannot_be_opened_ends_the_run_before_any_write() {
    let world = changed();
    std::fs::create_dir(world.path("folder")).unwrap();
    for path in ["nowhere/journal.jsonl", "folder"] {
        let ran = world.run(&format!("apply --auto-approve --journal {path}")).ended(1);
        world.untouched();
        if path == "folder" {
            shown("journal-cannot-open", ran.err);
        }
    }
}

#[test]
fn a_damaged_journal_is_not_continued() {
    let world = changed();
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let text = world.read("journal.jsonl");
    world.edit("{env: prod}", "{env: stage}");
    world.emulator.clear_ledger();
    for damaged in [text.replace("\"done\"", "\"failed\""), text[..text.len() - 9].to_owned()] {
        world.write("journal.jsonl", &damaged);
        let ran = world.run("apply --auto-approve --journal journal.jsonl").ended(1);
        world.untouched();
        shown("journal-damaged", ran.err);
    }
}
