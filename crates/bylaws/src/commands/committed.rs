//! The files of an earlier commit.

use std::path::Path;

use bylaws_config::SourceFile;
use bylaws_kinds::Loaded;
use bylaws_output::render::escape::escape;

use crate::exit::Failure;
use crate::git::{self, Commit, Found, NotAFile, Repository};
use crate::log::timed;

/// What an argument may name, for error messages.
#[derive(Clone, Copy)]
pub(crate) enum Names {
    Revision,
    /// A snapshot, or else a revision.
    FileOrRevision,
}

/// Returns the repository of a path, and the commit that a revision names there.
pub(crate) fn commit(path: &Path, revision: &str, names: Names) -> Result<(Repository, Commit), Failure> {
    let shown = escape(revision);
    let (nothing, snapshot) = match names {
        Names::Revision => ("not a revision", ""),
        Names::FileOrRevision => ("neither a file here nor a revision", "a snapshot, "),
    };
    let repository = Repository::around(path).ok_or_else(|| {
        let place = escape(&path.display().to_string());
        let message = format!("`{shown}` is {nothing}: {place} is not in a git repository");
        let help = match names {
            Names::Revision => "run this in a git checkout",
            Names::FileOrRevision => "name a snapshot, or run this in a git checkout",
        };
        failed(message, help)
    })?;
    let commit = git::commit_at(&repository, revision).map_err(|trouble| refused(&trouble))?;
    let commit = commit.ok_or_else(|| {
        if repository.is_shallow() {
            let message =
                format!("`{shown}` is not a revision in this shallow clone, which lacks older commits");
            failed(message, "fetch them with `git fetch --unshallow`, or in CI with `fetch-depth: 0`")
        } else {
            let message = format!("`{shown}` is {nothing} that git knows");
            failed(message, &format!("name {snapshot}a branch, a tag or a commit; in CI, fetch it first"))
        }
    })?;
    Ok((repository, commit))
}

/// The files of a commit.
pub(crate) struct Committed {
    repository: Repository,
    pub(crate) commit: Commit,
    pub(crate) files: Vec<SourceFile>,
}

impl Committed {
    /// Loads the files, and what they name, from the commit.
    pub(crate) fn load(self) -> (Commit, Loaded) {
        let Self { repository, commit, files } = self;
        let loaded = load(&repository, &commit.hash, files);
        (commit, loaded)
    }
}

/// Loads files of a commit, and what they name.
pub(crate) fn load(repository: &Repository, commit: &str, files: Vec<SourceFile>) -> Loaded {
    timed("files loaded", || bylaws_kinds::parse_and(files, &|name| repository.named(commit, name)))
}

/// Returns the files of a commit at PATH. Fails if there are none, or if one of them is not a text file.
pub(crate) fn files(path: &Path, revision: &str) -> Result<Committed, Failure> {
    let (repository, commit) = commit(path, revision, Names::FileOrRevision)?;
    let shown = escape(revision);
    let found = repository.files_of(&commit.hash).map_err(|trouble| refused(&trouble))?;
    if found.is_empty() {
        let message = format!("there are no files at {} in `{shown}`", escape(&path.display().to_string()));
        return Err(failed(
            message,
            "name the path of the files in that revision (of a controller: `source.path`)",
        ));
    }
    let sources = found.into_iter().map(|file| {
        let name = escape(&file.name);
        source(file).map_err(|wrong| {
            failed(
                format!("{name} at `{shown}`: {wrong}"),
                "correct it in a new commit, or name another revision",
            )
        })
    });
    let files = sources.collect::<Result<_, _>>()?;
    Ok(Committed { repository, commit, files })
}

/// Returns a file of a commit as text, or what is wrong with it.
pub(crate) fn source(found: Found) -> Result<SourceFile, &'static str> {
    let text = String::from_utf8(found.content.map_err(NotAFile::what)?).map_err(|_| "it is not UTF-8")?;
    Ok(SourceFile { name: found.name, text })
}

pub(crate) fn refused(trouble: &git::Trouble) -> Failure {
    let message = format!("git cannot read this repository: {}", trouble.reason());
    failed(message, "fix what git reports and run again")
}

fn failed(message: String, help: &str) -> Failure {
    Failure::other(message, help)
}
