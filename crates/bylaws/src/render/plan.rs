//! A plan as text. Works from the document, so that a saved plan shows as it did when it was made.

use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_engine::{Action, ApprovalState, Class, GuardSource, Ruling};
use serde_json::Value;

use super::approve;
use super::difference;
use super::inert::inert;
use super::style::Style;
use crate::document::plan::{ChangeDocument, GuardDocument, ItemDocument, Origin, PlanDocument};

/// The widest address that moves the column beside it.
const WIDEST: usize = 46;

/// The whole plan, what matters most first, a line of counts last.
pub(crate) fn render(plan: &PlanDocument, style: Style) -> String {
    let mut out = String::new();
    head(&mut out, plan, style);
    prominent(&mut out, plan, style);
    changes(&mut out, plan, style);
    items(&mut out, "Consequences", &plan.consequences, &plan.today, style);
    items(&mut out, "Waiting for an event outside", &plan.waiting, &plan.today, style);
    items(&mut out, "Blocked: somebody has to act", &plan.blocked, &plan.today, style);
    items(&mut out, "Ending within 14 days", &plan.expiring, &plan.today, style);
    items(&mut out, "Live and unlisted, staying", &plan.unlisted, &plan.today, style);
    items(&mut out, "Worth a look", &plan.notes, &plan.today, style);
    approvals(&mut out, plan, style);
    guards(&mut out, plan, style);
    let _ = writeln!(out, "{}", counts(plan, style));
    out
}

fn head(out: &mut String, plan: &PlanDocument, style: Style) {
    let organization = format!("{} ({})", inert(&plan.organization.name), inert(&plan.organization.id));
    let _ = writeln!(out, "{}", style.head(&organization));
    let reads = &plan.reads;
    let parts = [
        ("organization", reads.organization),
        ("invites", reads.invites),
        ("users", reads.users),
        ("workspaces", reads.workspaces),
        ("workspace members", reads.workspace_members),
        ("API keys", reads.api_keys),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {n}")).collect();
    let source = plan.config.source().map_or(String::new(), |source| format!("commit {}; ", inert(&source)));
    let reads = format!("{} ({})", plural(reads.total, "read request"), parts.join(", "));
    let line = format!("{}; {source}{reads}", inert(&plan.today));
    let _ = writeln!(out, "{}", style.dim(&line));
    if !plan.changes.is_empty() {
        let _ = writeln!(out, "{}", style.dim(&format!("fingerprint {}", inert(&plan.fingerprint))));
    }
    for loosened in &plan.loosened {
        let place = loosened.origin.as_ref().map_or(String::new(), |origin| format!(", {}", place(origin)));
        let _ = writeln!(out, "{} {}{place}", style.bad("guard loosened:"), inert(&loosened.text));
    }
    out.push('\n');
}

/// What cannot be undone and what gives power, before everything else.
fn prominent(out: &mut String, plan: &PlanDocument, style: Style) {
    let mut look: Vec<&ChangeDocument> = plan.changes.iter().filter(|change| is_prominent(change)).collect();
    if look.is_empty() {
        return;
    }
    // However much power is given besides, what is for good stands where no cut reaches it.
    look.sort_by_key(|change| !change.is(Class::Irreversible));
    let _ = writeln!(out, "{}", style.head("Look at these first"));
    for change in look {
        let what = match (*change.action, change.is(Class::Irreversible)) {
            (Action::Archive, _) => "for good".to_owned(),
            (_, true) => describe(change, style).0 + ", for good",
            (_, false) => describe(change, style).0 + ", more power",
        };
        let _ = writeln!(out, "  {} {}: {what}", style.bad("!"), inert(&change.id));
    }
    out.push('\n');
}

pub(crate) fn is_prominent(change: &ChangeDocument) -> bool {
    let role = change.after.as_ref().and_then(|after| after.get("workspace_role"));
    let admin = role.and_then(Value::as_str) == Some("workspace_admin");
    change.is(Class::Irreversible) || change.is(Class::Raise) || change.is(Class::Grant) && admin
}

fn changes(out: &mut String, plan: &PlanDocument, style: Style) {
    if plan.changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.head("Changes, in the order in which apply sends them"));
    let widths = plan.changes.iter().map(|change| width(&inert(&change.address.to_string())));
    let column = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for change in &plan.changes {
        let symbol = match *change.action {
            Action::Create | Action::Invite => style.good("+"),
            Action::Update => style.change("~"),
            Action::Remove | Action::Revoke | Action::Archive => style.loss("-"),
        };
        let address = inert(&change.address.to_string());
        let gap = " ".repeat(column.saturating_sub(width(&address)));
        let (what, fields) = describe(change, style);
        let place =
            change.origin.as_ref().map_or(String::new(), |origin| format!("  {}", style.dim(&place(origin))));
        let _ = writeln!(out, "  {symbol} {address}{gap}  {what}{place}");
        for line in fields.iter().flat_map(Field::lines) {
            let _ = writeln!(out, "      {line}");
        }
    }
    out.push('\n');
}

