//! The emulator through its public interface: raw HTTP in, JSON out, one module per subject. Code that needs
//! no socket is tested in its module.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]

mod api_keys;
mod assertion;
mod clock;
mod external_keys;
mod fault_codes;
mod faults;
mod federation_issuers;
mod federation_rules;
mod feed;
mod http;
mod invites;
mod ledger;
mod membership_conflicts;
mod minted_tokens;
mod overview;
mod paging;
mod rate_limits;
mod reports;
mod seed;
mod server;
mod service_accounts;
mod spend_limits;
mod stale_reads;
mod strictness;
mod token_denials;
mod token_exchange;
mod users;
mod workspace_members;
mod workspace_service_accounts;
mod workspaces;
mod world;
