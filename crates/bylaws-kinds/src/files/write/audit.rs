//! Writes the `audit` settings that differ from the defaults.

use bylaws_config::page::Page;
use bylaws_config::quote::scalar;
use bylaws_engine::Line;
use bylaws_engine::audit::{AuditSettings, KeyExpiry};

pub(super) fn audit(page: &mut Page<'_>, audit: &AuditSettings) {
    let usual = AuditSettings::default();
    if *audit == usual {
        return;
    }
    page.gap();
    page.line(0, "audit", "");
    threshold(page, 2, "max_admins", (audit.max_admins, usual.max_admins));
    threshold(page, 2, "key_max_age_days", (audit.key_max_age_days, usual.key_max_age_days));
    threshold(page, 2, "pending_days", (audit.pending_days, usual.pending_days));
    threshold(page, 2, "unlisted_days", (audit.unlisted_days, usual.unlisted_days));
    let (days, built_in) = (audit.dormant_days, usual.dormant_days);
    if days != built_in {
        page.line(2, "dormant_days", "");
        threshold(page, 4, "people", (days.people, built_in.people));
        threshold(page, 4, "workspaces", (days.workspaces, built_in.workspaces));
        threshold(page, 4, "api_keys", (days.keys, built_in.keys));
    }
    if audit.key_expiry != KeyExpiry::default() {
        page.line(2, "key_expiry", audit.key_expiry.as_str());
    }
    let spending = &audit.spending;
    if *spending != usual.spending {
        page.line(2, "spending", "");
        if !spending.monthly.is_empty() {
            page.line(4, "monthly", "");
            for (label, amount) in &spending.monthly {
                let line = Line::SpendingLimit(label.clone());
                page.noted(6, &line, &scalar(label.as_str()), &amount.dollars());
            }
        }
        match &spending.unusual {
            None => page.line(4, "unusual", "none"),
            Some(unusual) if usual.spending.unusual.as_ref() != Some(unusual) => {
                let value = format!("{{times: {}, least: {}}}", unusual.times, unusual.least.dollars());
                page.line(4, "unusual", &value);
            }
            Some(_) => {}
        }
    }
    if audit.accept.is_empty() {
        return;
    }
    page.line(2, "accept", "");
    for (number, entry) in audit.accept.iter().enumerate() {
        page.notes_above(4, &Line::Acceptance(number));
        page.line(4, "- finding", &scalar(&format!("{} {}", entry.rule, entry.address)));
        page.line(6, "until", &entry.until.to_string());
        page.line(6, "reason", &scalar(&entry.reason));
    }
}

fn threshold(page: &mut Page<'_>, indent: usize, name: &str, (value, usual): (Option<u32>, Option<u32>)) {
    if value != usual {
        page.line(indent, name, &value.map_or_else(|| "none".to_owned(), |value| value.to_string()));
    }
}
