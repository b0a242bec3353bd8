//! Reviewed plans: what an unattended apply may send for the merged commits.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use bylaws_engine::{Action, Address, Cause, Change, Plan, WorkspaceLabel};
use bylaws_kinds::Live;
use bylaws_output::document::canonical::canonical;
use bylaws_output::document::from_plan::facts;
use bylaws_output::document::plan::{ChangeDocument, FORMAT_VERSION, PlanDocument};
use serde_json::{Value, json};

use super::{as_planned_before, created, is_named};
use crate::bounded;
use crate::exit::Failure;
use crate::live::calls;
use crate::recognize::{self, Use};
use crate::world::World;

/// Deeper folders are not searched for plans.
const DEEPEST: usize = 4;

/// The changes of all reviewed plans.
#[derive(Debug, Default)]
pub(crate) struct Reviewed {
    /// The action, target and request of each change.
    requests: HashSet<String>,
    /// The address, workspace, action and result of each change that waited for an invite to be accepted.
    later: HashSet<String>,
    /// The workspaces that the plans create, whose ids were not known.
    created: BTreeSet<WorkspaceLabel>,
}

impl Reviewed {
    /// Reads plans, and folders of them: regular files that end in `.json`. Links are not followed.
    ///
    /// Fails if a path cannot be read, or if a file is not a plan for this organization.
    pub(crate) fn load(paths: &[PathBuf], organization: &str, world: &World) -> Result<Self, Failure> {
        let mut reviewed = Self::default();
        for path in paths {
            reviewed.read(&world.path(path), organization, 0)?;
        }
        Ok(reviewed)
    }

    fn read(&mut self, path: &Path, organization: &str, depth: usize) -> Result<(), Failure> {
        let failed = Failure::io(path, "read the reviewed plan");
        let kind = path.symlink_metadata().map_err(&failed)?.file_type();
        if kind.is_dir() {
            let entries =
                path.read_dir().map_err(&failed)?.collect::<Result<Vec<_>, _>>().map_err(&failed)?;
            for entry in entries {
                let (path, kind) = (entry.path(), entry.file_type().map_err(&failed)?);
                let is_plan = kind.is_file() && path.extension().is_some_and(|end| end == "json");
                if is_plan || kind.is_dir() && depth < DEEPEST {
                    self.read(&path, organization, depth + 1)?;
                }
            }
            return Ok(());
        }
        let document = |reason: String| {
            Failure::document(path, reason, "name plans that `bylaws plan --format json` printed")
        };
        if !kind.is_file() {
            return Err(document("not a regular file".to_owned()));
        }
        let text = bounded::read_to_string(path, bounded::DOCUMENT).map_err(&failed)?;
        let plan: PlanDocument = serde_json::from_str(&text).map_err(|error| {
            recognize::instead(path, &text, Use::SavedPlan)
                .unwrap_or_else(|| document(format!("not a plan: {error}")))
        })?;
        if plan.format_version != FORMAT_VERSION {
            return Err(document(format!(
                "its format version is {}; this version of Bylaws reads {FORMAT_VERSION}",
                plan.format_version
            )));
        }
        if plan.organization.id != organization {
            return Err(document(format!("it is for organization {}", plan.organization.id)));
        }
        self.add(&plan);
        Ok(())
    }

    /// Adds the changes that a plan attributes to its commit. Drift and due changes were not proposed there: for the
    /// next pull request, an unreviewed direct push is drift. A plan without a base proposes all its changes.
    fn add(&mut self, plan: &PlanDocument) {
        let is_proposed = |cause: Option<&Cause>| cause.is_none_or(|cause| *cause == Cause::Commit);
        let proposed = plan.changes.iter().filter(|change| is_proposed(change.cause.as_deref()));
        let changes: Vec<ChangeDocument> = proposed.cloned().collect();
        self.requests.extend(changes.iter().map(request));
        self.created.extend(created(&changes));
        let waiting = plan.waiting.iter().filter(|waiting| is_proposed(waiting.cause.as_deref()));
        self.later.extend(waiting.map(|waiting| {
            let id = waiting.workspace_id.as_deref();
            outcome(&waiting.address, id, *waiting.action, &json!(waiting.after))
        }));
    }

    /// Returns the changes that the commits cause and that are not in a reviewed plan.
    ///
    /// A change counts as reviewed if it waited for an invite then, or if it is in a workspace that the reviewed plan
    /// was to create.
    pub(crate) fn missing(&self, plan: &Plan, live: &Live) -> Vec<String> {
        let caused = plan.changes.iter().filter(|change| change.cause == Some(Cause::Commit));
        caused.filter(|change| !self.holds(change, plan, live)).map(|change| change.id.to_string()).collect()
    }

    fn holds(&self, change: &Change, plan: &Plan, live: &Live) -> bool {
        self.requests.contains(&request(&calls::document(change)))
            || self.requests.contains(&request(&as_planned_before(change, &self.created, live)))
            || self.waited_for(change, plan, live)
    }

    /// Returns whether a change waited in the same workspace, or in one that was still to be created under this name.
    fn waited_for(&self, change: &Change, plan: &Plan, live: &Live) -> bool {
        let after = json!(change.after.as_ref().map(facts));
        let waited =
            |id: Option<&str>| self.later.contains(&outcome(&change.address, id, change.action, &after));
        let label = change.address.workspace();
        match label.and_then(|label| Some((label, plan.workspaces.get(label)?))) {
            Some((label, id)) => waited(Some(id.as_str())) || is_named(live, id, label) && waited(None),
            None => waited(None),
        }
    }
}

fn request(change: &ChangeDocument) -> String {
    canonical(&json!({
        "action": change.action.to_string(),
        "target": change.target,
        "request": change.request,
    }))
}

fn outcome(address: &Address, workspace: Option<&str>, action: Action, after: &Value) -> String {
    canonical(&json!({
        "address": address.to_string(),
        "workspace": workspace,
        "action": action.to_string(),
        "after": after,
    }))
}
