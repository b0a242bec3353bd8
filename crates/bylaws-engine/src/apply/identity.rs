//! Checks whether an answer is about the object of the write, by every identifying field.

use crate::Email;
use crate::change::{WorkspaceRef, Write};
use crate::facts::{Fact, Facts};
use crate::lists::Entry;
use crate::writer::Answer;

/// Returns how the answer is about another object than the requested one, with the field and both values;
/// `None` if it is the same one. `listed` is the object as its list showed it before the write.
pub(super) fn other_object(write: &Write, answer: &Answer, listed: Option<&Entry>) -> Option<String> {
    let told = told(write, answer);
    asked(write, listed).0.into_iter().find_map(|(field, asked)| {
        let told = told.0.get(field)?;
        (!is_same(field, &asked, told)).then(|| {
            format!(
                "the answer is about another object: its `{field}` is `{told}`, but `{asked}` was requested"
            )
        })
    })
}

/// Returns the identifying fields that an answer shows.
fn told(write: &Write, answer: &Answer) -> Facts {
    let mut told = answer.about.clone();
    let id = answer.id.clone().map(|id| (field_of_id(write), Fact::Text(id)));
    told.0.extend(id);
    told
}

/// Returns the identifying fields that the answer must show.
fn asked(write: &Write, listed: Option<&Entry>) -> Facts {
    let mut asked = Facts::default();
    let mut set = |field, value: &str| asked.set(field, Fact::Text(value.to_owned()));
    if let Some(id) = write.target() {
        set(field_of_id(write), id);
    }
    match write {
        Write::Invite { email, .. } => set("email", email.as_str()),
        Write::SetRole { .. } => {
            if let Some(email) = listed.and_then(|user| user.facts.text("email")) {
                set("email", email);
            }
        }
        Write::AddWorkspaceMember { workspace, user, .. } => {
            set("user_id", user.as_str());
            if let WorkspaceRef::Live(workspace) = workspace {
                set("workspace_id", workspace.as_str());
            }
        }
        Write::SetWorkspaceRole { workspace, .. } | Write::RemoveWorkspaceMember { workspace, .. } => {
            set("workspace_id", workspace.as_str());
        }
        Write::UpdateWorkspace { .. } | Write::ArchiveWorkspace { .. } => {
            let renamed =
                if let Write::UpdateWorkspace { patch, .. } = write { patch.name.as_deref() } else { None };
            if let Some(name) = renamed.or_else(|| listed?.facts.text("name")) {
                set("name", name);
            }
        }
        Write::SetKeyStatus { .. } => {
            if let Some(key) = listed {
                set("name", &key.natural);
                if let Some(workspace) = key.facts.text("workspace_id") {
                    set("workspace_id", workspace);
                }
            }
        }
        // The answer must show the name as one of the settings; the id is new.
        Write::CreateWorkspace { .. } | Write::Revoke { .. } | Write::RemoveMember { .. } => {}
    }
    asked
}

/// A workspace membership has no id of its own.
fn field_of_id(write: &Write) -> &'static str {
    match write {
        Write::AddWorkspaceMember { .. }
        | Write::SetWorkspaceRole { .. }
        | Write::RemoveWorkspaceMember { .. } => "user_id",
        Write::CreateWorkspace { .. }
        | Write::UpdateWorkspace { .. }
        | Write::ArchiveWorkspace { .. }
        | Write::Invite { .. }
        | Write::Revoke { .. }
        | Write::SetRole { .. }
        | Write::RemoveMember { .. }
        | Write::SetKeyStatus { .. } => "id",
    }
}

fn is_same(field: &str, asked: &Fact, told: &Fact) -> bool {
    match (asked, told) {
        (Fact::Text(asked), Fact::Text(told)) if field == "email" => Email::live(asked) == Email::live(told),
        _ => asked == told,
    }
}
