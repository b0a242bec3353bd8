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
    let thresholds = audit.thresholds().into_iter().zip(usual.thresholds());
    let changed = thresholds
        .filter(|(set, usual)| set != usual)
        .map(|((key, days), _)| (key, days.map_or_else(|| "none".to_owned(), |days| days.to_string())));
    let (nested, flat): (Vec<_>, Vec<_>) = changed.partition(|(key, _)| key.contains('.'));
    for (key, value) in flat {
        page.line(2, key, &value);
    }
    if !nested.is_empty() {
        page.line(2, "dormant_days", "");
    }
    for (key, value) in nested {
        page.line(4, key.trim_start_matches("dormant_days."), &value);
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
