//! Write requests by what they ask of the service, for the model of the service and the properties.

use bylaws_engine::{
    Action, ApiKeyId, Email, Fact, Facts, InviteId, ObjectName, OrganizationRole, SettableRole, UserId,
    WorkspaceId, WorkspaceRef, WorkspaceRole, Write,
};

use crate::desired::{AllowedGeos, WantedStatus};

#[derive(Debug)]
pub(crate) enum Typed {
    CreateWorkspace { name: String, body: Facts },
    UpdateWorkspace { workspace: WorkspaceId, body: Facts },
    ArchiveWorkspace { workspace: WorkspaceId },
    Invite { email: Email, role: SettableRole },
    Revoke { invite: InviteId },
    SetRole { user: UserId, role: SettableRole },
    RemoveMember { user: UserId },
    AddWorkspaceMember { workspace: WorkspaceRef, user: UserId, role: WorkspaceRole },
    SetWorkspaceRole { workspace: WorkspaceId, user: UserId, role: WorkspaceRole },
    RemoveWorkspaceMember { workspace: WorkspaceId, user: UserId },
    UpdateKey { key: ApiKeyId, status: Option<WantedStatus>, name: Option<ObjectName> },
}

pub(crate) fn typed(write: &Write) -> Typed {
    let id = || write.id.clone().expect("an id");
    let user = || UserId::new(write.natural.as_str());
    let text = |field: &str| write.body.text(field).expect("a field");
    let role = || match OrganizationRole::from_text(text("role")) {
        OrganizationRole::Settable(role) => role,
        other => panic!("{other}"),
    };
    let workspace_role = || WorkspaceRole::from_text(text("workspace_role")).expect("a role");
    let place = || write.live_workspace().expect("a workspace").clone();
    let body = write.body.clone();
    match (write.kind.name, write.action) {
        ("workspace", Action::Create) => Typed::CreateWorkspace { name: write.natural.clone(), body },
        ("workspace", Action::Update) => Typed::UpdateWorkspace { workspace: WorkspaceId::new(id()), body },
        ("workspace", Action::Archive) => Typed::ArchiveWorkspace { workspace: WorkspaceId::new(id()) },
        ("invite", Action::Invite) => Typed::Invite { email: Email::live(text("email")), role: role() },
        ("invite", Action::Revoke) => Typed::Revoke { invite: InviteId::new(id()) },
        ("member", Action::Update) => Typed::SetRole { user: UserId::new(id()), role: role() },
        ("member", Action::Remove) => Typed::RemoveMember { user: UserId::new(id()) },
        ("workspace_member", Action::Create) => {
            let workspace = write.within.clone().expect("a workspace");
            Typed::AddWorkspaceMember { workspace, user: user(), role: workspace_role() }
        }
        ("workspace_member", Action::Update) => {
            Typed::SetWorkspaceRole { workspace: place(), user: user(), role: workspace_role() }
        }
        ("workspace_member", Action::Remove) => {
            Typed::RemoveWorkspaceMember { workspace: place(), user: user() }
        }
        ("api_key", Action::Update) => {
            assert!(!body.is_empty(), "{write:?}");
            let status = body.text("status").map(|text| WantedStatus::parse(text).expect("a status"));
            let name = body.text("name").map(ObjectName::new);
            Typed::UpdateKey { key: ApiKeyId::new(id()), status, name }
        }
        other => panic!("{other:?}"),
    }
}

/// Returns the geos of a field that contains `unrestricted` or a set.
pub(crate) fn geos(fact: &Fact) -> AllowedGeos {
    match fact {
        Fact::Set(geos) => AllowedGeos::Only(geos.clone()),
        _ => AllowedGeos::Unrestricted,
    }
}
