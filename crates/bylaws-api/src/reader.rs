//! The reading half of the API, as a type without writes: code that holds a `Reader` cannot change the
//! organization.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::client::{Answer, Client};
use crate::page::{self, Pages};
use crate::{
    ActivitiesQuery, Activity, ApiKey, ApiKeyId, ApiKeysQuery, ClaudeCodeUsageQuery, ClaudeCodeUsageRecord,
    ComplianceSettings, Config, CostBucket, CostQuery, Counts, Credential, Error, ExternalKey, ExternalKeyId,
    FederationIssuer, FederationIssuerId, FederationRule, FederationRuleId, FederationRuleWorkspace,
    FederationRulesQuery, Invite, InviteId, MessagesUsageBucket, MessagesUsageQuery, Organization, RateLimit,
    ServiceAccount, ServiceAccountId, ServiceAccountWorkspaceMember, SpendLimit, SpendLimitId, User, UserId,
    UsersQuery, Workspace, WorkspaceId, WorkspaceMember, WorkspaceRateLimit, WorkspacesQuery, activities,
    api_keys, compliance_settings, external_keys, federation_issuers, federation_rule_workspaces,
    federation_rules, invites, organization, rate_limits, reports, service_accounts, spend_limits, users,
    workspace_members, workspace_service_accounts, workspaces,
};

