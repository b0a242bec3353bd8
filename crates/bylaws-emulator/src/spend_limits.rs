//! Spend limits: list, set, get, delete (`docs/service-behaviour.md#spend-limits`). Console organizations limit
//! themselves and their workspaces, Enterprise organizations their members. All other scopes are read-only.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::event::{Recorded, objects};
use crate::feed::spend_limits::says;
use crate::ids;
use crate::kinds::Kind;
use crate::object::{Object, Problem, expected, required};
use crate::organization::OrganizationKind;
use crate::page::TokenPaging;
use crate::request::{Call, Query, Target};
use crate::routes::Run::{Delete, Get, List, Post};
use crate::seed::Seed;
use crate::seeding::{Seeding, check_id, each, in_workspaces, own_id, unique};
use crate::state::State;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        // Without the list, a Console organization may not use these operations.
        Seeding::optional_list(&mut seed.spend_limits, document, LIST, now, SpendLimit::from_seed)
    },
    check,
    in_every_organization: true,
    recorded: &[Recorded {
        find: |state, path, told| match path {
            ["spend_limits", rest @ ..] => {
                let mut limits = state.rest.spend_limits.iter().flatten();
                let period = told["period"].as_str().unwrap_or("monthly");
                let is_it = |limit: &&SpendLimit| match rest.first() {
                    Some(id) => limit.id == **id,
                    None => json!(limit.scope) == told["scope"] && limit.period == period,
                };
                Some(json!(limits.find(is_it)))
            }
            _ => None,
        },
        all: |seed| objects(seed.spend_limits.iter().flatten()),
        says,
    }],
    ..Kind::new(&[
        (PATH, &[List(list), Post(set)]),
        ("/v1/organizations/spend_limits/{spend_limit_id}", &[Get(get), Delete(delete)]),
    ])
};

const PATH: &str = "/v1/organizations/spend_limits";
/// The list of the seed.
const LIST: &str = "spend_limits";
/// The beta that the list needs.
const BETA: &str = "spend-limit-reads-2026-09-26";
/// The most requests a minute, all operations together.
pub(crate) const PER_MINUTE: u32 = 60;
const PERIODS: [&str; 3] = ["daily", "monthly", "weekly"];
/// The scopes of an Enterprise organization, in the order in which they are listed.
const ENTERPRISE_SCOPES: [&str; 5] =
    ["user", "seat_tier", "rbac_group", "organization_service", "organization"];
const CONSOLE_SCOPES: [&str; 3] = ["organization", "workspace", "usage_tier"];

/// A spend limit as the service returns it. A seed needs `scope` and `amount`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["scope", "amount"]))]
pub struct SpendLimit {
    /// The id, `spl_…`.
    pub id: String,
    /// Always `spend_limit`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the limit is for.
    pub scope: SpendScope,
    /// `daily`, `weekly` or `monthly`; unknown values are kept. A Console organization has monthly limits only.
    pub period: String,
    /// Whole cents as text, or null for no limit at all.
    pub amount: Option<String>,
    /// The currency of the organization, for example `USD`.
    pub currency: String,
    /// Whether the limit applies.
    pub is_enabled: bool,
    /// When it was first set (RFC 3339).
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was last set (RFC 3339).
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// What a spend limit is for. A seed needs `type`, and the id that the type requires.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["type"]))]
pub struct SpendScope {
    /// `organization` or `workspace`, or `user` in an Enterprise organization; all others are read-only, and
    /// unknown values are kept.
    #[serde(rename = "type")]
    pub kind: String,
    /// The member of a `user` scope, `user_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The workspace of a `workspace` scope, `wrkspc_…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// Fields of other scopes, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl SpendLimit {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("spend_limit")?;
        let id = own_id(&mut object, "spl_")?;
        let scope = object.nested("scope", SpendScope::from_seed)?.ok_or_else(|| required("scope"))?;
        let period = object.nullable_text("period")?.unwrap_or_else(|| "monthly".to_owned());
        let created_at = object.nullable_time("created_at")?.unwrap_or_else(|| seeding.days_ago(10));
        Ok(Self {
            id: seeding.id(id, "spl_", &["spend limit", &scope.key(), &period]),
            kind: "spend_limit",
            scope,
            period,
            amount: amount(&mut object)?,
            currency: object.nullable_text("currency")?.unwrap_or_else(|| "USD".to_owned()),
            is_enabled: object.nullable_flag("is_enabled")?.unwrap_or(true),
            created_at,
            updated_at: object.nullable_time("updated_at")?.unwrap_or(created_at),
            extra: object.rest(),
        })
    }

