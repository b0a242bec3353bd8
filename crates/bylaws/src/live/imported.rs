//! Converts live state to the desired state that asks for exactly that. Data that files cannot express is left out
//! with a reason; archived workspaces and expired or archived keys are omitted.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::Notes;
use bylaws_engine::spelling::{characters, is_hidden};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Email, Line, LiveWorkspaceRole, ObjectName, OrganizationKind, OrganizationRole, UserId, WorkspaceId,
    WorkspaceLabel, WorkspaceRole,
};
use bylaws_kinds::desired::{
    AllowedGeos, ApiKey, DataResidency, Member, MembershipLine, OpenWorkspace, OrganizationPin, WantedRole,
    WantedStatus, Workspace, WorkspaceSettings, WorkspaceState,
};
use bylaws_kinds::live::{KeyScope, LiveApiKey, LiveKeyStatus, LiveUser, LiveWorkspace};
use bylaws_kinds::{API_KEY, Desired, Live, OBJECTS, Target};

use super::left_out::{LeftOut, Reason};
use super::names::Names;

pub(crate) struct Imported {
    /// The desired state that equals live state.
    pub(crate) desired: Desired,
    /// The comments for lines that need one.
    pub(crate) notes: Notes,
    /// The data that files cannot express, one line per reason, for people.
    pub(crate) left_out: Vec<String>,
    /// The number of members who are invited and have not accepted yet.
    pub(crate) invited: usize,
}

/// The comment at the top of the files.
const YOURS: &str = "Written once by `bylaws import`; edit as you like. Order, comments and file names have no\n\
    meaning to Bylaws.";

/// The comment above `unlisted:`.
const UNLISTED: &str = "Live objects that are not in the files: `report` lists them in every plan, `remove` would \
    remove them.";

/// The comment for an object whose name files cannot contain.
const UNSAYABLE: &str = "identified by its id: files cannot contain its name";

/// Returns everything live that files can express. Unlisted objects are reported, so nothing is removed until the user
/// decides to.
pub(crate) fn import(live: &Live) -> Imported {
    let kind = match live.workspaces {
        Some(_) => OrganizationKind::Console,
        None => OrganizationKind::Enterprise,
    };
    let mut import = Import {
        live,
        kind,
        notes: Notes::new(),
        left_out: LeftOut::default(),
        listed: BTreeMap::new(),
        invited: 0,
    };
    let members = import.members();
    let workspaces = import.workspaces();
    let api_keys = import.keys(&KeyScope::Organization, None);
    for objects in OBJECTS.iter().filter(|objects| objects.refused(live).is_some()) {
        import.left_out.add(Reason::Refused, Text::word(objects.section()));
    }
    let name = printable(&live.name).then(|| live.name.clone());
    let organization = OrganizationPin { id: live.id.clone(), name, kind };
    let mut desired = Desired {
        // An empty section would be an error; an absent one means the same without members.
        members: (!members.is_empty()).then_some(members),
        workspaces: live.workspaces.is_some().then_some(workspaces),
        api_keys,
        ..Desired::of(organization)
    };
    for objects in OBJECTS {
        for left in objects.import(live, None, Target::Organization(&mut desired)) {
            import.left_out.add(Reason::Objects, left);
        }
    }
    let Import { mut notes, left_out, invited, .. } = import;
    let left_out = left_out.lines();
    notes.add_head(YOURS);
    notes.add_above_unlisted(UNLISTED);
    if !left_out.is_empty() {
        notes.add_head("\nLeft out, because files cannot express it:");
        for line in &left_out {
            notes.add_head(&format!("- {}", bylaws_output::render::escape::escape(line)));
        }
    }
    Imported { desired, notes, left_out, invited }
}

struct Import<'a> {
    live: &'a Live,
    kind: OrganizationKind,
    notes: Notes,
    left_out: LeftOut,
    /// The members that have a line, by id.
    listed: BTreeMap<UserId, (Email, WantedRole)>,
    invited: usize,
}

