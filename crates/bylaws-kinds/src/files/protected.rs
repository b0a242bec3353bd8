//! Reports addresses under `protect` that the files do not list, because a misspelled address protects nothing.
//! A live, unlisted object may be protected from a `remove` policy, which only a plan can check.

use std::collections::BTreeMap;

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_config::suggest::nearest;
use bylaws_engine::{Address, Email, ObjectKind, ObjectName, WorkspaceLabel};

use super::Context;
use crate::Desired;
use crate::desired::{Policy, Workspace};
use crate::files::rules;
use crate::objects::objects;
use crate::syntax::Scope;
use crate::workspace::approval::{find, may_be_pinned};

/// Maximum number of addresses to check, and of names to compare each with.
const MAX_ADDRESSES: usize = 1_000;
const MAX_NAMES: usize = 1_000;

/// Reports each protected address that names nothing in these files.
pub(super) fn report(cx: &mut Context, desired: &Desired, protected: &BTreeMap<Address, At>) {
    for (address, at) in protected.iter().take(MAX_ADDRESSES) {
        let Some(missing) = missing(desired, address) else { continue };
        let near = missing.near.map(|near| format!("did you mean {}? ", shown(&near))).unwrap_or_default();
        let message = format!("{} is not listed in these files", shown(&address.to_string()));
        cx.report(&rules::PROTECTS_NOTHING, *at, message)
            .label("protects nothing")
            .help(format!("{near}list {}, or correct or delete the address", missing.what));
    }
}

/// An object that the files do not list, and a similar listed name.
struct Missing {
    what: String,
    near: Option<String>,
}

fn missing(desired: &Desired, address: &Address) -> Option<Missing> {
    match address {
        Address::Organization | Address::UnknownWorkspaceMember(..) | Address::Section(_) => None,
        Address::Member(email) | Address::Invite(email) => person(desired, email),
        Address::Workspace(label) => workspace(desired, label).err(),
        Address::WorkspaceMember(label, email) => match workspace(desired, label) {
            Err(missing) => Some(missing),
            Ok(_) if desired.unlisted.of("workspace_members") == Policy::Remove => None,
            Ok(_) => person(desired, email),
        },
        Address::WorkspaceObject(label, kind, name) => match workspace(desired, label) {
            Err(missing) => Some(missing),
            Ok(found) => object(desired, kind, Scope::Workspace(label, found?.open()?), name),
        },
        Address::OrganizationObject(kind, name) => object(desired, kind, Scope::Organization(desired), name),
    }
}

fn person(desired: &Desired, email: &Email) -> Option<Missing> {
    let members = desired.members.as_ref().filter(|_| desired.unlisted.of("members") != Policy::Remove)?;
    let person = email.person();
    if members.contains_key(email) || members.keys().any(|listed| listed.person() == person) {
        return None;
    }
    let near = nearest(email.as_str(), members.keys().take(MAX_NAMES).map(Email::as_str));
    Some(Missing {
        what: format!("{} under `members`", shown(email.as_str())),
        near: near.map(str::to_owned),
    })
}

/// Returns the listed workspace with this label, name or id; `Ok(None)` if that cannot be decided from the files.
fn workspace<'d>(desired: &'d Desired, label: &WorkspaceLabel) -> Result<Option<&'d Workspace>, Missing> {
    let Some(listed) = &desired.workspaces else { return Ok(None) };
    let word = label.as_str();
    let found = find(desired, label);
    // Only a plan knows the live name of a pinned workspace.
    if found.is_some() || may_be_pinned(desired) {
        return Ok(found);
    }
    let labels = || listed.keys().take(MAX_NAMES).map(WorkspaceLabel::as_str);
    let near = nearest(word, labels()).or_else(|| only(labels().filter(|label| label.starts_with(word))));
    Err(Missing { what: format!("the workspace {}", shown(word)), near: near.map(str::to_owned) })
}

fn object(desired: &Desired, kind: &ObjectKind, scope: Scope<'_>, name: &ObjectName) -> Option<Missing> {
    let objects = objects(kind)?;
    if desired.unlisted.of(objects.section()) == Policy::Remove || objects.may_list(scope, name) {
        return None;
    }
    let listed = objects.entries(scope)?;
    let near = nearest(name.as_str(), listed.keys().take(MAX_NAMES).map(ObjectName::as_str));
    let named = if name.is_none() { String::new() } else { format!(" {}", shown(name.as_str())) };
    let what = format!("the {}{named}", kind.noun());
    Some(Missing { what, near: near.map(str::to_owned) })
}

fn only<'d>(mut names: impl Iterator<Item = &'d str>) -> Option<&'d str> {
    let first = names.next()?;
    names.next().is_none().then_some(first)
}
