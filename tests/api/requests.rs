//! Every call of the API as a value: method, path, query, body, and whether it may be repeated.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bylaws_api::{
    AllowedInferenceGeos, ApiKeyId, ApiKeyUpdate, ApiKeysQuery, BucketWidth, ClaudeCodeUsageQuery, CostQuery,
    DataResidencyWrite, ExternalKeyId, FederationIssuerCreate, FederationIssuerId, FederationRuleCreate,
    FederationRuleId, FederationRulesQuery, InferenceGeo, InviteId, KeyStatus, MessagesUsageQuery,
    OrganizationRole, Replay, Request, RuleMatch, RuleTarget, ServiceAccountCreate, ServiceAccountId,
    ServiceAccountUpdate, SpendLimitId, SpendLimitScope, UserId, UsersQuery, WorkspaceCreate, WorkspaceGeo,
    WorkspaceId, WorkspaceRole, WorkspaceUpdate, WorkspacesQuery, api_keys, external_keys,
    federation_issuers, federation_rule_workspaces, federation_rules, invites, organization, reports,
    service_accounts, spend_limits, users, workspace_members, workspace_service_accounts, workspaces,
};

/// Formats a request as `POST /path?query {body}`, with `once` at the end if it must not be repeated.
fn shown<T>(request: &Request<T>) -> String {
    let mut text = format!("{} {}", request.method, request.path().trim_start_matches("/v1/organizations"));
    for (n, (name, value)) in request.query.iter().enumerate() {
        let _ = write!(text, "{}{name}={value}", if n == 0 { '?' } else { '&' });
    }
    if let Some(body) = &request.body {
        let _ = write!(text, " {body}");
    }
    if request.replay == Replay::NotSafe {
        text += " once";
    }
    text
}

#[test]
fn reads_ask_for_the_largest_pages_and_only_the_given_filters() {
    let (user, invite) = (UserId::new("user_1"), InviteId::new("invite_1"));
    let (workspace, key) = (WorkspaceId::new("wrkspc_1"), ApiKeyId::new("apikey_1"));
    let table = [
        (shown(&organization::get()), "GET /me"),
        (shown(&users::list(&UsersQuery::default())), "GET /users?limit=1000"),
        (
            shown(&users::list(&UsersQuery { email: Some("ada+x@acme.com".to_owned()) })),
            "GET /users?limit=1000&email=ada+x@acme.com",
        ),
        (shown(&users::get(&user)), "GET /users/user_1"),
        (shown(&invites::list()), "GET /invites?limit=1000"),
        (shown(&invites::get(&invite)), "GET /invites/invite_1"),
        (shown(&workspaces::list(&WorkspacesQuery::default())), "GET /workspaces?limit=1000"),
        (
            shown(&workspaces::list(&WorkspacesQuery { include_archived: true, include_default: true })),
            "GET /workspaces?limit=1000&include_archived=true&include_default=true",
        ),
        (shown(&workspaces::get(&workspace)), "GET /workspaces/wrkspc_1"),
        (shown(&workspace_members::list(&workspace)), "GET /workspaces/wrkspc_1/members?limit=1000"),
        (shown(&workspace_members::get(&workspace, &user)), "GET /workspaces/wrkspc_1/members/user_1"),
        (shown(&api_keys::list(&ApiKeysQuery::default())), "GET /api_keys?limit=1000"),
        (
            shown(&api_keys::list(&ApiKeysQuery { status: Some(KeyStatus::Active) })),
            "GET /api_keys?limit=1000&status=active",
        ),
        (shown(&api_keys::get(&key)), "GET /api_keys/apikey_1"),
        (shown(&spend_limits::list()), "GET /spend_limits?limit=100"),
        (shown(&external_keys::list()), "GET /external_keys?limit=100"),
        (shown(&external_keys::get(&ExternalKeyId::new("ekey_1"))), "GET /external_keys/ekey_1"),
        (shown(&spend_limits::get(&SpendLimitId::new("spl_1"))), "GET /spend_limits/spl_1"),
    ];
    for (got, wanted) in table {
        assert_eq!(got, wanted);
    }
}

