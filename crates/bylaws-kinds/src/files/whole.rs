//! Reports lines without any effect, which shows only after all files are read.
//! Anything that depends on the live state is left to the plan.

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_config::suggest::did_you_mean;
use bylaws_engine::guards::Pair;
use bylaws_engine::{Address, Line, OrganizationKind, WorkspaceLabel};

use super::{Context, rules};
use crate::desired::{Policy, Workspace};
use crate::objects::objects;
use crate::syntax::{Place, Scope};
use crate::unlisted_sections::unlisted_sections;
use crate::workspace::approval::{find, may_be_pinned};
use crate::{Desired, member, workspace, workspace_member};

/// Maximum number of approved changes to check.
const MAX_CHANGES: usize = 1_000;

/// Checks files without errors. `approved` are the changes of approvals and `limits` the workspaces with a spending
/// limit, both with their locations.
pub(super) fn report(
    cx: &mut Context,
    desired: &Desired,
    approved: &[(Pair, At)],
    limits: &[(WorkspaceLabel, At)],
) {
    teams(cx, desired);
    spending_limits(cx, desired, limits);
    policies(cx, desired);
    for (pair, at) in approved.iter().take(MAX_CHANGES) {
        if let Some(why) = never(desired, pair) {
            let message = format!("no plan of these files can contain {}", shown(&pair.to_string()));
            cx.report(&rules::APPROVAL_FOR_NOTHING, *at, message)
                .label("covers nothing")
                .help(format!("{why}; correct the line, or delete it"));
        }
    }
}

fn teams(cx: &mut Context, desired: &Desired) {
    for (team, people) in &desired.teams {
        // An empty team is reported already.
        if people.is_empty() || cx.used_teams.contains(team) {
            continue;
        }
        let Some(&at) = cx.origins.get(&Line::Team(team.clone())) else { continue };
        cx.report(&rules::UNUSED_TEAM, at, format!("no workspace uses the team {}", shown(team.as_str())))
            .label("not used")
            .help("give it a role under `teams` of a workspace, or delete it");
    }
}

fn spending_limits(cx: &mut Context, desired: &Desired, limits: &[(WorkspaceLabel, At)]) {
    let Some(listed) = &desired.workspaces else { return };
    for (label, at) in limits.iter().filter(|(label, _)| !label.is_default() && !label.is_claude_code()) {
        if listed.contains_key(label) {
            continue;
        }
        let near = did_you_mean(label.as_str(), listed.keys().map(WorkspaceLabel::as_str));
        let message = format!("the workspace {} is not listed", shown(label.as_str()));
        cx.report(&rules::LIMIT_FOR_NOTHING, *at, message)
            .label("limits nothing")
            .help(format!("{near}write the key of the workspace under `workspaces`, or delete the line"));
    }
}

fn policies(cx: &mut Context, desired: &Desired) {
    let enterprise = desired.organization.kind == OrganizationKind::Enterprise;
    for section in unlisted_sections() {
        let key = section.key;
        let Some(&at) = cx.origins.get(&Line::Unlisted(key)) else { continue };
        let of_console = enterprise && key != "members";
        // Writing the default is harmless, unless the key does not apply at all.
        let is_default = desired.unlisted.of(key) == Policy::default();
        if (section.applies)(desired) || (is_default && !of_console) {
            continue;
        }
        let why =
            if of_console { "`kind: enterprise` has only members and invites" } else { section.without };
        cx.report(&rules::POLICY_WITHOUT_EFFECT, at, format!("`unlisted.{key}` has no effect: {why}"))
            .label("no effect")
            .help("list what the policy applies to, or delete this line");
    }
}

/// Returns why a change can never be in a plan of these files, or `None` if it can.
fn never(desired: &Desired, pair: &Pair) -> Option<String> {
    let Pair { action, address } = pair;
    match address {
        Address::Organization | Address::Section(_) => {
            Some("the organization itself is never changed".to_owned())
        }
        Address::Invite(email) => member::approval::invite(desired, *action, email),
        Address::Member(email) => member::approval::member(desired, *action, email),
        Address::Workspace(label) => workspace::approval::workspace(desired, *action, label),
        Address::WorkspaceMember(label, email) => {
            workspace_member::approval::membership(desired, *action, label, email)
        }
        Address::UnknownWorkspaceMember(..) => None,
        Address::WorkspaceObject(label, kind, name) => {
            let objects = objects(kind)?;
            let workspace = find(desired, label);
            let scope = workspace.and_then(Workspace::open).map(|open| Scope::Workspace(label, open));
            match scope.filter(|scope| objects.entries(*scope).is_some()) {
                None if workspace.is_none() && may_be_pinned(desired) => None,
                None => {
                    let (label, section) = (shown(label.as_str()), objects.key(Place::of(label)));
                    Some(format!("the files list no workspace {label} with `{section}`"))
                }
                Some(scope) => objects.never(desired, *action, name, objects.may_list(scope, name)),
            }
        }
        Address::OrganizationObject(kind, name) => {
            let objects = objects(kind)?;
            let scope = Scope::Organization(desired);
            match objects.entries(scope) {
                None => Some(format!("there is no `{}` section", objects.key(Place::Organization))),
                Some(_) => objects.never(desired, *action, name, objects.may_list(scope, name)),
            }
        }
    }
}
