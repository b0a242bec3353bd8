//! Attaches keys to workspaces. A workspace takes a key once, so everything that the service would refuse is known before.

use bylaws_engine::text::{Text, text};
use bylaws_engine::{Action, Address, Class, Fact, Reference, WorkspaceLabel};

use super::lists::read;
use super::matching::Found;
use super::workspace_key::WorkspaceKey;
use super::{LiveExternalKey, kind::EXTERNAL_KEY};
use crate::live::LiveWorkspace;
use crate::plan::Planner;
use crate::workspace::matching::Matched;

/// Why a key is not attached.
pub(crate) enum NotAttached {
    /// The workspace has it, or the files ask for none and it has none.
    InPlace,
    /// The keys were not read. The section is blocked already.
    NotRead,
    /// It is not possible.
    Because(Text),
}

impl Planner<'_> {
    /// Blocks new workspaces whose key cannot be attached, and what is in them: a workspace without its key would store
    /// data that is not encrypted with it.
    pub(crate) fn hold_new_workspaces(&mut self) {
        let desired = self.desired;
        for (label, open) in desired.open() {
            let Some(wanted) = &open.settings.external_key else { continue };
            if !matches!(self.matched.get(label), Some(Matched::Absent)) {
                continue;
            }
            let address = Address::Workspace(label.clone());
            let is_held = match self.attachment(wanted, None) {
                Err(NotAttached::InPlace) => false,
                Err(NotAttached::NotRead) => {
                    let reason =
                        "its external key cannot be attached, because the external keys were not read";
                    self.draft.block(address, reason);
                    true
                }
                Err(NotAttached::Because(reason)) => {
                    self.draft.block(address, reason);
                    true
                }
                Ok(fact) => self.is_unapproved(Action::Create, &address, needs_approval(&fact)),
            };
            if is_held {
                self.matched.insert(label, Matched::Held);
            }
        }
    }

    /// Returns the key that a live workspace is to get, if somebody approved that; blocks it otherwise.
    pub(crate) fn approved_attachment(
        &mut self,
        label: &WorkspaceLabel,
        wanted: &WorkspaceKey,
        live: &LiveWorkspace,
    ) -> Option<Fact> {
        let address = Address::Workspace(label.clone());
        match self.attachment(wanted, Some(live)) {
            Ok(fact) => {
                (!self.is_unapproved(Action::Update, &address, needs_approval(&fact))).then_some(fact)
            }
            Err(NotAttached::InPlace | NotAttached::NotRead) => None,
            Err(NotAttached::Because(reason)) => {
                self.draft.block(address, reason);
                None
            }
        }
    }

    /// Returns the key that a workspace is to get. `live` is `None` for a new workspace.
    pub(crate) fn attachment(
        &self,
        wanted: &WorkspaceKey,
        live: Option<&LiveWorkspace>,
    ) -> Result<Fact, NotAttached> {
        let because = |reason| Err(NotAttached::Because(reason));
        let has = live.and_then(|live| live.external_key_id.as_ref());
        match (wanted, has) {
            (WorkspaceKey::None, None) => return Err(NotAttached::InPlace),
            (WorkspaceKey::None, Some(has)) => {
                return because(text!("has the external key {}, which cannot be detached", has));
            }
            (WorkspaceKey::Id(id), Some(has)) if id == has => return Err(NotAttached::InPlace),
            _ => {}
        }
        let Some(read) = read(self.live) else { return Err(NotAttached::NotRead) };
        let (key, fact) = match wanted {
            WorkspaceKey::Named(name) => {
                let key = match self.external_keys.get(name) {
                    Some(Found::Live(key)) => Some(*key),
                    Some(Found::Absent) => None,
                    Some(Found::Blocked(_)) | None => {
                        return because(text!("its external key `{}` is blocked", name));
                    }
                };
                let address = Address::OrganizationObject(EXTERNAL_KEY.object(), name.clone());
                let id = key.map(|key| key.id.to_string());
                (key, Fact::Object(Reference { address, id }))
            }
            WorkspaceKey::Id(id) => match read.get(id.as_str()) {
                Some(key) => (Some(key), Fact::Text(id.to_string())),
                None => return because(text!("no live external key has the id {}; correct it", id)),
            },
            WorkspaceKey::None => return Err(NotAttached::InPlace),
        };
        match has {
            Some(has) if key.is_some_and(|key| key.id == *has) => Err(NotAttached::InPlace),
            Some(has) => because(text!(
                "has the external key {}, which can be neither replaced nor detached; `{}` needs a new workspace",
                has,
                wanted.written().into_owned()
            )),
            None => match other_profile(key, live) {
                Some(reason) => because(reason),
                None => Ok(fact),
            },
        }
    }
}

/// Returns why a workspace cannot get a key: both must have the same user profile, or none.
fn other_profile(key: Option<&LiveExternalKey>, live: Option<&LiveWorkspace>) -> Option<Text> {
    let of_key = key.and_then(|key| key.user_profile_id.as_ref());
    let of_workspace = live.and_then(|live| live.user_profile_id.as_ref());
    let reason = match (of_key, of_workspace) {
        _ if of_key == of_workspace => return None,
        (Some(of_key), None) => {
            text!("its external key is only for workspaces with the user profile `{}`", of_key)
        }
        (None, Some(of_workspace)) => {
            text!("has the user profile `{}`, which its external key does not have", of_workspace)
        }
        (Some(of_key), Some(of_workspace)) => {
            text!("has the user profile `{}`, and its external key has `{}`", of_workspace, of_key)
        }
        (None, None) => return None,
    };
    Some(text!("{}; use a key with the same one", reason))
}

fn needs_approval(key: &Fact) -> Text {
    text!(
        "attaches the external key {}, which is permanent and needs an approval: without the key, the data of the \
         workspace is lost",
        key
    )
}

/// Returns the class of a change that sets these fields of a workspace.
pub(crate) fn class(sent: &bylaws_engine::Facts) -> Class {
    if sent.0.contains_key(WORKSPACE_FIELD) { Class::Irreversible } else { Class::Other }
}

/// The field of a workspace with the id of its key.
pub(crate) const WORKSPACE_FIELD: &str = "external_key_id";
