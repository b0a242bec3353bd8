//! Every function of the client over real HTTP: what it sends and what it receives.

use std::time::Duration;

use bylaws_api::rate_limits::{self, LimiterType};
use bylaws_api::{
    ActivitiesQuery, AllowedInferenceGeos, ApiKeyId, ApiKeyUpdate, ApiKeysQuery, BaseUrl,
    ClaudeCodeUsageQuery, Config, CostQuery, Credential, DataResidencyWrite, Error, ExternalKeyCreate,
    ExternalKeyId, ExternalKeyUpdate, InferenceGeo, InviteId, KeyStatus, MessagesUsageQuery,
    OrganizationRole, ProviderConfig, RateLimitId, RecordingState, SecretString, SpendLimitId,
    SpendLimitScope, UserId, UsersQuery, WorkspaceCreate, WorkspaceId, WorkspaceRole, WorkspaceUpdate,
    WorkspacesQuery, Writer, api_keys, collect_all, compliance_settings, external_keys, invites,
    spend_limits, users, workspace_members, workspaces,
};
use serde_json::{Value, json};

use crate::http::{Answer, Ask, KEY, TOKEN};
use crate::identities;
use crate::openapi::CONTRACT;
use crate::recorder::Recorder;
use crate::requests::Seen;
use crate::world::{World, acme};

