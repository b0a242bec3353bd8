//! The external keys, for the page.

use bylaws_kinds::Live;

use super::document::{ExternalKey, Section};
use super::names::{NOT_REQUESTED, sorted, workspace_name};

/// Returns the keys with the workspaces that use them, sorted by name.
pub fn external_keys(live: &Live) -> Section<Vec<ExternalKey>> {
    let Some(read) = &live.external_keys else { return Section::not_read(NOT_REQUESTED) };
    if let Some(why) = &read.refused {
        return Section::not_read(why.to_string());
    }
    let workspaces = || live.workspaces.iter().flat_map(|workspaces| workspaces.all.values());
    let keys = read.keys.iter().map(|key| {
        let users = workspaces().filter(|workspace| workspace.external_key_id.as_ref() == Some(&key.id));
        ExternalKey {
            name: key.called().to_owned(),
            id: key.id.to_string(),
            provider: key.coordinates(),
            geo: key.geo.clone(),
            workspaces: sorted(users.map(|workspace| workspace_name(live, Some(workspace.id.as_str())))),
        }
    });
    let mut keys: Vec<_> = keys.collect();
    keys.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Section::Read(keys)
}
