//! Why no plan of these files can contain a change of a member or invite.

use bylaws_config::shown::shown;
use bylaws_engine::{Action, Email};

use crate::Desired;
use crate::desired::{Policy, WantedRole};

/// Returns why a change of an invite can never be in a plan, or `None` if it can.
pub(crate) fn invite(desired: &Desired, action: Action, email: &Email) -> Option<String> {
    let who = shown(email.as_str());
    match (action, listed(desired, email)) {
        (Action::Invite, Some(WantedRole::Settable(_))) => None,
        (Action::Invite, Some(_)) => Some(format!("{who} is listed with a role that an invite cannot give")),
        (Action::Invite, None) => Some(format!("{who} is not listed under `members`")),
        (Action::Revoke, role) => kept(desired, role, &who),
        (Action::Create | Action::Update | Action::Remove | Action::Archive, _) => {
            Some("an invite can only be sent (`invite`) or withdrawn (`revoke`)".to_owned())
        }
    }
}

/// Returns why a change of a member can never be in a plan, or `None` if it can.
pub(crate) fn member(desired: &Desired, action: Action, email: &Email) -> Option<String> {
    let who = shown(email.as_str());
    match (action, listed(desired, email)) {
        (Action::Update, Some(WantedRole::Settable(_))) => None,
        (Action::Update, Some(_)) => Some(format!("{who} is not listed with a role that can be assigned")),
        (Action::Update, None) => Some(format!("{who} is not listed under `members`")),
        (Action::Remove, Some(WantedRole::Settable(_))) if has_no_end(desired, email) => {
            Some(format!("{who} is listed without an end date"))
        }
        (Action::Remove, role) => kept(desired, role, &who),
        (Action::Invite | Action::Revoke, _) => {
            Some(format!("write `{action} invite/{email}`: invites have their own addresses"))
        }
        (Action::Create | Action::Archive, _) => {
            Some("a member can only be changed (`update`) or removed (`remove`)".to_owned())
        }
    }
}

/// Returns why a plan does not remove a person.
fn kept(desired: &Desired, role: Option<WantedRole>, who: &str) -> Option<String> {
    match (role, &desired.members, desired.unlisted.of("members")) {
        (Some(WantedRole::Held(_)), ..) => {
            Some(format!("{who} is listed with a role that the API cannot remove"))
        }
        (Some(_), ..) | (None, Some(_), Policy::Remove) => None,
        (None, None, _) => Some("there is no `members` section".to_owned()),
        (None, Some(_), Policy::Report | Policy::Ignore) => {
            Some(format!("{who} is not listed, and `unlisted.members` is not `remove`"))
        }
    }
}

fn listed(desired: &Desired, email: &Email) -> Option<WantedRole> {
    Some(desired.members.as_ref()?.get(email)?.role)
}

fn has_no_end(desired: &Desired, email: &Email) -> bool {
    let line = desired.members.as_ref().and_then(|members| members.get(email));
    line.is_some_and(|line| line.until.is_none())
}
