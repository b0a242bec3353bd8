//! Files that name people: nobody else on the machine may read them.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::exit::Failure;

/// Writes the whole text and waits until it is on the disk. `what` completes "cannot …".
pub(crate) fn write(path: &Path, text: &str, what: &'static str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    only_ours(&mut options);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        // Pipes and terminals have no disk to wait for.
        if file.metadata()?.is_file() { file.sync_all() } else { Ok(()) }
    });
    written.map_err(|error| Failure::Io { path: path.to_owned(), what, error })
}

/// Rights for a new file: its owner's alone, where the system has such rights.
pub(crate) fn only_ours(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
