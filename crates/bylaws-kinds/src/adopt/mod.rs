//! Edits the files so that they ask for what is live. Each kind of object says what its entry becomes; the files that an
//! import would write say how live objects are listed. What files cannot say, what is ambiguous, and what is only due is
//! skipped with a reason.

pub(crate) mod view;

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Address, Cause, Line, Plan};

use crate::base::{Base, Basis};
use crate::desired::Desired;
use crate::files::edit::rewrite::rewrite;
use crate::files::{Edited, Loaded};
use crate::live::Live;
use crate::objects::{objects, whole};
use crate::plan::plan;
use crate::selection::{Selection, Unmatched};
use crate::{member, workspace, workspace_member};
use view::{Difference, NOT_LIVE, View};

/// How often the edited files are planned and adopted again: an adopted role can change which memberships differ.
const ROUNDS: usize = 8;

/// The result of an adoption.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// The edited files.
    pub edited: Edited,
    /// The addresses at which the files ask for what is live now. A workspace of which files can express only some
    /// settings is here and among the skipped ones.
    pub addresses: BTreeSet<Address>,
    /// What still differs, sorted by address, with the reason. An unlisted object may have the address of a listed one.
    pub skipped: Vec<(Address, String)>,
}

/// Edits the files in memory so that they ask for what is live at these addresses, or everywhere if there are none.
/// `imported` is what an import would write of this live state. With a base, only what differs from its files is adopted.
/// An address that selects nothing is an error.
pub fn adopt(
    loaded: &Loaded,
    basis: &Basis<'_>,
    (live, imported): (&Live, &Desired),
    only: &[Address],
) -> Result<Adopted, Box<Unmatched>> {
    let mut kept = Skipped::new();
    loop {
        let run = Run::of(loaded, basis, (live, imported), only, &kept)?;
        // Without effect is an edit after which the object still differs: its entry has to stay as it was. Of the settings of
        // a workspace, some can be adopted.
        let is_partial = |key: &Key| matches!(key, (Address::Workspace(_), false));
        let is_without_effect = |key: &Key| run.taken.contains(key) && !is_partial(key);
        let mut without_effect = run.skipped.clone();
        without_effect.retain(|key, _| is_without_effect(key));
        if without_effect.is_empty() {
            return Ok(run.adopted(loaded));
        }
        kept.append(&mut without_effect);
    }
}

/// Returns whether this is a workspace whose name or settings were edited.
fn has_new_settings(address: &Address, before: &Loaded, after: &Loaded) -> bool {
    let Address::Workspace(label) = address else { return false };
    let settings = |loaded: &Loaded| {
        let entry = loaded.desired.as_ref()?.workspaces.as_ref()?.get(label)?;
        Some((entry.name.clone(), entry.open()?.settings.clone()))
    };
    settings(before).is_some_and(|before| settings(after).is_some_and(|after| after != before))
}

