//! Issuers and rules at the service.

use std::collections::BTreeMap;

use bylaws_api::{
    self as api, Error, FederationRulesQuery, Reader, collect_all, federation_issuers,
    federation_rule_workspaces, federation_rules,
};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Action, Fact, Facts, Kind, Write};
use futures::future::{BoxFuture, FutureExt};
use serde_json::{Map, Value};

use super::lists::{self, need_issuers, need_rules};
use super::{ISSUER, LiveIssuer, LiveRule, RULE, RULE_WORKSPACE, enablement};
use crate::call::Call;
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, Remote, RemoteObjects, refusal, workspace_id};

/// The issuers.
pub(super) struct Issuers;

/// The rules.
pub(super) struct Rules;

/// The workspaces of rules.
pub(super) struct RuleWorkspaces;

/// Returns an issuer as its list shows it.
pub(super) fn issuer(issuer: &LiveIssuer) -> Entry {
    Entry { id: issuer.id.clone(), natural: issuer.name.clone(), facts: issuer.facts() }
}

/// Returns a rule as its list shows it.
pub(super) fn rule(rule: &LiveRule) -> Entry {
    Entry { id: rule.id.clone(), natural: rule.name.clone(), facts: rule.facts() }
}

/// Returns a rule as the list of a workspace shows it.
pub(super) fn enabled(rule: &str) -> Entry {
    Entry { id: rule.to_owned(), natural: rule.to_owned(), facts: enablement::facts() }
}

fn text(body: &Facts, field: &str) -> Option<String> {
    body.text(field).map(str::to_owned)
}

fn seconds(body: &Facts, field: &str) -> Option<u32> {
    match body.0.get(field)? {
        Fact::Number(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}

fn jwks(body: &Facts) -> Option<api::Jwks> {
    serde_json::from_str(body.text("jwks")?).ok()
}

fn flag(body: &Facts, field: &str) -> Option<bool> {
    body.text(field).map(|text| text == "true")
}

impl Remote for Issuers {
    fn kind(&self) -> &'static Kind {
        &ISSUER
    }

    fn call(&self, write: &Write) -> Call {
        let shown = |answer: api::FederationIssuer| issuer(&LiveIssuer::of(&answer));
        let body = &write.body;
        let name = text(body, "name");
        let issuer_url = text(body, "issuer_url");
        let max_jwt_lifetime_seconds = seconds(body, "max_jwt_lifetime_seconds");
        let Some(id) = write.target().map(api::FederationIssuerId::new) else {
            let create = api::FederationIssuerCreate {
                name: name.unwrap_or_default(),
                issuer_url: issuer_url.unwrap_or_default(),
                jwks: jwks(body),
                check_jti: flag(body, "check_jti"),
                max_jwt_lifetime_seconds,
            };
            return Call::new(federation_issuers::create(&create), shown);
        };
        if write.action == Action::Archive {
            return Call::new(federation_issuers::archive(&id), shown);
        }
        let update = api::FederationIssuerUpdate {
            name,
            issuer_url,
            jwks: jwks(body),
            check_jti: flag(body, "check_jti"),
            max_jwt_lifetime_seconds,
            jwks_polling_disabled: None,
        };
        Call::new(federation_issuers::update(&id, &update), shown)
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = async {
            let issuers = collect_all(reader.federation_issuers(true)).await?;
            Ok(issuers.iter().map(|answer| issuer(&LiveIssuer::of(answer))).collect())
        };
        entries.boxed()
    }
}

impl RemoteObjects for Issuers {
    fn read<'a>(
        &self,
        reader: &'a Reader,
        desired: Option<&'a Desired>,
        _: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        let lists = async move {
            if !desired.is_none_or(need_issuers) {
                return Ok(None);
            }
            // Archived ones too: their names stay taken.
            let list = read(collect_all(reader.federation_issuers(true)).await)?;
            Ok(Some(Box::new(lists::Issuers(list)) as Box<dyn Lists>))
        };
        lists.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(lists::Issuers(lists::List::parse(snapshot, "federation_issuers")?)))
    }
}

fn read<T>(list: Result<Vec<T>, Error>) -> Result<lists::List<T>, Error> {
    match list {
        Ok(items) => Ok(lists::List::Read(items)),
        Err(error) => Ok(lists::List::Refused(refusal(&error).ok_or(error)?)),
    }
}

/// Archived rules too: their names stay taken.
fn all_rules() -> FederationRulesQuery {
    FederationRulesQuery { include_archived: true, ..FederationRulesQuery::default() }
}

