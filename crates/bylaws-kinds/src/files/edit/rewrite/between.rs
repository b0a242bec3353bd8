//! The edits that lead from one desired state to another. Sections that `adopt` never changes (guards, policies, audit) are
//! not compared.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::Notes;
use bylaws_config::page::{Page, flow, list};
use bylaws_config::quote::scalar;
use bylaws_engine::{Email, ObjectName, WorkspaceLabel, WorkspaceRole};

use crate::Desired;
use crate::desired::{
    AllowedGeos, DataResidency, Member, MembershipLine, OpenWorkspace, Workspace, WorkspaceSettings,
    WorkspaceState,
};
use crate::external_key::WorkspaceKey;
use crate::objects::OBJECTS;
use crate::syntax::Scope;
use crate::workspace::{schema, write};

/// The keys from the top of the files to an entry.
pub(super) type Path = Vec<String>;

/// The fields of an entry, as they are written.
type Fields = BTreeMap<&'static str, String>;

/// A change of the text.
pub(super) enum Edit {
    /// Replaces a value, or its field if the value is a map.
    Set { path: Path, field: Option<&'static str>, value: String },
    /// Removes an entry, if there is one.
    Delete(Path),
    /// Adds an entry to a map, after the others.
    Add { to: Path, entry: String },
}

/// Returns the edits from one desired state to another.
pub(super) fn between(from: &Desired, to: &Desired) -> Vec<Edit> {
    let mut edits = Edits(Vec::new());
    let named = |members: &BTreeMap<Email, Member>| {
        members.iter().map(|(email, line)| named(email, member(line))).collect()
    };
    edits.section(
        &path(&[], "members"),
        Some("role"),
        from.members.as_ref().map(named),
        to.members.as_ref().map(named),
    );
    for (team, people) in &from.teams {
        let left = to.teams.get(team);
        let gone = people.iter().filter(|email| left.is_none_or(|left| !left.contains(*email)));
        edits.0.extend(
            gone.map(|email| Edit::Delete(vec!["teams".into(), team.to_string(), email.to_string()])),
        );
    }
    edits.objects(&[], Scope::Organization(from), Scope::Organization(to));
    for (label, wanted) in to.workspaces.iter().flatten() {
        match from.workspaces.as_ref().and_then(|all| all.get(label)) {
            None => edits.add(&path(&[], "workspaces"), new_workspace(label, wanted)),
            Some(listed) => edits.workspace(label, listed, wanted),
        }
    }
    edits.0
}

struct Edits(Vec<Edit>);

impl Edits {
    fn add(&mut self, to: &[String], entry: String) {
        self.0.push(Edit::Add { to: to.to_vec(), entry });
    }

    /// Sets, removes or adds one entry whose value is not a map.
    fn value(&mut self, map: &[String], key: &str, from: Option<String>, to: Option<String>) {
        match (from, to) {
            (Some(from), Some(to)) if from == to => {}
            (Some(_), Some(value)) => self.0.push(Edit::Set { path: path(map, key), field: None, value }),
            (Some(_), None) => self.0.push(Edit::Delete(path(map, key))),
            (None, Some(value)) => self.add(map, format!("{}: {value}", scalar(key))),
            (None, None) => {}
        }
    }

    /// Compares the entries of a section. An entry may be its field `short` alone.
    fn section(
        &mut self,
        at: &[String],
        short: Option<&'static str>,
        from: Option<BTreeMap<String, Fields>>,
        to: Option<BTreeMap<String, Fields>>,
    ) {
        let line = |(name, fields): (&String, &Fields)| format!("{}: {}", scalar(name), entry(fields, short));
        let (from, to) = match (from, to) {
            (Some(from), Some(to)) => (from, to),
            (None, Some(to)) => {
                let Some((key, map)) = at.split_last() else { return };
                let lines: Vec<String> = to.iter().map(line).collect();
                return self.add(map, format!("{key}: {{{}}}", lines.join(", ")));
            }
            (_, None) => return,
        };
        for name in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
            match (from.get(name), to.get(name)) {
                (Some(_), None) => self.0.push(Edit::Delete(path(at, name))),
                (None, Some(fields)) => self.add(at, line((name, fields))),
                (Some(from), Some(to)) => self.fields(&path(at, name), short, from, to),
                (None, None) => {}
            }
        }
    }

