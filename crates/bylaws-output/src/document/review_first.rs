//! The "Review first" entries of every output, as a document: kind and address for programs, a sentence for people.

use bylaws_engine::review_first::{About, ReviewFirst, ReviewKind};
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{
    Action, Address, AddressForm, Change, Class, Fact, Facts, Item, Line, LiveWorkspaceRole, ObjectKind,
    ObjectName, OrganizationRole, Plan, Waiting, WorkspaceLabel,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::live_name::{LiveName, with_names};
use super::origin::{Origin, Positions};
use super::word::Word;

/// One entry that a reviewer must see first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewDocument {
    /// `irreversible`, `member_removal`, `raise`, `workspace_admin`, `look_alike`, `last_active_key`, `blocked`,
    /// `no_workspace_admin`, `outside_allowed_domains`, `loosened_guard`, `widen`, `money`, `throttle`, `audit` or `egress`.
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
    pub reason: Word<Text>,
    /// The line that causes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl ReviewDocument {
    pub(super) fn all(plan: &Plan, positions: Positions<'_>) -> Vec<Self> {
        plan.review_first().iter().map(|entry| Self::of(plan, entry, positions)).collect()
    }

    fn of<'p>(plan: &'p Plan, entry: &ReviewFirst<'p>, positions: Positions<'_>) -> Self {
        let of = |change: &'p Change, reason| (&change.address, Some(change), reason, change.line.as_ref());
        let guard;
        let (address, change, reason, line) = match entry.about {
            About::Change(change) if entry.kind == ReviewKind::UndoesDrift => {
                of(change, text!("{} also undoes a change made outside git", change.id))
            }
            About::Change(change) => of(change, of_change(change)),
            About::LookAlike(change, other) => of(change, of_look_alike(change, other)),
            About::LastKey(change, label) => of(change, of_last_key(change, label)),
            About::Waiting(waiting) => (&waiting.address, None, of_waiting(waiting), waiting.line.as_ref()),
            About::Item(item) => (&item.address, None, of_item(item), item.line.as_ref()),
            About::Guard(loosened) => {
                guard = Line::Guard(loosened.guard);
                (&Address::Organization, None, text!("guard loosened: {}", loosened.text), Some(&guard))
            }
        };
        let live_names = match change {
            Some(change) => LiveName::in_change(plan, change),
            None => LiveName::of(plan, address),
        };
        Self {
            kind: Word(entry.kind),
            address: Word(address.clone()),
            change: change.map(|change| change.id.to_string()),
            reason: with_names(&reason, &live_names),
            live_names,
            origin: positions.of(line),
        }
    }
}

fn of_change(change: &Change) -> Text {
    let before = change.before.as_ref().and_then(role);
    let after = change.after.as_ref().and_then(role);
    let was = before.as_ref().map_or_else(Text::default, |role| text!(" (was {})", role));
    let subject = subject(&change.address);
    match (change.action, &change.address, before.as_ref(), after) {
        (Action::Archive, Address::Workspace(_) | Address::OrganizationObject(..), ..)
        | (Action::Update, Address::WorkspaceObject(..) | Address::OrganizationObject(..), ..)
            if change.is(Class::Irreversible) =>
        {
            text!("{} is archived permanently", subject)
        }
        (Action::Create | Action::Update, Address::Workspace(_), ..) if change.is(Class::Irreversible) => {
            text!("{}: {}, permanently", subject, steps(change))
        }
        (Action::Update, Address::WorkspaceObject(..) | Address::OrganizationObject(..), ..) => {
            text!("{}: {}", subject, steps(change))
        }
        (Action::Create, Address::WorkspaceObject(..) | Address::OrganizationObject(..), ..) => {
            match steps(change) {
                // Only what a rule is enabled for has no fields.
                steps if steps.is_empty() => text!("{} is enabled", subject),
                steps => text!("{} is created ({})", subject, steps),
            }
        }
        (Action::Remove, Address::WorkspaceObject(..) | Address::OrganizationObject(..), ..) => {
            let before = change.before.iter().flat_map(|before| before.0.values());
            text!("{} is removed (was {})", subject, Text::joined(before, ", "))
        }
        (Action::Remove, Address::Member(_), ..) => {
            text!("{} is removed from the organization{}", subject, was)
        }
        (_, Address::WorkspaceMember(label, _), _, Some(to)) if change.makes_admin() => {
            text!("{} becomes {} of {}{}", subject, to, label, was)
        }
        (Action::Update, Address::WorkspaceMember(label, _), Some(from), Some(to)) => {
            text!("{} changes from {} to {} in {} (increases access)", subject, from, to, label)
        }
        (Action::Update, Address::Member(_), Some(from), Some(to)) => {
            text!("{} changes from {} to {} (increases access)", subject, from, to)
        }
        _ => change.id.say(),
    }
}

