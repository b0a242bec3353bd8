//! The controller as users run it: real git remotes on disk, an emulator for each organization, the real program.

// It reads `/proc`, and sends signals.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "the texts of tests are small, and read best this way"
)]

mod site;
#[path = "../world/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared by several suites; none needs all of it")]
mod world;

mod approvals;
mod configuration;
mod federation;
mod guards;
mod killed;
mod looping;
mod many;
mod operator;
mod pace;
mod page;
mod random;
mod secrets;
mod soak;
mod sources;
mod suspension;
mod writes;
