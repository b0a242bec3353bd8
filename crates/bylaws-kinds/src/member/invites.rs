//! People who are not members: invited, waited for, invited again, or left alone. An invite cannot be
//! changed (`docs/service-behaviour.md#invites`): it is withdrawn and sent again.

use std::collections::BTreeSet;

use bylaws_engine::draft::Phase;
use bylaws_engine::guards::Pair;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, ChangeId, Class, Email, Fact, Facts, Kind, Line, OrganizationRole, SettableRole,
    Waiting, Write,
};
use jiff::civil::Date;

use crate::live::{InviteStatus, LiveInvite};
use crate::member::identities::Standing;
use crate::member::wish::{Wish, with_expiry};
use crate::plan::Planner;
use crate::readings::person_key;

/// Invites; a member of the organization cannot be invited.
pub static INVITE: Kind = Kind {
    one_at_a_time: true,
    in_use: Some(("status", "pending")),
    identified_by: &["email"],
    ..Kind::new("invite", &["invites", "users"])
};

impl<'a> Planner<'a> {
    /// The newest invite that is not deleted decides; an older one that is still pending can still be
    /// accepted, and prevents another one.
    pub(crate) fn plan_absent(&mut self, email: &Email, wish: Wish) -> Standing {
        let invites: Vec<&'a LiveInvite> = self.people.invites_to(email).to_vec();
        let status = invites.first().map(|invite| &invite.status);
        let reason = match (status, wish) {
            (Some(InviteStatus::Unknown(text)), _) => text!(
                "their newest invite is `{}`, a status that this version does not know: check the Console",
                text
            ),
            (Some(InviteStatus::Accepted), Wish::Role(role)) => {
                return self.invite_back(email, wish, role, &invites);
            }
            _ if is_pending(&invites) => return self.plan_pending(email, wish, &invites),
            (_, Wish::Held(role)) => text!(
                "not a member, and the API cannot invite with the role `{}`: invite them and grant it in \
                 the Console",
                role
            ),
            (_, Wish::Out { .. }) => {
                self.note_nobody(Address::Member(email.clone()), email, Some(Line::Member(email.clone())));
                return Standing::Out;
            }
            (status, Wish::Role(role)) => {
                let since = invites.iter().take_while(|invite| invite.status != InviteStatus::Accepted);
                let expired = since.filter(|invite| invite.status == InviteStatus::Expired).count();
                if status != Some(&InviteStatus::Expired) || expired < 2 {
                    return self.invite(email, role, Vec::new());
                }
                "never accepted: two invites expired; ask them, then invite them in the Console or delete \
                 the line"
                    .into()
            }
        };
        self.block_member(email, wish, reason)
    }

    /// They were a member before: access that was removed is never given back automatically.
    fn invite_back(
        &mut self,
        email: &Email,
        wish: Wish,
        role: SettableRole,
        invites: &[&LiveInvite],
    ) -> Standing {
        let pairs = vec![Pair { action: Action::Invite, address: Address::Invite(email.clone()) }];
        let why = text!(
            "accepted an invite and is not a member now: they were removed or left{}; inviting them again \
             needs an approval",
            self.may_be(email)
        );
        let Some(reason) = self.unapproved(&pairs, why) else {
            if is_pending(invites) {
                return self.plan_pending(email, wish, invites);
            }
            return self.invite(email, role, Vec::new());
        };
        self.draft.block_until_approved(Address::Member(email.clone()), reason, pairs);
        blocked(email)
    }

    fn plan_pending(&mut self, email: &Email, wish: Wish, invites: &[&LiveInvite]) -> Standing {
        let kind = self.desired.organization.kind;
        let pending: Vec<&LiveInvite> =
            invites.iter().copied().filter(|invite| invite.status == InviteStatus::Pending).collect();
        if let Some(other) = pending.iter().find(|invite| invite.email != *email) {
            let reason = text!(
                "invited as {}, which the service treats as the same person; use that address",
                other.email
            );
            return self.block_member(email, wish, reason);
        }
        let wanted = match wish {
            Wish::Role(role) => Some(OrganizationRole::Settable(role)),
            Wish::Held(role) => Some(OrganizationRole::Held(role)),
            Wish::Out { .. } => None,
        };
        if let Some(newest) = pending.first().filter(|invite| Some(invite.role.seen_in(kind)) == wanted) {
            let reason = not_accepted(newest);
            let address = Address::Member(email.clone());
            let (after, line) = (Facts::one("role", newest.role.as_str()), Line::of(&address));
            self.draft.plan.waiting.push(Waiting::for_invite(address, after, reason.clone(), line));
            return Standing::Waiting { role: newest.role.seen_in(kind), reason };
        }
        let odd = |invite: &&&LiveInvite| matches!(invite.role.seen_in(kind), OrganizationRole::Unknown(_));
        let line = || Some(Line::Member(email.clone()));
        let reason = match (pending.iter().find(odd), wish) {
            (Some(odd), _) => text!(
                "invited as `{}`, a role that this version does not know and never rewrites: withdraw the \
                 invite in the Console",
                odd.role
            ),
            (None, Wish::Held(role)) => {
                text!("invited, but not as `{}`, which the API cannot give: grant it in the Console", role)
            }
            (None, Wish::Out { expired }) => {
                for invite in pending {
                    self.revoke(invite, expired, line(), false);
                }
                return Standing::Out;
            }
            (None, Wish::Role(role)) => {
                let revoked =
                    pending.into_iter().map(|invite| self.revoke(invite, None, line(), true)).collect();
                return self.invite(email, role, revoked);
            }
        };
        self.block_member(email, wish, reason)
    }

    fn invite(&mut self, email: &Email, role: SettableRole, depends_on: Vec<ChangeId>) -> Standing {
        let is_second = !depends_on.is_empty();
        let mut body = Facts::one("role", role.as_str());
        body.set("email", Fact::Text(email.to_string()));
        self.draft.add(Change {
            after: Some(Facts::one("role", role.as_str())),
            depends_on,
            classes: BTreeSet::from([Class::Grant]),
            ..Change::new(
                if is_second { Phase::SecondInvites } else { Phase::Invites },
                Address::Invite(email.clone()),
                Write::creating(&INVITE, Action::Invite, person_key(email), body),
            )
        });
        let reason = "is being invited by this plan".into();
        Standing::Waiting { role: OrganizationRole::Settable(role), reason }
    }

    /// Withdraws an invite; with `again`, the same plan sends another, so that nobody loses access.
    pub(crate) fn revoke(
        &mut self,
        invite: &LiveInvite,
        expired: Option<Date>,
        line: Option<Line>,
        again: bool,
    ) -> ChangeId {
        let class = if again { Class::Other } else { Class::AccessLoss };
        self.draft.add(Change {
            before: Some(Facts::one("role", invite.role.as_str())),
            classes: with_expiry(class, expired),
            expired,
            line,
            ..Change::new(
                Phase::Leavers,
                Address::Invite(invite.email.clone()),
                Write::to(&INVITE, Action::Revoke, invite.id.as_str(), Facts::default()),
            )
        })
    }
}

fn is_pending(invites: &[&LiveInvite]) -> bool {
    invites.iter().any(|invite| invite.status == InviteStatus::Pending)
}

/// Returns the state of a person whose own line is blocked.
pub(crate) fn blocked(email: &Email) -> Standing {
    Standing::Blocked(text!("{} is blocked", Address::Member(email.clone())))
}

/// Returns the message while an invite is pending.
pub(crate) fn not_accepted(invite: &LiveInvite) -> Text {
    let day = invite.invited_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    text!("invited as {} on {}, not accepted yet", invite.role, day)
}