    fn is(&self, scope: &SpendScope, period: &str) -> bool {
        self.scope == *scope && self.period == period
    }
}

impl SpendScope {
    fn from_seed(mut object: Object) -> Result<Self, Problem> {
        let kind = object.text("type")?;
        let mut id = |field: &str, prefix: &str, of: &str| {
            let id = object.nullable_text(field)?;
            match &id {
                Some(id) => check_id(field, id, &[prefix])?,
                None if kind == of => return Err(required(field)),
                None => {}
            }
            Ok(id)
        };
        let user_id = id("user_id", "user_", "user")?;
        let workspace_id = id("workspace_id", "wrkspc_", "workspace")?;
        Ok(Self { kind, user_id, workspace_id, extra: object.rest() })
    }

    /// Takes the scope of a request, which has its type and the id that the type requires.
    fn from_body(mut object: Object) -> Result<Self, Problem> {
        let kind = object.text("type")?;
        let mut id = |of: &str, field: &str, prefix: &str| {
            let id = (kind == of).then(|| object.text(field)).transpose()?;
            id.as_deref().map_or(Ok(()), |id| check_id(field, id, &[prefix])).map(|()| id)
        };
        let user_id = id("user", "user_id", "user_")?;
        let workspace_id = id("workspace", "workspace_id", "wrkspc_")?;
        object.finish()?;
        Ok(Self { kind, user_id, workspace_id, extra: BTreeMap::new() })
    }

    /// Returns the scope as a text that no other scope has.
    fn key(&self) -> String {
        json!(self).to_string()
    }

    fn is_settable(&self, kind: OrganizationKind) -> bool {
        match kind {
            OrganizationKind::Console => matches!(self.kind.as_str(), "organization" | "workspace"),
            OrganizationKind::Enterprise => self.kind == "user",
        }
    }
}

fn check(seed: &Seed) -> Result<(), Problem> {
    let limits = seed.spend_limits.as_deref().unwrap_or_default();
    unique(LIST, limits, |limit| &limit.id)?;
    in_workspaces(seed, LIST, limits, "scope.workspace_id", |limit| limit.scope.workspace_id.as_deref())?;
    let mut seen = BTreeSet::new();
    each(LIST, limits, |limit| {
        if seen.insert((limit.scope.key(), &limit.period)) {
            Ok(())
        } else {
            Err(Problem::new("", "the same scope and period appear twice"))
        }
    })
}

