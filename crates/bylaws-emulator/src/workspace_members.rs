//! Workspace memberships: add, list, get, change, remove (`docs/service-behaviour.md#workspace-members`).
//! Stores only explicit memberships; implied ones are computed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::event::{Pattern, Recorded, id_of, objects};
use crate::ids::is_id;
use crate::kinds::Kind;
use crate::listing::Listing;
use crate::object::{Object, Problem};
use crate::organization::below;
use crate::page::Paging;
use crate::request::{Query, Target};
use crate::role;
use crate::routes::Run::{Delete, Get, List, Post};
use crate::seed::Seed;
use crate::seeding::{Seeding, each, id, in_workspaces};
use crate::state::State;
use crate::workspaces::{find, find_own};

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.workspace_members, document, LIST, now, WorkspaceMember::from_seed)
    },
    check,
    recorded: &[Recorded {
        find: |state, path, told| match path {
            ["workspaces", id, "members", rest @ ..] => {
                let user = id_of(rest, told, "user_id");
                Some(json!(user.and_then(|user| state.members.get(*id)?.get(&user))))
            }
            _ => None,
        },
        all: |seed| objects(&seed.workspace_members),
        says: |change| change.of(&ACTIVITIES),
    }],
    ..Kind::new(&[
        ("/v1/organizations/workspaces/{workspace_id}/members", &[List(list), Post(add)]),
        (
            "/v1/organizations/workspaces/{workspace_id}/members/{user_id}",
            &[Get(get), Post(update), Delete(remove)],
        ),
    ])
};

const ACTIVITIES: Pattern = Pattern {
    added: "platform_workspace_member_added",
    updated: "platform_workspace_member_updated",
    removed: "platform_workspace_member_removed",
    ids: &[("user_id", "user_id"), ("workspace_id", "workspace_id")],
    updates: &[("/workspace_role", "workspace_role")],
    hidden: &[],
};

/// The list of the seed.
const LIST: &str = "workspace_members";
/// What a membership is called if it is not found.
pub(crate) const NAME: &str = "Workspace member";

