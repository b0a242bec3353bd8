//! What a running controller has loaded, for commands that decide something in its state folder: it reads its
//! configuration only when it starts.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::folder::{self, Folder, StateError};

const FILE: &str = "running.json";

/// What a running controller has loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// The SHA-256 of its configuration.
    digest: String,
    /// Its organizations.
    pub organizations: Vec<String>,
}

impl Running {
    fn of(config: &Config) -> Self {
        Self { digest: config.digest.clone(), organizations: config.organizations.keys().cloned().collect() }
    }

    /// Returns what the controller has loaded that uses a state folder; `None` if none does.
    pub fn read(state: &Path) -> Result<Option<Self>, StateError> {
        let Some(folder) = Folder::existing(state)?.filter(Folder::is_locked) else { return Ok(None) };
        let failed = |error| StateError::Io(state.to_owned(), error);
        let text = folder::read(&folder.file(FILE)).map_err(failed)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Returns whether it has loaded this configuration.
    pub fn is_of(&self, config: &Config) -> bool {
        self.digest == config.digest
    }
}

/// Writes down what this controller has loaded.
pub(crate) fn write(folder: &Folder, config: &Config) -> io::Result<()> {
    folder::write(&folder.file(FILE), &serde_json::to_string(&Running::of(config)).map_err(io::Error::other)?)
}

/// Returns the organizations of which a state folder has something, sorted.
pub fn known(state: &Path) -> Result<Vec<String>, StateError> {
    Ok(Folder::existing(state)?.map_or_else(Vec::new, |folder| folder.names()))
}
