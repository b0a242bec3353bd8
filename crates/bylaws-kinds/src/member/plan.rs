//! Members: one line per person, keyed by e-mail address, and one function per row of the state table.
//! `invites.rs` handles people who are not members.

use std::collections::BTreeSet;

use bylaws_engine::draft::Phase;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, Class, EXPIRY_WINDOW, Email, Facts, Item, Kind, Line, OrganizationRole,
    SettableRole, UserId, Write, days,
};
use jiff::civil::Date;

use crate::desired::{Member, WantedRole};
use crate::live::LiveUser;
use crate::member::identities::{RoleChange, Standing};
use crate::member::invites::blocked;
use crate::member::resolve::live_as;
use crate::member::wish::{Wish, with_expiry};
use crate::plan::Planner;

/// Members of the organization.
pub static MEMBER: Kind = Kind {
    // The service refuses concurrent changes of members and invites (`docs/service-behaviour.md#members`).
    one_at_a_time: true,
    identified_by: &["email"],
    ..Kind::new("member", &["users"])
};

impl<'a> Planner<'a> {
    pub(crate) fn plan_people(&mut self) {
        self.resolve_people();
        self.find_missing();
        let Some(members) = &self.desired.members else { return };
        for (email, entry) in members {
            if entry.role != WantedRole::None {
                self.say_expiring(Address::Member(email.clone()), entry.until);
            }
            let standing = self.plan_member(email, entry);
            self.identities.standings.insert(email.clone(), standing);
        }
        self.plan_unlisted_members();
        self.plan_unlisted_invites();
        self.note_moves();
    }

    pub(crate) fn say_expiring(&mut self, address: Address, until: Option<Date>) {
        let Some(until) = until else { return };
        let left = days(self.today, until);
        if (0..=EXPIRY_WINDOW).contains(&left) {
            let reason = match left {
                0 => text!("ends today, {}", until),
                1 => text!("ends tomorrow, {}", until),
                _ => text!("ends on {}, in {} days", until, left),
            };
            self.draft.plan.expiring.push(Item::listed(address, reason));
        }
    }

    fn plan_member(&mut self, email: &Email, entry: &Member) -> Standing {
        let wish = entry.wish(self.today);
        let like: Vec<&'a LiveUser> = self.people.users_like(email).to_vec();
        let exact: Vec<&LiveUser> = like.iter().copied().filter(|user| user.email == *email).collect();
        if let Some(other) = exact.iter().find_map(|user| self.identities.pinned_by.get(&user.id)) {
            let reason = text!("the line of {} pins the same member; correct one of the two", other);
            return self.block_member(email, wish, reason);
        }
        if let Some(id) = &entry.id {
            return self.plan_pinned(email, wish, id, &like);
        }
        match (exact.as_slice(), like.first()) {
            ([user], _) => self.plan_live(email, wish, user),
            ([], Some(other)) => self.block_member(email, wish, live_as(&other.email)),
            ([], None) => self.plan_absent(email, wish),
            (_, _) => {
                let reason = "several members have this address; set the `id` of the right one";
                self.block_member(email, wish, reason)
            }
        }
    }

    fn plan_pinned(&mut self, email: &Email, wish: Wish, id: &UserId, like: &[&LiveUser]) -> Standing {
        let same_address = like.iter().find(|user| user.email == *email);
        let reason = match (self.people.user(id), same_address, like.first()) {
            (Some(user), _, _) if user.email == *email => return self.plan_live(email, wish, user),
            (Some(user), _, _) => {
                text!("{} is live as {}; correct the address or the id", id, user.email)
            }
            (None, Some(user), _) => {
                text!("this address belongs to {}, not {}; correct or delete the id", user.id, id)
            }
            (None, None, Some(other)) => live_as(&other.email),
            // The person is gone, as wanted: the `id` has served its purpose.
            (None, None, None) if matches!(wish, Wish::Out { .. }) => return self.plan_absent(email, wish),
            (None, None, None) => {
                text!("no live member has the id {}; delete the id to invite them again", id)
            }
        };
        self.block_member(email, wish, reason)
    }

