//! Recognizes the documents that Bylaws writes, so that an error can name one that was passed in place of another.

use std::path::Path;

use bylaws_output::render::escape::escape;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::exit::Failure;
use crate::journal;

/// The document that was expected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// PATH: the YAML files.
    Files,
    /// `--live SNAPSHOT`.
    Snapshot,
    /// `--plan FILE`.
    SavedPlan,
}

/// The fields that distinguish the documents in every version.
#[derive(Default, Deserialize)]
struct Head {
    format_version: Option<u32>,
    fingerprint: Option<String>,
    digest: Option<String>,
    changes: Option<Vec<IgnoredAny>>,
    reads: Option<IgnoredAny>,
    not_sent: Option<IgnoredAny>,
    users: Option<Vec<IgnoredAny>>,
    workspaces: Option<Vec<IgnoredAny>>,
}

/// Returns the error that names the document and the command that accepts it; `None` if the document is unknown or the
/// expected one.
pub(crate) fn instead(path: &Path, text: &str, wanted: Use) -> Option<Failure> {
    let head: Head = serde_json::from_str(text).unwrap_or_default();
    let has_changes = head.format_version.is_some() && head.fingerprint.is_some() && head.changes.is_some();
    let is_plan = has_changes && head.reads.is_some();
    let name = escape(&path.display().to_string());
    let show = format!("use `bylaws show {name}`");
    let (reason, help) = if has_changes && head.not_sent.is_some() {
        ("this is the report of an apply", show)
    } else if is_plan && head.digest.is_some() {
        if wanted == Use::SavedPlan {
            return None;
        }
        ("this is a saved plan", format!("use `bylaws apply --plan {name}`, or `bylaws show {name}`"))
    } else if is_plan && wanted == Use::SavedPlan {
        ("this plan was printed, not saved", "save one with `bylaws plan --out FILE`".to_owned())
    } else if is_plan {
        ("this is a plan that `--format json` printed", show)
    } else if head.users.is_some() && head.workspaces.is_some() {
        if wanted == Use::Snapshot {
            return None;
        }
        ("this is a snapshot", format!("use `bylaws plan --live {name}`"))
    } else if journal::is_one(text) {
        ("this is a journal", format!("use `bylaws journal show {name}`"))
    } else {
        return None;
    };
    Some(Failure::other(format!("{name}: {reason}"), help))
}