#[test]
fn reports_ask_for_the_maximum_number_of_buckets_per_page() {
    let mut usage = MessagesUsageQuery::since("2026-11-01T00:00:00Z");
    assert_eq!(
        shown(&reports::messages_usage::report(&usage)),
        "GET /usage_report/messages?starting_at=2026-11-01T00:00:00Z&bucket_width=1d&limit=31"
    );
    assert_eq!(reports::messages_usage::report(&usage).beta, None);
    usage.bucket_width = BucketWidth::Hour;
    usage.ending_at = Some("2026-11-02T00:00:00Z".into());
    usage.group_by = vec!["workspace_id".to_owned(), "speed".to_owned()];
    usage.models = vec!["claude-opus-4-8".to_owned()];
    let request = reports::messages_usage::report(&usage);
    assert_eq!(
        shown(&request),
        "GET /usage_report/messages?starting_at=2026-11-01T00:00:00Z&ending_at=2026-11-02T00:00:00Z\
         &bucket_width=1h&limit=168&group_by[]=workspace_id&group_by[]=speed&models[]=claude-opus-4-8"
    );
    assert_eq!(request.beta, Some("fast-mode-2026-02-01"));

    let mut cost = CostQuery::since("2026-11-01T00:00:00Z");
    cost.group_by = vec!["description".to_owned()];
    assert_eq!(
        shown(&reports::cost::report(&cost)),
        "GET /cost_report?starting_at=2026-11-01T00:00:00Z&limit=31&group_by[]=description"
    );
    assert_eq!(
        shown(&reports::claude_code::report(&ClaudeCodeUsageQuery::on("2026-11-01"))),
        "GET /usage_report/claude_code?starting_at=2026-11-01&limit=1000"
    );
}

#[test]
fn reports_ask_for_smaller_pages_on_request() {
    let usage = MessagesUsageQuery { limit: Some(3), ..MessagesUsageQuery::since("2026-11-01T00:00:00Z") };
    let cost = CostQuery { limit: Some(1), ..CostQuery::since("2026-11-01T00:00:00Z") };
    let day = ClaudeCodeUsageQuery { limit: Some(20), ..ClaudeCodeUsageQuery::on("2026-11-01") };
    assert!(shown(&reports::messages_usage::report(&usage)).ends_with("&limit=3"));
    assert!(shown(&reports::cost::report(&cost)).ends_with("&limit=1"));
    assert!(shown(&reports::claude_code::report(&day)).ends_with("&limit=20"));
}

