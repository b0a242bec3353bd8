//! Reads the files of a path: the only module of this crate that accesses the file system.
//! It never reads outside the path, even if a link points there.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bylaws_engine::spelling::skeleton;
use thiserror::Error;

use crate::named::NamedError;
use crate::refusal::Refusal;
use crate::rule::Rule;
use crate::rules;
use crate::source::{Incoming, MAX_FILE};

/// Maximum size of all files together, in bytes.
const MAX_ALL: usize = 64 * 1024 * 1024;
/// Maximum number of files.
const MAX_FILES: usize = 10_000;
/// Maximum number of warnings about files that are not read.
const MAX_ALMOST: usize = 100;
/// Maximum depth of nested folders.
const MAX_FOLDERS: usize = 32;

/// The error if there is nothing to read.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The path does not exist.
    #[error("no such file or folder: {}", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// The folder contains no YAML file.
    #[error("no *.yaml or *.yml file in {}", path.display())]
    NoFiles {
        /// The path as given.
        path: PathBuf,
    },
    /// The path itself cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
}

/// Reads a file, or the YAML files of a folder.
pub(crate) fn read(path: &Path) -> Result<Vec<Incoming>, LoadError> {
    let unreadable = |source| LoadError::Unreadable { path: path.to_owned(), source };
    let kind = match fs::metadata(path) {
        Ok(kind) => kind,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(LoadError::NotFound { path: path.to_owned() });
        }
        Err(error) => return Err(unreadable(error)),
    };
    let mut walk =
        Walk { root: fs::canonicalize(path).map_err(unreadable)?, found: Vec::new(), almost: 0, bytes: 0 };
    if kind.is_dir() {
        let entries = fs::read_dir(path).map_err(unreadable)?;
        walk.folder(entries, "", 0);
        if walk.found.iter().all(Incoming::is_left_out) {
            return Err(LoadError::NoFiles { path: path.to_owned() });
        }
    } else {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        walk.file(path, name);
    }
    Ok(walk.found)
}

/// Returns the bytes of a file below a folder.
pub(crate) fn read_named(folder: &Path, name: &str) -> Result<Vec<u8>, NamedError> {
    let folder = if folder == Path::new("") { Path::new(".") } else { folder };
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => NamedError::NotFound,
        _ => NamedError::Unreadable(error.to_string()),
    };
    let file = fs::canonicalize(folder.join(name)).map_err(failed)?;
    if !fs::canonicalize(folder).is_ok_and(|root| file.starts_with(root)) {
        return Err(NamedError::Outside);
    }
    bytes(&file).map_err(failed)
}

struct Walk {
    root: PathBuf,
    found: Vec<Incoming>,
    /// How many of them are not read although their names look like YAML files.
    almost: usize,
    bytes: usize,
}

impl Walk {
    fn folder(&mut self, entries: fs::ReadDir, prefix: &str, depth: usize) {
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths {
            let Some(file_name) = path.file_name() else { continue };
            let file_name = file_name.to_string_lossy();
            if file_name.starts_with('.') {
                continue;
            }
            // Names use `/` on every system, so that the output is the same.
            let name =
                file_name.chars().map(|c| if bylaws_engine::spelling::is_hidden(c) { '\u{FFFD}' } else { c });
            self.entry(&path, format!("{prefix}{}", name.collect::<String>()), depth);
        }
    }

    fn entry(&mut self, path: &Path, name: String, depth: usize) {
        let is_link = path.is_symlink();
        // In either letter case, because the author of `Members.YAML` expects it to be read.
        let is_yaml = path
            .extension()
            .is_some_and(|end| ["yaml", "yml"].into_iter().any(|known| end.eq_ignore_ascii_case(known)));
        if path.is_dir() {
            if is_link {
                let message = "this is a link to a folder, which Bylaws does not follow";
                self.broken(name, &rules::LINK, message, "put the folder itself here, or pass its path");
            } else if path.join(".git").symlink_metadata().is_ok() {
                // A commit contains none of its files, so a plan of the commit would miss them.
                let message =
                    "this folder is a submodule or another repository, whose files are not in the commit";
                self.broken(
                    name,
                    &rules::LINK,
                    message,
                    "put the files themselves here, or move it out of the folder",
                );
            } else if depth == MAX_FOLDERS {
                let message = format!("folders are nested more than {MAX_FOLDERS} levels deep");
                self.broken(name, &rules::TOO_LARGE, message, "move it up");
            } else {
                match fs::read_dir(path) {
                    Ok(entries) => self.folder(entries, &format!("{name}/"), depth + 1),
                    Err(error) => self.unreadable(name, &error),
                }
            }
            return;
        }
        if !is_yaml {
            return self.left_out(path, name);
        }
        if is_link && !fs::canonicalize(path).is_ok_and(|target| target.starts_with(&self.root)) {
            let message = "this link is broken, or points outside the folder";
            return self.broken(name, &rules::LINK, message, "put the file itself here");
        }
        self.file(path, name);
    }

