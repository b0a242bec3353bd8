//! The environment of one test: a new folder, its own emulator with a fixed clock, and no variables of the test
//! process. [`World::run`] starts the program, or runs the command in this process on a clock that skips every wait.

mod acme;
mod journal;
mod ran;
mod row;
mod run;
mod service;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use bylaws_emulator::{Emulator, Options, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

pub(crate) use acme::{ACME, FILES, acme};
pub(crate) use journal::{is_of, recorded_requests};
pub(crate) use ran::Ran;
pub(crate) use row::{Row, all_or, cases, is_full, number};
pub(crate) use run::{ended, measured, parallelism, wait};
pub(crate) use service::doubled;

/// The credential of every test; no output may contain it.
pub(crate) const KEY: &str = "sk-ant-admin01-CANARY-7c4f0e2b9d6a4851";
/// A token of an interactive login.
pub(crate) const TOKEN: &str = "sk-ant-oat01-CANARY-5b1e8f37c9d24a60";

/// The folder, the service and the environment of one test.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    folder: TempDir,
    env: BTreeMap<String, String>,
    runtime: Runtime,
    /// Commands run in this process, on a clock that skips every wait.
    is_here: bool,
}

/// Environments in which the program is started, in real time.
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
        Self::with(options(seed))
    }

    /// Returns an isolated emulator.
    pub(crate) fn with(options: Options) -> Self {
        Self::on(Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap(), options, false)
    }

    /// Returns an environment with a copy of `examples/NAME` in `bylaws/`, and its `live.json` as live state.
    pub(crate) fn example(name: &str) -> Self {
        Self::live(live(name)).files_of(name).with_credential_of(&live(name))
    }
}