/// Reads the organization. Clones share one connection pool, one pause and one set of counts.
///
/// Lists and reports are streams of pages; [`collect_all`](crate::collect_all) collects their items. Single
/// objects are returned as an [`Answer`].
#[derive(Clone)]
pub struct Reader(pub(crate) Arc<Client>);

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "callers build queries inline")]
impl Reader {
    /// Creates a client without sending anything. Fails if TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self, Error> {
        Client::new(config).map(Self)
    }

    /// Reads the organization of the credential. If there is a second credential, reads the organization of that one as
    /// well, and fails if it is another one.
    pub async fn organization(&self) -> Result<Answer<Organization>, Error> {
        let request = organization::get();
        if self.org_token().is_none() {
            return self.0.send(&request).await;
        }
        let second = request.clone().only_with_token();
        let (main, other) = futures::try_join!(self.0.send(&request), self.0.send(&second))?;
        if main.value.id == other.value.id {
            return Ok(main);
        }
        let (id, other_id) = (main.value.id.as_str(), other.value.id.as_str());
        Err(self.0.organizations_differ(&second, id, other_id))
    }

    /// Returns the second credential, if there is one.
    pub fn org_token(&self) -> Option<&Credential> {
        self.0.org_token()
    }

    /// Lists members, newest first.
    pub fn users(&self, query: UsersQuery) -> Pages<User> {
        page::list(self.0.clone(), users::list(&query), "users", |user| user.id.as_str())
    }

    /// Reads one member by id.
    pub async fn user(&self, id: &UserId) -> Result<Answer<User>, Error> {
        self.0.send(&users::get(id)).await
    }

    /// Lists invites, newest first.
    pub fn invites(&self) -> Pages<Invite> {
        page::list(self.0.clone(), invites::list(), "invites", |invite| invite.id.as_str())
    }

    /// Reads one invite by id.
    pub async fn invite(&self, id: &InviteId) -> Result<Answer<Invite>, Error> {
        self.0.send(&invites::get(id)).await
    }

    /// Lists workspaces, in no particular order.
    pub fn workspaces(&self, query: WorkspacesQuery) -> Pages<Workspace> {
        page::list(self.0.clone(), workspaces::list(&query), "workspaces", |workspace| workspace.id.as_str())
    }

    /// Reads one workspace; it may be archived or the default one.
    pub async fn workspace(&self, id: &WorkspaceId) -> Result<Answer<Workspace>, Error> {
        self.0.send(&workspaces::get(id)).await
    }

    /// Lists the explicit members of a workspace.
    pub fn workspace_members(&self, workspace: &WorkspaceId) -> Pages<WorkspaceMember> {
        page::list(self.0.clone(), workspace_members::list(workspace), "workspace members", |member| {
            member.user_id.as_str()
        })
    }

    /// Reads one member of a workspace.
    pub async fn workspace_member(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<Answer<WorkspaceMember>, Error> {
        self.0.send(&workspace_members::get(workspace, user)).await
    }

    /// Lists API keys, in no particular order.
    pub fn api_keys(&self, query: ApiKeysQuery) -> Pages<ApiKey> {
        page::list(self.0.clone(), api_keys::list(&query), "API keys", |key| key.id.as_str())
    }

    /// Reads one API key; the secret is never returned.
    pub async fn api_key(&self, id: &ApiKeyId) -> Result<Answer<ApiKey>, Error> {
        self.0.send(&api_keys::get(id)).await
    }

    /// Lists the rate limits of the organization.
    pub fn rate_limits(&self) -> Pages<RateLimit> {
        page::report(self.0.clone(), rate_limits::list(), "rate limits")
    }

    /// Lists the overrides of the rate limits of a workspace, and on request what it inherits.
    pub fn workspace_rate_limits(
        &self,
        workspace: &WorkspaceId,
        include_inherited: bool,
    ) -> Pages<WorkspaceRateLimit> {
        page::report(
            self.0.clone(),
            rate_limits::list_of_workspace(workspace, include_inherited),
            "workspace rate limits",
        )
    }

    /// Lists the spend limits of all scopes.
    pub fn spend_limits(&self) -> Pages<SpendLimit> {
        page::report(self.0.clone(), spend_limits::list(), "spend limits")
    }

    /// Reads one spend limit.
    pub async fn spend_limit(&self, id: &SpendLimitId) -> Result<Answer<SpendLimit>, Error> {
        self.0.send(&spend_limits::get(id)).await
    }

    /// Lists service accounts, newest first.
    pub fn service_accounts(&self, include_archived: bool) -> Pages<ServiceAccount> {
        page::report(self.0.clone(), service_accounts::list(include_archived), "service accounts")
    }

    /// Reads one service account; it may be archived.
    pub async fn service_account(&self, id: &ServiceAccountId) -> Result<Answer<ServiceAccount>, Error> {
        self.0.send(&service_accounts::get(id)).await
    }

    /// Lists the explicit memberships of service accounts in a workspace.
    pub fn workspace_service_accounts(
        &self,
        workspace: &WorkspaceId,
    ) -> Pages<ServiceAccountWorkspaceMember> {
        page::report(
            self.0.clone(),
            workspace_service_accounts::list(workspace),
            "service accounts of a workspace",
        )
    }

    /// Reads the membership of a service account in a workspace.
    pub async fn workspace_service_account(
        &self,
        workspace: &WorkspaceId,
        account: &ServiceAccountId,
    ) -> Result<Answer<ServiceAccountWorkspaceMember>, Error> {
        self.0.send(&workspace_service_accounts::get(workspace, account)).await
    }

    /// Lists the workspaces of a service account, with the default workspace, in which every account is.
    pub fn service_account_workspaces(
        &self,
        account: &ServiceAccountId,
    ) -> Pages<ServiceAccountWorkspaceMember> {
        page::report(
            self.0.clone(),
            workspace_service_accounts::list_of_account(account),
            "workspaces of a service account",
        )
    }

    /// Lists federation issuers, newest first.
    pub fn federation_issuers(&self, include_archived: bool) -> Pages<FederationIssuer> {
        page::report(self.0.clone(), federation_issuers::list(include_archived), "federation issuers")
    }

    /// Reads one federation issuer; it may be archived.
    pub async fn federation_issuer(
        &self,
        id: &FederationIssuerId,
    ) -> Result<Answer<FederationIssuer>, Error> {
        self.0.send(&federation_issuers::get(id)).await
    }

    /// Lists federation rules, newest first.
    pub fn federation_rules(&self, query: FederationRulesQuery) -> Pages<FederationRule> {
        page::report(self.0.clone(), federation_rules::list(&query), "federation rules")
    }

    /// Reads one federation rule; it may be archived.
    pub async fn federation_rule(&self, id: &FederationRuleId) -> Result<Answer<FederationRule>, Error> {
        self.0.send(&federation_rules::get(id)).await
    }

    /// Lists the workspaces that a federation rule names.
    pub fn federation_rule_workspaces(&self, rule: &FederationRuleId) -> Pages<FederationRuleWorkspace> {
        page::report(
            self.0.clone(),
            federation_rule_workspaces::list(rule),
            "workspaces of a federation rule",
        )
    }

    /// Lists external keys, newest first.
    pub fn external_keys(&self) -> Pages<ExternalKey> {
        page::report(self.0.clone(), external_keys::list(), "external keys")
    }

    /// Reads one external key.
    pub async fn external_key(&self, id: &ExternalKeyId) -> Result<Answer<ExternalKey>, Error> {
        self.0.send(&external_keys::get(id)).await
    }

    /// Reads token usage, oldest bucket first.
    pub fn messages_usage(&self, query: MessagesUsageQuery) -> Pages<MessagesUsageBucket> {
        page::report(self.0.clone(), reports::messages_usage::report(&query), "messages usage")
    }

    /// Reads cost, oldest day first.
    pub fn cost(&self, query: CostQuery) -> Pages<CostBucket> {
        page::report(self.0.clone(), reports::cost::report(&query), "cost")
    }

    /// Reads the Claude Code activity of one day.
    pub fn claude_code_usage(&self, query: ClaudeCodeUsageQuery) -> Pages<ClaudeCodeUsageRecord> {
        page::report(self.0.clone(), reports::claude_code::report(&query), "Claude Code usage")
    }

    /// Reads the Activity Feed, from the newest activity unless the query has a cursor. An activity that is delivered
    /// again is dropped.
    pub fn activities(&self, query: ActivitiesQuery) -> Pages<Activity> {
        activities::pages(self.0.clone(), query)
    }

    /// Reads whether activities are recorded.
    pub async fn compliance_settings(&self) -> Result<Answer<ComplianceSettings>, Error> {
        self.0.send(&compliance_settings::get()).await
    }

    /// Returns the present time between two requests of this client and its clones. Zero unless the service
    /// throttled one.
    pub fn gap(&self) -> Duration {
        self.0.gate.gap()
    }

    /// Returns what this client and its clones have sent so far.
    pub fn counts(&self) -> Counts {
        self.0.counts()
    }

    /// Returns the service's clock (`Date`) in the first answer that was used; `None` before. If a later answer
    /// differs by more than a day, that answer and every later request is an error.
    pub fn service_date(&self) -> Option<SystemTime> {
        self.0.clock.first()
    }

    /// Returns whether the service is on this machine and says that its clock is fixed, as an emulator's may
    /// be.
    pub fn service_clock_is_fixed(&self) -> bool {
        self.0.clock.is_fixed()
    }
}