/// A membership as the service returns it: without id and address.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["workspace_id", "user_id", "workspace_role"]))]
pub struct WorkspaceMember {
    /// Always `workspace_member`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The id of the member, `user_…`.
    pub user_id: String,
    /// The id of the workspace, `wrkspc_…`.
    pub workspace_id: String,
    /// The workspace role; unknown values are kept.
    pub workspace_role: String,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl WorkspaceMember {
    fn new(workspace_id: &str, user_id: &str, role: &str) -> Self {
        Self {
            kind: "workspace_member",
            user_id: user_id.to_owned(),
            workspace_id: workspace_id.to_owned(),
            workspace_role: role.to_owned(),
            extra: BTreeMap::new(),
        }
    }

    fn from_seed(mut object: Object, _: &mut Seeding) -> Result<Self, Problem> {
        object.kind("workspace_member")?;
        let workspace_id = id(&mut object, "workspace_id", "wrkspc_")?;
        let user_id = id(&mut object, "user_id", "user_")?;
        let role = object.text("workspace_role")?;
        Ok(Self { extra: object.rest(), ..Self::new(&workspace_id, &user_id, &role) })
    }
}

fn check(seed: &Seed) -> Result<(), Problem> {
    let members = &seed.workspace_members;
    in_workspaces(seed, LIST, members, "workspace_id", |member| Some(&member.workspace_id))?;
    let mut seen = BTreeSet::new();
    each(LIST, members, |member| {
        let is_new = seen.insert((&member.workspace_id, &member.user_id));
        if is_new { Ok(()) } else { Err(Problem::new("", "the same membership appears twice")) }
    })
}

fn list(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let paging = Paging::read(&mut query)?;
    query.finish()?;
    let workspace = find(state, target)?;
    let nobody = Listing::of(NAME);
    paging.page(state.members.get(&workspace.id).unwrap_or(&nobody), |_| true)
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    let (workspace_id, user_id) = ids(target);
    find(state, target)?;
    if let Some(membership) = membership(state, workspace_id, user_id) {
        return Ok(json!(membership));
    }
    let role = implicit(state, user_id).ok_or_else(no_member)?;
    Ok(json!(WorkspaceMember::new(workspace_id, user_id, role)))
}

fn add(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let workspace_id = target.id("workspace_id");
    let user_id = body.text("user_id")?;
    if !is_id(&user_id, "user_") {
        return Err(Refusal::invalid("user_id: must be an id beginning with user_."));
    }
    let wanted = role::read(&mut body, "workspace_role", &role::SETTABLE_IN_WORKSPACE)?;
    body.finish()?;
    writable(state, target)?;
    state.users.find(&user_id)?;
    if membership(state, workspace_id, &user_id).is_some() {
        return Err(Refusal::invalid("The user is a member of the workspace already."));
    }
    check_implicit(state, &user_id, Some(&wanted))?;
    check_limit(state, workspace_id)?;
    Ok(put(state, workspace_id, &user_id, &wanted))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let (workspace_id, user_id) = ids(target);
    let wanted = role::read(&mut body, "workspace_role", &role::SETTABLE_IN_WORKSPACE)?;
    body.finish()?;
    writable(state, target)?;
    let explicit = membership(state, workspace_id, user_id).is_some();
    if !explicit && implicit(state, user_id).is_none() {
        return Err(no_member());
    }
    check_implicit(state, user_id, Some(&wanted))?;
    if let (true, Some(members)) = (explicit, state.members.get_mut(workspace_id)) {
        let membership = members.find_mut(user_id)?;
        membership.workspace_role = wanted;
        return Ok(json!(membership));
    }
    // Raising a billing member turns the inherited membership into an explicit one.
    check_limit(state, workspace_id)?;
    Ok(put(state, workspace_id, user_id, &wanted))
}

fn remove(state: &mut State, target: &Target<'_>) -> Answer {
    let (workspace_id, user_id) = ids(target);
    writable(state, target)?;
    let explicit = membership(state, workspace_id, user_id);
    match (explicit.map(|membership| &*membership.workspace_role), implicit(state, user_id)) {
        (None, None) => return Err(no_member()),
        // The only explicit membership possible beside an inherited one can also be removed.
        (Some("workspace_admin"), Some("workspace_billing")) | (Some(_), None) => {}
        (_, Some(_)) => check_implicit(state, user_id, None)?,
    }
    if let Some(memberships) = state.members.get_mut(workspace_id) {
        memberships.remove(user_id);
    }
    let here = [workspace_id.to_owned()];
    let claude_code = state.claude_code_workspaces();
    let claude_code = claude_code.iter().any(|id| id == workspace_id);
    for key in state.api_keys.iter_mut().filter(|key| key.lives_in(&here) && key.status == "active") {
        if key.belongs_to(user_id) || (claude_code && key.was_created_by(user_id)) {
            "inactive".clone_into(&mut key.status);
        }
    }
    Ok(json!({"type": "workspace_member_deleted", "user_id": user_id, "workspace_id": workspace_id}))
}

fn put(state: &mut State, workspace_id: &str, user_id: &str, role: &str) -> Value {
    let members = state.members.entry(workspace_id.to_owned()).or_insert_with(|| Listing::of(NAME));
    json!(members.add(user_id, WorkspaceMember::new(workspace_id, user_id, role)))
}

fn membership<'a>(state: &'a State, workspace_id: &str, user_id: &str) -> Option<&'a WorkspaceMember> {
    state.members.get(workspace_id)?.get(user_id)
}

fn implicit(state: &State, user_id: &str) -> Option<&'static str> {
    role::implicit(&state.users.get(user_id)?.role)
}

fn ids<'a>(target: &'a Target<'_>) -> (&'a str, &'a str) {
    (target.id("workspace_id"), target.id("user_id"))
}

fn writable(state: &State, target: &Target<'_>) -> Result<(), Refusal> {
    let why_not = "The default workspace has no member list; access follows the organization role.";
    find_own(state, target, why_not).map(drop)
}

/// Refuses changes of memberships implied by an organization role, with one exception.
fn check_implicit(state: &State, user_id: &str, wanted: Option<&str>) -> Result<(), Refusal> {
    match (implicit(state, user_id), wanted) {
        (None, _) | (Some("workspace_billing"), Some("workspace_admin")) => Ok(()),
        (Some(role), _) => {
            Err(Refusal::invalid(format!("The user is {role} here through their organization role.")))
        }
    }
}

fn check_limit(state: &State, workspace_id: &str) -> Result<(), Refusal> {
    let taken = || state.members.get(workspace_id).map_or(0, Listing::len);
    below(state.rest.limits.workspace_members, taken).map_err(|most| {
        Refusal::coded("workspace_member_limit_exceeded", format!("All {most} places are taken."))
    })
}

fn no_member() -> Refusal {
    Refusal::not_found(NAME)
}
