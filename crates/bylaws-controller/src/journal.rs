//! The journal of an organization, which only its children write: whether it is the one that is remembered.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    hash: String,
}

/// Returns whether a journal contains the record with this hash. Whether it verifies, apply checks when it opens it.
pub(crate) fn contains(path: &Path, hash: &str) -> io::Result<bool> {
    Ok(hashes(path)?.any(|found| found == hash))
}

/// Returns the hash of the last record; `None` if there is no journal.
pub(crate) fn head(path: &Path) -> Option<String> {
    hashes(path).ok()?.last()
}

fn hashes(path: &Path) -> io::Result<impl Iterator<Item = String>> {
    let lines = BufReader::new(File::open(path)?).lines().map_while(Result::ok);
    Ok(lines.filter_map(|line| serde_json::from_str::<Record>(&line).ok()).map(|record| record.hash))
}
