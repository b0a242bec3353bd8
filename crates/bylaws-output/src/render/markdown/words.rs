//! Changes in words and code spans: on their own, for a person, and for a workspace.

use std::collections::BTreeMap;

use bylaws_engine::{Action, Address, AddressForm, Class, ObjectKind, ObjectName, WorkspaceLabel};
use serde_json::{Map, Value};

use super::page::Piece;
use super::span::code;
use crate::document::live_name::LiveName;
use crate::document::origin::Origin;
use crate::document::plan::ChangeDocument;
use crate::render::change::{differing, value};

/// A change with its index in the plan.
#[derive(Clone)]
pub(super) struct Seen<'a> {
    pub(super) at: usize,
    pub(super) change: &'a ChangeDocument,
}

impl<'a> Seen<'a> {
    pub(super) fn all(changes: &'a [ChangeDocument]) -> Vec<Self> {
        changes.iter().enumerate().map(|(at, change)| Self { at, change }).collect()
    }

    /// Returns the role, or the status of a key, before and after.
    fn step(&self) -> String {
        format!("{} → {}", role(self.change.before.as_ref()), self.role())
    }

    fn was(&self) -> String {
        format!("was {}{}", role(self.change.before.as_ref()), self.ended())
    }

    fn ended(&self) -> String {
        self.change.expired.as_deref().map_or(String::new(), |day| format!(", expired on {}", code(day)))
    }

    fn workspace(&self, label: &WorkspaceLabel) -> String {
        called(&ObjectKind::WORKSPACE, label.as_str(), &self.change.live_names)
    }

    /// Returns every setting that changes; a status comes last, without its name.
    fn settings(&self) -> String {
        let has_status = self.change.after.as_ref().is_some_and(|after| after.contains_key("status"));
        if !has_status {
            return fields(self.change, None).join("; ");
        }
        let others = fields(self.change, Some("status")).into_iter();
        others.chain([self.step()]).collect::<Vec<_>>().join(", ")
    }

    /// Returns what is written behind an object that is created: a separator and its settings, if it has any.
    fn made(&self, separator: &str) -> String {
        let settings = self.settings();
        if settings.is_empty() { settings } else { format!("{separator}{settings}") }
    }

    /// Returns what is written behind an object that is removed: the values that it had, if it had any.
    fn had(&self) -> String {
        let values = self.change.before.iter().flat_map(BTreeMap::values);
        let values = values.map(shown).collect::<Vec<_>>().join(", ");
        if values.is_empty() { values } else { format!(", was {values}") }
    }