    /// Reports a file that is not read if its name looks like a YAML file.
    fn left_out(&mut self, path: &Path, name: String) {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_almost_yaml(&file_name) && self.almost < MAX_ALMOST {
            self.almost += 1;
            let message = "this file is not read: its name does not end in `.yaml` or `.yml`";
            let help = "rename it, or move it out of the folder";
            self.broken(name, &rules::ALMOST_READ, message, help);
        }
    }

    fn file(&mut self, path: &Path, name: String) {
        if self.found.len() >= MAX_FILES + self.almost {
            if self.found.len() == MAX_FILES + self.almost {
                let message = format!("the folder has more than {MAX_FILES} files");
                self.broken(name, &rules::TOO_LARGE, message, "merge some of them");
            }
            return;
        }
        match bytes(path) {
            Ok(bytes) => {
                self.bytes = self.bytes.saturating_add(bytes.len());
                if self.bytes > MAX_ALL {
                    let message =
                        format!("the files together are larger than {} MiB", MAX_ALL / (1024 * 1024));
                    self.broken(name, &rules::TOO_LARGE, message, "use one folder for each organization");
                } else {
                    self.found.push(Incoming::of_bytes(name, bytes));
                }
            }
            Err(error) => self.unreadable(name, &error),
        }
    }

    fn unreadable(&mut self, name: String, error: &std::io::Error) {
        let message = format!("cannot read this file: {error}");
        self.broken(
            name,
            &rules::UNREADABLE,
            message,
            "check that it is a regular file with read permission",
        );
    }

    fn broken(&mut self, name: String, rule: &'static Rule, message: impl Into<String>, help: &'static str) {
        self.found.push(Incoming::broken(name, Refusal::of_file(rule, message, help)));
    }
}

/// Returns whether a name that does not end in `.yaml` or `.yml` looks as if it did: something follows the extension,
/// or the extension is mistyped or has look-alike letters.
fn is_almost_yaml(name: &str) -> bool {
    const MISTYPED: [&str; 9] = ["yalm", "ymal", "yaml", "yml", "yam", "yamll", "ymll", "jaml", "jml"];
    let visible: String = name.chars().filter(|&c| !bylaws_engine::spelling::is_hidden(c)).collect();
    let name = visible.trim().to_lowercase();
    let goes_on = |ending: &str| {
        let mut behind = name.match_indices(ending).filter_map(|(at, _)| name.get(at + ending.len()..));
        behind.any(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let end = name.rsplit_once(['.', '．', '。', '\u{2024}']).map(|(_, end)| skeleton(end));
    let is_mistyped = end.is_some_and(|end| MISTYPED.iter().any(|known| skeleton(known) == end));
    goes_on(".yaml") || goes_on(".yml") || is_mistyped
}

/// Returns the bytes of a regular file, at most one more than allowed. A pipe or device might never end.
fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::is_almost_yaml;

    #[test]
    fn names_that_look_like_yaml_files_are_recognized() {
        for name in [
            "members.yaml.txt",
            "members.yaml ",
            "members.yaml\u{a0}",
            "members.yaml\u{200b}",
            "members.yml~",
            "members.YAML.bak",
            "members.yaml.j2",
            "members.yaml.gz",
            "members.yalm",
            "members.yam1",
            "members.y\u{430}ml",
            "members\u{ff0e}yaml",
        ] {
            assert!(is_almost_yaml(name), "{name:?}");
        }
        for name in [
            "README.md",
            "members.json",
            "members.txt",
            "yaml",
            "how-to-yaml.md",
            "a.yamlfmt",
            "page.html",
            "x.xml",
        ] {
            assert!(!is_almost_yaml(name), "{name:?}");
        }
    }
}
