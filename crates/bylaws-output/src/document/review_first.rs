//! The "Review first" entries of every output, as a document: kind and address for programs, a sentence for people.

use bylaws_engine::review_first::{About, ReviewFirst, ReviewKind};
use bylaws_engine::{Action, Address, Change, Class, Fact, Facts, Item, Plan, Waiting, WorkspaceLabel};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::live_name::{LiveName, plain as name, suffix};
use super::origin::{Origin, Positions};
use super::word::Word;

/// One entry that a reviewer must see first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewDocument {
    /// `irreversible`, `member_removal`, `raise`, `workspace_admin`, `look_alike`, `last_active_key`, `blocked`,
    /// `no_workspace_admin`, `outside_allowed_domains`, `loosened_guard`, `widen`, `money`, `audit` or `egress`.
    pub kind: Word<ReviewKind>,
    /// The address of the entry; `organization` for a guard.
    pub address: Word<Address>,
    /// The `id` of the change; absent if it is not about a change of this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The names of the files in it that differ from the live ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub live_names: Vec<LiveName>,
    /// The effect, in one sentence.
    pub reason: String,
    /// The line that causes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl ReviewDocument {
    pub(super) fn all(plan: &Plan, positions: Positions<'_>) -> Vec<Self> {
        plan.review_first().iter().map(|entry| Self::of(plan, entry, positions)).collect()
    }

    fn of(plan: &Plan, entry: &ReviewFirst<'_>, positions: Positions<'_>) -> Self {
        let (address, change, reason, line) = match entry.about {
            About::Change(change) => {
                (change.address.clone(), Some(change), of_change(change), change.line.clone())
            }
            About::Waiting(waiting) => {
                (waiting.address.clone(), None, of_waiting(waiting), waiting.line.clone())
            }
            About::LookAlike(change, other) => {
                (change.address.clone(), Some(change), of_look_alike(change, other), change.line.clone())
            }
            About::LastKey(change, label) => {
                (change.address.clone(), Some(change), of_last_key(change, label), change.line.clone())
            }
            About::Item(item) => (item.address.clone(), None, of_item(item), item.line.clone()),
            About::Guard(loosened) => (
                Address::Organization,
                None,
                format!("guard loosened: {}", loosened.text),
                Some(bylaws_engine::Line::Guard(loosened.guard)),
            ),
        };
        let live_names = match change {
            Some(change) => LiveName::in_change(plan, change),
            None => LiveName::of(plan, &address),
        };
        Self {
            kind: Word(entry.kind),
            address: Word(address),
            change: change.map(|change| change.id.to_string()),
            reason: format!("{reason}{}", suffix(&live_names)),
            live_names,
            origin: positions.of(line.as_ref()),
        }
    }
}

fn of_change(change: &Change) -> String {
    let before = change.before.as_ref().and_then(role);
    let after = change.after.as_ref().and_then(role);
    let was = before.as_ref().map_or(String::new(), |role| format!(" (was {role})"));
    let subject = subject(&change.address);
    match (change.action, &change.address, before.as_ref(), after) {
        (Action::Archive, Address::Workspace(_), ..) => format!("{subject} is archived permanently"),
        (Action::Update, Address::WorkspaceObject(..) | Address::OrganizationObject(..), ..)
            if change.is(Class::Irreversible) =>
        {
            format!("{subject} is archived permanently")
        }
        (Action::Update, Address::WorkspaceObject(..) | Address::OrganizationObject(..), ..) => {
            format!("{subject}: {}", steps(change))
        }
        (Action::Remove, Address::Member(_), ..) => {
            format!("{subject} is removed from the organization{was}")
        }
        (_, Address::WorkspaceMember(label, _), _, Some(to)) if to == "workspace_admin" => {
            format!("{subject} becomes {to} of {}{was}", name(label.as_str()))
        }
        (Action::Update, Address::WorkspaceMember(label, _), Some(from), Some(to)) => {
            format!("{subject} changes from {from} to {to} in {} (increases access)", name(label.as_str()))
        }
        (Action::Update, Address::Member(_), Some(from), Some(to)) => {
            format!("{subject} changes from {from} to {to} (increases access)")
        }
        _ => change.id.to_string(),
    }
}