    fn plan_live(&mut self, email: &Email, wish: Wish, user: &LiveUser) -> Standing {
        let kind = self.desired.organization.kind;
        let role = user.role.seen_in(kind);
        let stays = Standing::Member { user: user.id.clone(), role: role.clone(), after: None };
        let reason = match (role, wish) {
            (OrganizationRole::Settable(from), Wish::Role(to)) if from == to => return stays,
            (OrganizationRole::Held(from), Wish::Held(to)) if from == to => return stays,
            (OrganizationRole::Settable(from), Wish::Role(to)) => {
                return self.change_role(email, user, from, to);
            }
            (OrganizationRole::Settable(_), Wish::Out { expired }) => {
                self.remove_member(email, user, expired, Line::Member(email.clone()));
                return Standing::Out;
            }
            (OrganizationRole::Settable(from), Wish::Held(to)) => {
                text!("holds `{}`; the API cannot give `{}`: grant it in the Console", from, to)
            }
            (OrganizationRole::Held(from), Wish::Held(to)) => {
                text!("holds `{}`, not `{}`; the API can change neither: change it in the Console", from, to)
            }
            (OrganizationRole::Held(from), Wish::Role(to)) => text!(
                "holds `{}`, which the API cannot remove: lower them to `{}` in the Console first",
                from,
                to
            ),
            (OrganizationRole::Held(from), Wish::Out { .. }) => text!(
                "holds `{}`, and the API cannot remove such a member: lower them in the Console first",
                from
            ),
            (OrganizationRole::Unknown(text), _) => text!(
                "holds `{}`, a role that this version does not know and never rewrites: change it in the \
                 Console",
                text
            ),
        };
        self.draft.block(Address::Member(email.clone()), reason);
        if matches!(wish, Wish::Out { .. }) {
            // Their lines have no effect, nor do memberships that depend on them.
            self.identities.out.insert(user.id.clone());
            return Standing::Out;
        }
        stays
    }

    pub(crate) fn remove_member(
        &mut self,
        email: &Email,
        user: &LiveUser,
        expired: Option<Date>,
        line: Line,
    ) {
        self.identities.leaving.insert(user.id.clone());
        self.identities.out.insert(user.id.clone());
        self.draft.add(Change {
            before: Some(Facts::one("role", user.role.as_str())),
            classes: with_expiry(Class::AccessLoss, expired),
            expired,
            line: Some(line),
            ..Change::new(
                Phase::Leavers,
                Address::Member(email.clone()),
                Write::to(&MEMBER, Action::Remove, user.id.as_str(), Facts::default()),
            )
        });
    }

    fn change_role(
        &mut self,
        email: &Email,
        user: &LiveUser,
        from: SettableRole,
        to: SettableRole,
    ) -> Standing {
        // A lower role is a loss; a role that is neither higher nor lower counts as both.
        let classes = if from.is_raised_by(to) {
            BTreeSet::from([Class::Raise])
        } else if to.is_raised_by(from) {
            BTreeSet::from([Class::AccessLoss])
        } else {
            BTreeSet::from([Class::Raise, Class::AccessLoss])
        };
        let id = self.draft.add(Change {
            before: Some(Facts::one("role", from.as_str())),
            after: Some(Facts::one("role", to.as_str())),
            classes,
            ..Change::new(
                Phase::Roles,
                Address::Member(email.clone()),
                Write::to(&MEMBER, Action::Update, user.id.as_str(), Facts::one("role", to.as_str())),
            )
        });
        let change = id.clone();
        self.identities.changing.insert(user.id.clone(), RoleChange { from, to, change });
        Standing::Member { user: user.id.clone(), role: OrganizationRole::Settable(to), after: Some(id) }
    }

    /// Blocks a person who is not a member, or may not be the member found; their memberships are blocked
    /// too, unless their lines have no effect anyway.
    pub(crate) fn block_member(&mut self, email: &Email, wish: Wish, reason: impl Into<Text>) -> Standing {
        self.draft.block(Address::Member(email.clone()), reason);
        match wish {
            Wish::Out { .. } => Standing::Out,
            Wish::Role(_) | Wish::Held(_) => blocked(email),
        }
    }
}
