//! Reconciles organizations continuously from git: fetches, plans, applies and reports, round after round.
//!
//! This crate decides when a round starts, what it may send and what its result means. Reading, planning, guards and
//! apply are the command's: each round starts it as a child process, so that one organization cannot stop another, and
//! this process never has the credential of the service.

pub mod config;
mod connections;
pub mod reason;

mod decision;
mod held;
mod outcome;
mod planned;
mod status;

mod decided;
mod decisions;
mod folder;
mod memory;

mod answers;
mod child;
mod git;
mod host;
mod mirror;
mod refusal;
mod source;

mod command;
mod journal;
mod log;
mod round;
mod rounds;
mod running;
mod schedule;
mod scheduler;

mod ago;
mod facts;
mod page;

mod exposure;
mod health;
mod local;
mod message;
mod metrics;
mod port;
mod post;

mod controller;
mod table;

pub use child::Limits;
pub use controller::{Controller, RunError, Signal};
pub use decided::{Decided, What, user};
pub use decisions::{Approval, Decisions, Suspension};
pub use exposure::writable;
pub use folder::{StateError, become_owner};
pub use held::{HeldBy, HeldChange};
pub use host::{Clock, Host};
pub use log::Log;
pub use memory::Memory;
pub use page::page;
pub use running::{Running, known};
pub use status::{OrganizationStatus, StatusDocument};
pub use table::{View, detail, table};
