//! Positions in the files, as documents name them.

use bylaws_config::{Origins, Position};
use bylaws_engine::Line;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::render::problems::Root;

/// A position in the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The path for the user to open: PATH of the command line, and the file in it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Origin {
    /// Converts a position in the files at `root`.
    pub fn of(position: &Position, root: &Root) -> Self {
        Self { file: root.shown(&position.file), line: position.line, column: position.column }
    }
}

/// Finds the position of a line for the user to open.
#[derive(Clone, Copy)]
pub struct Positions<'a> {
    /// The positions of the lines; their file names are relative to `root`.
    pub origins: &'a Origins,
    /// The location of the files, as the user gave it.
    pub root: &'a Root,
}

impl Positions<'_> {
    /// Returns the position of a line; `None` if the files do not contain it.
    pub fn of(self, line: Option<&Line>) -> Option<Origin> {
        Some(Origin::of(&self.origins.get(line?)?, self.root))
    }
}
