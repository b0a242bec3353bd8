//! Audit rules about API keys.

use bylaws_engine::audit::rule::{
    KEY_IN_ARCHIVED_WORKSPACE, KEY_NAME_SAYS_NOTHING, KEY_OF_A_LEAVER, KEY_WITHOUT_EXPIRY, OLD_KEY,
    UNUSED_KEY,
};
use bylaws_engine::audit::{AuditRule, Edit, Finding, KeyExpiry, Severity, Unseen, Value};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Address, EXPIRY_WINDOW, Line, UserId, days};

use super::key_names::says_nothing;
use super::people::limit;
use super::retirement::{Series, retirement};
use super::{Auditor, Found, in_days, path};
use crate::API_KEY;
use crate::desired::{Policy, WantedRole};
use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus, LiveWorkspace, Principal};

/// A key with the workspace that it belongs to.
struct PlacedKey<'a> {
    key: &'a LiveApiKey,
    workspace: Option<&'a LiveWorkspace>,
}

const RULES: [&AuditRule; 6] = [
    &UNUSED_KEY,
    &OLD_KEY,
    &KEY_WITHOUT_EXPIRY,
    &KEY_OF_A_LEAVER,
    &KEY_IN_ARCHIVED_WORKSPACE,
    &KEY_NAME_SAYS_NOTHING,
];

