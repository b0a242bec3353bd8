//! Audit rules about API keys.

use bylaws_engine::audit::rule::{
    KEY_IN_ARCHIVED_WORKSPACE, KEY_NAME_SAYS_NOTHING, KEY_OF_A_LEAVER, KEY_WITHOUT_EXPIRY, OLD_KEY,
    UNUSED_KEY,
};
use bylaws_engine::audit::{AuditRule, Edit, KeyExpiry, Severity, Unseen, Value};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{EXPIRY_WINDOW, UserId, days};

use super::key_names::says_nothing;
use super::people::limit;
use super::retirement::{Series, retirement};
use super::{Auditor, PlacedKey, in_days, key_place};
use crate::desired::{Policy, WantedRole};
use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus, Principal};

const RULES: [&AuditRule; 6] = [
    &UNUSED_KEY,
    &OLD_KEY,
    &KEY_WITHOUT_EXPIRY,
    &KEY_OF_A_LEAVER,
    &KEY_IN_ARCHIVED_WORKSPACE,
    &KEY_NAME_SAYS_NOTHING,
];

impl<'a> Auditor<'a> {
    pub(crate) fn keys(&mut self) {
        let live = self.live;
        let settings = &self.desired.audit;
        let is_off = |rule: &AuditRule| {
            rule == &UNUSED_KEY && settings.dormant_days.keys.is_none()
                || rule == &OLD_KEY && settings.key_max_age_days.is_none()
        };
        let rules: Vec<&AuditRule> = RULES.into_iter().filter(|rule| !is_off(rule)).collect();
        let Some(keys) = &live.api_keys else { return self.not_seen(&rules, Unseen::ApiKeys) };
        if live.workspaces.is_none() {
            return self.not_seen(&rules, Unseen::Workspaces);
        }
        if self.live.people.is_none() {
            self.not_seen(&[&KEY_OF_A_LEAVER], Unseen::People);
        }
        let dormant = limit(self.desired.audit.dormant_days.keys);
        let usage = self.observed.usage.as_ref();
        let looked_at = usage.map(|usage| days(usage.since, self.today));
        let reaches = |limit: i32| looked_at.is_some_and(|looked_at| looked_at >= limit);
        if dormant.is_some_and(|limit| !reaches(limit)) {
            self.not_seen(&[&UNUSED_KEY], Unseen::Usage);
        }
        let dormant = dormant.filter(|limit| reaches(*limit));
        let series = Series::of(keys);
        for key in keys {
            let workspace = match &key.scope {
                KeyScope::Workspace(id) => self.workspaces.get(id),
                KeyScope::Organization | KeyScope::Unknown(_) => None,
            };
            let placed = PlacedKey { key, workspace };
            if workspace.is_some_and(|workspace| workspace.archived) {
                self.in_archived(&placed);
            } else if key.status == LiveKeyStatus::Active {
                self.active(&placed, dormant, &series);
            }
        }
    }

    /// Reports a finding about a key. `status` is the status to write in its line to fix it.
    fn key(
        &mut self,
        rule: &'static AuditRule,
        placed: &PlacedKey<'a>,
        message: impl Into<Text>,
        status: Option<&str>,
    ) {
        let label = placed.workspace.map(|workspace| self.label(workspace));
        let (address, path, line) = key_place(label.as_ref(), &placed.key.name);
        let keys = match &label {
            Some(label) => self.desired.open_workspace(label).and_then(|open| open.api_keys.as_ref()),
            None => self.desired.api_keys.as_ref(),
        };
        let listed = keys.is_some_and(|keys| keys.contains_key(&placed.key.name));
        let owner = match &placed.key.principal {
            Principal::None => None,
            Principal::User(user) => Some(self.email(user)),
            Principal::Other => Some("a service account".to_owned()),
        };
        let maker = placed.key.created_by.as_ref().map(|user| self.email(user));
        let age = self.age(placed.key.created_at);
        let last = self.observed.usage.as_ref().map(|usage| {
            usage
                .api_keys
                .get(&placed.key.id)
                .map_or_else(|| format!("none since {}", usage.since), std::string::ToString::to_string)
        });
        let finding = self.find(rule, address, message);
        let mut say = |name, value: Option<String>| finding.evidence.extend(value.map(|value| (name, value)));
        say("id", Some(placed.key.id.to_string()));
        say("created", age.map(|age| format!("{} ago", in_days(age))));
        say("created by", maker);
        say("belongs to", owner);
        say("last used", last);
        // The files cannot list Claude Code keys: the service manages them.
        let is_ours = !placed.workspace.is_some_and(crate::live::LiveWorkspace::is_claude_code);
        let status = status.filter(|_| is_ours);
        finding.edit = status.map(|status| Edit::Write(path, Value::Word(status.to_owned())));
        finding.line = listed.then_some(line);
    }

