//! Reads files named by people or pipelines up to a maximum size: a path may name a device without end.

use std::io::{self, Read};
use std::path::Path;

/// The maximum size of a saved plan, snapshot or seed in bytes. 100,000 changes take about 60 MB.
pub(crate) const DOCUMENT: u64 = 256 * 1024 * 1024;

/// Returns the whole file as text, or an error if it is longer than `limit` bytes or not UTF-8.
pub(crate) fn read_to_string(path: &Path, limit: u64) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(limit.saturating_add(1)).read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= limit) {
        return Ok(text);
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {limit} bytes")))
}
