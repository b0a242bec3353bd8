//! Writes a desired state as files that load to the same desired state, for `bylaws import`.
//! The output is sorted, has one entry per line, and uses short forms if possible.

mod audit;
mod snippet;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bylaws_engine::{
    ApiKeyId, Domain, Email, Guards, ObjectName, OrganizationKind, TeamName, UserId, WorkspaceLabel,
    WorkspaceRole,
};
use bylaws_engine::{GuardKind, Line};
use bylaws_kinds::desired::{
    AllowedGeos, ApiKey, DataResidency, Member, MembershipLine, OpenWorkspace, Policy, UNLISTED, Workspace,
    WorkspaceState,
};
use bylaws_kinds::{API_KEY, Desired};

use crate::notes::Notes;
use crate::quote::scalar;
use crate::source::SourceFile;
use audit::audit;
pub use snippet::{SnippetValue, snippet};

use crate::words::{kind, role};

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
    let mut files = Vec::new();
    for (name, section) in SECTIONS {
        let mut page = Page { text: format!("{SCHEMA}\n"), notes };
        let before = page.text.len();
        section(&mut page, desired);
        if page.text.len() > before {
            files.push(SourceFile { name: name.to_owned(), text: page.text });
        }
    }
    files
}

/// Returns the desired state as a single file.
pub fn write_single(desired: &Desired, notes: &Notes) -> String {
    let mut page = Page { text: SCHEMA.to_owned(), notes };
    for (_, section) in SECTIONS {
        let before = page.text.len();
        section(&mut page, desired);
        if page.text.len() > before {
            page.text.insert(before, '\n');
        }
    }
    page.text
}

/// A file under construction.
struct Page<'a> {
    text: String,
    notes: &'a Notes,
}

impl Page<'_> {
    /// Writes `key:` with a value, or without one if lines follow below it.
    fn line(&mut self, indent: usize, key: &str, value: &str) {
        let colon = if value.is_empty() { ":" } else { ": " };
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{:indent$}{key}{colon}{value}", "");
    }

    /// Writes the same with the comments for `line`.
    fn noted(&mut self, indent: usize, line: &Line, key: &str, value: &str) {
        self.comment(indent, self.notes.above(line));
        self.line(indent, key, value);
        if let Some(note) = self.notes.beside(line) {
            self.text.truncate(self.text.trim_end().len());
            let _ = writeln!(self.text, " # {note}");
        }
    }

    fn comment(&mut self, indent: usize, lines: Vec<String>) {
        for line in lines {
            let _ = writeln!(self.text, "{:indent$}{}", "", format!("# {line}").trim_end());
        }
    }

    /// Writes an empty line.
    fn gap(&mut self) {
        self.text.push('\n');
    }
}

fn head(page: &mut Page<'_>, desired: &Desired) {
    page.comment(0, page.notes.head());
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
    page.comment(0, page.notes.unlisted());
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
        page.comment(4, page.notes.above(&Line::Approval(number)));
        page.line(4, "- changes", "");
        for change in &approval.changes {
            let _ = writeln!(page.text, "        - {}", scalar(&change.to_string()));
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

/// Returns the value alone if there is only one, otherwise all fields on one line.
fn short_or_long(fields: &[(&str, Option<&str>)]) -> String {
    let mut present = fields.iter().filter_map(|(_, value)| *value);
    match (present.next(), present.next()) {
        (Some(only), None) => only.to_owned(),
        _ => flow(&fields.iter().map(|(key, value)| (*key, value.map(scalar_or_day))).collect::<Vec<_>>()),
    }
}

/// Returns a scalar, with dates unquoted because they are easier to read.
fn scalar_or_day(text: &str) -> String {
    let is_day = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_day { text.to_owned() } else { scalar(text) }
}

fn flow(fields: &[(&str, Option<String>)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {value}")))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

fn list<'t>(items: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", items.map(scalar).collect::<Vec<_>>().join(", "))
}

/// Returns `{}` for an empty map, because a key without a value is an error.
fn none_or_below(is_empty: bool) -> &'static str {
    if is_empty { "{}" } else { "" }
}