#[test]
fn writes_contain_only_the_given_fields() {
    let (user, invite) = (UserId::new("user_1"), InviteId::new("invite_1"));
    let (workspace, key) = (WorkspaceId::new("wrkspc_1"), ApiKeyId::new("apikey_1"));
    let geo = DataResidencyWrite {
        allowed_inference_geos: Some(AllowedInferenceGeos::List(vec![InferenceGeo::Us])),
        default_inference_geo: Some(InferenceGeo::Us),
        workspace_geo: Some(WorkspaceGeo::Us),
    };
    let table = [
        (
            shown(&users::set_role(&user, &OrganizationRole::ClaudeCodeUser)),
            r#"POST /users/user_1 {"role":"claude_code_user"}"#,
        ),
        (shown(&users::remove(&user)), "DELETE /users/user_1"),
        (
            shown(&invites::create("lin@acme.com", &OrganizationRole::User)),
            r#"POST /invites {"email":"lin@acme.com","role":"user"} once"#,
        ),
        (shown(&invites::delete(&invite)), "DELETE /invites/invite_1"),
        (
            shown(&workspaces::create(&WorkspaceCreate {
                name: "Production".to_owned(),
                ..WorkspaceCreate::default()
            })),
            r#"POST /workspaces {"name":"Production"} once"#,
        ),
        (
            shown(&workspaces::create(&WorkspaceCreate {
                name: "Production".to_owned(),
                display_color: Some("#6C5BB9".to_owned()),
                data_residency: Some(geo.clone()),
                tags: BTreeMap::from([("env".to_owned(), "prod".to_owned())]),
                external_key_id: None,
            })),
            r##"POST /workspaces {"name":"Production","display_color":"#6C5BB9","data_residency":{"allowed_inference_geos":["us"],"default_inference_geo":"us","workspace_geo":"us"},"tags":{"env":"prod"}} once"##,
        ),
        (shown(&workspaces::update(&workspace, &WorkspaceUpdate::default())), "POST /workspaces/wrkspc_1 {}"),
        (
            shown(&workspaces::update(
                &workspace,
                &WorkspaceUpdate {
                    name: Some("Production (EU)".to_owned()),
                    data_residency: Some(DataResidencyWrite {
                        allowed_inference_geos: Some(AllowedInferenceGeos::Unrestricted),
                        ..DataResidencyWrite::default()
                    }),
                    tags: Some(BTreeMap::from([
                        ("env".to_owned(), Some("prod".to_owned())),
                        ("gone".to_owned(), None),
                    ])),
                    ..WorkspaceUpdate::default()
                },
            )),
            r#"POST /workspaces/wrkspc_1 {"name":"Production (EU)","data_residency":{"allowed_inference_geos":"unrestricted"},"tags":{"env":"prod","gone":null}}"#,
        ),
        (shown(&workspaces::archive(&workspace)), "POST /workspaces/wrkspc_1/archive"),
        (
            shown(&workspace_members::add(&workspace, &user, &WorkspaceRole::WorkspaceDeveloper)),
            r#"POST /workspaces/wrkspc_1/members {"user_id":"user_1","workspace_role":"workspace_developer"} once"#,
        ),
        (
            shown(&workspace_members::set_role(&workspace, &user, &WorkspaceRole::WorkspaceAdmin)),
            r#"POST /workspaces/wrkspc_1/members/user_1 {"workspace_role":"workspace_admin"}"#,
        ),
        (shown(&workspace_members::remove(&workspace, &user)), "DELETE /workspaces/wrkspc_1/members/user_1"),
        (
            shown(&api_keys::update(&key, &ApiKeyUpdate { name: None, status: Some(KeyStatus::Inactive) })),
            r#"POST /api_keys/apikey_1 {"status":"inactive"}"#,
        ),
        (
            shown(&spend_limits::set(&SpendLimitScope::Organization, "2000000")),
            r#"POST /spend_limits {"scope":{"type":"organization"},"amount":"2000000","period":"monthly"}"#,
        ),
        (
            shown(&spend_limits::set(&SpendLimitScope::Workspace { workspace_id: workspace.clone() }, "0")),
            r#"POST /spend_limits {"scope":{"type":"workspace","workspace_id":"wrkspc_1"},"amount":"0","period":"monthly"}"#,
        ),
        (
            shown(&external_keys::validate(&ExternalKeyId::new("ekey_1"))),
            "POST /external_keys/ekey_1/validate",
        ),
        (shown(&external_keys::delete(&ExternalKeyId::new("ekey_1"))), "DELETE /external_keys/ekey_1"),
        (shown(&spend_limits::delete(&SpendLimitId::new("spl_1"))), "DELETE /spend_limits/spl_1"),
    ];
    for (got, wanted) in table {
        assert_eq!(got, wanted);
    }
}

#[test]
fn a_placeholder_stays_readable_in_the_displayed_path() {
    let request = workspace_members::add(
        &WorkspaceId::new("{workspace/production}"),
        &UserId::new("user_1"),
        &WorkspaceRole::WorkspaceUser,
    );
    assert_eq!(request.display_path(), "/v1/organizations/workspaces/{workspace/production}/members");
}

#[test]
fn service_accounts_have_the_same_operations_from_both_sides() {
    let (account, workspace) = (ServiceAccountId::new("svac_1"), WorkspaceId::new("wrkspc_1"));
    let role = WorkspaceRole::WorkspaceAdmin;
    let create = ServiceAccountCreate {
        name: "ci-deploy".to_owned(),
        description: Some("deploys".to_owned()),
        organization_role: Some(OrganizationRole::Developer),
    };
    let none = ServiceAccountUpdate::default();
    let table = [
        (shown(&service_accounts::list(false)), "GET /service_accounts?limit=100"),
        (shown(&service_accounts::list(true)), "GET /service_accounts?limit=100&include_archived=true"),
        (shown(&service_accounts::get(&account)), "GET /service_accounts/svac_1"),
        (
            shown(&service_accounts::create(&create)),
            r#"POST /service_accounts {"name":"ci-deploy","description":"deploys","organization_role":"developer"} once"#,
        ),
        (shown(&service_accounts::update(&account, &none)), "POST /service_accounts/svac_1 {}"),
        (shown(&service_accounts::archive(&account)), "POST /service_accounts/svac_1/archive"),
        (
            shown(&workspace_service_accounts::list(&workspace)),
            "GET /workspaces/wrkspc_1/service_accounts?limit=100",
        ),
        (
            shown(&workspace_service_accounts::get(&workspace, &account)),
            "GET /workspaces/wrkspc_1/service_accounts/svac_1",
        ),
        (
            shown(&workspace_service_accounts::add(&workspace, &account, &role)),
            r#"POST /workspaces/wrkspc_1/service_accounts {"service_account_id":"svac_1","workspace_role":"workspace_admin"}"#,
        ),
        (
            shown(&workspace_service_accounts::set_role(&workspace, &account, &role)),
            r#"POST /workspaces/wrkspc_1/service_accounts/svac_1 {"workspace_role":"workspace_admin"}"#,
        ),
        (
            shown(&workspace_service_accounts::remove(&workspace, &account)),
            "DELETE /workspaces/wrkspc_1/service_accounts/svac_1",
        ),
        (
            shown(&workspace_service_accounts::list_of_account(&account)),
            "GET /service_accounts/svac_1/workspaces?limit=100",
        ),
        (
            shown(&workspace_service_accounts::add_of_account(&account, &workspace, &role)),
            r#"POST /service_accounts/svac_1/workspaces {"workspace_id":"wrkspc_1","workspace_role":"workspace_admin"}"#,
        ),
        (
            shown(&workspace_service_accounts::remove_of_account(&account, &workspace)),
            "DELETE /service_accounts/svac_1/workspaces/wrkspc_1",
        ),
    ];
    for (got, wanted) in table {
        assert_eq!(got, wanted);
    }
}

