//! Checks the guards before any write, one function each, over the changes of a plan and the sizes of the live state.

use std::collections::{BTreeMap, BTreeSet};

use crate::approval::Pair;
use crate::approvals::Approvals;
use crate::change::{Change, ChangeId};
use crate::clocks::{EXPIRY_WINDOW, days};
use crate::facts::Facts;
use crate::guard_results::{Figures, GuardOutcome, GuardResult, GuardSource, Sizes};
use crate::guards::Guards;
use crate::item::Waiting;
use crate::line::GuardKind;
use crate::name::comparable;
use crate::sentence::{listed, plural};
use crate::text::{Text, text};
use crate::{Action, Address, Cause, Class, Email, Person, WorkspaceLabel};

/// Checks the guards of the files and, separately, those of a guards file: a plan must pass both, each with
/// its own approvals.
pub fn check(changes: &[Change], waiting: &[Waiting], sizes: &Sizes) -> Vec<GuardResult> {
    let mut results = Vec::new();
    for guard_check in sets(changes, waiting, sizes) {
        let source = guard_check.source;
        results.push(guard_check.access_loss());
        results.push(guard_check.keys_off());
        results.push(guard_check.invites());
        results.push(guard_check.workspace_admins());
        results.extend(guard_check.protect());
        results.extend(guard_check.required_admins());
        if source == GuardSource::GuardsFile {
            results.extend(guard_check.allowed_domains());
        } else if sizes.nobody_in_force {
            let reason = "no line under `members` is in force: this would remove everybody".into();
            results.push(guard_check.refused(GuardKind::Members, None, reason, &[], false));
        }
    }
    results
}

/// Returns the changes that count toward the limit of a guard.
pub(crate) fn counted(changes: &[Change], waiting: &[Waiting], sizes: &Sizes) -> BTreeSet<ChangeId> {
    let sets: Vec<GuardCheck<'_>> = sets(changes, waiting, sizes).collect();
    let is_limited = |change: &Change| {
        change.is(Class::AccessLoss) || change.is(Class::KeysOff) || change.action == Action::Invite
    };
    let counts = |change: &&Change| is_limited(change) && sets.iter().any(|set| set.counts(change));
    changes.iter().filter(counts).map(|change| change.id.clone()).collect()
}

/// Returns the guards of the files, and those of a guards file.
fn sets<'a>(
    changes: &'a [Change],
    waiting: &'a [Waiting],
    sizes: &'a Sizes,
) -> impl Iterator<Item = GuardCheck<'a>> {
    let sets =
        [(GuardSource::Files, Some(&sizes.guards)), (GuardSource::GuardsFile, sizes.guards_file.as_ref())];
    sets.into_iter().filter_map(move |(source, guards)| {
        let guards = guards?;
        let approvals = Approvals::new(&guards.approvals, sizes.today);
        Some(GuardCheck { source, guards, approvals, changes, waiting, sizes })
    })
}

struct GuardCheck<'a> {
    source: GuardSource,
    guards: &'a Guards,
    approvals: Approvals<'a>,
    changes: &'a [Change],
    waiting: &'a [Waiting],
    sizes: &'a Sizes,
}

