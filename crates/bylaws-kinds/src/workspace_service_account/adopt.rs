//! What the line of a service account in a workspace becomes so that it says what is live.

use bylaws_engine::{ObjectName, WorkspaceLabel};

use super::AccountRole;
use crate::adopt::view::{Difference, NOT_LIVE, View, open_mut};
use crate::desired::Desired;
use crate::service_account::lists::read;

/// Adopts the role of a membership. The line of an account that is not a member goes.
pub(super) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    (label, name): (&WorkspaceLabel, &ObjectName),
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let Some(workspace) = view.plan.workspaces.get(label) else { return Err(NOT_LIVE.to_owned()) };
    let Some(live) = read(view.live) else { return refused() };
    let named = live.named(name.as_str());
    let has = match named[..] {
        [] => None,
        [(id, account)] if !account.archived => live.memberships.get(workspace).and_then(|of| of.get(id)),
        _ => return refused(),
    };
    let has = match has.map(AccountRole::of) {
        Some(None) => return refused(),
        has => has.flatten(),
    };
    let is_listed = wanted.service_accounts.as_ref().is_none_or(|accounts| accounts.contains_key(name));
    if has.is_some() && !is_listed {
        return Err("this account is not listed under `service_accounts` at the top level".to_owned());
    }
    let Some(lines) = open_mut(wanted, label).and_then(|open| open.service_accounts.as_mut()) else {
        return refused();
    };
    match has {
        Some(_) => drop(lines.insert(name.clone(), has)),
        None => drop(lines.remove(name)),
    }
    Ok(())
}
