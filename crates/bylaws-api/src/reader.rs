//! The reading half of the API, as a type that has no writes: what holds a `Reader` cannot change the
//! organization.

use std::time::{Duration, SystemTime};

use crate::client::{Answer, Client};
use crate::page::{self, Pages};
use crate::{
    ApiKey, ApiKeyId, ApiKeysQuery, ClaudeCodeUsageQuery, ClaudeCodeUsageRecord, Config, CostBucket,
    CostQuery, Counts, Error, Invite, InviteId, InvitesQuery, MessagesUsageBucket, MessagesUsageQuery,
    Organization, Page, ReportPage, User, UserId, UsersQuery, Workspace, WorkspaceId, WorkspaceMember,
    WorkspacesQuery, api_keys, invites, organization, reports, users, workspace_members, workspaces,
};

/// Reads the organization. Clones share one connection pool, one pause and one set of counts.
///
/// Lists and reports come as streams of pages; [`collect_all`](crate::collect_all) makes one list of
/// them. Single things come as an [`Answer`].
#[derive(Clone)]
pub struct Reader(pub(crate) Client);

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "queries are written where they are used")]
impl Reader {
    /// Sets a client up; nothing is sent. Fails where TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self, Error> {
        Client::new(config).map(Self)
    }

    /// The organization the credential belongs to.
    pub async fn organization(&self) -> Result<Answer<Organization>, Error> {
        self.0.send(&organization::get()).await
    }

    /// Members, newest first.
    pub fn users(&self, query: UsersQuery) -> Pages<Page<User>> {
        page::list(self.0.clone(), users::list(&query))
    }

    /// One member.
    pub async fn user(&self, id: &UserId) -> Result<Answer<User>, Error> {
        self.0.send(&users::get(id)).await
    }

    /// Invites, newest first.
    pub fn invites(&self, query: InvitesQuery) -> Pages<Page<Invite>> {
        page::list(self.0.clone(), invites::list(&query))
    }

    /// One invite.
    pub async fn invite(&self, id: &InviteId) -> Result<Answer<Invite>, Error> {
        self.0.send(&invites::get(id)).await
    }

    /// Workspaces, in no order to rely on.
    pub fn workspaces(&self, query: WorkspacesQuery) -> Pages<Page<Workspace>> {
        page::list(self.0.clone(), workspaces::list(&query))
    }

    /// One workspace, archived or default ones included.
    pub async fn workspace(&self, id: &WorkspaceId) -> Result<Answer<Workspace>, Error> {
        self.0.send(&workspaces::get(id)).await
    }

    /// The explicit members of a workspace.
    pub fn workspace_members(&self, workspace: &WorkspaceId) -> Pages<Page<WorkspaceMember>> {
        page::list(self.0.clone(), workspace_members::list(workspace))
    }

    /// One member of a workspace.
    pub async fn workspace_member(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<Answer<WorkspaceMember>, Error> {
        self.0.send(&workspace_members::get(workspace, user)).await
    }

    /// API keys, in no order to rely on.
    pub fn api_keys(&self, query: ApiKeysQuery) -> Pages<Page<ApiKey>> {
        page::list(self.0.clone(), api_keys::list(&query))
    }

    /// One API key, never its secret.
    pub async fn api_key(&self, id: &ApiKeyId) -> Result<Answer<ApiKey>, Error> {
        self.0.send(&api_keys::get(id)).await
    }

    /// Token usage, oldest bucket first.
    pub fn messages_usage(&self, query: MessagesUsageQuery) -> Pages<ReportPage<MessagesUsageBucket>> {
        page::report(self.0.clone(), reports::messages_usage::report(&query))
    }

    /// Cost, oldest day first.
    pub fn cost(&self, query: CostQuery) -> Pages<ReportPage<CostBucket>> {
        page::report(self.0.clone(), reports::cost::report(&query))
    }

    /// What Claude Code did on one day.
    pub fn claude_code_usage(&self, query: ClaudeCodeUsageQuery) -> Pages<ReportPage<ClaudeCodeUsageRecord>> {
        page::report(self.0.clone(), reports::claude_code::report(&query))
    }

    /// The time that this client and all its clones leave between two requests. Zero unless the service said that
    /// there are too many.
    pub fn gap(&self) -> Duration {
        self.0.gap()
    }

    /// What this client and all its clones have sent so far.
    pub fn counts(&self) -> Counts {
        self.0.counts()
    }

    /// Returns the service's clock (`Date`) in the first answer that was used; `None` before. If a later answer
    /// differs by more than a day, that answer and every later request is an error.
    pub fn service_date(&self) -> Option<SystemTime> {
        self.0.service_date()
    }

    /// Whether the service is on this machine and says that its clock stands still, as an emulator's does.
    pub fn service_clock_is_fixed(&self) -> bool {
        self.0.clock_is_fixed()
    }
}
