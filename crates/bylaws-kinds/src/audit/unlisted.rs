//! Audit rules about unlisted live objects, and their age.

use std::collections::BTreeMap;

use bylaws_engine::audit::rule::UNLISTED;
use bylaws_engine::audit::{Edit, Severity, Unseen, Value};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Action, Address, Change, Line, ObjectName, Plan};
use jiff::Timestamp;

use super::people::limit;
use super::{Auditor, Found, in_days, path};
use crate::live::InviteStatus;
use crate::objects::{OBJECTS, objects};
use crate::syntax::Place;

/// Returns the present value of what a change affects, as a word.
fn before(change: &Change) -> String {
    let facts = change.before.iter().flat_map(|facts| facts.0.values());
    facts.map(ToString::to_string).next().unwrap_or_default()
}

impl<'a> Auditor<'a> {
    /// Finds what the plan reports as unlisted and what it would remove for being unlisted.
    pub(super) fn unlisted(&self, plan: Option<&Plan>, found: &mut Found) {
        let Some(limit) = limit(self.desired.audit.unlisted_days) else { return };
        let Some(plan) = plan else { return found.not_seen(&[&UNLISTED], Unseen::Plan) };
        let is_by_policy = |change: &&Change| matches!(change.line, Some(Line::Unlisted(_)));
        let goes = plan.changes.iter().filter(is_by_policy).map(|change| {
            let next = match change.action {
                Action::Revoke => "; the next apply withdraws it",
                Action::Update => "; the next apply switches it off",
                _ => "; the next apply removes it",
            };
            (change.address.clone(), before(change), next)
        });
        let stays = plan.unlisted.iter().map(|item| (item.address.clone(), item.reason.bare(), ""));
        let known = self.known();
        for (address, what, next) in stays.chain(goes) {
            let (born, word) = known.get(&address).copied().unwrap_or_default();
            let age = self.age(born);
            let how_long = age.map_or_else(|| "age unknown".into(), |age| text!("for {}", in_days(age)));
            let message = text!("not in the files, {}{}", how_long, Text::from(next));
            let edit = listing(&address, word);
            let finding = found.add(&UNLISTED, address, message);
            if age.is_none_or(|age| age <= limit) {
                finding.severity = Severity::Note;
            }
            if !what.is_empty() {
                finding.evidence.push(("live", what));
            }
            finding.evidence.extend(age.map(|age| ("age", in_days(age).to_string())));
            finding.edit = edit;
        }
    }

    /// Returns the creation time of the objects with each address, the oldest one if several share it; and the role
    /// or status that lists it as it is, if that is one word.
    fn known(&self) -> BTreeMap<Address, (Option<Timestamp>, Option<&'a str>)> {
        let mut known: BTreeMap<Address, (Option<Timestamp>, Option<&'a str>)> = BTreeMap::new();
        let mut add = |address, born: Option<Timestamp>, word| {
            let (oldest, _) = known.entry(address).or_insert((born, word));
            *oldest = (*oldest).into_iter().chain(born).min();
        };
        for user in self.people.users() {
            add(Address::Member(user.email.clone()), user.added_at, Some(user.role.as_str()));
        }
        for (_, invites) in self.people.invited() {
            for invite in invites.iter().filter(|invite| invite.status == InviteStatus::Pending) {
                add(
                    Address::Invite(invite.email.clone()),
                    Some(invite.invited_at),
                    Some(invite.role.as_str()),
                );
            }
        }
        for workspace in self.workspaces.all().filter(|workspace| !workspace.archived) {
            let label = self.label(workspace);
            let members = self.live.workspace_members.get(&workspace.id).into_iter().flatten();
            for (user, role) in members {
                let Some(user) = self.people.user(user) else { continue };
                let address = Address::WorkspaceMember(label.clone(), user.email.clone());
                add(address, None, Some(role.as_str()));
            }
            add(Address::Workspace(label), workspace.created_at, None);
        }
        for objects in OBJECTS {
            for object in objects.live(self.live).into_iter().flatten() {
                let workspace = object.workspace.map(|id| self.workspaces.get(id));
                let label = match workspace {
                    None => None,
                    Some(Some(workspace)) => Some(self.label(workspace)),
                    Some(None) => continue,
                };
                let name = ObjectName::new(object.name);
                let address = Address::of_object(label.as_ref(), objects.kind().object(), name);
                add(address, object.created_at, object.status);
            }
        }
        known
    }
}

/// Returns the edit that would list it as it is, with its role or status.
fn listing(address: &Address, word: Option<&str>) -> Option<Edit> {
    let word = || word.map(|word| Value::Word(word.to_owned()));
    Some(match address {
        Address::Member(email) | Address::Invite(email) => {
            Edit::Write(path(["members", email.as_str()]), word()?)
        }
        Address::Workspace(label) => Edit::Write(path(["workspaces", label.as_str()]), Value::Empty),
        Address::WorkspaceMember(label, email) => {
            Edit::Write(path(["workspaces", label.as_str(), "members", email.as_str()]), word()?)
        }
        Address::WorkspaceObject(..) | Address::OrganizationObject(..) => {
            let (kind, name) = address.object()?;
            let place = address.workspace().map_or(Place::Organization, Place::of);
            let section = path(objects(kind)?.path(place, name));
            let within = address.workspace().map(|label| path(["workspaces", label.as_str()]));
            Edit::Write(within.into_iter().flatten().chain(section).collect(), word()?)
        }
        Address::Organization | Address::UnknownWorkspaceMember(..) | Address::Section(_) => return None,
    })
}