impl Import<'_> {
    fn members(&mut self) -> BTreeMap<Email, Member> {
        let mut members = BTreeMap::new();
        let mut people = BTreeSet::new();
        let Some(live) = &self.live.people else { return members };
        let mut users: Vec<&LiveUser> = live.users.values().collect();
        // Of two spellings of one person's address the one without a tag is listed.
        users.sort_by_key(|user| (user.email.as_str().contains('+'), &user.email, &user.id));
        for user in users {
            let Some(role) = wanted(&user.role, self.kind) else {
                self.left_out.add(Reason::UnknownRole, text!("{} ({})", user.email, user.role.to_string()));
                continue;
            };
            let Some(email) = user.email.listable() else {
                self.left_out.add(Reason::NoAddress, text!("{} ({})", user.email, user.id));
                continue;
            };
            if !people.insert(email.person()) {
                self.left_out.add(Reason::SamePerson, text!("{} ({})", email, user.id));
                continue;
            }
            if matches!(role, WantedRole::Held(_)) {
                self.notes
                    .add_beside(Line::Member(email.clone()), "assigned and removed in the Console only");
            }
            self.listed.insert(user.id.clone(), (email.clone(), role));
            members.insert(email, Member { role, until: None, id: None });
        }
        let mut invites: Vec<_> = live.pending().collect();
        invites.sort_by(|a, b| (b.invited_at, &b.id).cmp(&(a.invited_at, &a.id)));
        for invite in invites {
            let (Some(role), Some(email)) = (wanted(&invite.role, self.kind), invite.email.listable()) else {
                self.left_out.add(Reason::Invite, text!("{} ({})", invite.email, invite.role.to_string()));
                continue;
            };
            if people.insert(email.person()) {
                self.invited += 1;
                members.insert(email, Member { role, until: None, id: None });
            }
        }
        members
    }

    fn workspaces(&mut self) -> BTreeMap<WorkspaceLabel, Workspace> {
        let mut listed = BTreeMap::new();
        let Some(live) = &self.live.workspaces else { return listed };
        let is_default = |workspace: &LiveWorkspace| live.default.as_ref() == Some(&workspace.id);
        let open: Vec<&LiveWorkspace> = live.all.values().filter(|workspace| !workspace.archived).collect();
        let mut names = Names::of(
            open.iter().filter(|workspace| !is_default(workspace)).map(|workspace| workspace.name.as_str()),
            &["Default"],
        );
        for workspace in &open {
            let (label, id, open) = if is_default(workspace) {
                let label = WorkspaceLabel::new("Default");
                let open = self.contents(&label, workspace, false);
                (label, None, open)
            } else if workspace.is_claude_code() {
                if names.named(&workspace.name) > 1 {
                    self.left_out.add(Reason::ClaudeCode, Text::quoted(&workspace.id));
                    continue;
                }
                let open = OpenWorkspace { settings: self.settings(workspace), ..OpenWorkspace::default() };
                (WorkspaceLabel::new("Claude Code"), None, open)
            } else {
                let (label, note) = name(&mut names, &workspace.name, workspace.id.as_str(), "workspaces");
                let label = WorkspaceLabel::new(label);
                if let Some(note) = note {
                    self.notes.add(Line::Workspace(label.clone()), &note);
                }
                let open = self.contents(&label, workspace, true);
                (label, Some(workspace.id.clone()), open)
            };
            listed.insert(label, Workspace { id, name: None, state: WorkspaceState::Open(Box::new(open)) });
        }
        listed
    }

    fn contents(
        &mut self,
        label: &WorkspaceLabel,
        workspace: &LiveWorkspace,
        has_members: bool,
    ) -> OpenWorkspace {
        let mut open = OpenWorkspace { settings: self.settings(workspace), ..OpenWorkspace::default() };
        open.api_keys = self.keys(&KeyScope::Workspace(workspace.id.clone()), Some(label));
        if has_members {
            open.members = Some(self.memberships(label, &workspace.id));
            for objects in OBJECTS {
                for left in
                    objects.import(self.live, Some(&workspace.id), Target::Workspace(label, &mut open))
                {
                    self.left_out.add(Reason::Objects, left);
                }
            }
        }
        open
    }

    fn settings(&mut self, workspace: &LiveWorkspace) -> WorkspaceSettings {
        let tags = workspace.tags.iter().filter(|(key, _)| !key.starts_with("anthropic"));
        let tags: BTreeMap<String, String> = tags.map(|(key, value)| (key.clone(), value.clone())).collect();
        let sayable = tags.iter().all(|(key, value)| !secret(key) && !secret(value));
        if !sayable {
            self.left_out.add(Reason::Tags, Text::quoted(&workspace.id));
        }
        let residency = residency(workspace);
        if residency.is_none() {
            self.left_out.add(Reason::Residency, Text::quoted(&workspace.id));
        }
        let color = &workspace.display_color;
        let is_color =
            color.len() == 7 && color.starts_with('#') && color[1..].bytes().all(|b| b.is_ascii_hexdigit());
        WorkspaceSettings {
            display_color: is_color.then(|| color.clone()),
            tags: sayable.then_some(tags),
            data_residency: residency,
            // The kind of external keys knows their names.
            external_key: None,
        }
    }

    fn memberships(
        &mut self,
        label: &WorkspaceLabel,
        workspace: &WorkspaceId,
    ) -> BTreeMap<Email, MembershipLine> {
        let mut lines = BTreeMap::new();
        for (user, role) in self.live.workspace_members.get(workspace).into_iter().flatten() {
            let Some((email, of)) = self.listed.get(user) else {
                self.left_out.add(Reason::NoMember, text!("{} in {}", user, label));
                continue;
            };
            // It has no effect, and plans ignore it.
            if of.inherited().is_some_and(|inherited| inherited.makes_redundant(role)) {
                continue;
            }
            match role {
                LiveWorkspaceRole::Known(role) if *role != WorkspaceRole::Billing => {
                    lines.insert(email.clone(), MembershipLine { role: Some(*role), until: None });
                }
                role => {
                    self.left_out
                        .add(Reason::UnsupportedRole, text!("{} in {} ({})", email, label, role.to_string()));
                }
            }
        }
        lines
    }

    /// Returns the keys of one scope. A scope without keys is listed as empty, so that a new key is reported as
    /// unlisted.
    fn keys(
        &mut self,
        scope: &KeyScope,
        workspace: Option<&WorkspaceLabel>,
    ) -> Option<BTreeMap<ObjectName, ApiKey>> {
        let of_scope = self.live.api_keys.as_ref()?.iter().filter(|key| key.scope == *scope);
        let mut of_scope: Vec<&LiveApiKey> = of_scope.filter(|key| !key.status.is_over()).collect();
        of_scope.sort_by(|a, b| a.id.cmp(&b.id));
        let line = |name: ObjectName| Line::of_object(workspace, API_KEY.object(), name);
        let mut names = Names::of(of_scope.iter().map(|key| key.name.as_str()), &[]);
        let mut listed = BTreeMap::new();
        for key in of_scope {
            let status = match key.status {
                LiveKeyStatus::Active => WantedStatus::Active,
                LiveKeyStatus::Inactive => WantedStatus::Inactive,
                _ => continue,
            };
            let (name, note) = name(&mut names, key.name.as_str(), key.id.as_str(), "keys");
            let name = ObjectName::new(name);
            let id = note.is_some().then(|| key.id.clone());
            if let Some(note) = note {
                self.notes.add_beside(line(name.clone()), &note);
            }
            listed.insert(name, ApiKey { status, id, name: None });
        }
        Some(listed)
    }
}

