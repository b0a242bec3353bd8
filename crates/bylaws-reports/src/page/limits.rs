//! Spend limits and rate limits of workspaces, for the page.

use bylaws_kinds::Live;
use bylaws_kinds::live::LiveWorkspace;

use super::document::{Limits, RateLimit, Section, SpendLimit};
use super::names::{NOT_REQUESTED, workspace_name};

/// Returns the limits of workspaces in use.
pub fn limits(live: &Live) -> Limits {
    Limits { spend: spend(live), rate: rate(live) }
}

/// Returns the limit of the organization, then those of workspaces. The default workspace cannot have one.
fn spend(live: &Live) -> Section<Vec<SpendLimit>> {
    let Some(read) = &live.spend_limits else { return Section::not_read(NOT_REQUESTED) };
    if let Some(why) = &read.refused {
        return Section::not_read(why.reason().to_string());
    }
    let default = live.workspaces.as_ref().and_then(|workspaces| workspaces.default.as_ref());
    let limited = in_use(live).filter(|workspace| default != Some(&workspace.id));
    let limit = |workspace: Option<&LiveWorkspace>| {
        let id = workspace.map(|workspace| &workspace.id);
        let limit = read.of(id).first();
        SpendLimit {
            workspace: id.map(|id| workspace_name(live, Some(id.as_str()))),
            limit: limit.map(|limit| {
                let state = if limit.is_enabled { "" } else { ", switched off" };
                format!("{}{state}", limit.shown)
            }),
            // The cost is in US dollars.
            cents: read.amount(id).filter(|limit| limit.currency == "USD").map(|limit| limit.cents.cents()),
            spent: read.spent(id).map(|spent| spent.cents()),
        }
    };
    let mut limits: Vec<SpendLimit> = limited.map(|workspace| limit(Some(workspace))).collect();
    limits.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    limits.insert(0, limit(None));
    Section::Read(limits)
}

fn rate(live: &Live) -> Section<Vec<RateLimit>> {
    let Some(read) = &live.rate_limits else { return Section::not_read(NOT_REQUESTED) };
    if let Some(why) = &read.refused {
        return Section::not_read(why.to_string());
    }
    let mut limits = Vec::new();
    for workspace in in_use(live) {
        for (id, overrides) in read.overrides.get(&workspace.id).into_iter().flatten() {
            let group = read.groups.iter().find(|group| group.id == *id);
            let names =
                group.map_or_else(|| vec![id.clone()], |group| group.names().map(str::to_owned).collect());
            limits.extend(overrides.iter().map(|(limiter, value)| RateLimit {
                workspace: workspace_name(live, Some(workspace.id.as_str())),
                group: names.clone(),
                limiter: limiter.clone(),
                value: value.to_string(),
                organization: group.and_then(|group| Some(group.limits.get(limiter)?.to_string())),
            }));
        }
    }
    limits.sort_by(|a, b| (&a.workspace, &a.group, &a.limiter).cmp(&(&b.workspace, &b.group, &b.limiter)));
    Section::Read(limits)
}

fn in_use(live: &Live) -> impl Iterator<Item = &LiveWorkspace> {
    let all = live.workspaces.iter().flat_map(|workspaces| workspaces.all.values());
    all.filter(|workspace| !workspace.archived)
}
