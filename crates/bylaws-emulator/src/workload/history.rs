//! The history of exchanges, which the service shows in the Console only. A refused client learns no reason.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::state::State;

/// One exchange that was well-formed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Exchange {
    pub(super) at: Timestamp,
    pub(super) federation_rule_id: String,
    /// Null if the rule is not known.
    pub(super) issuer_id: Option<String>,
    pub(super) outcome: Outcome,
    /// Null if the exchange was allowed.
    pub(super) reason: Option<Reason>,
    /// What the identity token says, or null if it cannot be read.
    pub(super) claims: Option<Map<String, Value>>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Allowed,
    Denied,
}

/// Why an exchange was denied, in the order in which it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    RuleNotFound,
    RuleArchived,
    IssuerArchived,
    AssertionMalformed,
    IssuerMismatch,
    UnsupportedAlgorithm,
    KeyNotFound,
    SignatureInvalid,
    Expired,
    NotYetValid,
    LifetimeExceeded,
    MatchSubjectPrefix,
    MatchAudience,
    MatchClaims,
    ConditionNotSupported,
    ServiceAccountMismatch,
    WorkspaceIdRequired,
    WorkspaceNotEnabled,
    NotAMember,
    JtiReused,
}

/// Returns every exchange, oldest first.
pub(crate) fn history(state: &State) -> Value {
    json!({"data": state.workloads.history})
}
