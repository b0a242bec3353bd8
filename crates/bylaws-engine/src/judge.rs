//! Guards: rules that refuse a whole plan. Judged on the plan as a value, before any write.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::approvals::Approvals;
use crate::change::{Change, ChangeId, Write};
use crate::desired::{Desired, GuardKind};
use crate::guards::{Guards, Pair};
use crate::plan::{EXPIRY_WINDOW, Plan, days};
use crate::{Action, Address, Class, Email, Person, WorkspaceLabel};

/// Whose guards judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GuardSource {
    /// `guards:` of the files, or the built-in values.
    Files,
    /// The file given with `--guards`.
    GuardsFile,
}

/// What one guard says of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which guard.
    pub guard: GuardKind,
    /// Whose.
    pub source: GuardSource,
    /// What it says.
    pub ruling: Ruling,
    /// How many it counted, and how many it lets pass, of how many.
    pub figures: Option<Figures>,
    /// In words, where there is something to say.
    pub reason: String,
    /// The changes that tripped it, the most important first, ten at most.
    pub changes: Vec<ChangeId>,
    /// What an approval must cover to let the plan pass; empty where none can.
    pub approve: Vec<Pair>,
}

/// What a guard says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ruling {
    /// Nothing against it.
    Passed,
    /// Nothing against the plan, but the guarded thing is not as it should be.
    Reported,
    /// The whole plan is refused.
    Refused,
}

/// A guard's arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Counted against the limit.
    pub counted: usize,
    /// The limit.
    pub limit: usize,
    /// Of how many; `None` where the limit is absolute.
    pub of: Option<usize>,
}

/// What guards must know of the live side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Members and pending invites that the API could remove.
    pub(crate) people: usize,
    /// Active keys in the scopes the files list.
    pub(crate) active_keys: usize,
    /// Workspaces whose member list the plan empties, with the changes that do.
    pub(crate) emptied: BTreeMap<WorkspaceLabel, BTreeSet<ChangeId>>,
    /// `members` is there, and no line of it is in force.
    pub(crate) nobody_in_force: bool,
    /// Members who hold a held-only role.
    pub(crate) admins: BTreeSet<Email>,
    /// Whether members were read at all.
    pub(crate) people_read: bool,
}

/// A plan that no guard refuses: the only thing that can be applied.
///
/// Made by [`Plan::approve`] alone.
#[derive(Clone, Debug)]
pub struct Approved(Plan);

impl Plan {
    /// Whether a guard refuses the plan.
    pub fn is_refused(&self) -> bool {
        self.guards.iter().any(|verdict| verdict.ruling == Ruling::Refused)
    }

    /// Lets the plan go ahead, or gives it back where a guard refuses it.
    #[expect(
        clippy::result_large_err,
        reason = "the plan is given back whole, and this is called once a run"
    )]
    pub fn approve(self) -> Result<Approved, Self> {
        if self.is_refused() { Err(self) } else { Ok(Approved(self)) }
    }
}

impl Approved {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.0
    }

    /// Only the changes that `keep` wants, with the same guards' consent: less is never more.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&Change) -> bool) -> Self {
        self.0.changes.retain(|change| keep(change));
        self
    }
}

/// Judges by the guards of the files and, apart from them, by those of a guards file: a plan has to
/// pass both, each with its own approvals.
pub(crate) fn judge(
    changes: &[Change],
    sizes: &Sizes,
    desired: &Desired,
    guards_file: Option<&Guards>,
    today: Date,
) -> Vec<Verdict> {
    let sets = [(GuardSource::Files, Some(&desired.guards)), (GuardSource::GuardsFile, guards_file)];
    let mut verdicts = Vec::new();
    for (source, guards) in sets {
        let Some(guards) = guards else { continue };
        let approvals = Approvals::new(&guards.approvals, today);
        let bench = Bench { source, guards, approvals, changes, sizes, today };
        verdicts.push(bench.access_loss());
        verdicts.push(bench.keys_off());
        verdicts.push(bench.invites());
        verdicts.extend(bench.protect());
        verdicts.extend(bench.required_admins());
        if source == GuardSource::GuardsFile {
            verdicts.extend(bench.allowed_domains(desired));
        } else if sizes.nobody_in_force {
            verdicts.push(Verdict {
                guard: GuardKind::Members,
                source,
                ruling: Ruling::Refused,
                figures: None,
                reason: "no line under `members` is in force: this would remove everybody".to_owned(),
                changes: Vec::new(),
                approve: Vec::new(),
            });
        }
    }
    verdicts
}

struct Bench<'a> {
    source: GuardSource,
    guards: &'a Guards,
    approvals: Approvals<'a>,
    changes: &'a [Change],
    sizes: &'a Sizes,
    today: Date,
}

