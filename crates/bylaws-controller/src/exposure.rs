//! Whether every user of this host can change what decides about access, or read a credential.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::config::{Config, Credential, Organization, Source, TOKEN_FILE};

/// Permissions of users that neither own a file nor are in its group.
const WRITE: u32 = 0o002;
const READ: u32 = 0o004;
/// In such a folder, users can replace only their own files.
const STICKY: u32 = 0o1000;

/// Returns a file that every user of this host can change although it decides what is written: the configuration itself,
/// a guards file, or allowed signers. `None` if there is none, or if the system has no such permissions.
pub fn writable<'a>(configuration: &'a Path, config: &'a Config) -> Option<&'a Path> {
    let source = |one: &'a Organization| match &one.source {
        Source::Folder(folder) => Some(folder),
        Source::Git { .. } => None,
    };
    let organizations = config.organizations.values();
    let deciding =
        organizations.flat_map(move |one| one.guards.iter().chain(&one.allowed_signers).chain(source(one)));
    std::iter::once(configuration).chain(deciding.map(PathBuf::as_path)).find(|path| is_replaceable(path))
}

/// Returns whether every user can change a file, or put another one in its place or in that of a folder above it.
fn is_replaceable(path: &Path) -> bool {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    allows(&real, WRITE)
        || real.ancestors().skip(1).any(|folder| allows(folder, WRITE) && !allows(folder, STICKY))
}

/// What is wrong with a file that the configuration names.
pub(crate) struct Warning<'a> {
    pub(crate) file: &'a Path,
    /// The key of the configuration.
    pub(crate) key: &'static str,
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

/// Returns what is wrong with the files that contain a credential, sorted: some are needed only after hours.
pub(crate) fn warnings(config: &Config) -> Vec<Warning<'_>> {
    let mut files: BTreeMap<&Path, &'static str> = BTreeMap::new();
    for one in config.organizations.values() {
        match &one.credential {
            Credential::File(file) => files.insert(file, "credential_file"),
            Credential::Federation(variables) => variables
                .get(TOKEN_FILE)
                .and_then(|file| files.insert(Path::new(file), "federation.token_file")),
        };
        if let Source::Git { token_file: Some(file), .. } = &one.source {
            files.insert(file, "token_file");
        }
    }
    files.extend(config.notify.iter().map(|target| (target.url_file.as_path(), "url_file")));
    files.extend(config.hook_token_file.iter().map(|file| (file.as_path(), "hook.token_file")));
    let wrong = |file: &Path| {
        // A pipe might never be opened.
        let about = file.metadata();
        let about =
            about.and_then(|about| if about.is_file() { File::open(file).map(|_| about) } else { Ok(about) });
        let (message, help) = match about {
            Err(error) => (format!("cannot read this file: {error}"), "check the path and its permissions"),
            Ok(about) if about.is_file() && about.len() == 0 => {
                ("this file is empty".to_owned(), "write the credential into it")
            }
            Ok(_) if allows(file, READ | WRITE) => (
                "every user of this host can read or change this file".to_owned(),
                "make it private with `chmod 600`; if others could read it, replace what it contains",
            ),
            Ok(_) => return None,
        };
        Some((message, help))
    };
    let warning = |(file, key)| wrong(file).map(|(message, help)| Warning { file, key, message, help });
    files.into_iter().filter_map(warning).collect()
}

/// Returns whether the file that a path leads to has one of these permissions.
#[cfg(unix)]
fn allows(path: &Path, permissions: u32) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|file| file.permissions().mode() & permissions != 0)
}

#[cfg(not(unix))]
fn allows(_: &Path, _: u32) -> bool {
    false
}
