//! Why no plan of these files can contain a change of a workspace member.

use bylaws_config::shown::shown;
use bylaws_engine::{Action, Email, WorkspaceLabel};

use crate::Desired;
use crate::desired::{Policy, Workspace};
use crate::workspace::approval::{find, may_be_pinned};

/// Returns why a change of a workspace member can never be in a plan, or `None` if it can.
pub(crate) fn membership(
    desired: &Desired,
    action: Action,
    label: &WorkspaceLabel,
    email: &Email,
) -> Option<String> {
    if !matches!(action, Action::Create | Action::Update | Action::Remove) {
        return Some(
            "a workspace membership can only be created (`create`), changed (`update`) or removed (`remove`)"
                .to_owned(),
        );
    }
    let (name, who) = (shown(label.as_str()), shown(email.as_str()));
    let workspace = find(desired, label);
    let Some(open) = workspace.and_then(Workspace::open).filter(|open| open.manages_members()) else {
        let is_unknown = workspace.is_none() && may_be_pinned(desired);
        return (!is_unknown)
            .then(|| format!("the files list no workspace {name} with `members` or `teams`"));
    };
    let by_team = || {
        let teams = open.teams.iter().flatten().filter_map(|(team, _)| desired.teams.get(team));
        teams.into_iter().any(|team| team.contains(email))
    };
    if open.members.as_ref().is_some_and(|members| members.contains_key(email)) || by_team() {
        return None;
    }
    match (action, desired.unlisted.of("workspace_members")) {
        (Action::Remove, Policy::Remove) => None,
        (Action::Remove, Policy::Report | Policy::Ignore) => {
            Some(format!("{who} has no entry in {name}, and `unlisted.workspace_members` is not `remove`"))
        }
        _ => Some(format!("{who} has no entry in {name}")),
    }
}