/// Federation in the files of [`World::every_kind`].
const FEDERATION: &str = "\
federation:
  issuers:
    gone: {state: archived}
    own: {issuer_url: \"https://ci.acme.com\", max_jwt_lifetime: 10m}
    second: {issuer_url: \"https://second.acme.com\"}
  rules:
    build:
      issuer: second
      match: {subject: build, audience: claude}
      service_account: fresh
      scope: workspace:inference
      workspaces: [analytics, staging]
    deploy:
      issuer: own
      match: {subject: deploy, audience: claude}
      service_account: ci
      scope: workspace:inference
      workspaces: [staging]
      token_lifetime: 10m
    gone: {state: archived}
    wide:
      issuer: own
      match: {subject: wide, audience: claude}
      service_account: ci
      scope: workspace:inference
      workspaces: [staging]
";

/// Environments with the example `acme` and the other kinds beside it, so that there is a change of every kind.
impl World {
    /// Returns an environment in which the program is started.
    pub(crate) fn every_kind() -> Self {
        Self::live(every_kind()).files_of("acme").with_changes().with_token(TOKEN)
    }

    /// Returns an environment in which commands run in this process.
    pub(crate) fn every_kind_here() -> Self {
        Self::here(every_kind()).files_of("acme").with_changes().with_token(TOKEN)
    }

    /// Adds limits that are set for the first time, lowered, raised and removed, external keys that are created, renamed and
    /// attached, service accounts that are created, changed and archived, join and leave, and federation issuers and rules
    /// that are created, changed, enabled, disabled, narrowed and archived.
    fn with_changes(self) -> Self {
        self.edit_file(
            "bylaws/platform.yaml",
            "  staging:\n",
            "  staging:\n    rate_limits: {batch: {requests_per_minute: 50}}\n    spend_limit: 400 USD\n    \
             service_accounts: {fresh: workspace_developer, ci: workspace_developer}\n",
        );
        self.edit_file(
            "bylaws/analytics.yaml",
            "  analytics:\n",
            "  analytics:\n    rate_limits: {batch: {requests_per_minute: inherit}}\n    spend_limit: none\n    \
             external_key: prod\n    service_accounts: {ci: none}\n",
        );
        self.edit_file(
            "bylaws/bylaws.yaml",
            "  approve:\n",
            "  approve:\n    - {changes: [update organization/spend_limit, remove workspace/analytics/spend_limit, \
             update workspace/analytics, archive service_account/old, create federation_rule/build, \
             create federation_rule/build/workspace/staging, create federation_rule/deploy/workspace/staging, \
             create federation_rule/wide/workspace/staging, archive federation_rule/gone, \
             archive federation_issuer/gone], \
             until: 2026-12-01, reason: the new budget}\n",
        );
        let all = self.read("bylaws/bylaws.yaml")
            + "spend_limits: {organization: 30000 USD}\nexternal_keys:\n  old: {id: ekey_old, name: renamed}\n  \
               prod: {gcp: {key_name: projects/acme/prod}}\n\
               service_accounts: {ci: {description: deploys}, fresh: {}, old: {state: archived}}\n"
            + FEDERATION;
        self.write("bylaws/bylaws.yaml", &all);
        self
    }
}

/// Environments in which commands run in this process, on a clock that skips every wait.
impl World {
    /// Returns an environment with this live state, and no files.
    pub(crate) fn here(seed: Value) -> Self {
        Self::here_with(options(seed))
    }

    /// Returns an isolated emulator.
    pub(crate) fn here_with(options: Options) -> Self {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        Self::on(runtime, options, true)
    }

    /// Returns an environment with a copy of `examples/NAME` in `bylaws/`, and its `live.json` as live state.
    pub(crate) fn example_here(name: &str) -> Self {
        Self::here(live(name)).files_of(name).with_credential_of(&live(name))
    }
}

impl World {
    fn on(runtime: Runtime, options: Options, is_here: bool) -> Self {
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        let env = [("BYLAWS_API_URL", emulator.url().as_str()), ("ANTHROPIC_ADMIN_KEY", KEY)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { emulator, folder: TempDir::new().unwrap(), env: env.into(), runtime, is_here }
    }

    fn files_of(self, example: &str) -> Self {
        copy(&examples().join(example), &self.path("bylaws"));
        self
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

    /// Uses this token instead of the key.
    pub(crate) fn with_token(self, token: &str) -> Self {
        self.without("ANTHROPIC_ADMIN_KEY").env("ANTHROPIC_AUTH_TOKEN", token)
    }

    /// Uses the key instead of a token.
    pub(crate) fn with_key(self) -> Self {
        self.without("ANTHROPIC_AUTH_TOKEN").env("ANTHROPIC_ADMIN_KEY", KEY)
    }

    /// Uses the token if the organization has something that only a token may read.
    fn with_credential_of(self, seed: &Value) -> Self {
        if seed.get("service_accounts").is_some() { self.with_token(TOKEN) } else { self }
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

    /// Writes a file; creates its folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Writes files into a folder.
    pub(crate) fn write_all(&self, folder: &str, files: &[(String, String)]) {
        for (name, text) in files {
            self.write(&format!("{folder}/{name}"), text);
        }
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Returns the paths of the files in a folder, in order.
    pub(crate) fn list(&self, folder: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    }

    /// Returns the YAML files of a folder, for the message of a failure.
    pub(crate) fn show(&self, folder: &str) -> String {
        let mut text = String::new();
        let paths = if self.has(folder) { self.list(folder) } else { Vec::new() };
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "yaml")) {
            text.push_str(&format!("--- {}\n{}", path.display(), std::fs::read_to_string(path).unwrap()));
        }
        text
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Removes a folder or a file, if it exists.
    pub(crate) fn remove(&self, name: &str) {
        let path = self.path(name);
        if path.is_dir() {
            std::fs::remove_dir_all(path).unwrap();
        } else if path.exists() {
            std::fs::remove_file(path).unwrap();
        }
    }

    /// Replaces `from`, which must occur, in `bylaws.yaml`.
    #[track_caller]
    pub(crate) fn edit(&self, from: &str, to: &str) {
        self.edit_file("bylaws.yaml", from, to);
    }

    /// Replaces `from`, which must occur, in a file.
    #[track_caller]
    pub(crate) fn edit_file(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "no `{from}` in\n{text}");
        self.write(name, &text.replacen(from, to, 1));
    }
}

/// An emulator with this live state.
fn options(seed: Value) -> Options {
    Options { state: Seed::from_value(fixed_clock(seed)).unwrap(), ..Options::default() }
}

/// Adds a fixed clock to the seed, unless it has one.
pub(crate) fn fixed_clock(mut seed: Value) -> Value {
    seed.as_object_mut().unwrap().entry("now").or_insert(json!("2026-11-21T09:00:00Z"));
    seed
}

/// Returns the organization of an example before an apply.
pub(crate) fn live(example: &str) -> Value {
    let text = std::fs::read_to_string(examples().join(example).join("live.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Returns the organization of [`World::every_kind`] before an apply.
pub(crate) fn every_kind() -> Value {
    let mut seed = live("acme");
    let workspace = |name: &str| {
        let is_it = |workspace: &&Value| workspace["name"] == name;
        seed["workspaces"].as_array().unwrap().iter().find(is_it).unwrap()["id"].clone()
    };
    let (analytics, staging) = (workspace("analytics"), workspace("staging"));
    seed["service_accounts"] =
        json!([{ "id": "svac_ci", "name": "ci" }, { "id": "svac_old", "name": "old" }]);
    seed["workspace_service_accounts"] = json!([
        { "workspace_id": analytics, "service_account_id": "svac_ci", "workspace_role": "workspace_user" },
        { "workspace_id": staging, "service_account_id": "svac_ci", "workspace_role": "workspace_user" },
    ]);
    seed["rate_limits"] = json!([{ "id": "rl_batch", "group": { "type": "batch" },
        "limits": [{ "type": "requests_per_minute", "value": 100 }] }]);
    seed["workspace_rate_limits"] = json!([{ "workspace_id": analytics, "rate_limit_id": "rl_batch",
        "limits": [{ "type": "requests_per_minute", "value": 5 }] }]);
    seed["spend_limits"] = json!([
        { "id": "spl_all", "scope": { "type": "organization" }, "amount": "2000000" },
        { "id": "spl_analytics", "scope": { "type": "workspace", "workspace_id": analytics }, "amount": "50000" },
    ]);
    let issuer = |name: &str| json!({ "id": format!("fdis_{name}"), "name": name, "issuer_url": "https://ci.acme.com" });
    seed["federation_issuers"] = json!([issuer("gone"), issuer("own")]);
    let rule = |name: &str, issuer: &str| {
        json!({
            "id": format!("fdrl_{name}"), "name": name, "issuer_id": issuer,
            "match": { "subject_prefix": name, "audience": "claude" }, "oauth_scope": "workspace:inference",
            "target": { "type": "service_account", "service_account_id": "svac_ci" },
            "applies_to_all_workspaces": name == "wide",
            "workspace_ids": if name == "wide" { json!([]) } else { json!([analytics]) },
        })
    };
    seed["federation_rules"] =
        json!([rule("gone", "fdis_gone"), rule("deploy", "fdis_own"), rule("wide", "fdis_own")]);
    seed["external_keys"] = json!([{ "id": "ekey_old", "display_name": "old",
        "provider_config": { "type": "gcp", "key_name": "projects/acme/old" } }]);
    seed
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(|file| file.unwrap().path()) {
        let to = to.join(file.file_name().unwrap());
        if file.is_dir() { copy(&file, &to) } else { assert!(std::fs::copy(&file, to).is_ok()) }
    }
}

/// Returns the folder of the examples.
pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}
