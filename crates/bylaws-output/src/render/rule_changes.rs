//! Rules that a commit changes, as the first section of a plan.

use std::fmt::Write;

use bylaws_engine::rule_changes::RuleChangeKind;

use super::escape::escape;
use super::lines::{Lines, Row};
use super::section::{SHOWN, more, position};
use super::style::View;
use crate::document::base::{BaseDocument, BaseFiles, RuleChangeDocument};
use crate::document::plan::PlanDocument;

/// The name of the section, in every output.
pub(crate) const HEADING: &str = "Rule changes";

/// Returns the heading of a kind of entry.
pub(crate) fn heading(kind: RuleChangeKind) -> &'static str {
    match kind {
        RuleChangeKind::GuardLoosened => "Guards loosened",
        RuleChangeKind::Protect => "Protected addresses",
        RuleChangeKind::AllowedDomains => "Allowed domains",
        RuleChangeKind::RequiredAdmins => "Required admins",
        RuleChangeKind::Unlisted => "Policies for objects that are not in the files",
        RuleChangeKind::ApprovalAdded => "Approvals added",
        RuleChangeKind::NotManaged => "No longer managed",
        RuleChangeKind::EndRemoved => "End dates removed",
        RuleChangeKind::EndPostponed => "End dates postponed",
        RuleChangeKind::EndPast => "End dates in the past",
        RuleChangeKind::EndAdded => "End dates added",
        RuleChangeKind::Identity => "Ids and labels",
        RuleChangeKind::AuditLoosened => "Audit loosened",
        RuleChangeKind::SuppressionAdded => "Warnings suppressed",
    }
}

/// Returns whether entries of a kind may be cut: no other kind than added end dates is.
pub(crate) fn may_be_cut(kind: RuleChangeKind) -> bool {
    kind == RuleChangeKind::EndAdded
}

/// Groups the entries by kind, in their order.
pub(crate) fn by_kind(changes: &[RuleChangeDocument]) -> impl Iterator<Item = &[RuleChangeDocument]> {
    changes.chunk_by(|a, b| a.kind == b.kind)
}

/// Returns why every change counts as caused by this commit, if the files of the base are unusable.
pub(crate) fn unusable(base: &BaseDocument) -> Option<&'static str> {
    match base.files {
        BaseFiles::Read => None,
        BaseFiles::None => {
            Some("the base has no files here, so every change counts as caused by this commit")
        }
        BaseFiles::Problems => {
            Some("the files of the base have problems, so every change counts as caused by this commit")
        }
    }
}

/// Returns how many entries of the files differ from the base.
pub(crate) fn differing(base: &BaseDocument) -> Option<String> {
    let differing = base.differing?;
    let parts = [(differing.added, "added"), (differing.changed, "changed"), (differing.removed, "removed")];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    Some(if parts.is_empty() {
        "no entry differs".to_owned()
    } else {
        format!("entries: {}", parts.join(", "))
    })
}

/// Writes the section; nothing if there is no base, or if no rule changes.
pub(super) fn section(out: &mut Lines, plan: &PlanDocument, view: View) {
    let style = view.style;
    let unusable = plan.base.as_ref().and_then(unusable);
    if plan.rule_changes.is_empty() && unusable.is_none() {
        return;
    }
    let _ = writeln!(out, "{}", style.head(HEADING));
    if let Some(why) = unusable {
        out.row(Row::new(2, format!("{} {why}", style.bad("!"))));
    }
    for group in by_kind(&plan.rule_changes) {
        let Some(first) = group.first() else { continue };
        let _ = writeln!(out, "  {} {}", heading(*first.kind), style.dim(&format!("({})", group.len())));
        let shown = if view.all || !may_be_cut(*first.kind) { group.len() } else { SHOWN };
        for change in group.iter().take(shown) {
            let row = Row::new(4, format!("{} {}", style.bad("!"), escape(change.sentence().as_str())));
            out.row(row.position(position(change.origin.as_ref(), style)));
        }
        more(out, 4, group.len().saturating_sub(shown), style);
    }
    out.blank();
}
