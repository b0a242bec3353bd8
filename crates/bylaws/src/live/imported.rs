//! From the live side to a desired side that asks for exactly that. What files cannot say is left
//! out, with the reason.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::Notes;
use bylaws_engine::{
    AllowedGeos, ApiKey, ApiKeyId, DataResidency, Desired, Email, Guards, InviteStatus, KeyName, KeyScope,
    Line, Live, LiveApiKey, LiveKeyStatus, LiveUser, LiveWorkspace, LiveWorkspaceRole, Member, OpenWorkspace,
    OrganizationKind, OrganizationPin, OrganizationRole, Person, SeatLine, Unlisted, UserId, WantedRole,
    WantedStatus, Workspace, WorkspaceId, WorkspaceLabel, WorkspaceRole, WorkspaceState,
};

/// What import found.
pub(crate) struct Imported {
    /// Asks for what is live.
    pub(crate) desired: Desired,
    /// Comments on lines that need one.
    pub(crate) notes: Notes,
    /// What files cannot say, for people.
    pub(crate) left_out: Vec<String>,
}

/// Everything live that files can say. Unlisted things are reported, so nothing is ever removed
/// before somebody has decided so.
pub(crate) fn import(live: &Live) -> Imported {
    let kind = match live.workspaces {
        Some(_) => OrganizationKind::Console,
        None => OrganizationKind::Enterprise,
    };
    let mut import =
        Import { live, kind, notes: Notes::new(), left_out: Vec::new(), listed: BTreeMap::new() };
    let members = import.members();
    let workspaces = import.workspaces();
    let api_keys = import.keys(&KeyScope::Organization, Line::OrganizationApiKey);
    let desired = Desired {
        organization: OrganizationPin {
            id: live.id.clone(),
            name: printable(&live.name).then(|| live.name.clone()),
            kind,
        },
        // An empty section would be an error of its own; absent says the same of nobody.
        members: (!members.is_empty()).then_some(members),
        teams: BTreeMap::new(),
        workspaces: live.workspaces.is_some().then_some(workspaces),
        api_keys: (!api_keys.is_empty()).then_some(api_keys),
        unlisted: Unlisted::default(),
        guards: Guards::default(),
    };
    Imported { desired, notes: import.notes, left_out: import.left_out }
}

struct Import<'a> {
    live: &'a Live,
    kind: OrganizationKind,
    notes: Notes,
    left_out: Vec<String>,
    /// Members that got a line, by id.
    listed: BTreeMap<UserId, Email>,
}

