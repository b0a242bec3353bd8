//! The origin of the files: the commit, local differences, and whether the commit is the tip of its branch.

use std::collections::BTreeMap;
use std::path::Path;

use bylaws_config::SourceFile;

use super::found::NotAFile;
use super::{Repository, Trouble};

#[derive(Clone, Debug)]
pub(crate) enum Source {
    NoRepository,
    /// There is a repository, but git cannot read it.
    Unknown(Trouble),
    Checkout(Checkout),
}

/// A checked-out commit and the local files.
#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    /// The full hash of the commit; `None` in a repository without commits.
    pub(crate) commit: Option<String>,
    /// The files that Bylaws reads and that differ from the commit, sorted by name.
    pub(crate) differences: Vec<Difference>,
    /// The upstream branch, if it is known and its tip is not this commit.
    pub(crate) newer: Option<Upstream>,
}

/// An upstream branch whose tip is not the commit checked out.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    pub(crate) tip: String,
    /// Whether the commit checked out contains the tip, so that it only has to be pushed.
    pub(crate) is_behind: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) name: String,
    /// How it differs, in words.
    pub(crate) how: &'static str,
}

impl Source {
    /// Asks git about the files at a path, as they were read.
    pub(crate) fn of(path: &Path, read: &[SourceFile]) -> Self {
        let Some(repository) = Repository::around(path) else { return Self::NoRepository };
        match checkout(&repository, read) {
            Ok(checkout) => Self::Checkout(checkout),
            Err(trouble) => Self::Unknown(trouble),
        }
    }
}

fn checkout(repository: &Repository, read: &[SourceFile]) -> Result<Checkout, Trouble> {
    let Some(commit) = head(repository)? else {
        return Ok(Checkout { commit: None, differences: differences(read, BTreeMap::new()), newer: None });
    };
    let found = repository.files_of(&commit)?;
    let mut committed: BTreeMap<_, _> = found.into_iter().map(|found| (found.name, found.content)).collect();
    for file in read.iter().filter(|file| file.is_only_named()) {
        let content = repository.named(&commit, &file.name).ok();
        committed.extend(content.map(|content| (file.name.clone(), Ok(content))));
    }
    let differences = differences(read, committed);
    // A checkout of a commit by its hash, as in CI, has no upstream: then the default branch of the remote is used, if
    // it is known.
    let upstream = ["@{upstream}", "refs/remotes/origin/HEAD"]
        .into_iter()
        .find_map(|name| repository.text(&["rev-parse", "--verify", "--quiet", name]).ok());
    let newer = upstream.filter(|upstream| *upstream != commit).map(|tip| Upstream {
        is_behind: repository.text(&["merge-base", "--is-ancestor", &tip, &commit]).is_ok(),
        tip,
    });
    Ok(Checkout { commit: Some(commit), differences, newer })
}

/// Returns the checked-out commit; `None` in a repository without commits.
pub(super) fn head(repository: &Repository) -> Result<Option<String>, Trouble> {
    if let Ok(commit) = repository.text(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]) {
        return Ok(Some(commit));
    }
    // Either git refuses the repository, or HEAD is broken, or there is no commit yet.
    repository.text(&["rev-parse", "--git-dir"])?;
    match repository.text(&["rev-parse", "--verify", "--quiet", "HEAD"]) {
        Ok(commit) => Err(Trouble(format!("the commit {commit} of HEAD cannot be read"))),
        Err(_) => Ok(None),
    }
}

fn differences(
    read: &[SourceFile],
    mut committed: BTreeMap<String, Result<Vec<u8>, NotAFile>>,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    for file in read {
        let how = match committed.remove(&file.name) {
            None => "not in the commit",
            Some(Ok(bytes)) if is_same(&file.text, &bytes) => continue,
            // What is broken in the commit differs from the file here, which was read without an error.
            Some(_) => "modified",
        };
        differences.push(Difference { name: file.name.clone(), how });
    }
    for (name, content) in committed {
        let how = if content == Err(NotAFile::Submodule) { "a submodule" } else { "deleted" };
        differences.push(Difference { name, how });
    }
    differences.sort();
    differences
}

/// Returns whether a file has the same content as in the commit. A byte order mark and the kind of line breaks do not
/// matter in YAML, and a checkout may change the latter.
fn is_same(text: &str, committed: &[u8]) -> bool {
    let committed = String::from_utf8_lossy(committed);
    let committed = committed.strip_prefix('\u{FEFF}').unwrap_or(&committed);
    let committed = if committed.is_empty() { "\n" } else { committed };
    text == committed || text.replace("\r\n", "\n") == committed.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_compared_as_they_are_read() {
        let read = |name: &str, text: &str| SourceFile { name: name.to_owned(), text: text.to_owned() };
        let files = [
            read("a.yaml", "a: 1\r\n"),
            read("b.yaml", "b: 2\n"),
            read("c.yaml", "c: 3\n"),
            read("e.yaml", "\n"),
        ];
        let committed =
            [("a.yaml", "\u{FEFF}a: 1\n"), ("b.yaml", "b: 1\n"), ("d.yaml", "d: 4\n"), ("e.yaml", "")];
        let committed = committed.map(|(name, text)| (name.to_owned(), Ok(text.as_bytes().to_vec())));
        let found: Vec<String> = differences(&files, committed.into())
            .iter()
            .map(|difference| format!("{} {}", difference.name, difference.how))
            .collect();
        assert_eq!(found, ["b.yaml modified", "c.yaml not in the commit", "d.yaml deleted"]);
    }
}
