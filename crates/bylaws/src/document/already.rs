//! Whether a change of a saved plan is done already: live is what it wanted, whoever did it.

use std::collections::BTreeMap;

use bylaws_engine::{
    Action, Address, Email, Facts, InviteStatus, Live, LiveWorkspace, WorkspaceId, WorkspaceLabel,
};
use serde_json::Value;

use super::from_plan::facts;
use super::plan::ChangeDocument;

/// Looks at the thing itself; what cannot be found out counts as not done.
pub(crate) fn is_done(
    change: &ChangeDocument,
    live: &Live,
    workspaces: &BTreeMap<WorkspaceLabel, WorkspaceId>,
) -> bool {
    let Some(shown) = look(&change.address, change, live, workspaces) else { return false };
    match (&change.after, shown) {
        (None, Shown::Gone) => true,
        (Some(after), Shown::There(shown)) => {
            after.iter().all(|(field, wanted)| shown.get(field).is_some_and(|has| agrees(field, wanted, has)))
        }
        (None, Shown::There(_)) | (Some(_), Shown::Gone) => false,
    }
}

enum Shown {
    There(BTreeMap<String, Value>),
    Gone,
}

/// Tags are exact; of data residency only the fields that were to change.
fn agrees(field: &str, wanted: &Value, has: &Value) -> bool {
    match (wanted, has) {
        (Value::Object(wanted), Value::Object(has)) if field != "tags" => {
            wanted.iter().all(|(key, value)| has.get(key) == Some(value))
        }
        _ => wanted == has,
    }
}

/// The thing as it is live; `None` where it was not read.
fn look(
    address: &Address,
    change: &ChangeDocument,
    live: &Live,
    workspaces: &BTreeMap<WorkspaceLabel, WorkspaceId>,
) -> Option<Shown> {
    let there = |facts_of: Facts| Shown::There(facts(&facts_of));
    let user = |email: &Email| live.people.as_ref()?.users.values().find(|user| user.email == *email);
    Some(match address {
        Address::Member(email) => {
            live.people.as_ref()?;
            user(email).map_or(Shown::Gone, |user| there(Facts::one("role", user.role.as_str())))
        }
        Address::Invite(email) => {
            let invites = &live.people.as_ref()?.invites;
            let pending = invites.iter().find(|i| i.email == *email && i.status == InviteStatus::Pending);
            match (pending, user(email)) {
                // Accepted already: the person is in, as was wanted.
                (_, Some(user)) if *change.action == Action::Invite => {
                    there(Facts::one("role", user.role.as_str()))
                }
                // Accepted before it could be withdrawn: whom it should have kept out is in.
                (None, Some(user)) => there(Facts::one("role", user.role.as_str())),
                (Some(invite), _) => there(Facts::one("role", invite.role.as_str())),
                (None, _) => Shown::Gone,
            }
        }
        Address::Workspace(label) => {
            let all = &live.workspaces.as_ref()?.all;
            let by_path = change.request.path.split('/').find(|part| part.starts_with("wrkspc_"));
            let by_path = by_path.and_then(|id| all.get(&WorkspaceId::new(id)));
            let by_label = || {
                let id = workspaces.get(label);
                all.values().find(|w: &&LiveWorkspace| id == Some(&w.id))
            };
            by_path.or_else(by_label).map_or(Shown::Gone, |workspace| there(Facts::of_workspace(workspace)))
        }
        Address::WorkspaceMember(label, email) => {
            let seats = live.workspace_members.get(workspaces.get(label)?)?;
            let seat = user(email).and_then(|user| seats.get(&user.id));
            seat.map_or(Shown::Gone, |role| there(Facts::one("workspace_role", role.as_str())))
        }
        Address::WorkspaceApiKey(..) | Address::OrganizationApiKey(_) => {
            let id = change.request.path.rsplit('/').next()?;
            let key = live.api_keys.as_ref()?.iter().find(|key| key.id.as_str() == id);
            key.map_or(Shown::Gone, |key| there(Facts::one("status", key.status.as_str())))
        }
        Address::Organization | Address::UnknownWorkspaceMember(..) => return None,
    })
}
