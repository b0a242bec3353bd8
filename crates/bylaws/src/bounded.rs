//! Reads files that people or pipelines name, but never more than makes sense: a path may lead to a
//! device that has no end.

use std::io::{self, Read};
use std::path::Path;

/// The most a saved plan, a snapshot or a seed may have. 100,000 changes take about 60 MB.
pub(crate) const DOCUMENT: u64 = 256 * 1024 * 1024;

/// The whole file as text, or an error where it is longer than `limit` bytes or not UTF-8.
pub(crate) fn read_to_string(path: &Path, limit: u64) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(limit.saturating_add(1)).read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= limit) {
        return Ok(text);
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {limit} bytes")))
}
