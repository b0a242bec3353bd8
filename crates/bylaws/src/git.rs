//! What git knows of the files: the commit, and whether it is the tip of its upstream.
//! Where there is no git or no repository, nothing is known, and nothing fails.

use std::path::Path;
use std::process::{Command, Stdio};

/// The commit checked out, where the files are in a repository.
pub(crate) fn commit(path: &Path) -> Option<String> {
    git(path, &["rev-parse", "HEAD"])
}

/// The upstream's commit, where the checkout knows one and it is not the commit checked out.
///
/// A checkout of a commit by its hash, as CI systems make it, knows no upstream; then the
/// remote's default branch is looked at, where the checkout knows that.
pub(crate) fn newer_upstream(path: &Path) -> Option<(String, String)> {
    let here = commit(path)?;
    let upstream = ["@{upstream}", "refs/remotes/origin/HEAD"]
        .into_iter()
        .find_map(|name| git(path, &["rev-parse", "--verify", "--quiet", name]))?;
    (upstream != here).then_some((here, upstream))
}

fn git(path: &Path, args: &[&str]) -> Option<String> {
    let folder = if path.is_dir() { path } else { path.parent()? };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // A commit can hold a folder in the shape of a bare repository, with another history and a configuration of
    // its author's: git would stop at it on its way up.
    let folder = folder.canonicalize().ok()?;
    let folder = folder.ancestors().find(|folder| folder.join(".git").exists())?;
    let output = Command::new("git")
        .args(["-c", "safe.bareRepository=explicit"])
        .arg("-C")
        .arg(folder)
        .args(args)
        // Nothing of the caller's repository may leak in, and nothing may be asked.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}
