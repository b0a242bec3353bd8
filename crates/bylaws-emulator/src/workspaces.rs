//! Workspaces: create, list, get, update, archive (`docs/service-behaviour.md#workspaces`).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::data_residency::DataResidency;
use crate::envelope::{Answer, Refusal};
use crate::external_keys::check_attach;
use crate::feed::event::{Pattern, Recorded, id_of, objects};
use crate::ids::{self, is_id};
use crate::kinds::Kind;
use crate::object::{Object, Problem};
use crate::organization::below;
use crate::page::Paging;
use crate::request::{Query, Target};
use crate::routes::Run::{Act, Get, List, Post};
use crate::seeding::{Seeding, own_id, unique};
use crate::state::State;
use crate::tags::{self, Tags};

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.workspaces, document, "workspaces", now, Workspace::from_seed)
    },
    check: |seed| unique("workspaces", &seed.workspaces, |workspace| &workspace.id),
    beta_field: Some(("efs-2026-10-01", "inference_data_privacy")),
    recorded: &[Recorded {
        find: |state, path, told| match path {
            ["workspaces", rest @ ..] if rest.len() < 2 => {
                Some(json!(id_of(rest, told, "id").and_then(|id| state.workspaces.get(&id))))
            }
            _ => None,
        },
        all: |seed| objects(&seed.workspaces),
        says: |change| change.of(&ACTIVITIES),
    }],
    ..Kind::new(&[
        ("/v1/organizations/workspaces", &[List(list), Post(create)]),
        ("/v1/organizations/workspaces/{workspace_id}", &[Get(get), Post(update)]),
        ("/v1/organizations/workspaces/{workspace_id}/archive", &[Act(archive)]),
    ])
};

const ACTIVITIES: Pattern = Pattern {
    added: "platform_workspace_created",
    updated: "platform_workspace_updated",
    removed: "platform_workspace_archived",
    ids: &[("id", "workspace_id")],
    updates: &[
        ("/name", "name"),
        ("/display_color", "display_color"),
        ("/data_residency/allowed_inference_geos", "allowed_inference_geos"),
        ("/data_residency/default_inference_geo", "default_inference_geo"),
        ("/external_key_id", "external_key_config_id"),
    ],
    hidden: &[],
};

/// The name of the workspace that every organization has.
pub(crate) const DEFAULT: &str = "Default";
/// The name of the workspace that appears with the first Claude Code sign-in.
pub(crate) const CLAUDE_CODE: &str = "Claude Code";

const COLORS: [&str; 8] =
    ["#6C5BB9", "#D97757", "#4A90D9", "#5DA271", "#C4A747", "#B05B8C", "#3E8E8E", "#8A6E54"];

/// A workspace as the service returns it. A seed needs `name`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["name"]))]
pub struct Workspace {
    /// The id, `wrkspc_…`.
    pub id: String,
    /// Always `workspace`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name, 1 to 255 characters; not unique.
    pub name: String,
    /// When it was created (RFC 3339).
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was archived (RFC 3339), or null while it is open. Archiving is permanent.
    #[schemars(with = "Option<String>")]
    pub archived_at: Option<Timestamp>,
    /// `#RRGGBB`
    pub display_color: String,
    /// Where data is stored and where inference may run.
    pub data_residency: DataResidency,
    /// The tags.
    pub tags: Tags,
    /// The customer-managed encryption key; write-once.
    pub external_key_id: Option<String>,
    /// The encryption compartment; read-only.
    pub compartment_id: String,
    /// The user profile; write-once.
    pub user_profile_id: Option<String>,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl Workspace {
    fn new(id: String, name: String, created_at: Timestamp) -> Self {
        let color = ids::hash(&["color", &id]) % 8;
        let color = usize::try_from(color).ok().and_then(|at| COLORS.get(at)).copied().unwrap_or("#6C5BB9");
        Self {
            compartment_id: ids::uuid(&["compartment", &id]),
            display_color: color.to_owned(),
            id,
            kind: "workspace",
            name,
            created_at,
            archived_at: None,
            data_residency: DataResidency::default(),
            tags: Tags::new(),
            external_key_id: None,
            user_profile_id: None,
            extra: BTreeMap::new(),
        }
    }

    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("workspace")?;
        let id = own_id(&mut object, "wrkspc_")?;
        let name = object.text("name")?;
        let id = seeding.id(id, "wrkspc_", &["workspace", &name]);
        let created_at = object.nullable_time("created_at")?.unwrap_or_else(|| seeding.days_ago(30));
        let plain = Self::new(id, name, created_at);
        let data_residency = object.nested("data_residency", DataResidency::from_seed)?.unwrap_or_default();
        Ok(Self {
            archived_at: object.nullable_time("archived_at")?,
            display_color: object.nullable_text("display_color")?.unwrap_or(plain.display_color),
            data_residency,
            tags: tags::from_seed(&mut object)?,
            external_key_id: object.nullable_text("external_key_id")?,
            compartment_id: object.nullable_text("compartment_id")?.unwrap_or(plain.compartment_id),
            user_profile_id: object.nullable_text("user_profile_id")?,
            extra: object.rest(),
            ..plain
        })
    }