impl Bench<'_> {
    /// People who lose something, as DESIGN counts them: each once, approved pairs and fresh
    /// expiries left out; "never all" counts those too.
    fn access_loss(&self) -> Verdict {
        let n = self.sizes.people;
        let losing: Vec<&Change> =
            self.changes.iter().filter(|change| change.is(Class::AccessLoss)).collect();
        let who = |change: &Change| change.address.email().map(Email::person);
        let touched: BTreeSet<Person> = losing.iter().filter_map(|change| who(change)).collect();
        let counted: Vec<&Change> = losing.iter().copied().filter(|change| self.counts(change)).collect();
        let people: BTreeSet<Person> = counted.iter().filter_map(|change| who(change)).collect();
        let share = self.guards.access_loss.share.of(n);
        let limit = to_usize(self.guards.access_loss.max).min(share.max(1)).min(n.saturating_sub(1));
        let figures = Some(Figures { counted: people.len(), limit, of: Some(n) });
        let all = !touched.is_empty() && touched.len() >= n;
        let emptied: Vec<(&WorkspaceLabel, Vec<&Change>)> = self
            .sizes
            .emptied
            .iter()
            .map(|(label, ids)| {
                let by = losing.iter().filter(|change| ids.contains(&change.id) && self.is_open(change));
                (label, by.copied().collect::<Vec<_>>())
            })
            .filter(|(_, by)| !by.is_empty())
            .collect();
        if all {
            let reason = format!(
                "all {n} people whom the API could remove would lose access; no approval covers that"
            );
            return self.refused(GuardKind::AccessLoss, figures, reason, &losing, false);
        }
        if people.len() > limit {
            let reason = format!(
                "{} of {n} people would lose access, {limit} may (at most {}, and at most {})",
                people.len(),
                self.guards.access_loss.max,
                self.guards.access_loss.share
            );
            return self.refused(GuardKind::AccessLoss, figures, reason, &counted, true);
        }
        if let Some((label, _)) = emptied.first() {
            let more = emptied.len() - 1;
            let others = if more > 0 { format!(" and {more} more") } else { String::new() };
            let by: Vec<&Change> = emptied.iter().flat_map(|(_, by)| by.iter().copied()).collect();
            let reason = format!("nobody would be left in {}{others}", Address::Workspace((*label).clone()));
            return self.refused(GuardKind::AccessLoss, figures, reason, &by, true);
        }
        self.passed(GuardKind::AccessLoss, figures)
    }

    fn keys_off(&self) -> Verdict {
        let n = self.sizes.active_keys;
        let off: Vec<&Change> =
            self.changes.iter().filter(|change| change.is(Class::KeysOff) && self.is_open(change)).collect();
        let limit = to_usize(self.guards.keys_off).min(n.saturating_sub(1));
        let figures = Some(Figures { counted: off.len(), limit, of: Some(n) });
        if off.len() > limit {
            let reason = format!(
                "{} of {n} active keys would be switched off, {limit} may (at most {}, and never all)",
                off.len(),
                self.guards.keys_off
            );
            return self.refused(GuardKind::KeysOff, figures, reason, &off, true);
        }
        self.passed(GuardKind::KeysOff, figures)
    }

    fn invites(&self) -> Verdict {
        let sent: Vec<&Change> = self
            .changes
            .iter()
            .filter(|change| change.action == Action::Invite && self.is_open(change))
            .collect();
        let limit = to_usize(self.guards.invites);
        let figures = Some(Figures { counted: sent.len(), limit, of: None });
        if sent.len() > limit {
            let reason = format!("{} invites would be sent, {limit} may", sent.len());
            return self.refused(GuardKind::Invites, figures, reason, &sent, true);
        }
        self.passed(GuardKind::Invites, figures)
    }

    /// Protected things stay whatever was approved.
    fn protect(&self) -> Option<Verdict> {
        if self.guards.protect.is_empty() {
            return None;
        }
        let hits: Vec<&Change> = self.changes.iter().filter(|change| self.hits_protected(change)).collect();
        if hits.is_empty() {
            return Some(self.passed(GuardKind::Protect, None));
        }
        let reason = format!(
            "{} would touch what `protect` keeps; no approval covers that",
            plural(hits.len(), "change")
        );
        Some(self.refused(GuardKind::Protect, None, reason, &hits, false))
    }

    fn hits_protected(&self, change: &Change) -> bool {
        let harms = [Class::AccessLoss, Class::KeysOff, Class::Irreversible];
        if !harms.iter().any(|class| change.is(*class)) {
            return false;
        }
        self.guards.protect.iter().any(|kept| match (kept, &change.address) {
            (kept, address) if kept == address => true,
            // A protected person cannot be uninvited either.
            (Address::Member(kept), Address::Invite(email)) => kept == email,
            // What goes with a leaver or a workspace goes as surely as by a request of its own.
            (Address::WorkspaceMember(_, kept), Address::Member(email)) => {
                kept == email && change.action == Action::Remove
            }
            (
                Address::WorkspaceApiKey(kept, _) | Address::WorkspaceMember(kept, _),
                Address::Workspace(label),
            ) => kept == label && change.action == Action::Archive,
            _ => false,
        })
    }

    /// The API can neither give nor take such a role, so no plan makes this worse.
    fn required_admins(&self) -> Option<Verdict> {
        if self.guards.required_admins.is_empty() || !self.sizes.people_read {
            return None;
        }
        let missing: Vec<String> =
            self.guards.required_admins.difference(&self.sizes.admins).map(ToString::to_string).collect();
        let mut verdict = self.passed(GuardKind::RequiredAdmins, None);
        if !missing.is_empty() {
            verdict.ruling = Ruling::Reported;
            verdict.reason =
                format!("not an admin or owner live: {}; grant it in the Console", missing.join(", "));
        }
        Some(verdict)
    }

    /// Domains of people listed are an error of the files; a guards file can only refuse the plan.
    fn allowed_domains(&self, desired: &Desired) -> Option<Verdict> {
        let allowed = self.guards.allowed_domains.as_ref()?;
        let outside: BTreeSet<&Email> = desired
            .members
            .iter()
            .flatten()
            .filter(|(email, member)| member.in_force(self.today) && !allowed.contains(email.domain()))
            .map(|(email, _)| email)
            .collect();
        let gaining: Vec<&Change> = self
            .changes
            .iter()
            .filter(|change| change.is(Class::Grant) || change.is(Class::Raise))
            .filter(|change| change.address.email().is_some_and(|email| outside.contains(email)))
            .collect();
        if gaining.is_empty() {
            return Some(self.passed(GuardKind::AllowedDomains, None));
        }
        let reason = format!("{} for people outside the allowed domains", plural(gaining.len(), "change"));
        Some(self.refused(GuardKind::AllowedDomains, None, reason, &gaining, false))
    }

    /// Whether no approval covers the change.
    fn is_open(&self, change: &Change) -> bool {
        !self.approvals.covers(&change.pair())
    }

    /// Whether a loss counts against the limit: not approved, and no expiry of the last days, which
    /// was reviewed when it was written.
    fn counts(&self, change: &Change) -> bool {
        let fresh = change.expired.is_some_and(|until| days(until, self.today) <= EXPIRY_WINDOW);
        !fresh && self.is_open(change)
    }

    fn passed(&self, guard: GuardKind, figures: Option<Figures>) -> Verdict {
        Verdict {
            guard,
            source: self.source,
            ruling: Ruling::Passed,
            figures,
            reason: String::new(),
            changes: Vec::new(),
            approve: Vec::new(),
        }
    }

    fn refused(
        &self,
        guard: GuardKind,
        figures: Option<Figures>,
        reason: String,
        changes: &[&Change],
        approvable: bool,
    ) -> Verdict {
        const SHOWN: usize = 10;
        let mut sorted = changes.to_vec();
        sorted.sort_by_key(|change| (weight(change), change.address.clone(), change.id.clone()));
        sorted.dedup_by_key(|change| change.id.clone());
        let pairs: BTreeSet<Pair> =
            sorted.iter().filter(|_| approvable).map(|change| change.pair()).collect();
        Verdict {
            guard,
            source: self.source,
            ruling: Ruling::Refused,
            figures,
            reason,
            changes: sorted.iter().take(SHOWN).map(|change| change.id.clone()).collect(),
            approve: pairs.into_iter().collect(),
        }
    }
}