fn list(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    if !target.call.has_beta(BETA) {
        return Err(Refusal::not_found("Resource"));
    }
    let kind = state.rest.kind;
    let scopes = match kind {
        OrganizationKind::Console => &CONSOLE_SCOPES[..],
        OrganizationKind::Enterprise => &ENTERPRISE_SCOPES[..],
    };
    let paging = TokenPaging::read(LIST, &mut query, 20, 1000)?;
    let is_scope = |scope: &str| CONSOLE_SCOPES.contains(&scope) || ENTERPRISE_SCOPES.contains(&scope);
    let wanted = query.many("scope_type", is_scope)?;
    let workspace = query.id("workspace_id", "wrkspc_")?;
    query.finish()?;
    let mut limits: Vec<&SpendLimit> = enrolled(&state.rest)?.iter().collect();
    if wanted.iter().any(|scope| !scopes.contains(&scope.as_str())) {
        return Err(wrong_organization("scope_type[]"));
    }
    if workspace.is_some() && kind == OrganizationKind::Enterprise {
        return Err(wrong_organization("workspace_id"));
    }
    limits.retain(|limit| {
        (wanted.is_empty() || wanted.contains(&limit.scope.kind))
            && (workspace.is_none() || limit.scope.workspace_id == workspace)
    });
    if kind == OrganizationKind::Enterprise {
        let rank = |limit: &&SpendLimit| scopes.iter().position(|scope| limit.scope.kind == *scope);
        limits.sort_by_key(|limit| rank(limit).unwrap_or(scopes.len()));
    }
    let (data, next_page) = paging.page(limits.into_iter().map(|limit| json!(limit)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(json!(find(&state.rest, target)?))
}

fn set(state: &mut State, _: &Target<'_>, mut body: Object) -> Answer {
    enrolled(&state.rest)?;
    let scope = body.nested("scope", SpendScope::from_body)?.ok_or_else(|| required("scope"))?;
    let amount = amount(&mut body)?;
    let period = body.optional_text("period")?.unwrap_or_else(|| "monthly".to_owned());
    body.finish()?;
    check_settable(state, &scope)?;
    if !PERIODS.contains(&period.as_str()) {
        return Err(Refusal::invalid(format!("period: must be one of {}.", PERIODS.join(", "))));
    }
    if state.rest.kind == OrganizationKind::Console {
        if period != "monthly" {
            return Err(Refusal::invalid("period: a Console organization has monthly limits only."));
        }
        if amount.is_none() {
            return Err(Refusal::invalid("amount: a Console organization has no limits without an amount."));
        }
    }
    let now = state.now;
    let limits = state.rest.spend_limits.get_or_insert_default();
    if let Some(limit) = limits.iter_mut().find(|limit| limit.is(&scope, &period)) {
        // Setting the same again changes nothing.
        if limit.amount != amount {
            limit.amount = amount;
            limit.updated_at = now;
        }
        return Ok(json!(limit));
    }
    let mut taken = limits.iter().map(|limit| limit.id.clone()).collect();
    let parts = ["spend limit", &scope.key(), &period, &now.to_string()];
    let limit = SpendLimit {
        id: ids::fresh("spl_", &parts, &mut taken),
        kind: "spend_limit",
        scope,
        period,
        amount,
        currency: "USD".to_owned(),
        is_enabled: true,
        created_at: now,
        updated_at: now,
        extra: BTreeMap::new(),
    };
    let answer = json!(limit);
    limits.insert(0, limit);
    Ok(answer)
}

fn delete(state: &mut State, target: &Target<'_>) -> Answer {
    let limit = find(&state.rest, target)?;
    if !limit.scope.is_settable(state.rest.kind) {
        return Err(Refusal::invalid(format!(
            "A spend limit of the scope {} is read-only.",
            limit.scope.kind
        )));
    }
    let id = limit.id.clone();
    state.rest.spend_limits.iter_mut().for_each(|limits| limits.retain(|limit| limit.id != id));
    Ok(json!({"id": id, "type": "spend_limit_deleted"}))
}

/// Returns the spend limits; a Console organization may have no access to them.
fn enrolled(seed: &Seed) -> Result<&[SpendLimit], Refusal> {
    match (&seed.spend_limits, seed.kind) {
        (Some(limits), _) => Ok(limits),
        (None, OrganizationKind::Enterprise) => Ok(&[]),
        (None, OrganizationKind::Console) => Err(Refusal::forbidden_with(
            "spend_limits_admin_api_writes_not_enabled",
            "This organization may not use spend limits through the Admin API.",
        )),
    }
}

/// Returns the spend limit that a path names.
fn find<'a>(seed: &'a Seed, target: &Target<'_>) -> Result<&'a SpendLimit, Refusal> {
    let id = target.id("spend_limit_id");
    let found = enrolled(seed)?.iter().find(|limit| limit.id == id);
    found.ok_or_else(|| Refusal::not_found("Spend limit"))
}

/// Refuses scopes that this organization cannot set, and members and workspaces that can have no limit.
fn check_settable(state: &State, scope: &SpendScope) -> Result<(), Refusal> {
    if !["user", "organization", "workspace"].contains(&scope.kind.as_str()) {
        return Err(Refusal::invalid("scope.type: must be one of organization, user, workspace."));
    }
    if !scope.is_settable(state.rest.kind) {
        return Err(wrong_organization("scope.type"));
    }
    if scope.user_id.as_ref().is_some_and(|id| state.users.get(id).is_none()) {
        return Err(Refusal::invalid("scope.user_id: is not a member of this organization."));
    }
    let Some(id) = &scope.workspace_id else { return Ok(()) };
    match state.workspaces.get(id) {
        None => Err(Refusal::invalid("scope.workspace_id: is not a workspace of this organization.")),
        Some(workspace) if !workspace.is_open() => {
            Err(Refusal::invalid("scope.workspace_id: the workspace is archived."))
        }
        Some(_) if state.is_default(id) => {
            Err(Refusal::invalid("scope.workspace_id: the default workspace has no spend limit of its own."))
        }
        Some(_) => Ok(()),
    }
}

fn wrong_organization(field: &str) -> Refusal {
    let message = format!("{field}: is not available to this type of organization.");
    Refusal::coded("organization_type_not_supported", message)
}

/// Takes `amount`, which must be there: null means no limit.
fn amount(object: &mut Object) -> Result<Option<String>, Problem> {
    match object.take("amount") {
        None => Err(required("amount")),
        Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Some(text))
        }
        Some(other) => Err(expected("amount", "whole cents as text, such as \"5000\"", &other)),
    }
}

/// Returns whether a request is about spend limits, which have a rate limit of their own ([`PER_MINUTE`]).
pub(crate) fn is_about(call: &Call) -> bool {
    call.path == PATH || call.path.starts_with("/v1/organizations/spend_limits/")
}
