//! Reports lines without any effect, which shows only after all files are read.
//! Anything that depends on the live state is left to the plan.

use std::collections::BTreeMap;

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_config::suggest::did_you_mean;
use bylaws_engine::desired::{
    ApiKey, Line, Member, OpenWorkspace, Policy, UNLISTED, WantedRole, Workspace, WorkspaceState,
};
use bylaws_engine::guards::Pair;
use bylaws_engine::{Action, Address, Desired, Email, ObjectName, OrganizationKind, WorkspaceLabel};

use super::Context;
use crate::files::rules;

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
            cx.problems
                .report(
                    &rules::APPROVAL_FOR_NOTHING,
                    *at,
                    format!("no plan of these files can contain {}", shown(&pair.to_string())),
                )
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
        cx.problems
            .report(&rules::UNUSED_TEAM, at, format!("no workspace uses the team {}", shown(team.as_str())))
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
        cx.problems
            .report(
                &rules::LIMIT_FOR_NOTHING,
                *at,
                format!("the workspace {} is not listed", shown(label.as_str())),
            )
            .label("limits nothing")
            .help(format!("{near}write the key of the workspace under `workspaces`, or delete the line"));
    }
}

fn policies(cx: &mut Context, desired: &Desired) {
    let enterprise = desired.organization.kind == OrganizationKind::Enterprise;
    for section in UNLISTED {
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
        cx.problems
            .report(&rules::POLICY_WITHOUT_EFFECT, at, format!("`unlisted.{key}` has no effect: {why}"))
            .label("no effect")
            .help("list what the policy applies to, or delete this line");
    }
}

/// Returns why a change can never be in a plan of these files, or `None` if it can.
fn never(desired: &Desired, pair: &Pair) -> Option<String> {
    let Pair { action, address } = pair;
    match address {
        Address::Organization => Some("the organization itself is never changed".to_owned()),
        Address::Invite(email) => invite(desired, *action, email),
        Address::Member(email) => member(desired, *action, email),
        Address::Workspace(label) => workspace(desired, *action, label),
        Address::WorkspaceMember(label, email) => membership(desired, *action, label, email),
        Address::UnknownWorkspaceMember(..) => None,
        Address::WorkspaceObject(label, _, key) => workspace_key(desired, *action, label, key),
        Address::OrganizationObject(_, key) => organization_key(desired, *action, key),
    }
}

fn invite(desired: &Desired, action: Action, email: &Email) -> Option<String> {
    let entry = listed(desired, email);
    let who = shown(email.as_str());
    match action {
        Action::Invite => match entry {
            Some(Member { role: WantedRole::Settable(_), .. }) => None,
            Some(_) => Some(format!("{who} is listed with a role that an invite cannot give")),
            None => Some(format!("{who} is not listed under `members`")),
        },
        Action::Revoke => match entry {
            Some(Member { role: WantedRole::Held(_), .. }) => {
                Some(format!("{who} is listed with a role that the API cannot remove"))
            }
            Some(_) => None,
            None => unlisted_person(desired, &who),
        },
        Action::Create | Action::Update | Action::Remove | Action::Archive => {
            Some("an invite can only be sent (`invite`) or withdrawn (`revoke`)".to_owned())
        }
    }
}

fn member(desired: &Desired, action: Action, email: &Email) -> Option<String> {
    let entry = listed(desired, email);
    let who = shown(email.as_str());
    match action {
        Action::Update => match entry {
            Some(Member { role: WantedRole::Settable(_), .. }) => None,
            Some(_) => Some(format!("{who} is not listed with a role that can be assigned")),
            None => Some(format!("{who} is not listed under `members`")),
        },
        Action::Remove => match entry {
            Some(Member { role: WantedRole::Held(_), .. }) => {
                Some(format!("{who} is listed with a role that the API cannot remove"))
            }
            Some(Member { role: WantedRole::Settable(_), until: None, .. }) => {
                Some(format!("{who} is listed without an end date"))
            }
            Some(_) => None,
            None => unlisted_person(desired, &who),
        },
        Action::Invite => Some(format!("write `invite invite/{email}`: invites have their own addresses")),
        Action::Revoke => Some(format!("write `revoke invite/{email}`: invites have their own addresses")),
        Action::Create | Action::Archive => {
            Some("a member can only be changed (`update`) or removed (`remove`)".to_owned())
        }
    }
}

