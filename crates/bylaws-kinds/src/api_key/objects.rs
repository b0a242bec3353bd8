//! API keys as objects of the files and of the live state.

use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Facts, ObjectName, WorkspaceId, WorkspaceLabel};

use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::{KeyScope, Live};
use crate::objects::{LiveObject, Objects};
use crate::plan::Planner;
use crate::reads::{Needs, pages};
use crate::remote::RemoteObjects;
use crate::unlisted::Policy;
use crate::unlisted_sections::UnlistedSection;

/// The API keys of every scope.
pub(crate) struct ApiKeys;

impl Objects for ApiKeys {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UnlistedSection {
            key: "api_keys",
            description: "API keys that are not listed, in scopes with `api_keys`. `remove` sets them inactive.",
            policies: &Policy::ALL,
            applies: |desired| {
                desired.api_keys.is_some() || desired.open().any(|(_, open)| open.api_keys.is_some())
            },
            without: "no `api_keys` are listed",
            is_hashed: true,
        }
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &super::remote::ApiKeys
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let keys = live.api_keys.as_ref()?.iter().filter_map(|key| {
            let workspace = match &key.scope {
                KeyScope::Organization => None,
                KeyScope::Workspace(id) => Some(id),
                KeyScope::Unknown(_) => return None,
            };
            let (name, id) = (key.name.as_str(), key.id.as_str());
            Some(LiveObject {
                workspace,
                name,
                id,
                created_at: key.created_at,
                status: Some(key.status.as_str()),
            })
        });
        Some(keys.collect())
    }

    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_keys();
    }

    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        let keys = live.api_keys.as_ref().filter(|_| Needs::of(desired).api_keys);
        keys.map_or(0, |keys| pages(keys.len()))
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = Needs::of(desired).api_keys;
        live.api_keys = live.api_keys.take().filter(|_| is_needed);
        !is_needed || live.api_keys.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        if let Some(keys) = &live.api_keys {
            add(List::of("api_keys"), keys.iter().map(Entry::from).collect());
        }
    }

    fn clear(&self, open: &mut OpenWorkspace) {
        open.api_keys = None;
    }

    fn trail(&self) -> &'static Trail {
        &super::activities::TRAIL
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        at: (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        super::adopt::adopt(view, wanted, at, difference)
    }

    fn shown(&self, live: &Live, target: Option<&str>, _: Option<&WorkspaceId>) -> Option<Option<Facts>> {
        let key = live.api_keys.as_ref()?.iter().find(|key| target == Some(key.id.as_str()));
        Some(key.map(super::facts))
    }
}
