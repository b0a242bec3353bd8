//! Federation rules: create, list, get, update, archive (`docs/service-behaviour.md#federation`). The workspaces of a
//! rule have operations of their own.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::actor_id;
use crate::feed::event::{Recorded, id_of, objects};
use crate::feed::federation::{RULES, workspaces};
use crate::ids;
use crate::kinds::{Accepts, Kind};
use crate::lifecycle::Lifecycle;
use crate::oauth_scope;
use crate::object::{Object, Problem, required};
use crate::page::TokenPaging;
use crate::request::{Query, Target};
use crate::routes::Run::{Act, Get, List, Post};
use crate::rule_match::RuleMatch;
use crate::seed::Seed;
use crate::seeding::{Seeding, check_id, each, id, own_id, unique};
use crate::slug;
use crate::state::State;
use crate::tenant;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.federation_rules, document, LIST, now, FederationRule::from_seed)
    },
    check,
    accepts: Accepts::Tokens,
    recorded: &[
        Recorded {
            find: |state, path, told| match path {
                ["federation_rules", rest @ ..] if rest.len() < 2 => {
                    let id = id_of(rest, told, "id");
                    Some(json!(id.and_then(|id| state.rest.federation_rules.iter().find(|own| own.id == id))))
                }
                _ => None,
            },
            all: |seed| objects(&seed.federation_rules),
            says: |change| change.of(&RULES),
        },
        Recorded {
            find: |state, path, told| match path {
                ["federation_rules", rest @ ..] if rest.len() > 1 => {
                    let id = id_of(rest, told, "id");
                    Some(json!(id.and_then(|id| state.rest.federation_rules.iter().find(|own| own.id == id))))
                }
                _ => None,
            },
            all: |seed| objects(&seed.federation_rules),
            says: workspaces,
        },
    ],
    ..Kind::new(&[
        ("/v1/organizations/federation_rules", &[List(list), Post(create)]),
        ("/v1/organizations/federation_rules/{federation_rule_id}", &[Get(get), Post(update)]),
        ("/v1/organizations/federation_rules/{federation_rule_id}/archive", &[Act(archive)]),
    ])
};

/// The list of the seed.
const LIST: &str = "federation_rules";
/// The default of `token_lifetime_seconds`.
const LIFETIME: u32 = 3600;

/// A federation rule. A seed needs `name`, `issuer_id`, `match`, `target` and `oauth_scope`.
///
/// A seed does not have the names of the issuer and of the target: the emulator computes them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["name", "issuer_id", "match", "target", "oauth_scope"]))]
pub struct FederationRule {
    /// The id, `fdrl_…`.
    pub id: String,
    /// Always `federation_rule`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name: lower-case letters, digits and hyphens; unique.
    pub name: String,
    /// What it is for, or null.
    pub description: Option<String>,
    /// The issuer of the tokens, `fdis_…`; it never changes.
    pub issuer_id: String,
    /// Which tokens it accepts.
    #[serde(rename = "match")]
    pub matching: RuleMatch,
    /// The identity that the minted tokens act for.
    pub target: RuleTarget,
    /// The scopes of the minted tokens, separated by spaces.
    pub oauth_scope: String,
    /// The lifetime of the minted tokens in seconds, 60 to 86,400.
    pub token_lifetime_seconds: u32,
    /// Whether it is enabled for every workspace, later ones included.
    pub applies_to_all_workspaces: bool,
    /// The workspace for which it is enabled, if it is exactly one. An old rule may have one here only.
    pub workspace_id: Option<String>,
    /// The workspaces for which it is enabled, `wrkspc_…`.
    pub workspace_ids: Vec<String>,
    /// Always empty or null.
    pub attributes: Option<BTreeMap<String, Value>>,
    /// When it was created, updated and archived, and who did it.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// The identity that the tokens of a rule act for. A seed needs `service_account_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["service_account_id"]))]
pub struct RuleTarget {
    /// Always `service_account`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The id of the service account, `svac_…`.
    pub service_account_id: String,
}

impl RuleTarget {
    fn read(mut object: Object) -> Result<Self, Problem> {
        object.kind("service_account")?;
        let service_account_id = id(&mut object, "service_account_id", "svac_")?;
        // Ignored.
        object.nullable_text("service_account_name")?;
        object.finish()?;
        Ok(Self { kind: "service_account", service_account_id })
    }