/// What a change does, on one line.
pub(crate) fn summary(change: &ChangeDocument) -> String {
    let (what, fields) = describe(change, Style::plain());
    let fields: Vec<String> = fields.iter().map(Field::on_one_line).collect();
    if fields.is_empty() { what } else { format!("{what} ({})", fields.join("; ")) }
}

/// What a change does in a few words, and its fields where one line does not hold them.
fn describe(change: &ChangeDocument, style: Style) -> (String, Vec<Field>) {
    let get = |side: &Option<BTreeMap<String, Value>>, field: &str| {
        side.as_ref().and_then(|facts| facts.get(field)).map(value)
    };
    let role = get(&change.after, "role").or_else(|| get(&change.after, "workspace_role"));
    let old =
        get(&change.before, "role").or_else(|| get(&change.before, "workspace_role")).unwrap_or_default();
    let ended = if change.is(Class::Expiry) { ", its line has ended" } else { "" };
    match (*change.action, role) {
        (Action::Invite, role) => (format!("invite as {}", role.unwrap_or_default()), Vec::new()),
        (Action::Revoke, _) => (format!("withdraw the invite ({old}){ended}"), Vec::new()),
        (Action::Remove, _) => (format!("remove ({old}){ended}"), Vec::new()),
        (Action::Archive, _) => ("archive".to_owned(), Vec::new()),
        (Action::Create, Some(role)) => (format!("add as {role}"), Vec::new()),
        (Action::Create, None) => {
            let fields = change.after.iter().flatten().filter(|(field, _)| *field != "name");
            ("create".to_owned(), fields.map(|(field, to)| Field::new(field, vec![value(to)])).collect())
        }
        (Action::Update, _) => {
            let fields = Field::all(change, style);
            match fields.as_slice() {
                [one] if one.parts.len() == 1 => (format!("{}{ended}", one.on_one_line()), Vec::new()),
                _ => (format!("update{ended}"), fields),
            }
        }
    }
}

/// A field and what becomes of it.
struct Field {
    name: String,
    /// A value, its two halves where it is long, or a line for each key of a record.
    parts: Vec<String>,
    is_record: bool,
}

impl Field {
    fn new(name: &str, parts: Vec<String>) -> Self {
        Self { name: inert(name), parts, is_record: false }
    }

    /// `before → after` of each field; of tags and data residency each key that differs.
    fn all(change: &ChangeDocument, style: Style) -> Vec<Self> {
        let empty = BTreeMap::new();
        let before = change.before.as_ref().unwrap_or(&empty);
        let fields = change.after.iter().flatten().map(|(name, to)| match (before.get(name), to) {
            (Some(Value::Object(from)), Value::Object(to)) => {
                let mut keys = by_key(from, to, style);
                match keys.pop() {
                    // One value that changes reads best as `tags.env: prod → staging`.
                    Some(Key { name: key, sign: '~', parts }) if keys.is_empty() => {
                        Self::new(&format!("{name}.{key}"), parts)
                    }
                    last => {
                        let lines = keys.into_iter().chain(last).map(|key| key.line(style)).collect();
                        Self { is_record: true, ..Self::new(name, lines) }
                    }
                }
            }
            (None, to) => Self::new(name, vec![format!("nothing → {}", value(to))]),
            (Some(from), to) => Self::new(name, difference::change(&value(from), &value(to), style)),
        });
        fields.collect()
    }

    fn on_one_line(&self) -> String {
        format!("{}: {}", self.name, self.parts.join(if self.is_record { ", " } else { " " }))
    }

    /// One line where it fits, else the parts one below the other.
    fn lines(&self) -> Vec<String> {
        if self.parts.len() == 1 {
            return vec![self.on_one_line()];
        }
        let head = format!("{}:", self.name);
        let parts = self.parts.iter().map(|part| format!("  {part}"));
        std::iter::once(head).chain(parts).collect()
    }
}

/// A key of a record, and what becomes of its value.
struct Key {
    name: String,
    sign: char,
    parts: Vec<String>,
}

impl Key {
    fn line(self, style: Style) -> String {
        let sign = match self.sign {
            '+' => style.good("+"),
            '-' => style.loss("-"),
            _ => style.change("~"),
        };
        format!("{sign} {}: {}", inert(&self.name), self.parts.join(" "))
    }
}

/// What is added, removed and changed in a record, in the order of its keys.
fn by_key(
    from: &serde_json::Map<String, Value>,
    to: &serde_json::Map<String, Value>,
    style: Style,
) -> Vec<Key> {
    let keys: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let differing = keys.into_iter().filter_map(|key| {
        let (sign, parts) = match (from.get(key), to.get(key)) {
            (Some(a), Some(b)) if a != b => ('~', difference::change(&value(a), &value(b), style)),
            (None, Some(b)) => ('+', vec![value(b)]),
            (Some(a), None) => ('-', vec![value(a)]),
            (Some(_), Some(_)) | (None, None) => return None,
        };
        Some(Key { name: key.clone(), sign, parts })
    });
    differing.collect()
}

