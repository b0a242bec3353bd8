//! Labels of a pull request, derived from the plan document.

use bylaws_engine::Class;
use bylaws_engine::review_first::ReviewKind;

use super::plan::PlanDocument;
use super::word::Word;

bylaws_engine::words!(
    /// A label on GitHub that shows which kind of review a pull request needs.
    Label {
        /// The plan has no changes.
        NoChanges = "no changes",
        /// A change causes somebody to lose access or an API key to stop working.
        RemovesAccess = "removes access",
        /// Somebody becomes a workspace admin, now or by accepting an invite.
        NewAdmin = "new admin",
    }
);

impl Label {
    /// Returns the labels that apply to a plan.
    pub fn of(plan: &PlanDocument) -> Vec<Self> {
        let is = |label: &Self| match label {
            Self::NoChanges => plan.changes.is_empty(),
            Self::RemovesAccess => {
                plan.changes.iter().any(|change| change.is(Class::AccessLoss) || change.is(Class::KeysOff))
            }
            // An invited person becomes an admin by accepting.
            Self::NewAdmin => {
                plan.review_first.iter().any(|entry| entry.kind == Word(ReviewKind::WorkspaceAdmin))
            }
        };
        Self::ALL.into_iter().filter(is).collect()
    }
}
