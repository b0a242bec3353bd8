//! Names of workspaces, in order, and the reason for a list that is not there.

use std::collections::BTreeMap;

use bylaws_engine::WorkspaceId;
use bylaws_kinds::Live;

/// Why a list is not there if the service did not refuse it.
pub(super) const NOT_REQUESTED: &str = "was not requested";

/// Returns the name of a workspace, with its id if another one has the same name.
pub(super) fn workspace_name(live: &Live, id: Option<&str>) -> String {
    let Some(id) = id else { return "Default".to_owned() };
    let all = live.workspaces.as_ref().map(|workspaces| &workspaces.all);
    let Some(workspace) = all.and_then(|all| all.get(&WorkspaceId::new(id))) else { return id.to_owned() };
    let named = all.into_iter().flat_map(BTreeMap::values).filter(|other| other.name == workspace.name);
    let name = if named.count() > 1 { format!("{} ({id})", workspace.name) } else { workspace.name.clone() };
    if workspace.archived { format!("{name}, archived") } else { name }
}

/// Returns the items in order.
pub(super) fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}
