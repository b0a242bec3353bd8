//! The contract: what the client can ask and what the emulator answers, held against the description of
//! the service in `schemas/`. The suites `api` and `emulator` test behaviour; here it is shapes.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]

// The judge.
mod answers;
mod closed;
mod openapi;
mod requests;

// What it is shown.
mod dice;
mod http;
mod recorder;
mod world;

// The cases.
mod broken;
mod builders;
mod calls;
mod coverage;
mod faults;
mod listings;
mod overview;
mod refusals;
mod reports;
mod walk;
mod wire;