fn of_waiting(waiting: &Waiting) -> String {
    match (&waiting.address, role(&waiting.after)) {
        (Address::WorkspaceMember(label, email), Some(to)) => {
            let email = name(email.as_str());
            format!("{email} becomes {to} of {} once the invite is accepted", name(label.as_str()))
        }
        _ => format!("{} {} later: {}", waiting.action, waiting.address, waiting.reason),
    }
}

fn of_look_alike(change: &Change, other: &str) -> String {
    let subject = subject(&change.address);
    match (change.action, &change.address) {
        (Action::Invite, _) => {
            format!(
                "{subject} is invited and is easily mistaken for {}; check that they are two people",
                name(other)
            )
        }
        (Action::Create, _) => format!("{subject} is created and is easily mistaken for {}", name(other)),
        _ => format!("{subject} is renamed and is easily mistaken for {}", name(other)),
    }
}

fn of_last_key(change: &Change, label: &WorkspaceLabel) -> String {
    let label = name(label.as_str());
    match (&change.address, change.address.email()) {
        (Address::WorkspaceObject(_, kind, key), _) => {
            format!("{} {} stops working; no active key is left in {label}", kind.noun(), name(key.as_str()))
        }
        (_, Some(email)) => {
            format!("no active key is left in {label} once {} is removed", name(email.as_str()))
        }
        _ => format!("no active key is left in {label}"),
    }
}

fn of_item(item: &Item) -> String {
    match (item.review, &item.address) {
        (Some(ReviewKind::OutsideAllowedDomains), Address::Member(email)) => {
            let (who, domain) = (name(email.as_str()), name(email.domain().as_str()));
            format!("{who} is not in the files, and {domain} is not in allowed_domains")
        }
        (Some(ReviewKind::OutsideAllowedDomains), Address::Invite(email)) => {
            let (who, domain) = (name(email.as_str()), name(email.domain().as_str()));
            format!(
                "{who} has a pending invite that is not in the files, and {domain} is not in allowed_domains"
            )
        }
        (_, address) => format!("{}: {}", subject(address), item.reason),
    }
}

fn role(facts: &Facts) -> Option<String> {
    ["role", "workspace_role"].iter().find_map(|field| facts.0.get(field)).map(ToString::to_string)
}

/// Returns every field that changes, with both values.
fn steps(change: &Change) -> String {
    let before = |field: &str| change.before.as_ref().and_then(|before| before.0.get(field));
    let step = |(field, after): (&&str, &Fact)| match before(field) {
        Some(before) => format!("{field} {} → {}", name(&before.to_string()), name(&after.to_string())),
        None => format!("{field} {}", name(&after.to_string())),
    };
    let after = change.after.iter().flat_map(|after| &after.0);
    after.map(step).collect::<Vec<_>>().join(", ")
}

/// Returns the object of an address, in words.
fn subject(address: &Address) -> String {
    match address {
        Address::Organization => "the organization".to_owned(),
        Address::Section(section) => section.to_string(),
        Address::Member(email) | Address::Invite(email) | Address::WorkspaceMember(_, email) => {
            name(email.as_str())
        }
        Address::Workspace(label) => format!("workspace {}", name(label.as_str())),
        Address::UnknownWorkspaceMember(_, user) => user.to_string(),
        Address::WorkspaceObject(label, kind, object) => {
            format!("{} {} in {}", kind.noun(), name(object.as_str()), name(label.as_str()))
        }
        Address::OrganizationObject(kind, object) => {
            format!("{} {} of the organization", kind.noun(), name(object.as_str()))
        }
    }
}
