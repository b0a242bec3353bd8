//! M: the journal.

use bylaws_emulator::LedgerEntry;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::world::{Row, World, all_or, cases, is_of, live, recorded_requests};

#[test]
fn m1_the_journal_has_a_record_before_and_after_every_write() {
    let mut row = Row::default();
    let state = live("acme");
    for seed in cases(20, 300) {
        let world = World::example_here("acme");
        world.reset(&state);
        let rule = |n: u64, then: Value| json!({ "path": "**", "probability": 0.05, "seed": seed * 10 + n, "then": then });
        world.faults(&json!([
            rule(1, json!({"status": 400})),
            rule(2, json!("drop_after")),
            rule(3, json!({"status": 503}))
        ]));
        let ran = world.run("apply --auto-approve --journal j");
        if !world.path("j").exists() {
            // A read failed for good: no journal was opened, and nothing may have been written.
            row.case(world.written().is_empty(), || ran.to_string());
            continue;
        }
        let records: Vec<Value> =
            world.read("j").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let before = recorded_requests(&records);
        let after = records.iter().filter(|record| record["kind"] == "after").count();
        // A request that is tried again is one write, recorded once.
        let mut sent: Vec<LedgerEntry> = Vec::new();
        for write in world.written() {
            let is_same =
                |a: &LedgerEntry| (&a.method, &a.path, &a.body) == (&write.method, &write.path, &write.body);
            if !sent.iter().any(is_same) {
                sent.push(write);
            }
        }
        // Several may be under way at once, so the order may differ.
        let same = before.len() == sent.len()
            && before.iter().all(|record| sent.iter().any(|write| is_of(record, write)))
            && sent.iter().all(|write| before.iter().any(|record| is_of(record, write)));
        row.case(same && after == before.len(), || {
            format!("seed {seed}: {} before, {after} after, {} sent\n{}", before.len(), sent.len(), ran)
        });
    }
}

#[test]
fn m2_every_change_to_a_journal_is_found() {
    let mut row = Row::default();
    let world = World::example_here("acme");
    let ran = world.run("apply --auto-approve --journal j");
    let head = ran.err.lines().find_map(|line| line.strip_prefix("journal head: ")).unwrap().to_owned();
    let text = world.read("j");
    let whole = world.run(&format!("journal verify j --head {head}"));
    row.case(whole.code == 0, || whole.to_string());
    let mut dice = Dice::new(0x4D2);
    for _ in 0..all_or(500, 10_000) {
        let mut bytes = text.clone().into_bytes();
        let mut lines: Vec<&[u8]> = text.as_bytes().split_inclusive(|byte| *byte == b'\n').collect();
        let damaged = match dice.below(5) {
            0 => {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
                bytes
            }
            1 => {
                bytes.truncate(dice.below(bytes.len()));
                bytes
            }
            2 => {
                lines.remove(dice.below(lines.len()));
                lines.concat()
            }
            3 => {
                let one = dice.below(lines.len());
                let other = (one + 1 + dice.below(lines.len() - 1)) % lines.len();
                lines.swap(one, other);
                lines.concat()
            }
            _ => {
                let at = dice.below(bytes.len());
                bytes.insert(at, u8::try_from(32 + dice.below(90)).unwrap());
                bytes
            }
        };
        std::fs::write(world.path("damaged"), &damaged).unwrap();
        let ran = world.run(&format!("journal verify damaged --head {head}"));
        row.case(ran.code != 0, || ran.to_string());
    }
}
