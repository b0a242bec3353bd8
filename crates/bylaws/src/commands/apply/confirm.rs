//! The question before an apply: the effects to know before answering, counted from the typed plan.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bylaws_engine::sentence::plural;
use bylaws_engine::text::Say;
use bylaws_engine::{Action, Class, Email, Plan};
use bylaws_output::document::live_name::LiveName;
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::render::escape::escape;
use bylaws_output::render::plan::by_action;
use bylaws_output::render::report::by_cause;

/// Returns the question. `source` names the files if they are not those of the commit.
pub(super) fn question(plan: &Plan, document: &PlanDocument, source: Option<&str>) -> String {
    let mut actions: BTreeMap<String, usize> = BTreeMap::new();
    for change in &plan.changes {
        *actions.entry(change.action.to_string()).or_default() += 1;
    }
    let source = source.map_or(String::new(), |source| format!("The files are {source}.\n"));
    format!(
        "{source}{}Apply {}{} to {} ({})? {}.\nType `yes` to go ahead: ",
        labels(document),
        plural(plan.changes.len(), "change"),
        by_cause(&document.summary.causes),
        escape(&plan.organization_name),
        by_action(&actions, |n| n.to_string()),
        effects(plan).join(", "),
    )
}

/// Returns one line per live object whose label in the files differs from its live name.
fn labels(document: &PlanDocument) -> String {
    const SHOWN: usize = 10;
    let all: BTreeSet<&LiveName> = document.changes.iter().flat_map(|change| &change.live_names).collect();
    if all.is_empty() {
        return String::new();
    }
    let mut lines = "Labels in the files:\n".to_owned();
    for live_name in all.iter().take(SHOWN) {
        let _ = writeln!(lines, "  {}", escape(live_name.say().as_str()));
    }
    if let Some(more) = all.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(lines, "  and {more} more");
    }
    lines
}

/// Returns the effects of the changes on people and keys, one phrase each.
fn effects(plan: &Plan) -> Vec<String> {
    let with_side_effects: BTreeSet<&Email> =
        plan.consequences.iter().filter_map(|item| item.address.email()).collect();
    let (mut losing, mut changing) = (BTreeSet::new(), BTreeSet::new());
    let (mut keys_off, mut irreversible) = (0, 0);
    for change in &plan.changes {
        keys_off += usize::from(change.is(Class::KeysOff));
        irreversible += usize::from(change.is(Class::Irreversible));
        let Some(email) = change.address.email() else { continue };
        let is_role = change.action == Action::Update;
        match change.is(Class::AccessLoss) {
            // A lower role can remove a workspace; then the plan lists that among its side effects.
            true if !is_role || with_side_effects.contains(email) => losing.insert(email),
            _ if is_role => changing.insert(email),
            _ => false,
        };
    }
    let changing = changing.difference(&losing).count();
    let people = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 person {one}"),
        n => format!("{n} people {many}"),
    };
    let losing = match losing.len() {
        0 => "Nobody loses access".to_owned(),
        n => people(n, "loses access", "lose access"),
    };
    let keys = if keys_off == 1 {
        "1 key stops working".to_owned()
    } else {
        format!("{keys_off} keys stop working")
    };
    [
        Some(losing),
        (changing > 0).then(|| people(changing, "changes role", "change role")),
        (keys_off > 0).then_some(keys),
        (irreversible > 0).then(|| format!("{irreversible} cannot be undone")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
