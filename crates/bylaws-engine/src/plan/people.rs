//! Members and invites: one life-cycle, keyed by e-mail address.
//! One function a row of the state table; what a person's seats come to stands in `seats.rs`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::draft::{Phase, Step};
use super::{EXPIRY_WINDOW, Item, Planner, days};
use crate::change::{ChangeId, Write};
use crate::desired::{Line, Member, Policy, UnlistedKind, WantedRole};
use crate::facts::Facts;
use crate::live::{InviteStatus, LiveInvite, LiveUser};
use crate::{Action, Address, Class, Email, HeldRole, OrganizationRole, Pair, Person, SettableRole, UserId};

/// What planning members found out about people, for everything that follows.
#[derive(Default)]
pub(super) struct Roster {
    /// Everybody under `members`.
    standings: BTreeMap<Email, Standing>,
    /// Members whom a line means or may mean: never unlisted.
    claimed: BTreeSet<UserId>,
    /// People whose invites a line means or may mean.
    claimed_people: BTreeSet<Person>,
    /// Members about whom the files leave a doubt: nothing of theirs is taken away.
    in_doubt: BTreeSet<UserId>,
    /// Members whom this plan removes.
    leaving: BTreeSet<UserId>,
    /// Members whose role this plan changes, with the role they had.
    pub(super) changing: BTreeMap<UserId, (OrganizationRole, SettableRole)>,
}

/// Where a person stands once the plan is done.
#[derive(Clone)]
pub(super) enum Standing {
    /// A member, with the role the plan leaves them with and the change that gives it.
    Member { user: UserId, role: OrganizationRole, after: Option<ChangeId> },
    /// Not yet: an invite has to be accepted.
    Waiting(String),
    /// No member, and not on the way.
    Blocked(String),
    /// Must not be one: their lines are inert.
    Out,
}

/// What a line asks for on a given day.
#[derive(Clone, Copy)]
enum Wish {
    Role(SettableRole),
    Held(HeldRole),
    Out { expired: Option<Date> },
}

impl Member {
    fn wish(&self, today: Date) -> Wish {
        match (self.until.filter(|until| *until < today), self.role) {
            (Some(until), _) => Wish::Out { expired: Some(until) },
            (None, WantedRole::Settable(role)) => Wish::Role(role),
            (None, WantedRole::Held(role)) => Wish::Held(role),
            (None, WantedRole::None) => Wish::Out { expired: None },
        }
    }

    /// Whether the line keeps somebody in the organization that day.
    pub(crate) fn in_force(&self, today: Date) -> bool {
        !matches!(self.wish(today), Wish::Out { .. })
    }
}

