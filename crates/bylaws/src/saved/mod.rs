//! Saved plans: a promise about the objects they touch. The digest finds damage; who may write the
//! file is the business of whoever keeps it.

mod already;
mod reviewed;

pub(crate) use reviewed::Reviewed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bylaws_engine::{
    Action, Address, Change, InviteStatus, Live, Plan, WorkspaceId, WorkspaceLabel, WorkspaceRef, Write,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use bylaws_output::document::canonical::sha256;
use bylaws_output::document::plan::{ChangeDocument, FORMAT_VERSION, PlanDocument};
use bylaws_output::document::pretty;

use crate::bounded;
use crate::exit::Failure;
use crate::live::calls;
use crate::recognize::{self, Use};

/// A saved plan older than this is refused.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The servers of the service may disagree by a little about the time.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

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
    let document: PlanDocument = serde_json::from_str(&text).map_err(|error| {
        recognize::instead(path, &text, Use::SavedPlan)
            .unwrap_or_else(|| refused(&format!("damaged, or not a plan: {error}")))
    })?;
    if document.format_version != FORMAT_VERSION || document.bylaws_version != env!("CARGO_PKG_VERSION") {
        return Err(refused(&format!(
            "made by Bylaws {} (format {}); this is {} (format {FORMAT_VERSION})",
            document.bylaws_version,
            document.format_version,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let (Some(digest), Some(_)) = (&document.digest, &document.created_at) else {
        return Err(refused("not a saved plan: it has no digest, as `--format json` prints it"));
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
    if created.duration_since(now) > SKEW {
        return Err(refused(format!(
            "the saved plan of {created} is from the future; the service's time is {now}"
        )));
    }
    if now.duration_since(created) > LIFETIME {
        return Err(refused(format!("the saved plan of {created} is older than 24 hours")));
    }
    Ok(())
}

/// A saved plan compared with a plan of now.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// In both, equal in every part: these are sent.
    pub(crate) both: BTreeSet<String>,
    /// Saved, and done already, whoever did it.
    pub(crate) already: Vec<String>,
    /// Saved, no longer planned or planned otherwise, and not done.
    pub(crate) moved: Vec<String>,
    /// Planned now, and not saved: listed, not sent.
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
            // What a change waited for may be done already; whether it is, is asked for that one.
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
            // An invite that was sent again under another role shows that the older one was revoked.
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

/// The workspaces that changes create.
pub(super) fn created(changes: &[ChangeDocument]) -> BTreeSet<WorkspaceLabel> {
    let creates = changes.iter().filter(|change| *change.action == Action::Create);
    let labels = creates.filter_map(|change| match &*change.address {
        Address::Workspace(label) => Some(label.clone()),
        _ => None,
    });
    labels.collect()
}

/// The change as a plan shows it that still has to create these workspaces: it cannot name their ids.
///
/// A label may have come to mean another workspace since. Only one whose live name is the label can be what was created.
pub(super) fn as_planned_before(
    change: &Change,
    created: &BTreeSet<WorkspaceLabel>,
    live: &Live,
) -> ChangeDocument {
    let label = change.address.workspace().filter(|label| created.contains(*label));
    match (&change.write, label) {
        (Write::AddWorkspaceMember { workspace: WorkspaceRef::Live(id), user, role }, Some(label))
            if is_named(live, id, label) =>
        {
            let workspace = WorkspaceRef::Created(label.clone());
            let mut before = change.clone();
            before.write = Write::AddWorkspaceMember { workspace, user: user.clone(), role: *role };
            calls::document(&before)
        }
        _ => calls::document(change),
    }
}

/// Whether the live name of a workspace is this label.
pub(super) fn is_named(live: &Live, id: &WorkspaceId, label: &WorkspaceLabel) -> bool {
    let workspace = live.workspaces.as_ref().and_then(|workspaces| workspaces.all.get(id));
    workspace.is_some_and(|workspace| workspace.name == label.as_str())
}

fn is_pending(live: &Live, id: Option<&str>) -> bool {
    let mut invites = live.people.iter().flat_map(|people| &people.invites);
    invites.any(|invite| id == Some(invite.id.as_str()) && invite.status == InviteStatus::Pending)
}
