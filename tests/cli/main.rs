//! The command as users run it: the real program, a folder of files, an emulator. Every test checks the output, the
//! requests and the exit code.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "the texts of tests are small, and read best this way"
)]

mod canned;
mod forge;
mod ran;
#[path = "../world/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared by several suites; none needs all of it")]
mod world;

mod access;
mod adopt;
mod annotations;
mod apply;
mod apply_codes;
mod apply_requests;
mod architecture;
mod at_once;
mod audit;
mod comment;
mod commits;
mod completions;
mod crashes;
mod credentials;
mod dangerous_steps;
mod day;
mod documentation;
mod drift;
mod errors;
mod examples;
mod exit_codes;
mod external_keys;
mod federation;
mod federation_faults;
mod given_documents;
mod guards;
mod hold;
mod hostile_names;
mod import;
mod journal;
mod jwks_files;
mod key_names;
mod keyless;
mod killed;
mod language;
mod life_cycle;
mod markdown;
mod outputs;
mod page;
mod people;
mod planning;
mod problems;
mod programs;
#[cfg(target_os = "linux")]
mod pseudo_terminal;
mod reports;
mod review_first;
mod saved_plans;
mod secrets;
mod selection;
mod service_accounts;
mod snapshots;
mod spend_limits;
mod stale_checkouts;
mod terminal;
mod tls;
