//! Workspace memberships of service accounts, from the side of the account and from that of the workspace
//! (`docs/service-behaviour.md#service-accounts`). Stores only explicit memberships; that of the default workspace,
//! which every account has, is computed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::actor_id;
use crate::feed::event::{Pattern, Recorded, id_of, objects};
use crate::kinds::{Accepts, Kind};
use crate::lifecycle::actor;
use crate::object::{Object, Problem};
use crate::page::TokenPaging;
use crate::request::{Call, Query, Target};
use crate::role;
use crate::routes::Run::{Delete, Get, List, Post};
use crate::seed::Seed;
use crate::seeding::{Seeding, each, id, in_workspaces};
use crate::service_accounts;
use crate::state::State;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        let list = &mut seed.workspace_service_accounts;
        Seeding::list(list, document, LIST, now, ServiceAccountWorkspaceMember::from_seed)?;
        list.retain(|membership| membership.implicit != Some(true));
        Ok(())
    },
    check,
    accepts: Accepts::Tokens,
    recorded: &[Recorded {
        find: |state, path, told| {
            let (workspace, account) = match path {
                ["workspaces", workspace, "service_accounts", rest @ ..] => {
                    (Some((*workspace).to_owned()), id_of(rest, told, "service_account_id"))
                }
                ["service_accounts", account, "workspaces", rest @ ..] => {
                    (id_of(rest, told, "workspace_id"), Some((*account).to_owned()))
                }
                _ => return None,
            };
            let is_it = |own: &&ServiceAccountWorkspaceMember| {
                (Some(&own.workspace_id), Some(&own.service_account_id))
                    == (workspace.as_ref(), account.as_ref())
            };
            Some(json!(state.rest.workspace_service_accounts.iter().find(is_it)))
        },
        all: |seed| objects(&seed.workspace_service_accounts),
        says: |change| change.of(&ACTIVITIES),
    }],
    ..Kind::new(&[
        (
            "/v1/organizations/service_accounts/{service_account_id}/workspaces",
            &[List(list_of_account), Post(add_to_account)],
        ),
        (
            "/v1/organizations/service_accounts/{service_account_id}/workspaces/{workspace_id}",
            &[Delete(remove)],
        ),
        (
            "/v1/organizations/workspaces/{workspace_id}/service_accounts",
            &[List(list_of_workspace), Post(add_to_workspace)],
        ),
        (
            "/v1/organizations/workspaces/{workspace_id}/service_accounts/{service_account_id}",
            &[Get(get), Post(update), Delete(remove)],
        ),
    ])
};

const ACTIVITIES: Pattern = Pattern {
    added: "platform_service_account_workspace_member_added",
    updated: "platform_service_account_workspace_member_updated",
    removed: "platform_service_account_workspace_member_removed",
    ids: &[("service_account_id", "service_account_id"), ("workspace_id", "workspace_id")],
    updates: &[("/workspace_role", "workspace_role")],
    hidden: &[],
};

/// The list of the seed.
const LIST: &str = "workspace_service_accounts";