    fn permanently(&self) -> &'static str {
        if self.change.is(Class::Irreversible) { ", permanently" } else { "" }
    }

    /// Returns the role after the change.
    pub(super) fn role(&self) -> String {
        role(self.change.after.as_ref())
    }

    /// Returns the change in a few words, with its subject.
    pub(super) fn sentence(&self) -> String {
        let subject = subject(&self.change.address, &self.change.live_names);
        let (role, was) = (self.role(), self.was());
        match (*self.change.action, &self.change.address.0) {
            (Action::Invite, Address::Invite(_)) => format!("invite {subject} as {role}"),
            (Action::Revoke, Address::Invite(_)) => format!("withdraw the invite of {subject}, {was}"),
            (Action::Remove, Address::Member(_)) => format!("remove {subject}, {was}"),
            (Action::Update, Address::Member(_) | Address::WorkspaceMember(..)) => {
                format!("{subject}: {}{}", self.step(), self.ended())
            }
            (Action::Create, Address::WorkspaceMember(label, email)) => {
                format!("{} into {} as {role}", code(email.as_str()), self.workspace(label))
            }
            (Action::Remove, Address::WorkspaceMember(label, email)) => {
                format!("{} out of {}, {was}", code(email.as_str()), self.workspace(label))
            }
            (Action::Archive, Address::Workspace(_) | Address::OrganizationObject(..)) => {
                format!("archive {subject}, permanently")
            }
            (Action::Create, Address::Workspace(_)) => format!("create {subject}"),
            (Action::Update, Address::Workspace(_)) => {
                format!("{subject}: {}{}", fields(self.change, None).join("; "), self.permanently())
            }
            (Action::Update, Address::WorkspaceObject(..) | Address::OrganizationObject(..)) => {
                format!("{subject}: {}{}", self.settings(), self.permanently())
            }
            (Action::Create, Address::WorkspaceObject(..) | Address::OrganizationObject(..)) => {
                format!("create {subject}{}", self.made(": "))
            }
            (Action::Remove, Address::WorkspaceObject(..) | Address::OrganizationObject(..)) => {
                format!("remove the {subject}{}", self.had())
            }
            (action, address) => format!("{action} {}", code(&address.to_string())),
        }
    }

    /// Returns the effect on the person.
    pub(super) fn for_person(&self) -> String {
        let (role, was) = (self.role(), self.was());
        match (*self.change.action, &self.change.address.0) {
            (Action::Invite, Address::Invite(_)) => format!("invited as {role}"),
            (Action::Revoke, Address::Invite(_)) => format!("invite withdrawn ({was})"),
            (Action::Remove, Address::Member(_)) => format!("**removed** ({was})"),
            (Action::Update, Address::Member(_)) => format!("role {}{}", self.step(), self.ended()),
            (Action::Create, Address::WorkspaceMember(label, _)) => {
                format!("into {} as {role}", self.workspace(label))
            }
            (Action::Remove, Address::WorkspaceMember(label, _)) => {
                format!("out of {} ({was})", self.workspace(label))
            }
            (Action::Update, Address::WorkspaceMember(label, _)) => {
                format!("in {} {}{}", self.workspace(label), self.step(), self.ended())
            }
            _ => self.sentence(),
        }
    }

    /// Returns the effect on the workspace.
    pub(super) fn for_workspace(&self) -> Vec<String> {
        let one = match (*self.change.action, &self.change.address.0) {
            (Action::Archive, Address::Workspace(_)) => "**archived permanently**".to_owned(),
            (Action::Create, Address::Workspace(_)) => {
                let made = self.change.after.iter().flatten().filter(|(field, _)| *field != "name");
                let made = made.map(|(name, to)| format!("{} {}", field(name), shown(to)));
                return std::iter::once("**new**".to_owned()).chain(made).collect();
            }
            (Action::Update, Address::Workspace(_)) => return fields(self.change, None),
            (
                Action::Update,
                Address::WorkspaceObject(_, kind, name) | Address::OrganizationObject(kind, name),
            ) => {
                format!("{} {}", object(kind, name, &self.change.live_names), self.settings())
            }
            (Action::Create, Address::WorkspaceObject(_, kind, name)) => {
                format!("+ {}{}", object(kind, name, &self.change.live_names), self.made(" "))
            }
            (Action::Remove, Address::WorkspaceObject(_, kind, name)) => {
                format!("− {}{}", object(kind, name, &self.change.live_names), self.had())
            }
            (Action::Create, Address::WorkspaceMember(_, email)) => {
                format!("+ {} {}", code(email.as_str()), self.role())
            }
            (Action::Update, Address::WorkspaceMember(_, email)) => {
                format!("~ {} {}", code(email.as_str()), self.step())
            }
            (Action::Remove, Address::WorkspaceMember(_, email)) => {
                format!("− {} {}", code(email.as_str()), role(self.change.before.as_ref()))
            }
            _ => self.sentence(),
        };
        vec![one]
    }
}

/// Returns the object of an address, in words.
pub(super) fn subject(address: &Address, live_names: &[LiveName]) -> String {
    let workspace = |label: &WorkspaceLabel| called(&ObjectKind::WORKSPACE, label.as_str(), live_names);
    match address {
        Address::Organization => "the organization".to_owned(),
        Address::Section(section) => code(section.as_str()),
        Address::Member(email) | Address::Invite(email) => code(email.as_str()),
        Address::Workspace(label) => format!("workspace {}", workspace(label)),
        Address::WorkspaceMember(label, email) => format!("{} in {}", code(email.as_str()), workspace(label)),
        Address::UnknownWorkspaceMember(label, user) => {
            format!("{} in {}", code(user.as_str()), workspace(label))
        }
        Address::WorkspaceObject(label, kind, name) => {
            format!("{} in {}", object(kind, name, live_names), workspace(label))
        }
        Address::OrganizationObject(kind, name) if kind.form() == AddressForm::Place => {
            format!("{} of the organization", object(kind, name, live_names))
        }
        Address::OrganizationObject(kind, name) => object(kind, name, live_names),
    }
}

