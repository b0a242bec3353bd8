//! `guards:`: limits, protected objects, approvals.
//! The engine checks plans against them, including whether an approval has expired.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::fields::{Fields, list, text};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_config::suggest::did_you_mean;
use bylaws_config::unseen;
use bylaws_engine::guards::{AccessLoss, Approval, Pair, Share};
use bylaws_engine::{Action, Address, Domain, Email, GuardKind, Guards, Line};
use jiff::civil::Date;

use super::schema::guards as schema;
use super::{Context, teams};
use crate::files::{rules, scalars};

const DIGITS: &str = "write digits without quotes";

/// The guards and the locations of their parts.
#[derive(Default)]
pub(super) struct Lowered {
    pub(super) guards: Guards,
    pub(super) required_admins: Vec<(Email, At)>,
    /// The changes of all approvals, with their locations.
    pub(super) approved: Vec<(Pair, At)>,
    /// The addresses under `protect`, with their locations.
    pub(super) protected: BTreeMap<Address, At>,
}

pub(super) fn lower(cx: &mut Context, section: &Entry) -> Lowered {
    let mut lowered = Lowered::default();
    let Some(fields) = Fields::open(&mut cx.problems, &section.value, "guards", schema::Guards::KEYS) else {
        return lowered;
    };
    let guards = &mut lowered.guards;
    let line = |cx: &mut Context, kind: GuardKind| {
        let entry = fields.get(kind.as_str())?;
        cx.origins.insert(Line::Guard(kind), entry.at);
        Some(entry)
    };
    if let Some(entry) = line(cx, GuardKind::AccessLoss) {
        access_loss(cx, entry, &mut guards.access_loss);
    }
    for (kind, most) in [
        (GuardKind::KeysOff, &mut guards.keys_off),
        (GuardKind::Invites, &mut guards.invites),
        (GuardKind::WorkspaceAdmins, &mut guards.workspace_admins),
    ] {
        if let Some(entry) = line(cx, kind) {
            *most = limit(cx, entry).unwrap_or(*most);
        }
    }
    if let Some(entry) = line(cx, GuardKind::RequiredAdmins) {
        lowered.required_admins = teams::emails(cx, entry);
        guards.required_admins = lowered.required_admins.iter().map(|(email, _)| email.clone()).collect();
    }
    if let Some(entry) = line(cx, GuardKind::AllowedDomains) {
        guards.allowed_domains = allowed_domains(cx, entry);
    }
    if let Some(entry) = line(cx, GuardKind::Protect) {
        let items = list(&mut cx.problems, &entry.value, "protect").unwrap_or_default();
        lowered.protected = each(cx, items, "protect", address);
        guards.protect = lowered.protected.keys().cloned().collect();
    }
    if let Some(entry) = fields.get("approve") {
        for item in list(&mut cx.problems, &entry.value, "approve").unwrap_or_default() {
            cx.origins.insert(Line::Approval(guards.approvals.len()), item.at);
            guards.approvals.extend(approval(cx, item, &mut lowered.approved));
        }
    }
    lowered
}

fn access_loss(cx: &mut Context, entry: &Entry, limits: &mut AccessLoss) {
    let form = "write `access_loss: {max: 5, share: 10%}`";
    let Some(fields) = limits_of(cx, entry, schema::AccessLoss::KEYS, form) else { return };
    if let Some(node) = fields.value("max") {
        limits.max = scalars::number(&mut cx.problems, node, "max", DIGITS).unwrap_or(limits.max);
    }
    if let Some(node) = fields.value("share") {
        limits.share = share(cx, node).unwrap_or(limits.share);
    }
}

fn limit(cx: &mut Context, entry: &Entry) -> Option<u32> {
    let form = format!("write `{}: {{max: 3}}`", entry.key);
    let fields = limits_of(cx, entry, schema::Limit::KEYS, &form)?;
    fields.value("max").and_then(|node| scalars::number(&mut cx.problems, node, "max", DIGITS))
}

fn limits_of<'n>(cx: &mut Context, entry: &'n Entry, known: &[&str], form: &str) -> Option<Fields<'n>> {
    let found = match &entry.value.value {
        Value::Map(_) => None,
        value => Some(value.described()),
    };
    if let Some(found) = found {
        cx.report(&rules::NOT_A_MAP, entry.value.at, format!("`{}` must be a map, not {found}", entry.key))
            .label("not a map")
            .help(form);
        return None;
    }
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, known)?;
    if fields.is_empty() {
        cx.report(&rules::NO_VALUE, entry.at, format!("`{}` is empty", entry.key)).label("empty").help(form);
        return None;
    }
    Some(fields)
}

fn share(cx: &mut Context, node: &Node) -> Option<Share> {
    let source = match &node.value {
        Value::Number(source) | Value::Text(source) => source.as_str(),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
            text(&mut cx.problems, node, "share")?
        }
    };
    let share = Share::parse(source);
    if share.is_none() {
        let help = if Share::parse(&format!("{source}%")).is_some() {
            format!("write `{source}%`")
        } else {
            "write a percentage from 0 to 100 with at most two decimals, as in `10%` or `2.5%`".to_owned()
        };
        cx.report(&rules::BAD_SHARE, node.at, format!("{} is not a valid percentage", shown(source)))
            .label("invalid percentage")
            .help(help);
    }
    share
}

