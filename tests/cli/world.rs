//! The environment of one test: a new folder, its own emulator with a fixed clock, and no variables of the test
//! process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bylaws_emulator::{Emulator, FaultRule, LedgerEntry, Options, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::ran::Ran;

/// The credential of every test; no output may contain it.
pub(crate) const KEY: &str = "sk-ant-admin01-CANARY-7c4f0e2b9d6a4851";

/// The id of the organization of [`World::acme`].
pub(crate) const ACME: &str = "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10";

/// Files that ask for exactly the state of [`acme`].
pub(crate) const FILES: &str = "\
bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: admin
  dev@acme.com: developer
  eve@acme.com: developer
  uma@acme.com: user
workspaces:
  lab:
    tags: {env: test}
    members:
      dev@acme.com: workspace_developer
      eve@acme.com: workspace_user
    api_keys:
      ci: active
unlisted:
  members: remove
  workspace_members: remove
";

/// Ada is an admin; Dev, Eve and Uma are members; `lab` has two members and a key.
pub(crate) fn acme() -> Value {
    json!({
        "organization": {"id": ACME, "name": "Acme"},
        "users": [
            {"id": "user_uma", "email": "uma@acme.com", "role": "user"},
            {"id": "user_eve", "email": "eve@acme.com", "role": "developer"},
            {"id": "user_dev", "email": "dev@acme.com", "role": "developer"},
            {"id": "user_ada", "email": "ada@acme.com", "role": "admin"},
        ],
        "workspaces": [{"id": "wrkspc_lab", "name": "lab", "tags": {"env": "test"}}],
        "workspace_members": [
            {"workspace_id": "wrkspc_lab", "user_id": "user_eve", "workspace_role": "workspace_user"},
            {"workspace_id": "wrkspc_lab", "user_id": "user_dev", "workspace_role": "workspace_developer"},
        ],
        "api_keys": [{"id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab"}],
    })
}

/// Adds a fixed clock to the seed, unless it has one.
pub(crate) fn fixed_clock(mut seed: Value) -> Value {
    seed.as_object_mut().unwrap().entry("now").or_insert(json!("2026-11-21T09:00:00Z"));
    seed
}

/// The folder, the service and the environment of one test.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    folder: TempDir,
    env: BTreeMap<String, String>,
    runtime: Runtime,
}

impl World {
    /// Returns an environment in sync: [`FILES`] as `bylaws.yaml`, [`acme`] live.
    pub(crate) fn acme() -> Self {
        Self::live(acme()).file("bylaws.yaml", FILES)
    }

    /// Returns an environment in sync except for one edit of the files.
    pub(crate) fn but(from: &str, to: &str) -> Self {
        let world = Self::acme();
        world.edit(from, to);
        world
    }

    /// Returns an environment with this live state, and no files.
    pub(crate) fn live(seed: Value) -> Self {
        Self::with(Options { state: Seed::from_value(fixed_clock(seed)).unwrap(), ..Options::default() })
    }

    /// Returns an isolated emulator.
    pub(crate) fn with(options: Options) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        let env = [("BYLAWS_API_URL", emulator.url().as_str()), ("ANTHROPIC_ADMIN_KEY", KEY)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { emulator, folder: TempDir::new().unwrap(), env: env.into(), runtime }
    }

    /// Returns an environment with a copy of `examples/NAME` and its `live.json` as live state.
    pub(crate) fn example(name: &str) -> Self {
        let folder = examples().join(name);
        let seed = std::fs::read_to_string(folder.join("live.json")).unwrap();
        let world = Self::live(serde_json::from_str(&seed).unwrap());
        let files = std::fs::read_dir(folder).unwrap();
        for file in files.map(|file| file.unwrap().path()) {
            let target = world.folder.path().join("bylaws").join(file.file_name().unwrap());
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::copy(file, target).unwrap();
        }
        world
    }

