//! Why no plan of these files can contain a change of a workspace.

use bylaws_config::shown::shown;
use bylaws_engine::{Action, WorkspaceLabel};

use crate::Desired;
use crate::desired::Workspace;

/// Returns why a change of a workspace can never be in a plan, or `None` if it can.
pub(crate) fn workspace(desired: &Desired, action: Action, label: &WorkspaceLabel) -> Option<String> {
    let name = shown(label.as_str());
    let Some(workspace) = find(desired, label) else {
        return (!may_be_pinned(desired)).then(|| format!("the workspace {name} is not listed"));
    };
    let archived = workspace.open().is_none();
    match action {
        Action::Archive if !archived => Some(format!("{name} has no `state: archived`")),
        Action::Create | Action::Update if archived => Some(format!("{name} has `state: archived`")),
        Action::Create if workspace.id.is_some() => {
            Some(format!("{name} has an `id`, so it is never created"))
        }
        Action::Create if label.is_default() || label.is_claude_code() => {
            Some(format!("the service creates {name} itself"))
        }
        Action::Archive | Action::Create | Action::Update => None,
        Action::Remove | Action::Invite | Action::Revoke => Some(
            "a workspace can only be created (`create`), changed (`update`) or archived (`archive`)"
                .to_owned(),
        ),
    }
}

/// Returns whether an entry may be for a workspace of any name; only a plan knows the live name of a pinned one.
pub(crate) fn may_be_pinned(desired: &Desired) -> bool {
    desired.workspaces.iter().flatten().any(|(_, workspace)| workspace.id.is_some())
}

/// Finds a workspace by its label, name or id.
pub(crate) fn find<'d>(desired: &'d Desired, label: &WorkspaceLabel) -> Option<&'d Workspace> {
    let all = desired.workspaces.as_ref()?;
    let meant = |workspace: &&Workspace| {
        workspace.name.as_deref() == Some(label.as_str())
            || workspace.id.as_ref().is_some_and(|id| id.as_str() == label.as_str())
    };
    all.get(label).or_else(|| all.values().find(meant))
}