impl GuardCheck<'_> {
    /// Counts people who lose access, each once, without approved pairs and recent reviewed expiries; the
    /// "never all" rule counts those too.
    fn access_loss(&self) -> GuardResult {
        let n = self.sizes.people;
        let losing: Vec<&Change> =
            self.changes.iter().filter(|change| change.is(Class::AccessLoss)).collect();
        let who = |change: &Change| change.address.email().map(Email::person);
        let touched: BTreeSet<Person> = losing.iter().filter_map(|change| who(change)).collect();
        let counted: Vec<&Change> = losing.iter().copied().filter(|change| self.counts(change)).collect();
        let people: BTreeSet<Person> = counted.iter().filter_map(|change| who(change)).collect();
        let day = &self.sizes.day;
        let in_a_day = people.union(&day.losing).count();
        // As many as there were when the day began.
        let total = n + day.gone.len();
        let share = self.guards.access_loss.share.of(total);
        let limit = to_usize(self.guards.access_loss.max).min(share.max(1)).min(total.saturating_sub(1));
        let figures = Some(Figures { counted: in_a_day, limit, of: Some(total) });
        let all = !touched.is_empty() && touched.len() >= n;
        let emptied = self.emptied(&losing);
        let leavers: Vec<&Change> = losing.iter().copied().filter(|change| change.removes_person()).collect();
        let (reason, by, approvable) = if all {
            let reason = text!(
                "all {} people who can be removed through the API would lose access; no approval covers that",
                n
            );
            (reason, losing, false)
        } else if !leavers.is_empty() && leavers.len() >= self.sizes.members {
            // Invited people may never accept (`docs/service-behaviour.md#members`).
            let reason = text!(
                "all {} members would be removed, but the service keeps the last one; no approval covers that",
                self.sizes.members
            );
            (reason, leavers, false)
        } else if !people.is_empty() && in_a_day > limit {
            let reason = text!(
                "{} of {} people would lose access{}; the limit is {} ({} of {}, at most {})",
                in_a_day,
                total,
                earlier(in_a_day - people.len()),
                limit,
                self.guards.access_loss.share,
                total,
                self.guards.access_loss.max
            );
            (reason, counted, true)
        } else if !emptied.is_empty() {
            let named = emptied.iter().map(|(label, _)| Address::Workspace((*label).clone()));
            let reason = text!("no members would be left in {}", listed(named, 1));
            (reason, emptied.iter().flat_map(|(_, by)| by.iter().copied()).collect(), true)
        } else {
            return self.passed(GuardKind::AccessLoss, figures);
        };
        self.refused(GuardKind::AccessLoss, figures, reason, &by, approvable)
    }

    /// Returns the workspaces that would have no members left, unless all changes that empty them are
    /// approved.
    fn emptied<'b>(&'b self, losing: &[&'b Change]) -> Vec<(&'b WorkspaceLabel, Vec<&'b Change>)> {
        if self.sizes.emptied.is_empty() {
            return Vec::new();
        }
        let by_id: BTreeMap<&ChangeId, &Change> = losing.iter().map(|change| (&change.id, *change)).collect();
        let by = |ids: &BTreeSet<ChangeId>| -> Vec<&'b Change> {
            ids.iter().filter_map(|id| by_id.get(id).copied()).filter(|change| self.is_open(change)).collect()
        };
        let all = self.sizes.emptied.iter().map(|(label, ids)| (label, by(ids)));
        all.filter(|(_, by)| !by.is_empty()).collect()
    }

    fn keys_off(&self) -> GuardResult {
        let n = self.sizes.active_keys;
        let off: Vec<&Change> =
            self.changes.iter().filter(|change| change.is(Class::KeysOff) && self.is_open(change)).collect();
        let keys: BTreeSet<&str> = off.iter().filter_map(|change| change.target()).collect();
        let before = self.sizes.day.keys_off.iter().filter(|key| !keys.contains(key.as_str())).count();
        let (in_a_day, total) = (off.len() + before, n + before);
        let limit = to_usize(self.guards.keys_off).min(total.saturating_sub(1));
        let figures = Some(Figures { counted: in_a_day, limit, of: Some(total) });
        if !off.is_empty() && in_a_day > limit {
            let reason = text!(
                "{} of {} active keys would be switched off{}; the limit is {} (at most {}, and never all)",
                in_a_day,
                total,
                earlier(before),
                limit,
                self.guards.keys_off
            );
            return self.refused(GuardKind::KeysOff, figures, reason, &off, true);
        }
        self.passed(GuardKind::KeysOff, figures)
    }

    fn invites(&self) -> GuardResult {
        let sent: Vec<&Change> = self
            .changes
            .iter()
            .filter(|change| change.action == Action::Invite && self.is_open(change))
            .collect();
        let people: BTreeSet<Person> =
            sent.iter().filter_map(|change| change.address.email().map(Email::person)).collect();
        let before = self.sizes.day.invited.difference(&people).count();
        let in_a_day = sent.len() + before;
        let limit = to_usize(self.guards.invites);
        let figures = Some(Figures { counted: in_a_day, limit, of: None });
        if !sent.is_empty() && in_a_day > limit {
            let reason =
                text!("{} invites would be sent{}; the limit is {}", in_a_day, earlier(before), limit);
            return self.refused(GuardKind::Invites, figures, reason, &sent, true);
        }
        self.passed(GuardKind::Invites, figures)
    }

    /// Counts people who become `workspace_admin` of a live workspace, each once. People who have yet to
    /// accept an invite count in the plan that sends it, and in the plan whose commit first names the role.
    fn workspace_admins(&self) -> GuardResult {
        let is_live =
            |address: &Address| address.workspace().is_some_and(|label| self.sizes.names.is_live(label));
        let is_admin = |after: Option<&Facts>| after == Some(&Facts::workspace_admin());
        let becoming = self.changes.iter().filter(|change| {
            (change.is(Class::Grant) || change.is(Class::Raise))
                && change.address.email().is_some()
                && is_admin(change.after.as_ref())
                && is_live(&change.address)
                && self.is_open(change)
        });
        let mut people: BTreeSet<Person> = BTreeSet::new();
        let mut by: Vec<&Change> = Vec::new();
        let mut approve: BTreeSet<Pair> = BTreeSet::new();
        for change in becoming {
            people.extend(change.address.email().map(Email::person));
            approve.extend(self.to_paste(change));
            by.push(change);
        }
        let waiting =
            self.waiting.iter().filter(|waiting| is_admin(Some(&waiting.after)) && is_live(&waiting.address));
        let mut invites: Option<BTreeMap<Person, &Change>> = None;
        for waiting in waiting {
            let invites = invites.get_or_insert_with(|| self.invites_sent());
            let Some(person) = waiting.address.email().map(Email::person) else { continue };
            let invite = invites.get(&person).copied();
            let is_first_named = waiting.cause == Some(Cause::Commit);
            let pairs = self.sizes.names.pairs_for(waiting.action, &waiting.address);
            if (invite.is_some() || is_first_named) && !self.approvals.covers(&pairs) {
                people.insert(person);
                approve.extend(pairs.into_iter().next());
                by.extend(invite);
            }
        }
        let limit = to_usize(self.guards.workspace_admins);
        let figures = Some(Figures { counted: people.len(), limit, of: None });
        if people.len() <= limit {
            return self.passed(GuardKind::WorkspaceAdmins, figures);
        }
        let reason = text!(
            "{} people would become `workspace_admin` of live workspaces; the limit is {}",
            people.len(),
            limit
        );
        let approve = approve.into_iter().collect();
        GuardResult { approve, ..self.refused(GuardKind::WorkspaceAdmins, figures, reason, &by, false) }
    }

    fn invites_sent(&self) -> BTreeMap<Person, &Change> {
        let sent = self.changes.iter().filter(|change| change.action == Action::Invite);
        sent.filter_map(|change| Some((change.address.email()?.person(), change))).collect()
    }

    /// Protected objects are kept, approvals or not.
    fn protect(&self) -> Option<GuardResult> {
        if self.guards.protect.is_empty() {
            return None;
        }
        if self.source == GuardSource::GuardsFile && !self.sizes.unprotected.is_empty() {
            const SHOWN: usize = 5;
            let lost = self.sizes.unprotected.iter();
            let reason = text!(
                "no live object has this address, so nothing is protected: {}; correct or delete it in \
                 the guards file, or use the id",
                listed(lost, SHOWN)
            );
            return Some(self.refused(GuardKind::Protect, None, reason, &[], false));
        }
        let hits: Vec<&Change> = self.changes.iter().filter(|change| self.hits_protected(change)).collect();
        if hits.is_empty() {
            return Some(self.passed(GuardKind::Protect, None));
        }
        let reason = text!(
            "{} would affect objects under `protect`; no approval covers that",
            plural(hits.len(), "change")
        );
        Some(self.refused(GuardKind::Protect, None, reason, &hits, false))
    }

    fn hits_protected(&self, change: &Change) -> bool {
        let harms = [Class::AccessLoss, Class::KeysOff, Class::Irreversible, Class::Throttle, Class::Money];
        let harms = harms.iter().any(|class| change.is(*class));
        if !harms && !change.renames() {
            return false;
        }
        let mut touched = self.sizes.names.addresses_of(change);
        if change.renames() && matches!(change.address, Address::Workspace(_)) {
            // After a rename, nothing in the workspace would be protected any more.
            return self.guards.protect.iter().any(|kept| {
                let kept = kept.workspace().map(|label| Address::Workspace(label.clone()));
                kept.is_some_and(|kept| touched.iter().any(|address| means(&kept, address)))
            });
        }
        touched.extend(self.sizes.taken.get(&change.id).into_iter().flatten().cloned());
        self.guards
            .protect
            .iter()
            .any(|kept| touched.iter().any(|address| protects(kept, address, change.action)))
    }

    /// The API can neither give nor remove such a role, so no plan makes this worse.
    fn required_admins(&self) -> Option<GuardResult> {
        if self.guards.required_admins.is_empty() || !self.sizes.people_read {
            return None;
        }
        let missing: Vec<&Email> = self.guards.required_admins.difference(&self.sizes.admins).collect();
        Some(self.reported(GuardKind::RequiredAdmins, missing, |missing| {
            text!("not a live admin or owner: {}; grant the role in the Console", missing)
        }))
    }

    /// A listed person outside the domains is an error of the files; a guards file can only refuse the plan.
    fn allowed_domains(&self) -> Option<GuardResult> {
        self.guards.allowed_domains.as_ref()?;
        let outside = |email: &Email| self.guards.is_outside(email);
        let gaining: Vec<&Change> = self
            .changes
            .iter()
            .filter(|change| change.is(Class::Grant) || change.is(Class::Raise))
            .filter(|change| change.address.email().is_some_and(outside))
            .collect();
        if gaining.is_empty() {
            let listed = self.sizes.in_force.iter().filter(|email| outside(email)).collect();
            let reason = |listed| text!("listed outside the allowed domains: {}", listed);
            return Some(self.reported(GuardKind::AllowedDomains, listed, reason));
        }
        let reason = text!("{} for people outside the allowed domains", plural(gaining.len(), "change"));
        Some(self.refused(GuardKind::AllowedDomains, None, reason, &gaining, false))
    }

    /// Returns whether no approval covers the change.
    fn is_open(&self, change: &Change) -> bool {
        self.approvals.is_empty() || !self.approvals.covers(&self.sizes.names.pairs(change))
    }

    /// Returns what an approval must name to cover the change.
    fn to_paste(&self, change: &Change) -> Option<Pair> {
        self.sizes.names.pairs(change).into_iter().next()
    }

    /// Returns whether a loss counts against the limit: it is not approved, and it is not a recent expiry
    /// that the base has too, which was reviewed when it was written.
    fn counts(&self, change: &Change) -> bool {
        let recent = change.expired.is_some_and(|until| days(until, self.sizes.today) <= EXPIRY_WINDOW);
        !(recent && self.sizes.same_end.contains(&change.id)) && self.is_open(change)
    }

    /// Reports people, if there are any, without refusing the plan.
    fn reported(&self, guard: GuardKind, people: Vec<&Email>, reason: fn(Text) -> Text) -> GuardResult {
        let passed = self.passed(guard, None);
        if people.is_empty() {
            return passed;
        }
        GuardResult { ruling: GuardOutcome::Reported, reason: reason(Text::joined(people, ", ")), ..passed }
    }

    fn passed(&self, guard: GuardKind, figures: Option<Figures>) -> GuardResult {
        GuardResult {
            guard,
            source: self.source,
            ruling: GuardOutcome::Passed,
            figures,
            reason: Text::default(),
            changes: Vec::new(),
            approve: Vec::new(),
        }
    }

    fn refused(
        &self,
        guard: GuardKind,
        figures: Option<Figures>,
        reason: Text,
        changes: &[&Change],
        approvable: bool,
    ) -> GuardResult {
        const SHOWN: usize = 10;
        let mut sorted = changes.to_vec();
        sorted.sort_by_key(|change| (weight(change), change.address.clone(), change.id.clone()));
        sorted.dedup_by_key(|change| change.id.clone());
        let pairs: BTreeSet<Pair> =
            sorted.iter().filter(|_| approvable).filter_map(|change| self.to_paste(change)).collect();
        GuardResult {
            ruling: GuardOutcome::Refused,
            reason,
            changes: sorted.iter().take(SHOWN).map(|change| change.id.clone()).collect(),
            approve: pairs.into_iter().collect(),
            ..self.passed(guard, figures)
        }
    }
}

