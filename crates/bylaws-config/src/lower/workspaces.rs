//! `workspaces:` — the workspaces with what is under them.
//! Two of them are special and may have less: `Default` and `Claude Code`.

use std::collections::BTreeMap;

use bylaws_engine::{Line, OpenWorkspace, TeamName, Workspace, WorkspaceId, WorkspaceLabel, WorkspaceState};

use super::{Context, Teams, api_keys, seats, settings};
use crate::fields::{Fields, map, text};
use crate::node::{Entry, Node, Value};
use crate::people::People;
use crate::place::At;
use crate::rules;
use crate::scalars;
use crate::shown::{listed, shown};

/// The service's own limit, in characters.
const MAX_NAME: usize = 255;
/// What it took until lately.
const SAFE_NAME: usize = 40;

const KNOWN: &[&str] =
    &["id", "name", "state", "display_color", "tags", "data_residency", "members", "teams", "api_keys"];

pub(super) fn lower(
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
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, KNOWN)?;
    let barred = special(cx, label, &fields);
    let fields = fields.without(barred);
    let id = fields.value("id").map(|node| {
        let id = scalars::id(&mut cx.problems, node, "wrkspc_")?;
        cx.pin(id, node.at);
        Some(WorkspaceId::new(id))
    });
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
    let members = fields.value("members").and_then(|node| seats::members(cx, label, node, people));
    let team_roles = fields
        .value("teams")
        .and_then(|node| seats::teams(cx, label, node, (teams, people), members.as_ref()));
    OpenWorkspace {
        display_color: fields.value("display_color").and_then(|node| settings::display_color(cx, node)),
        tags: fields.value("tags").and_then(|node| settings::tags(cx, node)),
        data_residency: fields.value("data_residency").and_then(|node| settings::data_residency(cx, node)),
        members,
        teams: team_roles,
        api_keys: fields.value("api_keys").map(|node| {
            let mut keys = BTreeMap::new();
            api_keys::lower(cx, node, |name| Line::WorkspaceApiKey(label.clone(), name), &mut keys);
            keys
        }),
    }
}

/// Reports what the two workspaces that the service makes itself cannot have.
fn special(cx: &mut Context, label: &WorkspaceLabel, fields: &Fields<'_>) -> &'static [&'static str] {
    let (barred, help): (&'static [&'static str], _) = if label.is_default() {
        (
            &["name", "state", "members", "teams"],
            "`Default` means the default workspace, which has no member list and is never renamed or archived",
        )
    } else if label.is_claude_code() {
        (
            &["id", "name", "state", "members", "teams", "api_keys"],
            "the service manages it; only `display_color`, `tags` and `data_residency` can be set",
        )
    } else {
        return &[];
    };
    for entry in barred.iter().filter_map(|key| fields.get(key)) {
        cx.problems
            .report(
                &rules::NOT_FOR_THIS_WORKSPACE,
                entry.at,
                format!("`{}` has no place under `{label}`", entry.key),
            )
            .label("not here")
            .help(help);
    }
    barred
}

fn name(cx: &mut Context, line: &Entry, pinned: bool) -> Option<String> {
    let name = text(&mut cx.problems, &line.value, "name")?;
    if !pinned {
        cx.problems
            .report(&rules::NAME_WITHOUT_ID, line.at, "`name` needs an `id` beside it")
            .label("no `id` here")
            .help("without an `id` the key is the name: rename the key, or pin the workspace by its `id`");
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
        cx.problems
            .report(
                &rules::NAME_TOO_LONG,
                at,
                format!("a name of {length} characters; the service takes {MAX_NAME}"),
            )
            .label("too long")
            .help("shorten it");
    } else if length > SAFE_NAME {
        cx.problems
            .report(
                &rules::LONG_NAME,
                at,
                format!("a name of {length} characters; the service took {SAFE_NAME} until lately"),
            )
            .label("long")
            .help("shorten it, or be ready for a refusal");
    }
}

/// Reads `state: archived`, beside which everything but `id` and `name` is ignored, with one warning.
fn archived(cx: &mut Context, node: &Node, fields: &Fields<'_>) -> bool {
    let word = match &node.value {
        Value::Bool(source) | Value::Number(source) => source,
        _ => match text(&mut cx.problems, node, "state") {
            Some(word) => word,
            None => return false,
        },
    };
    if word != "archived" {
        cx.problems
            .report(&rules::UNKNOWN_STATE, node.at, format!("unknown state {}", shown(word)))
            .label("no state")
            .help("write `archived`, or delete the line: a workspace without it is in use");
        return false;
    }
    let ignored = ["display_color", "tags", "data_residency", "members", "teams", "api_keys"];
    let ignored: Vec<&str> = ignored.into_iter().filter(|key| fields.get(key).is_some()).collect();
    // A team that this workspace names is not unused, though its line has no effect any more.
    if let Some(Value::Map(teams)) = fields.value("teams").map(|node| &node.value) {
        cx.used_teams.extend(teams.iter().map(|entry| TeamName::new(entry.key.as_str())));
    }
    if !ignored.is_empty() {
        let (are, them) = if ignored.len() == 1 { ("is", "it") } else { ("are", "them") };
        let message = format!("{} {are} ignored beside `state: archived`", listed(ignored.iter().copied()));
        cx.problems
            .report(&rules::ARCHIVED_WITH_SETTINGS, node.at, message)
            .label("only `id` and `name` count beside this")
            .help(format!("delete {them}: nothing in an archived workspace can be managed"));
    }
    true
}
