//! What a commit has at PATH.

/// A file of a commit at PATH: its name below PATH, and its text or what is wrong with it.
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) content: Result<Vec<u8>, NotAFile>,
}

/// Why something that is named like a file, or contains files, has no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAFile {
    LinkToFolder,
    LinkOutside,
    Submodule,
}

impl NotAFile {
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::LinkToFolder => "a link to a folder, which is not followed",
            Self::LinkOutside => "a link that leads nowhere, or out of the folder",
            Self::Submodule => "a submodule, whose files are not in the commit",
        }
    }
}
