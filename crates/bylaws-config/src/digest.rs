//! The digest of what the files ask for: one canonical form, hashed.
//! Places, comments, notes and the order of lines are no part of it.

use bylaws_engine::{
    AllowedGeos, ApiKey, Desired, Guards, OpenWorkspace, Unlisted, Workspace, WorkspaceState,
};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::words::{kind, policy, role, visibility};

/// SHA-256 of the canonical form, in hex.
pub(crate) fn of(desired: &Desired) -> String {
    let bytes = Sha256::digest(canonical(desired).to_string());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every field in a fixed order, every map sorted; absent is `null`, apart from empty.
fn canonical(desired: &Desired) -> Value {
    let pin = &desired.organization;
    json!({
        "bylaws": 1,
        "organization": {"id": pin.id.as_str(), "name": pin.name, "kind": kind(pin.kind)},
        "members": desired.members.as_ref().map(|members| object(members.iter().map(|(email, member)| {
            let until = member.until.map(|day| day.to_string());
            let id = member.id.as_ref().map(|id| id.as_str());
            (email.as_str(), json!({"role": role(member.role), "until": until, "id": id}))
        }))),
        "teams": object(desired.teams.iter().map(|(name, people)| {
            (name.as_str(), people.iter().map(|email| email.as_str()).collect())
        })),
        "workspaces": desired.workspaces.as_ref().map(|all| {
            object(all.iter().map(|(label, workspace)| (label.as_str(), of_workspace(workspace))))
        }),
        "api_keys": desired.api_keys.as_ref().map(|keys| {
            object(keys.iter().map(|(name, key)| (name.as_str(), of_key(key))))
        }),
        "unlisted": of_unlisted(&desired.unlisted),
        "guards": of_guards(&desired.guards),
    })
}

fn of_workspace(workspace: &Workspace) -> Value {
    let settings = match &workspace.state {
        WorkspaceState::Archived => Value::from("archived"),
        WorkspaceState::Open(open) => of_settings(open),
    };
    let id = workspace.id.as_ref().map(|id| id.as_str());
    json!({"id": id, "name": workspace.name, "state": settings})
}

fn of_settings(open: &OpenWorkspace) -> Value {
    json!({
        "display_color": open.display_color.as_ref().map(|color| color.to_lowercase()),
        "tags": open.tags,
        "data_residency": open.data_residency.as_ref().map(|residency| json!({
            "workspace_geo": residency.workspace_geo,
            "allowed_inference_geos": residency.allowed_inference_geos.as_ref().map(|geos| match geos {
                AllowedGeos::Unrestricted => Value::from("unrestricted"),
                AllowedGeos::Only(geos) => geos.iter().map(String::as_str).collect(),
            }),
            "default_inference_geo": residency.default_inference_geo,
        })),
        "members": open.members.as_ref().map(|members| object(members.iter().map(|(email, line)| {
            let role = line.role.map_or("none", |role| role.as_str());
            (email.as_str(), json!({"role": role, "until": line.until.map(|day| day.to_string())}))
        }))),
        "teams": open.teams.as_ref().map(|teams| object(teams.iter().map(|(name, role)| {
            (name.as_str(), Value::from(role.as_str()))
        }))),
        "api_keys": open.api_keys.as_ref().map(|keys| object(keys.iter().map(|(name, key)| {
            (name.as_str(), of_key(key))
        }))),
    })
}

fn of_key(key: &ApiKey) -> Value {
    json!({"status": key.status.as_str(), "id": key.id.as_ref().map(|id| id.as_str())})
}

fn of_unlisted(unlisted: &Unlisted) -> Value {
    json!({
        "members": policy(unlisted.members),
        "workspaces": visibility(unlisted.workspaces),
        "workspace_members": policy(unlisted.workspace_members),
        "api_keys": policy(unlisted.api_keys),
    })
}

fn of_guards(guards: &Guards) -> Value {
    json!({
        "access_loss": {"max": guards.access_loss.max, "share": guards.access_loss.share.to_string()},
        "keys_off": guards.keys_off,
        "invites": guards.invites,
        "required_admins": guards.required_admins.iter().map(|email| email.as_str()).collect::<Vec<_>>(),
        "allowed_domains": guards.allowed_domains,
        "protect": guards.protect.iter().map(ToString::to_string).collect::<Vec<_>>(),
        // Approvals are a list, but what they allow does not depend on its order.
        "approve": sorted(guards.approvals.iter().map(|approval| json!({
            "changes": approval.changes.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "until": approval.until.to_string(),
            "reason": approval.reason,
        }))),
    })
}

fn object<'k>(entries: impl Iterator<Item = (&'k str, Value)>) -> Value {
    Value::Object(entries.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

fn sorted(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values: Vec<Value> = values.collect();
    values.sort_by_cached_key(ToString::to_string);
    values
}