/// A function of the client, and the requests and answers when it was called.
pub(crate) type Step = (&'static str, Vec<(Ask, Answer)>);

pub(crate) struct Tour {
    pub(crate) writer: Writer,
    /// The client that has a token.
    pub(crate) with_token: Writer,
    recorder: Recorder,
    steps: Vec<Step>,
}

impl Tour {
    pub(crate) async fn step<T>(
        &mut self,
        function: &'static str,
        call: impl Future<Output = Result<T, Error>>,
    ) {
        let done = call.await;
        assert!(done.is_ok(), "{function}: {:?}", done.err());
        self.steps.push((function, self.recorder.take()));
    }
}

/// Returns more than one page of people, spend limits, service accounts, issuers and Claude Code records.
fn crowd() -> Value {
    let mut seed = acme();
    let people = seed["users"].as_array_mut().unwrap();
    people.extend((0..1_600).map(|at| json!({"email": format!("p{at}@acme.com"), "role": "user"})));
    let limits = seed["spend_limits"].as_array_mut().unwrap();
    limits.extend(
        (0..120).map(
            |at| json!({"scope": {"type": "seat_tier", "seat_tier": format!("tier {at}")}, "amount": "1"}),
        ),
    );
    let accounts = seed["service_accounts"].as_array_mut().unwrap();
    accounts.extend((0..120).map(|at| json!({"name": format!("bot-{at}")})));
    let issuers = seed["federation_issuers"].as_array_mut().unwrap();
    let issuer = |at| json!({"name": format!("issuer-{at}"), "issuer_url": "https://idp.acme.com"});
    issuers.extend((0..120).map(issuer));
    seed
}

fn client(url: &str, credential: Credential, org_token: Option<Credential>) -> Writer {
    let mut config = Config { org_token, ..Config::new(BaseUrl::parse(url).unwrap(), credential) };
    config.timeout = Duration::from_secs(20);
    config.max_attempts = 1;
    Writer::new(config).unwrap()
}

/// Calls every function of the client once.
pub(crate) async fn tour() -> Vec<Step> {
    let world = World::seeded(crowd()).await;
    let recorder = Recorder::before(world.emulator.address()).await;
    let key = Credential::admin_key(SecretString::from(KEY)).unwrap();
    let token = Credential::auth_token(SecretString::from(TOKEN)).unwrap();
    let writer = client(&recorder.url, key.clone(), None);
    let with_token = client(&recorder.url, key, Some(token));
    let mut tour = Tour { writer: writer.clone(), with_token, recorder, steps: Vec::new() };
    let on = compliance_settings::update(&RecordingState::Enabled);
    tour.step("compliance_settings::update", writer.send(on)).await;
    reads(&mut tour).await;
    reports(&mut tour).await;
    people(&mut tour).await;
    keys(&mut tour).await;
    identities::service_accounts(&mut tour).await;
    identities::federation(&mut tour).await;
    places(&mut tour).await;
    feed(&mut tour).await;
    tour.steps
}

async fn reads(tour: &mut Tour) {
    let reader = tour.writer.reader().clone();
    let (dev, lab) = (UserId::new("user_dev"), WorkspaceId::new("wrkspc_lab"));
    tour.step("organization::get", reader.organization()).await;
    tour.step("users::list", collect_all(reader.users(UsersQuery::default()))).await;
    tour.step("users::get", reader.user(&dev)).await;
    tour.step("invites::list", collect_all(reader.invites())).await;
    tour.step("invites::get", reader.invite(&InviteId::new("invite_sam"))).await;
    let all = WorkspacesQuery { include_archived: true, include_default: true };
    tour.step("workspaces::list", collect_all(reader.workspaces(all))).await;
    tour.step("workspaces::get", reader.workspace(&lab)).await;
    tour.step("workspace_members::list", collect_all(reader.workspace_members(&lab))).await;
    tour.step("workspace_members::get", reader.workspace_member(&lab, &dev)).await;
    tour.step("api_keys::list", collect_all(reader.api_keys(ApiKeysQuery::default()))).await;
    tour.step("api_keys::get", reader.api_key(&ApiKeyId::new("apikey_own"))).await;
    tour.step("rate_limits::list", collect_all(reader.rate_limits())).await;
    let limits = reader.workspace_rate_limits(&lab, true);
    tour.step("rate_limits::list_of_workspace", collect_all(limits)).await;
    tour.step("spend_limits::list", collect_all(reader.spend_limits())).await;
    tour.step("spend_limits::get", reader.spend_limit(&SpendLimitId::new("spl_lab"))).await;
}

async fn reports(tour: &mut Tour) {
    let reader = tour.writer.reader().clone();
    let mut usage = MessagesUsageQuery::since("2026-09-01T00:00:00Z");
    usage.group_by = vec!["model".to_owned(), "speed".to_owned()];
    tour.step("reports::messages_usage::report", collect_all(reader.messages_usage(usage))).await;
    let cost = CostQuery::since("2026-09-01T00:00:00Z");
    tour.step("reports::cost::report", collect_all(reader.cost(cost))).await;
    let day = ClaudeCodeUsageQuery::on("2026-11-18");
    tour.step("reports::claude_code::report", collect_all(reader.claude_code_usage(day))).await;
}

async fn people(tour: &mut Tour) {
    let writer = tour.writer.clone();
    let (uma, lab) = (UserId::new("user_uma"), WorkspaceId::new("wrkspc_lab"));
    let developer = OrganizationRole::Developer;
    tour.step("users::set_role", writer.send(users::set_role(&uma, &developer))).await;
    tour.step("invites::create", writer.send(invites::create("new@acme.com", &developer))).await;
    tour.step("invites::delete", writer.send(invites::delete(&InviteId::new("invite_sam")))).await;
    let role = WorkspaceRole::WorkspaceUser;
    tour.step("workspace_members::add", writer.send(workspace_members::add(&lab, &uma, &role))).await;
    let role = WorkspaceRole::WorkspaceAdmin;
    tour.step("workspace_members::set_role", writer.send(workspace_members::set_role(&lab, &uma, &role)))
        .await;
    tour.step("workspace_members::remove", writer.send(workspace_members::remove(&lab, &uma))).await;
    tour.step("users::remove", writer.send(users::remove(&uma))).await;
}

async fn places(tour: &mut Tour) {
    let writer = tour.writer.clone();
    let lab = WorkspaceId::new("wrkspc_lab");
    let residency = DataResidencyWrite {
        allowed_inference_geos: Some(AllowedInferenceGeos::List(vec![InferenceGeo::Us])),
        default_inference_geo: Some(InferenceGeo::Us),
        workspace_geo: None,
    };
    let create = WorkspaceCreate {
        name: "Production \"ünïcode\"".to_owned(),
        data_residency: Some(residency.clone()),
        ..WorkspaceCreate::default()
    };
    tour.step("workspaces::create", writer.send(workspaces::create(&create))).await;
    let update = WorkspaceUpdate {
        data_residency: Some(residency),
        tags: Some([("env".to_owned(), None), ("team".to_owned(), Some("a".to_owned()))].into()),
        ..WorkspaceUpdate::default()
    };
    tour.step("workspaces::update", writer.send(workspaces::update(&lab, &update))).await;
    let off = ApiKeyUpdate { status: Some(KeyStatus::Inactive), name: None };
    tour.step("api_keys::update", writer.send(api_keys::update(&ApiKeyId::new("apikey_ci"), &off))).await;
    let limits = [(LimiterType::RequestsPerMinute, Some(9)), (LimiterType::TokensPerDay, None)].into();
    let update = rate_limits::update(&lab, &RateLimitId::new("rl_sonnet"), &limits);
    tour.step("rate_limits::update", writer.send(update)).await;
    let scope = SpendLimitScope::Workspace { workspace_id: lab.clone() };
    tour.step("spend_limits::set", writer.send(spend_limits::set(&scope, "1"))).await;
    let id = SpendLimitId::new("spl_lab");
    tour.step("spend_limits::delete", writer.send(spend_limits::delete(&id))).await;
    tour.step("workspaces::archive", writer.send(workspaces::archive(&lab))).await;
}

async fn keys(tour: &mut Tour) {
    let writer = tour.writer.clone();
    let reader = writer.reader().clone();
    let (prod, used) = (ExternalKeyId::new("ekey_prod"), ExternalKeyId::new("ekey_used"));
    tour.step("external_keys::list", collect_all(reader.external_keys())).await;
    tour.step("external_keys::get", reader.external_key(&used)).await;
    let config = ProviderConfig::Azure {
        tenant_id: "t".to_owned(),
        vault_uri: "https://vault.example".to_owned(),
        key_name: "k".to_owned(),
        client_id: None,
    };
    let create = ExternalKeyCreate {
        provider_config: config,
        display_name: Some("new".to_owned()),
        geo: Some("us".to_owned()),
        user_profile_id: None,
    };
    tour.step("external_keys::create", writer.send(external_keys::create(&create))).await;
    let update = ExternalKeyUpdate { display_name: Some("k".to_owned()), ..ExternalKeyUpdate::default() };
    tour.step("external_keys::update", writer.send(external_keys::update(&used, &update))).await;
    tour.step("external_keys::validate", writer.send(external_keys::validate(&prod))).await;
    tour.step("external_keys::delete", writer.send(external_keys::delete(&prod))).await;
}

/// Reads the feed of everything that the tour did before.
async fn feed(tour: &mut Tour) {
    let reader = tour.writer.reader().clone();
    tour.step("compliance_settings::get", reader.compliance_settings()).await;
    let query = ActivitiesQuery { limit: Some(30), ..ActivitiesQuery::default() };
    tour.step("activities::list", collect_all(reader.activities(query))).await;
}

#[tokio::test]
async fn every_client_function_conforms_to_the_contract_on_the_wire() {
    let mut pages = Vec::new();
    for (function, exchanges) in tour().await {
        pages.push((function, exchanges.len()));
        for (ask, answer) in exchanges {
            let (_, problems) = CONTRACT.check_request(&ask, Seen::Sent);
            assert!(problems.is_empty(), "{function}: {} {problems:#?}", ask.shown());
            let problems = CONTRACT.check_answer(&ask, &answer, false);
            assert!(problems.is_empty(), "{function}: {problems:#?}");
            check_headers(function, &ask);
        }
    }
    // Lists and reports must be followed past their first page, or cursors are not checked.
    for several in [
        ("users::list", 2),
        ("reports::messages_usage::report", 3),
        ("reports::cost::report", 3),
        ("reports::claude_code::report", 2),
        ("activities::list", 2),
        ("spend_limits::list", 2),
        ("service_accounts::list", 2),
        ("federation_issuers::list", 2),
        // These are read whole, with one request each.
        ("rate_limits::list", 1),
        ("rate_limits::list_of_workspace", 1),
    ] {
        assert!(pages.contains(&several), "{several:?} is not among {pages:?}");
    }
}

/// Checks the header rules that the document states in prose (`x-wire`).
fn check_headers(function: &str, ask: &Ask) {
    assert_eq!(ask.header("anthropic-version"), Some("2023-06-01"), "{function}");
    let token = format!("Bearer {TOKEN}");
    let (key, bearer) = if ask.needs_token() { (None, Some(&*token)) } else { (Some(KEY), None) };
    assert_eq!(ask.header("x-api-key"), key, "{function}");
    assert_eq!(ask.header("authorization"), bearer, "{function}");
    let agent = concat!("bylaws/", env!("CARGO_PKG_VERSION"));
    assert_eq!(ask.header("user-agent"), Some(agent), "{function}");
    let media = (ask.method != "GET").then_some("application/json");
    assert_eq!(ask.header("content-type"), media, "{function}");
    let length = (ask.method == "POST").then(|| ask.body.len().to_string());
    assert_eq!(ask.header("content-length"), length.as_deref(), "{function}");
    let beta = match function {
        "reports::messages_usage::report" => Some("fast-mode-2026-02-01"),
        "spend_limits::list" => Some("spend-limit-reads-2026-09-26"),
        _ => ask.needs_token().then_some("oauth-2025-04-20"),
    };
    assert_eq!(ask.header("anthropic-beta"), beta, "{function}");
    assert!(ask.header("idempotency-key").is_none() && !ask.target.contains("beta="), "{function}");
    let raw_brackets = ask.target.contains(['[', ']']);
    assert!(!raw_brackets, "{function}: brackets are sent as %5B%5D: {}", ask.target);
}

#[tokio::test]
async fn a_token_is_the_other_documented_credential() {
    let world = World::acme().await;
    let recorder = Recorder::before(world.emulator.address()).await;
    let token = Credential::auth_token(SecretString::from(TOKEN)).unwrap();
    client(&recorder.url, token, None).reader().organization().await.unwrap();
    let exchanges = recorder.take();
    let (ask, answer) = &exchanges[0];
    world.judge(ask, answer);
    assert_eq!(ask.header("authorization"), Some("Bearer sk-ant-oat01-contract"));
    assert_eq!(ask.header("x-api-key"), None);
}
