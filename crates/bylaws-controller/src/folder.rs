//! The state folder: private, and of one controller at a time.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the state folder cannot be used.
#[derive(Debug)]
pub enum StateError {
    /// Another controller uses it.
    InUse(PathBuf),
    /// Other users can read or write it.
    Exposed(PathBuf),
    /// The operating system says no.
    Io(PathBuf, io::Error),
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => write!(f, "another controller uses the state folder {}", path.display()),
            Self::Exposed(path) => {
                write!(f, "the state folder {} can be read or written by other users", path.display())
            }
            Self::Io(path, error) => write!(f, "cannot use the state folder {}: {error}", path.display()),
        }
    }
}

impl StateError {
    /// Returns the next step, in the imperative.
    pub fn help(&self) -> &'static str {
        match self {
            Self::InUse(_) => "stop the other controller, or name another `state`",
            Self::Exposed(_) => "check what is in it, then make it private with `chmod 700`",
            Self::Io(_, error) if error.kind() == io::ErrorKind::PermissionDenied => {
                "run this as the user of the controller, for example with `sudo -u bylaws`"
            }
            Self::Io(..) => "check the path and its permissions",
        }
    }
}

const LOCK: &str = "lock";
const ORGANIZATIONS: &str = "organizations";

/// The state folder of a controller.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

/// The lock of a state folder, which ends with the process.
pub(crate) struct Lock {
    _file: File,
}

impl Folder {
    /// Opens the folder; creates it, readable by this user only.
    pub(crate) fn open(path: &Path) -> Result<Self, StateError> {
        let failed = |error| StateError::Io(path.to_owned(), error);
        if !path.exists() {
            private_folder(path).map_err(failed)?;
        }
        // Children run elsewhere, and get paths in it.
        let path = path.canonicalize().map_err(failed)?;
        if !path.is_dir() {
            return Err(StateError::Io(path, io::ErrorKind::NotADirectory.into()));
        }
        if is_exposed(&path).map_err(failed)? {
            return Err(StateError::Exposed(path));
        }
        Ok(Self(path))
    }

    /// Opens the folder, if it exists.
    pub(crate) fn existing(path: &Path) -> Result<Option<Self>, StateError> {
        match path.symlink_metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StateError::Io(path.to_owned(), error)),
            Ok(_) => {
                let folder = Self::open(path)?;
                // Without this right, nothing in it seems to exist.
                fs::read_dir(&folder.0).map_err(|error| StateError::Io(path.to_owned(), error))?;
                Ok(Some(folder))
            }
        }
    }

    /// Locks the folder for this process.
    pub(crate) fn lock(&self) -> Result<Lock, StateError> {
        let failed = |error| StateError::Io(self.0.clone(), error);
        let file = private_file(&self.0.join(LOCK)).map_err(failed)?;
        // Whoever asks whether a controller runs has the lock for a moment.
        for _ in 0..10 {
            match file.try_lock() {
                Ok(()) => return Ok(Lock { _file: file }),
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(50)),
                Err(TryLockError::Error(error)) => return Err(failed(error)),
            }
        }
        Err(StateError::InUse(self.0.clone()))
    }

    /// Returns whether a controller has locked the folder.
    pub(crate) fn is_locked(&self) -> bool {
        let file = File::open(self.0.join(LOCK));
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Returns the names of the organizations that have a folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(ORGANIZATIONS)).into_iter().flatten().flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// Returns the path of the folder of an organization, which need not exist.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.0.join(ORGANIZATIONS).join(name)
    }

    /// Returns the folder of the mirrors.
    pub(crate) fn mirrors(&self) -> PathBuf {
        self.0.join("mirrors")
    }

    /// Returns the folder of an organization; creates it.
    pub(crate) fn organization(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path_of(name);
        private_folder(&path)?;
        Ok(path)
    }
}

/// Opens a file of this user only, for a lock; creates it.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Becomes the owner of a state folder, if this is root and the folder is another user's: what root decides must be
/// readable for the controller, and whoever owns the folder could make root write through links in it. Only this thread
/// changes.
#[cfg(target_os = "linux")]
pub fn become_owner(state: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    use rustix::process::{Gid, Uid, getuid};
    use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};
    let Ok(owner) = state.metadata() else { return Ok(()) };
    if !getuid().is_root() || owner.uid() == 0 {
        return Ok(());
    }
    let (user, group) = (Uid::from_raw(owner.uid()), Gid::from_raw(owner.gid()));
    set_thread_groups(&[group])?;
    set_thread_gid(group)?;
    set_thread_uid(user)?;
    Ok(())
}

/// Does nothing: other systems have no service of this kind.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Linux")]
pub fn become_owner(_: &Path) -> io::Result<()> {
    Ok(())
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn is_exposed(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(path.metadata()?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
fn is_exposed(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Replaces a private file: other processes see the old one or the new one in full.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// Reads a file; `None` if it does not exist.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes a file, if it exists.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
