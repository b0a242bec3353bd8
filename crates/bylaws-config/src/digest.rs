//! The digest of the desired state: the hash of a canonical form.
//! Locations, comments, notes and the order of lines are not part of it.

use std::collections::BTreeMap;

use bylaws_engine::audit::AuditSettings;
use bylaws_engine::{ApiKeyId, Guards, ObjectName, UserId, WorkspaceId};
use bylaws_kinds::Desired;
use bylaws_kinds::desired::{
    AllowedGeos, ApiKey, DataResidency, OpenWorkspace, UNLISTED, Unlisted, Workspace, WorkspaceState,
};
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

use crate::words::{key_expiry, kind, role};

/// Returns the SHA-256 of the canonical form, in hex.
pub(crate) fn of(desired: &Desired) -> String {
    let mut form = Form(Sha256::new());
    form.word("bylaws 1");
    let pin = &desired.organization;
    form.word(pin.id.as_str());
    form.maybe(pin.name.as_deref());
    form.word(kind(pin.kind));
    form.section(desired.members.as_ref(), |form, (email, member)| {
        form.word(email.as_str());
        form.word(role(member.role));
        form.day(member.until);
        form.maybe(member.id.as_ref().map(UserId::as_str));
    });
    form.section(Some(&desired.teams), |form, (name, people)| {
        form.word(name.as_str());
        form.section(Some(people), |form, email| form.word(email.as_str()));
    });
    form.section(desired.workspaces.as_ref(), |form, (label, workspace)| {
        form.word(label.as_str());
        form.workspace(workspace);
    });
    form.keys(desired.api_keys.as_ref());
    form.unlisted(&desired.unlisted);
    form.guards(&desired.guards);
    // Files without audit settings keep the digest they had before the section existed.
    if desired.audit != AuditSettings::default() {
        form.audit(&desired.audit);
    }
    base16ct::lower::encode_string(&form.0.finalize())
}

/// The canonical form as it is hashed. Every word is preceded by its length and every item by a marker, so that two
/// different desired states never give the same bytes.
struct Form(Sha256);

impl Form {
    fn count(&mut self, n: usize) {
        self.0.update((n as u64).to_be_bytes());
    }

    fn word(&mut self, word: &str) {
        self.count(word.len());
        self.0.update(word);
    }

    /// Hashes an optional word; absent and empty differ.
    fn maybe(&mut self, word: Option<&str>) {
        self.section(Some(word.iter()), |form, word| form.word(word));
    }

    fn day(&mut self, day: Option<Date>) {
        self.maybe(day.map(|day| day.to_string()).as_deref());
    }

    fn section<T>(&mut self, items: Option<impl IntoIterator<Item = T>>, mut each: impl FnMut(&mut Self, T)) {
        let Some(items) = items else { return self.word("absent") };
        self.word("present");
        for item in items {
            self.word("item");
            each(self, item);
        }
        self.word("end");
    }

    fn workspace(&mut self, workspace: &Workspace) {
        self.maybe(workspace.id.as_ref().map(WorkspaceId::as_str));
        self.maybe(workspace.name.as_deref());
        match &workspace.state {
            WorkspaceState::Archived => self.word("archived"),
            WorkspaceState::Open(open) => {
                self.word("open");
                self.settings(open);
            }
        }
    }

    fn settings(&mut self, open: &OpenWorkspace) {
        self.maybe(open.display_color.as_ref().map(|color| color.to_lowercase()).as_deref());
        self.section(open.tags.as_ref(), |form, (key, value)| {
            form.word(key);
            form.word(value);
        });
        self.section(Some(open.data_residency.iter()), Self::residency);
        self.section(open.members.as_ref(), |form, (email, line)| {
            form.word(email.as_str());
            form.word(line.role.map_or("none", |role| role.as_str()));
            form.day(line.until);
        });
        self.section(open.teams.as_ref(), |form, (name, role)| {
            form.word(name.as_str());
            form.word(role.as_str());
        });
        self.keys(open.api_keys.as_ref());
    }

    fn residency(&mut self, residency: &DataResidency) {
        self.maybe(residency.workspace_geo.as_deref());
        self.maybe(residency.default_inference_geo.as_deref());
        match &residency.allowed_inference_geos {
            None => self.word("absent"),
            Some(AllowedGeos::Unrestricted) => self.word("unrestricted"),
            Some(AllowedGeos::Only(geos)) => self.section(Some(geos), |form, geo| form.word(geo)),
        }
    }

    fn keys(&mut self, keys: Option<&BTreeMap<ObjectName, ApiKey>>) {
        self.section(keys, |form, (name, key)| {
            form.word(name.as_str());
            form.word(key.status.as_str());
            form.maybe(key.id.as_ref().map(ApiKeyId::as_str));
        });
    }

    fn unlisted(&mut self, unlisted: &Unlisted) {
        for section in UNLISTED {
            self.word(unlisted.of(section.key).as_str());
        }
    }

    fn audit(&mut self, audit: &AuditSettings) {
        let days = audit.dormant_days;
        for threshold in [
            audit.max_admins,
            days.people,
            days.workspaces,
            days.api_keys,
            audit.key_max_age_days,
            audit.pending_days,
            audit.unlisted_days,
        ] {
            self.maybe(threshold.map(|threshold| threshold.to_string()).as_deref());
        }
        self.word(key_expiry(audit.key_expiry));
        self.section(Some(&audit.spending.monthly), |form, (label, amount)| {
            form.word(label.as_str());
            form.word(&amount.dollars());
        });
        self.section(Some(audit.spending.unusual.iter()), |form, unusual| {
            form.word(&unusual.times.to_string());
            form.word(&unusual.least.dollars());
        });
        let mut accepted: Vec<_> = audit.accept.iter().collect();
        accepted.sort_by_key(|entry| (entry.rule, &entry.address, entry.until, &entry.reason));
        self.section(Some(accepted), |form, entry| {
            form.word(entry.rule);
            form.word(&entry.address.to_string());
            form.day(Some(entry.until));
            form.word(&entry.reason);
        });
    }

    fn guards(&mut self, guards: &Guards) {
        self.word(&guards.access_loss.max.to_string());
        self.word(&guards.access_loss.share.to_string());
        self.word(&guards.keys_off.to_string());
        self.word(&guards.invites.to_string());
        self.word(&guards.workspace_admins.to_string());
        self.section(Some(&guards.required_admins), |form, email| form.word(email.as_str()));
        self.section(guards.allowed_domains.as_ref(), |form, domain| form.word(domain.as_str()));
        self.section(Some(&guards.protect), |form, address| form.word(&address.to_string()));
        // The effect of approvals does not depend on their order.
        let mut approvals: Vec<_> = guards.approvals.iter().collect();
        approvals.sort_by_key(|approval| (approval.until, &approval.reason, &approval.changes));
        self.section(Some(approvals), |form, approval| {
            form.section(Some(&approval.changes), |form, change| form.word(&change.to_string()));
            form.day(Some(approval.until));
            form.word(&approval.reason);
        });
    }
}
