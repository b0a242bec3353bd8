//! Members and invites at the service.

use bylaws_api::{self as api, Error, ErrorKind, Reader, UsersQuery, collect_all, invites, users};
use bylaws_engine::writer::{Entry, FailureKind, List};
use bylaws_engine::{Action, Email, Facts, InviteId, Kind, OrganizationRole, UserId, Write};
use futures::future::{BoxFuture, FutureExt, TryFutureExt};

use crate::call::Call;
use crate::live::{InviteStatus, LiveInvite, LivePeople, LiveUser};
use crate::remote::{Remote, time};
use crate::{INVITE, MEMBER};

/// The members of the organization.
pub(crate) struct Members;

/// The invites of the organization.
pub(crate) struct Invites;

impl Remote for Members {
    fn kind(&self) -> &'static Kind {
        &MEMBER
    }

    fn call(&self, write: &Write) -> Call {
        let id = api::UserId::new(write.target().unwrap_or_default());
        if write.action == Action::Remove {
            return Call::new(users::remove(&id), |gone| nothing(gone.id.as_str()));
        }
        Call::new(users::set_role(&id, &role(write)), |one| Entry::from(&user(&one)))
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = |users: Vec<_>| users.iter().map(|one| Entry::from(&user(one))).collect();
        collect_all(reader.users(UsersQuery::default())).map_ok(entries).boxed()
    }
}

impl Remote for Invites {
    fn kind(&self) -> &'static Kind {
        &INVITE
    }

    fn call(&self, write: &Write) -> Call {
        if let Some(id) = write.target() {
            return Call::new(invites::delete(&api::InviteId::new(id)), |gone| nothing(gone.id.as_str()));
        }
        let email = write.body.text("email").unwrap_or_default();
        Call::new(invites::create(email, &role(write)), |one| Entry::from(&invite(&one)))
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = |invites: Vec<_>| invites.iter().map(|one| Entry::from(&invite(one))).collect();
        collect_all(reader.invites()).map_ok(entries).boxed()
    }

    /// The service has no code for an invite that is not pending (`docs/service-behaviour.md#invites`).
    fn failure(&self, write: &Write, error: &Error) -> Option<FailureKind> {
        let is_unnamed = error.kind == ErrorKind::Refused && error.error_code().is_none();
        (is_unnamed && error.status == Some(400) && !write.creates()).then_some(FailureKind::NotThere)
    }
}

/// Returns what the answer to a removal shows.
fn nothing(id: &str) -> Entry {
    Entry { id: id.to_owned(), natural: String::new(), facts: Facts::default() }
}

fn role(write: &Write) -> api::OrganizationRole {
    api::OrganizationRole::from(write.body.text("role").unwrap_or_default())
}

/// Converts members and invites.
pub fn people(users: &[api::User], invites: &[api::Invite]) -> LivePeople {
    LivePeople {
        users: users.iter().map(|one| (UserId::new(one.id.as_str()), user(one))).collect(),
        invites: invites.iter().map(invite).collect(),
    }
}

/// Converts one member.
pub fn user(user: &api::User) -> LiveUser {
    LiveUser {
        id: UserId::new(user.id.as_str()),
        email: Email::live(&user.email),
        role: OrganizationRole::from_text(user.role.as_str()),
        added_at: time(&user.added_at),
    }
}

/// Converts one invite.
pub fn invite(invite: &api::Invite) -> LiveInvite {
    LiveInvite {
        id: InviteId::new(invite.id.as_str()),
        email: Email::live(&invite.email),
        role: OrganizationRole::from_text(invite.role.as_str()),
        status: InviteStatus::from_text(invite.status.as_str()),
        // A time that cannot be parsed sorts as the oldest and has no effect.
        invited_at: time(&invite.invited_at).unwrap_or(jiff::Timestamp::MIN),
        expires_at: time(&invite.expires_at),
        accepted_at: invite.accepted_at.as_ref().and_then(time),
    }
}