/// Returns the selected addresses. After the first round, one that is neither in the files nor live any more is left out.
fn selection(
    plan: &Plan,
    only: &[Address],
    (live, basis): (&Live, &Basis<'_>),
    is_first: bool,
) -> Result<Selection, Box<Unmatched>> {
    let is_left = |address: &&Address| {
        is_first || Selection::of(plan, std::slice::from_ref(*address), live, basis).is_ok()
    };
    let left: Vec<Address> = only.iter().filter(is_left).cloned().collect();
    Selection::of(plan, &left, live, basis)
}

/// Identifies a difference: its address, and whether no line asks for the object.
type Key = (Address, bool);

/// What is skipped, with the reasons.
type Skipped = BTreeMap<Key, String>;

/// The files so far, what was edited, and what is skipped.
struct Run {
    loaded: Loaded,
    /// Every difference that was found.
    seen: BTreeSet<Key>,
    /// The differences for which the files were edited.
    taken: BTreeSet<Key>,
    skipped: Skipped,
}

impl Run {
    /// Adopts in rounds, without the differences in `kept`.
    fn of(
        loaded: &Loaded,
        basis: &Basis<'_>,
        (live, imported): (&Live, &Desired),
        only: &[Address],
        kept: &Skipped,
    ) -> Result<Self, Box<Unmatched>> {
        let (seen, taken) = (BTreeSet::new(), BTreeSet::new());
        let mut run = Self { loaded: loaded.clone(), seen, taken, skipped: BTreeMap::new() };
        for round in 0.. {
            let Some(desired) = run.loaded.desired.clone() else { break };
            // Compared with themselves, the files cause nothing: every change is drift or due.
            let base = basis.base.unwrap_or(Base::Files(&desired));
            let basis = Basis { desired: &desired, base: Some(base), ..*basis };
            let plan = plan(&basis, live);
            let selection = selection(&plan, only, (live, &basis), round == 0)?;
            // What was ambiguous may be clear now.
            run.skipped.clone_from(kept);
            let open = run
                .differences(&plan, |address, target| only.is_empty() || selection.covers(address, target));
            run.seen.extend(open.iter().map(Difference::key));
            if round == ROUNDS || !run.take(&View::new(&basis, live, imported, &plan), &open) {
                for difference in open {
                    run.skipped.entry(difference.key()).or_insert(difference.reason);
                }
                break;
            }
        }
        Ok(run)
    }

    /// Returns the result, for these original files.
    fn adopted(self, loaded: &Loaded) -> Adopted {
        let Self { loaded: after, seen, skipped, .. } = self;
        let is_adopted = |key: &Key| !skipped.contains_key(key) || has_new_settings(&key.0, loaded, &after);
        let addresses = seen.into_iter().filter(is_adopted).map(|(address, _)| address).collect();
        let is_told = |address: &Address| {
            let workspace = address.workspace().map(|label| Address::Workspace(label.clone()));
            workspace.is_some_and(|workspace| skipped.contains_key(&(workspace, false)))
        };
        let named = skipped.iter().filter(|((address, _), reason)| *reason != NOT_LIVE || !is_told(address));
        let skipped = named.map(|((address, _), reason)| (address.clone(), reason.clone())).collect();
        Adopted { edited: Edited::between(loaded, after), addresses, skipped }
    }

    /// Returns the selected differences that are not skipped. What is due is skipped here: an apply makes it so.
    fn differences(
        &mut self,
        plan: &Plan,
        is_selected: impl Fn(&Address, Option<&str>) -> bool,
    ) -> Vec<Difference> {
        let mut found: BTreeMap<Key, Difference> = BTreeMap::new();
        let mut add = |address: &Address, is_unlisted, is_change, reason: &str| {
            let address = match address {
                Address::Invite(email) => Address::Member(email.clone()),
                address => address.clone(),
            };
            let difference = Difference { address, is_unlisted, is_change, reason: reason.to_owned() };
            found.entry(difference.key()).or_insert(difference).is_change |= is_change;
        };
        for change in plan.changes.iter().filter(|change| is_selected(&change.address, change.target())) {
            match (change.cause, change.expired) {
                (Some(Cause::Commit) | None, _) => {}
                (Some(Cause::Drift), _) => {
                    let is_unlisted = matches!(change.line, Some(Line::Unlisted(_)));
                    add(&change.address, is_unlisted, true, "files cannot express what is live");
                }
                (Some(Cause::Due), expired) => {
                    let why = expired.map_or_else(
                        || "an invite was accepted or has expired".to_owned(),
                        |day| format!("it expired on {day}"),
                    );
                    let reason = format!("due, because {why}: `bylaws apply` makes the change");
                    self.skipped.entry((change.address.clone(), false)).or_insert(reason);
                }
            }
        }
        let blocked = plan.blocked.iter().filter(|item| item.cause != Some(Cause::Commit));
        let items = blocked.map(|item| (item, false)).chain(plan.unlisted.iter().map(|item| (item, true)));
        for (item, is_unlisted) in items.filter(|(item, _)| is_selected(&item.address, None)) {
            add(&item.address, is_unlisted, false, item.reason.as_str());
        }
        found.retain(|key, _| !self.skipped.contains_key(key));
        found.into_values().collect()
    }

    /// Adopts the differences, or as many of them as the files can be edited for. Returns whether any was.
    fn take(&mut self, view: &View<'_>, open: &[Difference]) -> bool {
        let Some(desired) = &self.loaded.desired else { return false };
        let mut wanted = desired.clone();
        for difference in open {
            if let Err(reason) = one(view, difference, &mut wanted) {
                self.skipped.insert(difference.key(), reason);
            }
        }
        if wanted == *desired {
            return false;
        }
        match (rewrite(&self.loaded, &wanted), open) {
            (Ok(loaded), _) => {
                self.loaded = loaded;
                let taken = open.iter().map(Difference::key).filter(|key| !self.skipped.contains_key(key));
                self.taken.extend(taken);
                true
            }
            (Err(reason), [only]) => {
                self.skipped.insert(only.key(), reason);
                false
            }
            (Err(_), _) => {
                // The halves show which ones prevent the edit.
                let (first, second) = open.split_at(open.len() / 2);
                let is_edited = self.take(view, first);
                self.take(view, second) || is_edited
            }
        }
    }
}

/// Changes what the files ask for at one address to what is live, or returns why it stays.
fn one(view: &View<'_>, difference: &Difference, wanted: &mut Desired) -> Result<(), String> {
    let reason = || difference.reason.clone();
    match &difference.address {
        Address::Member(email) => member::adopt::adopt(view, wanted, email, difference),
        Address::Workspace(label) => workspace::adopt::adopt(view, wanted, label, difference),
        Address::WorkspaceMember(label, email) => {
            workspace_member::adopt::adopt(view, wanted, (label, email), difference)
        }
        Address::WorkspaceObject(label, kind, name) => {
            let objects = objects(kind).or_else(|| whole(kind)).ok_or_else(reason)?;
            objects.adopt(view, wanted, (Some(label), name), difference)
        }
        Address::OrganizationObject(kind, name) => {
            objects(kind).ok_or_else(reason)?.adopt(view, wanted, (None, name), difference)
        }
        Address::Organization
        | Address::Invite(_)
        | Address::UnknownWorkspaceMember(..)
        | Address::Section(_) => Err(reason()),
    }
}