    fn fields(&mut self, at: &[String], short: Option<&'static str>, from: &Fields, to: &Fields) {
        for key in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
            match (from.get(key), to.get(key)) {
                (Some(from), Some(to)) if from != to && short == Some(key) => {
                    self.0.push(Edit::Set { path: at.to_vec(), field: short, value: to.clone() });
                }
                (from, to) => self.value(at, key, from.cloned(), to.cloned()),
            }
        }
    }

    fn objects(&mut self, at: &[String], from: Scope<'_>, to: Scope<'_>) {
        for objects in OBJECTS {
            let (place, short) = (to.place(), objects.short());
            let entries = |scope| -> Option<BTreeMap<String, Fields>> {
                let entries = objects.entries(scope)?.into_iter().map(|(name, line)| {
                    let id = line.id.map(|id| ("id", scalar(&id)));
                    let key = objects.path(place, &name).last().map(|key| (*key).to_owned());
                    (key.unwrap_or_default(), line.fields.into_iter().chain(id).collect())
                });
                Some(entries.collect())
            };
            let none = ObjectName::none();
            match objects.path(place, &none).as_slice() {
                [key] => {
                    let value = |scope| entries(scope)?.get(*key).map(|fields| entry(fields, short));
                    self.value(at, key, value(from), value(to));
                }
                [section @ .., _] => {
                    let section = section.iter().fold(at.to_vec(), |at, key| path(&at, key));
                    self.section(&section, short, entries(from), entries(to));
                }
                [] => {}
            }
        }
    }

    fn workspace(&mut self, label: &WorkspaceLabel, from: &Workspace, to: &Workspace) {
        let at = path(&path(&[], "workspaces"), label.as_str());
        // An id is never adopted: it says which workspace the entry means.
        let Workspace { id: _, name, state } = from;
        self.value(&at, "name", name.as_deref().map(scalar), to.name.as_deref().map(scalar));
        match (state, &to.state) {
            (WorkspaceState::Open(from), WorkspaceState::Open(to)) => self.open(&at, label, from, to),
            (WorkspaceState::Open(_), WorkspaceState::Archived) => {
                let ignored = schema::ignored_if_archived().map(|key| Edit::Delete(path(&at, key)));
                self.0.extend(ignored);
                self.add(&at, "state: archived".to_owned());
            }
            (WorkspaceState::Archived, _) => {}
        }
    }

    fn open(&mut self, at: &[String], label: &WorkspaceLabel, from: &OpenWorkspace, to: &OpenWorkspace) {
        // `adopt` changes no roles of teams, and `objects` compares the sections of the kinds.
        let OpenWorkspace { settings, members, teams: _, .. } = from;
        let WorkspaceSettings { display_color, tags, data_residency, external_key } = settings;
        let wanted = &to.settings;
        let text = |text: &Option<String>| text.as_deref().map(scalar);
        self.value(at, "display_color", text(display_color), text(&wanted.display_color));
        if let (Some(from), Some(to)) = (tags, &wanted.tags) {
            let at = path(at, "tags");
            for key in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
                let text = |tags: &BTreeMap<String, String>| tags.get(key).map(|value| scalar(value));
                self.value(&at, key, text(from), text(to));
            }
        }
        if let (Some(from), Some(to)) = (data_residency, &wanted.data_residency) {
            let at = path(at, "data_residency");
            for ((key, from), (_, to)) in residency(from).into_iter().zip(residency(to)) {
                self.value(&at, key, from, to);
            }
        }
        let key = |key: &Option<WorkspaceKey>| key.as_ref().map(|key| scalar(&key.written()));
        self.value(at, "external_key", key(external_key), key(&wanted.external_key));
        let named = |members: &BTreeMap<Email, MembershipLine>| {
            members.iter().map(|(email, line)| named(email, membership(*line))).collect()
        };
        let (has, wants) = (members.as_ref().map(named), to.members.as_ref().map(named));
        self.section(&path(at, "members"), Some("role"), has, wants);
        self.objects(at, Scope::Workspace(label, from), Scope::Workspace(label, to));
    }
}

fn path(map: &[String], key: &str) -> Path {
    map.iter().cloned().chain([key.to_owned()]).collect()
}

/// Returns the entry of a new workspace, with its first line at the beginning of a line.
fn new_workspace(label: &WorkspaceLabel, workspace: &Workspace) -> String {
    let notes = Notes::new();
    let text = Page::written(&notes, |page| {
        page.line(2, &scalar(label.as_str()), "");
        write::one_workspace(page, label, workspace);
    });
    let lines: Vec<String> = text
        .iter()
        .flat_map(|text| text.lines())
        .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned())
        .collect();
    lines.join("\n")
}

/// Returns the value of an entry.
fn entry(fields: &Fields, short: Option<&str>) -> String {
    match (short.and_then(|short| fields.get(short)), fields.len()) {
        (Some(only), 1) => only.clone(),
        _ => {
            let mut all: Vec<(&str, Option<String>)> =
                fields.iter().map(|(key, value)| (*key, Some(value.clone()))).collect();
            all.sort_by_key(|(key, _)| Some(*key) != short);
            flow(&all)
        }
    }
}

/// Returns a value, without quotes if it is a number or a date.
fn word(text: &str) -> String {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_number { text.to_owned() } else { scalar(text) }
}

fn named(email: &Email, fields: [(&'static str, Option<String>); 3]) -> (String, Fields) {
    let fields = fields.into_iter().filter_map(|(key, value)| Some((key, word(&value?))));
    (email.to_string(), fields.collect())
}

fn member(line: &Member) -> [(&'static str, Option<String>); 3] {
    let Member { role, until, id } = line;
    [
        ("role", Some(role.as_str().to_owned())),
        ("until", until.map(|day| day.to_string())),
        ("id", id.as_ref().map(ToString::to_string)),
    ]
}

fn membership(line: MembershipLine) -> [(&'static str, Option<String>); 3] {
    let MembershipLine { role, until } = line;
    let role = role.map_or("none", WorkspaceRole::as_str);
    [("role", Some(role.to_owned())), ("until", until.map(|day| day.to_string())), ("id", None)]
}

fn residency(residency: &DataResidency) -> [(&'static str, Option<String>); 3] {
    let DataResidency { workspace_geo, allowed_inference_geos, default_inference_geo } = residency;
    let allowed = allowed_inference_geos.as_ref().map(|geos| match geos {
        AllowedGeos::Unrestricted => "unrestricted".to_owned(),
        AllowedGeos::Only(geos) => list(geos.iter().map(String::as_str)),
    });
    [
        ("workspace_geo", workspace_geo.as_deref().map(scalar)),
        ("allowed_inference_geos", allowed),
        ("default_inference_geo", default_inference_geo.as_deref().map(scalar)),
    ]
}
