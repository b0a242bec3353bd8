//! Issuers and rules as objects of the files and of the live state.

use bylaws_engine::text::Text;
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Facts, ObjectName, WorkspaceId, WorkspaceLabel};

use super::lists::{need_issuers, need_rules};
use super::remote::{self, RuleWorkspaces};
use super::{LiveFederation, activities, adopt, enablement, import};
use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::objects::{LiveObject, Objects};
use crate::plan::Planner;
use crate::reads::short_pages;
use crate::remote::{Remote, RemoteObjects};
use crate::syntax::Target;
use crate::unlisted::Policy;
use crate::unlisted_sections::UnlistedSection;

/// The issuers of identity tokens.
pub(crate) struct Issuers;

/// The rules.
pub(crate) struct Rules;

static UNLISTED: UnlistedSection = UnlistedSection {
    key: super::SECTION,
    description: "Federation issuers and rules that are not listed. Applies only with a `federation` section.",
    policies: &Policy::KEEPING,
    applies: |desired| desired.federation.is_some(),
    without: "there is no `federation` section",
    is_hashed: false,
};

/// Returns the number of requests of a list.
fn reads<T>(live: &Live, list: impl Fn(&LiveFederation) -> Option<&Vec<T>>) -> usize {
    live.federation.as_ref().and_then(list).map_or(0, |list| short_pages(list.len()))
}

impl Objects for Issuers {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UNLISTED
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &remote::Issuers
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let issuers = live.federation.as_ref()?.issuers.as_ref()?.iter().filter(|issuer| !issuer.archived);
        let object = |issuer: &'l super::LiveIssuer| LiveObject {
            workspace: None,
            name: &issuer.name,
            id: &issuer.id,
            created_at: issuer.created_at,
            status: None,
        };
        Some(issuers.map(object).collect())
    }

    fn past<'l>(&self, live: &'l Live) -> Option<Vec<(&'l str, &'l str)>> {
        let issuers = live.federation.as_ref()?.issuers.as_ref()?;
        Some(issuers.iter().map(|issuer| (issuer.id.as_str(), issuer.name.as_str())).collect())
    }

    /// Plans the rules as well, because both refer to each other, and then the accounts that no rule needs any more.
    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_federation();
        planner.plan_accounts_lost();
    }

    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        if need_issuers(desired) { reads(live, |federation| federation.issuers.as_ref()) } else { 0 }
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = need_issuers(desired);
        if let Some(federation) = live.federation.as_mut().filter(|_| !is_needed) {
            federation.issuers = None;
        }
        !is_needed || live.federation.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        if let Some(issuers) = live.federation.as_ref().and_then(|federation| federation.issuers.as_ref()) {
            add(List::of("federation_issuers"), issuers.iter().map(remote::issuer).collect());
        }
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (_, name): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        adopt::issuer(view, wanted, name, difference)
    }

    fn import(&self, live: &Live, _: Option<&WorkspaceId>, target: Target<'_>) -> Vec<Text> {
        import::import(live, target)
    }

    fn clear(&self, _: &mut OpenWorkspace) {}

    fn trail(&self) -> &'static Trail {
        &activities::ISSUERS
    }

    fn shown(&self, live: &Live, target: Option<&str>, _: Option<&WorkspaceId>) -> Option<Option<Facts>> {
        let mut issuers = live.federation.as_ref()?.issuers.as_ref()?.iter();
        let found = issuers.find(|issuer| target == Some(issuer.id.as_str()));
        Some(found.map(super::LiveIssuer::facts))
    }
}

impl Objects for Rules {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UNLISTED
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &remote::Rules
    }

    fn parts(&self) -> &'static [&'static dyn Remote] {
        &[&RuleWorkspaces]
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let rules = live.federation.as_ref()?.rules.as_ref()?.iter().filter(|rule| !rule.archived);
        let object = |rule: &'l super::LiveRule| LiveObject {
            workspace: None,
            name: &rule.name,
            id: &rule.id,
            created_at: rule.created_at,
            status: None,
        };
        Some(rules.map(object).collect())
    }

    fn past<'l>(&self, live: &'l Live) -> Option<Vec<(&'l str, &'l str)>> {
        let rules = live.federation.as_ref()?.rules.as_ref()?;
        Some(rules.iter().map(|rule| (rule.id.as_str(), rule.name.as_str())).collect())
    }

    fn plan(&self, _: &mut Planner<'_>) {}

    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        if need_rules(desired) { reads(live, |federation| federation.rules.as_ref()) } else { 0 }
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = need_rules(desired);
        live.federation = live.federation.take().filter(|_| is_needed);
        !is_needed || live.federation.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        let Some(rules) = live.federation.as_ref().and_then(|federation| federation.rules.as_ref()) else {
            return;
        };
        add(List::of("federation_rules"), rules.iter().map(remote::rule).collect());
        for id in live.workspaces.iter().flat_map(|workspaces| workspaces.all.keys()) {
            let enabled = rules.iter().filter(|rule| !rule.archived && rule.explicit.contains(id));
            let entries = enabled.map(|rule| remote::enabled(&rule.id));
            add(List::within("federation_rule_workspaces", id), entries.collect());
        }
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (_, name): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        adopt::rule(view, wanted, name, difference)
    }

    fn clear(&self, _: &mut OpenWorkspace) {}

    fn trail(&self) -> &'static Trail {
        &activities::RULES
    }

    /// For a rule, or for a rule in a workspace.
    fn shown(
        &self,
        live: &Live,
        target: Option<&str>,
        workspace: Option<&WorkspaceId>,
    ) -> Option<Option<Facts>> {
        let mut rules = live.federation.as_ref()?.rules.as_ref()?.iter();
        let found = rules.find(|rule| target == Some(rule.id.as_str()));
        Some(match workspace {
            None => found.map(super::LiveRule::facts),
            Some(id) => found.filter(|rule| rule.explicit.contains(id)).map(|_| enablement::facts()),
        })
    }
}
