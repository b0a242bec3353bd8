//! Attacks, one per test: by a contributor who cannot merge, by a member who chooses names, by a hostile service, and
//! by another user of the same host. Every test name states what holds despite the attack.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]
#![expect(clippy::format_collect, clippy::format_push_string, reason = "short texts, read once")]

mod front;
#[path = "../cli/ran.rs"]
#[allow(dead_code, reason = "shared with the stories of the command")]
mod ran;
#[path = "../cli/world.rs"]
#[allow(dead_code, reason = "shared with the stories of the command")]
mod world;

mod answers;
mod base;
mod claims;
mod cuts;
mod day;
mod files;
#[cfg(unix)]
mod host;
mod names;
mod reviewed;
