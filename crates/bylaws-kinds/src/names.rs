//! The live meaning of the labels and names of the files.

use std::collections::BTreeMap;

use bylaws_engine::WorkspaceLabel;
use bylaws_engine::live_names::{LiveNames, Named, is_workspace_id};
use bylaws_engine::spelling::comparable;

use crate::desired::Desired;
use crate::index::WorkspaceIndex;
use crate::live::{DEFAULT, LiveWorkspace};
use crate::workspace::matching::Matched;

/// Returns the live meaning of the entries under `workspaces:`.
pub(crate) fn live_names(
    desired: &Desired,
    index: &WorkspaceIndex<'_>,
    matched: &BTreeMap<&WorkspaceLabel, Matched<'_>>,
) -> LiveNames {
    let mut names = LiveNames::default();
    for (label, entry) in desired.workspaces.iter().flatten() {
        let found = matched.get(label).and_then(Matched::live);
        let live = found.or_else(|| index.get(entry.id.as_ref()?));
        match (live, &entry.id) {
            (Some(live), _) => {
                let (name, id) = (live.name.clone(), live.id.as_str().to_owned());
                let is_unique = is_unique(live, index);
                names.add_workspace(label.clone(), Named { name, others: Vec::new(), id, is_unique });
            }
            (None, Some(id)) => names.add_gone_workspace(label.clone(), id.clone()),
            (None, None) => {}
        }
    }
    names
}

/// Returns whether no other workspace has this name. `Default` means only the default workspace.
fn is_unique(live: &LiveWorkspace, index: &WorkspaceIndex<'_>) -> bool {
    if index.is_default(&live.id) {
        return live.name == DEFAULT;
    }
    let others = index.open_named(&live.name).into_iter().filter(|other| other.id != live.id);
    !is_workspace_id(&live.name) && comparable(&live.name) != DEFAULT && others.count() == 0
}