impl Auditor<'_> {
    pub(super) fn keys(&self, found: &mut Found) {
        let settings = &self.desired.audit;
        let is_off = |rule: &AuditRule| {
            rule == &UNUSED_KEY && settings.dormant_days.keys.is_none()
                || rule == &OLD_KEY && settings.key_max_age_days.is_none()
        };
        let rules: Vec<&AuditRule> = RULES.into_iter().filter(|rule| !is_off(rule)).collect();
        let Some(keys) = &self.live.api_keys else { return found.not_seen(&rules, Unseen::ApiKeys) };
        if self.live.workspaces.is_none() {
            return found.not_seen(&rules, Unseen::Workspaces);
        }
        if self.live.people.is_none() {
            found.not_seen(&[&KEY_OF_A_LEAVER], Unseen::People);
        }
        let dormant = limit(self.desired.audit.dormant_days.keys);
        let usage = self.observed.usage.as_ref();
        let looked_at = usage.map(|usage| days(usage.since, self.today));
        let reaches = |limit: i32| looked_at.is_some_and(|looked_at| looked_at >= limit);
        if dormant.is_some_and(|limit| !reaches(limit)) {
            found.not_seen(&[&UNUSED_KEY], Unseen::Usage);
        }
        let dormant = dormant.filter(|limit| reaches(*limit));
        let series = Series::of(keys);
        for key in keys {
            let workspace = match &key.scope {
                KeyScope::Workspace(id) => self.workspaces.get(id),
                KeyScope::Organization | KeyScope::Unknown(_) => None,
            };
            let placed = PlacedKey { key, workspace };
            let is_archived = workspace.is_some_and(|workspace| workspace.archived);
            if is_archived && !key.status.is_over() {
                let message = text!("{} in an archived workspace", key.status);
                self.key(found, &KEY_IN_ARCHIVED_WORKSPACE, &placed, message, None);
            } else if !is_archived && key.status == LiveKeyStatus::Active {
                self.active(&placed, dormant, &series, found);
            }
        }
    }

    /// Reports a finding about a key. `status` is the status to write in its line to fix it.
    fn key<'f>(
        &self,
        found: &'f mut Found,
        rule: &'static AuditRule,
        &PlacedKey { key, workspace }: &PlacedKey<'_>,
        message: impl Into<Text>,
        status: Option<&str>,
    ) -> &'f mut Finding {
        let label = workspace.map(|workspace| self.label(workspace));
        let address = Address::of_object(label.as_ref(), API_KEY.object(), key.name.clone());
        let (within, keys) = match &label {
            Some(label) => {
                let keys = self.desired.open_workspace(label).and_then(|open| open.api_keys.as_ref());
                (path(["workspaces", label.as_str()]), keys)
            }
            None => (Vec::new(), self.desired.api_keys.as_ref()),
        };
        let pinned = keys.into_iter().flatten().find(|(_, line)| line.id.as_ref() == Some(&key.id));
        let named = keys.and_then(|keys| keys.get_key_value(&key.name));
        // A label may be the name of another key.
        let (entry, is_taken) = match (pinned, named) {
            (Some((entry, _)), _) => (Some(entry), false),
            (None, Some((entry, line))) => (Some(entry).filter(|_| line.id.is_none()), line.id.is_some()),
            (None, None) => (None, false),
        };
        let of_entry = |name| Address::of_object(label.as_ref(), API_KEY.object(), name);
        let line = entry.and_then(|name| Line::of(&of_entry(name.clone())));
        let owner = match &key.principal {
            Principal::None => None,
            Principal::User(user) => Some(self.email(user)),
            Principal::ServiceAccount(_) => Some("a service account".to_owned()),
            Principal::Other => Some("an owner of an unknown kind".to_owned()),
        };
        let last = self.observed.usage.as_ref().map(|usage| {
            let last = usage.api_keys.get(&key.id);
            last.map_or_else(|| format!("none since {}", usage.since), ToString::to_string)
        });
        let finding = found.add(rule, address, message);
        let evidence = [
            ("id", Some(key.id.to_string())),
            ("created", self.age(key.created_at).map(|age| format!("{} ago", in_days(age)))),
            ("created by", key.created_by.as_ref().map(|user| self.email(user))),
            ("belongs to", owner),
            ("last used", last),
        ];
        finding.evidence.extend(evidence.into_iter().filter_map(|(name, value)| Some((name, value?))));
        // The files cannot list Claude Code keys: the service manages them.
        let is_of_claude_code = workspace.is_some_and(LiveWorkspace::is_claude_code);
        let status = status.filter(|_| !is_of_claude_code && !is_taken);
        let name = entry.unwrap_or(&key.name);
        let field = pinned.map(|_| "status".to_owned());
        let at = within.into_iter().chain(path(["api_keys", name.as_str()])).chain(field);
        finding.edit = status.map(|status| Edit::Write(at.collect(), Value::Word(status.to_owned())));
        finding.line = line;
        finding
    }

    fn active(&self, placed: &PlacedKey<'_>, dormant: Option<i32>, series: &Series<'_>, found: &mut Found) {
        let key = placed.key;
        let age = self.age(key.created_at);
        let retirement = retirement(key, series, self.observed.usage.as_ref(), self.desired, self.today);
        let off = retirement.is_safe().then_some("inactive");
        if let (Some(limit), Some(age), Some(usage)) = (dormant, age, &self.observed.usage) {
            let last = usage.api_keys.get(&key.id).copied();
            if age > limit && last.is_none_or(|last| days(last, self.today) > limit) {
                let message = text!("no use for more than {}", in_days(limit));
                self.key(found, &UNUSED_KEY, placed, message, Some("inactive"));
            }
        }
        if let (Some(limit), Some(age)) = (limit(self.desired.audit.key_max_age_days), age)
            && age > limit
        {
            let why = text!("{} old; the limit is {}", in_days(age), in_days(limit));
            self.key(found, &OLD_KEY, placed, retirement.message(why), off);
        }
        if key.expires_at.is_none() {
            let finding = self.key(found, &KEY_WITHOUT_EXPIRY, placed, "never expires", None);
            if self.desired.audit.key_expiry == KeyExpiry::Required {
                finding.severity = Severity::Warning;
            }
        }
        if let Some(why) = self.leaver(placed) {
            self.key(found, &KEY_OF_A_LEAVER, placed, retirement.message(why), off);
        }
        if says_nothing(key.name.as_str()) {
            let message = "its name does not say what it is for";
            self.key(found, &KEY_NAME_SAYS_NOTHING, placed, message, None);
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
        if placed.workspace.is_some_and(LiveWorkspace::is_claude_code) || !is_person(maker) {
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
