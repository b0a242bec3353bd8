//! Rules that a commit removes, postpones or loosens. They send nothing now, so no change shows them.

use crate::Address;
use crate::line::Line;
use crate::text::Text;
use crate::words;

words!(
    /// The kind of rule that changes, in the order in which outputs list them.
    RuleChangeKind {
        /// A limit of a guard is looser than in the base.
        GuardLoosened = "guard_loosened",
        /// An address is no longer protected, or is now.
        Protect = "protect",
        /// The allowed domains of listed people change.
        AllowedDomains = "allowed_domains",
        /// The required admins change.
        RequiredAdmins = "required_admins",
        /// A policy for unlisted objects changes.
        Unlisted = "unlisted",
        /// The files have a new approval.
        ApprovalAdded = "approval_added",
        /// A section, entry or field is removed from the files; what it managed is kept as it is.
        NotManaged = "not_managed",
        /// Access that would have ended no longer ends.
        EndRemoved = "end_removed",
        /// Access ends on a later day than in the base.
        EndPostponed = "end_postponed",
        /// A new end date has already passed.
        EndPast = "end_past",
        /// Access will end on a future day.
        EndAdded = "end_added",
        /// A label means another live object than before, or an object has another label.
        Identity = "identity",
        /// The audit reports less.
        AuditLoosened = "audit_loosened",
        /// A warning is no longer shown.
        SuppressionAdded = "suppression_added",
    }
);

/// One rule that differs from the base.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleChange {
    /// The kind of rule.
    pub kind: RuleChangeKind,
    /// The address that it is about; the organization for rules that concern everybody.
    pub address: Address,
    /// The difference, from the old value to the new one.
    pub text: Text,
    /// Its line in the files; `None` if the line was removed.
    pub line: Option<Line>,
}
