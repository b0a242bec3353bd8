//! Replaces files that were read before: each in full or not at all, and only if its text has not changed since.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use bylaws_config::edit::FileEdit;
use bylaws_output::render::escape::escape;
use tempfile::NamedTempFile;

use crate::exit::Failure;

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Replaces files in the folder `root`, or the file `root` itself. Links are followed if they stay within the folder.
/// Nothing is written if one of the files cannot be replaced. A byte order mark is kept.
pub(crate) fn replace(root: &Path, files: &[FileEdit]) -> Result<(), Failure> {
    let failed = |path: &Path| Failure::io(path, "write");
    let within = fs::canonicalize(root).map_err(failed(root))?;
    let mut ready = Vec::new();
    for file in files {
        let path = if within.is_dir() { root.join(&file.name) } else { root.to_owned() };
        let target = fs::canonicalize(&path).map_err(failed(&path))?;
        if !target.starts_with(&within) {
            return Err(failed(&path)(io::Error::other("it is a link to outside the folder")));
        }
        unchanged(&target, &path, file)?;
        ready.push((file, prepared(&target, file).map_err(failed(&path))?, target, path));
    }
    let mut written: Vec<String> = Vec::new();
    for (file, new, target, path) in ready {
        // The files may have changed while the others were written.
        let done = unchanged(&target, &path, file)
            .and_then(|()| new.persist(&target).map_err(|error| failed(&path)(error.error)));
        let path = escape(&path.display().to_string());
        match done {
            Ok(_) => written.push(path),
            Err(failure) if written.is_empty() => return Err(failure),
            Err(_) => {
                return Err(Failure::other(
                    format!("{path} could not be written, or was changed; written: {}", written.join(", ")),
                    "check the difference with git, then run again",
                ));
            }
        }
    }
    Ok(())
}

/// Fails if the text of the file is not the one that was read.
fn unchanged(target: &Path, path: &Path, file: &FileEdit) -> Result<(), Failure> {
    let now = fs::read(target).map_err(Failure::io(path, "read"))?;
    if now.strip_prefix(MARK).unwrap_or(&now) == file.before.as_bytes() {
        return Ok(());
    }
    let path = escape(&path.display().to_string());
    Err(Failure::other(format!("{path} changed during this run; nothing was written to it"), "run again"))
}

/// Writes the new text next to its file, with the same permissions and owner.
fn prepared(target: &Path, file: &FileEdit) -> io::Result<NamedTempFile> {
    let kept = fs::metadata(target)?;
    if kept.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
    }
    let folder = target.parent().unwrap_or(Path::new("."));
    // Hidden, so that no run reads a file that a crash left behind as configuration.
    let mut new = tempfile::Builder::new().prefix(".bylaws-").tempfile_in(folder)?;
    if fs::read(target)?.starts_with(MARK) {
        new.write_all(MARK)?;
    }
    new.write_all(file.after.as_bytes())?;
    same_owner(new.as_file(), &kept)?;
    new.as_file().set_permissions(kept.permissions())?;
    new.as_file().sync_all()?;
    Ok(new)
}

#[cfg(unix)]
fn same_owner(new: &fs::File, kept: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is = new.metadata()?;
    if (is.uid(), is.gid()) == (kept.uid(), kept.gid()) {
        return Ok(());
    }
    fchown(new, Some(kept.uid()), Some(kept.gid()))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
fn same_owner(_: &fs::File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, before: &str, after: &str) -> FileEdit {
        FileEdit { name: name.to_owned(), before: before.to_owned(), after: after.to_owned() }
    }

    #[test]
    fn nothing_is_written_if_one_file_changed_since_it_was_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.yaml"), "a\n").unwrap();
        fs::write(path("b.yaml"), "changed\n").unwrap();
        let files = [one("a.yaml", "a\n", "A\n"), one("b.yaml", "b\n", "B\n")];
        assert!(replace(folder.path(), &files).is_err());
        assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "a\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
        fs::write(path("b.yaml"), "b\n").unwrap();
        replace(folder.path(), &files).unwrap();
        assert_eq!(fs::read_to_string(path("b.yaml")).unwrap(), "B\n");
    }

    #[test]
    fn a_byte_order_mark_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "\u{feff}a\n").unwrap();
        replace(&path, &[one("a.yaml", "a\n", "b\n")]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}b\n");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_within_the_folder_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("real.txt"), "a\n").unwrap();
        fs::set_permissions(path("real.txt"), fs::Permissions::from_mode(0o640)).unwrap();
        symlink(path("real.txt"), path("a.yaml")).unwrap();
        replace(folder.path(), &[one("a.yaml", "a\n", "b\n")]).unwrap();
        assert_eq!(fs::read_to_string(path("real.txt")).unwrap(), "b\n");
        assert!(path("a.yaml").is_symlink());
        assert_eq!(fs::metadata(path("real.txt")).unwrap().permissions().mode() & 0o777, 0o640);
        symlink(outside.path(), path("b.yaml")).unwrap();
        assert!(replace(folder.path(), &[one("b.yaml", "", "b\n")]).is_err());
        assert_eq!(fs::read_to_string(outside.path()).unwrap(), "");
    }
}
