//! Workspace memberships: the wanted ones, and the changes that they need. Uses the roles that people have
//! after the plan.

use std::collections::BTreeMap;

use bylaws_engine::draft::Phase;
use bylaws_engine::guards::Pair;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{
    Action, Address, Change, ChangeId, Class, Email, Facts, Inherited, Item, Kind, LiveWorkspaceRole,
    OrganizationRole, UserId, Waiting, WorkspaceLabel, WorkspaceRef, WorkspaceRole, Write,
};

use crate::desired::Policy;
use crate::member::identities::Standing;
use crate::member::wish::with_expiry;
use crate::plan::Planner;
use crate::plan::unlisted::UNLISTABLE;
use crate::workspace_member::wishes::{By, WantedMembership, wishes};

/// Explicit workspace memberships. They have no id of their own.
pub static WORKSPACE_MEMBER: Kind =
    Kind { id_field: "user_id", ..Kind::new("workspace_member", &["workspace_members"]) };

/// One workspace with a managed member list.
struct Table<'a> {
    label: &'a WorkspaceLabel,
    workspace: WorkspaceRef,
    /// The live members that no entry names, as far as the entries were planned.
    memberships: BTreeMap<&'a UserId, &'a LiveWorkspaceRole>,
}

impl Table<'_> {
    /// Returns the step from the live membership to the wanted one, if they differ.
    fn step(
        &self,
        email: &Email,
        user: &UserId,
        has: Option<&LiveWorkspaceRole>,
        wish: WantedMembership<'_>,
        after_role: Option<ChangeId>,
    ) -> Option<Change> {
        let (phase, action, class) = match (has, wish.role) {
            (None, None) => return None,
            (None, Some(_)) => (Phase::Memberships, Action::Create, Class::Grant),
            (Some(LiveWorkspaceRole::Known(has)), Some(role)) if has.strength() > role.strength() => {
                (Phase::Memberships, Action::Update, Class::AccessLoss)
            }
            (Some(_), Some(_)) => (Phase::Memberships, Action::Update, Class::Raise),
            (Some(_), None) => (Phase::MembershipsLost, Action::Remove, Class::AccessLoss),
        };
        let facts = |role: &str| Facts::one("workspace_role", role);
        let after = wish.role.map(|role| facts(role.as_str()));
        let body = after.clone().unwrap_or_default();
        let write = match has {
            None => Write::creating(&WORKSPACE_MEMBER, action, user.as_str(), body),
            Some(_) => Write::to(&WORKSPACE_MEMBER, action, user.as_str(), body),
        };
        let address = Address::WorkspaceMember(self.label.clone(), email.clone());
        let mut change = Change::new(phase, address, write.within(self.workspace.clone()));
        change.depends_on.extend(after_role);
        let expired = wish.expired.filter(|_| class == Class::AccessLoss);
        Some(Change {
            before: has.map(|role| facts(role.as_str())),
            after,
            classes: with_expiry(class, expired),
            expired,
            line: Some(wish.by.line(self.label, email)),
            ..change
        })
    }
}

