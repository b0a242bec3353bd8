//! The workspaces for which a rule is enabled: each one is a change of its own.

use std::collections::BTreeSet;

use bylaws_engine::draft::Phase;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, ChangeId, Class, Fact, Facts, Item, Line, ObjectName, Reference, WorkspaceId,
    WorkspaceLabel, WorkspaceRef, Write,
};

use super::{LiveRule, RULE_WORKSPACE, Rule, RuleWorkspaces};
use crate::plan::Planner;

/// A workspace that a rule names.
pub(super) struct Place {
    label: WorkspaceLabel,
    workspace: WorkspaceRef,
}

impl Place {
    /// Returns the id, unless this plan creates the workspace.
    pub(super) fn live_id(&self) -> Option<&WorkspaceId> {
        self.workspace.live()
    }

    pub(super) fn reference(&self) -> Reference {
        let id = self.live_id().map(|id| id.as_str().to_owned());
        Reference { address: Address::Workspace(self.label.clone()), id }
    }
}

/// Returns what plans compare: a rule is enabled for a workspace or not, and there is nothing to compare.
pub(super) fn facts() -> Facts {
    Facts::default()
}

fn address(rule: &ObjectName, workspace: &WorkspaceLabel) -> Address {
    Address::WorkspaceObject(workspace.clone(), RULE_WORKSPACE.object(), rule.clone())
}

impl Planner<'_> {
    /// Returns the workspaces that a rule names; `None` for all, or if the files do not manage them. Blocks the rule if
    /// one is missing.
    pub(super) fn rule_places(&mut self, at: &Address, rule: &Rule) -> Result<Option<Vec<Place>>, ()> {
        let Some(RuleWorkspaces::Only(labels)) = &rule.workspaces else { return Ok(None) };
        let mut places = Vec::new();
        for label in labels {
            let workspace = match &self.desired.workspaces {
                Some(_) => self.workspace_of(label),
                None => self.live_place(label).map(WorkspaceRef::Live),
            };
            let Some(workspace) = workspace else {
                self.draft.block(at.clone(), text!("its workspace {} is blocked or does not exist", label));
                return Err(());
            };
            places.push(Place { label: label.clone(), workspace });
        }
        Ok(Some(places))
    }

    /// Returns the id of the live workspace that a rule names.
    pub(super) fn live_place(&self, label: &WorkspaceLabel) -> Option<WorkspaceId> {
        if self.desired.workspaces.is_some() {
            return self.workspace_of(label)?.live().cloned();
        }
        if label.is_default() {
            return self.live.workspaces.as_ref()?.default.clone();
        }
        match self.workspaces.open_named(label.as_str()).as_slice() {
            [one] => Some(one.id.clone()),
            _ => None,
        }
    }

    /// Plans to enable a rule for a workspace; `None` if it is not approved.
    pub(super) fn enable(
        &mut self,
        label: &ObjectName,
        rule: &Reference,
        place: &Place,
        hindrance: Option<&Text>,
    ) -> Option<ChangeId> {
        let address = address(label, &place.label);
        let why = text!("lets the rule give out tokens for {}, and needs an approval", &place.label);
        if self.is_widening_unapproved(Action::Create, &address, why) {
            return None;
        }
        if let Some(reason) = hindrance {
            self.draft.block(address, reason.clone());
            return None;
        }
        let mut body = Facts::default();
        body.set("federation_rule_id", Fact::Object(rule.clone()));
        let write = Write::creating(&RULE_WORKSPACE, Action::Create, rule.id(), body);
        let write = write.within(place.workspace.clone());
        Some(self.draft.add(Change {
            after: Some(facts()),
            classes: BTreeSet::from([Class::Widen]),
            ..Change::new(Phase::Enablements, address, write)
        }))
    }

    /// Enables a live rule where the files say, then disables it elsewhere; returns what enables it, or `None` if that is
    /// not approved.
    pub(super) fn plan_places(
        &mut self,
        label: &ObjectName,
        reference: &Reference,
        rule: &LiveRule,
        places: &[Place],
        hindrance: Option<&Text>,
    ) -> Option<Vec<ChangeId>> {
        let is_there = |place: &&Place| place.live_id().is_some_and(|id| rule.explicit.contains(id));
        let new = places.iter().filter(|place| !is_there(place));
        let enabled: Vec<Option<ChangeId>> =
            new.map(|place| self.enable(label, reference, place, hindrance)).collect();
        let enabled: Option<Vec<ChangeId>> = enabled.into_iter().collect();
        let wanted: BTreeSet<_> = places.iter().filter_map(Place::live_id).collect();
        for id in rule.explicit.iter().filter(|id| !wanted.contains(id)) {
            match &enabled {
                Some(enabled) => self.disable(label, rule, id, enabled),
                // Jobs would have no workspace at all in between.
                None => {
                    let reason = "stays enabled until the rule is enabled for the new workspaces";
                    let at = address(label, &self.label_of(id));
                    self.draft
                        .plan
                        .notes
                        .push(Item { line: Line::of(&super::rule::address(label)), ..Item::new(at, reason) });
                }
            }
        }
        enabled
    }

    /// Plans to disable a rule for a live workspace.
    fn disable(
        &mut self,
        label: &ObjectName,
        rule: &LiveRule,
        workspace: &WorkspaceId,
        enabled: &[ChangeId],
    ) {
        let label_of = self.label_of(workspace);
        let address = address(label, &label_of);
        let mut body = Facts::default();
        body.set("federation_rule_id", Fact::Text(rule.id.clone()));
        let write = Write::to(&RULE_WORKSPACE, Action::Remove, rule.id.as_str(), body);
        let write = write.within(WorkspaceRef::Live(workspace.clone()));
        self.draft.add(Change {
            before: Some(facts()),
            classes: BTreeSet::from([Class::AccessLoss]),
            line: Line::of(&super::rule::address(label)),
            // If the rule cannot be enabled elsewhere, it stays enabled here.
            depends_on: enabled.to_vec(),
            ..Change::new(Phase::EnablementsLost, address, write)
        });
    }

    /// Returns the label of a live workspace in this plan: that of the files, or its name.
    fn label_of(&self, id: &WorkspaceId) -> WorkspaceLabel {
        let listed = self.matched.iter().find(|(_, found)| found.live().is_some_and(|live| live.id == *id));
        let named = || match self.workspaces.get(id) {
            Some(live) => WorkspaceLabel::new(live.name.as_str()),
            None => WorkspaceLabel::new(id.as_str()),
        };
        listed.map_or_else(named, |(label, _)| (*label).clone())
    }

    /// Notes workspaces in which exchanges will fail, because the service account is not a member there.
    pub(super) fn note_memberships(&mut self, address: &Address, rule: &Rule) {
        let Some(RuleWorkspaces::Only(labels)) = &rule.workspaces else { return };
        for label in labels.iter().filter(|label| !label.is_default()) {
            if self.is_account_member(&rule.service_account, label) == Some(false) {
                let reason = text!(
                    "exchanges for {} will fail: the service account {} is not a member of it",
                    label,
                    &rule.service_account
                );
                self.draft.note(address.clone(), reason);
            }
        }
    }
}
