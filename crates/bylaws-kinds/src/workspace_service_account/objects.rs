//! Workspace memberships of service accounts as objects of the files and of the live state.

use bylaws_engine::text::{Text, text};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Facts, LiveWorkspaceRole, ObjectName, WorkspaceId, WorkspaceLabel};

use super::{AccountRole, Memberships, facts};
use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::objects::{LiveObject, Objects};
use crate::plan::Planner;
use crate::remote::RemoteObjects;
use crate::service_account::lists::read;
use crate::service_account::objects::UNLISTED;
use crate::syntax::Target;
use crate::unlisted_sections::UnlistedSection;

/// The workspace memberships of service accounts.
pub(crate) struct WorkspaceServiceAccounts;

impl Objects for WorkspaceServiceAccounts {
    fn unlisted(&self) -> &'static UnlistedSection {
        &UNLISTED
    }

    fn remote(&self) -> &'static dyn RemoteObjects {
        &super::remote::WorkspaceServiceAccounts
    }

    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>> {
        let accounts = read(live)?;
        let mut objects = Vec::new();
        for (workspace, members) in &accounts.memberships {
            objects.extend(members.iter().map(|(id, role)| LiveObject {
                workspace: Some(workspace),
                name: accounts.accounts.get(id).map_or(id, |account| &account.name),
                id,
                created_at: None,
                status: AccountRole::of(role).map(AccountRole::as_str),
            }));
        }
        Some(objects)
    }

    fn plan(&self, planner: &mut Planner<'_>) {
        planner.plan_account_memberships();
    }

    /// Counted with the accounts.
    fn reads(&self, _: &Desired, _: &Live) -> usize {
        0
    }

    /// Trimmed with the accounts.
    fn trim(&self, _: &Desired, _: &mut Live) -> bool {
        true
    }

    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>)) {
        for (workspace, members) in read(live).into_iter().flat_map(|accounts| &accounts.memberships) {
            let entry = |(id, role): (&String, &LiveWorkspaceRole)| Entry {
                id: id.clone(),
                natural: id.clone(),
                facts: facts(role.as_str()),
            };
            add(List::within("workspace_service_accounts", workspace), members.iter().map(entry).collect());
        }
    }

    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        (workspace, name): (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String> {
        let workspace = workspace.ok_or_else(|| difference.reason.clone())?;
        super::adopt::adopt(view, wanted, (workspace, name), difference)
    }

    fn import(&self, live: &Live, workspace: Option<&WorkspaceId>, target: Target<'_>) -> Vec<Text> {
        let (Some(accounts), Target::Workspace(_, open)) = (read(live), target) else { return Vec::new() };
        let (mut lines, mut left_out) = (Memberships::new(), Vec::new());
        let members = workspace.and_then(|workspace| accounts.memberships.get(workspace));
        for (id, role) in members.into_iter().flatten() {
            let account = accounts.accounts.get(id);
            if account.is_some_and(|account| account.archived) {
                continue;
            }
            let name = account.filter(|account| crate::service_account::is_listable(account));
            match name.zip(AccountRole::of(role)) {
                Some((account, role)) => {
                    lines.insert(ObjectName::new(account.name.as_str()), Some(role));
                }
                None => left_out.push(text!("{} of service account {}", role, id)),
            }
        }
        open.service_accounts = (!lines.is_empty()).then_some(lines);
        left_out
    }

    fn clear(&self, open: &mut OpenWorkspace) {
        open.service_accounts = None;
    }

    /// Every account is in the default workspace.
    fn is_everywhere(&self, live: &Live, name: &str) -> bool {
        let accounts = read(live).into_iter().flat_map(|accounts| &accounts.accounts);
        accounts.into_iter().any(|(id, account)| !account.archived && (account.name == name || id == name))
    }

    fn trail(&self) -> &'static Trail {
        &super::activities::TRAIL
    }

    fn shown(
        &self,
        live: &Live,
        target: Option<&str>,
        workspace: Option<&WorkspaceId>,
    ) -> Option<Option<Facts>> {
        let members = read(live)?.memberships.get(workspace?)?;
        Some(target.and_then(|id| members.get(id)).map(|role| facts(role.as_str())))
    }
}
