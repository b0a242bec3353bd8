//! F1: the process is really killed, in real time, around every write.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bylaws_emulator::{Emulator, FaultRule, LedgerEntry, Options, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::card::{Profile, Tally};
use crate::faults::undisturbed;
use crate::journal::{is_of, recorded_requests};
use crate::stage::{KEY, doubled, example, live};

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

struct Scene {
    /// The emulator answers in it.
    _runtime: Runtime,
    emulator: Emulator,
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Seed::from_value(live("acme")).unwrap();
        let emulator = runtime.block_on(Emulator::start(Options { state, ..Options::default() })).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("bylaws")).unwrap();
        for file in std::fs::read_dir(example("acme")).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|end| end == "yaml") {
                std::fs::copy(&file, folder.path().join("bylaws").join(file.file_name().unwrap())).unwrap();
            }
        }
        Self { _runtime: runtime, emulator, folder }
    }

    fn reset(&self) {
        self.emulator.set_faults(Vec::new());
        self.emulator.set_state(Seed::from_value(live("acme")).unwrap()).unwrap();
        self.emulator.clear_ledger();
        let _ = std::fs::remove_file(self.folder.path().join("journal"));
    }

    fn start(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_bylaws"))
            .args(["apply", "--auto-approve", "--journal", "journal"])
            .current_dir(self.folder.path())
            .env_clear()
            .env("BYLAWS_API_URL", self.emulator.url())
            .env("ANTHROPIC_ADMIN_KEY", KEY)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn faults(&self, rules: &Value) {
        self.emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
    }

    fn writes(&self) -> usize {
        self.emulator.ledger().iter().filter(|entry| entry.method != "GET").count()
    }
}

fn wait(for_it: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !for_it() {
        if start.elapsed() > Duration::from_secs(10) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}

/// Kills around each write, then applies again.
pub(crate) fn killed(tally: &mut Tally, profile: Profile) {
    let (whole, _) = undisturbed();
    let scene = Scene::new();
    assert!(scene.start().wait().unwrap().success());
    let methods: Vec<String> = scene
        .emulator
        .ledger()
        .into_iter()
        .filter(|entry| entry.method != "GET")
        .map(|entry| entry.method)
        .collect();
    let step = usize::try_from(profile.cases(5, 1)).unwrap();
    for k in (1..=methods.len()).step_by(step) {
        for moment in [Moment::Before, Moment::During, Moment::After] {
            tally.told(&format!("{moment:?} write {k}"), one(&scene, &methods, k, moment, &whole));
        }
    }
    tally.figure(format!("{} writes", methods.len()));
}

fn one(scene: &Scene, methods: &[String], k: usize, moment: Moment, whole: &[String]) -> Result<(), String> {
    scene.reset();
    let number = |k: usize| methods[..k].iter().filter(|method| **method == methods[k - 1]).count();
    let slow = |k: usize, then: Value| json!({ "method": methods[k - 1], "path": "**", "nth": number(k), "then": then });
    // Latency lies half before and half behind what the service does.
    match moment {
        Moment::Before => scene.faults(&json!([slow(k, json!("drop_before"))])),
        Moment::During => scene.faults(&json!([slow(k, json!({"latency_ms": 400}))])),
        Moment::After if k < methods.len() => scene.faults(&json!([slow(k + 1, json!({"latency_ms": 800}))])),
        Moment::After => {}
    }
    let mut child = scene.start();
    let arrived = match moment {
        Moment::Before | Moment::During => wait(|| scene.writes() >= k),
        Moment::After => {
            wait(|| scene.writes() >= k) && {
                std::thread::sleep(Duration::from_millis(60));
                true
            }
        }
    };
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
    if !arrived {
        return Err("the write never arrived".to_owned());
    }
    let before = scene.writes();
    let status = scene.start().wait().map_err(|error| error.to_string())?;
    let total = scene.writes();
    if !status.success() {
        return Err(format!("the next run ended with {:?} after {before} and {total} writes", status.code()));
    }
    let state = state(&scene.emulator);
    let twice: Vec<String> = doubled(&state).into_iter().cloned().collect();
    if !twice.is_empty() {
        return Err(format!("stands twice: {twice:?}"));
    }
    if state != whole {
        return Err("another end".to_owned());
    }
    if total > methods.len() + 1 {
        return Err(format!("{total} writes in all, for {} changes", methods.len()));
    }
    recorded(scene)
}

/// Every write of both runs has its record, in the order in which the service saw them; one record may
/// tell of a write that never arrived, for each run that was killed.
fn recorded(scene: &Scene) -> Result<(), String> {
    let text = std::fs::read_to_string(scene.folder.path().join("journal")).map_err(|e| e.to_string())?;
    let records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let runs = records.iter().filter(|record| record["kind"] == "begin").count();
    let ended = records.iter().filter(|record| record["kind"] == "end").count();
    let before = recorded_requests(&records);
    let mut rest = before.iter();
    let sent: Vec<LedgerEntry> =
        scene.emulator.ledger().into_iter().filter(|entry| entry.method != "GET").collect();
    for write in &sent {
        if !rest.any(|request| is_of(request, write)) {
            return Err(format!("no record of {} {} {}", write.method, write.path, write.body));
        }
    }
    if runs != ended + 1 && !(runs == 2 && ended == 2) || before.len() > sent.len() + 1 {
        return Err(format!(
            "{} records of {} writes, {ended} of {runs} runs ended",
            before.len(),
            sent.len()
        ));
    }
    let verified = Command::new(env!("CARGO_BIN_EXE_bylaws"))
        .args(["journal", "verify", "journal"])
        .current_dir(scene.folder.path())
        .env_clear()
        .output()
        .map_err(|e| e.to_string())?;
    match verified.status.code() {
        Some(0) => Ok(()),
        _ => Err(format!("the journal does not hold: {}", String::from_utf8_lossy(&verified.stdout))),
    }
}

fn state(emulator: &Emulator) -> Vec<String> {
    crate::stage::state_of(emulator)
}