fn unlisted_person(desired: &Desired, who: &str) -> Option<String> {
    match (&desired.members, desired.unlisted.of("members")) {
        (None, _) => Some("there is no `members` section".to_owned()),
        (Some(_), Policy::Remove) => None,
        (Some(_), Policy::Report | Policy::Ignore) => {
            Some(format!("{who} is not listed, and `unlisted.members` is not `remove`"))
        }
    }
}

fn workspace(desired: &Desired, action: Action, label: &WorkspaceLabel) -> Option<String> {
    let name = shown(label.as_str());
    let Some(workspace) = find(desired, label) else {
        return (!may_be_pinned(desired)).then(|| format!("the workspace {name} is not listed"));
    };
    let archived = matches!(workspace.state, WorkspaceState::Archived);
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

fn membership(desired: &Desired, action: Action, label: &WorkspaceLabel, email: &Email) -> Option<String> {
    if !matches!(action, Action::Create | Action::Update | Action::Remove) {
        return Some(
            "a workspace membership can only be created (`create`), changed (`update`) or removed (`remove`)"
                .to_owned(),
        );
    }
    let (name, who) = (shown(label.as_str()), shown(email.as_str()));
    let workspace = find(desired, label);
    let Some(open) = workspace.and_then(in_use).filter(|open| open.manages_members()) else {
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

fn workspace_key(
    desired: &Desired,
    action: Action,
    label: &WorkspaceLabel,
    key: &ObjectName,
) -> Option<String> {
    let workspace = find(desired, label);
    let keys = workspace.and_then(in_use).and_then(|open| open.api_keys.as_ref());
    match keys {
        None if workspace.is_none() && may_be_pinned(desired) => None,
        None => Some(format!("the files list no workspace {} with `api_keys`", shown(label.as_str()))),
        Some(keys) => self::key(desired, action, lists(keys, key), key),
    }
}

fn organization_key(desired: &Desired, action: Action, key: &ObjectName) -> Option<String> {
    match &desired.api_keys {
        None => Some("there is no `api_keys` section".to_owned()),
        Some(keys) => self::key(desired, action, lists(keys, key), key),
    }
}

fn key(desired: &Desired, action: Action, is_listed: bool, key: &ObjectName) -> Option<String> {
    if action != Action::Update {
        return Some("an API key can only be changed (`update`)".to_owned());
    }
    let stays = desired.unlisted.of("api_keys") != Policy::Remove;
    (!is_listed && stays).then(|| {
        format!("the key {} is not listed, and `unlisted.api_keys` is not `remove`", shown(key.as_str()))
    })
}

fn listed<'d>(desired: &'d Desired, email: &Email) -> Option<&'d Member> {
    desired.members.as_ref()?.get(email)
}

/// Returns whether an entry may be for the key with this name or id; only a plan knows the live name of a pinned key.
fn lists(keys: &BTreeMap<ObjectName, ApiKey>, key: &ObjectName) -> bool {
    keys.contains_key(key) || keys.values().any(|line| line.id.is_some())
}

/// Returns whether an entry may be for a workspace of any name; only a plan knows the live name of a pinned one.
fn may_be_pinned(desired: &Desired) -> bool {
    desired.workspaces.iter().flatten().any(|(_, workspace)| workspace.id.is_some())
}

/// Finds a workspace by its label, name or id.
fn find<'d>(desired: &'d Desired, label: &WorkspaceLabel) -> Option<&'d Workspace> {
    let all = desired.workspaces.as_ref()?;
    let meant = |workspace: &&Workspace| {
        workspace.name.as_deref() == Some(label.as_str())
            || workspace.id.as_ref().is_some_and(|id| id.as_str() == label.as_str())
    };
    all.get(label).or_else(|| all.values().find(meant))
}

fn in_use(workspace: &Workspace) -> Option<&OpenWorkspace> {
    match &workspace.state {
        WorkspaceState::Open(open) => Some(open),
        WorkspaceState::Archived => None,
    }
}