#[test]
fn federation_requests_contain_only_the_given_fields() {
    let (issuer, rule) = (FederationIssuerId::new("fdis_1"), FederationRuleId::new("fdrl_1"));
    let workspace = WorkspaceId::new("wrkspc_1");
    let new_issuer = FederationIssuerCreate {
        name: "github".to_owned(),
        issuer_url: "https://token.actions.githubusercontent.com".to_owned(),
        ..FederationIssuerCreate::default()
    };
    let new_rule = FederationRuleCreate {
        name: "deploy".to_owned(),
        issuer_id: issuer.clone(),
        matching: RuleMatch { subject_prefix: Some("repo:acme/x:*".to_owned()), ..RuleMatch::default() },
        target: RuleTarget::service_account(ServiceAccountId::new("svac_1")),
        oauth_scope: "workspace:inference".to_owned(),
        workspace_id: Some(workspace.clone()),
        applies_to_all_workspaces: None,
        description: None,
        token_lifetime_seconds: None,
    };
    let query = FederationRulesQuery { include_archived: true, issuer: Some(issuer.clone()) };
    let table = [
        (shown(&federation_issuers::list(true)), "GET /federation_issuers?limit=100&include_archived=true"),
        (shown(&federation_issuers::get(&issuer)), "GET /federation_issuers/fdis_1"),
        (
            shown(&federation_issuers::create(&new_issuer)),
            r#"POST /federation_issuers {"name":"github","issuer_url":"https://token.actions.githubusercontent.com"} once"#,
        ),
        (shown(&federation_issuers::archive(&issuer)), "POST /federation_issuers/fdis_1/archive"),
        (shown(&federation_rules::list(&FederationRulesQuery::default())), "GET /federation_rules?limit=100"),
        (
            shown(&federation_rules::list(&query)),
            "GET /federation_rules?limit=100&include_archived=true&issuer_id=fdis_1",
        ),
        (shown(&federation_rules::get(&rule)), "GET /federation_rules/fdrl_1"),
        (
            shown(&federation_rules::create(&new_rule)),
            r#"POST /federation_rules {"name":"deploy","issuer_id":"fdis_1","match":{"subject_prefix":"repo:acme/x:*","audience":null,"claims":null,"condition":null},"target":{"type":"service_account","service_account_id":"svac_1"},"oauth_scope":"workspace:inference","workspace_id":"wrkspc_1"} once"#,
        ),
        (shown(&federation_rules::archive(&rule)), "POST /federation_rules/fdrl_1/archive"),
        (
            shown(&federation_rule_workspaces::list(&rule)),
            "GET /federation_rules/fdrl_1/workspaces?limit=100",
        ),
        (
            shown(&federation_rule_workspaces::add(&rule, &workspace)),
            r#"POST /federation_rules/fdrl_1/workspaces {"workspace_id":"wrkspc_1"}"#,
        ),
        (
            shown(&federation_rule_workspaces::remove(&rule, &workspace)),
            "DELETE /federation_rules/fdrl_1/workspaces/wrkspc_1",
        ),
    ];
    for (got, wanted) in table {
        assert_eq!(got, wanted);
    }
}
