//! An emulator of the service that Bylaws manages, in memory and over real HTTP.
//!
//! An [`Emulator`] answers the Admin API from a [`Seed`], with its own wire types and strict checks of requests.
//! From a seed with `now` every run is the same: its clock is fixed until it is moved, and its ids are derived
//! from the content. Without `now` its clock is the machine's. [`FaultRule`]s make it fail as real services do.
//! It shares no code with the client, so that the same mistake cannot be on both sides and stay hidden.
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! use bylaws_emulator::{Emulator, Options, Seed};
//!
//! let state = Seed::from_json(r#"{"users": [{"email": "ada@acme.com", "role": "admin"}]}"#)?;
//! let emulator = Emulator::start(Options { state, ..Options::default() }).await?;
//! // Point a client at emulator.url(), then look at what it did:
//! assert!(emulator.url().starts_with("http://127.0.0.1:") && emulator.ledger().is_empty());
//! emulator.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod emulator;
mod schema;
mod seed;

mod kinds;

mod api_keys;
mod external_keys;
mod federation_issuers;
mod federation_rule_workspaces;
mod federation_rules;
mod invites;
mod organization;
mod rate_limits;
mod reports;
mod service_accounts;
mod spend_limits;
mod users;
mod workspace_members;
mod workspace_service_accounts;
mod workspaces;

mod data_residency;
mod email;
mod https_url;
mod jwks;
mod lifecycle;
mod oauth_scope;
mod provider_config;
mod role;
mod rule_match;
mod slug;
mod tags;
mod tenant;

mod feed;

mod control;
mod credential;
mod fault_rule;
mod faults;
mod foreign_page;
mod glob;
mod history;
mod ledger;
mod response;
mod routes;
mod server;
mod service;
mod throttle;
mod workload;

mod clock;
mod envelope;
mod ids;
mod listing;
mod object;
mod page;
mod request;
mod seeding;
mod state;

pub use api_keys::ApiKey;
pub use data_residency::{AllowedGeos, DataResidency};
pub use emulator::{ControlError, Emulator, Options, StartError};
pub use external_keys::ExternalKey;
pub use fault_rule::{FaultError, FaultRule};
pub use federation_issuers::{FederationIssuer, PollStatus};
pub use federation_rules::{FederationRule, RuleTarget};
pub use feed::FeedOptions;
pub use invites::Invite;
pub use jwks::Jwks;
pub use ledger::LedgerEntry;
pub use lifecycle::Lifecycle;
pub use organization::{Limits, Organization, OrganizationKind};
pub use provider_config::ProviderConfig;
pub use rate_limits::{Limiter, RateLimit, RateLimitGroup, WorkspaceRateLimit};
pub use reports::UsageRecord;
pub use rule_match::RuleMatch;
pub use schema::seed_schema;
pub use seed::{Seed, SeedError};
pub use service_accounts::ServiceAccount;
pub use spend_limits::{SpendLimit, SpendScope};
pub use tags::Tags;
pub use users::User;
pub use workspace_members::WorkspaceMember;
pub use workspace_service_accounts::ServiceAccountWorkspaceMember;
pub use workspaces::Workspace;