impl Planner<'_> {
    pub(crate) fn plan_memberships(&mut self) {
        let desired = self.desired;
        let mut lists = Vec::new();
        for (label, open) in desired.open().filter(|(_, open)| open.manages_members()) {
            let Some(workspace) = self.workspace_of(label) else { continue };
            let members = workspace.live().and_then(|id| self.live.workspace_members.get(id));
            let memberships = members.into_iter().flatten().collect();
            lists.push((open, Table { label, workspace, memberships }, wishes(desired, open, self.today)));
        }
        // Resolve everybody first, so that a person named in one workspace is not unlisted in another.
        for email in lists.iter().flat_map(|(_, _, wishes)| wishes.keys()) {
            self.look_up_standing(email);
        }
        for (open, mut table, wishes) in lists {
            let label = table.label;
            for (email, line) in open.members.iter().flatten() {
                let ends = line.until.is_some() && line.role.is_some();
                if ends && !matches!(self.identities.standings.get(email), Some(Standing::Out)) {
                    self.say_expiring(Address::WorkspaceMember(label.clone(), email.clone()), line.until);
                }
            }
            for (email, wish) in wishes {
                self.plan_membership(&mut table, email, wish);
            }
            self.plan_unlisted_memberships(&table);
        }
    }

    fn plan_membership(&mut self, table: &mut Table<'_>, email: &Email, wish: WantedMembership<'_>) {
        let label = table.label;
        let address = || Address::WorkspaceMember(label.clone(), email.clone());
        let line = || Some(wish.by.line(label, email));
        let blocked = |reason: Text| Item { line: line(), ..Item::new(address(), reason) };
        let (user, role, after) = match (self.identities.standings.get(email), wish.role) {
            (Some(Standing::Member { user, role, after }), _) => (user, role, after),
            (Some(Standing::Blocked(_)), None) if self.desired.members.is_none() && self.is_nobody(email) => {
                return self.note_nobody(address(), email, line());
            }
            (Some(Standing::Out), _) | (_, None) => return,
            (Some(Standing::Waiting { role, reason }), Some(wanted)) => {
                // A role that the invited role implies is not a change of its own.
                if !matches!(rule(role, None, Some(wanted)), MembershipRule::InPlace) {
                    let after = Facts::one("workspace_role", wanted.as_str());
                    self.draft.plan.waiting.push(Waiting::for_invite(
                        address(),
                        after,
                        reason.clone(),
                        line(),
                    ));
                }
                return;
            }
            (Some(Standing::Blocked(reason)), Some(_)) => {
                return self.draft.plan.blocked.push(blocked(reason.clone()));
            }
            (None, Some(_)) => {
                return self.draft.plan.blocked.push(blocked("not a member of the organization".into()));
            }
        };
        let has = table.memberships.remove(user);
        match rule(role, has, wish.role) {
            MembershipRule::InPlace => {}
            MembershipRule::Blocked(reason) => self.draft.plan.blocked.push(blocked(reason)),
            MembershipRule::Goes(wanted) => {
                let wish = WantedMembership { role: wanted, ..wish };
                if let Some(change) = table.step(email, user, has, wish, after.clone()) {
                    self.draft.add(change);
                }
            }
        }
    }

    fn plan_unlisted_memberships(&mut self, table: &Table<'_>) {
        let policy = self.desired.unlisted.of("workspace_members");
        if policy == Policy::Ignore {
            return;
        }
        for (user_id, role) in &table.memberships {
            if self.identities.out.contains(user_id) {
                continue;
            }
            let Some(user) = self.people.user(user_id) else {
                let address = Address::UnknownWorkspaceMember(table.label.clone(), (*user_id).clone());
                self.draft
                    .stay(address, text!("{}, of a user who is not in the member list that was read", role));
                continue;
            };
            // It has no effect and cannot be removed.
            if self.role_after(user).inherited().is_some_and(|inherited| inherited.makes_redundant(role)) {
                continue;
            }
            let address = Address::WorkspaceMember(table.label.clone(), user.email.clone());
            let of_member = Pair { action: Action::Remove, address: Address::Member(user.email.clone()) };
            let mut pairs = self.names.pairs_for(Action::Remove, &address);
            pairs.push(of_member);
            let missing = self.kept_as_missing(user_id, &pairs);
            let reason = match (missing, policy) {
                _ if self.identities.in_doubt.contains(*user_id) => {
                    text!("{}, of somebody that the files may list", role)
                }
                _ if user.email.listable().is_none() => {
                    text!("{}, of somebody {}", role, Text::from(UNLISTABLE))
                }
                (Some(why), _) => text!("{}, of somebody who {}", role, why),
                // The files cannot list them, so they are not left out on purpose.
                _ if matches!(user.role, OrganizationRole::Unknown(_)) => {
                    text!("{}, of somebody with an organization role that this version does not know", role)
                }
                (None, Policy::Report | Policy::Ignore) => role.say(),
                (None, Policy::Remove) if matches!(role, LiveWorkspaceRole::Unknown(_)) => {
                    text!("{}: a role that this version does not know", role)
                }
                (None, Policy::Remove) => {
                    let wish = WantedMembership { role: None, by: By::Policy, expired: None };
                    let after = self.identities.changing.get(user_id).map(|change| change.change.clone());
                    if let Some(change) = table.step(&user.email, user_id, Some(role), wish, after) {
                        self.draft.add(change);
                    }
                    continue;
                }
            };
            self.draft.stay(address, reason);
        }
    }
}

/// What prevents the step from the live membership to the wanted one.
enum MembershipRule {
    InPlace,
    Blocked(Text),
    /// Nothing: give this role, or remove the membership if `None`.
    Goes(Option<WorkspaceRole>),
}

/// Applies the service's rules on memberships (`docs/service-behaviour.md#workspace-members`), by the role
/// in the organization.
fn rule(
    role: &OrganizationRole,
    has: Option<&LiveWorkspaceRole>,
    wanted: Option<WorkspaceRole>,
) -> MembershipRule {
    match (role.inherited(), wanted, has) {
        (Some(Inherited::Admin), Some(_), _) => MembershipRule::InPlace,
        (Some(Inherited::Admin), None, _) => MembershipRule::Blocked(text!(
            "as `{}` they are `workspace_admin` in every workspace: lower them in the Console first",
            role
        )),
        // The membership is as wanted, whatever the role in the organization.
        (_, Some(wanted), Some(LiveWorkspaceRole::Known(has))) if *has == wanted => MembershipRule::InPlace,
        (_, _, Some(LiveWorkspaceRole::Unknown(text))) => MembershipRule::Blocked(text!(
            "has `{}`, a role that this version does not know and never rewrites: change it in the Console",
            text
        )),
        // Without the explicit membership, the one that `billing` implies is left. Only
        // `workspace_admin` counts beside it: a weaker explicit role has no effect and cannot be changed.
        (
            Some(Inherited::Billing),
            Some(WorkspaceRole::Billing),
            Some(LiveWorkspaceRole::Known(WorkspaceRole::Admin)),
        ) => MembershipRule::Goes(None),
        (Some(Inherited::Billing), Some(WorkspaceRole::Billing), _) => MembershipRule::InPlace,
        (Some(Inherited::Billing), Some(WorkspaceRole::Admin), _) => MembershipRule::Goes(wanted),
        (Some(Inherited::Billing), Some(wanted), _) => MembershipRule::Blocked(text!(
            "as `billing` they are `workspace_billing` in every workspace; only `workspace_admin` can be \
             given in addition, not `{}`",
            wanted
        )),
        (Some(Inherited::Billing), None, _) => MembershipRule::Blocked(
            "as `billing` they are `workspace_billing` in every workspace: change their role under \
             `members` first"
                .into(),
        ),
        (_, Some(WorkspaceRole::Billing), _) => MembershipRule::Blocked(
            "`workspace_billing` follows from the organization role `billing` and cannot be assigned".into(),
        ),
        (_, wanted, _) => MembershipRule::Goes(wanted),
    }
}
