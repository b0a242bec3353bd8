//! Why no plan of these files can contain a change of a member or invite.

use bylaws_config::shown::shown;
use bylaws_engine::{Action, Email};

use crate::Desired;
use crate::desired::{Member, Policy, WantedRole};

/// Returns why a change of an invite can never be in a plan, or `None` if it can.
pub(crate) fn invite(desired: &Desired, action: Action, email: &Email) -> Option<String> {
    let entry = listed(desired, email);
    let who = shown(email.as_str());
    match action {
        Action::Invite => match entry {
            Some(Member { role: WantedRole::Settable(_), .. }) => None,
            Some(_) => Some(format!("{who} is listed with a role that an invite cannot give")),
            None => Some(format!("{who} is not listed under `members`")),
        },
        Action::Revoke => match entry {
            Some(Member { role: WantedRole::Held(_), .. }) => {
                Some(format!("{who} is listed with a role that the API cannot remove"))
            }
            Some(_) => None,
            None => unlisted_person(desired, &who),
        },
        Action::Create | Action::Update | Action::Remove | Action::Archive => {
            Some("an invite can only be sent (`invite`) or withdrawn (`revoke`)".to_owned())
        }
    }
}

/// Returns why a change of a member can never be in a plan, or `None` if it can.
pub(crate) fn member(desired: &Desired, action: Action, email: &Email) -> Option<String> {
    let entry = listed(desired, email);
    let who = shown(email.as_str());
    match action {
        Action::Update => match entry {
            Some(Member { role: WantedRole::Settable(_), .. }) => None,
            Some(_) => Some(format!("{who} is not listed with a role that can be assigned")),
            None => Some(format!("{who} is not listed under `members`")),
        },
        Action::Remove => match entry {
            Some(Member { role: WantedRole::Held(_), .. }) => {
                Some(format!("{who} is listed with a role that the API cannot remove"))
            }
            Some(Member { role: WantedRole::Settable(_), until: None, .. }) => {
                Some(format!("{who} is listed without an end date"))
            }
            Some(_) => None,
            None => unlisted_person(desired, &who),
        },
        Action::Invite => Some(format!("write `invite invite/{email}`: invites have their own addresses")),
        Action::Revoke => Some(format!("write `revoke invite/{email}`: invites have their own addresses")),
        Action::Create | Action::Archive => {
            Some("a member can only be changed (`update`) or removed (`remove`)".to_owned())
        }
    }
}

fn unlisted_person(desired: &Desired, who: &str) -> Option<String> {
    match (&desired.members, desired.unlisted.of("members")) {
        (None, _) => Some("there is no `members` section".to_owned()),
        (Some(_), Policy::Remove) => None,
        (Some(_), Policy::Report | Policy::Ignore) => {
            Some(format!("{who} is not listed, and `unlisted.members` is not `remove`"))
        }
    }
}

fn listed<'d>(desired: &'d Desired, email: &Email) -> Option<&'d Member> {
    desired.members.as_ref()?.get(email)
}