fn allowed_domains(cx: &mut Context, entry: &Entry) -> Option<BTreeSet<Domain>> {
    let items = list(&mut cx.problems, &entry.value, "allowed_domains")?;
    if items.is_empty() {
        cx.report(&rules::EMPTY_LIST, entry.value.at, "`allowed_domains` is empty")
            .label("empty")
            .help("list at least one domain, or delete the line");
        return None;
    }
    let domains = each(cx, items, "allowed_domains", domain);
    // With an invalid domain no person is checked against the list, so that one mistake gives one problem.
    (domains.len() == items.len()).then(|| domains.into_keys().collect())
}

fn domain(cx: &mut Context, text: &str, at: At) -> Option<Domain> {
    let odd = |c: char| {
        c.is_whitespace() || bylaws_engine::spelling::is_hidden(c) || matches!(c, '@' | '*' | '/' | ':' | ',')
    };
    let domain = Domain::parse(text).filter(|_| !text.chars().any(odd));
    if domain.is_none() || text.starts_with('.') || text.ends_with('.') {
        cx.report(&rules::BAD_DOMAIN, at, format!("{} is not a valid domain", shown(text)))
            .label("invalid domain")
            .help(domain_help(text));
        return None;
    }
    domain
}

/// Returns the help for an invalid domain, with the intended domain if it is recognizable.
fn domain_help(text: &str) -> String {
    let bare = text.trim_start_matches(['*', '.', '@']);
    if bare == text || !bare.contains('.') || bare.contains(['@', '*', '/', ' ']) {
        return "write the part after the `@`, as in acme.com; list each subdomain by itself".to_owned();
    }
    let wildcards =
        if text.contains('*') { "; there are no wildcards: list each subdomain by itself" } else { "" };
    format!("write {}{wildcards}", shown(bare))
}

fn address(cx: &mut Context, text: &str, at: At) -> Option<Address> {
    let address = crate::parse_address(text);
    if address.is_none() {
        cx.report(&rules::BAD_ADDRESS, at, format!("{} is not a valid address", shown(text)))
            .label("invalid address")
            .help(format!("correct the address; {ADDRESSES}"));
    }
    address
}

const ADDRESSES: &str = "addresses look like member/ada@acme.com, workspace/production, \
    workspace/production/member/ada@acme.com, workspace/production/api_key/ci-deploy or \
    organization/api_key/ops, with spaces written as %20";

/// Parses the items of a list; reports duplicates.
fn each<T: Ord>(
    cx: &mut Context,
    items: &[Node],
    name: &str,
    parse: impl Fn(&mut Context, &str, At) -> Option<T>,
) -> BTreeMap<T, At> {
    let mut all = BTreeMap::new();
    for item in items {
        let parsed = text(&mut cx.problems, item, name).and_then(|text| parse(cx, text, item.at));
        if parsed.is_some_and(|parsed| all.insert(parsed, item.at).is_some()) {
            cx.report(&rules::DUPLICATE_ITEM, item.at, format!("duplicate item under `{name}`"))
                .label("again here")
                .help("keep one of the two");
        }
    }
    all
}

fn approval(cx: &mut Context, item: &Node, approved: &mut Vec<(Pair, At)>) -> Option<Approval> {
    let fields = Fields::open(&mut cx.problems, item, "approve", schema::Approval::KEYS)?;
    let help = "write the changes it covers, as in `changes: [archive workspace/old]`";
    let node = fields.required(&mut cx.problems, fields.at, "changes", help);
    let items = node.and_then(|node| list(&mut cx.problems, node, "changes"));
    if let (Some([]), Some(node)) = (items, node) {
        cx.report(&rules::EMPTY_LIST, node.at, "`changes` is empty").label("empty").help(help);
    }
    let changes = items.map(|items| each(cx, items, "changes", pair));
    approved.extend(changes.iter().flatten().map(|(pair, at)| (pair.clone(), *at)));
    let (until, reason) = reviewed(cx, &fields, "write the last day, at most 31 days ahead");
    if let (Some(reason), Some(node)) = (&reason, fields.value("reason")) {
        unseen::in_text(&mut cx.problems, node.at, reason, "reason");
    }
    let changes = changes?.into_keys().collect();
    Some(Approval { changes, until: until?, reason: reason? })
}

/// Reads the last day and the reason of a reviewed exception.
pub(super) fn reviewed(cx: &mut Context, fields: &Fields<'_>, help: &str) -> (Option<Date>, Option<String>) {
    let until = fields.required(&mut cx.problems, fields.at, "until", help);
    let until = until.and_then(|node| scalars::date(&mut cx.problems, node, "until"));
    let help = "write the reason, for reviewers";
    let reason = fields.required(&mut cx.problems, fields.at, "reason", help);
    let reason = reason.and_then(|node| text(&mut cx.problems, node, "reason"));
    (until, reason.map(str::to_owned))
}

fn pair(cx: &mut Context, text: &str, at: At) -> Option<Pair> {
    let pair = crate::parse_pair(text);
    if pair.is_none() {
        let (action, _) = text.split_once(' ').unwrap_or((text, ""));
        let actions = Action::ALL.iter().map(|action| action.as_str());
        let help = if Action::parse(action).is_some() {
            format!("write an action, one space and an address; {ADDRESSES}")
        } else {
            let near = did_you_mean(action, actions.clone());
            format!(
                "{near}write an action and an address, as in `archive workspace/old`; valid actions: {}",
                listed(actions)
            )
        };
        cx.report(&rules::BAD_CHANGE, at, format!("{} is not a valid change", shown(text)))
            .label("invalid change")
            .help(help);
    }
    pair
}
