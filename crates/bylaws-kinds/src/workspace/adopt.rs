//! What the entry of a workspace becomes so that it says what is live.

use bylaws_engine::spelling::comparable;
use bylaws_engine::{Action, Address, WorkspaceId, WorkspaceLabel};

use crate::adopt::view::{Difference, View};
use crate::desired::{DataResidency, Desired, OpenWorkspace, Workspace, WorkspaceSettings, WorkspaceState};
use crate::external_key::adopt::adopt_workspace_key;
use crate::live::LiveWorkspace;
use crate::objects::OBJECTS;
use crate::syntax::Scope;

/// Adopts the settings of a workspace, its end, or one that is not listed with all that is in it.
pub(crate) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    label: &WorkspaceLabel,
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let Some(all) = &mut wanted.workspaces else { return refused() };
    if difference.is_unlisted {
        return list(view, wanted, label);
    }
    let live = view.plan.workspaces.get(label).and_then(|id| view.workspaces.get(id));
    // Of two workspaces with one name, an entry without an id means neither.
    let is_taken = |(other, entry): (&WorkspaceLabel, &Workspace)| {
        other != label
            && entry.id.is_none()
            && live.is_some_and(|live| comparable(&live.name) == comparable(other.as_str()))
    };
    let taken = all.iter().find(|entry| is_taken(*entry)).map(|(other, _)| other.clone());
    let Some(entry) = all.get_mut(label) else { return refused() };
    if let Some(live) = live {
        if let (Some(name), Some(other)) = (&entry.name, taken)
            && *name != live.name
        {
            return Err(format!(
                "is named `{other}` now, as another workspace of the files is: set the `id` of both"
            ));
        }
        return match (&mut entry.state, view.imported_as(label)) {
            (WorkspaceState::Open(open), Some(imported)) => {
                if let Some(name) = &mut entry.name {
                    name.clone_from(&live.name);
                }
                settings(open, imported);
                adopt_workspace_key(
                    view,
                    wanted.external_keys.as_ref(),
                    &mut open.settings.external_key,
                    live,
                );
                Ok(())
            }
            // It is still open, and archiving it is permanent.
            _ => refused(),
        };
    }
    let is_archived = match &entry.id {
        Some(id) => view.workspaces.get(id).is_some_and(|live| live.archived),
        None => {
            // Without an id, an unlisted workspace could be this one under another name.
            let is_exact = |live: &&LiveWorkspace| live.name == label.as_str();
            difference.is_change
                && unlisted(view, None).is_empty()
                && view.workspaces.archived_named(label.as_str()).iter().any(is_exact)
        }
    };
    if !is_archived {
        let is_new = entry.id.is_none() && difference.is_change;
        let reason = if is_new { "not live: `bylaws apply` creates it" } else { &difference.reason };
        return Err(reason.to_owned());
    }
    entry.state = WorkspaceState::Archived;
    Ok(())
}

/// Sets the settings that the files manage, if files can express them.
fn settings(open: &mut OpenWorkspace, imported: &OpenWorkspace) {
    // A key has another name in an import.
    let WorkspaceSettings { display_color, tags, data_residency, external_key: _ } = &mut open.settings;
    let live = &imported.settings;
    if let (Some(has), Some(live)) = (display_color, &live.display_color)
        && !has.eq_ignore_ascii_case(live)
    {
        has.clone_from(live);
    }
    set(tags, live.tags.as_ref());
    if let (Some(has), Some(live)) = (data_residency, &live.data_residency) {
        let DataResidency { workspace_geo, allowed_inference_geos, default_inference_geo } = has;
        set(workspace_geo, live.workspace_geo.as_ref());
        set(allowed_inference_geos, live.allowed_inference_geos.as_ref());
        set(default_inference_geo, live.default_inference_geo.as_ref());
    }
}

fn set<T: Clone>(has: &mut Option<T>, live: Option<&T>) {
    if let (Some(has), Some(live)) = (has, live) {
        has.clone_from(live);
    }
}

/// Returns the open workspaces that no entry means, with this name or with any.
fn unlisted<'a>(view: &View<'a>, name: Option<&WorkspaceLabel>) -> Vec<&'a WorkspaceId> {
    let listed = || view.basis.desired.workspaces.iter().flatten();
    let is_meant = |live: &LiveWorkspace| {
        view.plan.workspaces.values().any(|id| *id == live.id)
            || listed().any(|(_, entry)| entry.id.as_ref() == Some(&live.id))
    };
    let is_one = |live: &&LiveWorkspace| {
        !live.archived
            && !view.workspaces.is_default(&live.id)
            && !is_meant(live)
            && name.is_none_or(|name| live.name == name.as_str())
    };
    view.workspaces.all().filter(is_one).map(|live| &live.id).collect()
}

/// Adds the unlisted workspaces with this name, as an import writes them.
fn list(view: &View<'_>, wanted: &mut Desired, name: &WorkspaceLabel) -> Result<(), String> {
    let is_created = |address: &Address| match address {
        Address::Workspace(label) => Some(format!("`{label}`")),
        _ => None,
    };
    let created = view.plan.changes.iter().filter(|change| change.action == Action::Create);
    let created: Vec<String> = created.filter_map(|change| is_created(&change.address)).collect();
    if !created.is_empty() {
        let created = created.join(" or ");
        return Err(format!("may be {created}, which is listed and not live: set its `id` if it is"));
    }
    let Some(all) = &wanted.workspaces else { return Ok(()) };
    let mut entries = Vec::new();
    for id in unlisted(view, Some(name)) {
        let Some((label, imported)) = view.imported_workspace(id) else {
            return Err("files cannot express it".to_owned());
        };
        if all.keys().any(|other| comparable(other.as_str()) == comparable(label.as_str())) {
            return Err(format!("the files have another workspace `{label}`"));
        }
        let mut entry = imported.clone();
        if let Some(open) = entry.open_mut() {
            only_managed(open, wanted);
            if let (Some(listed), Some(lines)) = (&wanted.members, &mut open.members) {
                lines.retain(|email, _| listed.contains_key(email));
            }
        }
        entries.push((label.clone(), entry));
    }
    wanted.workspaces.get_or_insert_default().extend(entries);
    Ok(())
}

/// Drops the sections that the files have in no workspace, if they have any workspace: the others are managed.
fn only_managed(open: &mut OpenWorkspace, desired: &Desired) {
    let others = || desired.open().filter(|(label, _)| !label.is_default() && !label.is_claude_code());
    if others().next().is_none() {
        return;
    }
    open.members.take_if(|_| !others().any(|(_, open)| open.manages_members()));
    for objects in OBJECTS {
        let has = |scope| objects.entries(scope).is_some();
        let is_managed = has(Scope::Organization(desired))
            || others().any(|(label, open)| has(Scope::Workspace(label, open)));
        if !is_managed {
            objects.clear(open);
        }
    }
}