    fn from_body(object: Object) -> Result<Self, Problem> {
        if object.has("type") { Self::read(object) } else { Err(required("type")) }
    }
}

impl FederationRule {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("federation_rule")?;
        // Computed from the issuer.
        object.take("issuer_name");
        let own = own_id(&mut object, "fdrl_")?;
        let name = slug::read(&mut object)?;
        let workspace_id = object.nullable_text("workspace_id")?;
        let workspace_ids = object.nullable_texts("workspace_ids")?.unwrap_or_default();
        for (field, id) in workspace_id
            .iter()
            .map(|id| ("workspace_id", id))
            .chain(workspace_ids.iter().map(|id| ("workspace_ids", id)))
        {
            check_id(field, id, &["wrkspc_"])?;
        }
        let mut rule = Self {
            id: seeding.id(own, "fdrl_", &["federation rule", &name]),
            kind: "federation_rule",
            name,
            description: object.nullable_text("description")?,
            issuer_id: id(&mut object, "issuer_id", "fdis_")?,
            matching: object.nested("match", RuleMatch::read)?.ok_or_else(|| required("match"))?,
            target: object.nested("target", RuleTarget::read)?.ok_or_else(|| required("target"))?,
            oauth_scope: object.text("oauth_scope")?,
            token_lifetime_seconds: lifetime(&mut object)?.unwrap_or(LIFETIME),
            applies_to_all_workspaces: object.nullable_flag("applies_to_all_workspaces")?.unwrap_or(false),
            workspace_id,
            workspace_ids,
            attributes: object.nullable_object("attributes")?.map(Object::rest),
            lifecycle: Lifecycle::from_seed(&mut object, seeding)?,
            extra: object.rest(),
        };
        if !rule.workspace_ids.is_empty() {
            rule.set_workspaces(rule.workspace_ids.clone());
        }
        Ok(rule)
    }

    /// Sets the workspaces for which the rule is enabled.
    pub(crate) fn set_workspaces(&mut self, ids: Vec<String>) {
        self.workspace_id = match ids.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        self.workspace_ids = ids;
    }

    /// Returns the workspaces for which it is enabled by id, that of an old rule included.
    pub(crate) fn enabled(&self) -> Vec<String> {
        let old = self.workspace_id.iter().filter(|_| self.workspace_ids.is_empty());
        self.workspace_ids.iter().chain(old).cloned().collect()
    }

    pub(crate) fn is_live_below(&self, issuer_id: &str) -> bool {
        self.lifecycle.is_live() && self.issuer_id == issuer_id
    }
}

