//! The functions of the client that need a token: what they send and receive, for [`tour`](crate::wire::tour).

use bylaws_api::{
    FederationIssuerCreate, FederationIssuerId, FederationIssuerUpdate, FederationRuleCreate,
    FederationRuleId, FederationRuleUpdate, FederationRulesQuery, Jwks, OrganizationRole, RuleMatch,
    RuleTarget, ServiceAccountCreate, ServiceAccountId, ServiceAccountUpdate, WorkspaceId, WorkspaceRole,
    collect_all, federation_issuers, federation_rule_workspaces, federation_rules, service_accounts,
    workspace_service_accounts as members,
};

use crate::wire::Tour;

pub(crate) async fn service_accounts(tour: &mut Tour) {
    let writer = tour.with_token.clone();
    let reader = writer.reader().clone();
    let (bot, eu) = (ServiceAccountId::new("svac_bot"), WorkspaceId::new("wrkspc_eu"));
    tour.step("service_accounts::list", collect_all(reader.service_accounts(true))).await;
    tour.step("service_accounts::get", reader.service_account(&bot)).await;
    let create = ServiceAccountCreate { name: "ci-deploy".to_owned(), ..ServiceAccountCreate::default() };
    tour.step("service_accounts::create", writer.send(service_accounts::create(&create))).await;
    let update = ServiceAccountUpdate {
        description: Some("deploys".to_owned()),
        organization_role: Some(OrganizationRole::Admin),
    };
    tour.step("service_accounts::update", writer.send(service_accounts::update(&bot, &update))).await;
    let (user, admin) = (WorkspaceRole::WorkspaceUser, WorkspaceRole::WorkspaceAdmin);
    let workspaces = collect_all(reader.service_account_workspaces(&bot));
    tour.step("workspace_service_accounts::list_of_account", workspaces).await;
    tour.step("workspace_service_accounts::add", writer.send(members::add(&eu, &bot, &user))).await;
    tour.step("workspace_service_accounts::set_role", writer.send(members::set_role(&eu, &bot, &admin)))
        .await;
    tour.step("workspace_service_accounts::list", collect_all(reader.workspace_service_accounts(&eu))).await;
    tour.step("workspace_service_accounts::get", reader.workspace_service_account(&eu, &bot)).await;
    tour.step("workspace_service_accounts::remove", writer.send(members::remove(&eu, &bot))).await;
    let add = members::add_of_account(&bot, &eu, &user);
    tour.step("workspace_service_accounts::add_of_account", writer.send(add)).await;
    let remove = members::remove_of_account(&bot, &eu);
    tour.step("workspace_service_accounts::remove_of_account", writer.send(remove)).await;
    tour.step("service_accounts::archive", writer.send(service_accounts::archive(&bot))).await;
}

pub(crate) async fn federation(tour: &mut Tour) {
    let writer = tour.with_token.clone();
    let reader = writer.reader().clone();
    let (github, deploy) = (FederationIssuerId::new("fdis_github"), FederationRuleId::new("fdrl_deploy"));
    let (own, eu) = (FederationIssuerId::new("fdis_own"), WorkspaceId::new("wrkspc_eu"));
    tour.step("federation_issuers::list", collect_all(reader.federation_issuers(true))).await;
    tour.step("federation_issuers::get", reader.federation_issuer(&github)).await;
    let create = FederationIssuerCreate {
        name: "gitlab".to_owned(),
        issuer_url: "https://gitlab.com".to_owned(),
        ..FederationIssuerCreate::default()
    };
    tour.step("federation_issuers::create", writer.send(federation_issuers::create(&create))).await;
    let keys =
        Jwks::Discovery { discovery_base: Some("https://idp.acme.com/x".to_owned()), ca_cert_pem: None };
    let update = FederationIssuerUpdate { jwks: Some(keys), ..FederationIssuerUpdate::default() };
    tour.step("federation_issuers::update", writer.send(federation_issuers::update(&own, &update))).await;
    let query = FederationRulesQuery { include_archived: true, issuer: Some(github.clone()) };
    tour.step("federation_rules::list", collect_all(reader.federation_rules(query))).await;
    tour.step("federation_rules::get", reader.federation_rule(&deploy)).await;
    let matching = RuleMatch { subject_prefix: Some("repo:acme/x:*".to_owned()), ..RuleMatch::default() };
    let create = FederationRuleCreate {
        name: "everywhere".to_owned(),
        issuer_id: github,
        matching: matching.clone(),
        target: RuleTarget::service_account(ServiceAccountId::new("svac_deploy")),
        oauth_scope: "workspace:inference workspace:developer".to_owned(),
        workspace_id: None,
        applies_to_all_workspaces: Some(true),
        description: None,
        token_lifetime_seconds: Some(60),
    };
    tour.step("federation_rules::create", writer.send(federation_rules::create(&create))).await;
    let update = FederationRuleUpdate { matching: Some(matching), ..FederationRuleUpdate::default() };
    tour.step("federation_rules::update", writer.send(federation_rules::update(&deploy, &update))).await;
    let add = federation_rule_workspaces::add(&deploy, &eu);
    tour.step("federation_rule_workspaces::add", writer.send(add)).await;
    let list = collect_all(reader.federation_rule_workspaces(&deploy));
    tour.step("federation_rule_workspaces::list", list).await;
    let remove = federation_rule_workspaces::remove(&deploy, &eu);
    tour.step("federation_rule_workspaces::remove", writer.send(remove)).await;
    tour.step("federation_rules::archive", writer.send(federation_rules::archive(&deploy))).await;
    tour.step("federation_issuers::archive", writer.send(federation_issuers::archive(&own))).await;
}