impl Import<'_> {
    fn members(&mut self) -> BTreeMap<Email, Member> {
        let mut members = BTreeMap::new();
        let mut people: BTreeSet<Person> = BTreeSet::new();
        let Some(live) = &self.live.people else { return members };
        let mut users: Vec<&LiveUser> = live.users.values().collect();
        users.sort_by(|a, b| (&a.email, &a.id).cmp(&(&b.email, &b.id)));
        for user in users {
            let Some(role) = wanted(&user.role, self.kind) else {
                self.left_out
                    .push(format!("member {} ({}): role `{}` is not known", user.email, user.id, user.role));
                continue;
            };
            let Some(email) = usable(&user.email) else {
                self.left_out
                    .push(format!("member {} ({}): no address that files can hold", user.email, user.id));
                continue;
            };
            if !people.insert(email.person()) {
                let reason = "another member is the same person to the service";
                self.left_out.push(format!("member {email} ({}): {reason}", user.id));
                continue;
            }
            if matches!(role, WantedRole::Held(_)) {
                self.note(
                    Line::Member(email.clone()),
                    "held, not granted: the API cannot give or take this role",
                );
            }
            self.listed.insert(user.id.clone(), email.clone());
            members.insert(email, Member { role, until: None, id: None });
        }
        let mut invites: Vec<_> =
            live.invites.iter().filter(|invite| invite.status == InviteStatus::Pending).collect();
        invites.sort_by(|a, b| (b.invited_at, &b.id).cmp(&(a.invited_at, &a.id)));
        for invite in invites {
            let (Some(role), Some(email)) = (wanted(&invite.role, self.kind), usable(&invite.email)) else {
                self.left_out.push(format!("invite to {} ({})", invite.email, invite.role));
                continue;
            };
            if people.insert(email.person()) {
                self.note(Line::Member(email.clone()), "invited, not accepted yet");
                members.insert(email, Member { role, until: None, id: None });
            }
        }
        members
    }

    fn workspaces(&mut self) -> BTreeMap<WorkspaceLabel, Workspace> {
        let mut listed = BTreeMap::new();
        let Some(live) = &self.live.workspaces else { return listed };
        let open: Vec<&LiveWorkspace> = live.all.values().filter(|workspace| !workspace.archived).collect();
        for workspace in &open {
            let is_default = live.default.as_ref() == Some(&workspace.id);
            let same = open
                .iter()
                .filter(|other| other.name == workspace.name && live.default.as_ref() != Some(&other.id));
            let unique = is_default || same.count() == 1;
            if workspace.is_claude_code() && !is_default {
                if unique {
                    let settings = self.settings(workspace);
                    let entry =
                        Workspace { id: None, name: None, state: WorkspaceState::Open(Box::new(settings)) };
                    listed.insert(WorkspaceLabel::new("Claude Code"), entry);
                } else {
                    self.left_out
                        .push(format!("workspace `Claude Code` ({}): there are several", workspace.id));
                }
                continue;
            }
            let (label, entry) = self.workspace(workspace, is_default, unique);
            listed.insert(label, entry);
        }
        listed
    }

    fn workspace(
        &mut self,
        workspace: &LiveWorkspace,
        is_default: bool,
        unique: bool,
    ) -> (WorkspaceLabel, Workspace) {
        let nameable = printable(&workspace.name) && (1..=255).contains(&workspace.name.chars().count());
        let plain = nameable && unique && !["Default", "Claude Code"].contains(&workspace.name.as_str());
        let label = match (is_default, plain) {
            (true, _) => WorkspaceLabel::new("Default"),
            (false, true) => WorkspaceLabel::new(workspace.name.clone()),
            (false, false) => WorkspaceLabel::new(workspace.id.as_str()),
        };
        if !is_default && !plain {
            let why = if nameable { "its name repeats" } else { "its name cannot stand here" };
            self.note(Line::Workspace(label.clone()), &format!("called by its id: {why}"));
        }
        let mut open = self.settings(workspace);
        if !is_default {
            open.members = Some(self.seats(&label, &workspace.id));
        }
        let scope = KeyScope::Workspace(workspace.id.clone());
        let of = label.clone();
        let keys = self.keys(&scope, |key| Line::WorkspaceApiKey(of.clone(), key));
        open.api_keys = (!keys.is_empty()).then_some(keys);
        let entry = Workspace {
            id: (!is_default).then(|| workspace.id.clone()),
            name: (!is_default && !plain && nameable).then(|| workspace.name.clone()),
            state: WorkspaceState::Open(Box::new(open)),
        };
        (label, entry)
    }

    fn settings(&mut self, workspace: &LiveWorkspace) -> OpenWorkspace {
        let tags = workspace.tags.iter().filter(|(key, _)| !key.starts_with("anthropic"));
        let tags: BTreeMap<String, String> = tags.map(|(key, value)| (key.clone(), value.clone())).collect();
        let sayable = tags.iter().all(|(key, value)| !secret(key) && !secret(value));
        if !sayable {
            self.left_out.push(format!("tags of workspace {}: one looks like a live key", workspace.id));
        }
        let residency = residency(workspace);
        if residency.is_none() {
            self.left_out.push(format!("data residency of workspace {}: a geo is not known", workspace.id));
        }
        let color = &workspace.display_color;
        let is_color =
            color.len() == 7 && color.starts_with('#') && color[1..].bytes().all(|b| b.is_ascii_hexdigit());
        OpenWorkspace {
            display_color: is_color.then(|| color.clone()),
            tags: sayable.then_some(tags),
            data_residency: residency,
            ..OpenWorkspace::default()
        }
    }

    fn seats(&mut self, label: &WorkspaceLabel, workspace: &WorkspaceId) -> BTreeMap<Email, SeatLine> {
        let mut lines = BTreeMap::new();
        for (user, role) in self.live.workspace_members.get(workspace).into_iter().flatten() {
            match (self.listed.get(user), role) {
                (Some(email), LiveWorkspaceRole::Known(role)) if *role != WorkspaceRole::Billing => {
                    lines.insert(email.clone(), SeatLine { role: Some(*role), until: None });
                }
                _ => self.left_out.push(format!("seat of {user} in {label} ({role})")),
            }
        }
        lines
    }

    fn keys(&mut self, scope: &KeyScope, line: impl Fn(KeyName) -> Line) -> BTreeMap<KeyName, ApiKey> {
        let usable =
            |key: &&LiveApiKey| matches!(key.status, LiveKeyStatus::Active | LiveKeyStatus::Inactive);
        let mut of_scope: Vec<&LiveApiKey> =
            self.live.api_keys.iter().flatten().filter(|key| key.scope == *scope).collect();
        of_scope.sort_by(|a, b| a.id.cmp(&b.id));
        let mut listed = BTreeMap::new();
        for key in of_scope.iter().copied().filter(usable) {
            let status = match key.status {
                LiveKeyStatus::Active => WantedStatus::Active,
                _ => WantedStatus::Inactive,
            };
            let odd = |other: &&&LiveApiKey| {
                !matches!(other.status, LiveKeyStatus::Archived | LiveKeyStatus::Expired)
            };
            let alone = of_scope.iter().filter(odd).filter(|other| other.name == key.name).count() == 1;
            let sayable = printable(key.name.as_str()) && !secret(key.name.as_str());
            let (name, id) = if alone && sayable {
                (key.name.clone(), None)
            } else {
                (KeyName::new(key.id.as_str()), Some(key.id.clone()))
            };
            self.note_key(line(name.clone()), key, id.as_ref(), sayable);
            listed.insert(name, ApiKey { status, id });
        }
        listed
    }

    fn note_key(&mut self, line: Line, key: &LiveApiKey, id: Option<&ApiKeyId>, sayable: bool) {
        if id.is_some() && sayable {
            self.note(line, &format!("named `{}`, as others are", key.name));
        } else if id.is_some() {
            self.note(line, "its name cannot stand here");
        }
    }

    fn note(&mut self, line: Line, text: &str) {
        self.notes.add(line, text);
    }
}