fn check(seed: &Seed) -> Result<(), Problem> {
    let rules = &seed.federation_rules;
    unique(LIST, rules, |rule| &rule.id)?;
    slug::unique(LIST, rules, |rule| &rule.name)?;
    let workspaces: BTreeSet<&str> = seed.workspaces.iter().map(|workspace| workspace.id.as_str()).collect();
    each(LIST, rules, |rule| {
        if !seed.federation_issuers.iter().any(|issuer| issuer.id == rule.issuer_id) {
            return Err(Problem::new("issuer_id", "is not a federation issuer of this seed"));
        }
        let account = &rule.target.service_account_id;
        if !seed.service_accounts.iter().any(|own| own.id == *account) {
            let field = "target.service_account_id";
            return Err(Problem::new(field, "is not a service account of this seed"));
        }
        if rule.enabled().iter().any(|id| !workspaces.contains(id.as_str())) {
            return Err(Problem::new("workspace_ids", "is not a workspace of this seed"));
        }
        Ok(())
    })
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = TokenPaging::read(LIST, &mut query, 20, 100)?;
    let archived = query.flag("include_archived")?;
    let issuer = query.id("issuer_id", "fdis_")?;
    query.finish()?;
    let rules = state.rest.federation_rules.iter().filter(|rule| {
        (archived || rule.lifecycle.is_live()) && issuer.as_ref().is_none_or(|id| *id == rule.issuer_id)
    });
    let (data, next_page) = paging.page(rules.map(|rule| written(state, rule)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(written(state, find(state, target)?.0))
}

fn create(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let name = slug::read(&mut body)?;
    let issuer_id = id(&mut body, "issuer_id", "fdis_")?;
    let matching = body.nested("match", RuleMatch::read)?.ok_or_else(|| required("match"))?;
    let account = body.nested("target", RuleTarget::from_body)?.ok_or_else(|| required("target"))?;
    let oauth_scope = body.text("oauth_scope")?;
    body.not_null(&["applies_to_all_workspaces", "token_lifetime_seconds"])?;
    let all = body.nullable_flag("applies_to_all_workspaces")?.unwrap_or(false);
    let lifetime = lifetime(&mut body)?;
    let workspace_id = body.nullable_text("workspace_id")?;
    let description = body.nullable_text("description")?;
    attributes(&mut body)?;
    body.finish()?;
    oauth_scope::check_settable(&oauth_scope)?;
    if workspace_id.is_none() && !all {
        return Err(Refusal::invalid("workspace_id: is required, unless applies_to_all_workspaces is true."));
    }
    let mut rule = FederationRule {
        id: String::new(),
        kind: "federation_rule",
        name,
        description,
        issuer_id,
        matching,
        target: account,
        oauth_scope,
        token_lifetime_seconds: lifetime.unwrap_or(LIFETIME),
        applies_to_all_workspaces: all,
        workspace_id: None,
        workspace_ids: Vec::new(),
        attributes: None,
        lifecycle: Lifecycle::new(state.now, actor_id(state, target.call)),
        extra: BTreeMap::new(),
    };
    if let Some(id) = workspace_id {
        check_workspace(state, &id)?;
        rule.set_workspaces(vec![id]);
    }
    check_target(state, &rule.target)?;
    check_match(state, &rule)?;
    let rules = &state.rest.federation_rules;
    slug::check_free(&rule.name, rules.iter().map(|rule| &rule.name))?;
    let mut taken = rules.iter().map(|rule| rule.id.clone()).collect();
    rule.id = ids::fresh("fdrl_", &["federation rule", &rule.name], &mut taken);
    state.rest.federation_rules.insert(0, rule.clone());
    Ok(written(state, &rule))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    // Null clears the description; in every other field it changes nothing.
    let has_description = body.has("description");
    let description = body.nullable_text("description")?;
    let name = slug::read_nullable(&mut body)?;
    let matching = body.nested("match", RuleMatch::read)?;
    let account = body.nested("target", RuleTarget::from_body)?;
    let oauth_scope = body.nullable_text("oauth_scope")?;
    let lifetime = lifetime(&mut body)?;
    let all = body.nullable_flag("applies_to_all_workspaces")?;
    let workspace_id = body.nullable_text("workspace_id")?;
    attributes(&mut body)?;
    body.finish()?;
    let (rule, at) = find_changeable(state, target)?;
    let mut next = rule.clone();
    if let Some(name) = name.filter(|name| *name != rule.name) {
        slug::check_free(&name, state.rest.federation_rules.iter().map(|rule| &rule.name))?;
        next.name = name;
    }
    if has_description {
        next.description = Some(description.unwrap_or_default());
    }
    next.matching = matching.unwrap_or(next.matching);
    if let Some(account) = account {
        check_target(state, &account)?;
        next.target = account;
    }
    if let Some(scope) = oauth_scope {
        oauth_scope::check_settable(&scope)?;
        next.oauth_scope = scope;
    }
    next.token_lifetime_seconds = lifetime.unwrap_or(next.token_lifetime_seconds);
    next.applies_to_all_workspaces = all.unwrap_or(next.applies_to_all_workspaces);
    if let Some(id) = workspace_id {
        check_workspace(state, &id)?;
        if rule.workspace_ids.len() > 1 {
            let how = "use the operations on its workspaces";
            return Err(Refusal::invalid(format!(
                "workspace_id: the rule has more than one workspace; {how}."
            )));
        }
        next.set_workspaces(vec![id]);
    }
    if !next.applies_to_all_workspaces && next.enabled().is_empty() {
        return Err(Refusal::invalid("applies_to_all_workspaces: no workspace would be left."));
    }
    // On every update, so that an old rule has to be corrected with the first one.
    check_match(state, &next)?;
    if next != *rule {
        next.lifecycle.update(state.now, actor_id(state, target.call));
    }
    Ok(store(state, at, next))
}

/// Archives a rule permanently, and clears its workspaces. Idempotent.
fn archive(state: &mut State, target: &Target<'_>) -> Answer {
    let (rule, at) = find(state, target)?;
    let mut next = rule.clone();
    if rule.lifecycle.is_live() {
        oauth_scope::check_changeable(&rule.oauth_scope)?;
        next.set_workspaces(Vec::new());
        next.lifecycle.archive(state.now, actor_id(state, target.call));
    }
    Ok(store(state, at, next))
}

/// Returns the rule that a path names, and its position.
pub(crate) fn find<'a>(
    state: &'a State,
    target: &Target<'_>,
) -> Result<(&'a FederationRule, usize), Refusal> {
    let id = target.id("federation_rule_id");
    let mut rules = state.rest.federation_rules.iter().enumerate();
    let found = rules.find(|(_, rule)| rule.id == id).map(|(at, rule)| (rule, at));
    found.ok_or_else(|| Refusal::not_found("Federation rule"))
}

/// Like [`find`], for a change: refuses archived rules, and those that only the Console changes.
pub(crate) fn find_changeable<'a>(
    state: &'a State,
    target: &Target<'_>,
) -> Result<(&'a FederationRule, usize), Refusal> {
    let (rule, at) = find(state, target)?;
    if !rule.lifecycle.is_live() {
        return Err(Refusal::invalid("The federation rule is archived."));
    }
    oauth_scope::check_changeable(&rule.oauth_scope).map(|()| (rule, at))
}

