//! Writes workspaces and their settings to files, and to the digest.
//! What is in a workspace is written by its kind.

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, flow, list, none_or_below};
use bylaws_config::quote::scalar;
use bylaws_engine::{Line, WorkspaceId, WorkspaceLabel};

use crate::desired::{
    AllowedGeos, DataResidency, OpenWorkspace, Workspace, WorkspaceSettings, WorkspaceState,
};
use crate::objects::OBJECTS;
use crate::syntax::{self, Place, Scope};
use crate::{Desired, workspace_member};

/// Writes the section, or nothing if it is absent.
pub(crate) fn write(page: &mut Page<'_>, desired: &Desired) {
    let Some(all) = &desired.workspaces else { return };
    page.line(0, "workspaces", none_or_below(all.is_empty()));
    for (number, (label, workspace)) in all.iter().enumerate() {
        if number > 0 {
            page.gap();
        }
        page.noted(2, &Line::Workspace(label.clone()), &scalar(label.as_str()), "");
        one_workspace(page, label, workspace);
    }
}

pub(crate) fn one_workspace(page: &mut Page<'_>, label: &WorkspaceLabel, workspace: &Workspace) {
    let Workspace { id, name, state } = workspace;
    if let Some(id) = id {
        page.line(4, "id", &scalar(id.as_str()));
    }
    if let Some(name) = name {
        page.line(4, "name", &scalar(name));
    }
    match state {
        WorkspaceState::Archived => page.line(4, "state", "archived"),
        WorkspaceState::Open(open) => settings(page, label, open),
    }
}

fn settings(page: &mut Page<'_>, label: &WorkspaceLabel, open: &OpenWorkspace) {
    // The kinds of what is in a workspace write their own sections.
    let OpenWorkspace { settings, members: _, teams: _, .. } = open;
    let WorkspaceSettings { display_color, tags, data_residency, external_key } = settings;
    if let Some(color) = display_color {
        page.line(4, "display_color", &scalar(color));
    }
    if let Some(tags) = tags {
        let tags: Vec<String> =
            tags.iter().map(|(key, value)| format!("{}: {}", scalar(key), scalar(value))).collect();
        page.line(4, "tags", &format!("{{{}}}", tags.join(", ")));
    }
    if let Some(residency) = data_residency {
        page.line(4, "data_residency", &residency_value(residency));
    }
    if let Some(key) = external_key {
        page.line(4, "external_key", &scalar(&key.written()));
    }
    workspace_member::syntax::write(page, label, open);
    for objects in OBJECTS {
        objects.write(page, Scope::Workspace(label, open));
    }
}

fn residency_value(residency: &DataResidency) -> String {
    let allowed = residency.allowed_inference_geos.as_ref().map(|geos| match geos {
        AllowedGeos::Unrestricted => "unrestricted".to_owned(),
        AllowedGeos::Only(geos) => list(geos.iter().map(String::as_str)),
    });
    let quoted = |geo: &Option<String>| geo.as_deref().map(scalar);
    flow(&[
        ("workspace_geo", quoted(&residency.workspace_geo)),
        ("allowed_inference_geos", allowed),
        ("default_inference_geo", quoted(&residency.default_inference_geo)),
    ])
}

/// Hashes a workspace.
pub(crate) fn digest(form: &mut Form, label: &WorkspaceLabel, workspace: &Workspace) {
    let Workspace { id, name, state } = workspace;
    form.maybe(id.as_ref().map(WorkspaceId::as_str));
    form.maybe(name.as_deref());
    match state {
        WorkspaceState::Archived => form.word("archived"),
        WorkspaceState::Open(open) => {
            form.word("open");
            hash_settings(form, label, open);
        }
    }
}

fn hash_settings(form: &mut Form, label: &WorkspaceLabel, open: &OpenWorkspace) {
    // The kinds of what is in a workspace hash their own sections.
    let OpenWorkspace { settings, members: _, teams: _, .. } = open;
    let WorkspaceSettings { display_color, tags, data_residency, external_key } = settings;
    form.maybe(display_color.as_ref().map(|color| color.to_lowercase()).as_deref());
    form.section(tags.as_ref(), |form, (key, value)| {
        form.word(key);
        form.word(value);
    });
    form.section(Some(data_residency.iter()), hash_residency);
    // Files without it keep their digest.
    if let Some(key) = external_key {
        form.word("external_key");
        form.word(&key.written());
    }
    workspace_member::syntax::digest(form, open);
    for objects in syntax::at(Place::Workspace) {
        objects.digest(form, Scope::Workspace(label, open));
    }
}

fn hash_residency(form: &mut Form, residency: &DataResidency) {
    form.maybe(residency.workspace_geo.as_deref());
    form.maybe(residency.default_inference_geo.as_deref());
    match &residency.allowed_inference_geos {
        None => form.word("absent"),
        Some(AllowedGeos::Unrestricted) => form.word("unrestricted"),
        Some(AllowedGeos::Only(geos)) => form.section(Some(geos), |form, geo| form.word(geo)),
    }
}
