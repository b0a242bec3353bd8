//! F1, E8: the process is really killed, in real time, around every write. F6: it is asked to stop.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use bylaws_emulator::LedgerEntry;
use serde_json::{Value, json};

use crate::world::{
    Ran, Row, World, all_or, doubled, ended, is_of, live, parallelism, recorded_requests, wait,
};

const APPLY: &str = "apply --auto-approve --journal journal";

/// When the process is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// The write has arrived, and nothing was done yet.
    Before,
    /// It was done, and the answer is on its way.
    During,
    /// The answer has arrived, and the next request has not been answered.
    After,
}

fn run(world: &World, line: &str) -> Ran {
    ended(world.start(line), Duration::from_mins(1))
}

fn all_writes(world: &World) -> Vec<String> {
    let ran = run(world, APPLY);
    assert_eq!(ran.code, 0, "{ran}");
    world.written().into_iter().map(|entry| entry.method).collect()
}

/// Kills around each write, then applies again.
#[test]
fn f1_a_run_killed_around_any_write_is_completed_by_the_next() {
    let mut row = Row::default();
    let world = World::example("acme");
    let methods = all_writes(&world);
    let whole = world.state();
    let step = all_or(5, 1);
    for k in (1..=methods.len()).step_by(step) {
        for moment in [Moment::Before, Moment::During, Moment::After] {
            row.told(&format!("{moment:?} write {k}"), one(&world, &methods, k, moment, &whole));
        }
    }
    row.figure(format!("{} writes", methods.len()));
}

/// A rule for write number `k`, which rules count by method.
fn at(methods: &[String], k: usize, then: &Value) -> Value {
    let number = methods[..k].iter().filter(|method| **method == methods[k - 1]).count();
    json!({ "method": methods[k - 1], "path": "**", "nth": number, "then": then })
}

fn one(world: &World, methods: &[String], k: usize, moment: Moment, whole: &[String]) -> Result<(), String> {
    kill(world, methods, k, moment)?;
    let before = world.written().len();
    let ran = run(world, APPLY);
    let total = world.written().len();
    if ran.code != 0 {
        return Err(format!("the next run failed after {before} and {total} writes: {ran}"));
    }
    whole_again(world, whole)?;
    if total > methods.len() + parallelism() {
        return Err(format!("{total} writes in all, for {} changes", methods.len()));
    }
    recorded(world)
}

/// Every write of both runs has its record; as many records as writes were under way may tell of a write that never
/// arrived, for the run that was killed.
fn recorded(world: &World) -> Result<(), String> {
    let text = std::fs::read_to_string(world.path("journal")).map_err(|e| e.to_string())?;
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let runs = records.iter().filter(|record| record["kind"] == "begin").count();
    let over = records.iter().filter(|record| record["kind"] == "end").count();
    let before = recorded_requests(&records);
    let mut rest: Vec<&Value> = before.iter().collect();
    let sent: Vec<LedgerEntry> = world.written();
    for write in &sent {
        if let Some(at) = rest.iter().position(|request| is_of(request, write)) {
            rest.remove(at);
        } else {
            return Err(format!("no record of {} {} {}", write.method, write.path, write.body));
        }
    }
    if runs != over + 1 && !(runs == 2 && over == 2) || rest.len() > parallelism() {
        return Err(format!(
            "{} records of {} writes, {over} of {runs} runs ended",
            before.len(),
            sent.len()
        ));
    }
    let verified = run(world, "journal verify journal");
    if verified.code == 0 { Ok(()) } else { Err(verified.to_string()) }
}

/// Starts an apply and kills it at that write.
fn kill(world: &World, methods: &[String], k: usize, moment: Moment) -> Result<(), String> {
    world.reset(&live("acme"));
    world.remove("journal");
    // The wait of a slow answer lies before what the service does.
    match moment {
        Moment::Before => world.faults(&json!([at(methods, k, &json!("drop_before"))])),
        Moment::During => world.faults(&json!([at(methods, k, &json!({"latency_ms": 400}))])),
        Moment::After if k < methods.len() => {
            world.faults(&json!([at(methods, k + 1, &json!({"latency_ms": 800}))]));
        }
        Moment::After => {}
    }
    let mut child = world.start(APPLY);
    let arrived = wait(|| world.written().len() >= k);
    if matches!(moment, Moment::After) {
        std::thread::sleep(Duration::from_millis(60));
    }
    let _ = child.kill();
    let _ = child.wait();
    world.faults(&json!([]));
    // What was in flight is done all the same: the service does not know that nobody waits.
    let in_flight = match moment {
        Moment::Before => 5,
        Moment::During => 450,
        Moment::After => 1_000,
    };
    std::thread::sleep(Duration::from_millis(in_flight));
    if arrived { Ok(()) } else { Err("the write never arrived".to_owned()) }
}

fn whole_again(world: &World, whole: &[String]) -> Result<(), String> {
    let state = world.state();
    let twice: Vec<String> = doubled(&state).into_iter().cloned().collect();
    if !twice.is_empty() {
        return Err(format!("created twice: {twice:?}"));
    }
    if state == whole { Ok(()) } else { Err("another end".to_owned()) }
}

