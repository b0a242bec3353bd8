//! Workspace memberships: add, list, get, change, remove (`docs/service-behaviour.md#workspace-members`).
//! Stores only explicit memberships; implied ones are computed.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::listing::Listing;
use crate::object::{Object, Problem};
use crate::page::Paging;
use crate::request::{Query, is_id};
use crate::role;
use crate::state::State;
use crate::workspaces::{Workspace, check_open};

/// A membership as the service returns it: without id and address.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

    pub(crate) fn from_seed(mut object: Object) -> Result<Self, Problem> {
        object.kind("workspace_member")?;
        let workspace_id = object.text("workspace_id")?;
        let user_id = object.text("user_id")?;
        let role = object.text("workspace_role")?;
        Ok(Self { extra: object.rest(), ..Self::new(&workspace_id, &user_id, &role) })
    }
}

pub(crate) fn list(state: &State, workspace_id: &str, mut query: Query) -> Answer {
    let paging = Paging::read(&mut query)?;
    query.finish()?;
    workspace(state, workspace_id)?;
    let nobody = Listing::default();
    paging.page(state.members.get(workspace_id).unwrap_or(&nobody), |_| true)
}

pub(crate) fn get(state: &State, workspace_id: &str, user_id: &str) -> Answer {
    workspace(state, workspace_id)?;
    if let Some(membership) = membership(state, workspace_id, user_id) {
        return Ok(json!(membership));
    }
    match implicit(state, user_id) {
        Some(role) => Ok(json!(WorkspaceMember::new(workspace_id, user_id, role))),
        None => Err(no_member()),
    }
}

pub(crate) fn add(state: &mut State, workspace_id: &str, mut body: Object) -> Answer {
    let user_id = body.text("user_id")?;
    if !is_id(&user_id, "user_") {
        return Err(Refusal::invalid("user_id: must be an id beginning with user_."));
    }
    let wanted = read_role(&mut body)?;
    body.finish()?;
    writable(state, workspace_id)?;
    if !state.users.contains(&user_id) {
        return Err(Refusal::not_found("User"));
    }
    if membership(state, workspace_id, &user_id).is_some() {
        return Err(Refusal::invalid("The user is a member of the workspace already."));
    }
    check_implicit(state, &user_id, Some(&wanted))?;
    check_limit(state, workspace_id)?;
    Ok(put(state, workspace_id, &user_id, &wanted))
}

pub(crate) fn update(state: &mut State, workspace_id: &str, user_id: &str, mut body: Object) -> Answer {
    let wanted = read_role(&mut body)?;
    body.finish()?;
    writable(state, workspace_id)?;
    let explicit = membership(state, workspace_id, user_id).is_some();
    if !explicit && implicit(state, user_id).is_none() {
        return Err(no_member());
    }
    check_implicit(state, user_id, Some(&wanted))?;
    if explicit {
        let memberships = state.members.get_mut(workspace_id);
        let membership =
            memberships.and_then(|memberships| memberships.get_mut(user_id)).ok_or_else(no_member)?;
        membership.workspace_role = wanted;
        return Ok(json!(membership));
    }
    // Raising a billing member turns the inherited membership into an explicit one.
    check_limit(state, workspace_id)?;
    Ok(put(state, workspace_id, user_id, &wanted))
}

pub(crate) fn remove(state: &mut State, workspace_id: &str, user_id: &str) -> Answer {
    writable(state, workspace_id)?;
    let explicit =
        membership(state, workspace_id, user_id).map(|membership| membership.workspace_role.clone());
    match (explicit.as_deref(), implicit(state, user_id)) {
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
    let membership = WorkspaceMember::new(workspace_id, user_id, role);
    let answer = json!(membership);
    state.members.entry(workspace_id.to_owned()).or_default().add(user_id.to_owned(), membership);
    answer
}

fn membership<'a>(state: &'a State, workspace_id: &str, user_id: &str) -> Option<&'a WorkspaceMember> {
    state.members.get(workspace_id)?.get(user_id)
}

fn implicit(state: &State, user_id: &str) -> Option<&'static str> {
    role::implicit(&state.users.get(user_id)?.role)
}

fn workspace<'a>(state: &'a State, id: &str) -> Result<&'a Workspace, Refusal> {
    state.workspaces.get(id).ok_or_else(|| Refusal::not_found("Workspace"))
}

fn writable(state: &State, id: &str) -> Result<(), Refusal> {
    check_open(workspace(state, id)?)?;
    if state.is_default(id) {
        return Err(Refusal::invalid(
            "The default workspace has no member list; access follows the organization role.",
        ));
    }
    Ok(())
}

fn read_role(body: &mut Object) -> Result<String, Refusal> {
    let role = body.text("workspace_role")?;
    if role::SETTABLE_IN_WORKSPACE.contains(&role.as_str()) {
        return Ok(role);
    }
    let settable = role::SETTABLE_IN_WORKSPACE.join(", ");
    Err(Refusal::invalid(format!("workspace_role: must be one of {settable}.")))
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
    let taken = state.members.get(workspace_id).map_or(0, Listing::len);
    match state.limits.workspace_members {
        Some(most) if taken >= most => {
            Err(Refusal::coded("workspace_member_limit_exceeded", format!("All {most} places are taken.")))
        }
        _ => Ok(()),
    }
}

fn no_member() -> Refusal {
    Refusal::not_found("Workspace member")
}
