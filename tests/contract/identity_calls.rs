//! Requests of the client about service accounts and federation, which need a token, as built.

use bylaws_api::{
    FederationIssuerCreate, FederationIssuerId, FederationIssuerUpdate, FederationRuleCreate,
    FederationRuleId, FederationRuleUpdate, FederationRulesQuery, Jwks, OrganizationRole, RuleMatch,
    RuleTarget, ServiceAccountCreate, ServiceAccountId, ServiceAccountUpdate, WorkspaceId, WorkspaceRole,
    federation_issuers, federation_rule_workspaces, federation_rules, service_accounts,
    workspace_service_accounts as members,
};
use proptest::collection::btree_map;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::calls::{Call, built, id};

/// Returns the requests that a correct caller could build, one strategy for each kind.
pub(crate) fn kinds() -> [BoxedStrategy<Call>; 5] {
    [accounts(), account_memberships(), issuers(), rules(), rule_workspaces()]
}

fn accounts() -> BoxedStrategy<Call> {
    let account = || id("svac_").prop_map(ServiceAccountId::new);
    let role = || of(select(vec![OrganizationRole::Admin, OrganizationRole::Developer]));
    let create = (slug(), of(".*"), role()).prop_map(|(name, description, organization_role)| {
        ServiceAccountCreate { name, description, organization_role }
    });
    let update = (of(".*"), role())
        .prop_map(|(description, organization_role)| ServiceAccountUpdate { description, organization_role });
    prop_oneof![
        proptest::bool::ANY
            .prop_map(|archived| ("listServiceAccounts", built(&service_accounts::list(archived)))),
        account().prop_map(|id| ("getServiceAccount", built(&service_accounts::get(&id)))),
        create.prop_map(|create| ("createServiceAccount", built(&service_accounts::create(&create)))),
        (account(), update).prop_map(|(id, update)| (
            "updateServiceAccount",
            built(&service_accounts::update(&id, &update))
        )),
        account().prop_map(|id| ("archiveServiceAccount", built(&service_accounts::archive(&id)))),
    ]
    .boxed()
}

fn account_memberships() -> BoxedStrategy<Call> {
    let ids = || (id("wrkspc_").prop_map(WorkspaceId::new), id("svac_").prop_map(ServiceAccountId::new));
    let settable = WorkspaceRole::KNOWN.iter().filter(|role| **role != WorkspaceRole::WorkspaceBilling);
    let settable: Vec<WorkspaceRole> = settable.cloned().collect();
    let all = || (ids(), select(settable.clone()));
    prop_oneof![
        ids().prop_map(|(place, _)| ("listWorkspaceServiceAccounts", built(&members::list(&place)))),
        ids().prop_map(|(place, id)| ("getWorkspaceServiceAccount", built(&members::get(&place, &id)))),
        ids().prop_map(|(place, id)| ("removeWorkspaceServiceAccount", built(&members::remove(&place, &id)))),
        ids().prop_map(|(_, id)| ("listServiceAccountWorkspaces", built(&members::list_of_account(&id)))),
        ids().prop_map(|(place, id)| {
            ("removeServiceAccountWorkspace", built(&members::remove_of_account(&id, &place)))
        }),
        all().prop_map(|((place, id), role)| {
            ("addWorkspaceServiceAccount", built(&members::add(&place, &id, &role)))
        }),
        all().prop_map(|((place, id), role)| {
            ("updateWorkspaceServiceAccount", built(&members::set_role(&place, &id, &role)))
        }),
        all().prop_map(|((place, id), role)| {
            ("addServiceAccountWorkspace", built(&members::add_of_account(&id, &place, &role)))
        }),
    ]
    .boxed()
}

fn issuers() -> BoxedStrategy<Call> {
    let issuer = || id("fdis_").prop_map(FederationIssuerId::new);
    let lifetime = || of(1..=176_400_u32);
    let create = (slug(), url(), of(jwks()), of(proptest::bool::ANY), lifetime()).prop_map(
        |(name, issuer_url, jwks, check_jti, max_jwt_lifetime_seconds)| FederationIssuerCreate {
            name,
            issuer_url,
            jwks,
            check_jti,
            max_jwt_lifetime_seconds,
        },
    );
    let update = (of(slug()), of(url()), of(jwks()), of(proptest::bool::ANY), lifetime(), of(Just(false)))
        .prop_map(|(name, issuer_url, jwks, check_jti, max_jwt_lifetime_seconds, jwks_polling_disabled)| {
            FederationIssuerUpdate {
                name,
                issuer_url,
                jwks,
                check_jti,
                max_jwt_lifetime_seconds,
                jwks_polling_disabled,
            }
        });
    prop_oneof![
        proptest::bool::ANY
            .prop_map(|archived| ("listFederationIssuers", built(&federation_issuers::list(archived)))),
        issuer().prop_map(|id| ("getFederationIssuer", built(&federation_issuers::get(&id)))),
        issuer().prop_map(|id| ("archiveFederationIssuer", built(&federation_issuers::archive(&id)))),
        create.prop_map(|create| ("createFederationIssuer", built(&federation_issuers::create(&create)))),
        (issuer(), update).prop_map(|(id, update)| {
            ("updateFederationIssuer", built(&federation_issuers::update(&id, &update)))
        }),
    ]
    .boxed()
}

