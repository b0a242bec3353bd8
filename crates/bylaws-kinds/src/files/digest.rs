//! The digest of the desired state: the hash of a canonical form.
//! Locations, comments, notes and the order of lines are not part of it.

use bylaws_config::digest::Form;
use bylaws_engine::Guards;
use bylaws_engine::audit::AuditSettings;

use crate::desired::{Policy, Unlisted};
use crate::syntax::{self, Place, Scope};
use crate::unlisted_sections::unlisted_sections;
use crate::{Desired, member, workspace};

/// Returns the SHA-256 of the canonical form, in hex.
pub(crate) fn of(desired: &Desired) -> String {
    let mut form = Form::new();
    form.word("bylaws 1");
    let pin = &desired.organization;
    form.word(pin.id.as_str());
    form.maybe(pin.name.as_deref());
    form.word(pin.kind.as_str());
    member::syntax::digest(&mut form, desired.members.as_ref());
    form.section(Some(&desired.teams), |form, (name, people)| {
        form.word(name.as_str());
        form.section(Some(people), |form, email| form.word(email.as_str()));
    });
    form.section(desired.workspaces.as_ref(), |form, (label, entry)| {
        form.word(label.as_str());
        workspace::write::digest(form, label, entry);
    });
    for objects in syntax::at(Place::Organization) {
        objects.digest(&mut form, Scope::Organization(desired));
    }
    unlisted(&mut form, &desired.unlisted);
    guards(&mut form, &desired.guards);
    // Files without audit settings keep the digest they had before the section existed.
    if desired.audit != AuditSettings::default() {
        audit(&mut form, &desired.audit);
    }
    form.finish()
}

fn unlisted(form: &mut Form, unlisted: &Unlisted) {
    for section in unlisted_sections() {
        let policy = unlisted.of(section.key);
        if section.is_hashed {
            form.word(policy.as_str());
        } else if policy != Policy::default() {
            form.word(section.key);
            form.word(policy.as_str());
        }
    }
}

fn audit(form: &mut Form, audit: &AuditSettings) {
    for (_, threshold) in audit.thresholds() {
        form.maybe(threshold.map(|threshold| threshold.to_string()).as_deref());
    }
    form.word(audit.key_expiry.as_str());
    form.section(Some(&audit.spending.monthly), |form, (label, amount)| {
        form.word(label.as_str());
        form.word(&amount.dollars());
    });
    form.section(Some(audit.spending.unusual.iter()), |form, unusual| {
        form.word(&unusual.times.to_string());
        form.word(&unusual.least.dollars());
    });
    let mut accepted: Vec<_> = audit.accept.iter().collect();
    accepted.sort_by_key(|entry| (entry.rule, &entry.address, entry.until, &entry.reason));
    form.section(Some(accepted), |form, entry| {
        form.word(entry.rule);
        form.word(&entry.address.to_string());
        form.day(Some(entry.until));
        form.word(&entry.reason);
    });
}

fn guards(form: &mut Form, guards: &Guards) {
    form.word(&guards.access_loss.max.to_string());
    form.word(&guards.access_loss.share.to_string());
    form.word(&guards.keys_off.to_string());
    form.word(&guards.invites.to_string());
    form.word(&guards.workspace_admins.to_string());
    form.section(Some(&guards.required_admins), |form, email| form.word(email.as_str()));
    form.section(guards.allowed_domains.as_ref(), |form, domain| form.word(domain.as_str()));
    form.section(Some(&guards.protect), |form, address| form.word(&address.to_string()));
    // The effect of approvals does not depend on their order.
    let mut approvals: Vec<_> = guards.approvals.iter().collect();
    approvals.sort_by_key(|approval| (approval.until, &approval.reason, &approval.changes));
    form.section(Some(approvals), |form, approval| {
        form.section(Some(&approval.changes), |form, change| form.word(&change.to_string()));
        form.day(Some(approval.until));
        form.word(&approval.reason);
    });
}
