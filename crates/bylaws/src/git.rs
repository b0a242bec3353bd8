//! What git knows of the files: the commit, and whether it is the tip of its upstream.
//! Where there is no git or no repository, nothing is known, and nothing fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bylaws_config::SourceFile;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::render::inert::inert;

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

/// The YAML files of a commit at the place of PATH: the commit, its day (UTC) and the files. Fails with what to say
/// and what to do.
pub(crate) fn files_at(
    path: &Path,
    is_folder: bool,
    revision: &str,
) -> Result<(String, Date, Vec<SourceFile>), (String, String)> {
    let failed = |message: String, help: &str| (message, help.to_owned());
    let shown = inert(revision);
    let commit = format!("{revision}^{{commit}}");
    // A revision may be chosen by whoever opened a pull request, and must not become an option.
    let commit =
        git(path, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).ok_or_else(|| {
            failed(
                format!("{shown} is neither a file here nor a revision that git knows"),
                "name a snapshot, a branch, a tag or a commit; in CI, fetch it first",
            )
        })?;
    let time: Option<Timestamp> =
        git(path, &["show", "--no-patch", "--format=%cI", &commit]).and_then(|time| time.parse().ok());
    let day = time.map(|time| time.to_zoned(TimeZone::UTC).date());
    let day =
        day.ok_or_else(|| failed(format!("git does not say when {shown} was made"), "look with `git show`"))?;
    let way = top(path).map(|(_, way)| way.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    let way = if way.is_empty() { way } else { way + "/" };
    let names = if is_folder {
        let list = git_bytes(path, &["ls-tree", "-r", "-z", "--name-only", &commit]).unwrap_or_default();
        let names = String::from_utf8_lossy(&list).into_owned();
        let below = names.split('\0').filter_map(|name| name.strip_prefix(way.as_str()));
        below.filter(|name| is_ours(name)).map(str::to_owned).collect()
    } else {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).into_iter().collect::<Vec<_>>()
    };
    let mut sources = Vec::new();
    for name in names {
        let object = format!("{commit}:{way}{name}");
        let Some(bytes) = git_bytes(path, &["cat-file", "blob", &object]) else { continue };
        let text = String::from_utf8(bytes)
            .map_err(|_| failed(format!("{} is no text at {shown}", inert(&name)), "save it as UTF-8"))?;
        sources.push(SourceFile { name, text });
    }
    if sources.is_empty() {
        let message = format!("there are no files at {} in {shown}", inert(&path.display().to_string()));
        return Err(failed(message, "name the path they had then"));
    }
    Ok((commit, day, sources))
}

/// As files of a folder are chosen: YAML, and nothing hidden.
fn is_ours(name: &str) -> bool {
    let is_hidden = name.split('/').any(|part| part.starts_with('.'));
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    let is_yaml = |extension: &str| matches!(extension.to_ascii_lowercase().as_str(), "yaml" | "yml");
    !is_hidden && extension.is_some_and(is_yaml)
}

fn git(path: &Path, args: &[&str]) -> Option<String> {
    let text = String::from_utf8(git_bytes(path, args)?).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The top of the repository that a path is in, and the way from there to its folder.
///
/// A commit can hold a folder in the shape of a bare repository, with another history and a configuration of its
/// author's: git would stop at it on its way up, so it is not left to git to find the top.
fn top(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let folder = if path.is_dir() { path } else { path.parent()? };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = folder.canonicalize().ok()?;
    let top = folder.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
    let way = folder.strip_prefix(&top).ok()?.to_owned();
    Some((top, way))
}

fn git_bytes(path: &Path, args: &[&str]) -> Option<Vec<u8>> {
    let (top, _) = top(path)?;
    let output = Command::new("git")
        .args(["-c", "safe.bareRepository=explicit"])
        .arg("-C")
        .arg(&top)
        .args(args)
        // Nothing of the caller's repository may leak in, and nothing may be asked.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
