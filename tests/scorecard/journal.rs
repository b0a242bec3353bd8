//! M: the journal.

use bylaws_emulator::LedgerEntry;
use serde_json::{Value, json};

use crate::card::{Profile, Row, Tally};
use crate::dice::Dice;
use crate::stage::{Stage, live};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("M1", "one record before and one after every write, as the service saw them", equal),
        Row::new("M2", "any edit, drop, move or cut of a journal is found", damaged),
    ]
}

fn equal(tally: &mut Tally, profile: Profile) {
    let state = live("acme");
    for seed in 0..profile.cases(20, 300) {
        let stage = Stage::example("acme");
        stage.reset(&state);
        let rule = |n: u64, then: Value| json!({ "path": "**", "probability": 0.05, "seed": seed * 10 + n, "then": then });
        stage.faults(&json!([
            rule(1, json!({"status": 400})),
            rule(2, json!("drop_after")),
            rule(3, json!({"status": 503}))
        ]));
        let ran = stage.run("apply --auto-approve --journal j");
        if !stage.path("j").exists() {
            // A read failed for good: no journal was opened, and nothing may have been written.
            tally.case(stage.writes().is_empty(), || ran.all());
            continue;
        }
        let records: Vec<Value> =
            stage.read("j").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let before = recorded_requests(&records);
        let after = records.iter().filter(|record| record["kind"] == "after").count();
        // A request that is tried again is one write, recorded once.
        let mut sent: Vec<LedgerEntry> = Vec::new();
        for write in stage.writes() {
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
        tally.case(same && after == before.len(), || {
            format!("seed {seed}: {} before, {after} after, {} sent\n{}", before.len(), sent.len(), ran.all())
        });
    }
}

/// The requests that a journal says were about to be sent.
pub(crate) fn recorded_requests(records: &[Value]) -> Vec<Value> {
    let before = records.iter().filter(|record| record["kind"] == "before");
    before.map(|record| record["change"]["request"].clone()).collect()
}

/// Whether a recorded request is the one that the service saw. An id not known yet stands in braces.
pub(crate) fn is_of(request: &Value, entry: &LedgerEntry) -> bool {
    let path = request["path"].as_str().unwrap();
    let same_path = match (path.split_once("{workspace/"), path.split_once('}')) {
        (Some((head, _)), Some((_, tail))) => entry.path.starts_with(head) && entry.path.ends_with(tail),
        _ => path == entry.path,
    };
    request["method"] == entry.method.as_str() && request["body"] == entry.body && same_path
}

fn damaged(tally: &mut Tally, profile: Profile) {
    let stage = Stage::example("acme");
    let ran = stage.run("apply --auto-approve --journal j");
    let head = ran.err.lines().find_map(|line| line.strip_prefix("journal head: ")).unwrap().to_owned();
    let text = stage.read("j");
    let whole = stage.run(&format!("journal verify j --head {head}"));
    tally.case(whole.code == 0, || whole.all());
    let mut dice = Dice::new(0x4D2);
    for _ in 0..profile.cases(500, 10_000) {
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
        std::fs::write(stage.path("damaged"), &damaged).unwrap();
        let ran = stage.run(&format!("journal verify damaged --head {head}"));
        tally.case(ran.code != 0, || ran.all());
    }
}
