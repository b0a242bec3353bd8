//! Writes API keys to files, and to the digest.

use std::collections::BTreeMap;

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, none_or_below, short_or_long};
use bylaws_config::quote::scalar;
use bylaws_engine::desired::{ApiKey, Line, OpenWorkspace};
use bylaws_engine::{API_KEY, ApiKeyId, Desired, ObjectName, WorkspaceLabel};

/// Writes the keys that belong to no workspace, or nothing if there are none.
pub(crate) fn of_organization(page: &mut Page<'_>, desired: &Desired) {
    let Some(keys) = desired.api_keys.as_ref().filter(|keys| !keys.is_empty()) else { return };
    page.line(0, "api_keys", "");
    for (name, key) in keys {
        key_line(page, 2, &Line::of_object(None, API_KEY.object(), name.clone()), name, key);
    }
}

/// Writes the keys of a workspace.
pub(crate) fn in_workspace(page: &mut Page<'_>, label: &WorkspaceLabel, open: &OpenWorkspace) {
    if let Some(keys) = &open.api_keys {
        page.line(4, "api_keys", none_or_below(keys.is_empty()));
        for (name, key) in keys {
            key_line(page, 6, &Line::of_object(Some(label), API_KEY.object(), name.clone()), name, key);
        }
    }
}

fn key_line(page: &mut Page<'_>, indent: usize, line: &Line, name: &ObjectName, key: &ApiKey) {
    let id = key.id.as_ref().map(ApiKeyId::as_str);
    let value = short_or_long(&[("status", Some(key.status.as_str())), ("id", id)]);
    page.noted(indent, line, &scalar(name.as_str()), &value);
}

/// Hashes a section.
pub(crate) fn digest(form: &mut Form, keys: Option<&BTreeMap<ObjectName, ApiKey>>) {
    form.section(keys, |form, (name, key)| {
        form.word(name.as_str());
        form.word(key.status.as_str());
        form.maybe(key.id.as_ref().map(ApiKeyId::as_str));
    });
}
