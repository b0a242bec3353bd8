//! Saved plans: a promise about the objects they touch. The digest finds damage; who may write the
//! file is the business of whoever keeps it.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::canonical::sha256;
use super::plan::{ChangeDocument, FORMAT_VERSION, PlanDocument};
use super::pretty;
use crate::bounded;
use crate::exit::Failure;

/// A saved plan older than this is refused.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The text of a saved plan.
pub(crate) fn seal(document: &PlanDocument, now: Timestamp) -> String {
    let mut document = document.clone();
    document.created_at = Some(now.to_string());
    document.digest = Some(String::new());
    let digest = sha256(&pretty(&document));
    document.digest = Some(digest);
    pretty(&document)
}

/// Reads a saved plan and checks that it is whole.
pub(crate) fn open(path: &Path) -> Result<PlanDocument, Failure> {
    const HELP: &str = "make a new one with `bylaws plan --out FILE`";
    let refused = |reason: &str| Failure::Stale {
        message: format!("{}: {reason}", path.display()),
        help: HELP.to_owned(),
    };
    let text = match bounded::read_to_string(path, bounded::DOCUMENT) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err(refused("damaged: not UTF-8"));
        }
        Err(error) => return Err(Failure::Io { path: path.to_owned(), what: "read the saved plan", error }),
    };
    let document: PlanDocument =
        serde_json::from_str(&text).map_err(|error| refused(&format!("damaged, or no plan: {error}")))?;
    if document.format_version != FORMAT_VERSION || document.bylaws_version != env!("CARGO_PKG_VERSION") {
        return Err(refused(&format!(
            "made by Bylaws {} (format {}); this is {} (format {FORMAT_VERSION})",
            document.bylaws_version,
            document.format_version,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let (Some(digest), Some(_)) = (&document.digest, &document.created_at) else {
        return Err(refused("no saved plan: it has no digest, as `--format json` prints it"));
    };
    // Over the very bytes, so that no flip goes unseen, not even one between two fields.
    let emptied = text.replacen(&format!("\"digest\": \"{digest}\""), "\"digest\": \"\"", usize::MAX);
    let whole =
        !digest.is_empty() && emptied.len() + digest.len() == text.len() && sha256(&emptied) == *digest;
    // A hash that fits its text can still not make another text mean the same.
    if !whole || pretty(&document) != text || document.computed_fingerprint() != document.fingerprint {
        return Err(refused("damaged: it does not match its digest"));
    }
    Ok(document)
}

/// Whether a saved plan still speaks for this organization at this time.
pub(crate) fn check(saved: &PlanDocument, organization: &str, now: Timestamp) -> Result<(), Failure> {
    let refused = |message: String| Failure::Stale { message, help: "make a new plan".to_owned() };
    if saved.organization.id != organization {
        return Err(refused(format!("the saved plan is for organization {}", saved.organization.id)));
    }
    let created: Option<Timestamp> = saved.created_at.as_deref().and_then(|text| text.parse().ok());
    let Some(created) = created else { return Err(refused("the saved plan has no time".to_owned())) };
    if now.duration_since(created) > LIFETIME {
        return Err(refused(format!("the saved plan of {created} is older than 24 hours")));
    }
    Ok(())
}

/// A saved plan held against a fresh one.
pub(crate) struct Comparison {
    /// In both, equal in every part: these are sent.
    pub(crate) both: Vec<String>,
    /// Saved, and no longer planned or planned otherwise.
    pub(crate) missing: Vec<ChangeDocument>,
    /// Planned now, and not saved: listed, not sent.
    pub(crate) new: Vec<String>,
}

impl Comparison {
    pub(crate) fn of(saved: &PlanDocument, fresh: &PlanDocument) -> Self {
        let fresh_changes: BTreeMap<&str, &ChangeDocument> =
            fresh.changes.iter().map(|change| (change.id.as_str(), change)).collect();
        let equal = |change: &ChangeDocument| {
            // What a change waited for may be done already; whether it is, is asked for that one.
            let mut change = change.clone();
            change.depends_on.retain(|id| fresh_changes.contains_key(id.as_str()));
            fresh_changes
                .get(change.id.as_str())
                .is_some_and(|fresh| fresh.without_origin() == change.without_origin())
        };
        let (both, missing): (Vec<_>, Vec<_>) =
            saved.changes.iter().cloned().partition(|change| equal(change));
        let both: Vec<String> = both.into_iter().map(|change| change.id).collect();
        let new =
            fresh.changes.iter().map(|change| change.id.clone()).filter(|id| !both.contains(id)).collect();
        Self { both, missing, new }
    }
}
