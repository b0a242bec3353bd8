//! Service accounts as objects of the files and of the live state.

use std::collections::BTreeMap;

use bylaws_engine::text::{Text, text};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Facts, ObjectName, WorkspaceId, WorkspaceLabel};

use super::adopt::listable;
use super::lists::{are_needed, read, workspaces};
use super::{SECTION, facts};
use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::objects::{LiveObject, Objects};
use crate::plan::Planner;
use crate::reads::short_pages;
use crate::remote::RemoteObjects;
use crate::syntax::Target;
use crate::unlisted::Policy;
use crate::unlisted_sections::UnlistedSection;

/// The service accounts of the organization.
pub(crate) struct ServiceAccounts;

/// What happens to accounts and memberships that are not in the files.
pub(crate) static UNLISTED: UnlistedSection = UnlistedSection {
    key: SECTION,
    description: "Service accounts that are not listed, and their memberships of listed workspaces with \
        `service_accounts`. `remove` ends memberships only.",
    policies: &Policy::ALL,
    applies: are_needed,
    without: "no `service_accounts` are listed",
    is_hashed: false,
};

impl Objects for ServiceAccounts {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UNLISTED
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &super::remote::ServiceAccounts
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let accounts = read(live)?.accounts.iter().map(|(id, account)| LiveObject {
            workspace: None,
            name: &account.name,
            id,
            created_at: account.created_at,
            status: None,
        });
        Some(accounts.collect())
    }

    fn past<'l>(&self, live: &'l Live) -> Option<Vec<(&'l str, &'l str)>> {
        let accounts = &read(live)?.accounts;
        Some(accounts.iter().map(|(id, account)| (id.as_str(), account.name.as_str())).collect())
    }

    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_service_accounts();
    }

    /// The memberships are counted too: they are read together.
    fn reads(&self, desired: &Desired, live: &Live) -> usize {
        let Some(accounts) = live.service_accounts.as_ref().filter(|_| are_needed(desired)) else { return 0 };
        if accounts.refused.is_some() {
            return 1;
        }
        let of = |id| short_pages(accounts.memberships.get(id).map_or(0, BTreeMap::len));
        short_pages(accounts.accounts.len()) + workspaces(desired, live).iter().map(of).sum::<usize>()
    }

    fn trim(&self, desired: &Desired, live: &mut Live) -> bool {
        let is_needed = are_needed(desired);
        let kept = workspaces(desired, live);
        live.service_accounts = live.service_accounts.take().filter(|_| is_needed);
        if let Some(accounts) = &mut live.service_accounts {
            accounts.memberships.retain(|id, _| kept.contains(id));
        }
        !is_needed || live.service_accounts.is_some()
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        let Some(accounts) = read(live) else { return };
        let entries = accounts.accounts.iter().map(|(id, account)| Entry {
            id: id.clone(),
            natural: account.name.clone(),
            facts: facts(account),
        });
        add(List::of("service_accounts"), entries.collect());
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (_, name): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        super::adopt::adopt(view, wanted, name, difference)
    }

    fn import(&self, live: &Live, _: Option<&WorkspaceId>, target: Target<'_>) -> Vec<Text> {
        let (Some(accounts), Target::Organization(desired)) = (read(live), target) else { return Vec::new() };
        let active = accounts.accounts.iter().filter(|(_, account)| !account.archived);
        let (mut entries, mut left_out) = (BTreeMap::new(), Vec::new());
        for (id, account) in active {
            match listable(account).filter(|_| super::is_listable(account)) {
                Some(entry) => drop(entries.insert(ObjectName::new(account.name.as_str()), entry)),
                None => left_out.push(text!("service account {} (`{}`)", id, &account.name)),
            }
        }
        desired.service_accounts = (!entries.is_empty()).then_some(entries);
        left_out
    }

    fn clear(&self, _: &mut OpenWorkspace) {}

    fn trail(&self) -> &'static Trail {
        &super::activities::TRAIL
    }

    fn shown(&self, live: &Live, target: Option<&str>, _: Option<&WorkspaceId>) -> Option<Option<Facts>> {
        let accounts = &read(live)?.accounts;
        Some(target.and_then(|id| accounts.get(id)).map(facts))
    }
}
