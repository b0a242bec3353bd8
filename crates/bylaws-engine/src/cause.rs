//! The cause of each change: this commit, a date or an invite, or a change made outside git.

use crate::words;

words!(
    /// The cause of a change, or of a waiting or blocked entry.
    Cause {
        /// The files differ from those of the base.
        Commit = "commit",
        /// A date in the files, or an invite that was accepted or has expired.
        Due = "due",
        /// The live state differs from the files that were in force already: it was changed outside git.
        Drift = "drift",
    }
);
