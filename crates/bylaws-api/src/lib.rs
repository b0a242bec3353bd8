//! A typed, async client of Anthropic's Admin API: members, invites, workspaces, workspace members, API
//! keys, rate limits, spend limits, service accounts, federation, external keys, the three reports and the Activity
//! Feed of an organization.
//!
//! ```no_run
//! use bylaws_api::{BaseUrl, Config, Credential, Reader, SecretString, UsersQuery, collect_all};
//!
//! # async fn run(secret: SecretString) -> Result<(), Box<dyn std::error::Error>> {
//! let credential = Credential::admin_key(secret)?;
//! let reader = Reader::new(Config::new(BaseUrl::parse(BaseUrl::DEFAULT)?, credential))?;
//! let organization = reader.organization().await?.value;
//! for user in collect_all(reader.users(UsersQuery::default())).await? {
//!     assert!(user.role.is_known(), "{} holds {} in {}", user.email, user.role, organization.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A write is a plain value before it is sent, so a plan can show it:
//!
//! ```
//! use bylaws_api::{OrganizationRole, UserId, users};
//!
//! let request = users::set_role(&UserId::new("user_01"), &OrganizationRole::Developer);
//! assert_eq!(format!("{} {}", request.method, request.path()), "POST /v1/organizations/users/user_01");
//! assert_eq!(request.body.as_ref().map(ToString::to_string).as_deref(), Some(r#"{"role":"developer"}"#));
//! ```
//!
//! The client never repeats a create blindly, shares one pause between all its requests when the service asks for
//! one, reports an incomplete list as an error, follows no redirect, and keeps secrets out of errors and log lines.
//! Its callers decide what to change, in which order, and how to handle an [`Error`].

mod base_url;
mod cause;
mod config;
mod credential;
mod federation;
mod github_runner;
mod identity_token;
mod key_prefix;
mod reader;
mod writer;

// The modules of the service's resources: their objects and calls.
pub mod activities;
pub mod api_keys;
pub mod compliance_settings;
mod data_residency;
pub mod external_keys;
pub mod federation_issuers;
pub mod federation_rule_workspaces;
pub mod federation_rules;
mod ids;
pub mod invites;
pub mod organization;
pub mod rate_limits;
pub mod reports;
pub mod service_accounts;
pub mod spend_limits;
pub mod users;
pub mod workspace_members;
pub mod workspace_service_accounts;
pub mod workspaces;

mod error;
mod open_enum;
mod pace;
mod page;
mod request;
mod tolerant;

mod access_token;
mod authorization;
mod client;
mod exchange;
mod failure;
mod gate;
pub mod http;
mod redact;
mod retry;
mod secret_forms;
mod service_clock;
mod token_source;
mod transport;
mod tried;

pub use access_token::Grant;
pub use activities::{
    ActivitiesQuery, Activity, ActivityActor, ActivityActorType, ActivityCursor, ActivityPage, ActivityTypes,
};
pub use api_keys::{
    ActorType, ApiKey, ApiKeyUpdate, ApiKeysQuery, CreatedBy, KeyScope, KeyStatus, Principal,
};
pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use cause::Cause;
pub use client::Answer;
pub use compliance_settings::{ComplianceSettings, Recording, RecordingState};
pub use config::{Config, Counts, Notice};
pub use credential::{Credential, CredentialKind, InvalidCredential};
pub use data_residency::{
    AllowedInferenceGeos, DataResidency, DataResidencyWrite, InferenceGeo, WorkspaceGeo,
};
pub use error::{Error, ErrorBody, ErrorDetails, ErrorKind, ExchangeProblem};
pub use external_keys::{
    Attachment, AttachmentType, ExternalKey, ExternalKeyCreate, ExternalKeyDeleted, ExternalKeyUpdate,
    ExternalKeyValidation, ProviderConfig, ValidationStatus,
};
pub use federation::Federation;
pub use federation_issuers::{
    FederationIssuer, FederationIssuerCreate, FederationIssuerUpdate, Jwks, PollStatus,
};
pub use federation_rule_workspaces::{FederationRuleWorkspace, FederationRuleWorkspaceDeleted};
pub use federation_rules::{
    FederationRule, FederationRuleCreate, FederationRuleUpdate, FederationRulesQuery, RuleMatch, RuleTarget,
};
pub use github_runner::GitHubRunner;
pub use http::USER_AGENT;
pub use identity_token::{IdentityClaims, IdentitySource, InvalidIdentityToken};
pub use ids::{
    ApiKeyId, Cents, ExternalKeyId, FederationIssuerId, FederationRuleId, InviteId, OrganizationId,
    RateLimitGroupId, RateLimitId, ServiceAccountId, SpendLimitId, Timestamp, UserId, WorkspaceId,
};
pub use invites::{Invite, InviteDeleted, InviteStatus};
pub use key_prefix::KeyPrefix;
pub use organization::Organization;
pub use page::{Page, Pages, ReportPage, collect_all};
pub use rate_limits::{
    LimitSource, LimitSourceType, Limiter, LimiterType, RateLimit, RateLimitGroup, RateLimitGroupType,
    WorkspaceLimiter, WorkspaceRateLimit,
};
pub use reader::Reader;
pub use reports::claude_code::{ClaudeCodeActor, ClaudeCodeUsageQuery, ClaudeCodeUsageRecord, CustomerType};
pub use reports::cost::{CostBucket, CostQuery, CostResult};
pub use reports::messages_usage::{
    BucketWidth, MessagesUsageBucket, MessagesUsageQuery, MessagesUsageResult,
};
pub use request::{Call, Method, Replay, Request};
pub use secret_forms::SecretForms;
pub use service_accounts::{ServiceAccount, ServiceAccountCreate, ServiceAccountUpdate};
pub use spend_limits::{SpendLimit, SpendLimitDeleted, SpendLimitPeriod, SpendLimitScope};
pub use users::{OrganizationRole, User, UserDeleted, UsersQuery};
pub use workspace_members::{WorkspaceMember, WorkspaceMemberDeleted, WorkspaceRole};
pub use workspace_service_accounts::{ServiceAccountWorkspaceMember, ServiceAccountWorkspaceMemberDeleted};
pub use workspaces::{Workspace, WorkspaceCreate, WorkspaceUpdate, WorkspacesQuery};
pub use writer::Writer;

/// The string type of credentials; it never prints its content.
pub use secrecy::SecretString;
