//! What the line of a person becomes so that it says what is live.

use bylaws_engine::Email;

use crate::adopt::view::{Difference, View};
use crate::desired::{Desired, Member, WantedRole};
use crate::live::InviteStatus;

/// Adopts a member or a pending invite. The line of a person who is neither goes, with everything that names them.
pub(crate) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    email: &Email,
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let Some(members) = &mut wanted.members else { return refused() };
    let person = email.person();
    let users = view.people.users_like(email);
    let mut live = view.imported.members.iter().flatten();
    let live = live.find(|(email, _)| email.person() == person);
    let Some((listed, line)) = members.iter_mut().find(|(listed, _)| listed.person() == person) else {
        let Some((email, member)) = live else { return refused() };
        if users.len() > 1 || view.could_be.values().flatten().any(|other| other.person() == person) {
            return refused();
        }
        if !view.allows(email) {
            return Err("its domain is not allowed by `guards.allowed_domains`".to_owned());
        }
        members.insert(email.clone(), member.clone());
        return Ok(());
    };
    let is_pinned_elsewhere = line.id.as_ref().is_some_and(|id| match users {
        [] => view.people.user(id).is_some(),
        users => users.iter().any(|user| user.id != *id),
    });
    let is_other =
        live.is_some_and(|(live, _)| live != listed) || users.iter().any(|user| user.email != *listed);
    if users.len() > 1 || is_pinned_elsewhere || is_other {
        return refused();
    }
    match live {
        Some((_, Member { role, .. })) => {
            // The API cannot remove these roles, so such a line has no end.
            let until = line.until.filter(|_| !matches!(role, WantedRole::Held(_)));
            if let Some(until) = until.filter(|until| *until < view.basis.today) {
                return Err(format!("expired on {until}: write another `until`, or none"));
            }
            *line = Member { role: *role, until, id: line.id.take() };
            Ok(())
        }
        None if !users.is_empty() || is_invited(view, email) => refused(),
        None => match view.could_be.get(listed).and_then(|others| others.first()) {
            Some(other) => {
                Err(format!("may be live as {other} now: correct the address, or delete the line"))
            }
            None => {
                wanted.forget(&person);
                Ok(())
            }
        },
    }
}

fn is_invited(view: &View<'_>, email: &Email) -> bool {
    let mut invites = view.people.invites_to(email).iter();
    invites.any(|invite| matches!(invite.status, InviteStatus::Pending | InviteStatus::Unknown(_)))
}
