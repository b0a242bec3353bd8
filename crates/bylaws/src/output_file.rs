//! Writes output files without following links that others may have placed at the path.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Writes a file with personal data: only its owner may read it. `what` completes "cannot …".
pub(crate) fn write_private(path: &Path, text: &str, what: &'static str) -> Result<(), Failure> {
    write(path, text.as_bytes(), &tempfile::Builder::new(), what)
}

/// Writes a file without personal data, with the user's default permissions. `what` completes "cannot …".
pub(crate) fn write_public(path: &Path, content: &[u8], what: &'static str) -> Result<(), Failure> {
    let mut new = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The user's umask removes the rest.
        new.permissions(fs::Permissions::from_mode(0o666));
    }
    write(path, content, &new, what)
}

fn write(
    path: &Path,
    content: &[u8],
    new: &tempfile::Builder<'_, '_>,
    what: &'static str,
) -> Result<(), Failure> {
    replace(path, content, new).map_err(Failure::io(path, what))
}

/// Replaces the file at a path atomically, and waits until it is on the disk. A link is replaced, never followed;
/// other processes see either the old file or the new one in full.
fn replace(path: &Path, content: &[u8], new: &tempfile::Builder<'_, '_>) -> io::Result<()> {
    let folder = folder_of(path);
    refuse_what_is_no_file(path, &folder)?;
    // Hidden, so that no run reads a file that a crash left behind as configuration.
    let mut new = new.clone().prefix(".bylaws-").tempfile_in(&folder)?;
    new.write_all(content)?;
    new.as_file().sync_all()?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// Refuses devices and pipes: replacing `/dev/stdout` would remove it for everybody.
fn refuse_what_is_no_file(path: &Path, folder: &Path) -> io::Result<()> {
    let Ok(there) = path.symlink_metadata() else { return Ok(()) };
    let kind = there.file_type();
    if kind.is_file() && there.permissions().readonly() {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "it is read-only"));
    }
    let is_system = || {
        let folder = fs::canonicalize(folder).unwrap_or_default();
        ["/dev", "/proc", "/sys"].into_iter().any(|system| folder.starts_with(system))
    };
    if kind.is_file() || kind.is_symlink() && !is_system() {
        return Ok(());
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"))
}

fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// Returns why a file is not private, to follow its name; `None` if only its owner can read and write it, or if the
/// system has no such permissions.
#[cfg(unix)]
pub(crate) fn exposure(file: &fs::Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| format!("can be read or written by other users (mode {mode:04o})"))
}

#[cfg(not(unix))]
pub(crate) fn exposure(_: &fs::Metadata) -> Option<String> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    fn mode(path: &Path) -> u32 {
        path.symlink_metadata().map_or(0, |file| file.permissions().mode() & 0o777)
    }

    #[test]
    fn existing_files_and_links_are_replaced_and_never_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("victim"), "old").unwrap();
        fs::write(at("open"), "old").unwrap();
        fs::set_permissions(at("open"), fs::Permissions::from_mode(0o666)).unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        fs::hard_link(at("victim"), at("hard")).unwrap();
        symlink(at("victim"), at("link")).unwrap();
        symlink(at("nowhere"), at("dangling")).unwrap();
        symlink(at("pipe"), at("to_a_pipe")).unwrap();
        symlink("/dev/null", at("to_a_device")).unwrap();
        symlink("loop", at("loop")).unwrap();
        for name in ["new", "open", "link", "dangling", "to_a_pipe", "to_a_device", "loop", "hard"] {
            write_private(&at(name), "new", "write").unwrap();
            assert!(at(name).symlink_metadata().unwrap().is_file(), "{name}");
            assert_eq!(
                (mode(&at(name)), fs::read_to_string(at(name)).unwrap().as_str()),
                (0o600, "new"),
                "{name}"
            );
        }
        assert_eq!(fs::read_to_string(at("victim")).unwrap(), "old");
        assert!(!at("nowhere").exists());
        assert_eq!(fs::metadata("/dev/null").unwrap().mode() & 0o170_000, 0o020_000);
    }

    #[test]
    fn devices_pipes_and_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), Path::new("/dev/null"), Path::new("/dev/stdout"), folder.path()] {
            let before = path.symlink_metadata().unwrap().ino();
            assert!(write_private(path, "new", "write").is_err(), "{}", path.display());
            assert_eq!(path.symlink_metadata().unwrap().ino(), before);
        }
    }
}
