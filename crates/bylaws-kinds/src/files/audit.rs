//! `audit:`: thresholds, spending limits, accepted findings.
//! The engine evaluates them, including whether an acceptance has expired.

use bylaws_config::Rule;
use bylaws_config::fields::{Fields, Synonyms, list, map, text, word};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_config::suggest::did_you_mean;
use bylaws_engine::audit::{
    AUDIT_RULES, Acceptance, AuditSettings, DormantDays, KeyExpiry, Spending, Unusual, audit_rule,
};
use bylaws_engine::{Address, Amount, Line, WorkspaceLabel};

use super::Context;
use super::guards::reviewed;
use super::schema::audit as schema;
use crate::files::{rules, scalars};

const EXPIRY: (&str, &Rule, &Synonyms) = (
    "key expiry",
    &rules::UNKNOWN_KEY_EXPIRY,
    &[("true", "required"), ("yes", "required"), ("false", "optional"), ("no", "optional")],
);

/// The settings and the location of each spending limit.
#[derive(Default)]
pub(super) struct Lowered {
    pub(super) settings: AuditSettings,
    pub(super) limits: Vec<(WorkspaceLabel, At)>,
}

pub(super) fn lower(cx: &mut Context, section: &Entry) -> Lowered {
    let mut lowered = Lowered::default();
    let Some(fields) = Fields::open(&mut cx.problems, &section.value, "audit", schema::Audit::KEYS) else {
        return lowered;
    };
    let settings = &mut lowered.settings;
    for (name, slot) in [
        ("max_admins", &mut settings.max_admins),
        ("key_max_age_days", &mut settings.key_max_age_days),
        ("pending_days", &mut settings.pending_days),
        ("unlisted_days", &mut settings.unlisted_days),
    ] {
        threshold(cx, &fields, name, slot);
    }
    if let Some(entry) = fields.get("dormant_days") {
        dormant_days(cx, entry, &mut settings.dormant_days);
    }
    if let Some(node) = fields.value("key_expiry") {
        settings.key_expiry = word(
            &mut cx.problems,
            node,
            "key_expiry",
            EXPIRY,
            &KeyExpiry::ALL.map(|word| (word.as_str(), word)),
        )
        .unwrap_or_default();
    }
    if let Some(entry) = fields.get("spending") {
        spending(cx, entry, &mut settings.spending, &mut lowered.limits);
    }
    if let Some(node) = fields.value("accept") {
        for item in list(&mut cx.problems, node, "accept").unwrap_or_default() {
            cx.origins.insert(Line::Acceptance(settings.accept.len()), item.at);
            settings.accept.extend(acceptance(cx, item));
        }
    }
    lowered
}

fn dormant_days(cx: &mut Context, entry: &Entry, days: &mut DormantDays) {
    let known = schema::DormantDays::KEYS;
    let Some(fields) = Fields::open(&mut cx.problems, &entry.value, "dormant_days", known) else { return };
    threshold(cx, &fields, "people", &mut days.people);
    threshold(cx, &fields, "workspaces", &mut days.workspaces);
    threshold(cx, &fields, "api_keys", &mut days.keys);
}

/// Reads a number, or `none` for a rule that is off.
fn threshold(cx: &mut Context, fields: &Fields<'_>, name: &str, slot: &mut Option<u32>) {
    let Some(node) = fields.value(name) else { return };
    if matches!(&node.value, Value::Text(word) if word == "none") {
        *slot = None;
    } else if let Some(number) =
        scalars::number(&mut cx.problems, node, name, "write digits without quotes, or `none` for no limit")
    {
        *slot = Some(number);
    }
}

fn spending(
    cx: &mut Context,
    entry: &Entry,
    spending: &mut Spending,
    limits: &mut Vec<(WorkspaceLabel, At)>,
) {
    let Some(fields) = Fields::open(&mut cx.problems, &entry.value, "spending", schema::Spending::KEYS)
    else {
        return;
    };
    if let Some(node) = fields.value("monthly") {
        for entry in map(&mut cx.problems, node, "monthly").unwrap_or_default() {
            let label = WorkspaceLabel::new(entry.key.as_str());
            cx.origins.insert(Line::SpendingLimit(label.clone()), entry.at);
            limits.push((label.clone(), entry.at));
            if let Some(amount) = amount(cx, &entry.value, &entry.key) {
                spending.monthly.insert(label, amount);
            }
        }
    }
    let Some(node) = fields.value("unusual") else { return };
    if matches!(&node.value, Value::Text(word) if word == "none") {
        spending.unusual = None;
        return;
    }
    let Some(fields) = Fields::open(&mut cx.problems, node, "unusual", schema::Unusual::KEYS) else { return };
    let mut unusual = spending.unusual.take().unwrap_or(Unusual { times: 3, least: Amount::default() });
    if let Some(node) = fields.value("times") {
        let help = "write digits without quotes: a multiple of a usual week";
        unusual.times = scalars::number(&mut cx.problems, node, "times", help).unwrap_or(unusual.times);
    }
    if let Some(node) = fields.value("least") {
        unusual.least = amount(cx, node, "least").unwrap_or(unusual.least);
    }
    spending.unusual = Some(unusual);
}

/// Reads an amount in US dollars, plain or quoted, with at most two decimals.
fn amount(cx: &mut Context, node: &Node, name: &str) -> Option<Amount> {
    let source = match &node.value {
        Value::Number(source) | Value::Text(source) => source.as_str(),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => text(&mut cx.problems, node, name)?,
    };
    let (whole, decimals) = source.split_once('.').unwrap_or((source, "00"));
    let is_plain = (1..=12).contains(&whole.len())
        && (1..=2).contains(&decimals.len())
        && whole.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit())
        && (whole == "0" || !whole.starts_with('0'));
    let amount = Amount::from_dollars(source).filter(|_| is_plain);
    if amount.is_none() {
        cx.report(&rules::BAD_AMOUNT, node.at, format!("{} is not a valid amount of money", shown(source)))
            .label("invalid amount")
            .help("write US dollars as digits, with at most two decimals, as in 5000 or 249.50");
    }
    amount
}

fn acceptance(cx: &mut Context, item: &Node) -> Option<Acceptance> {
    let fields = Fields::open(&mut cx.problems, item, "accept", schema::Acceptance::KEYS)?;
    let help = "write the finding as the audit prints it, as in `finding: old-key organization/api_key/ops`";
    let found = fields.required(&mut cx.problems, fields.at, "finding", help);
    let found = found.and_then(|node| finding(cx, node));
    let (until, reason) = reviewed(cx, &fields, "write the last day, at most 366 days ahead");
    let (rule, address) = found?;
    Some(Acceptance { rule, address, until: until?, reason: reason? })
}

/// Reads the name of a rule and an address.
fn finding(cx: &mut Context, node: &Node) -> Option<(&'static str, Address)> {
    let source = text(&mut cx.problems, node, "finding")?;
    let (name, address) = source.split_once(' ').unwrap_or((source, ""));
    let rule = audit_rule(name).filter(|rule| rule.name == name);
    if let (Some(rule), Some(address)) = (rule, crate::parse_address(address)) {
        return Some((rule.name, address));
    }
    let names = AUDIT_RULES.iter().map(|rule| rule.name);
    let help = if rule.is_some() {
        "write a rule, one space and an address, as in `old-key workspace/production/api_key/ci`".to_owned()
    } else {
        format!("{}valid rules: {}", did_you_mean(name, names.clone()), listed(names))
    };
    cx.report(&rules::UNKNOWN_FINDING, node.at, format!("{} is not a valid finding", shown(source)))
        .label("invalid finding")
        .help(help);
    None
}
