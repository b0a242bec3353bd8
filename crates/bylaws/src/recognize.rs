//! Recognizes the documents that Bylaws writes, so that an error can name one that was passed in place of another.

use std::path::Path;

use bylaws_output::render::escape::escape;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::exit::Failure;
use crate::journal;

/// A document that Bylaws writes.
enum Kind {
    /// `plan --out`.
    SavedPlan,
    /// `plan --format json`.
    PrintedPlan,
    /// `apply --format json`.
    Report,
    /// `snapshot --out`.
    Snapshot,
    /// `apply --journal`.
    Journal,
}

/// The document that was expected.
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

/// Returns the kind of document, if it is one that Bylaws writes.
fn kind_of(text: &str) -> Option<Kind> {
    let head: Head = serde_json::from_str(text).unwrap_or_default();
    let has_changes = head.format_version.is_some() && head.fingerprint.is_some() && head.changes.is_some();
    if has_changes && head.not_sent.is_some() {
        Some(Kind::Report)
    } else if has_changes && head.reads.is_some() {
        Some(if head.digest.is_some() { Kind::SavedPlan } else { Kind::PrintedPlan })
    } else if head.users.is_some() && head.workspaces.is_some() {
        Some(Kind::Snapshot)
    } else {
        journal::is_one(text).then_some(Kind::Journal)
    }
}

/// Returns the error that names the document and the command that accepts it; `None` if the document is unknown or the
/// expected one.
pub(crate) fn instead(path: &Path, text: &str, wanted: Use) -> Option<Failure> {
    let kind = kind_of(text)?;
    let name = escape(&path.display().to_string());
    let (reason, help) = match (kind, wanted) {
        (Kind::SavedPlan, Use::SavedPlan) | (Kind::Snapshot, Use::Snapshot) => return None,
        (Kind::SavedPlan, _) => {
            ("this is a saved plan", format!("use `bylaws apply --plan {name}`, or `bylaws show {name}`"))
        }
        (Kind::PrintedPlan, Use::SavedPlan) => {
            ("this plan was printed, not saved", "save one with `bylaws plan --out FILE`".to_owned())
        }
        (Kind::PrintedPlan, _) => {
            ("this is a plan that `--format json` printed", format!("use `bylaws show {name}`"))
        }
        (Kind::Report, _) => ("this is the report of an apply", format!("use `bylaws show {name}`")),
        (Kind::Snapshot, _) => ("this is a snapshot", format!("use `bylaws plan --live {name}`")),
        (Kind::Journal, _) => ("this is a journal", format!("use `bylaws journal show {name}`")),
    };
    Some(Failure::other(format!("{name}: {reason}"), help))
}