impl Planner<'_> {
    pub(super) fn plan_people(&mut self) {
        let Some(members) = &self.desired.members else { return };
        for (email, entry) in members {
            self.say_expiring(Address::Member(email.clone()), entry.until, Line::Member(email.clone()));
            let standing = self.plan_member(email, entry);
            self.roster.standings.insert(email.clone(), standing);
        }
        self.plan_unlisted_members();
        self.plan_unlisted_invites();
    }

    pub(super) fn say_expiring(&mut self, address: Address, until: Option<Date>, line: Line) {
        let Some(until) = until else { return };
        let left = days(self.today, until);
        if (0..=EXPIRY_WINDOW).contains(&left) {
            let reason = match left {
                0 => format!("ends today, {until}"),
                1 => format!("ends tomorrow, {until}"),
                _ => format!("ends on {until}, in {left} days"),
            };
            self.draft.expiring.push(Item { address, reason, line: Some(line), approve: Vec::new() });
        }
    }

    /// Where a person stands whom a workspace names.
    pub(super) fn standing(&self, email: &Email) -> Standing {
        if let Some(standing) = self.roster.standings.get(email) {
            return standing.clone();
        }
        let like = self.people.users_like(email);
        if let Some(user) = like.iter().find(|user| user.email == *email) {
            let role = user.role.seen_in(self.desired.organization.kind);
            return Standing::Member { user: user.id.clone(), role, after: None };
        }
        if let Some(user) = like.first() {
            return Standing::Blocked(format!("live as {}; write that", user.email));
        }
        match self.people.invites_to(email).first() {
            Some(invite) if invite.status == InviteStatus::Pending => Standing::Waiting(not_accepted(invite)),
            _ => Standing::Blocked(
                "no member of the organization: invite them, or list them under `members`".into(),
            ),
        }
    }

    pub(super) fn is_leaving(&self, user: &UserId) -> bool {
        self.roster.leaving.contains(user)
    }

    pub(super) fn is_in_doubt(&self, user: &UserId) -> bool {
        self.roster.in_doubt.contains(user)
    }

    /// The role a live member has once the plan is done.
    pub(super) fn role_after(&self, user: &LiveUser) -> OrganizationRole {
        match self.roster.changing.get(&user.id) {
            Some((_, role)) => OrganizationRole::Settable(*role),
            None => user.role.seen_in(self.desired.organization.kind),
        }
    }

    fn plan_member(&mut self, email: &Email, entry: &Member) -> Standing {
        let wish = entry.wish(self.today);
        self.roster.claimed_people.insert(email.person());
        let like: Vec<LiveUser> = self.people.users_like(email).iter().map(|user| (*user).clone()).collect();
        let exact: Vec<&LiveUser> = like.iter().filter(|user| user.email == *email).collect();
        for user in &like {
            self.roster.claimed.insert(user.id.clone());
            if user.email != *email {
                self.roster.in_doubt.insert(user.id.clone());
            }
        }
        if let Some(id) = &entry.id {
            let pinned = self.people.user(id).cloned();
            return self.plan_pinned(email, wish, id, pinned.as_ref(), exact.first().copied());
        }
        match (exact.as_slice(), like.first()) {
            ([user], _) => self.plan_live(email, wish, user),
            ([], Some(other)) => {
                let reason =
                    format!("live as {}, which is the same person to the service; write that", other.email);
                self.block_member(email, wish, reason)
            }
            ([], None) => self.plan_absent(email, wish),
            (several, _) => {
                self.roster.in_doubt.extend(several.iter().map(|user| user.id.clone()));
                self.block_member(
                    email,
                    wish,
                    "several members bear this address; pin the one you mean with `id`".into(),
                )
            }
        }
    }

    fn plan_pinned(
        &mut self,
        email: &Email,
        wish: Wish,
        id: &UserId,
        pinned: Option<&LiveUser>,
        same_address: Option<&LiveUser>,
    ) -> Standing {
        if let Some(user) = pinned {
            self.roster.claimed.insert(user.id.clone());
            if user.email == *email {
                return self.plan_live(email, wish, user);
            }
            self.roster.in_doubt.insert(user.id.clone());
        }
        if let Some(user) = same_address {
            self.roster.in_doubt.insert(user.id.clone());
        }
        let reason = match (pinned, same_address) {
            (Some(user), _) => format!("{id} is live as {}; correct the address or the id", user.email),
            (None, Some(user)) => format!("this address is {}, not {id}; correct or delete the id", user.id),
            // Nobody there and nobody wanted: the pin has done its work.
            (None, None) if matches!(wish, Wish::Out { .. }) => return self.plan_absent(email, wish),
            (None, None) => format!("no member {id} is live; delete the id to invite them anew"),
        };
        self.block_member(email, wish, reason)
    }

    fn plan_live(&mut self, email: &Email, wish: Wish, user: &LiveUser) -> Standing {
        let kind = self.desired.organization.kind;
        let role = user.role.seen_in(kind);
        let stays = Standing::Member { user: user.id.clone(), role: role.clone(), after: None };
        match (role, wish) {
            (OrganizationRole::Settable(from), Wish::Role(to)) if from == to => stays,
            (OrganizationRole::Settable(from), Wish::Role(to)) => self.change_role(email, user, from, to),
            (OrganizationRole::Settable(_), Wish::Out { expired }) => {
                self.remove_member(email, user, expired, Line::Member(email.clone()));
                Standing::Out
            }
            (OrganizationRole::Settable(from), Wish::Held(to)) => self.block_live(
                email,
                stays,
                format!("holds `{from}`; the API cannot give `{to}`: grant it in the Console"),
            ),
            (OrganizationRole::Held(from), Wish::Held(to)) if from == to => stays,
            (OrganizationRole::Held(from), Wish::Held(to)) => self.block_live(
                email,
                stays,
                format!("holds `{from}`, not `{to}`; the API can change neither: do it in the Console"),
            ),
            (OrganizationRole::Held(from), Wish::Role(to)) => self.block_live(
                email,
                stays,
                format!("holds `{from}`, which the API cannot take away: lower them to `{to}` in the Console first"),
            ),
            (OrganizationRole::Held(from), Wish::Out { .. }) => self.block_live(
                email,
                stays,
                format!("holds `{from}`, which the API cannot remove: lower them in the Console first"),
            ),
            (OrganizationRole::Unknown(text), _) => self.block_live(
                email,
                stays,
                format!("holds `{text}`, a role this version does not know and so never rewrites: change it in the Console"),
            ),
        }
    }

    fn plan_absent(&mut self, email: &Email, wish: Wish) -> Standing {
        let invites: Vec<LiveInvite> = self.people.invites_to(email).iter().map(|i| (*i).clone()).collect();
        let newest = invites.first();
        match (newest.map(|invite| &invite.status), wish) {
            (Some(InviteStatus::Pending), _) => self.plan_pending(email, wish, &invites),
            (Some(InviteStatus::Unknown(text)), Wish::Role(_) | Wish::Held(_)) => self.block_member(
                email,
                wish,
                format!("their newest invite is `{text}`, a status this version does not know: look in the Console"),
            ),
            (_, Wish::Held(role)) => self.block_member(
                email,
                wish,
                format!("no member, and the API cannot invite with `{role}`: invite and grant it in the Console"),
            ),
            (_, Wish::Out { .. }) => Standing::Out,
            (Some(InviteStatus::Accepted), Wish::Role(role)) => {
                let pair = Pair { action: Action::Invite, address: Address::Invite(email.clone()) };
                if self.approvals.covers(&pair) {
                    self.invite(email, role, Vec::new())
                } else {
                    self.block_for_approval(
                        email,
                        pair,
                        "accepted an invite and is no member now: somebody took them out, or they left; inviting \
                         them again needs an approval",
                    )
                }
            }
            (Some(InviteStatus::Expired), Wish::Role(role)) => {
                let expired = invites.iter().take_while(|invite| invite.status != InviteStatus::Accepted);
                if expired.filter(|invite| invite.status == InviteStatus::Expired).count() >= 2 {
                    let reason = "never accepted: two invites expired; ask them, then invite them in the Console \
                                  or delete the line";
                    return self.block_member(email, wish, reason.into());
                }
                self.invite(email, role, Vec::new())
            }
            (None | Some(InviteStatus::Deleted), Wish::Role(role)) => self.invite(email, role, Vec::new()),
        }
    }

    fn plan_pending(&mut self, email: &Email, wish: Wish, invites: &[LiveInvite]) -> Standing {
        let kind = self.desired.organization.kind;
        let pending = || invites.iter().filter(|invite| invite.status == InviteStatus::Pending);
        if let Some(other) = pending().find(|invite| invite.email != *email) {
            let reason =
                format!("invited as {}, which is the same person to the service; write that", other.email);
            return self.block_member(email, wish, reason);
        }
        let line = Line::Member(email.clone());
        match wish {
            Wish::Out { expired } => {
                for invite in pending() {
                    self.revoke(invite, expired, Some(line.clone()), false);
                }
                Standing::Out
            }
            Wish::Role(role) => {
                let wanted = OrganizationRole::Settable(role);
                if let Some(invite) = pending().find(|invite| invite.role.seen_in(kind) == wanted) {
                    return self.wait_member(email, not_accepted(invite));
                }
                let unknown =
                    |invite: &&LiveInvite| matches!(invite.role.seen_in(kind), OrganizationRole::Unknown(_));
                if let Some(invite) = pending().find(unknown) {
                    let reason = format!(
                        "invited as `{}`, a role this version does not know and so never rewrites: withdraw the \
                         invite in the Console",
                        invite.role
                    );
                    return self.block_member(email, wish, reason);
                }
                let revoked =
                    pending().map(|invite| self.revoke(invite, None, Some(line.clone()), true)).collect();
                self.invite(email, role, revoked)
            }
            Wish::Held(role) => match pending().find(|invite| invite.role == OrganizationRole::Held(role)) {
                Some(invite) => self.wait_member(email, not_accepted(invite)),
                None => self.block_member(
                    email,
                    wish,
                    format!(
                        "invited, but not as `{role}`, which the API cannot give: grant it in the Console"
                    ),
                ),
            },
        }
    }

    fn invite(&mut self, email: &Email, role: SettableRole, depends_on: Vec<ChangeId>) -> Standing {
        let anew = !depends_on.is_empty();
        self.draft.add(Step {
            phase: if anew { Phase::InvitesAnew } else { Phase::Invites },
            action: Action::Invite,
            address: Address::Invite(email.clone()),
            before: None,
            after: Some(Facts::one("role", role.as_str())),
            write: Write::Invite { email: email.clone(), role },
            depends_on,
            classes: BTreeSet::from([Class::Grant]),
            expired: None,
            line: Some(Line::Member(email.clone())),
        });
        Standing::Waiting("is being invited by this plan".to_owned())
    }

    /// Withdraws an invite; `again` where the same plan sends another, so that nobody loses access.
    fn revoke(
        &mut self,
        invite: &LiveInvite,
        expired: Option<Date>,
        line: Option<Line>,
        again: bool,
    ) -> ChangeId {
        let class = if again { Class::Other } else { Class::AccessLoss };
        self.draft.add(Step {
            phase: Phase::Leavers,
            action: Action::Revoke,
            address: Address::Invite(invite.email.clone()),
            before: Some(Facts::one("role", invite.role.as_str())),
            after: None,
            write: Write::Revoke { invite: invite.id.clone() },
            depends_on: Vec::new(),
            classes: with_expiry(class, expired),
            expired,
            line,
        })
    }

    fn remove_member(&mut self, email: &Email, user: &LiveUser, expired: Option<Date>, line: Line) {
        self.roster.leaving.insert(user.id.clone());
        self.draft.add(Step {
            phase: Phase::Leavers,
            action: Action::Remove,
            address: Address::Member(email.clone()),
            before: Some(Facts::one("role", user.role.as_str())),
            after: None,
            write: Write::RemoveMember { user: user.id.clone() },
            depends_on: Vec::new(),
            classes: with_expiry(Class::AccessLoss, expired),
            expired,
            line: Some(line),
        });
    }

    fn change_role(
        &mut self,
        email: &Email,
        user: &LiveUser,
        from: SettableRole,
        to: SettableRole,
    ) -> Standing {
        self.roster.changing.insert(user.id.clone(), (OrganizationRole::Settable(from), to));
        // Down the ladder is a loss; to or from a role beside it, both.
        let classes = if from.is_raised_by(to) {
            BTreeSet::from([Class::Raise])
        } else if to.is_raised_by(from) {
            BTreeSet::from([Class::AccessLoss])
        } else {
            BTreeSet::from([Class::Raise, Class::AccessLoss])
        };
        let id = self.draft.add(Step {
            phase: Phase::Roles,
            action: Action::Update,
            address: Address::Member(email.clone()),
            before: Some(Facts::one("role", from.as_str())),
            after: Some(Facts::one("role", to.as_str())),
            write: Write::SetRole { user: user.id.clone(), role: to },
            depends_on: Vec::new(),
            classes,
            expired: None,
            line: Some(Line::Member(email.clone())),
        });
        Standing::Member { user: user.id.clone(), role: OrganizationRole::Settable(to), after: Some(id) }
    }

    fn wait_member(&mut self, email: &Email, reason: String) -> Standing {
        self.draft.wait(Address::Member(email.clone()), reason.clone(), Some(Line::Member(email.clone())));
        Standing::Waiting(reason)
    }

    fn block_live(&mut self, email: &Email, standing: Standing, reason: String) -> Standing {
        self.draft.block(Address::Member(email.clone()), reason, Some(Line::Member(email.clone())));
        standing
    }

    /// Blocks somebody who is no member, or may not be the one who is; their seats are blocked too,
    /// unless their lines are inert anyway.
    fn block_member(&mut self, email: &Email, wish: Wish, reason: String) -> Standing {
        self.draft.block(Address::Member(email.clone()), reason, Some(Line::Member(email.clone())));
        match wish {
            Wish::Out { .. } => Standing::Out,
            Wish::Role(_) | Wish::Held(_) => {
                Standing::Blocked(format!("{} is blocked", Address::Member(email.clone())))
            }
        }
    }

    fn block_for_approval(&mut self, email: &Email, pair: Pair, reason: &str) -> Standing {
        self.draft.blocked.push(Item {
            address: Address::Member(email.clone()),
            reason: reason.to_owned(),
            line: Some(Line::Member(email.clone())),
            approve: vec![pair],
        });
        Standing::Blocked(format!("{} is blocked", Address::Member(email.clone())))
    }

    fn plan_unlisted_members(&mut self) {
        let policy = self.desired.unlisted.members;
        let users: Vec<LiveUser> = self.people.users().cloned().collect();
        for user in users {
            let listed =
                self.desired.members.as_ref().is_some_and(|members| members.contains_key(&user.email));
            let doubtful = self.is_in_doubt(&user.id);
            if listed || policy == Policy::Ignore || self.roster.claimed.contains(&user.id) && !doubtful {
                continue;
            }
            let address = Address::Member(user.email.clone());
            match (user.role.seen_in(self.desired.organization.kind), policy) {
                _ if doubtful => {
                    self.draft.stay(address, format!("{}, and may be somebody the files list", user.role));
                }
                (OrganizationRole::Held(role), _) => {
                    self.draft.stay(address, format!("{role}: the API cannot remove them"));
                }
                (OrganizationRole::Unknown(role), _) => {
                    self.draft.stay(address, format!("{role}: a role this version does not know"));
                }
                (OrganizationRole::Settable(_), Policy::Remove) => {
                    let line = Line::Unlisted(UnlistedKind::Members);
                    self.remove_member(&user.email.clone(), &user, None, line);
                }
                (OrganizationRole::Settable(role), Policy::Report | Policy::Ignore) => {
                    self.draft.stay(address, role.as_str());
                }
            }
        }
    }

    fn plan_unlisted_invites(&mut self) {
        let policy = self.desired.unlisted.members;
        let kind = self.desired.organization.kind;
        let unlisted: Vec<LiveInvite> = self
            .people
            .invited()
            .filter(|(person, _)| !self.roster.claimed_people.contains(*person))
            .flat_map(|(_, invites)| invites.iter().map(|invite| (*invite).clone()))
            .filter(|invite| invite.status == InviteStatus::Pending)
            // Accepted between the two lists: a member already, and judged as one.
            .filter(|invite| self.people.users_like(&invite.email).is_empty())
            .collect();
        for invite in unlisted {
            let address = Address::Invite(invite.email.clone());
            match (invite.role.seen_in(kind), policy) {
                (_, Policy::Ignore) => {}
                (OrganizationRole::Unknown(role), _) => {
                    self.draft.stay(address, format!("pending, {role}: a role this version does not know"));
                }
                (role, Policy::Report) => self.draft.stay(address, format!("pending, {role}")),
                (_, Policy::Remove) => {
                    self.revoke(&invite, None, Some(Line::Unlisted(UnlistedKind::Members)), false);
                }
            }
        }
    }
}

/// The class, and `expiry` where a line came to its end.
pub(super) fn with_expiry(class: Class, expired: Option<Date>) -> BTreeSet<Class> {
    expired.map(|_| Class::Expiry).into_iter().chain([class]).collect()
}

fn not_accepted(invite: &LiveInvite) -> String {
    let day = invite.invited_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("invited as {} on {day}, not accepted yet", invite.role)
}
