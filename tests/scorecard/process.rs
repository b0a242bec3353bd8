//! The program as the system starts it, in real time, and how much memory it took: for what a clock that jumps
//! and a run in this process cannot show.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bylaws_emulator::{Emulator, FaultRule, Options, Seed};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::stage::{KEY, arguments, example, fixed_clock, live};

/// An emulator in a thread of its own, and a folder with files.
pub(crate) struct Scene {
    /// The emulator answers in it.
    _runtime: Runtime,
    pub(crate) emulator: Emulator,
    pub(crate) folder: TempDir,
}

/// How a process ended.
pub(crate) struct Ended {
    /// None where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) took: Duration,
    /// Its most memory in MiB, where the system tells.
    pub(crate) memory: Option<u64>,
}

impl Ended {
    pub(crate) fn all(&self) -> String {
        let memory = self.memory.map_or(String::new(), |memory| format!(", {memory} MiB"));
        // What is said of a hostile file can be long; its beginning tells enough.
        let short = |text: &str| text.chars().take(2_000).collect::<String>();
        format!("exit {:?} in {:.1?}{memory}\n{}{}", self.code, self.took, short(&self.out), short(&self.err))
    }
}

impl Scene {
    /// This organization, and no files.
    pub(crate) fn live(seed: Value) -> Self {
        Self::seeded(Seed::from_value(fixed_clock(seed)).unwrap())
    }

    /// This organization, and no files; it may hold ids that no seed could have.
    pub(crate) fn seeded(state: Seed) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let emulator = runtime.block_on(Emulator::start(Options { state, ..Options::default() })).unwrap();
        Self { _runtime: runtime, emulator, folder: TempDir::new().unwrap() }
    }

    /// An example as it stands in the repository, in the folder `bylaws`.
    pub(crate) fn example(name: &str) -> Self {
        let scene = Self::live(live(name));
        std::fs::create_dir(scene.folder.path().join("bylaws")).unwrap();
        for file in std::fs::read_dir(example(name)).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|end| end == "yaml") {
                let target = scene.folder.path().join("bylaws").join(file.file_name().unwrap());
                std::fs::copy(&file, target).unwrap();
            }
        }
        scene
    }

    /// Puts the organization back, forgets requests and faults, and takes the journal away.
    pub(crate) fn reset(&self, seed: &Value) {
        self.emulator.set_faults(Vec::new());
        self.emulator.set_state(Seed::from_value(fixed_clock(seed.clone())).unwrap()).unwrap();
        self.emulator.clear_ledger();
        let _ = std::fs::remove_file(self.folder.path().join("journal"));
    }

    pub(crate) fn faults(&self, rules: &Value) {
        self.emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
    }

    /// Methods of the writes since the last reset, in order.
    pub(crate) fn writes(&self) -> Vec<String> {
        let writes = self.emulator.ledger().into_iter().filter(|entry| entry.method != "GET");
        writes.map(|entry| entry.method).collect()
    }

    /// Starts a command line, split at spaces, with the emulator's address and the key.
    pub(crate) fn start(&self, line: &str) -> Child {
        start(
            self.folder.path(),
            line,
            &[("BYLAWS_API_URL", &self.emulator.url()), ("ANTHROPIC_ADMIN_KEY", KEY)],
        )
    }
}

/// Starts a command line, split at spaces, with this environment and no other.
pub(crate) fn start(folder: &Path, line: &str, env: &[(&str, &str)]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_bylaws"))
        .args(arguments(line))
        .current_dir(folder)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for the end, and kills what has not ended by then.
pub(crate) fn ended(mut child: Child, within: Duration) -> Ended {
    let start = Instant::now();
    let read = |mut stream: Box<dyn std::io::Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let out = read(Box::new(child.stdout.take().unwrap()));
    let err = read(Box::new(child.stderr.take().unwrap()));
    let mut memory = None;
    let status = loop {
        memory = most_memory(&child).or(memory);
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if start.elapsed() > within {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let took = start.elapsed();
    let text = |stream: std::thread::JoinHandle<String>| stream.join().unwrap();
    Ended { code: status.and_then(|status| status.code()), out: text(out), err: text(err), took, memory }
}

/// The most memory so far, as Linux tells it; other systems are not asked.
fn most_memory(child: &Child) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? / 1_024)
}

/// Waits until something is so; false where it is not within ten seconds.
pub(crate) fn wait(for_it: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !for_it() {
        if start.elapsed() > Duration::from_secs(10) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}