    /// Returns the default workspace, older than all `others`.
    pub(crate) fn the_default(now: Timestamp, others: &[Self]) -> Self {
        let oldest = others.iter().map(|other| other.created_at).min().unwrap_or(now).min(now);
        let created_at = oldest.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let mut taken = others.iter().map(|other| other.id.clone()).collect();
        let id = ids::fresh("wrkspc_", &["the default workspace"], &mut taken);
        Self::new(id, DEFAULT.to_owned(), created_at)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.archived_at.is_none()
    }
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = Paging::read(&mut query)?;
    let (archived, default) = (query.flag("include_archived")?, query.flag("include_default")?);
    let ids = query.many("ids", |id| is_id(id, "wrkspc_"))?;
    query.finish()?;
    if ids.len() > 100 {
        return Err(Refusal::invalid("ids[]: at most 100."));
    }
    paging.page(&state.workspaces, |workspace| {
        (archived || workspace.is_open())
            && (default || !state.is_default(&workspace.id))
            && (ids.is_empty() || ids.contains(&workspace.id))
    })
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(json!(find(state, target)?))
}

/// Returns the workspace that a path names.
pub(crate) fn find<'a>(state: &'a State, target: &Target<'_>) -> Result<&'a Workspace, Refusal> {
    state.workspaces.find(target.id("workspace_id"))
}

fn create(state: &mut State, _: &Target<'_>, mut body: Object) -> Answer {
    let name = body.text("name")?;
    check_name(&name, 255)?;
    let color = body.nullable_text("display_color")?;
    check_color(color.as_deref())?;
    let data_residency = body.nested("data_residency", DataResidency::create)?.unwrap_or_default();
    let tags = tags::create(&mut body)?;
    let external_key_id = body.nullable_text("external_key_id")?;
    check_not_empty("external_key_id", external_key_id.as_deref())?;
    let user_profile_id = body.nullable_text("user_profile_id")?;
    body.finish()?;
    if let Some(key) = &external_key_id {
        check_attach(state, key, user_profile_id.as_deref())?;
    }
    let open = || state.workspaces.iter().filter(|workspace| workspace.is_open()).count();
    below(state.rest.limits.workspaces, open).map_err(|most| {
        Refusal::invalid(format!("The organization has {most} open workspaces, the most it may have."))
    })?;
    // Workspaces are never removed, so their number gives a new id.
    let id = state.workspaces.new_id("wrkspc_", "workspace number", &state.workspaces.len().to_string());
    let plain = Workspace::new(id.clone(), name, state.now);
    let display_color = color.unwrap_or_else(|| plain.display_color.clone());
    let workspace =
        Workspace { display_color, data_residency, tags, external_key_id, user_profile_id, ..plain };
    Ok(json!(state.workspaces.add(&id, workspace)))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let id = target.id("workspace_id");
    // Read everything first: a refused update changes nothing.
    let name = body.optional_text("name")?;
    name.as_deref().map_or(Ok(()), |name| check_name(name, 255))?;
    let color = body.optional_text("display_color")?;
    check_color(color.as_deref())?;
    let residency = body.nullable_object("data_residency")?;
    let merge = tags::read_merge(&mut body)?;
    let external_key_id = body.optional_text("external_key_id")?;
    check_not_empty("external_key_id", external_key_id.as_deref())?;
    let user_profile_id = body.optional_text("user_profile_id")?;
    body.finish()?;

    let is_default = state.is_default(id);
    let before = state.workspaces.find(id)?;
    check_open(before)?;
    let mut next = before.clone();
    if let Some(name) = name {
        if is_default && name != next.name {
            return Err(Refusal::invalid("name: the default workspace cannot be renamed."));
        }
        next.name = name;
    }
    next.display_color = color.unwrap_or(next.display_color);
    if let Some(residency) = residency {
        let updated = next.data_residency.updated(residency);
        next.data_residency = updated.map_err(|problem| problem.under("data_residency"))?;
    }
    tags::merge(&mut next.tags, merge);
    if is_default && user_profile_id.is_some() {
        return Err(Refusal::invalid("user_profile_id: the default workspace takes none."));
    }
    write_once("external_key_id", &mut next.external_key_id, external_key_id)?;
    write_once("user_profile_id", &mut next.user_profile_id, user_profile_id)?;
    let has_changed =
        (&next.external_key_id, &next.user_profile_id) != (&before.external_key_id, &before.user_profile_id);
    if let Some(key) = next.external_key_id.as_ref().filter(|_| has_changed) {
        check_attach(state, key, next.user_profile_id.as_deref())?;
    }
    let stored = state.workspaces.find_mut(id)?;
    *stored = next;
    Ok(json!(stored))
}

