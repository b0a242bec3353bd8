//! Writes a desired state as files that load to the same desired state, for `bylaws import`.
//! The output is sorted, has one entry per line, and uses short forms if possible.

mod audit;

use std::collections::BTreeMap;

use bylaws_config::Notes;
use bylaws_config::SourceFile;
use bylaws_config::page::{Page, flow, list, none_or_below, short_or_long};
use bylaws_config::quote::scalar;
use bylaws_engine::desired::{
    AllowedGeos, ApiKey, DataResidency, GuardKind, Line, Member, MembershipLine, OpenWorkspace, Policy,
    UNLISTED, Workspace, WorkspaceState,
};
use bylaws_engine::{
    API_KEY, ApiKeyId, Desired, Domain, Email, Guards, ObjectName, OrganizationKind, TeamName, UserId,
    WorkspaceLabel, WorkspaceRole,
};

use crate::files::words::{kind, role};
use audit::audit;

/// The comment that tells editors which schema to use.
const SCHEMA: &str = "# yaml-language-server: $schema=./bylaws.schema.json\n";

/// A function that writes one section, or nothing if it is absent.
type Section = fn(&mut Page<'_>, &Desired);

/// The sections, with their file names if each section has its own file.
const SECTIONS: [(&str, Section); 5] = [
    ("bylaws.yaml", head),
    ("members.yaml", members),
    ("teams.yaml", teams),
    ("workspaces.yaml", workspaces),
    ("api_keys.yaml", organization_keys),
];

/// Returns one file for each managed section; `bylaws.yaml` contains the rest.
pub fn write_files(desired: &Desired, notes: &Notes) -> Vec<SourceFile> {
    let file = |(name, section): (&str, Section)| {
        let text = Page::written(notes, |page| section(page, desired))?;
        Some(SourceFile { name: name.to_owned(), text: format!("{SCHEMA}\n{text}") })
    };
    SECTIONS.into_iter().filter_map(file).collect()
}

/// Returns the desired state as a single file.
pub fn write_single(desired: &Desired, notes: &Notes) -> String {
    let mut text = SCHEMA.to_owned();
    for (_, section) in SECTIONS {
        if let Some(section) = Page::written(notes, |page| section(page, desired)) {
            text.push('\n');
            text.push_str(&section);
        }
    }
    text
}

fn head(page: &mut Page<'_>, desired: &Desired) {
    page.notes_at_top();
    page.line(0, "bylaws", "1");
    page.gap();
    page.noted(0, &Line::Organization, "organization", "");
    let organization = &desired.organization;
    page.line(2, "id", &scalar(organization.id.as_str()));
    if let Some(name) = &organization.name {
        page.line(2, "name", &scalar(name));
    }
    if organization.kind != OrganizationKind::Console {
        page.line(2, "kind", kind(organization.kind));
    }
    unlisted(page, desired);
    guards(page, &desired.guards);
    audit(page, &desired.audit);
    // An empty section does not need a file of its own.
    if desired.api_keys.as_ref().is_some_and(BTreeMap::is_empty) {
        page.gap();
        page.line(0, "api_keys", "{}");
    }
}

/// Writes the policies that apply to something, and those that are not the default.
fn unlisted(page: &mut Page<'_>, desired: &Desired) {
    let policies: Vec<(&'static str, Policy)> = UNLISTED
        .iter()
        .map(|section| (section, desired.unlisted.of(section.key)))
        .filter(|(section, policy)| (section.applies)(desired) || *policy != Policy::default())
        .map(|(section, policy)| (section.key, policy))
        .collect();
    if policies.is_empty() {
        return;
    }
    page.gap();
    page.notes_above_unlisted();
    page.line(0, "unlisted", "");
    for (key, policy) in policies {
        page.noted(2, &Line::Unlisted(key), key, policy.as_str());
    }
}

/// Writes the guards that differ from the defaults.
fn guards(page: &mut Page<'_>, guards: &Guards) {
    let usual = Guards::default();
    if *guards == usual {
        return;
    }
    page.gap();
    page.line(0, "guards", "");
    let mut line = |kind, key, value: &str| page.noted(2, &Line::Guard(kind), key, value);
    if guards.access_loss != usual.access_loss {
        let loss = format!("{{max: {}, share: {}}}", guards.access_loss.max, guards.access_loss.share);
        line(GuardKind::AccessLoss, "access_loss", &loss);
    }
    if guards.keys_off != usual.keys_off {
        line(GuardKind::KeysOff, "keys_off", &format!("{{max: {}}}", guards.keys_off));
    }
    if guards.invites != usual.invites {
        line(GuardKind::Invites, "invites", &format!("{{max: {}}}", guards.invites));
    }
    if guards.workspace_admins != usual.workspace_admins {
        let most = format!("{{max: {}}}", guards.workspace_admins);
        line(GuardKind::WorkspaceAdmins, "workspace_admins", &most);
    }
    if !guards.required_admins.is_empty() {
        let admins = list(guards.required_admins.iter().map(Email::as_str));
        line(GuardKind::RequiredAdmins, "required_admins", &admins);
    }
    if let Some(domains) = &guards.allowed_domains {
        line(GuardKind::AllowedDomains, "allowed_domains", &list(domains.iter().map(Domain::as_str)));
    }
    if !guards.protect.is_empty() {
        let addresses: Vec<String> = guards.protect.iter().map(ToString::to_string).collect();
        line(GuardKind::Protect, "protect", &list(addresses.iter().map(String::as_str)));
    }
    if guards.approvals.is_empty() {
        return;
    }
    page.line(2, "approve", "");
    for (number, approval) in guards.approvals.iter().enumerate() {
        page.notes_above(4, &Line::Approval(number));
        page.line(4, "- changes", "");
        for change in &approval.changes {
            page.item(8, &scalar(&change.to_string()));
        }
        page.line(6, "until", &approval.until.to_string());
        page.line(6, "reason", &scalar(&approval.reason));
    }
}

fn members(page: &mut Page<'_>, desired: &Desired) {
    let Some(members) = &desired.members else { return };
    page.noted(0, &Line::Guard(GuardKind::Members), "members", none_or_below(members.is_empty()));
    for (email, member) in members {
        page.noted(2, &Line::Member(email.clone()), &scalar(email.as_str()), &member_value(member));
    }
}

fn member_value(member: &Member) -> String {
    let until = member.until.map(|day| day.to_string());
    let id = member.id.as_ref().map(UserId::as_str);
    short_or_long(&[("role", Some(role(member.role))), ("until", until.as_deref()), ("id", id)])
}

fn teams(page: &mut Page<'_>, desired: &Desired) {
    if desired.teams.is_empty() {
        return;
    }
    page.line(0, "teams", "");
    for (name, people) in &desired.teams {
        let people = list(people.iter().map(Email::as_str));
        page.noted(2, &Line::Team(name.clone()), &scalar(name.as_str()), &people);
    }
}

fn workspaces(page: &mut Page<'_>, desired: &Desired) {
    let Some(all) = &desired.workspaces else { return };
    page.line(0, "workspaces", none_or_below(all.is_empty()));
    for (number, (label, workspace)) in all.iter().enumerate() {
        if number > 0 {
            page.gap();
        }
        page.noted(2, &Line::Workspace(label.clone()), &scalar(label.as_str()), "");
        one_workspace(page, label, workspace);
    }
}

fn one_workspace(page: &mut Page<'_>, label: &WorkspaceLabel, workspace: &Workspace) {
    if let Some(id) = &workspace.id {
        page.line(4, "id", &scalar(id.as_str()));
    }
    if let Some(name) = &workspace.name {
        page.line(4, "name", &scalar(name));
    }
    match &workspace.state {
        WorkspaceState::Archived => page.line(4, "state", "archived"),
        WorkspaceState::Open(open) => settings(page, label, open),
    }
}

fn settings(page: &mut Page<'_>, label: &WorkspaceLabel, open: &OpenWorkspace) {
    if let Some(color) = &open.display_color {
        page.line(4, "display_color", &scalar(color));
    }
    if let Some(tags) = &open.tags {
        let tags: Vec<String> =
            tags.iter().map(|(key, value)| format!("{}: {}", scalar(key), scalar(value))).collect();
        page.line(4, "tags", &format!("{{{}}}", tags.join(", ")));
    }
    if let Some(residency) = &open.data_residency {
        page.line(4, "data_residency", &residency_value(residency));
    }
    if let Some(members) = &open.members {
        page.line(4, "members", none_or_below(members.is_empty()));
        for (email, line) in members {
            membership(page, label, email, *line);
        }
    }
    if let Some(teams) = &open.teams {
        page.line(4, "teams", none_or_below(teams.is_empty()));
        for (team, role) in teams {
            team_line(page, label, team, *role);
        }
    }
    if let Some(keys) = &open.api_keys {
        page.line(4, "api_keys", none_or_below(keys.is_empty()));
        for (name, key) in keys {
            key_line(page, 6, &Line::of_object(Some(label), API_KEY.object(), name.clone()), name, key);
        }
    }
}

fn membership(page: &mut Page<'_>, label: &WorkspaceLabel, email: &Email, line: MembershipLine) {
    let until = line.until.map(|day| day.to_string());
    let role = line.role.map_or("none", WorkspaceRole::as_str);
    let value = short_or_long(&[("role", Some(role)), ("until", until.as_deref())]);
    page.noted(6, &Line::WorkspaceMember(label.clone(), email.clone()), &scalar(email.as_str()), &value);
}

fn team_line(page: &mut Page<'_>, label: &WorkspaceLabel, team: &TeamName, role: WorkspaceRole) {
    page.noted(6, &Line::WorkspaceTeam(label.clone(), team.clone()), &scalar(team.as_str()), role.as_str());
}

fn organization_keys(page: &mut Page<'_>, desired: &Desired) {
    let Some(keys) = desired.api_keys.as_ref().filter(|keys| !keys.is_empty()) else { return };
    page.line(0, "api_keys", "");
    for (name, key) in keys {
        key_line(page, 2, &Line::of_object(None, API_KEY.object(), name.clone()), name, key);
    }
}

fn key_line(page: &mut Page<'_>, indent: usize, line: &Line, name: &ObjectName, key: &ApiKey) {
    let id = key.id.as_ref().map(ApiKeyId::as_str);
    let value = short_or_long(&[("status", Some(key.status.as_str())), ("id", id)]);
    page.noted(indent, line, &scalar(name.as_str()), &value);
}

fn residency_value(residency: &DataResidency) -> String {
    let allowed = residency.allowed_inference_geos.as_ref().map(|geos| match geos {
        AllowedGeos::Unrestricted => "unrestricted".to_owned(),
        AllowedGeos::Only(geos) => list(geos.iter().map(String::as_str)),
    });
    let quoted = |geo: &Option<String>| geo.as_deref().map(scalar);
    flow(&[
        ("workspace_geo", quoted(&residency.workspace_geo)),
        ("allowed_inference_geos", allowed),
        ("default_inference_geo", quoted(&residency.default_inference_geo)),
    ])
}