/// Returns an object in words, with its name if it has one.
fn object(kind: &ObjectKind, name: &ObjectName, live_names: &[LiveName]) -> String {
    let noun = kind.noun();
    if name.is_none() {
        noun.to_string()
    } else {
        format!("{noun} {}", called(kind, name.as_str(), live_names))
    }
}

/// Returns a name of the files, with the live name and id if they differ.
pub(super) fn called(kind: &ObjectKind, label: &str, live_names: &[LiveName]) -> String {
    let is_it = |live: &&LiveName| live.kind.as_str() == kind.as_str() && live.label == label;
    match live_names.iter().find(is_it) {
        Some(live) => format!("{} (= {}, {})", code(label), code(&live.name), code(&live.id)),
        None => code(label),
    }
}

/// Returns a line of a list about some changes.
pub(super) fn line<'a>(
    name: &str,
    phrases: &[String],
    changes: impl Iterator<Item = &'a &'a Seen<'a>>,
) -> Piece {
    let changes = changes.map(|seen| seen.at).collect();
    Piece { text: format!("- {name}: {}\n", phrases.join("; ")), changes }
}

/// Returns the position of a line, as a suffix.
pub(super) fn place(origin: Option<&Origin>) -> String {
    origin.map_or(String::new(), |origin| format!(" · {}", code(&format!("{}:{}", origin.file, origin.line))))
}

fn role(side: Option<&BTreeMap<String, Value>>) -> String {
    let fact =
        side.and_then(|facts| ["role", "workspace_role", "status"].iter().find_map(|name| facts.get(*name)));
    fact.map_or_else(|| "nothing".to_owned(), shown)
}

fn shown(fact: &Value) -> String {
    code(&value(fact))
}

/// Returns the changed settings: `before → after`, and for records each key that differs. One of them can be left out.
fn fields(change: &ChangeDocument, left_out: Option<&str>) -> Vec<String> {
    let before = |name: &str| change.before.as_ref().and_then(|before| before.get(name));
    let after = change.after.iter().flatten().filter(|(name, _)| Some(name.as_str()) != left_out);
    let fields = after.map(|(name, to)| match (before(name), to) {
        (Some(Value::Object(from)), Value::Object(to)) => {
            format!("{}: {}", field(name), keys(from, to).join(", "))
        }
        (Some(from), to) if name == "name" => format!("renamed {} → {}", shown(from), shown(to)),
        (Some(from), to) => format!("{} {} → {}", field(name), shown(from), shown(to)),
        (None, to) => format!("{} {}", field(name), shown(to)),
    });
    fields.collect()
}

/// Returns the name of a setting in our words.
fn field(name: &str) -> String {
    match name {
        "display_color" => "color".to_owned(),
        "data_residency" => "data residency".to_owned(),
        "tags" | "name" | "status" | "role" => name.to_owned(),
        other => code(other),
    }
}

/// The maximum number of keys of one record to name.
const KEYS: usize = 20;

fn keys(from: &Map<String, Value>, to: &Map<String, Value>) -> Vec<String> {
    let differing = differing(from, to);
    let more = differing.len().saturating_sub(KEYS);
    let steps = differing.iter().take(KEYS).map(|(name, from, to)| {
        let pair = |value: &Value| code(&format!("{name}: {}", self::value(value)));
        match (from, to) {
            (Some(from), Some(to)) => format!("{} → {}", pair(from), shown(to)),
            (Some(from), None) => format!("− {}", pair(from)),
            (None, to) => format!("+ {}", to.map_or(String::new(), pair)),
        }
    });
    steps.chain((more > 0).then(|| format!("and {more} more"))).collect()
}
