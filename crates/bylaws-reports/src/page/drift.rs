//! The differences between the files and live state, according to the plan.

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_output::document::origin::Origin;
use bylaws_output::document::plan::{ItemDocument, PlanDocument, WaitingDocument};
use bylaws_output::render;

use super::document::{Change, Drift, Item};

/// Returns what a plan would change, and what it would not.
pub fn drift(plan: &PlanDocument) -> Drift {
    let items = |items: &[ItemDocument]| {
        let item = |item: &ItemDocument| Item {
            address: item.address.to_string(),
            reason: item.reason.to_string(),
            place: item.origin.as_ref().map(place),
        };
        items.iter().map(item).collect()
    };
    let changes = plan.changes.iter().map(|change| Change {
        action: change.action.to_string(),
        address: change.address.to_string(),
        summary: render::change::summary(change),
        place: change.origin.as_ref().map(place),
    });
    let refused = plan.guards.iter().filter(|guard| *guard.ruling == GuardOutcome::Refused);
    Drift {
        changes: changes.collect(),
        blocked: items(&plan.blocked),
        waiting: items(&plan.waiting.iter().map(WaitingDocument::item).collect::<Vec<_>>()),
        unlisted: items(&plan.unlisted),
        refused: refused.map(|guard| format!("{}: {}", guard.guard, guard.reason)).collect(),
    }
}

/// Returns `file:line`.
pub(super) fn place(origin: &Origin) -> String {
    format!("{}:{}", origin.file, origin.line)
}
