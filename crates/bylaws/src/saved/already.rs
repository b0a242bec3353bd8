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
        (None, Some(Shown(None))) => true,
        (Some(after), Some(Shown(Some(shown)))) => {
            let shown = facts(&shown);
            after.iter().all(|(field, wanted)| shown.get(field).is_some_and(|has| agrees(field, wanted, has)))
        }
        (None, Some(Shown(Some(_)))) | (Some(_), Some(Shown(None))) | (_, None) => false,
    }
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

/// A live object, or `None` if there is none.
struct Shown(Option<Facts>);

/// Returns the live object; `None` if it was not read.
fn look(
    change: &ChangeDocument,
    live: &Live,
    workspaces: &BTreeMap<WorkspaceLabel, WorkspaceId>,
) -> Option<Shown> {
    let target = change.target.as_deref();
    let role_of = |user: &LiveUser| Facts::one("role", user.role.as_str());
    Some(Shown(match &*change.address {
        Address::Member(email) => user(live.people.as_ref()?, target, email).map(role_of),
        Address::Invite(email) => {
            let people = live.people.as_ref()?;
            let pending = || {
                people.pending().find(|invite| {
                    // Another invite to the same address is not the one that was to be revoked.
                    let is_it = *change.action != Action::Revoke || target == Some(invite.id.as_str());
                    invite.email.person() == email.person() && is_it
                })
            };
            // An accepted invite was sent, and cannot be withdrawn any more.
            let accepted = user(people, None, email).map(role_of);
            accepted.or_else(|| pending().map(|invite| Facts::one("role", invite.role.as_str())))
        }
        Address::Workspace(label) => {
            let all = &live.workspaces.as_ref()?.all;
            let id = target.map(WorkspaceId::new);
            let workspace = id.as_ref().or_else(|| workspaces.get(label)).and_then(|id| all.get(id));
            workspace.map(bylaws_kinds::workspace_facts)
        }
        Address::WorkspaceMember(label, email) => {
            let members = live.workspace_members.get(workspaces.get(label)?)?;
            let role = user(live.people.as_ref()?, target, email).and_then(|user| members.get(&user.id));
            role.map(|role| Facts::one("workspace_role", role.as_str()))
        }
        Address::WorkspaceObject(_, kind, _) | Address::OrganizationObject(kind, _) => {
            let workspace = change.address.workspace().and_then(|label| workspaces.get(label));
            objects(kind)?.shown(live, target, workspace)?
        }
        Address::Organization | Address::UnknownWorkspaceMember(..) | Address::Section(_) => return None,
    }))
}

/// Returns the member with this id, or else with this e-mail address.
fn user<'l>(people: &'l LivePeople, id: Option<&str>, email: &Email) -> Option<&'l LiveUser> {
    let by_id = people.users.values().find(|user| id == Some(user.id.as_str()));
    by_id.or_else(|| people.member(email))
}
