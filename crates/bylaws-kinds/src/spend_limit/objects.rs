//! Spend limits as objects of the files and of the live state.

use bylaws_engine::text::{Text, text};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Facts, ObjectName, WorkspaceId, WorkspaceLabel};

use super::lists::{are_listed, read};
use super::remote::entry;
use super::{LiveLimit, Refused, Wanted, facts};
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

/// The spend limits of the organization and of workspaces.
pub(crate) struct SpendLimits;

impl Objects for SpendLimits {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UnlistedSection {
            key: "spend_limits",
            description: "Spend limits of the organization and of listed workspaces that no line names. Applies only with \
                a `spend_limits` section.",
            policies: &Policy::KEEPING,
            applies: |desired| desired.spend_limits.is_some(),
            without: "there is no `spend_limits` section",
            is_hashed: false,
        }
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &super::remote::SpendLimits
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let object = |(workspace, limit): (&'l Option<WorkspaceId>, &'l LiveLimit)| LiveObject {
            workspace: workspace.as_ref(),
            name: "",
            id: &limit.id,
            created_at: limit.created_at,
            status: limit.listable().is_some().then_some(&limit.shown),
        };
        let all = read(live)?.limits.iter();
        Some(all.flat_map(|(of, limits)| limits.iter().map(move |limit| object((of, limit)))).collect())
    }

    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_spend_limits();
    }

    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        let limits = live.spend_limits.as_ref().filter(|_| are_listed(desired));
        limits.map_or(0, |limits| short_pages(limits.listed) + limits.cost_reads)
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = are_listed(desired);
        live.spend_limits = live.spend_limits.take().filter(|_| is_needed);
        !is_needed || live.spend_limits.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        let Some(limits) = read(live) else { return };
        let workspaces = live.workspaces.iter().flat_map(|workspaces| workspaces.all.keys());
        for workspace in workspaces.map(Some).chain([None]) {
            let entries = limits.of(workspace).iter().map(|limit| entry(&limit.id, facts(&limit.shown)));
            let list = List { name: "spend_limits", workspace: workspace.cloned() };
            add(list, entries.collect());
        }
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (workspace, _): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        super::adopt::adopt(view, wanted, workspace, difference)
    }

    fn import(&self, live: &Live, workspace: Option<&WorkspaceId>, target: Target<'_>) -> Vec<Text> {
        let Some(limits) = read(live).filter(|limits| !limits.limits.is_empty()) else { return Vec::new() };
        let wanted = limits.listable(workspace).filter(|wanted| *wanted != Wanted::NoLimit);
        let left_out = if wanted.is_some() { &[] } else { limits.of(workspace) };
        match target {
            // An empty section too, so that a new limit is reported as unlisted.
            Target::Organization(desired) => {
                desired.spend_limits = Some(super::SpendLimits { organization: wanted });
            }
            Target::Workspace(_, open) => open.spend_limit = wanted,
        }
        left_out.iter().map(|limit| text!("spend limit {} ({})", limit.id, limit.shown)).collect()
    }

    fn clear(&self, open: &mut OpenWorkspace) {
        open.spend_limit = None;
    }

    /// There is always one: no limit is the absence of an amount.
    fn is_everywhere(&self, _: &Live, _: &str) -> bool {
        true
    }

    fn refused<'l>(&self, live: &'l Live) -> Option<&'l Text> {
        match live.spend_limits.as_ref()?.refused.as_ref()? {
            Refused::Because(reason) => Some(reason),
            Refused::NotEnrolled => None,
        }
    }

    fn trail(&self) -> &'static Trail {
        &super::activities::TRAIL
    }

    fn shown(&self, live: &Live, _: Option<&str>, workspace: Option<&WorkspaceId>) -> Option<Option<Facts>> {
        Some(read(live)?.of(workspace).first().map(|limit| facts(&limit.shown)))
    }
}