/// What a reader wants to see first: people who are out, then seats, then lower roles.
fn weight(change: &Change) -> u8 {
    match (&change.write, change.action) {
        (_, Action::Archive) => 0,
        (Write::RemoveMember { .. }, _) => 1,
        (_, Action::Revoke) => 2,
        (Write::SetKeyStatus { .. }, _) => 3,
        (_, Action::Update) if matches!(change.address, Address::Member(_)) => 4,
        (_, Action::Remove) => 5,
        _ => 6,
    }
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}

fn to_usize(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Lines of the files whose limits are looser than the built-in values.
pub fn loosened(guards: &Guards) -> Vec<(GuardKind, String)> {
    let built_in = Guards::default();
    let mut lines = Vec::new();
    let mut say = |kind, text: String| lines.push((kind, text));
    if guards.access_loss.max > built_in.access_loss.max {
        say(
            GuardKind::AccessLoss,
            format!("access_loss {} → {}", built_in.access_loss.max, guards.access_loss.max),
        );
    }
    if guards.access_loss.share > built_in.access_loss.share {
        say(
            GuardKind::AccessLoss,
            format!("access_loss share {} → {}", built_in.access_loss.share, guards.access_loss.share),
        );
    }
    if guards.keys_off > built_in.keys_off {
        say(GuardKind::KeysOff, format!("keys_off {} → {}", built_in.keys_off, guards.keys_off));
    }
    if guards.invites > built_in.invites {
        say(GuardKind::Invites, format!("invites {} → {}", built_in.invites, guards.invites));
    }
    lines
}
