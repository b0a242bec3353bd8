//! F1, E8: the process is really killed, in real time, around every write. F6: it is asked to stop.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use bylaws_emulator::{Emulator, LedgerEntry};
use serde_json::{Value, json};

use crate::card::{Profile, Tally};
use crate::faults::undisturbed;
use crate::journal::{is_of, recorded_requests};
use crate::process::{Ended, Scene, ended, wait};
use crate::stage::{doubled, live, parallelism, state_of};

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

fn run(scene: &Scene, line: &str) -> Ended {
    ended(scene.start(line), Duration::from_mins(1))
}

fn all_writes(scene: &Scene) -> Vec<String> {
    let ran = run(scene, APPLY);
    assert_eq!(ran.code, Some(0), "{}", ran.all());
    scene.writes()
}

/// Kills around each write, then applies again.
pub(crate) fn killed(tally: &mut Tally, profile: Profile) {
    let (whole, _) = undisturbed();
    let scene = Scene::example("acme");
    let methods = all_writes(&scene);
    let step = usize::try_from(profile.cases(5, 1)).unwrap();
    for k in (1..=methods.len()).step_by(step) {
        for moment in [Moment::Before, Moment::During, Moment::After] {
            tally.told(&format!("{moment:?} write {k}"), one(&scene, &methods, k, moment, &whole));
        }
    }
    tally.figure(format!("{} writes", methods.len()));
}

/// A rule for write number `k`, which rules count by method.
fn at(methods: &[String], k: usize, then: &Value) -> Value {
    let number = methods[..k].iter().filter(|method| **method == methods[k - 1]).count();
    json!({ "method": methods[k - 1], "path": "**", "nth": number, "then": then })
}

fn one(scene: &Scene, methods: &[String], k: usize, moment: Moment, whole: &[String]) -> Result<(), String> {
    kill(scene, methods, k, moment)?;
    let before = scene.writes().len();
    let ran = run(scene, APPLY);
    let total = scene.writes().len();
    if ran.code != Some(0) {
        return Err(format!("the next run failed after {before} and {total} writes: {}", ran.all()));
    }
    whole_again(&scene.emulator, whole)?;
    if total > methods.len() + parallelism() {
        return Err(format!("{total} writes in all, for {} changes", methods.len()));
    }
    recorded(scene)
}

/// Every write of both runs has its record; as many records as writes were under way may tell of a write that never
/// arrived, for the run that was killed.
fn recorded(scene: &Scene) -> Result<(), String> {
    let text = std::fs::read_to_string(scene.folder.path().join("journal")).map_err(|e| e.to_string())?;
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let runs = records.iter().filter(|record| record["kind"] == "begin").count();
    let over = records.iter().filter(|record| record["kind"] == "end").count();
    let before = recorded_requests(&records);
    let mut rest: Vec<&Value> = before.iter().collect();
    let sent: Vec<LedgerEntry> =
        scene.emulator.ledger().into_iter().filter(|entry| entry.method != "GET").collect();
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
    let verified = run(scene, "journal verify journal");
    if verified.code == Some(0) { Ok(()) } else { Err(verified.all()) }
}

/// Starts an apply and kills it at that write.
fn kill(scene: &Scene, methods: &[String], k: usize, moment: Moment) -> Result<(), String> {
    scene.reset(&live("acme"));
    // The wait of a slow answer lies before what the service does.
    match moment {
        Moment::Before => scene.faults(&json!([at(methods, k, &json!("drop_before"))])),
        Moment::During => scene.faults(&json!([at(methods, k, &json!({"latency_ms": 400}))])),
        Moment::After if k < methods.len() => {
            scene.faults(&json!([at(methods, k + 1, &json!({"latency_ms": 800}))]));
        }
        Moment::After => {}
    }
    let mut child = scene.start(APPLY);
    let arrived = wait(|| scene.writes().len() >= k);
    if matches!(moment, Moment::After) {
        std::thread::sleep(Duration::from_millis(60));
    }
    let _ = child.kill();
    let _ = child.wait();
    scene.faults(&json!([]));
    // What was in flight is done all the same: the service does not know that nobody waits.
    let in_flight = match moment {
        Moment::Before => 5,
        Moment::During => 450,
        Moment::After => 1_000,
    };
    std::thread::sleep(Duration::from_millis(in_flight));
    if arrived { Ok(()) } else { Err("the write never arrived".to_owned()) }
}

fn whole_again(emulator: &Emulator, whole: &[String]) -> Result<(), String> {
    let state = state_of(emulator);
    let twice: Vec<String> = doubled(&state).into_iter().cloned().collect();
    if !twice.is_empty() {
        return Err(format!("created twice: {twice:?}"));
    }
    if state == whole { Ok(()) } else { Err("another end".to_owned()) }
}

