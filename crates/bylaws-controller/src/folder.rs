//! The state folder: private, and of one controller at a time.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

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
            Self::Io(..) => "check the path and its permissions",
        }
    }
}

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
        if is_exposed(&path).map_err(failed)? {
            return Err(StateError::Exposed(path));
        }
        Ok(Self(path))
    }

    /// Locks the folder for this process.
    pub(crate) fn lock(&self) -> Result<Lock, StateError> {
        let failed = |error| StateError::Io(self.0.clone(), error);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.0.join("lock")).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StateError::InUse(self.0.clone())),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Returns the folder of the mirrors.
    pub(crate) fn mirrors(&self) -> PathBuf {
        self.0.join("mirrors")
    }

    /// Returns the folder of an organization; creates it.
    pub(crate) fn organization(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.0.join("organizations").join(name);
        private_folder(&path)?;
        Ok(path)
    }
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