/// Replaces the rule at a position, and returns it.
pub(crate) fn store(state: &mut State, at: usize, rule: FederationRule) -> Value {
    let answer = written(state, &rule);
    if let Some(stored) = state.rest.federation_rules.get_mut(at) {
        *stored = rule;
    }
    answer
}

/// Refuses a workspace in a body that does not exist or is archived.
pub(crate) fn check_workspace(state: &State, id: &str) -> Result<(), Refusal> {
    match state.workspaces.get(id) {
        None => Err(Refusal::invalid("workspace_id: is not a workspace of this organization.")),
        Some(workspace) if !workspace.is_open() => {
            Err(Refusal::invalid("workspace_id: the workspace is archived."))
        }
        Some(_) => Ok(()),
    }
}

/// Returns a rule as the service does, with the names of its issuer and its target.
fn written(state: &State, rule: &FederationRule) -> Value {
    let issuer = state.rest.federation_issuers.iter().find(|issuer| issuer.id == rule.issuer_id);
    let target = &rule.target.service_account_id;
    let account = state.rest.service_accounts.iter().find(|account| account.id == *target);
    let mut value = json!(rule);
    value["issuer_name"] = json!(issuer.map(|issuer| &issuer.name));
    value["target"]["service_account_name"] = json!(account.map(|account| &account.name));
    value
}

fn check_target(state: &State, target: &RuleTarget) -> Result<(), Refusal> {
    let mut accounts = state.rest.service_accounts.iter();
    let account = accounts.find(|account| account.id == target.service_account_id);
    match account {
        None => Err(Refusal::invalid("target.service_account_id: is not a service account.")),
        Some(account) if !account.lifecycle.is_live() => {
            Err(Refusal::invalid("target.service_account_id: the service account is archived."))
        }
        Some(_) => Ok(()),
    }
}

/// Refuses an issuer that does not exist or is archived, and what does not name the tenant of a shared one.
fn check_match(state: &State, rule: &FederationRule) -> Result<(), Refusal> {
    let issuer = state.rest.federation_issuers.iter().find(|issuer| issuer.id == rule.issuer_id);
    let issuer = issuer.ok_or_else(|| Refusal::invalid("issuer_id: is not a federation issuer."))?;
    if !issuer.lifecycle.is_live() {
        return Err(Refusal::invalid("issuer_id: the federation issuer is archived."));
    }
    rule.matching.check().map_err(|problem| problem.under("match"))?;
    if tenant::is_pinned(&issuer.issuer_url, &rule.matching) {
        return Ok(());
    }
    Err(Refusal::invalid("match: the issuer is shared, so the match must name the tenant."))
}

fn lifetime(object: &mut Object) -> Result<Option<u32>, Problem> {
    object.nullable_number("token_lifetime_seconds", 60, 86_400)
}

/// Takes `attributes`, which must be empty.
fn attributes(body: &mut Object) -> Result<(), Problem> {
    let attributes = body.nullable_object("attributes")?;
    match attributes.map(|attributes| attributes.finish().is_ok()) {
        Some(false) => Err(Problem::new("attributes", "must be empty")),
        _ => Ok(()),
    }
}