fn of_waiting(waiting: &Waiting) -> Text {
    match (&waiting.address, role(&waiting.after)) {
        (Address::WorkspaceMember(label, email), Some(to)) => {
            text!("{} becomes {} of {} once the invite is accepted", email, to, label)
        }
        _ => text!("{} {} later: {}", waiting.action, waiting.address, waiting.reason),
    }
}

fn of_look_alike(change: &Change, other: &str) -> Text {
    let subject = subject(&change.address);
    match (change.action, &change.address) {
        (Action::Invite, _) => {
            text!(
                "{} is invited and is easily mistaken for {}; check that they are two people",
                subject,
                other
            )
        }
        (Action::Create, _) => text!("{} is created and is easily mistaken for {}", subject, other),
        _ => text!("{} is renamed and is easily mistaken for {}", subject, other),
    }
}

fn of_last_key(change: &Change, label: &WorkspaceLabel) -> Text {
    match (&change.address, change.address.email()) {
        (Address::WorkspaceObject(_, kind, key), _) => {
            text!("{} {} stops working; no active key is left in {}", kind.noun(), key, label)
        }
        (_, Some(email)) => {
            text!("no active key is left in {} once {} is removed", label, email)
        }
        _ => text!("no active key is left in {}", label),
    }
}

fn of_item(item: &Item) -> Text {
    match (item.review, &item.address) {
        (Some(ReviewKind::OutsideAllowedDomains), Address::Member(email)) => {
            text!("{} is not in the files, and {} is not in `allowed_domains`", email, email.domain())
        }
        (Some(ReviewKind::OutsideAllowedDomains), Address::Invite(email)) => {
            text!(
                "{} has a pending invite that is not in the files, and {} is not in `allowed_domains`",
                email,
                email.domain()
            )
        }
        (_, address) => text!("{}: {}", subject(address), item.reason),
    }
}

fn role(facts: &Facts) -> Option<Text> {
    let of_organization = facts.text("role").map(|role| OrganizationRole::from_text(role).say());
    of_organization.or_else(|| Some(LiveWorkspaceRole::from_text(facts.text("workspace_role")?).say()))
}

/// Returns every field that changes, with both values.
fn steps(change: &Change) -> Text {
    let before = |field: &str| change.before.as_ref().and_then(|before| before.0.get(field));
    let step = |(field, after): (&&str, &Fact)| match before(field) {
        Some(before) => text!("{} {} → {}", field, before, after),
        None => text!("{} {}", field, after),
    };
    let after = change.after.iter().flat_map(|after| &after.0);
    Text::joined(after.map(step), ", ")
}

/// Returns the object of an address, in words.
fn subject(address: &Address) -> Text {
    match address {
        Address::Organization => "the organization".into(),
        Address::Section(section) => section.as_str().say(),
        Address::Member(email) | Address::Invite(email) | Address::WorkspaceMember(_, email) => email.say(),
        Address::Workspace(label) => text!("workspace {}", label),
        Address::UnknownWorkspaceMember(_, user) => user.say(),
        Address::WorkspaceObject(label, kind, object) => {
            text!("{} in {}", named(kind, object), label)
        }
        Address::OrganizationObject(kind, object) if kind.form() == AddressForm::Place => {
            text!("{} of the organization", named(kind, object))
        }
        Address::OrganizationObject(kind, object) => named(kind, object),
    }
}

/// Returns an object in words, with its name if it has one.
fn named(kind: &ObjectKind, name: &ObjectName) -> Text {
    if name.is_none() { kind.noun() } else { text!("{} {}", kind.noun(), name) }
}
