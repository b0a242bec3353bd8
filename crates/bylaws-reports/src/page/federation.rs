//! The federation issuers and rules in use, for the page.

use bylaws_kinds::{Live, LiveFederation, LiveIssuer, LiveRule};

use super::document::{Federation, FederationIssuer, FederationRule, Section};
use super::names::{NOT_REQUESTED, sorted, workspace_name};

/// Returns the issuers and rules, sorted by name.
pub fn federation(live: &Live) -> Section<Federation> {
    read(live)
        .map(|federation| {
            let rules = rules(federation).map(|one| rule(one, federation, live));
            let issuers = federation.issuers.iter().flatten().filter(|issuer| !issuer.archived).map(issuer);
            let (mut rules, mut issuers): (Vec<_>, Vec<_>) = (rules.collect(), issuers.collect());
            rules.sort_by(|a, b| a.name.cmp(&b.name));
            issuers.sort_by(|a, b| a.name.cmp(&b.name));
            Federation { rules, issuers }
        })
        .into()
}

/// Returns the names of the rules that act as a service account.
pub(super) fn rules_of(live: &Live, account: &str) -> Section<Vec<String>> {
    let names = |federation: &LiveFederation| {
        let acting = rules(federation).filter(|rule| rule.service_account_id.as_deref() == Some(account));
        sorted(acting.map(|rule| rule.name.clone()))
    };
    read(live).map(names).into()
}

/// Returns issuers and rules, or why they were not read.
fn read(live: &Live) -> Result<&LiveFederation, String> {
    let federation = live.federation.as_ref().ok_or(NOT_REQUESTED)?;
    federation.refused.as_ref().map_or(Ok(federation), |why| Err(why.to_string()))
}

fn rules(federation: &LiveFederation) -> impl Iterator<Item = &LiveRule> {
    federation.rules.iter().flatten().filter(|rule| !rule.archived)
}

fn rule(rule: &LiveRule, federation: &LiveFederation, live: &Live) -> FederationRule {
    let issuer = federation.issuers.iter().flatten().find(|issuer| issuer.id == rule.issuer_id);
    let accounts = live.service_accounts.as_ref().map(|accounts| &accounts.accounts);
    let account = rule.service_account_id.as_ref().map(|id| {
        let account = accounts.and_then(|accounts| accounts.get(id));
        account.map_or_else(|| id.clone(), |account| account.name.clone())
    });
    let matching = &rule.matching;
    let fields = [("subject", &matching.subject), ("audience", &matching.audience)];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
    let claims = matching.claims.iter().map(|(claim, value)| (format!("claim {claim}"), value.clone()));
    let condition = matching.condition.iter().map(|condition| ("condition".to_owned(), condition.clone()));
    let unknown =
        rule.not_understood.iter().map(|field| (field.clone(), "unknown to this version".to_owned()));
    let workspaces = rule.explicit.iter().map(|id| workspace_name(live, Some(id.as_str())));
    FederationRule {
        name: rule.name.clone(),
        description: rule.description.clone(),
        issuer: issuer.map_or_else(|| rule.issuer_id.clone(), |issuer| issuer.name.clone()),
        accepts: fields.chain(claims).chain(condition).chain(unknown).collect(),
        account,
        scopes: rule.scopes.iter().cloned().collect(),
        workspaces: (!rule.for_all).then(|| sorted(workspaces)),
        token_lifetime: rule.token_lifetime.to_string(),
    }
}

fn issuer(issuer: &LiveIssuer) -> FederationIssuer {
    FederationIssuer {
        name: issuer.name.clone(),
        issuer_url: issuer.issuer_url.clone(),
        keys: issuer.shown_jwks.clone(),
        check_jti: issuer.check_jti,
        max_jwt_lifetime: issuer.max_jwt_lifetime.to_string(),
        polling_disabled_at: issuer.polling_disabled_at.map(|at| at.to_string()),
    }
}
