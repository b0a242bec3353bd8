//! Audit rules about rate limits and spend limits of workspaces.

use bylaws_engine::audit::rule::{RATE_LIMIT_OF_ZERO, WITHOUT_SPEND_LIMIT};
use bylaws_engine::audit::{Severity, Unseen};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Address, Line, ObjectName, WorkspaceLabel};

use super::{Auditor, Found};
use crate::live::LiveWorkspace;
use crate::rate_limit::lists::read as read_rate_limits;
use crate::rate_limit::plan::RATE_LIMIT;
use crate::rate_limit::{Group, Limiter, Overrides, Wanted};
use crate::spend_limit;
use crate::spend_limit::lists::read as read_spend_limits;

impl Auditor<'_> {
    /// Finds limits that stop a workspace, and workspaces without a limit that most others have.
    pub(super) fn limits(&self, found: &mut Found) {
        if self.live.workspaces.is_none() {
            return found.not_seen(&[&RATE_LIMIT_OF_ZERO, &WITHOUT_SPEND_LIMIT], Unseen::Workspaces);
        }
        self.rate_limits(found);
        self.spend_limits(found);
    }

    fn rate_limits(&self, found: &mut Found) {
        let Some(live) = read_rate_limits(self.live) else {
            return found.not_seen(&[&RATE_LIMIT_OF_ZERO], Unseen::RateLimits);
        };
        for (workspace, groups) in &live.overrides {
            let Some(workspace) = self.workspaces.get(workspace).filter(|workspace| !workspace.archived)
            else {
                continue;
            };
            let label = self.label(workspace);
            for (id, overrides) in groups {
                let group = live.groups.iter().find(|group| group.id == *id);
                self.stopped(&label, (id, group), overrides, found);
            }
        }
    }

    /// Reports limits of 0 of one group in one workspace.
    fn stopped(
        &self,
        label: &WorkspaceLabel,
        (id, group): (&str, Option<&Group>),
        overrides: &Overrides,
        found: &mut Found,
    ) {
        let zero: Vec<&str> =
            overrides.iter().filter(|(_, value)| **value == 0).map(|(name, _)| name.as_str()).collect();
        if zero.is_empty() {
            return;
        }
        let listed = self.desired.open_workspace(label).and_then(|open| open.rate_limits.as_ref());
        let entry = listed
            .into_iter()
            .flatten()
            .find(|(name, _)| group.map_or(name.as_str() == id, |group| group.is_named(name.as_str())));
        let first = group.and_then(|group| group.names().next()).unwrap_or(id);
        let name = entry.map_or_else(|| ObjectName::new(first), |(name, _)| name.clone());
        let address = Address::of_object(Some(label), RATE_LIMIT.object(), name);
        let message = text!("{} 0", Text::joined(&zero, " and "));
        let finding = found.add(&RATE_LIMIT_OF_ZERO, address, message);
        let is_listed = |limiter: &&str| {
            let wanted = entry.and_then(|(_, wanted)| wanted.get(&Limiter::parse(limiter)?));
            wanted == Some(&Wanted::Value(0))
        };
        if zero.iter().all(is_listed) {
            finding.severity = Severity::Note;
        }
        finding.line = entry.and_then(|_| Line::of(&finding.address));
    }

    fn spend_limits(&self, found: &mut Found) {
        let Some(live) = read_spend_limits(self.live) else {
            return found.not_seen(&[&WITHOUT_SPEND_LIMIT], Unseen::SpendLimits);
        };
        let can_have = |workspace: &&LiveWorkspace| {
            !workspace.archived && !workspace.is_claude_code() && !self.workspaces.is_default(&workspace.id)
        };
        let has = |workspace: &&LiveWorkspace| {
            let limits = live.limits.get(&Some(workspace.id.clone()));
            limits.into_iter().flatten().any(|limit| limit.is_enabled && limit.amount.is_limit())
        };
        let (with, without): (Vec<_>, Vec<_>) = self.workspaces.all().filter(can_have).partition(has);
        if with.len() <= without.len() {
            return;
        }
        let all = with.len() + without.len();
        for workspace in without {
            let label = self.label(workspace);
            let wanted = self.desired.open_workspace(&label).and_then(|open| open.spend_limit.as_ref());
            if wanted == Some(&spend_limit::Wanted::NoLimit) {
                continue;
            }
            let message = text!("no spend limit; {} of {} workspaces have one", with.len(), all);
            let is_listed = self.is_listed(&label);
            let finding = found.add(&WITHOUT_SPEND_LIMIT, Address::Workspace(label.clone()), message);
            finding.line = is_listed.then_some(Line::Workspace(label));
        }
    }
}