/// After a kill nothing is left but files and journal, and every command goes on as if nothing had been: also
/// an apply beside the journal, and one that continues it.
#[test]
fn e8_a_killed_run_leaves_no_lock() {
    let mut row = Row::default();
    let world = World::example("acme");
    let methods = all_writes(&world);
    let whole = world.state();
    let step = all_or(11, 2);
    for k in (1..=methods.len()).step_by(step) {
        let told = kill(&world, &methods, k, Moment::Before).and_then(|()| {
            let left = std::fs::read_dir(world.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
            let mut left: Vec<String> = left.map(|name| name.to_string_lossy().into_owned()).collect();
            left.sort();
            if left == ["bylaws", "journal"] { Ok(()) } else { Err(format!("left behind: {left:?}")) }
        });
        row.told(&format!("killed at write {k}"), told);
        for line in ["plan", "apply --auto-approve", APPLY, "journal verify journal"] {
            let ran = run(&world, line);
            row.case(ran.code == 0, || format!("killed at write {k}: {line}: {ran}"));
        }
        row.told(&format!("killed at write {k}"), whole_again(&world, &whole));
    }
}

/// How often, and by which signal, a run is asked to stop.
#[test]
fn f6_the_first_signal_finishes_requests_in_flight_and_the_second_stops_within_a_second() {
    let mut row = Row::default();
    if cfg!(not(unix)) {
        return row.case(false, || "there are no signals to send here".to_owned());
    }
    let world = World::example("acme");
    let methods = all_writes(&world);
    let whole = world.state();
    let step = all_or(8, 2);
    for (n, k) in (1..=methods.len()).step_by(step).enumerate() {
        let signal = ["INT", "TERM", "HUP"][n % 3];
        row.told(&format!("{signal} at write {k}"), once(&world, &methods, k, signal, &whole));
        row.told(&format!("{signal} twice at write {k}"), twice(&world, &methods, k, signal, &whole));
    }
}

/// Starts an apply and waits until write number `k` is on the way; its answer takes so long.
fn on_the_way(world: &World, methods: &[String], k: usize, latency: u64) -> Result<Child, String> {
    world.reset(&live("acme"));
    world.remove("journal");
    world.faults(&json!([at(methods, k, &json!({"latency_ms": latency}))]));
    let mut child = world.start(APPLY);
    let journal = world.path("journal");
    // A write is recorded right before it is sent.
    let recorded = || {
        let text = std::fs::read_to_string(&journal).unwrap_or_default();
        text.lines().filter(|line| line.contains("\"kind\":\"before\"")).count()
    };
    if !wait(|| recorded() >= k) {
        let _ = child.kill();
        let _ = child.wait();
        return Err("the write was never recorded".to_owned());
    }
    std::thread::sleep(Duration::from_millis(30));
    Ok(child)
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
    assert!(sent.unwrap().success());
}

/// One signal: what is in flight is finished, nothing else begun, and both are told.
fn once(world: &World, methods: &[String], k: usize, signal: &str, whole: &[String]) -> Result<(), String> {
    let child = on_the_way(world, methods, k, 300)?;
    send(signal, &child);
    let ran = ended(child, Duration::from_secs(20));
    let (sent, all) = (world.written().len(), methods.len());
    let counts = format!("Applied: {sent} done, {} skipped", all - sent);
    let code = if sent == all { 0 } else { 5 };
    let is_told = sent == all || ran.out.contains(&counts) && ran.out.contains("stopped: interrupted");
    // What was under way beside it is finished, too.
    let is_bounded = sent >= k && sent < k + parallelism();
    if ran.code != code || !is_bounded || !is_told || !ran.err.contains("journal head: ") {
        return Err(format!("{sent} sent: {ran}"));
    }
    let verified = run(world, "journal verify journal");
    if verified.code != 0 {
        return Err(verified.to_string());
    }
    let next = run(world, "apply --auto-approve");
    if next.code == 0 { whole_again(world, whole) } else { Err(next.to_string()) }
}

/// Two signals: the end comes within a second, long before the answer.
fn twice(world: &World, methods: &[String], k: usize, signal: &str, whole: &[String]) -> Result<(), String> {
    const LATENCY: u64 = 1_800;
    let mut child = on_the_way(world, methods, k, LATENCY)?;
    send(signal, &child);
    std::thread::sleep(Duration::from_millis(150));
    if child.try_wait().unwrap().is_some() {
        return Err("ended at the first signal, with a write in flight".to_owned());
    }
    let start = Instant::now();
    send(signal, &child);
    let ran = ended(child, Duration::from_secs(20));
    let took = start.elapsed();
    let sent = world.written().len();
    if ran.code != 5 || took > Duration::from_secs(1) || sent >= k + parallelism() - 1 {
        return Err(format!("{sent} writes done {took:.1?} after the second signal: {ran}"));
    }
    // The write in flight arrives all the same.
    wait(|| world.written().len() >= k);
    let next = run(world, APPLY);
    if next.code == 0 { whole_again(world, whole) } else { Err(next.to_string()) }
}
