//! The workspaces for which a federation rule is enabled: list, add, remove (`docs/service-behaviour.md#federation`).

use serde_json::{Value, json};

use crate::envelope::Answer;
use crate::federation_rules::{FederationRule, check_workspace, find, find_changeable, store};
use crate::feed::actor_id;
use crate::kinds::{Accepts, Kind};
use crate::object::Object;
use crate::request::{Query, Target};
use crate::routes::Run::{Delete, List, Post};
use crate::seeding::id;
use crate::state::State;

pub(crate) const KIND: Kind = Kind {
    accepts: Accepts::Tokens,
    ..Kind::new(&[
        ("/v1/organizations/federation_rules/{federation_rule_id}/workspaces", &[List(list), Post(add)]),
        (
            "/v1/organizations/federation_rules/{federation_rule_id}/workspaces/{workspace_id}",
            &[Delete(remove)],
        ),
    ])
};

/// Lists all of them on one page, whatever the query asks for.
fn list(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    query.limit(20, 100)?;
    query.one("page")?;
    query.finish()?;
    let (rule, _) = find(state, target)?;
    let data: Vec<Value> = rule.workspace_ids.iter().map(|id| written(state, rule, id)).collect();
    Ok(json!({"data": data, "next_page": null}))
}

/// Enables the rule for a workspace. Idempotent.
fn add(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let workspace = id(&mut body, "workspace_id", "wrkspc_")?;
    body.finish()?;
    let (rule, at) = find_changeable(state, target)?;
    check_workspace(state, &workspace)?;
    let answer = written(state, rule, &workspace);
    if !rule.workspace_ids.contains(&workspace) {
        let mut next = rule.clone();
        let mut enabled = rule.enabled();
        enabled.retain(|id| *id != workspace);
        enabled.push(workspace);
        next.set_workspaces(enabled);
        next.lifecycle.update(state.now, actor_id(state, target.call));
        store(state, at, next);
    }
    Ok(answer)
}

/// Disables the rule for a workspace. Idempotent.
fn remove(state: &mut State, target: &Target<'_>) -> Answer {
    let workspace = target.id("workspace_id");
    let (rule, at) = find_changeable(state, target)?;
    state.workspaces.find(workspace)?;
    let mut enabled = rule.enabled();
    let before = enabled.len();
    enabled.retain(|id| id != workspace);
    let answer = json!({
        "type": "federation_rule_workspace_deleted",
        "federation_rule_id": rule.id,
        "workspace_id": workspace,
    });
    if enabled.len() < before {
        let mut next = rule.clone();
        next.set_workspaces(enabled);
        next.lifecycle.update(state.now, actor_id(state, target.call));
        store(state, at, next);
    }
    Ok(answer)
}

/// Returns an enablement as the service does. A seed does not say when it was added, so it has the time of the rule.
fn written(state: &State, rule: &FederationRule, workspace: &str) -> Value {
    json!({
        "type": "federation_rule_workspace",
        "federation_rule_id": rule.id,
        "workspace_id": workspace,
        "workspace_name": state.workspaces.get(workspace).map(|workspace| &workspace.name),
        "created_at": rule.lifecycle.created_at,
        "created_by_actor_id": rule.lifecycle.created_by_actor_id,
    })
}