fn wanted(role: &OrganizationRole, kind: OrganizationKind) -> Option<WantedRole> {
    match role.seen_in(kind) {
        OrganizationRole::Settable(role) => Some(WantedRole::Settable(role)),
        OrganizationRole::Held(role) => Some(WantedRole::Held(role)),
        OrganizationRole::Unknown(_) => None,
    }
}

fn usable(email: &Email) -> Option<Email> {
    let text = email.as_str();
    Email::parse(text).filter(|_| printable(text) && !secret(text))
}

fn residency(workspace: &LiveWorkspace) -> Option<DataResidency> {
    let known = |geo: &str| ["us", "global"].contains(&geo);
    let geos = match &workspace.allowed_inference_geos {
        AllowedGeos::Unrestricted => true,
        AllowedGeos::Only(geos) => !geos.is_empty() && geos.iter().all(|geo| known(geo)),
    };
    let consistent = workspace.allowed_inference_geos.allows(&workspace.default_inference_geo);
    (geos && consistent && known(&workspace.default_inference_geo) && workspace.workspace_geo == "us").then(
        || DataResidency {
            workspace_geo: Some(workspace.workspace_geo.clone()),
            allowed_inference_geos: Some(workspace.allowed_inference_geos.clone()),
            default_inference_geo: Some(workspace.default_inference_geo.clone()),
        },
    )
}

/// Whether a text can stand in a file as a key that people read.
fn printable(text: &str) -> bool {
    !text.trim().is_empty()
        && text.trim() == text
        && crate::render::inert::inert(text) == text
        && !secret(text)
}

/// Whether the files would refuse it as a live key.
fn secret(text: &str) -> bool {
    text.contains("sk-ant-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_files_refuse_does_not_stop_the_import() {
        for name in [
            "🛠\u{fe0f} tools",
            "a\u{202e}b",
            " padded",
            "",
            "tab\tbed",
            "sk-ant-api03-abcdefghijkl",
            "Default",
        ] {
            let id = WorkspaceId::new("wrkspc_01A");
            let workspace = LiveWorkspace {
                id: id.clone(),
                name: name.to_owned(),
                archived: false,
                display_color: "#6C5BB9".to_owned(),
                tags: BTreeMap::new(),
                workspace_geo: "us".to_owned(),
                allowed_inference_geos: AllowedGeos::Unrestricted,
                default_inference_geo: "global".to_owned(),
            };
            let live = Live {
                id: bylaws_engine::OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"),
                name: "Acme".to_owned(),
                people: None,
                workspaces: Some(bylaws_engine::LiveWorkspaces {
                    all: [(id, workspace)].into(),
                    default: None,
                }),
                workspace_members: BTreeMap::new(),
                api_keys: None,
            };
            let imported = import(&live);
            let loaded = bylaws_config::parse(bylaws_config::write_files(&imported.desired, &imported.notes));
            assert!(loaded.desired.is_some(), "{name:?}: {:?}", loaded.problems);
        }
    }
}
