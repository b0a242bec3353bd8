//! Audit rules about unlisted live objects, and their age.

use std::collections::BTreeMap;

use bylaws_engine::audit::rule::UNLISTED;
use bylaws_engine::audit::{Edit, Severity, Unseen, Value};
use bylaws_engine::{Action, Address, Change, Email, Line, ObjectName, Plan};
use jiff::Timestamp;

use super::people::limit;
use super::{Auditor, in_days, path};
use crate::live::InviteStatus;
use crate::objects::{OBJECTS, objects};

/// Returns the present value of what a change affects, as a word.
fn before(change: &Change) -> String {
    let facts = change.before.iter().flat_map(|facts| facts.0.values());
    facts.map(ToString::to_string).next().unwrap_or_default()
}

impl Auditor<'_> {
    /// Finds what the plan reports as unlisted and what it would remove for being unlisted.
    pub(crate) fn unlisted(&mut self, plan: Option<&Plan>) {
        let Some(limit) = limit(self.desired.audit.unlisted_days) else { return };
        let Some(plan) = plan else { return self.not_seen(&[&UNLISTED], Unseen::Plan) };
        let is_by_policy = |change: &&Change| matches!(change.line, Some(Line::Unlisted(_)));
        let goes = plan.changes.iter().filter(is_by_policy).map(|change| {
            let word = match change.action {
                Action::Revoke => "withdraws it",
                Action::Update => "switches it off",
                _ => "removes it",
            };
            (change.address.clone(), before(change), format!("; the next apply {word}"))
        });
        let stays =
            plan.unlisted.iter().map(|item| (item.address.clone(), item.reason.clone(), String::new()));
        let ages = self.births();
        for (address, what, next) in stays.chain(goes) {
            let born = ages.get(&address).copied().flatten();
            let age = self.age(born);
            let how_long =
                age.map_or_else(|| "age unknown".to_owned(), |age| format!("for {}", in_days(age)));
            let message = format!("not in the files, {how_long}{next}");
            let edit = self.listing(&address, &what);
            let finding = self.find(&UNLISTED, address, message);
            if age.is_none_or(|age| age <= limit) {
                finding.severity = Severity::Note;
            }
            if !what.is_empty() {
                finding.evidence.push(("live", what));
            }
            finding.evidence.extend(age.map(|age| ("age", in_days(age))));
            finding.edit = edit;
        }
    }

    /// Returns the creation time of the objects with each address; the oldest one if several share it.
    fn births(&self) -> BTreeMap<Address, Option<Timestamp>> {
        let mut births: BTreeMap<Address, Option<Timestamp>> = BTreeMap::new();
        let mut add = |address: Address, born: Option<Timestamp>| {
            let known = births.entry(address).or_insert(born);
            *known = match (*known, born) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        for user in self.people.users() {
            add(Address::Member(user.email.clone()), user.added_at);
        }
        for (_, invites) in self.people.invited() {
            for invite in invites.iter().filter(|invite| invite.status == InviteStatus::Pending) {
                add(Address::Invite(invite.email.clone()), Some(invite.invited_at));
            }
        }
        for workspace in self.workspaces.all().filter(|workspace| !workspace.archived) {
            let label = self.label(workspace);
            add(Address::Workspace(label), workspace.created_at);
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
                add(Address::of_object(label.as_ref(), objects.kind().object(), name), object.created_at);
            }
        }
        births
    }

    /// Returns the edit that would list it as it is.
    fn listing(&self, address: &Address, what: &str) -> Option<Edit> {
        let word = |text: &str| Value::Word(text.to_owned());
        let role = |email: &Email| {
            let user = self.people.users_like(email).first()?;
            Some(user.role.to_string())
        };
        let first = what.split([',', ':', ' ']).next().unwrap_or_default();
        Some(match address {
            Address::Member(email) => Edit::Write(path(["members", email.as_str()]), word(&role(email)?)),
            Address::Invite(email) => {
                let invite = self.people.invites_to(email).first()?;
                Edit::Write(path(["members", email.as_str()]), word(invite.role.as_str()))
            }
            Address::Workspace(label) => Edit::Write(path(["workspaces", label.as_str()]), Value::Empty),
            Address::WorkspaceMember(label, email) => {
                Edit::Write(path(["workspaces", label.as_str(), "members", email.as_str()]), word(first))
            }
            Address::WorkspaceObject(..) | Address::OrganizationObject(..) => {
                let (kind, name) = address.object()?;
                let objects = objects(kind).filter(|objects| objects.is_status_alone())?;
                let section = path([objects.section(), name.as_str()]);
                let within = address.workspace().map(|label| path(["workspaces", label.as_str()]));
                Edit::Write(within.into_iter().flatten().chain(section).collect(), word(first))
            }
            Address::Organization | Address::UnknownWorkspaceMember(..) | Address::Section(_) => return None,
        })
    }
}
