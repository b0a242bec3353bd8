//! Rate limits as objects of the files and of the live state.

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Facts, ObjectName, WorkspaceId, WorkspaceLabel};

use super::lists::{are_listed, read, workspaces};
use super::{Limiter, Wanted, facts};
use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::objects::{LiveObject, Objects};
use crate::plan::Planner;
use crate::reads::pages;
use crate::remote::RemoteObjects;
use crate::syntax::Target;
use crate::unlisted::Policy;
use crate::unlisted_sections::UnlistedSection;

/// The rate limits of workspaces.
pub(crate) struct RateLimits;

impl Objects for RateLimits {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UnlistedSection {
            key: "rate_limits",
            description: "Rate limits of listed workspaces with `rate_limits` that no entry names. `remove` clears them.",
            policies: &Policy::ALL,
            applies: are_listed,
            without: "no listed workspace has `rate_limits`",
            is_hashed: false,
        }
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &super::remote::RateLimits
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let limits = read(live)?;
        let mut objects = Vec::new();
        for (workspace, groups) in &limits.overrides {
            for group in limits.groups.iter().filter(|group| groups.contains_key(&group.id)) {
                let id = group.id.as_str();
                let names = group.names();
                objects.extend(names.map(|name| LiveObject {
                    workspace: Some(workspace),
                    name,
                    id,
                    created_at: None,
                    status: None,
                }));
            }
        }
        Some(objects)
    }

    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_rate_limits();
    }

    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        let Some(limits) = live.rate_limits.as_ref().filter(|_| are_listed(desired)) else { return 0 };
        if limits.refused.is_some() {
            return 1;
        }
        let of = |id| pages(limits.overrides.get(id).map_or(0, BTreeMap::len));
        pages(limits.groups.len()) + workspaces(desired, live).iter().map(of).sum::<usize>()
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = are_listed(desired);
        let kept = workspaces(desired, live);
        live.rate_limits = live.rate_limits.take().filter(|_| is_needed);
        if let Some(limits) = &mut live.rate_limits {
            limits.overrides.retain(|id, _| kept.contains(id));
        }
        !is_needed || live.rate_limits.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        let Some(limits) = &live.rate_limits else { return };
        for workspace in limits.overrides.keys() {
            let entry = |id: &str| {
                let facts = facts(&limits.of(Some(workspace), id));
                Entry { id: id.to_owned(), natural: id.to_owned(), facts }
            };
            let entries = limits.groups.iter().map(|group| entry(&group.id)).collect();
            add(List::within("rate_limits", workspace), entries);
        }
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (workspace, name): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        let workspace = workspace.ok_or_else(|| difference.reason.clone())?;
        super::adopt::adopt(view, wanted, (workspace, name), difference)
    }

    fn import(&self, live: &Live, workspace: Option<&WorkspaceId>, target: Target<'_>) -> Vec<Text> {
        let (Some(limits), Target::Workspace(_, open)) = (&live.rate_limits, target) else {
            return Vec::new();
        };
        let mut entries = super::RateLimits::new();
        for group in &limits.groups {
            let has = limits.of(workspace, &group.id);
            let settable =
                has.iter().filter_map(|(name, value)| Some((Limiter::parse(name)?, Wanted::Value(*value))));
            let settable: BTreeMap<_, _> = settable.collect();
            let name = group.names().next().filter(|_| !settable.is_empty());
            entries.extend(name.map(|name| (ObjectName::new(name), settable)));
        }
        open.rate_limits = (!entries.is_empty()).then_some(entries);
        Vec::new()
    }

    fn is_everywhere(&self, live: &Live, name: &str) -> bool {
        let groups = live.rate_limits.iter().flat_map(|limits| &limits.groups);
        groups.into_iter().any(|group| group.is_named(name) || group.id == name)
    }

    fn refused<'l>(&self, live: &'l Live) -> Option<&'l Text> {
        live.rate_limits.as_ref()?.refused.as_ref()
    }

    fn clear(&self, open: &mut OpenWorkspace) {
        open.rate_limits = None;
    }

    fn trail(&self) -> &'static Trail {
        &super::activities::TRAIL
    }

    fn called(&self, live: &Live, id: &str) -> Vec<String> {
        let groups = live.rate_limits.iter().flat_map(|limits| &limits.groups);
        let group = groups.filter(|group| group.id == id);
        group.flat_map(|group| group.names().map(str::to_owned)).collect()
    }

    fn shown(
        &self,
        live: &Live,
        target: Option<&str>,
        workspace: Option<&WorkspaceId>,
    ) -> Option<Option<Facts>> {
        let limits = read(live)?;
        let group = limits.groups.iter().find(|group| target == Some(group.id.as_str()));
        Some(group.map(|group| facts(&limits.of(workspace, &group.id))))
    }
}