impl Remote for Rules {
    fn kind(&self) -> &'static Kind {
        &RULE
    }

    fn call(&self, write: &Write) -> Call {
        let shown = |answer: api::FederationRule| rule(&LiveRule::of(&answer));
        let body = &write.body;
        let Some(id) = write.target().map(api::FederationRuleId::new) else {
            return Call::new(federation_rules::create(&create(body)), shown);
        };
        if write.action == Action::Archive {
            return Call::new(federation_rules::archive(&id), shown);
        }
        let update = api::FederationRuleUpdate {
            name: text(body, "name"),
            description: text(body, "description"),
            matching: Some(matching(body)),
            target: body.id("service_account_id").map(target),
            oauth_scope: scopes(body),
            token_lifetime_seconds: seconds(body, "token_lifetime_seconds"),
            workspace_id: None,
            applies_to_all_workspaces: flag(body, "applies_to_all_workspaces"),
        };
        Call::new(federation_rules::update(&id, &update), shown)
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = async {
            let rules = collect_all(reader.federation_rules(all_rules())).await?;
            Ok(rules.iter().map(|answer| rule(&LiveRule::of(answer))).collect())
        };
        entries.boxed()
    }
}

fn create(body: &Facts) -> api::FederationRuleCreate {
    api::FederationRuleCreate {
        name: text(body, "name").unwrap_or_default(),
        issuer_id: api::FederationIssuerId::new(body.id("issuer_id").unwrap_or_default()),
        matching: matching(body),
        target: target(body.id("service_account_id").unwrap_or_default()),
        oauth_scope: scopes(body).unwrap_or_default(),
        workspace_id: body.id("workspace_id").map(api::WorkspaceId::new),
        applies_to_all_workspaces: flag(body, "applies_to_all_workspaces"),
        description: text(body, "description"),
        token_lifetime_seconds: seconds(body, "token_lifetime_seconds"),
    }
}

fn matching(body: &Facts) -> api::RuleMatch {
    let claims = body.record("claims").map(|claims| {
        let texts = claims.iter().map(|(claim, value)| (claim.clone(), value.to_string()));
        texts.collect::<BTreeMap<_, _>>()
    });
    api::RuleMatch {
        subject_prefix: text(body, "subject_prefix"),
        audience: text(body, "audience"),
        claims,
        condition: text(body, "condition"),
        other: BTreeMap::new(),
    }
}

fn target(id: String) -> api::RuleTarget {
    api::RuleTarget::service_account(api::ServiceAccountId::new(id))
}

fn scopes(body: &Facts) -> Option<String> {
    match body.0.get("oauth_scope")? {
        Fact::Set(scopes) => Some(scopes.iter().cloned().collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

impl RemoteObjects for Rules {
    fn read<'a>(
        &self,
        reader: &'a Reader,
        desired: Option<&'a Desired>,
        _: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        let lists = async move {
            if !desired.is_none_or(need_rules) {
                return Ok(None);
            }
            let list = read(collect_all(reader.federation_rules(all_rules())).await)?;
            Ok(Some(Box::new(lists::Rules(list)) as Box<dyn Lists>))
        };
        lists.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(lists::Rules(lists::List::parse(snapshot, "federation_rules")?)))
    }
}

impl Remote for RuleWorkspaces {
    fn kind(&self) -> &'static Kind {
        &RULE_WORKSPACE
    }

    fn call(&self, write: &Write) -> Call {
        let rule = api::FederationRuleId::new(write.body.id("federation_rule_id").unwrap_or_default());
        let workspace = workspace_id(write);
        if write.action == Action::Remove {
            let request = federation_rule_workspaces::remove(&rule, &workspace);
            return Call::new(request, |gone| {
                in_workspace(gone.federation_rule_id.as_str(), gone.workspace_id.as_str())
            });
        }
        Call::new(federation_rule_workspaces::add(&rule, &workspace), |made| {
            in_workspace(made.federation_rule_id.as_str(), made.workspace_id.as_str())
        })
    }

    /// The rules say where they are enabled.
    fn list<'a>(&self, reader: &'a Reader, list: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = async {
            let rules = collect_all(reader.federation_rules(FederationRulesQuery::default())).await?;
            let rules = rules.iter().map(LiveRule::of);
            let here =
                rules.filter(|rule| list.workspace.as_ref().is_some_and(|id| rule.explicit.contains(id)));
            Ok(here.map(|rule| enabled(&rule.id)).collect())
        };
        entries.boxed()
    }
}

fn in_workspace(rule: &str, workspace: &str) -> Entry {
    let mut entry = enabled(rule);
    entry.facts.set("workspace_id", Fact::Text(workspace.to_owned()));
    entry
}
