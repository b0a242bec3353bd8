//! The contract: the client's requests and the emulator's answers, checked against the description of the
//! service in `schemas/`. The suites `api` and `emulator` test behaviour; this one tests shapes.

#![expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]

// The checks.
mod answers;
mod closed;
mod openapi;
mod requests;

// Their input.
mod dice;
mod http;
mod random_identities;
mod recorder;
mod world;

// The cases.
mod broken;
mod builders;
mod calls;
mod coverage;
mod faults;
mod identities;
mod identity_calls;
mod listings;
mod overview;
mod refusals;
mod reports;
mod rules;
mod walk;
mod wire;
