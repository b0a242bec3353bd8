//! What the entry of a spend limit becomes so that it says what is live.

use bylaws_engine::WorkspaceLabel;

use super::lists::read;
use crate::adopt::view::{Difference, NOT_LIVE, View, open_mut};
use crate::desired::Desired;

/// Adopts the limit of the organization, or of a workspace.
pub(super) fn adopt(
    view: &View<'_>,
    desired: &mut Desired,
    label: Option<&WorkspaceLabel>,
    difference: &Difference,
) -> Result<(), String> {
    let Some(live) = read(view.live) else { return Err(difference.reason.clone()) };
    let wanted = |id| live.listable(id).ok_or_else(|| difference.reason.clone());
    match label {
        None => {
            let wanted = wanted(None)?;
            if let Some(limits) = &mut desired.spend_limits {
                limits.organization = Some(wanted);
            }
        }
        Some(label) => {
            let Some(id) = view.plan.workspaces.get(label) else { return Err(NOT_LIVE.to_owned()) };
            let wanted = wanted(Some(id))?;
            if let Some(open) = open_mut(desired, label) {
                open.spend_limit = Some(wanted);
            }
        }
    }
    Ok(())
}