fn rules() -> BoxedStrategy<Call> {
    let rule = || id("fdrl_").prop_map(FederationRuleId::new);
    let issuer = || id("fdis_").prop_map(FederationIssuerId::new);
    let target = || id("svac_").prop_map(|id| RuleTarget::service_account(id.into()));
    let scope = || {
        select(vec!["workspace:inference", "workspace:developer", "workspace:developer workspace:inference"])
            .prop_map(str::to_owned)
    };
    let place = || of(id("wrkspc_").prop_map(WorkspaceId::new));
    let rest = || (place(), of(proptest::bool::ANY), of(".*"), of(60..=86_400_u32));
    let create = (slug(), issuer(), matching(), target(), scope(), rest()).prop_map(
        |(name, issuer_id, matching, target, oauth_scope, (workspace_id, all, description, lifetime))| {
            FederationRuleCreate {
                name,
                issuer_id,
                matching,
                target,
                oauth_scope,
                workspace_id,
                applies_to_all_workspaces: all,
                description,
                token_lifetime_seconds: lifetime,
            }
        },
    );
    let update = (of(slug()), of(matching()), of(target()), of(scope()), rest()).prop_map(
        |(name, matching, target, oauth_scope, (workspace_id, all, description, lifetime))| {
            FederationRuleUpdate {
                name,
                description,
                matching,
                target,
                oauth_scope,
                token_lifetime_seconds: lifetime,
                workspace_id,
                applies_to_all_workspaces: all,
            }
        },
    );
    let query = (proptest::bool::ANY, of(issuer()))
        .prop_map(|(include_archived, issuer)| FederationRulesQuery { include_archived, issuer });
    prop_oneof![
        query.prop_map(|query| ("listFederationRules", built(&federation_rules::list(&query)))),
        rule().prop_map(|id| ("getFederationRule", built(&federation_rules::get(&id)))),
        rule().prop_map(|id| ("archiveFederationRule", built(&federation_rules::archive(&id)))),
        create.prop_map(|create| ("createFederationRule", built(&federation_rules::create(&create)))),
        (rule(), update).prop_map(|(id, update)| (
            "updateFederationRule",
            built(&federation_rules::update(&id, &update))
        )),
    ]
    .boxed()
}

fn rule_workspaces() -> BoxedStrategy<Call> {
    use federation_rule_workspaces::{add, list, remove};
    let ids = || (id("fdrl_").prop_map(FederationRuleId::new), id("wrkspc_").prop_map(WorkspaceId::new));
    prop_oneof![
        ids().prop_map(|(rule, _)| ("listFederationRuleWorkspaces", built(&list(&rule)))),
        ids().prop_map(|(rule, place)| ("addFederationRuleWorkspace", built(&add(&rule, &place)))),
        ids().prop_map(|(rule, place)| ("removeFederationRuleWorkspace", built(&remove(&rule, &place)))),
    ]
    .boxed()
}

fn matching() -> impl Strategy<Value = RuleMatch> {
    (of(".*"), of(".*"), of(btree_map(".*", ".*", 0..3)), of(".*")).prop_map(
        |(subject_prefix, audience, claims, condition)| RuleMatch {
            subject_prefix,
            audience,
            claims,
            condition,
            other: std::collections::BTreeMap::new(),
        },
    )
}

fn jwks() -> impl Strategy<Value = Jwks> {
    let key = json!({"kty": "RSA", "n": "1"}).as_object().cloned().unwrap();
    prop_oneof![
        (of(url()), of(".*"))
            .prop_map(|(discovery_base, ca_cert_pem)| Jwks::Discovery { discovery_base, ca_cert_pem }),
        (url(), of(".*")).prop_map(|(url, ca_cert_pem)| Jwks::ExplicitUrl { url, ca_cert_pem }),
        Just(Jwks::Inline { keys: vec![key] }),
    ]
}

fn url() -> impl Strategy<Value = String> {
    "https://[a-z]{1,10}\\.example(/[a-z0-9]{1,5})?"
}

/// Returns a name.
fn slug() -> impl Strategy<Value = String> {
    "[a-z0-9-]{1,255}"
}