/// After a kill nothing is left but files and journal, and every command goes on as if nothing had been: also
/// an apply beside the journal, and one that continues it.
pub(crate) fn no_lock(tally: &mut Tally, profile: Profile) {
    let (whole, _) = undisturbed();
    let scene = Scene::example("acme");
    let methods = all_writes(&scene);
    let step = usize::try_from(profile.cases(11, 2)).unwrap();
    for k in (1..=methods.len()).step_by(step) {
        let told = kill(&scene, &methods, k, Moment::Before).and_then(|()| {
            let left =
                std::fs::read_dir(scene.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
            let mut left: Vec<String> = left.map(|name| name.to_string_lossy().into_owned()).collect();
            left.sort();
            if left == ["bylaws", "journal"] { Ok(()) } else { Err(format!("left behind: {left:?}")) }
        });
        tally.told(&format!("killed at write {k}"), told);
        for line in ["plan", "apply --auto-approve", APPLY, "journal verify journal"] {
            let ran = run(&scene, line);
            tally.case(ran.code == Some(0), || format!("killed at write {k}: {line}: {}", ran.all()));
        }
        tally.told(&format!("killed at write {k}"), whole_again(&scene.emulator, &whole));
    }
}

/// How often, and by which signal, a run is asked to stop.
pub(crate) fn interrupted(tally: &mut Tally, profile: Profile) {
    if cfg!(not(unix)) {
        return tally.case(false, || "there are no signals to send here".to_owned());
    }
    let (whole, _) = undisturbed();
    let scene = Scene::example("acme");
    let methods = all_writes(&scene);
    let step = usize::try_from(profile.cases(8, 2)).unwrap();
    for (n, k) in (1..=methods.len()).step_by(step).enumerate() {
        let signal = ["INT", "TERM", "HUP"][n % 3];
        tally.told(&format!("{signal} at write {k}"), once(&scene, &methods, k, signal, &whole));
        tally.told(&format!("{signal} twice at write {k}"), twice(&scene, &methods, k, signal, &whole));
    }
}

/// Starts an apply and waits until write number `k` is on the way; its answer takes so long.
fn on_the_way(scene: &Scene, methods: &[String], k: usize, latency: u64) -> Result<Child, String> {
    scene.reset(&live("acme"));
    scene.faults(&json!([at(methods, k, &json!({"latency_ms": latency}))]));
    let mut child = scene.start(APPLY);
    let journal = scene.folder.path().join("journal");
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
fn once(scene: &Scene, methods: &[String], k: usize, signal: &str, whole: &[String]) -> Result<(), String> {
    let child = on_the_way(scene, methods, k, 300)?;
    send(signal, &child);
    let ran = ended(child, Duration::from_secs(20));
    let (sent, all) = (scene.writes().len(), methods.len());
    let counts = format!("Applied: {sent} done, {} skipped", all - sent);
    let code = if sent == all { Some(0) } else { Some(5) };
    let is_told = sent == all || ran.out.contains(&counts) && ran.out.contains("stopped: interrupted");
    // What was under way beside it is finished, too.
    let is_bounded = sent >= k && sent < k + parallelism();
    if ran.code != code || !is_bounded || !is_told || !ran.err.contains("journal head: ") {
        return Err(format!("{sent} sent: {}", ran.all()));
    }
    let verified = run(scene, "journal verify journal");
    if verified.code != Some(0) {
        return Err(verified.all());
    }
    let next = run(scene, "apply --auto-approve");
    if next.code == Some(0) { whole_again(&scene.emulator, whole) } else { Err(next.all()) }
}

/// Two signals: the end comes within a second, long before the answer.
fn twice(scene: &Scene, methods: &[String], k: usize, signal: &str, whole: &[String]) -> Result<(), String> {
    const LATENCY: u64 = 1_800;
    let mut child = on_the_way(scene, methods, k, LATENCY)?;
    send(signal, &child);
    std::thread::sleep(Duration::from_millis(150));
    if child.try_wait().unwrap().is_some() {
        return Err("ended at the first signal, with a write in flight".to_owned());
    }
    let start = Instant::now();
    send(signal, &child);
    let ran = ended(child, Duration::from_secs(20));
    let took = start.elapsed();
    let sent = scene.writes().len();
    if ran.code != Some(5) || took > Duration::from_secs(1) || sent >= k + parallelism() - 1 {
        return Err(format!("{sent} writes done {took:.1?} after the second signal: {}", ran.all()));
    }
    // The write in flight arrives all the same.
    wait(|| scene.writes().len() >= k);
    let next = run(scene, APPLY);
    if next.code == Some(0) { whole_again(&scene.emulator, whole) } else { Err(next.all()) }
}
