//! Requests of the client as built, without a network: every builder with any valid arguments.

use std::fmt::Write as _;

use bylaws_api::rate_limits::{self, LimiterType};
use bylaws_api::reports::{claude_code, cost, messages_usage};
use bylaws_api::{
    ActivitiesQuery, ActivityCursor, ActivityTypes, AllowedInferenceGeos, ApiKeyId, ApiKeyUpdate,
    ApiKeysQuery, BucketWidth, ClaudeCodeUsageQuery, CostQuery, DataResidencyWrite, ExternalKeyCreate,
    ExternalKeyId, ExternalKeyUpdate, InferenceGeo, InviteId, KeyStatus, MessagesUsageQuery,
    OrganizationRole, ProviderConfig, RateLimitId, RecordingState, Request, SpendLimitId, SpendLimitScope,
    Timestamp, UserId, UsersQuery, WorkspaceCreate, WorkspaceGeo, WorkspaceId, WorkspaceRole,
    WorkspaceUpdate, WorkspacesQuery, activities, api_keys, compliance_settings, external_keys, invites,
    organization, spend_limits, users, workspace_members, workspaces,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::Union;

use crate::http::Ask;
use crate::identity_calls;

/// The intended operation and the request that was built.
pub(crate) type Call = (&'static str, Ask);

/// Returns a request as it would be sent, without headers.
pub(crate) fn built<T>(request: &Request<T>) -> Ask {
    let mut target = request.path();
    for (at, (name, value)) in request.query.iter().enumerate() {
        let _ = write!(target, "{}{}={}", if at == 0 { '?' } else { '&' }, encode(name), encode(value));
    }
    Ask {
        method: request.method.as_str().to_owned(),
        target,
        headers: Vec::new(),
        body: request.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default(),
    }
}

/// Returns any request that a correct caller could build.
pub(crate) fn any_call() -> impl Strategy<Value = Call> {
    let others = [
        people(),
        invitations(),
        places(),
        changes(),
        memberships(),
        keys(),
        limits(),
        spending(),
        external_keys(),
        usage(),
        money(),
        feed(),
    ];
    Union::new(others.into_iter().chain(identity_calls::kinds()))
}

fn people() -> BoxedStrategy<Call> {
    let id = || id("user_").prop_map(UserId::new);
    let query = of(email()).prop_map(|email| UsersQuery { email });
    prop_oneof![
        Just(("getOrganization", built(&organization::get()))),
        query.prop_map(|query| ("listUsers", built(&users::list(&query)))),
        id().prop_map(|id| ("getUser", built(&users::get(&id)))),
        id().prop_map(|id| ("removeUser", built(&users::remove(&id)))),
        (id(), assignable()).prop_map(|(id, role)| ("updateUser", built(&users::set_role(&id, &role)))),
    ]
    .boxed()
}

fn invitations() -> BoxedStrategy<Call> {
    let id = || id("invite_").prop_map(InviteId::new);
    prop_oneof![
        Just(("listInvites", built(&invites::list()))),
        id().prop_map(|id| ("getInvite", built(&invites::get(&id)))),
        id().prop_map(|id| ("deleteInvite", built(&invites::delete(&id)))),
        (email(), assignable())
            .prop_map(|(email, role)| ("createInvite", built(&invites::create(&email, &role)))),
    ]
    .boxed()
}

fn places() -> BoxedStrategy<Call> {
    let id = || id("wrkspc_").prop_map(WorkspaceId::new);
    let query = (any::<bool>(), any::<bool>()).prop_map(|(include_archived, include_default)| {
        WorkspacesQuery { include_archived, include_default }
    });
    prop_oneof![
        query.prop_map(|query| ("listWorkspaces", built(&workspaces::list(&query)))),
        id().prop_map(|id| ("getWorkspace", built(&workspaces::get(&id)))),
        id().prop_map(|id| ("archiveWorkspace", built(&workspaces::archive(&id)))),
    ]
    .boxed()
}

fn changes() -> BoxedStrategy<Call> {
    let create =
        (
            name(255),
            of(color()),
            of(residency(true)),
            btree_map(tag_key(), any::<String>(), 0..4),
            of("ekey_.+"),
        )
            .prop_map(|(name, display_color, data_residency, tags, external_key_id)| {
                WorkspaceCreate { name, display_color, data_residency, tags, external_key_id }
            });
    let tags = of(btree_map(tag_key(), of(any::<String>()), 0..4));
    let update = (of(name(255)), of(color()), of(residency(false)), tags, of("ekey_.+")).prop_map(
        |(name, display_color, data_residency, tags, external_key_id)| WorkspaceUpdate {
            name,
            display_color,
            data_residency,
            tags,
            external_key_id,
        },
    );
    let id = id("wrkspc_").prop_map(WorkspaceId::new);
    prop_oneof![
        create.prop_map(|create| ("createWorkspace", built(&workspaces::create(&create)))),
        (id, update).prop_map(|(id, update)| ("updateWorkspace", built(&workspaces::update(&id, &update)))),
    ]
    .boxed()
}

fn memberships() -> BoxedStrategy<Call> {
    let ids = || (id("wrkspc_").prop_map(WorkspaceId::new), id("user_").prop_map(UserId::new));
    let settable: Vec<WorkspaceRole> = WorkspaceRole::KNOWN
        .iter()
        .filter(|role| **role != WorkspaceRole::WorkspaceBilling)
        .cloned()
        .collect();
    let role = || select(settable.clone());
    prop_oneof![
        ids().prop_map(|(place, _)| ("listWorkspaceMembers", built(&workspace_members::list(&place)))),
        ids().prop_map(|(place, user)| ("getWorkspaceMember", built(&workspace_members::get(&place, &user)))),
        ids().prop_map(|(place, user)| {
            ("removeWorkspaceMember", built(&workspace_members::remove(&place, &user)))
        }),
        (ids(), role()).prop_map(|((place, user), role)| {
            ("addWorkspaceMember", built(&workspace_members::add(&place, &user, &role)))
        }),
        (ids(), role()).prop_map(|((place, user), role)| {
            ("updateWorkspaceMember", built(&workspace_members::set_role(&place, &user, &role)))
        }),
    ]
    .boxed()
}

fn keys() -> BoxedStrategy<Call> {
    let key = || id("apikey_").prop_map(ApiKeyId::new);
    let query = of(select(KeyStatus::KNOWN)).prop_map(|status| ApiKeysQuery { status });
    let settable = vec![KeyStatus::Active, KeyStatus::Archived, KeyStatus::Inactive];
    let update =
        (of(name(500)), of(select(settable))).prop_map(|(name, status)| ApiKeyUpdate { name, status });
    prop_oneof![
        query.prop_map(|query| ("listApiKeys", built(&api_keys::list(&query)))),
        key().prop_map(|id| ("getApiKey", built(&api_keys::get(&id)))),
        (key(), update).prop_map(|(id, update)| ("updateApiKey", built(&api_keys::update(&id, &update)))),
    ]
    .boxed()
}

fn limits() -> BoxedStrategy<Call> {
    let place = || id("wrkspc_").prop_map(WorkspaceId::new);
    let entry = "[A-Za-z0-9_/-]{1,20}".prop_map(RateLimitId::new);
    let values = btree_map(select(LimiterType::KNOWN), of(0..=9_007_199_254_740_991_u64), 1..9);
    prop_oneof![
        Just(("listRateLimits", built(&rate_limits::list()))),
        (place(), any::<bool>()).prop_map(|(place, inherited)| {
            ("listWorkspaceRateLimits", built(&rate_limits::list_of_workspace(&place, inherited)))
        }),
        (place(), entry, values).prop_map(|(place, entry, values)| {
            ("updateWorkspaceRateLimit", built(&rate_limits::update(&place, &entry, &values)))
        }),
    ]
    .boxed()
}

fn spending() -> BoxedStrategy<Call> {
    let limit = || id("spl_").prop_map(SpendLimitId::new);
    let scope = prop_oneof![
        Just(SpendLimitScope::Organization),
        id("wrkspc_").prop_map(|id| SpendLimitScope::Workspace { workspace_id: id.into() }),
        id("user_").prop_map(|id| SpendLimitScope::User { user_id: id.into() }),
    ];
    prop_oneof![
        Just(("listSpendLimits", built(&spend_limits::list()))),
        limit().prop_map(|id| ("getSpendLimit", built(&spend_limits::get(&id)))),
        limit().prop_map(|id| ("deleteSpendLimit", built(&spend_limits::delete(&id)))),
        (scope, "[0-9]{1,30}")
            .prop_map(|(scope, amount)| ("setSpendLimit", built(&spend_limits::set(&scope, &amount)))),
    ]
    .boxed()
}

fn external_keys() -> BoxedStrategy<Call> {
    let key = || id("ekey_").prop_map(ExternalKeyId::new);
    let config = || {
        prop_oneof![
            ("arn:aws:kms:[a-z0-9:/-]{1,20}", of(".+"))
                .prop_map(|(kms_arn, region)| ProviderConfig::Aws { kms_arn, region }),
            ".+".prop_map(|key_name| ProviderConfig::Gcp { key_name }),
            (".+", ".+", of(".+")).prop_map(|(tenant_id, key_name, client_id)| ProviderConfig::Azure {
                tenant_id,
                vault_uri: "https://vault.example".to_owned(),
                key_name,
                client_id,
            }),
        ]
    };
    let geo = || of(Just("us".to_owned()));
    let create = (config(), of(".*"), geo(), of(".*")).prop_map(
        |(provider_config, display_name, geo, user_profile_id)| ExternalKeyCreate {
            provider_config,
            display_name,
            geo,
            user_profile_id,
        },
    );
    let update = (of(".*"), geo(), of(config())).prop_map(|(display_name, geo, provider_config)| {
        ExternalKeyUpdate { display_name, geo, provider_config }
    });
    prop_oneof![
        Just(("listExternalKeys", built(&external_keys::list()))),
        key().prop_map(|id| ("getExternalKey", built(&external_keys::get(&id)))),
        key().prop_map(|id| ("deleteExternalKey", built(&external_keys::delete(&id)))),
        key().prop_map(|id| ("validateExternalKey", built(&external_keys::validate(&id)))),
        create.prop_map(|create| ("createExternalKey", built(&external_keys::create(&create)))),
        (key(), update)
            .prop_map(|(id, update)| ("updateExternalKey", built(&external_keys::update(&id, &update)))),
    ]
    .boxed()
}

fn feed() -> BoxedStrategy<Call> {
    let types = || vec("[a-z_]{1,30}", 1..4);
    let types = prop_oneof![
        Just(ActivityTypes::All),
        types().prop_map(ActivityTypes::Only),
        types().prop_map(ActivityTypes::Except),
    ];
    let cursor = prop_oneof![".+".prop_map(ActivityCursor::Older), ".+".prop_map(ActivityCursor::Newer),];
    let time =
        || of(select(vec!["2026-11-21T09:00:00Z", "2026-11-21T09:00:00.5+02:00"]).prop_map(Timestamp::from));
    let ids = (vec(id("user_").prop_map(UserId::new), 0..3), vec("org_[a-z0-9]{5}", 0..3));
    let query = (types, ids, (time(), time(), time(), time()), of(1_u32..=5000), of(cursor)).prop_map(
        |(types, (actor_ids, organization_ids), (gte, gt, lte, lt), limit, cursor)| ActivitiesQuery {
            types,
            actor_ids,
            organization_ids,
            created_at_gte: gte,
            created_at_gt: gt,
            created_at_lte: lte,
            created_at_lt: lt,
            limit,
            cursor,
        },
    );
    let state = select(RecordingState::KNOWN);
    prop_oneof![
        query.prop_map(|query| ("listComplianceActivities", built(&activities::list(&query)))),
        Just(("getComplianceSettings", built(&compliance_settings::get()))),
        state.prop_map(|state| ("updateComplianceSettings", built(&compliance_settings::update(&state)))),
    ]
    .boxed()
}

fn usage() -> BoxedStrategy<Call> {
    let some = |from: &'static [&'static str]| {
        let texts: Vec<String> = from.iter().map(ToString::to_string).collect();
        let most = texts.len();
        subsequence(texts, 0..=most)
    };
    let ids = |prefix: &'static str| vec(id(prefix), 0..3);
    let dimensions = some(&[
        "account_id",
        "api_key_id",
        "context_window",
        "inference_geo",
        "model",
        "service_account_id",
        "service_tier",
        "speed",
        "workspace_id",
    ]);
    let whose = (ids("user_"), ids("apikey_"), ids("wrkspc_"), vec("[a-z0-9.-]{1,20}", 0..3));
    (time(), of(time()), select(BucketWidth::KNOWN), dimensions, whose)
        .prop_map(|(start, end, width, group_by, whose)| {
            let query = MessagesUsageQuery {
                ending_at: end.map(Into::into),
                bucket_width: width,
                group_by,
                account_ids: whose.0.into_iter().map(Into::into).collect(),
                api_key_ids: whose.1.into_iter().map(Into::into).collect(),
                workspace_ids: whose.2.into_iter().map(Into::into).collect(),
                models: whose.3,
                ..MessagesUsageQuery::since(start)
            };
            ("getMessagesUsageReport", built(&messages_usage::report(&query)))
        })
        .boxed()
}

fn money() -> BoxedStrategy<Call> {
    let groups = vec!["description".to_owned(), "workspace_id".to_owned()];
    let cost = (time(), of(time()), subsequence(groups, 0..=2)).prop_map(|(start, end, group_by)| {
        let query = CostQuery { ending_at: end.map(Into::into), group_by, ..CostQuery::since(start) };
        ("getCostReport", built(&cost::report(&query)))
    });
    let day = time().prop_map(|time| {
        let query = ClaudeCodeUsageQuery::on(&time[..10]);
        ("getClaudeCodeUsageReport", built(&claude_code::report(&query)))
    });
    prop_oneof![cost, day].boxed()
}

pub(crate) fn id(prefix: &'static str) -> impl Strategy<Value = String> {
    "[A-Za-z0-9]{1,40}".prop_map(move |rest| format!("{prefix}{rest}"))
}

fn email() -> impl Strategy<Value = String> {
    "[a-z0-9]{1,12}([._-][a-z0-9]{1,8})?(\\+[a-z0-9]{1,6})?@[a-z0-9]{1,10}\\.(com|example|co\\.uk)"
}

fn assignable() -> impl Strategy<Value = OrganizationRole> {
    select(vec![
        OrganizationRole::Billing,
        OrganizationRole::ClaudeCodeUser,
        OrganizationRole::Developer,
        OrganizationRole::Managed,
        OrganizationRole::User,
    ])
}

fn name(most: usize) -> impl Strategy<Value = String> {
    vec(any::<char>(), 1..=most).prop_map(String::from_iter)
}

fn color() -> impl Strategy<Value = String> {
    "#[0-9A-Fa-f]{6}"
}

fn tag_key() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("the service's own", |key| !key.starts_with("anthropic"))
}

fn residency(create: bool) -> impl Strategy<Value = DataResidencyWrite> {
    let geos = || select(InferenceGeo::KNOWN);
    let allowed = prop_oneof![
        Just(AllowedInferenceGeos::Unrestricted),
        vec(geos(), 0..3).prop_map(AllowedInferenceGeos::List),
    ];
    (of(allowed), of(geos()), of(Just(WorkspaceGeo::Us))).prop_map(move |(allowed, default, geo)| {
        DataResidencyWrite {
            allowed_inference_geos: allowed,
            default_inference_geo: default,
            workspace_geo: geo.filter(|_| create),
        }
    })
}

fn time() -> impl Strategy<Value = String> {
    "202[0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|\\+02:00|\\.125Z)"
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
