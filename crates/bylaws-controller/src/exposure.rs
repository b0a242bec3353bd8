//! Whether every user of this host can change what decides about access, or read a credential.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::config::{Config, Credential, Source};

/// Permissions of users that neither own a file nor are in its group.
const WRITE: u32 = 0o002;
const READ: u32 = 0o004;

/// Returns a file that every user of this host can change although it decides what is written: the configuration itself,
/// a guards file, or allowed signers. `None` if there is none, or if the system has no such permissions.
pub fn writable<'a>(configuration: &'a Path, config: &'a Config) -> Option<&'a Path> {
    let organizations = config.organizations.values();
    let deciding = organizations.flat_map(|one| one.guards.iter().chain(&one.allowed_signers));
    std::iter::once(configuration).chain(deciding.map(PathBuf::as_path)).find(|path| allows(path, WRITE))
}

/// Returns the files with a credential that every user of this host can read or change, with the keys that name them.
pub(crate) fn credentials(config: &Config) -> BTreeMap<&Path, &'static str> {
    let mut files: Vec<(&Path, &'static str)> = Vec::new();
    for one in config.organizations.values() {
        if let Credential::File(file) = &one.credential {
            files.push((file, "credential_file"));
        }
        if let Source::Git { token_file: Some(file), .. } = &one.source {
            files.push((file, "token_file"));
        }
    }
    files.extend(config.notify.iter().map(|target| (target.url_file.as_path(), "url_file")));
    files.extend(config.hook_token_file.iter().map(|file| (file.as_path(), "token_file")));
    files.into_iter().filter(|(file, _)| allows(file, READ | WRITE)).collect()
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