/// Returns the name of an object in the files: its own, if files can contain it and it is unique. The second text says
/// why it is not.
fn name(names: &mut Names, name: &str, id: &str, things: &str) -> (String, Option<String>) {
    if printable(name) { names.pick(name, things) } else { (id.to_owned(), Some(UNSAYABLE.to_owned())) }
}

fn wanted(role: &OrganizationRole, kind: OrganizationKind) -> Option<WantedRole> {
    match role.seen_in(kind) {
        OrganizationRole::Settable(role) => Some(WantedRole::Settable(role)),
        OrganizationRole::Held(role) => Some(WantedRole::Held(role)),
        OrganizationRole::Unknown(_) => None,
    }
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

/// Returns whether a text can be a readable key in a file.
fn printable(text: &str) -> bool {
    // An unusual space or a decomposed letter is written as an escape.
    let seen: String = characters(text).map(|(_, c, unseen)| if unseen { 'x' } else { c }).collect();
    !text.trim().is_empty()
        && text.trim() == text
        && !text.chars().any(is_hidden)
        && bylaws_output::render::escape::escape(&seen) == seen
        && !secret(text)
}

/// Returns whether the files would reject a text as a live key.
fn secret(text: &str) -> bool {
    text.contains("sk-ant-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_files_reject_does_not_stop_the_import() {
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
                created_at: None,
                display_color: "#6C5BB9".to_owned(),
                tags: BTreeMap::new(),
                workspace_geo: "us".to_owned(),
                allowed_inference_geos: AllowedGeos::Unrestricted,
                default_inference_geo: "global".to_owned(),
                external_key_id: None,
                user_profile_id: None,
            };
            let organization = bylaws_engine::OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10");
            let live = Live {
                workspaces: Some(bylaws_kinds::live::LiveWorkspaces {
                    all: [(id, workspace)].into(),
                    default: None,
                }),
                ..Live::bare(organization, "Acme".to_owned())
            };
            let imported = import(&live);
            let loaded = bylaws_kinds::parse(bylaws_kinds::write_files(&imported.desired, &imported.notes));
            assert!(loaded.desired.is_some(), "{name:?}: {:?}", loaded.problems);
        }
    }
}
