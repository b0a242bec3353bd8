//! Saved plans: only the changes in them are sent. The digest detects damage; protecting the file against tampering is
//! up to its owner.

mod already;
mod reviewed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bylaws_engine::{Action, Address, Change, Plan, WorkspaceId, WorkspaceLabel, WorkspaceRef};
use bylaws_kinds::Live;
use bylaws_kinds::live::LivePeople;
use bylaws_output::document::canonical::sha256;
use bylaws_output::document::plan::{ChangeDocument, FORMAT_VERSION, PlanDocument};
use bylaws_output::document::pretty;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::bounded;
use crate::exit::Failure;
use crate::live::calls;
use crate::recognize::{self, Use};

pub(crate) use reviewed::Reviewed;

/// The maximum age of a saved plan.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The maximum difference between the clocks of the service's servers.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

pub(crate) fn seal(document: &PlanDocument, now: Timestamp) -> String {
    let mut document = document.clone();
    document.created_at = Some(now.to_string());
    document.digest = Some(String::new());
    let digest = sha256(&pretty(&document));
    document.digest = Some(digest);
    pretty(&document)
}

/// Reads a saved plan and checks that it is complete.
pub(crate) fn open(path: &Path) -> Result<PlanDocument, Failure> {
    const HELP: &str = "create a new one with `bylaws plan --out FILE`";
    let refused = |reason: &str| Failure::stale(format!("{}: {reason}", path.display()), HELP);
    let text = match bounded::read_to_string(path, bounded::DOCUMENT) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return Err(refused("damaged: not UTF-8"));
        }
        Err(error) => return Err(Failure::io(path, "read the saved plan")(error)),
    };
    let document: PlanDocument = serde_json::from_str(&text).map_err(|error| {
        recognize::instead(path, &text, Use::SavedPlan)
            .unwrap_or_else(|| refused(&format!("damaged, or not a plan: {error}")))
    })?;
    if document.format_version != FORMAT_VERSION || document.bylaws_version != env!("CARGO_PKG_VERSION") {
        return Err(refused(&format!(
            "created by Bylaws {} (format {}); this is Bylaws {} (format {FORMAT_VERSION})",
            document.bylaws_version,
            document.format_version,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let (Some(digest), Some(_)) = (&document.digest, &document.created_at) else {
        return Err(refused("not a saved plan: it has no digest, as `--format json` prints it"));
    };
    // Over the exact bytes, so that every flipped bit is detected, even between two fields.
    let emptied = text.replacen(&format!("\"digest\": \"{digest}\""), "\"digest\": \"\"", usize::MAX);
    let whole =
        !digest.is_empty() && emptied.len() + digest.len() == text.len() && sha256(&emptied) == *digest;
    // A matching hash does not make a different text have the same meaning.
    if !whole || pretty(&document) != text || document.computed_fingerprint() != document.fingerprint {
        return Err(refused("damaged: it does not match its digest"));
    }
    Ok(document)
}

/// Checks that a saved plan is for this organization and not too old.
pub(crate) fn check(saved: &PlanDocument, organization: &str, now: Timestamp) -> Result<(), Failure> {
    let refused = |message: String| Failure::stale(message, "create a new plan");
    if saved.organization.id != organization {
        return Err(refused(format!("the saved plan is for organization {}", saved.organization.id)));
    }
    let created: Option<Timestamp> = saved.created_at.as_deref().and_then(|text| text.parse().ok());
    let Some(created) = created else {
        return Err(refused("the saved plan has no creation time".to_owned()));
    };
    if created.duration_since(now) > SKEW {
        return Err(refused(format!(
            "the saved plan was created at {created}, which is in the future; the service's time is {now}"
        )));
    }
    if now.duration_since(created) > LIFETIME {
        return Err(refused(format!("the saved plan, created at {created}, is older than 24 hours")));
    }
    Ok(())
}

/// A saved plan compared with a new plan.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Changes in both plans and equal in every field: these are sent.
    pub(crate) both: BTreeSet<String>,
    /// Changes of the saved plan that are already done.
    pub(crate) already: Vec<String>,
    /// Changes of the saved plan that are no longer planned in the same way, and not done.
    pub(crate) moved: Vec<String>,
    /// Changes of the new plan that are not in the saved plan: listed, not sent.
    pub(crate) new: Vec<String>,
}

impl Comparison {
    pub(crate) fn of(saved: &PlanDocument, fresh: &Plan, live: &Live) -> Self {
        let created = created(&saved.changes);
        let planned: BTreeMap<&str, Value> = fresh
            .changes
            .iter()
            .map(|change| (change.id.as_str(), as_planned_before(change, &created, live).without_origin()))
            .collect();
        let mut comparison = Self::default();
        let mut missing = Vec::new();
        for change in &saved.changes {
            // A dependency that is already done is no longer planned; whether it is done is checked for the dependency
            // itself.
            let mut left = change.clone();
            left.depends_on.retain(|id| planned.contains_key(id.as_str()));
            if planned.get(left.id.as_str()) == Some(&left.without_origin()) {
                comparison.both.insert(left.id);
            } else {
                missing.push(change);
            }
        }
        let is_done = |change: &ChangeDocument| already::is_done(change, live, &fresh.workspaces);
        for change in missing {
            let id = change.id.clone();
            // An invite sent again with another role shows that the older one was revoked.
            let sent_again = *change.action == Action::Revoke
                && saved.changes.iter().any(|other| {
                    other.depends_on.contains(&id)
                        && is_done(other)
                        && !is_pending(live, change.target.as_deref())
                });
            let list =
                if is_done(change) || sent_again { &mut comparison.already } else { &mut comparison.moved };
            list.push(id);
        }
        let is_new = |id: &&str| !comparison.both.contains(*id);
        comparison.new =
            fresh.changes.iter().map(|change| change.id.as_str()).filter(is_new).map(str::to_owned).collect();
        comparison
    }
}

pub(super) fn created(changes: &[ChangeDocument]) -> BTreeSet<WorkspaceLabel> {
    let creates = changes.iter().filter(|change| *change.action == Action::Create);
    let labels = creates.filter_map(|change| match &*change.address {
        Address::Workspace(label) => Some(label.clone()),
        _ => None,
    });
    labels.collect()
}

/// Returns the change as a plan shows it before these workspaces are created: without their ids.
///
/// A label may now refer to another workspace. Only a workspace whose live name is the label can be the created
/// one.
pub(super) fn as_planned_before(
    change: &Change,
    created: &BTreeSet<WorkspaceLabel>,
    live: &Live,
) -> ChangeDocument {
    let label = change.address.workspace().filter(|label| created.contains(*label));
    match (change.write.live_workspace(), label) {
        (Some(id), Some(label)) if change.write.creates() && is_named(live, id, label) => {
            let mut before = change.clone();
            before.write = change.write.clone().within(WorkspaceRef::Created(label.clone()));
            calls::document(&before)
        }
        _ => calls::document(change),
    }
}

/// Returns whether the label is the live name of a workspace.
pub(super) fn is_named(live: &Live, id: &WorkspaceId, label: &WorkspaceLabel) -> bool {
    live.workspace(id).is_some_and(|workspace| workspace.name == label.as_str())
}

fn is_pending(live: &Live, id: Option<&str>) -> bool {
    let mut pending = live.people.iter().flat_map(LivePeople::pending);
    pending.any(|invite| id == Some(invite.id.as_str()))
}
