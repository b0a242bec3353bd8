//! Issuers and rules as the files of an import have them.

use std::collections::BTreeMap;

use bylaws_engine::text::{Text, text};
use bylaws_engine::{ObjectName, WorkspaceId, WorkspaceLabel};

use super::lists::read;
use super::{
    Federation, Issuer, LiveFederation, LiveIssuer, LiveRule, Pinned, Rule, RuleWorkspaces, Scope, tenant,
};
use crate::live::{DEFAULT, Live};
use crate::syntax::Target;

/// Writes every issuer and rule; returns those that files cannot express.
pub(super) fn import(live: &Live, target: Target<'_>) -> Vec<Text> {
    let Target::Organization(desired) = target else { return Vec::new() };
    let Some(federation) = read(live) else { return Vec::new() };
    let issuers = in_use(federation.issuers.as_deref(), |issuer| issuer.archived);
    let rules = in_use(federation.rules.as_deref(), |rule| rule.archived);
    if issuers.is_empty() && rules.is_empty() {
        return Vec::new();
    }
    let mut left_out = Vec::new();
    let mut imported = Federation { issuers: Some(BTreeMap::new()), rules: Some(BTreeMap::new()) };
    for live in issuers {
        match issuer(live) {
            Some(wanted) => {
                imported
                    .issuers
                    .get_or_insert_default()
                    .insert(ObjectName::new(live.name.as_str()), open(wanted.brief()));
            }
            None => left_out.push(text!("federation issuer {} ({})", &live.name, &live.id)),
        }
    }
    for rule in rules {
        // An account, issuer or workspace without an entry cannot be named.
        let wanted = wanted_rule(rule, federation, live, &|id| {
            let all = desired.workspaces.as_ref()?;
            let is_it = |label: &WorkspaceLabel| label_of(live, id).as_ref() == Some(label);
            let by_id =
                all.iter().find(|(_, workspace)| workspace.id.as_ref() == Some(id)).map(|(label, _)| label);
            by_id.or_else(|| all.keys().find(|label| is_it(label))).cloned()
        });
        let are_listed = |wanted: &Rule| {
            let accounts = desired.service_accounts.as_ref();
            imported.issuers.iter().flatten().any(|(name, _)| *name == wanted.issuer)
                && accounts.is_none_or(|accounts| accounts.contains_key(&wanted.service_account))
        };
        match wanted.filter(are_listed) {
            Some(wanted) => {
                imported
                    .rules
                    .get_or_insert_default()
                    .insert(ObjectName::new(rule.name.as_str()), open(wanted.brief()));
            }
            None => left_out.push(text!("federation rule {} ({})", &rule.name, &rule.id)),
        }
    }
    desired.federation = Some(imported);
    left_out
}

fn open<T>(settings: T) -> Pinned<T> {
    Pinned { id: None, name: None, settings: Some(settings) }
}

fn in_use<T>(list: Option<&[T]>, is_archived: fn(&T) -> bool) -> Vec<&T> {
    list.into_iter().flatten().filter(|one| !is_archived(one)).collect()
}

/// Returns the label that a live workspace has without an entry for it.
pub(super) fn label_of(live: &Live, id: &WorkspaceId) -> Option<WorkspaceLabel> {
    let workspaces = live.workspaces.as_ref()?;
    if workspaces.default.as_ref() == Some(id) {
        return Some(WorkspaceLabel::new(DEFAULT));
    }
    workspaces.all.get(id).map(|workspace| WorkspaceLabel::new(workspace.name.as_str()))
}

impl Issuer {
    /// Returns the settings without those that say what the service does anyway.
    pub(super) fn brief(self) -> Self {
        Self { check_jti: self.check_jti.filter(|check| !check), ..self }
    }
}

impl Rule {
    /// Returns the settings without those that say what the service does anyway.
    pub(super) fn brief(self) -> Self {
        Self { description: self.description.filter(|text| !text.is_empty()), ..self }
    }
}

/// Returns all settings of a live issuer; `None` if files cannot express them.
pub(super) fn issuer(live: &LiveIssuer) -> Option<Issuer> {
    Some(Issuer {
        url: live.issuer_url.clone(),
        jwks: Some(live.jwks.clone()?),
        check_jti: Some(live.check_jti),
        max_jwt_lifetime: Some(live.max_jwt_lifetime),
    })
}

/// Returns all settings of a live rule; `None` if files cannot express them.
pub(super) fn wanted_rule(
    rule: &LiveRule,
    federation: &LiveFederation,
    live: &Live,
    label: &dyn Fn(&WorkspaceId) -> Option<WorkspaceLabel>,
) -> Option<Rule> {
    let scopes: Option<_> = rule.scopes.iter().map(|scope| Scope::parse(scope)).collect();
    let issuer = federation.issuers.iter().flatten().find(|issuer| issuer.id == rule.issuer_id)?;
    let account = live.service_accounts.as_ref()?.accounts.get(rule.service_account_id.as_ref()?)?;
    let workspaces = match rule.workspaces() {
        RuleWorkspaces::All => Some(RuleWorkspaces::All),
        // Only rules that the Console made may be enabled nowhere.
        RuleWorkspaces::Only(ids) if ids.is_empty() => {
            rule.scopes.contains(Scope::Admin.as_str()).then_some(None)?
        }
        RuleWorkspaces::Only(ids) => {
            Some(RuleWorkspaces::Only(ids.iter().map(label).collect::<Option<_>>()?))
        }
    };
    let is_refused = rule.matching.accepts_all()
        || tenant::platform(&issuer.issuer_url)
            .is_some_and(|platform| !platform.is_pinned_by(&rule.matching));
    if is_refused {
        return None;
    }
    Some(Rule {
        issuer: ObjectName::new(issuer.name.as_str()),
        matching: rule.matching.clone(),
        service_account: ObjectName::new(account.name.as_str()),
        scopes: scopes?,
        workspaces,
        token_lifetime: Some(rule.token_lifetime),
        description: Some(rule.description.clone()),
    })
}