/// Archives a workspace and all its keys permanently. Idempotent.
fn archive(state: &mut State, target: &Target<'_>) -> Answer {
    let id = target.id("workspace_id");
    if state.is_default(id) {
        return Err(Refusal::invalid("The default workspace cannot be archived."));
    }
    let now = state.now;
    let workspace = state.workspaces.find_mut(id)?;
    if workspace.archived_at.is_none() {
        workspace.archived_at = Some(now);
        for key in state.api_keys.iter_mut().filter(|key| key.workspace_id() == Some(id)) {
            "archived".clone_into(&mut key.status);
        }
    }
    get(state, target)
}

/// Returns the workspace that a path names, for writes of what the default workspace does not have.
pub(crate) fn find_own<'a>(
    state: &'a State,
    target: &Target<'_>,
    why_not_default: &str,
) -> Result<&'a Workspace, Refusal> {
    let workspace = find(state, target)?;
    check_open(workspace)?;
    if state.is_default(&workspace.id) { Err(Refusal::invalid(why_not_default)) } else { Ok(workspace) }
}

/// Refuses writes to an archived workspace.
fn check_open(workspace: &Workspace) -> Result<(), Refusal> {
    if workspace.is_open() { Ok(()) } else { Err(Refusal::invalid("The workspace is archived.")) }
}

fn write_once(field: &str, stored: &mut Option<String>, wanted: Option<String>) -> Result<(), Refusal> {
    if wanted.is_some() && stored.is_some() && wanted != *stored {
        return Err(Refusal::invalid(format!("{field}: is set already and cannot be replaced.")));
    }
    *stored = wanted.or(stored.take());
    Ok(())
}

/// Refuses a name that is empty or longer than `most` characters.
pub(crate) fn check_name(name: &str, most: usize) -> Result<(), Refusal> {
    let fits = (1..=most).contains(&name.chars().count());
    if fits { Ok(()) } else { Err(Refusal::invalid(format!("name: must have 1 to {most} characters."))) }
}

fn check_color(color: Option<&str>) -> Result<(), Refusal> {
    let good = |text: &str| {
        text.strip_prefix('#')
            .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    if color.is_none_or(good) { Ok(()) } else { Err(Refusal::invalid("display_color: must be #RRGGBB.")) }
}

fn check_not_empty(field: &str, text: Option<&str>) -> Result<(), Refusal> {
    if text == Some("") { Err(Refusal::invalid(format!("{field}: is empty."))) } else { Ok(()) }
}
