//! External keys as objects of the files and of the live state.

use bylaws_engine::text::{Text, text};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{ExternalKeyId, Facts, ObjectName, WorkspaceId, WorkspaceLabel};

use super::kind::SECTION;
use super::lists::{are_listed, read};
use super::{LiveExternalKey, WorkspaceKey, adopt};
use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::objects::{LiveObject, Objects};
use crate::plan::Planner;
use crate::reads::short_pages;
use crate::remote::RemoteObjects;
use crate::syntax::Target;
use crate::unlisted::Policy;
use crate::unlisted_sections::UnlistedSection;

/// The external keys of the organization.
pub(crate) struct ExternalKeys;

impl Objects for ExternalKeys {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UnlistedSection {
            key: SECTION,
            description: "External keys that are not listed. Bylaws never deletes them. Applies only with an \
                `external_keys` section.",
            policies: &Policy::KEEPING,
            applies: |desired| desired.external_keys.is_some(),
            without: "there is no `external_keys` section",
            is_hashed: false,
        }
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &super::remote::ExternalKeys
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let object = |key: &'l LiveExternalKey| LiveObject {
            workspace: None,
            name: key.called(),
            id: key.id.as_str(),
            created_at: key.created_at,
            status: None,
        };
        Some(read(live)?.keys.iter().map(object).collect())
    }

    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_external_keys();
    }

    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        let keys = live.external_keys.as_ref().filter(|_| are_listed(desired));
        keys.map_or(0, |keys| short_pages(keys.keys.len()))
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = are_listed(desired);
        live.external_keys = live.external_keys.take().filter(|_| is_needed);
        !is_needed || live.external_keys.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        if let Some(keys) = read(live) {
            add(List::of(SECTION), keys.keys.iter().map(super::remote::entry).collect());
        }
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (_, name): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        adopt::adopt(view, wanted, name, difference)
    }

    fn import(&self, live: &Live, workspace: Option<&WorkspaceId>, target: Target<'_>) -> Vec<Text> {
        let Some(read) = read(live) else { return Vec::new() };
        match target {
            Target::Organization(desired) => {
                // An organization without keys does not need the section.
                if !read.keys.is_empty() {
                    desired.external_keys = Some(adopt::entries(read));
                }
                Vec::new()
            }
            Target::Workspace(_, open) => {
                let has = workspace.and_then(|id| live.workspace(id)?.external_key_id.as_ref());
                let Some(id) = has else { return Vec::new() };
                let entries = adopt::entries(read);
                let name = super::matching::name_of(Some(&entries), read, id.as_str());
                open.settings.external_key = match name {
                    Some(name) => Some(WorkspaceKey::Named(name.clone())),
                    None if super::workspace_key::is_id(id.as_str()) => {
                        Some(WorkspaceKey::Id(ExternalKeyId::new(id.as_str())))
                    }
                    None => return vec![text!("external key {}", id)],
                };
                Vec::new()
            }
        }
    }

    fn clear(&self, open: &mut OpenWorkspace) {
        open.settings.external_key = None;
    }

    fn is_named_by(&self, open: &OpenWorkspace) -> bool {
        open.settings.external_key.is_some()
    }

    fn refused<'l>(&self, live: &'l Live) -> Option<&'l Text> {
        live.external_keys.as_ref()?.refused.as_ref()
    }

    fn trail(&self) -> &'static Trail {
        &super::activities::TRAIL
    }

    fn shown(&self, live: &Live, target: Option<&str>, _: Option<&WorkspaceId>) -> Option<Option<Facts>> {
        let keys = read(live)?;
        Some(target.and_then(|id| keys.get(id)).map(LiveExternalKey::facts))
    }
}