/// A workspace membership of a service account. A seed needs `workspace_id`, `service_account_id` and `workspace_role`.
///
/// Implicit memberships, which the service lists as well, are left out of a seed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["workspace_id", "service_account_id", "workspace_role"]))]
pub struct ServiceAccountWorkspaceMember {
    /// Always `service_account_workspace_member`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The id of the service account, `svac_…`.
    pub service_account_id: String,
    /// The id of the workspace, `wrkspc_…`.
    pub workspace_id: String,
    /// The workspace role; unknown values are kept.
    pub workspace_role: String,
    /// Whether it is the membership of the default workspace that every account has; null if not known.
    pub implicit: Option<bool>,
    /// Who added it, `user_…` or `svac_…`, if known.
    pub created_by_actor_id: Option<String>,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl ServiceAccountWorkspaceMember {
    fn new(workspace_id: &str, service_account_id: &str, role: &str, actor: Option<String>) -> Self {
        Self {
            kind: "service_account_workspace_member",
            service_account_id: service_account_id.to_owned(),
            workspace_id: workspace_id.to_owned(),
            workspace_role: role.to_owned(),
            implicit: Some(false),
            created_by_actor_id: actor,
            extra: BTreeMap::new(),
        }
    }

    /// Returns the membership of the default workspace that every account has.
    fn implicit(state: &State, service_account_id: &str) -> Self {
        let plain = Self::new(&state.default_workspace, service_account_id, "workspace_user", None);
        Self { implicit: Some(true), ..plain }
    }

    fn from_seed(mut object: Object, _: &mut Seeding) -> Result<Self, Problem> {
        object.kind("service_account_workspace_member")?;
        let workspace_id = id(&mut object, "workspace_id", "wrkspc_")?;
        let account = id(&mut object, "service_account_id", "svac_")?;
        let role = object.text("workspace_role")?;
        let implicit = object.nullable_flag("implicit")?.or(Some(false));
        let actor = actor(&mut object, "created_by_actor_id")?;
        Ok(Self { implicit, extra: object.rest(), ..Self::new(&workspace_id, &account, &role, actor) })
    }

    fn is(&self, workspace_id: &str, service_account_id: &str) -> bool {
        self.workspace_id == workspace_id && self.service_account_id == service_account_id
    }
}

fn check(seed: &Seed) -> Result<(), Problem> {
    let memberships = &seed.workspace_service_accounts;
    in_workspaces(seed, LIST, memberships, "workspace_id", |membership| Some(&membership.workspace_id))?;
    let mut seen = BTreeSet::new();
    each(LIST, memberships, |membership| {
        let id = &membership.service_account_id;
        if !seed.service_accounts.iter().any(|account| account.id == *id) {
            return Err(Problem::new("service_account_id", "is not a service account of this seed"));
        }
        let is_new = seen.insert((&membership.workspace_id, id));
        if is_new { Ok(()) } else { Err(Problem::new("", "the same membership appears twice")) }
    })
}

fn list_of_account(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let account = target.id("service_account_id");
    let paging = TokenPaging::read(&format!("{LIST} of {account}"), &mut query, 20, 100)?;
    query.finish()?;
    service_accounts::find(state, account)?;
    let memberships = state.rest.workspace_service_accounts.iter();
    let own: Vec<Value> = memberships
        .filter(|membership| membership.service_account_id == account)
        .map(|membership| json!(membership))
        .collect();
    let is_implicit = find(state, &state.default_workspace, account).is_none();
    let (mut data, next_page) = paging.page(own);
    if is_implicit && paging.is_first() {
        // Beside the requested number of items.
        data.insert(0, json!(ServiceAccountWorkspaceMember::implicit(state, account)));
    }
    Ok(json!({"data": data, "next_page": next_page}))
}

fn list_of_workspace(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let workspace = target.id("workspace_id");
    let paging = TokenPaging::read(&format!("{LIST} in {workspace}"), &mut query, 20, 100)?;
    query.finish()?;
    state.workspaces.find(workspace)?;
    let memberships = state.rest.workspace_service_accounts.iter();
    let own = memberships.filter(|membership| membership.workspace_id == workspace);
    let (data, next_page) = paging.page(own.map(|membership| json!(membership)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    let (workspace, account) = (target.id("workspace_id"), target.id("service_account_id"));
    state.workspaces.find(workspace)?;
    service_accounts::find(state, account)?;
    match find(state, workspace, account) {
        Some(membership) => Ok(json!(membership)),
        None if state.is_default(workspace) => {
            Ok(json!(ServiceAccountWorkspaceMember::implicit(state, account)))
        }
        None => Err(no_member()),
    }
}

fn add_to_account(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let workspace = id(&mut body, "workspace_id", "wrkspc_")?;
    let role = role::read(&mut body, "workspace_role", &role::SETTABLE_IN_WORKSPACE)?;
    body.finish()?;
    set(state, &workspace, target.id("service_account_id"), &role, target.call)
}

fn add_to_workspace(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let account = id(&mut body, "service_account_id", "svac_")?;
    let role = role::read(&mut body, "workspace_role", &role::SETTABLE_IN_WORKSPACE)?;
    body.finish()?;
    set(state, target.id("workspace_id"), &account, &role, target.call)
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let role = role::read(&mut body, "workspace_role", &role::SETTABLE_IN_WORKSPACE)?;
    body.finish()?;
    get(state, target)?;
    set(state, target.id("workspace_id"), target.id("service_account_id"), &role, target.call)
}

/// Adds a membership, or sets the role of the one that exists.
fn set(state: &mut State, workspace: &str, account: &str, role: &str, call: &Call) -> Answer {
    check_live(state, workspace, account)?;
    let actor = actor_id(state, call);
    let memberships = &mut state.rest.workspace_service_accounts;
    if let Some(membership) = memberships.iter_mut().find(|membership| membership.is(workspace, account)) {
        role.clone_into(&mut membership.workspace_role);
        return Ok(json!(membership));
    }
    let membership = ServiceAccountWorkspaceMember::new(workspace, account, role, actor);
    let answer = json!(membership);
    memberships.insert(0, membership);
    Ok(answer)
}

/// Removes a membership if there is one; the implicit one stays.
fn remove(state: &mut State, target: &Target<'_>) -> Answer {
    let (workspace, account) = (target.id("workspace_id"), target.id("service_account_id"));
    check_live(state, workspace, account)?;
    state.rest.workspace_service_accounts.retain(|membership| !membership.is(workspace, account));
    Ok(json!({
        "type": "service_account_workspace_member_deleted",
        "service_account_id": account,
        "workspace_id": workspace,
    }))
}

/// Returns an explicit membership.
fn find<'a>(state: &'a State, workspace: &str, account: &str) -> Option<&'a ServiceAccountWorkspaceMember> {
    state.rest.workspace_service_accounts.iter().find(|membership| membership.is(workspace, account))
}

/// Returns whether an account is a member of a workspace, also by the implicit membership.
pub(crate) fn is_member(state: &State, workspace: &str, account: &str) -> bool {
    state.is_default(workspace) || find(state, workspace, account).is_some()
}

/// Refuses a workspace or an account that does not exist or is archived.
fn check_live(state: &State, workspace: &str, account: &str) -> Result<(), Refusal> {
    if !state.workspaces.find(workspace)?.is_open() {
        return Err(Refusal::invalid("The workspace is archived."));
    }
    if !service_accounts::find(state, account)?.lifecycle.is_live() {
        return Err(Refusal::invalid("The service account is archived."));
    }
    Ok(())
}

fn no_member() -> Refusal {
    Refusal::not_found("Service account in this workspace")
}
