//! Audit rules about workspaces.

use bylaws_engine::audit::Unseen;
use bylaws_engine::audit::rule::DORMANT_WORKSPACE;
use bylaws_engine::text;
use bylaws_engine::{Address, Line, days};

use super::people::limit;
use super::{Auditor, Found, in_days, last_used};

impl Auditor<'_> {
    pub(super) fn workspaces(&self, found: &mut Found) {
        let Some(limit) = limit(self.desired.audit.dormant_days.workspaces) else { return };
        if self.live.workspaces.is_none() {
            return found.not_seen(&[&DORMANT_WORKSPACE], Unseen::Workspaces);
        }
        let usage = self.observed.usage.as_ref().filter(|usage| days(usage.since, self.today) >= limit);
        let Some(usage) = usage else { return found.not_seen(&[&DORMANT_WORKSPACE], Unseen::Usage) };
        for live in self.workspaces.all() {
            let last = usage.workspaces.get(&Some(live.id.clone())).copied();
            let is_dormant = last.is_none_or(|last| days(last, self.today) > limit);
            let is_plain = !live.archived && !live.is_claude_code() && !self.workspaces.is_default(&live.id);
            let Some(age) = self.age(live.created_at).filter(|age| *age > limit && is_plain && is_dormant)
            else {
                continue;
            };
            let label = self.label(live);
            let message = text!("no use for more than {}", in_days(limit));
            let finding = found.add(&DORMANT_WORKSPACE, Address::Workspace(label.clone()), message);
            let created = format!("{} ago", in_days(age));
            finding.evidence = vec![("id", live.id.to_string()), ("created", created), last_used(last)];
            let members = self.live.workspace_members.get(&live.id);
            finding.evidence.extend(members.map(|members| ("members", members.len().to_string())));
            finding.line = self.is_listed(&label).then_some(Line::Workspace(label));
        }
    }
}
