//! Service accounts: create, list, get, update, archive (`docs/service-behaviour.md#service-accounts`). Their names
//! never change, and stay in use after an account is archived.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::actor_id;
use crate::feed::event::{Pattern, Recorded, id_of, objects};
use crate::ids;
use crate::kinds::{Accepts, Kind};
use crate::lifecycle::Lifecycle;
use crate::object::{Object, Problem};
use crate::page::TokenPaging;
use crate::request::{Call, Query, Target};
use crate::routes::Run::{Act, Get, List, Post};
use crate::seeding::{Seeding, own_id, unique};
use crate::slug;
use crate::state::State;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.service_accounts, document, LIST, now, ServiceAccount::from_seed)
    },
    check: |seed| {
        unique(LIST, &seed.service_accounts, |account| &account.id)?;
        slug::unique(LIST, &seed.service_accounts, |account| &account.name)
    },
    accepts: Accepts::Tokens,
    recorded: &[Recorded {
        find: |state, path, told| match path {
            ["service_accounts", rest @ ..] if rest.len() < 2 => {
                let id = id_of(rest, told, "id");
                Some(json!(id.and_then(|id| state.rest.service_accounts.iter().find(|own| own.id == id))))
            }
            _ => None,
        },
        all: |seed| objects(&seed.service_accounts),
        says: |change| change.of(&ACTIVITIES),
    }],
    ..Kind::new(&[
        ("/v1/organizations/service_accounts", &[List(list), Post(create)]),
        ("/v1/organizations/service_accounts/{service_account_id}", &[Get(get), Post(update)]),
        ("/v1/organizations/service_accounts/{service_account_id}/archive", &[Act(archive)]),
    ])
};

const ACTIVITIES: Pattern = Pattern {
    added: "platform_service_account_created",
    updated: "platform_service_account_updated",
    removed: "platform_service_account_archived",
    ids: &[("id", "service_account_id")],
    updates: &[("/description", "description"), ("/organization_role", "organization_role")],
    hidden: &[],
};

/// The list of the seed.
const LIST: &str = "service_accounts";
const ROLES: [&str; 2] = ["admin", "developer"];

/// A service account as the service returns it. A seed needs `name`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["name"]))]
pub struct ServiceAccount {
    /// The id, `svac_…`.
    pub id: String,
    /// Always `service_account`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name: lower-case letters, digits and hyphens; unique, and it never changes.
    pub name: String,
    /// What it is for, or null.
    pub description: Option<String>,
    /// `developer` or `admin`; unknown values are kept.
    pub organization_role: String,
    /// When it was created, updated and archived, and who did it.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl ServiceAccount {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("service_account")?;
        let id = own_id(&mut object, "svac_")?;
        let name = slug::read(&mut object)?;
        let role = object.nullable_text("organization_role")?;
        Ok(Self {
            id: seeding.id(id, "svac_", &["service account", &name]),
            kind: "service_account",
            name,
            description: object.nullable_text("description")?,
            organization_role: role.unwrap_or_else(|| "developer".to_owned()),
            lifecycle: Lifecycle::from_seed(&mut object, seeding)?,
            extra: object.rest(),
        })
    }
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = TokenPaging::read(LIST, &mut query, 20, 100)?;
    let archived = query.flag("include_archived")?;
    query.finish()?;
    let accounts = state.rest.service_accounts.iter();
    let kept = accounts.filter(|account| archived || account.lifecycle.is_live());
    let (data, next_page) = paging.page(kept.map(|account| json!(account)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(json!(find(state, target.id("service_account_id"))?))
}

/// Returns the account with this id.
pub(crate) fn find<'a>(state: &'a State, id: &str) -> Result<&'a ServiceAccount, Refusal> {
    let found = state.rest.service_accounts.iter().find(|account| account.id == id);
    found.ok_or_else(|| Refusal::not_found("Service account"))
}

fn create(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let name = slug::read(&mut body)?;
    let description = body.nullable_text("description")?;
    let role = body.optional_text("organization_role")?;
    body.finish()?;
    check_role(target.call, role.as_deref())?;
    let accounts = &state.rest.service_accounts;
    slug::check_free(&name, accounts.iter().map(|account| &account.name))?;
    let mut taken = accounts.iter().map(|account| account.id.clone()).collect();
    let account = ServiceAccount {
        id: ids::fresh("svac_", &["service account", &name], &mut taken),
        kind: "service_account",
        name,
        description,
        organization_role: role.unwrap_or_else(|| "developer".to_owned()),
        lifecycle: Lifecycle::new(state.now, actor_id(state, target.call)),
        extra: BTreeMap::new(),
    };
    let answer = json!(account);
    state.rest.service_accounts.insert(0, account);
    Ok(answer)
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    // Null clears the description, so it differs from a missing one.
    let has_description = body.has("description");
    let description = body.nullable_text("description")?;
    let role = body.nullable_text("organization_role")?;
    body.finish()?;
    check_role(target.call, role.as_deref())?;
    let (now, actor) = (state.now, actor_id(state, target.call));
    let account = find_mut(state, target)?;
    if !account.lifecycle.is_live() {
        return Err(Refusal::invalid("The service account is archived."));
    }
    let before = account.clone();
    if has_description {
        account.description = Some(description.unwrap_or_default());
    }
    account.organization_role = role.unwrap_or_else(|| before.organization_role.clone());
    if *account != before {
        account.lifecycle.update(now, actor);
    }
    Ok(json!(account))
}

/// Archives an account permanently. Idempotent.
fn archive(state: &mut State, target: &Target<'_>) -> Answer {
    let (now, actor) = (state.now, actor_id(state, target.call));
    let id = target.id("service_account_id");
    let mut rules = state.rest.federation_rules.iter().filter(|rule| rule.lifecycle.is_live());
    let used_by = rules.find(|rule| rule.target.service_account_id == id).map(|rule| rule.name.clone());
    let account = find_mut(state, target)?;
    if account.lifecycle.is_live() {
        if let Some(rule) = used_by {
            return Err(Refusal::invalid(format!("The federation rule {rule} uses this service account.")));
        }
        account.lifecycle.archive(now, actor);
    }
    Ok(json!(account))
}

fn find_mut<'a>(state: &'a mut State, target: &Target<'_>) -> Result<&'a mut ServiceAccount, Refusal> {
    let id = target.id("service_account_id");
    let found = state.rest.service_accounts.iter_mut().find(|account| account.id == id);
    found.ok_or_else(|| Refusal::not_found("Service account"))
}

/// Refuses unknown roles, and admins that are made, or kept, by anything but an interactive login.
fn check_role(call: &Call, role: Option<&str>) -> Result<(), Refusal> {
    match role {
        Some(role) if !ROLES.contains(&role) => {
            Err(Refusal::invalid(format!("organization_role: must be one of {}.", ROLES.join(", "))))
        }
        Some("admin") if call.is_of_workload() => {
            Err(Refusal::forbidden("Only an interactive login may set organization_role: admin."))
        }
        _ => Ok(()),
    }
}