/// Returns how many of a count earlier applies sent.
fn earlier(n: usize) -> Text {
    if n == 0 { Text::default() } else { text!(" within 24 hours, {} of them by earlier applies", n) }
}

/// Returns the order for readers: leavers first, then memberships, then lower roles.
fn weight(change: &Change) -> u8 {
    match change.action {
        Action::Archive => 0,
        Action::Remove if change.removes_person() => 1,
        Action::Revoke => 2,
        Action::Update if change.is(Class::KeysOff) || change.is(Class::Irreversible) => 3,
        Action::Update if matches!(change.address, Address::Member(_)) => 4,
        Action::Remove => 5,
        _ => 6,
    }
}

fn to_usize(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Returns whether `protect` forbids this action on what the change affects.
fn protects(kept: &Address, touched: &Address, action: Action) -> bool {
    match (kept, touched) {
        (kept, touched) if means(kept, touched) => true,
        // The invite of a protected person cannot be withdrawn either.
        (Address::Member(kept), Address::Invite(email)) => kept.person() == email.person(),
        // What is lost with a leaver or a workspace counts like a request of its own.
        (Address::WorkspaceMember(_, kept), Address::Member(email)) => {
            kept.person() == email.person() && action == Action::Remove
        }
        (kept, Address::Workspace(_)) if action == Action::Archive => {
            let whole = kept.workspace().map(|label| Address::Workspace(label.clone()));
            whole.is_some_and(|whole| means(&whole, touched))
        }
        _ => false,
    }
}

/// Returns whether two addresses mean the same object: letter case and a `+tag` do not make a new person,
/// and names that look the same are protected alike.
fn means(kept: &Address, address: &Address) -> bool {
    match (kept, address) {
        (Address::Member(kept), Address::Member(email)) | (Address::Invite(kept), Address::Invite(email)) => {
            kept.person() == email.person()
        }
        (Address::WorkspaceMember(kept, who), Address::WorkspaceMember(label, email)) => {
            comparable(kept.as_str()) == comparable(label.as_str()) && who.person() == email.person()
        }
        (kept, address) => kept == address || kept.comparable() == address.comparable(),
    }
}
