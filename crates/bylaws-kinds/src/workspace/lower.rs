//! `workspaces:`: the workspaces and their contents.
//! `Default` and `Claude Code` have fewer settings.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bylaws_config::fields::{Fields, map, text};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::scalars::source;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{Line, TeamName, WorkspaceId, WorkspaceLabel};

use super::{schema, settings};
use crate::desired::{OpenWorkspace, Workspace, WorkspaceSettings, WorkspaceState};
use crate::external_key::WorkspaceKey;
use crate::files::entry::Scalar as _;
use crate::files::teams::Teams;
use crate::files::{Context, rules, scalars};
use crate::member::people::People;
use crate::syntax::{self, Place, Target};
use crate::workspace_member;

/// The service's limit on names, in characters.
const MAX_NAME: usize = 255;
/// The service's limit until recently, in characters.
const SAFE_NAME: usize = 40;

/// The keys under a workspace.
static KNOWN: LazyLock<Vec<&str>> = LazyLock::new(|| schema::valid(Place::Workspace));

pub(crate) fn lower(
    cx: &mut Context,
    section: &Entry,
    people: &mut People,
    teams: &Teams,
    all: &mut BTreeMap<WorkspaceLabel, Workspace>,
) {
    for entry in map(&mut cx.problems, &section.value, "workspaces").unwrap_or_default() {
        let visible = scalars::visible_name(&mut cx.problems, &entry.key, entry.at, "a workspace");
        let label = WorkspaceLabel::new(entry.key.as_str());
        if visible && cx.once(Line::Workspace(label.clone()), entry.at, "workspace", &entry.key) {
            let workspace = workspace(cx, &label, entry, people, teams);
            all.extend(workspace.map(|workspace| (label, workspace)));
        }
    }
}

fn workspace(
    cx: &mut Context,
    label: &WorkspaceLabel,
    entry: &Entry,
    people: &mut People,
    teams: &Teams,
) -> Option<Workspace> {
    if matches!(entry.value.value, Value::Null) {
        name_length(cx, &entry.key, entry.at);
        return Some(Workspace { id: None, name: None, state: WorkspaceState::Open(Box::default()) });
    }
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, &KNOWN)?;
    let barred = special(cx, Place::of(label), &fields);
    let fields = fields.without(&barred);
    let id = fields.value("id").map(|node| WorkspaceId::read(cx, node, "id"));
    if id.is_none() {
        name_length(cx, &entry.key, entry.at);
    }
    let name = fields.get("name").map(|line| name(cx, line, id.is_some()));
    let state = if fields.value("state").is_some_and(|node| archived(cx, node, &fields)) {
        WorkspaceState::Archived
    } else {
        WorkspaceState::Open(Box::new(open(cx, label, &fields, people, teams)))
    };
    Some(Workspace {
        id: id.map_or(Some(None), |id| id.map(Some))?,
        name: name.map_or(Some(None), |name| name.map(Some))?,
        state,
    })
}

fn open(
    cx: &mut Context,
    label: &WorkspaceLabel,
    fields: &Fields<'_>,
    people: &mut People,
    teams: &Teams,
) -> OpenWorkspace {
    let members =
        fields.value("members").and_then(|node| workspace_member::syntax::members(cx, label, node, people));
    let team_roles = fields
        .value("teams")
        .and_then(|node| workspace_member::syntax::teams(cx, label, node, (teams, people), members.as_ref()));
    let settings = WorkspaceSettings {
        display_color: fields.value("display_color").and_then(|node| settings::display_color(cx, node)),
        tags: fields.value("tags").and_then(|node| settings::tags(cx, node)),
        data_residency: fields.value("data_residency").and_then(|node| settings::data_residency(cx, node)),
        external_key: fields.value("external_key").and_then(|node| WorkspaceKey::read(cx, node)),
    };
    let mut open = OpenWorkspace { settings, members, teams: team_roles, ..OpenWorkspace::default() };
    for objects in syntax::at(Place::of(label)) {
        if let Some(section) = fields.value(objects.key(Place::of(label))) {
            objects.lower(cx, &[section], Target::Workspace(label, &mut open));
        }
    }
    open
}

/// Reports settings that do not apply to the two workspaces that the service creates; returns the invalid keys.
fn special(cx: &mut Context, place: Place, fields: &Fields<'_>) -> Vec<&'static str> {
    let (label, help) = match place {
        Place::Organization | Place::Workspace => return Vec::new(),
        Place::Default => (
            "Default",
            "delete it; the default workspace has no member list and no limits, and cannot be renamed or archived"
                .to_owned(),
        ),
        Place::ClaudeCode => {
            ("Claude Code", format!("delete it; only {} can be set here", schema::in_words(place)))
        }
    };
    let valid = schema::valid(place);
    let barred: Vec<&str> = KNOWN.iter().copied().filter(|key| !valid.contains(key)).collect();
    for entry in barred.iter().filter_map(|key| fields.get(key)) {
        let message = format!("`{}` is not valid under `{label}`", entry.key);
        cx.report(&rules::NOT_FOR_THIS_WORKSPACE, entry.at, message)
            .label("not valid here")
            .help(help.as_str());
    }
    barred
}

fn name(cx: &mut Context, line: &Entry, pinned: bool) -> Option<String> {
    let name = text(&mut cx.problems, &line.value, "name")?;
    if !pinned {
        cx.report(&rules::NAME_WITHOUT_ID, line.at, "`name` requires an `id`")
            .label("no `id` here")
            .help("rename the key, which is the name without an `id`, or pin the workspace by its `id`");
    }
    if !scalars::visible_name(&mut cx.problems, name, line.value.at, "a workspace") {
        return None;
    }
    name_length(cx, name, line.value.at);
    Some(name.to_owned())
}

fn name_length(cx: &mut Context, name: &str, at: At) {
    let length = name.chars().count();
    if length > MAX_NAME {
        let message = format!("the name has {length} characters; the limit is {MAX_NAME}");
        cx.report(&rules::NAME_TOO_LONG, at, message).label("too long").help("shorten it");
    } else if length > SAFE_NAME {
        let message = format!("the name has {length} characters; until recently the limit was {SAFE_NAME}");
        cx.report(&rules::LONG_NAME, at, message).label("long").help("shorten it; the service may refuse it");
    }
}

/// Reads `state: archived`; warns once about the settings that are then ignored.
fn archived(cx: &mut Context, node: &Node, fields: &Fields<'_>) -> bool {
    let Some(word) = source(&mut cx.problems, node, "state") else { return false };
    if word != "archived" {
        cx.report(&rules::UNKNOWN_STATE, node.at, format!("unknown state {}", shown(word)))
            .label("not a valid state")
            .help("write `archived`, or delete the line: a workspace without it is active");
        return false;
    }
    let ignored: Vec<&str> = schema::ignored_if_archived().filter(|key| fields.get(key).is_some()).collect();
    // A team that this workspace names counts as used, although its entry is ignored.
    if let Some(Value::Map(teams)) = fields.value("teams").map(|node| &node.value) {
        cx.used_teams.extend(teams.iter().map(|entry| TeamName::new(entry.key.as_str())));
    }
    if !ignored.is_empty() {
        let (are, them) = if ignored.len() == 1 { ("is", "it") } else { ("are", "them") };
        let message = format!("{} {are} ignored with `state: archived`", listed(ignored.iter().copied()));
        cx.report(&rules::ARCHIVED_WITH_SETTINGS, node.at, message)
            .label("only `id` and `name` apply with this")
            .help(format!("delete {them}: an archived workspace cannot be managed"));
    }
    true
}
