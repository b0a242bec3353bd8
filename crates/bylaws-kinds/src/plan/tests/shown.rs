//! A plan as lines: changes first, then everything else.

use bylaws_engine::guard_results::{GuardOutcome, GuardResult, GuardSource};
use bylaws_engine::{Action, Change, Fact, Facts, Item, Plan};

pub(crate) fn plan(plan: &Plan) -> String {
    let mut lines: Vec<String> = plan.changes.iter().map(change).collect();
    lines.extend(
        plan.waiting.iter().map(|waiting| format!("waiting {}: {}", waiting.address, waiting.reason)),
    );
    for (word, items) in [
        ("blocked", &plan.blocked),
        ("unlisted", &plan.unlisted),
        ("expiring", &plan.expiring),
        ("note", &plan.notes),
        ("so", &plan.consequences),
    ] {
        lines.extend(items.iter().map(|item| self::item(word, item)));
    }
    lines.extend(plan.guards.iter().filter_map(result));
    lines.join("\n")
}

pub(crate) fn change(change: &Change) -> String {
    let symbol = match change.action {
        Action::Create | Action::Invite => "+",
        Action::Update => "~",
        Action::Remove | Action::Revoke | Action::Archive => "-",
    };
    let facts = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!(" {} → {}", self::facts(before), self::facts(after)),
        (None, Some(after)) => format!(" {}", self::facts(after)),
        (Some(_) | None, None) => String::new(),
    };
    let classes: Vec<&str> = change.classes.iter().map(|class| class.as_str()).collect();
    let after: Vec<&str> = change.depends_on.iter().map(bylaws_engine::ChangeId::as_str).collect();
    let after = if after.is_empty() { String::new() } else { format!(" after: {}", after.join(", ")) };
    let patch = match change.write.body.record("tags") {
        Some(tags) if change.action == Action::Update => format!(" sends {}", Fact::Record(tags.clone())),
        _ => String::new(),
    };
    let id = &change.id;
    format!("{symbol} {id}{facts} [{}]{after}{patch}", classes.join(" "))
}

pub(crate) fn facts(facts: &Facts) -> String {
    facts.0.iter().map(|(field, fact)| format!("{field}={fact}")).collect::<Vec<_>>().join(" ")
}

fn item(word: &str, item: &Item) -> String {
    let pairs: Vec<String> = item.approve.iter().map(ToString::to_string).collect();
    let approve = if pairs.is_empty() { String::new() } else { format!(" (approve: {})", pairs.join(", ")) };
    format!("{word} {}: {}{approve}", item.address, item.reason)
}

fn result(result: &GuardResult) -> Option<String> {
    let word = match result.ruling {
        GuardOutcome::Passed => return None,
        GuardOutcome::Reported => "reported",
        GuardOutcome::Refused => "refused",
    };
    let whose = match result.source {
        GuardSource::Files => "",
        GuardSource::GuardsFile => " by the guards file",
    };
    Some(format!("{word}{whose} {:?}: {}", result.guard, result.reason))
}