    fn in_archived(&mut self, placed: &PlacedKey<'a>) {
        if !placed.key.status.is_over() {
            let message = text!("{} in an archived workspace", placed.key.status);
            self.key(&KEY_IN_ARCHIVED_WORKSPACE, placed, message, None);
        }
    }

    fn active(&mut self, placed: &PlacedKey<'a>, dormant: Option<i32>, series: &Series<'a>) {
        let key = placed.key;
        let age = self.age(key.created_at);
        let retirement = retirement(key, series, self.observed.usage.as_ref(), self.desired, self.today);
        let off = retirement.is_safe().then_some("inactive");
        if let (Some(limit), Some(age), Some(usage)) = (dormant, age, &self.observed.usage) {
            let last = usage.api_keys.get(&key.id).copied();
            if age > limit && last.is_none_or(|last| days(last, self.today) > limit) {
                self.key(
                    &UNUSED_KEY,
                    placed,
                    text!("no use for more than {}", in_days(limit)),
                    Some("inactive"),
                );
            }
        }
        if let (Some(limit), Some(age)) = (limit(self.desired.audit.key_max_age_days), age)
            && age > limit
        {
            let why = text!("{} old; the limit is {}", in_days(age), in_days(limit));
            self.key(&OLD_KEY, placed, retirement.message(why), off);
        }
        if key.expires_at.is_none() {
            self.key(&KEY_WITHOUT_EXPIRY, placed, "never expires", None);
            let required = self.desired.audit.key_expiry == KeyExpiry::Required;
            if let Some(finding) = self.findings.last_mut().filter(|_| required) {
                finding.severity = Severity::Warning;
            }
        }
        if let Some(why) = self.leaver(placed) {
            self.key(&KEY_OF_A_LEAVER, placed, retirement.message(why), off);
        }
        if says_nothing(key.name.as_str()) {
            self.key(&KEY_NAME_SAYS_NOTHING, placed, "its name does not say what it is for", None);
        }
    }

    /// Returns why the creator of a key counts as a leaver, if the key would outlive them.
    fn leaver(&self, placed: &PlacedKey<'_>) -> Option<Text> {
        self.live.people.as_ref()?;
        let LiveApiKey { principal, created_by: Some(maker), .. } = placed.key else { return None };
        // Keys of a service account keep working, and their creator has seen the secret.
        if matches!(principal, Principal::User(_)) {
            return None;
        }
        // Claude Code keys stop with the person; service accounts do not leave.
        if placed.workspace.is_some_and(crate::live::LiveWorkspace::is_claude_code) || !is_person(maker) {
            return None;
        }
        let Some(user) = self.people.user(maker) else {
            return Some(text!("created by {}, no longer a member", maker));
        };
        let line = self.desired.members.as_ref().map(|members| {
            members.iter().find(|(email, _)| email.person() == user.email.person()).map(|(_, line)| line)
        });
        let email = &user.email;
        match line {
            Some(Some(line)) if line.role == WantedRole::None => {
                Some(text!("created by {}, listed as `none`", email))
            }
            Some(Some(line)) => line
                .until
                .filter(|until| days(self.today, *until) <= EXPIRY_WINDOW)
                .map(|until| text!("created by {}, listed until {}", email, until)),
            Some(None) if self.desired.unlisted.of("members") == Policy::Remove => {
                Some(text!("created by {}, not in the files and to be removed", email))
            }
            Some(None) | None => None,
        }
    }
}

fn is_person(id: &UserId) -> bool {
    id.as_str().starts_with("user_")
}
