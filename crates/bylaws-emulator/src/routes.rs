//! The paths of the Admin API and the operation for each method.

use serde_json::Value;

use crate::envelope::{Answer, Refusal};
use crate::glob;
use crate::reports::{claude_code, cost, usage};
use crate::request::{Call, Query, Version, decode};
use crate::state::State;
use crate::{api_keys, invites, users, workspace_members, workspaces};

/// A path of the API with its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Route {
    Organization,
    Users,
    User(String),
    Invites,
    Invite(String),
    Workspaces,
    Workspace(String),
    Archive(String),
    WorkspaceMembers(String),
    WorkspaceMember(String, String),
    ApiKeys,
    ApiKey(String),
    MessagesUsage,
    Cost,
    ClaudeCodeUsage,
}

/// Fields of workspaces that only requests with this beta see.
const WITH_BETA: (&str, &str) = ("efs-2026-10-01", "inference_data_privacy");

/// Removes the fields whose beta the request does not ask for.
pub(crate) fn without_betas(call: &Call, mut answer: Value) -> Value {
    let (beta, field) = WITH_BETA;
    if !call.has_beta(beta) {
        let listed = answer.get_mut("data").and_then(Value::as_array_mut);
        let items: Vec<&mut Value> = listed.map(|items| items.iter_mut().collect()).unwrap_or_default();
        for object in items.into_iter().filter_map(Value::as_object_mut) {
            object.shift_remove(field);
        }
        if let Some(object) = answer.as_object_mut() {
            object.shift_remove(field);
        }
    }
    answer
}

/// Answers a read from the present state or, under a fault, from an earlier one.
pub(crate) fn read(state: &State, call: &Call) -> Answer {
    let version = call.version()?;
    let route = find(state, &call.path)?;
    call.no_body()?;
    let query = call.query()?;
    match route {
        Route::Users => users::list(state, query),
        Route::Invites => invites::list(state, query),
        Route::Workspaces => workspaces::list(state, query),
        Route::WorkspaceMembers(id) => workspace_members::list(state, &id, query),
        Route::ApiKeys => api_keys::list(state, version, query),
        Route::MessagesUsage => usage::report(state, call, query),
        Route::Cost => cost::report(state, query),
        Route::ClaudeCodeUsage => claude_code::report(state, query),
        item => {
            query.finish()?;
            read_item(state, version, item)
        }
    }
}

fn read_item(state: &State, version: Version, route: Route) -> Answer {
    match route {
        Route::Organization => Ok(serde_json::json!(state.organization)),
        Route::User(id) => users::get(state, &id),
        Route::Invite(id) => invites::get(state, &id),
        Route::Workspace(id) => workspaces::get(state, &id),
        Route::WorkspaceMember(workspace, user) => workspace_members::get(state, &workspace, &user),
        Route::ApiKey(id) => api_keys::get(state, version, &id),
        Route::Users
        | Route::Invites
        | Route::Workspaces
        | Route::Archive(_)
        | Route::WorkspaceMembers(_)
        | Route::ApiKeys
        | Route::MessagesUsage
        | Route::Cost
        | Route::ClaudeCodeUsage => Err(Refusal::method_not_allowed("GET")),
    }
}

/// Answers a write, or any unknown method.
pub(crate) fn write(state: &mut State, call: &Call) -> Answer {
    let version = call.version()?;
    let route = find(state, &call.path)?;
    match call.method.as_str() {
        "POST" => post(state, version, route, call),
        "DELETE" => delete(state, route, call),
        other => Err(Refusal::method_not_allowed(other)),
    }
}

fn post(state: &mut State, version: Version, route: Route, call: &Call) -> Answer {
    let body = || {
        call.query().and_then(Query::finish)?;
        call.object()
    };
    match route {
        Route::User(id) => users::update(state, &id, body()?),
        Route::Invites => invites::create(state, body()?),
        Route::Workspaces => workspaces::create(state, body()?),
        Route::Workspace(id) => workspaces::update(state, &id, body()?),
        Route::Archive(id) => {
            call.query()?.finish()?;
            call.no_body()?;
            workspaces::archive(state, &id)
        }
        Route::WorkspaceMembers(id) => workspace_members::add(state, &id, body()?),
        Route::WorkspaceMember(workspace, user) => {
            workspace_members::update(state, &workspace, &user, body()?)
        }
        Route::ApiKey(id) => api_keys::update(state, version, &id, body()?),
        Route::Organization
        | Route::Users
        | Route::Invite(_)
        | Route::ApiKeys
        | Route::MessagesUsage
        | Route::Cost
        | Route::ClaudeCodeUsage => Err(Refusal::method_not_allowed("POST")),
    }
}

fn delete(state: &mut State, route: Route, call: &Call) -> Answer {
    let bare = || {
        call.query().and_then(Query::finish)?;
        call.no_body()
    };
    match route {
        Route::User(id) => bare().and_then(|()| users::remove(state, &id)),
        Route::Invite(id) => bare().and_then(|()| invites::delete(state, &id)),
        Route::WorkspaceMember(workspace, user) => {
            bare().and_then(|()| workspace_members::remove(state, &workspace, &user))
        }
        Route::Organization
        | Route::Users
        | Route::Invites
        | Route::Workspaces
        | Route::Workspace(_)
        | Route::Archive(_)
        | Route::WorkspaceMembers(_)
        | Route::ApiKeys
        | Route::ApiKey(_)
        | Route::MessagesUsage
        | Route::Cost
        | Route::ClaudeCodeUsage => Err(Refusal::method_not_allowed("DELETE")),
    }
}

/// Returns whether the request removes a member of the organization.
pub(crate) fn removes_member(call: &Call) -> bool {
    call.method == "DELETE" && glob::matches("/v1/organizations/users/*", &call.path)
}

fn find(state: &State, path: &str) -> Result<Route, Refusal> {
    let unknown = || Refusal::not_found("Resource");
    let parts: Option<Vec<String>> = path.split('/').skip(1).map(|part| decode(part, false)).collect();
    let parts = parts.ok_or_else(unknown)?;
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let ["v1", "organizations", rest @ ..] = parts.as_slice() else { return Err(unknown()) };
    let id = |id: &&str| (*id).to_owned();
    let route = match rest {
        ["me"] => Route::Organization,
        ["users"] => Route::Users,
        ["users", user] => Route::User(id(user)),
        ["invites"] => Route::Invites,
        ["invites", invite] => Route::Invite(id(invite)),
        ["workspaces"] => Route::Workspaces,
        ["workspaces", workspace] => Route::Workspace(id(workspace)),
        ["workspaces", workspace, "archive"] => Route::Archive(id(workspace)),
        ["workspaces", workspace, "members"] => Route::WorkspaceMembers(id(workspace)),
        ["workspaces", workspace, "members", user] => Route::WorkspaceMember(id(workspace), id(user)),
        ["api_keys"] => Route::ApiKeys,
        ["api_keys", key] => Route::ApiKey(id(key)),
        ["usage_report", "messages"] => Route::MessagesUsage,
        ["cost_report"] => Route::Cost,
        ["usage_report", "claude_code"] => Route::ClaudeCodeUsage,
        _ => return Err(unknown()),
    };
    match route {
        Route::Organization | Route::Users | Route::User(_) | Route::Invites | Route::Invite(_) => {}
        _ => state.kind.require_console()?,
    }
    Ok(route)
}
