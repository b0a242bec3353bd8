//! Attacks, one per test: by a contributor who cannot merge, by a member who chooses names, by a hostile service, and
//! by another user of the same host. Every test name states what holds despite the attack.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]
#![expect(clippy::format_collect, clippy::format_push_string, reason = "short texts, read once")]

#[path = "../properties/dice.rs"]
#[allow(dead_code, reason = "shared with the properties")]
mod dice;
mod front;
#[path = "../world/mod.rs"]
#[allow(dead_code, unused_imports, reason = "shared by several suites; none needs all of it")]
mod world;

mod answers;
mod base;
mod bytes;
mod claims;
mod cuts;
mod day;
mod files;
mod harmful;
#[cfg(unix)]
mod host;
mod names;
mod reviewed;
