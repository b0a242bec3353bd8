//! The journal records every write twice, before and after, and each record contains the hash of the previous one.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::ran::shown;
use crate::world::{World, ended, wait};

fn changed() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("{env: test}", "{env: prod}");
    world
}

fn records(world: &World) -> Vec<Value> {
    world.read("journal.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the hash of a record: of the record without its hash, with sorted keys and no white space.
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

/// Checks the chain and returns the hash of the last record.
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
    let line = |record: &Value| {
        let mut bare = record.clone();
        for volatile in ["at", "service_at", "previous", "hash", "request_id"] {
            bare.as_object_mut().unwrap().shift_remove(volatile);
        }
        format!("{bare}\n")
    };
    shown("journal", records.iter().map(line).collect::<String>());
    let sent = world.ledger().iter().filter(|entry| entry.method != "GET").count();
    assert_eq!(records.len(), 2 + 2 * sent);
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
    assert_eq!(both.len(), first.len() + 4);
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
fn two_runs_do_not_write_one_journal() {
    let world = changed();
    let other = std::fs::File::create(world.path("journal.jsonl")).unwrap();
    #[cfg(unix)]
    other.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    other.lock().unwrap();
    let ran = world.run("apply --auto-approve --journal journal.jsonl").ended(1);
    world.untouched();
    shown("journal-busy", ran.err);
    assert_eq!(world.read("journal.jsonl"), "");
    drop(other);
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    world.run("journal verify journal.jsonl").ended(0);
}

#[test]
fn a_journal_passed_as_another_document_is_recognized() {
    let world = changed();
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let ran = world.run("show journal.jsonl").ended(1);
    assert!(ran.err.contains("help: run `bylaws journal show`: this is a journal"), "{ran}");
    std::fs::write(world.path("bytes"), [0xff, 0xfe, b'\n']).unwrap();
    for line in ["show bytes", "plan --live bytes"] {
        let ran = world.run(line).ended(1);
        assert!(ran.err.contains("help: not a text file; pass the file that Bylaws wrote"), "{ran}");
    }
}

#[test]
fn faults_beyond_the_first_hundred_are_counted() {
    let world = World::acme().file("journal.jsonl", &"nothing\n".repeat(105));
    let ran = world.run("journal verify journal.jsonl").ended(1);
    assert!(ran.out.contains("line 100: ") && !ran.out.contains("line 101: "), "{ran}");
    assert!(ran.out.contains("fault: and 5 more\n"), "{ran}");
}

#[test]
fn a_damaged_journal_is_not_continued() {
    let world = changed();
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let text = world.read("journal.jsonl");
    world.edit("{env: prod}", "{env: stage}");
    world.emulator.clear_ledger();
    let mut said = String::new();
    for damaged in [text.replace("\"done\"", "\"failed\""), text[..text.len() - 9].to_owned()] {
        world.write("journal.jsonl", &damaged);
        let ran = world.run("apply --auto-approve --journal journal.jsonl").ended(1);
        world.untouched();
        said += &ran.err;
    }
    shown("journal-damaged", said);
}

/// Removes the times of this machine's clock, the ids of requests and hashes.
fn timeless(text: &str) -> String {
    let word = |word: &str| match word {
        _ if word.starts_with("req_") => "REQUEST".to_owned(),
        _ if word.len() > 20 && word.starts_with("20") && word.ends_with('Z') => "TIME".to_owned(),
        _ if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) => "HASH".to_owned(),
        _ => word.to_owned(),
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ") + "\n";
    text.lines().map(line).collect()
}

#[test]
fn a_journal_shows_the_writes_of_its_runs() {
    let world = changed();
    world
        .faults(&json!([{ "method": "POST", "path": "/v1/organizations/users/*", "nth": 1, "then": { "status": 400 } }]));
    world.run("apply --auto-approve --journal journal.jsonl").ended(5);
    world.faults(&json!([]));
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    shown("journal-show", timeless(&world.run("journal show journal.jsonl").ended(0).out));
    let runs = world.run("journal show journal.jsonl --format json").ended(0).json();
    assert_eq!(runs["runs"].as_array().unwrap().len(), 3);
    shown("journal-verify", timeless(&world.run("journal verify journal.jsonl").ended(0).out));
}

#[test]
fn a_killed_run_is_distinguished_from_a_truncated_journal() {
    let world = changed();
    let ran = world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let text = world.read("journal.jsonl");
    let killed = &text[..=text.trim_end().rfind('\n').unwrap()];
    world.write("killed.jsonl", killed);
    shown("journal-killed", timeless(&world.run("journal verify killed.jsonl").ended(1).out));
    let last: Value = serde_json::from_str(killed.lines().last().unwrap()).unwrap();
    let head = last["hash"].as_str().unwrap();
    world.run(&format!("journal verify killed.jsonl --head {head}")).ended(0);
    let printed = ran.err.lines().find_map(|line| line.strip_prefix("journal head: ")).unwrap();
    world.run(&format!("journal verify killed.jsonl --head {printed}")).ended(1);
    world.run(&format!("journal verify journal.jsonl --head {printed}")).ended(0);
}

#[test]
fn whatever_happens_to_a_line_is_found() {
    let world = changed();
    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    world.edit("{env: prod}", "{env: stage}");
    let ran = world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    let head = ran.err.lines().find_map(|line| line.strip_prefix("journal head: ")).unwrap();
    let text = world.read("journal.jsonl");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut damaged = Vec::new();
    for n in 0..lines.len() {
        let mut without = lines.clone();
        without.remove(n);
        let mut twice = lines.clone();
        twice.insert(n, lines[n]);
        let mut other = lines.clone();
        other.rotate_left(n);
        let mut swapped = lines.clone();
        swapped.swap(n, (n + 1) % lines.len());
        damaged.extend([
            (n > 0).then(|| other.concat()),
            Some(without.concat()),
            Some(twice.concat()),
            Some(swapped.concat()),
        ]);
        damaged.push(Some(lines[..n].concat()));
    }
    for at in (0..text.len()).step_by(61) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        damaged.push(String::from_utf8(bytes).ok());
        damaged.push(Some(text[..at].to_owned()));
        damaged.push(Some(format!("{} {}", &text[..at], &text[at..])));
    }
    damaged.push(Some(text.clone() + "\n"));
    let mut tried = 0;
    for text in damaged.into_iter().flatten() {
        world.write("damaged.jsonl", &text);
        let ran = world.run(&format!("journal verify damaged.jsonl --head {head}"));
        assert_eq!(ran.code, 1, "{ran}{text}");
        tried += 1;
    }
    assert!(tried > 100);
}

#[cfg(unix)]
#[test]
fn a_full_disk_stops_the_run_and_the_next_run_continues_the_file() {
    use std::process::Command;

    let world = World::example("acme");
    let apply = world.command("apply --auto-approve --journal journal.jsonl");
    // Limits the size of files; exceeding it is an error, not a signal.
    let line = "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"";
    let mut limited = Command::new("sh");
    limited.args(["-c", line]).arg(apply.get_program()).args(apply.get_args());
    limited.current_dir(apply.get_current_dir().unwrap());
    limited.env_clear().envs(apply.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(5), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("cannot write the journal"), "{told}");

    let text = world.read("journal.jsonl");
    assert!(text.ends_with('\n'), "no half record stays");
    let sent = world.ledger().iter().filter(|entry| entry.method != "GET").count();
    let before = records(&world).iter().filter(|record| record["kind"] == "before").count();
    assert!(sent > 0 && sent == before, "{sent} writes, {before} records");

    world.run("apply --auto-approve --journal journal.jsonl").ended(0);
    world.run("journal verify journal.jsonl").ended(0);
    world.run("plan --detailed-exitcode").ended(0);
}

/// The members were read, and their answers were on the way; the memberships take longer.
#[test]
fn what_another_run_sent_while_live_state_was_read_is_not_sent_again() {
    let world = World::acme();
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.write(
        "both.yaml",
        &world.read("bylaws.yaml").replacen("\nmembers:\n", "\nmembers:\n  new@acme.com: user\n", 1),
    );
    let slow = json!([{"method": "GET", "path": "/v1/organizations/workspaces/*/members", "every": 1, "then": {"latency_ms": 4000}}]);
    world.faults(&slow);
    let first = world.start("apply bylaws.yaml --auto-approve --journal journal.jsonl");
    let read = |end: &str| world.emulator.ledger().iter().filter(|entry| entry.path.ends_with(end)).count();
    assert!(wait(|| read("/users") == 1 && read("/workspaces") == 2));
    // Only then the memberships are asked for.
    std::thread::sleep(std::time::Duration::from_millis(500));
    world.faults(&json!([]));
    world.run("apply both.yaml --auto-approve --journal journal.jsonl").ended(0);
    let sent = world.writes();
    let ran = ended(first, std::time::Duration::from_mins(1)).ended(1);
    assert!(ran.err.contains("another run has written this journal since the plan was made"), "{ran}");
    assert_eq!(world.writes(), sent);
}