    /// Adds a file.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Runs git in the folder, with an identity of its own and no user configuration, and returns its output.
    #[track_caller]
    pub(crate) fn git(&self, line: &str) -> String {
        let mut git = Command::new("git");
        git.args(line.split_whitespace()).current_dir(self.path(".")).env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@acme.com");
            git.env(format!("GIT_{who}_DATE"), "2026-11-21T09:00:00Z");
        }
        let output = git.output().unwrap();
        assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits everything on `main`; creates the repository if there is none.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) {
        self.git("init --quiet --initial-branch main .");
        self.git("add --all");
        self.git(&format!("commit --quiet --message {message}"));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Replaces `from`, which must occur, in `bylaws.yaml`.
    #[track_caller]
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let text = self.read("bylaws.yaml");
        assert!(text.contains(from), "no `{from}` in\n{text}");
        self.write("bylaws.yaml", &text.replacen(from, to, 1));
    }

    /// Returns the program ready to start, in this folder and environment, without a terminal.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bylaws"));
        command.args(line.split_whitespace()).current_dir(self.folder.path());
        // Runs the same suite with another parallelism.
        if let (true, Ok(most)) = (
            line.starts_with("apply") && !line.contains("--parallelism"),
            std::env::var("BYLAWS_TEST_PARALLELISM"),
        ) {
            command.args(["--parallelism", &most]);
        }
        command.env_clear().envs(&self.env).stdin(Stdio::null());
        command
    }

    /// Runs one command line, which is split at white space.
    pub(crate) fn run(&self, line: &str) -> Ran {
        let output = self.command(line).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("all output is UTF-8");
        let code = output.status.code().expect("ended by itself");
        let ran = Ran { line: line.to_owned(), code, out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "{ran}");
        assert!(!ran.all().contains("CANARY"), "a secret was printed by `bylaws {line}`");
        ran
    }

    /// Runs one command line in this process, with a person at the terminal who types `typed`.
    pub(crate) fn at_terminal(&self, line: &str, typed: &str) -> Ran {
        let (out, err) = (Paper::default(), Paper::default());
        let streams = bylaws::Streams {
            input: Box::new(std::io::Cursor::new(typed.to_owned())),
            output: Box::new(out.clone()),
            errors: Arc::new(Mutex::new(err.clone())),
            input_is_terminal: true,
            output_is_terminal: false,
            errors_is_terminal: false,
        };
        let mut outside = bylaws::World::new(self.env.clone(), self.folder.path().to_owned(), streams);
        // Arguments are parsed with the environment of this process, so the URL is passed as an argument.
        let args = format!("bylaws {line} --api-url {}", self.emulator.url());
        let args: Vec<OsString> = args.split_whitespace().map(OsString::from).collect();
        let code = self.runtime.block_on(bylaws::run(args, &mut outside)).code();
        Ran { line: line.to_owned(), code: code.into(), out: out.text(), err: err.text() }
    }

    /// Runs one command line in this process, for a terminal of this width.
    pub(crate) fn on_terminal(&self, line: &str, columns: usize, env: &[(&str, &str)]) -> Ran {
        let (out, err) = (Paper::default(), Paper::default());
        let streams = bylaws::Streams {
            input: Box::new(std::io::empty()),
            output: Box::new(out.clone()),
            errors: Arc::new(Mutex::new(err.clone())),
            input_is_terminal: false,
            output_is_terminal: true,
            errors_is_terminal: false,
        };
        let mut all = self.env.clone();
        all.insert("NO_COLOR".to_owned(), "1".to_owned());
        all.extend(env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let mut outside = bylaws::World::new(all, self.folder.path().to_owned(), streams).with_width(columns);
        let args = format!("bylaws {line} --api-url {}", self.emulator.url());
        let args: Vec<OsString> = args.split_whitespace().map(OsString::from).collect();
        let code = self.runtime.block_on(bylaws::run(args, &mut outside)).code();
        Ran { line: line.to_owned(), code: code.into(), out: out.text(), err: err.text() }
    }

    pub(crate) fn ledger(&self) -> Vec<LedgerEntry> {
        self.emulator.ledger()
    }

    /// Returns every write so far, one per line, as it was sent.
    pub(crate) fn writes(&self) -> String {
        let writes = self.ledger().into_iter().filter(|entry| entry.method != "GET");
        let line = |entry: LedgerEntry| {
            let body = if entry.body.is_null() { String::new() } else { format!(" {}", entry.body) };
            format!("{} {}{body}\n", entry.method, entry.path)
        };
        writes.map(line).collect()
    }

    pub(crate) fn reads(&self) -> usize {
        self.ledger().iter().filter(|entry| entry.method == "GET").count()
    }

    /// Checks that nothing was written since the request log was last cleared.
    #[track_caller]
    pub(crate) fn untouched(&self) {
        assert_eq!(self.writes(), "");
    }

    /// Replaces the fault rules.
    pub(crate) fn faults(&self, rules: &Value) {
        self.emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
    }

    /// Advances the clock by this many hours.
    pub(crate) fn hours(&self, hours: u64) {
        self.emulator.advance(Duration::from_secs(hours * 3600)).unwrap();
    }

    /// Accepts the invite.
    #[track_caller]
    pub(crate) fn accept(&self, email: &str) {
        let state = self.emulator.state();
        let invite = state.invites.iter().find(|invite| invite.email == email && invite.status == "pending");
        self.emulator.accept_invite(&invite.expect("a pending invite").id).unwrap();
    }

    /// Changes live state behind the back of the files.
    pub(crate) fn drift(&self, change: impl FnOnce(&mut Seed)) {
        let mut state = self.emulator.state();
        change(&mut state);
        self.emulator.set_state(state).unwrap();
    }
}

/// A stream that keeps what is written to it.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Returns the folder of the examples.
pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}
