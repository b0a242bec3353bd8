//! Audit rules about workspaces.

use bylaws_engine::audit::Unseen;
use bylaws_engine::audit::rule::DORMANT_WORKSPACE;
use bylaws_engine::text;
use bylaws_engine::{Address, Line, days};

use super::people::limit;
use super::{Auditor, in_days};

impl Auditor<'_> {
    pub(crate) fn workspaces(&mut self) {
        let Some(limit) = limit(self.desired.audit.dormant_days.workspaces) else { return };
        if self.live.workspaces.is_none() {
            return self.not_seen(&[&DORMANT_WORKSPACE], Unseen::Workspaces);
        }
        let observed = self.observed;
        let Some(usage) = observed.usage.as_ref().filter(|usage| days(usage.since, self.today) >= limit)
        else {
            return self.not_seen(&[&DORMANT_WORKSPACE], Unseen::Usage);
        };
        let found: Vec<_> = self
            .workspaces
            .all()
            .filter(|live| !live.archived && !live.is_claude_code() && !self.workspaces.is_default(&live.id))
            .filter_map(|live| {
                let age = self.age(live.created_at).filter(|age| *age > limit)?;
                let last = usage.workspaces.get(&Some(live.id.clone())).copied();
                let is_dormant = last.is_none_or(|last| days(last, self.today) > limit);
                let memberships =
                    self.live.workspace_members.get(&live.id).map(std::collections::BTreeMap::len);
                is_dormant.then(|| (self.label(live), live.id.clone(), age, last, memberships))
            })
            .collect();
        for (label, id, age, last, memberships) in found {
            let listed = self.is_listed(&label);
            let message = text!("no use for more than {}", in_days(limit));
            let finding = self.find(&DORMANT_WORKSPACE, Address::Workspace(label.clone()), message);
            finding.evidence = vec![
                ("id", id.to_string()),
                ("created", format!("{} ago", in_days(age))),
                ("last used", last.map_or_else(|| "none seen".to_owned(), |last| last.to_string())),
            ];
            finding.evidence.extend(memberships.map(|memberships| ("members", memberships.to_string())));
            finding.line = listed.then_some(Line::Workspace(label));
        }
    }
}
