//! One emulator and one folder per thread, reused for every case; commands run in this process, without the real
//! environment.

use std::ffi::OsString;

use bylaws_emulator::{Emulator, FaultRule, LedgerEntry, Options, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::outside::outside;

pub(crate) struct World {
    runtime: Runtime,
    emulator: Emulator,
    folder: TempDir,
}

/// The exit code and output of a command.
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// Adds a fixed clock to the seed, unless it has one.
fn fixed_clock(mut seed: Value) -> Value {
    seed.as_object_mut().unwrap().entry("now").or_insert(json!("2026-11-21T09:00:00Z"));
    seed
}

impl World {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let emulator = runtime.block_on(Emulator::start(Options::default())).unwrap();
        Self { runtime, emulator, folder: TempDir::new().unwrap() }
    }

    /// Starts a case: this organization, an empty request log, an empty folder.
    pub(crate) fn begin(&self, seed: &Value) -> Result<(), String> {
        let seed = Seed::from_value(fixed_clock(seed.clone())).map_err(|error| error.to_string())?;
        self.emulator.set_state(seed).map_err(|error| error.to_string())?;
        self.emulator.clear_ledger();
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
        }
        Ok(())
    }

    pub(crate) fn write(&self, folder: &str, files: &[(String, String)]) {
        for (name, text) in files {
            let path = self.folder.path().join(folder).join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    /// Returns the content of the folder, for the message of a failure.
    pub(crate) fn show(&self, folder: &str) -> String {
        let mut text = String::new();
        let Ok(entries) = std::fs::read_dir(self.folder.path().join(folder)) else { return text };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "yaml") {
                text += &format!("--- {}\n{}", path.display(), std::fs::read_to_string(&path).unwrap());
            }
        }
        text
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let (mut outside, output, errors) =
            outside(self.folder.path(), self.emulator.url(), "sk-ant-admin01-property-tests");
        let args = ["bylaws"].iter().chain(args).map(OsString::from);
        let status = self.runtime.block_on(bylaws::run(args, &mut outside));
        Ran { code: status.code(), output: output.text(), errors: errors.text() }
    }

    /// Returns the requests since the last call, in order.
    pub(crate) fn ledger(&self) -> Vec<LedgerEntry> {
        let entries = self.emulator.ledger();
        self.emulator.clear_ledger();
        entries
    }
}

#[allow(dead_code, reason = "the scorecard takes this file too, and needs none of these")]
impl World {
    /// Commits everything, in a repository that exists as long as this environment.
    pub(crate) fn commit(&self) -> Result<(), String> {
        for line in ["init --quiet", "add --all", "commit --quiet --allow-empty --message base"] {
            let mut git = std::process::Command::new("git");
            git.args(line.split(' ')).current_dir(self.folder.path()).env("GIT_CONFIG_NOSYSTEM", "1");
            git.env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
            for who in ["AUTHOR", "COMMITTER"] {
                git.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@acme.com");
            }
            let ended = git.status().map_err(|error| error.to_string())?;
            if !ended.success() {
                return Err(format!("git {line} failed"));
            }
        }
        Ok(())
    }

    /// Removes a folder.
    pub(crate) fn clear(&self, folder: &str) {
        std::fs::remove_dir_all(self.folder.path().join(folder)).unwrap();
    }

    /// Returns the texts of the files in a folder.
    pub(crate) fn read(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join(folder)).unwrap();
        entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }

    /// Edits each file of a folder for which `edit` returns a new text, and returns the number of edited files.
    pub(crate) fn edit_all(&self, folder: &str, edit: impl Fn(&str) -> Option<String>) -> usize {
        let entries = std::fs::read_dir(self.folder.path().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let edited = paths.filter_map(|path| {
            let text = edit(&std::fs::read_to_string(&path).unwrap())?;
            std::fs::write(path, text).ok()
        });
        edited.count()
    }

    /// Returns the state of the service, from its control interface.
    pub(crate) fn state(&self) -> Value {
        serde_json::from_str(&self.emulator.state().to_json()).unwrap()
    }

    /// Causes faults in requests until it is called again.
    pub(crate) fn faults(&self, rules: Vec<FaultRule>) {
        self.emulator.set_faults(rules);
    }
}
