//! Checks whether a change of a saved plan is already done: live state is as wanted, whoever changed it.

use std::collections::BTreeMap;

use bylaws_engine::{Action, Address, Email, Facts, WorkspaceId, WorkspaceLabel};
use bylaws_kinds::live::{LivePeople, LiveUser};
use bylaws_kinds::{Live, objects};
use bylaws_output::document::from_plan::facts;
use bylaws_output::document::plan::ChangeDocument;
use serde_json::Value;

/// Returns whether a change is already done; if that cannot be determined, it counts as not done.
///
/// `workspaces` maps each label of the files to the live workspace.
pub(crate) fn is_done(
    change: &ChangeDocument,
    live: &Live,
    workspaces: &BTreeMap<WorkspaceLabel, WorkspaceId>,
) -> bool {
    match (&change.after, look(change, live, workspaces)) {
        (None, Some(Shown::Gone)) => true,
        (Some(after), Some(Shown::There(shown))) => {
            after.iter().all(|(field, wanted)| shown.get(field).is_some_and(|has| agrees(field, wanted, has)))
        }
        (None, Some(Shown::There(_))) | (Some(_), Some(Shown::Gone)) | (_, None) => false,
    }
}

enum Shown {
    There(BTreeMap<String, Value>),
    Gone,
}

/// Compares tags exactly, and of data residency only the fields that were to change.
fn agrees(field: &str, wanted: &Value, has: &Value) -> bool {
    match (wanted, has) {
        (Value::Object(wanted), Value::Object(has)) if field != "tags" => {
            wanted.iter().all(|(key, value)| has.get(key) == Some(value))
        }
        _ => wanted == has,
    }
}

/// Returns the live object; `None` if it was not read.
fn look(
    change: &ChangeDocument,
    live: &Live,
    workspaces: &BTreeMap<WorkspaceLabel, WorkspaceId>,
) -> Option<Shown> {
    let there = |facts_of: Facts| Shown::There(facts(&facts_of));
    let target = change.target.as_deref();
    Some(match &*change.address {
        Address::Member(email) => {
            let user = user(live.people.as_ref()?, target, email);
            user.map_or(Shown::Gone, |user| there(Facts::one("role", user.role.as_str())))
        }
        Address::Invite(email) => {
            let user = user(live.people.as_ref()?, None, email);
            let pending = live.people.as_ref()?.pending().find(|invite| {
                // Another invite to the same address is not the one that was to be revoked.
                let is_it = *change.action != Action::Revoke || target == Some(invite.id.as_str());
                invite.email.person() == email.person() && is_it
            });
            match (pending, user) {
                // Accepted: an invite has reached its goal, and a revoke is no longer possible.
                (_, Some(user)) => there(Facts::one("role", user.role.as_str())),
                (Some(invite), None) => there(Facts::one("role", invite.role.as_str())),
                (None, None) => Shown::Gone,
            }
        }
        Address::Workspace(label) => {
            let all = &live.workspaces.as_ref()?.all;
            let id = target.map(WorkspaceId::new);
            let workspace = id.as_ref().or_else(|| workspaces.get(label)).and_then(|id| all.get(id));
            workspace.map_or(Shown::Gone, |workspace| there(bylaws_kinds::workspace_facts(workspace)))
        }
        Address::WorkspaceMember(label, email) => {
            let members = live.workspace_members.get(workspaces.get(label)?)?;
            let role = user(live.people.as_ref()?, target, email).and_then(|user| members.get(&user.id));
            role.map_or(Shown::Gone, |role| there(Facts::one("workspace_role", role.as_str())))
        }
        Address::WorkspaceObject(_, kind, _) | Address::OrganizationObject(kind, _) => {
            let workspace = change.address.workspace().and_then(|label| workspaces.get(label));
            objects(kind)?.shown(live, target, workspace)?.map_or(Shown::Gone, there)
        }
        Address::Organization | Address::UnknownWorkspaceMember(..) | Address::Section(_) => return None,
    })
}

/// Returns the member with this id, or else with this e-mail address.
fn user<'l>(people: &'l LivePeople, id: Option<&str>, email: &Email) -> Option<&'l LiveUser> {
    let by_id = people.users.values().find(|user| id == Some(user.id.as_str()));
    by_id.or_else(|| people.member(email))
}
