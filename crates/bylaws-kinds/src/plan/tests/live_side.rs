//! Builds the live state from lines like `user ada developer` or `invite ada pending user`. Later invites
//! are newer; ids are derived from names.

use bylaws_engine::{
    ApiKeyId, InviteId, LiveWorkspaceRole, ObjectName, OrganizationId, OrganizationRole, UserId, WorkspaceId,
};
use jiff::Timestamp;

use super::words::{Words, email, name};
use crate::desired::AllowedGeos;
use crate::live::{
    InviteStatus, KeyScope, Live, LiveApiKey, LiveInvite, LiveKeyStatus, LivePeople, LiveUser, LiveWorkspace,
    LiveWorkspaces, Principal,
};

pub(crate) fn live(text: &str) -> Live {
    let mut live = Live {
        people: Some(LivePeople::default()),
        workspaces: Some(LiveWorkspaces::default()),
        api_keys: Some(Vec::new()),
        ..Live::bare(OrganizationId::new("org"), "Acme".to_owned())
    };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        add(&mut live, line);
    }
    live
}

fn add(live: &mut Live, line: &str) {
    let words = Words::of(line);
    match words.plain.as_slice() {
        ["user", who, role] => {
            let id = UserId::new(words.option("id").map_or_else(|| format!("user_{who}"), str::to_owned));
            let user = LiveUser {
                id: id.clone(),
                email: email(who),
                role: OrganizationRole::from_text(role),
                added_at: words.time("added"),
            };
            live.people.get_or_insert_default().users.insert(id, user);
        }
        ["invite", who, status, role, ..] => {
            let invites = &mut live.people.get_or_insert_default().invites;
            let number = invites.len() + 1;
            invites.push(LiveInvite {
                id: InviteId::new(format!("invite_{number}")),
                email: email(who),
                role: OrganizationRole::from_text(role),
                status: InviteStatus::from_text(status),
                invited_at: words.time("sent").unwrap_or_else(|| day(number)),
                expires_at: words.time("expires"),
                accepted_at: words.time("accepted"),
            });
        }
        ["workspace", title, ..] => {
            let id = words.option("id").map_or_else(|| format!("ws_{title}"), str::to_owned);
            add_workspace(live, workspace(WorkspaceId::new(id), &name(title), &words));
        }
        ["default"] => {
            let id = WorkspaceId::new("ws_Default");
            add_workspace(live, workspace(id.clone(), "Default", &words));
            live.workspaces.get_or_insert_default().default = Some(id);
        }
        ["memberships", place] => {
            live.workspace_members.entry(WorkspaceId::new(format!("ws_{place}"))).or_default();
        }
        ["membership", place, who, role] => {
            let memberships =
                live.workspace_members.entry(WorkspaceId::new(format!("ws_{place}"))).or_default();
            memberships.insert(UserId::new(format!("user_{who}")), LiveWorkspaceRole::from_text(role));
        }
        ["key", place, key, status, ..] => {
            let person = |who: &str| UserId::new(format!("user_{who}"));
            live.api_keys.get_or_insert_default().push(LiveApiKey {
                id: ApiKeyId::new(words.option("id").map_or_else(|| format!("key_{key}"), str::to_owned)),
                name: ObjectName::new(*key),
                status: LiveKeyStatus::from_text(status),
                scope: match *place {
                    "-" => KeyScope::Organization,
                    "?" => KeyScope::Unknown("region".to_owned()),
                    place => KeyScope::Workspace(WorkspaceId::new(format!("ws_{place}"))),
                },
                principal: match words.option("owner") {
                    None => Principal::None,
                    Some("robot") => Principal::ServiceAccount("svac_robot".to_owned()),
                    Some(who) => Principal::User(person(who)),
                },
                created_by: words.option("by").map(person),
                created_at: words.time("made"),
                expires_at: words.time("expires"),
                in_use: words.has("in_use"),
            });
        }
        _ => panic!("{line}"),
    }
}

pub(crate) fn day(number: usize) -> Timestamp {
    let seconds = 1_793_491_200 + 86_400 * i64::try_from(number).expect("few days");
    Timestamp::from_second(seconds).expect("a time")
}

fn add_workspace(live: &mut Live, workspace: LiveWorkspace) {
    live.workspaces.get_or_insert_default().all.insert(workspace.id.clone(), workspace);
}

fn workspace(id: WorkspaceId, title: &str, words: &Words<'_>) -> LiveWorkspace {
    LiveWorkspace {
        id,
        name: title.to_owned(),
        archived: words.has("archived"),
        created_at: words.time("made"),
        display_color: words.option("color").unwrap_or("#111111").to_owned(),
        tags: words.tags().unwrap_or_default(),
        workspace_geo: words.option("geo").unwrap_or("us").to_owned(),
        allowed_inference_geos: words.allowed().unwrap_or(AllowedGeos::Unrestricted),
        default_inference_geo: words.option("default").unwrap_or("global").to_owned(),
        external_key_id: None,
        user_profile_id: None,
    }
}