/// A value for people, harmless for terminals.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => inert(text),
        Value::Array(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().map(|(key, item)| format!("{}: {}", inert(key), self::value(item))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

fn items(out: &mut String, title: &str, items: &[ItemDocument], today: &str, style: Style) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(out, "{} {}", style.head(title), style.dim(&format!("({})", items.len())));
    for item in items {
        let place =
            item.origin.as_ref().map_or(String::new(), |origin| format!("  {}", style.dim(&place(origin))));
        let _ = writeln!(out, "  {}: {}{place}", inert(&item.address.to_string()), inert(&item.reason));
        approve_lines(out, &item.approve, today, 6);
    }
    out.push('\n');
}

fn approvals(out: &mut String, plan: &PlanDocument, style: Style) {
    if plan.approvals.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.head("Approvals"));
    for approval in &plan.approvals {
        let state = match *approval.state {
            ApprovalState::InUse => "in use",
            ApprovalState::Pending => "waits for something blocked",
            ApprovalState::UsedUp => "used up: delete these lines",
            ApprovalState::NamesNothing => {
                "likely a typo: nothing in the files or live has this address; correct or delete it"
            }
            ApprovalState::Expired => "expired: delete these lines",
            ApprovalState::TooFarAhead => "does not count: its day is more than 31 days ahead",
        };
        let place = approval
            .origin
            .as_ref()
            .map_or(String::new(), |origin| format!("  {}", style.dim(&place(origin))));
        let changes = inert(&approval.changes.join(", "));
        let _ = writeln!(
            out,
            "  {changes}: {state} (until {}, {}){place}",
            inert(&approval.until),
            inert(&approval.reason)
        );
    }
    out.push('\n');
}

fn guards(out: &mut String, plan: &PlanDocument, style: Style) {
    let speaking: Vec<&GuardDocument> =
        plan.guards.iter().filter(|guard| *guard.ruling != Ruling::Passed).collect();
    if speaking.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", style.head("Guards"));
    for guard in speaking {
        let (whose, word) = (whose(guard), ruling(guard, style));
        let _ = writeln!(out, "  {word} by {}{whose}: {}", guard.guard, inert(&guard.reason));
        for change in &guard.changes {
            let _ = writeln!(out, "      {}", inert(change));
        }
        let more = guard.approve.len().saturating_sub(guard.changes.len());
        if more > 0 {
            let _ = writeln!(out, "      and {more} more");
        }
        approve_lines(out, &guard.approve, &plan.today, 4);
    }
    out.push('\n');
}

/// Which guards it belongs to, if not to those of the files.
pub(crate) fn whose(guard: &GuardDocument) -> &'static str {
    match *guard.source {
        GuardSource::Files => "",
        GuardSource::GuardsFile => " (guards file)",
    }
}

pub(crate) fn ruling(guard: &GuardDocument, style: Style) -> String {
    match *guard.ruling {
        Ruling::Refused => style.bad("refused"),
        Ruling::Reported | Ruling::Passed => style.change(guard.ruling.as_str()),
    }
}

/// The lines to paste if it is meant.
fn approve_lines(out: &mut String, approve: &[String], today: &str, indent: usize) {
    if approve.is_empty() {
        return;
    }
    let gap = " ".repeat(indent);
    let _ = writeln!(out, "{gap}if it is meant, add to `approve:` under `guards:`");
    for line in approve::lines(approve, today) {
        let _ = writeln!(out, "{gap}  {line}");
    }
}

/// `3 to create, 1 to remove`.
pub(crate) fn by_action(actions: &BTreeMap<String, usize>) -> String {
    let parts: Vec<String> = Action::ALL
        .iter()
        .filter_map(|action| Some((action, actions.get(action.as_str()).filter(|n| **n > 0)?)))
        .map(|(action, n)| format!("{n} to {action}"))
        .collect();
    parts.join(", ")
}

/// The last line.
fn counts(plan: &PlanDocument, style: Style) -> String {
    let summary = &plan.summary;
    let changes = by_action(&summary.actions);
    let changes = if changes.is_empty() { "no changes".to_owned() } else { changes };
    let mut line = if summary.refused {
        format!("{} {changes}", style.bad("Refused by a guard; nothing can be applied:"))
    } else {
        format!("{} {changes}", style.head("Plan:"))
    };
    for (name, n) in
        [("waiting", summary.waiting), ("blocked", summary.blocked), ("expiring", summary.expiring)]
    {
        if n > 0 {
            let _ = write!(line, "; {n} {name}");
        }
    }
    let _ = write!(line, "; unlisted and staying: {}", summary.unlisted);
    if !plan.only.is_empty() {
        let _ = write!(line, "; {} not selected", plural(summary.not_selected, "change"));
    }
    line
}

fn place(origin: &Origin) -> String {
    format!("{}:{}", inert(&origin.file), origin.line)
}

fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

pub(crate) fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
