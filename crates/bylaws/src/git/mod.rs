//! Runs git: the commit that is checked out, and the files of a commit.
//!
//! Without a repository nothing is known and nothing fails. If there is one and git fails, its message is passed on.

mod checkout;
mod found;
mod tree;

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use bylaws_output::render::escape::escape;

use crate::world;

pub(crate) use checkout::{Checkout, Difference, Source};
pub(crate) use found::{Found, NotAFile};
pub(crate) use tree::{Commit, commit_at};

/// The variables that git needs to find itself and its settings. No others are passed on: the environment of Bylaws
/// contains credentials.
const KEPT: [&str; 13] = [
    "HOME",
    "USERPROFILE",
    "HOMEDRIVE",
    "HOMEPATH",
    "APPDATA",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "XDG_CONFIG_HOME",
    // The owner of the repositories that git trusts under sudo.
    "SUDO_UID",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// Overrides for settings with which git would run programs or use the network; reading needs none of them.
const NEUTRAL: [&str; 7] = [
    "safe.bareRepository=explicit",
    "log.showSignature=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=",
    "diff.external=",
    "protocol.allow=never",
];

/// The error message of git, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble(String);

impl Trouble {
    /// Returns the message, safe for terminals.
    pub(crate) fn reason(&self) -> String {
        escape(&self.0)
    }

    fn said(stderr: &[u8]) -> Self {
        let text = String::from_utf8_lossy(stderr);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let text = lines.collect::<Vec<_>>().join(" ");
        let text = text.strip_prefix("fatal: ").unwrap_or(&text);
        Self(if text.is_empty() { "git failed without a message".to_owned() } else { text.to_owned() })
    }
}

/// A repository, and the position of PATH in it.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    top: PathBuf,
    /// The path relative to `top`, separated by `/`; empty for the top itself.
    place: String,
}

pub(crate) fn is_same_repository(one: &Path, other: &Path) -> bool {
    let top = |path: &Path| Repository::around(path).map(|repository| repository.top);
    top(one).is_some_and(|one| top(other) == Some(one))
}

/// Returns a path that may exist in a commit only, below the part of it that is a folder here.
fn in_a_commit_only(path: &Path) -> Option<PathBuf> {
    // The last ancestor of a relative path is empty.
    let here = |folder: &Path| if folder == Path::new("") { PathBuf::from(".") } else { folder.to_owned() };
    let (folder, canonical) =
        path.ancestors().find_map(|folder| Some((folder, here(folder).canonicalize().ok()?)))?;
    let rest = path.strip_prefix(folder).ok()?;
    let is_plain = rest.components().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then(|| canonical.join(rest))
}

impl Repository {
    /// Returns the repository that contains a path.
    ///
    /// git does not search for the top itself: a commit can contain a folder in the form of a bare repository, with
    /// another history and a configuration by the author of the commit, and git would use it.
    pub(crate) fn around(path: &Path) -> Option<Self> {
        let folder =
            path.parent().map(|parent| if parent == Path::new("") { Path::new(".") } else { parent });
        let beside = folder.and_then(|folder| Some(folder.canonicalize().ok()?.join(path.file_name()?)));
        // A link is looked up where it is: the commit contains the link, not its target.
        let beside = beside.filter(|_| path.is_symlink() || !path.is_dir());
        beside
            .as_deref()
            .and_then(Self::of)
            .or_else(|| Self::of(&path.canonicalize().ok()?))
            .or_else(|| Self::of(&in_a_commit_only(path)?))
    }

    fn of(path: &Path) -> Option<Self> {
        let top = path.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok())?;
        let place = path.strip_prefix(top).ok()?;
        let place: Vec<_> = place.iter().map(|part| part.to_string_lossy()).collect();
        Some(Self { place: place.join("/"), top: top.to_owned() })
    }

    /// Returns PATH relative to the top of the repository, separated by `/`.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn is_shallow(&self) -> bool {
        self.text(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer == "true")
    }

    /// Returns the output of git as text, without the final line break.
    fn text(&self, args: &[&str]) -> Result<String, Trouble> {
        let bytes = self.bytes(args, &[])?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// Returns where to search for git: nowhere relative to the current folder, and not in the checkout.
    fn search_path(&self, path: &OsStr) -> Option<OsString> {
        let top = self.top.canonicalize().unwrap_or_else(|_| self.top.clone());
        let is_outside = |folder: &PathBuf| {
            folder.is_absolute() && !folder.canonicalize().is_ok_and(|folder| folder.starts_with(&top))
        };
        let folders: Vec<PathBuf> = std::env::split_paths(path).filter(is_outside).collect();
        std::env::join_paths(folders).ok().filter(|path| !path.is_empty())
    }

    fn bytes(&self, args: &[&str], input: &[u8]) -> Result<Vec<u8>, Trouble> {
        let kept = KEPT.iter().filter_map(|name| Some((OsString::from(name), world::inherited(name)?)));
        let mut command = Command::new("git");
        command.arg("--no-pager").args(NEUTRAL.iter().flat_map(|setting| ["-c", setting])).arg("-C");
        command.arg(&self.top).args(args).env_clear().envs(kept);
        if let Some(path) = world::inherited("PATH").and_then(|path| self.search_path(&path)) {
            command.env("PATH", path);
        }
        // English messages, no prompts, no locks, no network, and literal paths.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_LITERAL_PATHSPECS", "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Trouble("git is not installed".to_owned()),
            _ => Trouble(format!("cannot start git: {error}")),
        })?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            child.wait_with_output()
        });
        let output = output.map_err(|error| Trouble(format!("cannot read from git: {error}")))?;
        if output.status.success() { Ok(output.stdout) } else { Err(Trouble::said(&output.stderr)) }
    }
}
