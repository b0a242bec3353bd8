//! Where a case is played: an emulator, a folder, and a clock that jumps over every wait, so that
//! minutes of retries take milliseconds. The command runs in this process.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bylaws_emulator::{Emulator, FaultRule, LedgerEntry, Options, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::outside::outside;

/// Signs in everywhere; whatever prints it has failed.
pub(crate) const KEY: &str = "sk-ant-admin01-CANARY-5d0c1e7b9f3a2468";

/// How many writes every apply may have under way at once.
static PARALLELISM: AtomicUsize = AtomicUsize::new(8);

/// Sets it, before anything runs.
pub(crate) fn set_parallelism(most: usize) {
    PARALLELISM.store(most, Ordering::Relaxed);
}

pub(crate) fn parallelism() -> usize {
    PARALLELISM.load(Ordering::Relaxed)
}

/// The arguments of a command line, split at spaces; an apply is told how many writes it may have under way.
pub(crate) fn arguments(line: &str) -> Vec<String> {
    let mut arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
    if arguments[0] == "apply" && !line.contains("--parallelism") {
        arguments.extend(["--parallelism".to_owned(), parallelism().to_string()]);
    }
    arguments
}

pub(crate) struct Stage {
    runtime: Runtime,
    pub(crate) emulator: Emulator,
    folder: TempDir,
}

/// How a command ended, what it printed, and how long it took on the stage's clock.
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) took: Duration,
}

impl Ran {
    /// Both streams, for the message of a failure.
    pub(crate) fn all(&self) -> String {
        format!("exit {}\n{}{}", self.code, self.out, self.err)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or(Value::Null)
    }
}

/// `examples/NAME`.
pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// The organization of an example before anything is applied.
pub(crate) fn live(name: &str) -> Value {
    let text = std::fs::read_to_string(example(name).join("live.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The seed with a clock that stands still, unless it has one of its own.
pub(crate) fn fixed_clock(mut seed: Value) -> Value {
    seed.as_object_mut().unwrap().entry("now").or_insert(json!("2026-11-21T09:00:00Z"));
    seed
}

impl Stage {
    pub(crate) fn new(options: Options) -> Self {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        Self { runtime, emulator, folder: TempDir::new().unwrap() }
    }

    /// This organization, and no files.
    pub(crate) fn live(seed: Value) -> Self {
        Self::new(Options { state: Seed::from_value(fixed_clock(seed)).unwrap(), ..Options::default() })
    }

    /// An example as it stands in the repository, in the folder `bylaws`.
    pub(crate) fn example(name: &str) -> Self {
        let stage = Self::live(live(name));
        stage.copy(name);
        stage
    }

    pub(crate) fn copy(&self, name: &str) {
        for file in std::fs::read_dir(example(name)).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_some_and(|end| end == "yaml") {
                let target = self.path("bylaws").join(file.file_name().unwrap());
                std::fs::create_dir_all(target.parent().unwrap()).unwrap();
                std::fs::copy(file, target).unwrap();
            }
        }
    }

    /// Puts the organization back and forgets all requests and faults.
    pub(crate) fn reset(&self, seed: &Value) {
        self.emulator.set_faults(Vec::new());
        self.emulator.set_state(Seed::from_value(fixed_clock(seed.clone())).unwrap()).unwrap();
        self.emulator.clear_ledger();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn faults(&self, rules: &Value) {
        self.emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
    }

    /// Runs a command line, split at spaces.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.beside(line, std::future::ready(()))
    }

    /// The same, while something else goes on.
    pub(crate) fn beside(&self, line: &str, other: impl Future<Output = ()>) -> Ran {
        let (mut outside, output, errors) = outside(self.folder.path(), self.emulator.url(), KEY);
        let args = std::iter::once("bylaws".to_owned()).chain(arguments(line)).map(OsString::from);
        let (code, took) = self.runtime.block_on(async {
            let start = tokio::time::Instant::now();
            let run = async { (bylaws::run(args, &mut outside).await.code(), start.elapsed()) };
            tokio::pin!(run, other);
            tokio::select! {
                biased;
                ended = &mut run => ended,
                () = &mut other => run.await,
            }
        });
        let ran = Ran { code, out: output.text(), err: errors.text(), took };
        assert!(!ran.all().contains(KEY), "the key was printed: {line}");
        ran
    }

    /// Lets time pass.
    pub(crate) fn wait(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }

    /// Writes since the last reset, in order.
    pub(crate) fn writes(&self) -> Vec<LedgerEntry> {
        self.emulator.ledger().into_iter().filter(|entry| entry.method != "GET").collect()
    }

    /// See [`state_of`].
    pub(crate) fn state(&self) -> Vec<String> {
        state_of(&self.emulator)
    }
}

/// Everything that files speak of, without ids and times; what stands twice, stands here twice.
pub(crate) fn state_of(emulator: &Emulator) -> Vec<String> {
    let live = emulator.state();
    let workspace = |id: &str| live.workspaces.iter().find(|w| w.id == id).map_or("?", |w| &w.name);
    let person = |id: &str| live.users.iter().find(|user| user.id == id).map_or("?", |user| &user.email);
    let users = live.users.iter().map(|user| format!("{} {}", user.email, user.role));
    let pending = live.invites.iter().filter(|invite| invite.status == "pending");
    let invites = pending.map(|invite| format!("invite {} {}", invite.email, invite.role));
    let workspaces = live.workspaces.iter().map(|w| {
        format!("workspace {} {} {} {:?}", w.name, w.display_color, w.archived_at.is_some(), w.tags)
    });
    let memberships = live.workspace_members.iter().map(|membership| {
        format!(
            "membership {} {} {}",
            workspace(&membership.workspace_id),
            person(&membership.user_id),
            membership.workspace_role
        )
    });
    let keys = live.api_keys.iter().map(|key| format!("key {} {}", key.name, key.status));
    let mut all: Vec<String> =
        users.chain(invites).chain(workspaces).chain(memberships).chain(keys).collect();
    all.sort();
    all
}

/// What stands more than once in a state.
pub(crate) fn doubled(state: &[String]) -> Vec<&String> {
    let mut seen = BTreeSet::new();
    state.iter().filter(|line| !seen.insert(*line)).collect()
}
