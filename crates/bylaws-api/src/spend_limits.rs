//! Spend limits of an organization, its workspaces and its members (`docs/service-behaviour.md#spend-limits`).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::open_enum::open_enum;
use crate::{Replay, ReportPage, Request, SpendLimitId, Timestamp, UserId, WorkspaceId};

/// The error code of all operations in a Console organization that may not use them yet.
pub const NOT_ENABLED: &str = "spend_limits_admin_api_writes_not_enabled";
/// The beta feature that the list needs.
const READS: &str = "spend-limit-reads-2026-09-26";
/// The number of items on one page of the list; its maximum is not documented.
const PAGE: u32 = 100;

open_enum! {
    /// The time after which the spending of a limit starts again at zero.
    pub enum SpendLimitPeriod {
        /// A day.
        Daily = "daily",
        /// A calendar month; the only one in Console organizations.
        Monthly = "monthly",
        /// A week.
        Weekly = "weekly",
    }
}

/// What a spend limit is for. A Console organization can set the first two, an Enterprise organization the third.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum SpendLimitScope {
    /// The whole organization.
    #[serde(rename = "organization")]
    Organization,
    /// One workspace; not the default one.
    #[serde(rename = "workspace")]
    Workspace {
        /// The id of the workspace.
        workspace_id: WorkspaceId,
    },
    /// One member of an Enterprise organization.
    #[serde(rename = "user")]
    User {
        /// The id of the member.
        user_id: UserId,
    },
    /// A scope that can be read but not set, such as `usage_tier`, or one that this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

impl SpendLimitScope {
    /// Returns the workspace of the limit, if it is for one.
    pub fn workspace_id(&self) -> Option<&WorkspaceId> {
        match self {
            Self::Workspace { workspace_id } => Some(workspace_id),
            Self::Organization | Self::User { .. } | Self::Unknown(_) => None,
        }
    }
}

/// A spend limit. There is at most one for each scope and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "spend_limit")]
pub struct SpendLimit {
    /// The id, `spl_…`.
    pub id: SpendLimitId,
    /// What the limit is for.
    pub scope: SpendLimitScope,
    /// How long the limit lasts before it starts again.
    pub period: SpendLimitPeriod,
    /// The amount in whole cents, as digits; `None` means explicitly no limit, in Enterprise organizations only.
    pub amount: Option<String>,
    /// The currency of the organization, such as `USD`.
    pub currency: String,
    /// Whether the limit applies.
    pub is_enabled: bool,
    /// The time it was first set.
    pub created_at: Timestamp,
    /// The time it was last set.
    pub updated_at: Timestamp,
}

/// The answer to the removal of a spend limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "spend_limit_deleted")]
pub struct SpendLimitDeleted {
    /// The id of the spend limit.
    pub id: SpendLimitId,
}

/// Returns `GET /v1/organizations/spend_limits`: the limits of all scopes.
pub fn list() -> Request<ReportPage<SpendLimit>> {
    Request::list_by(&["spend_limits"], PAGE).with_beta(Some(READS))
}

/// Returns `GET /v1/organizations/spend_limits/{spend_limit_id}`.
pub fn get(id: &SpendLimitId) -> Request<SpendLimit> {
    Request::get(&["spend_limits", id.as_str()])
}

/// Returns the request that sets the monthly limit of a scope, or replaces it. `amount` is whole cents as digits.
pub fn set(scope: &SpendLimitScope, amount: &str) -> Request<SpendLimit> {
    // The service has a default period, which is not documented.
    Request::post(&["spend_limits"], Replay::Safe)
        .with_body(&json!({ "scope": scope, "amount": amount, "period": SpendLimitPeriod::Monthly }))
        .answered_with("spend_limit")
}

/// Returns the request that removes a limit.
pub fn delete(id: &SpendLimitId) -> Request<SpendLimitDeleted> {
    Request::delete(&["spend_limits", id.as_str()]).answered_with("spend_limit_deleted")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(scope: &Value, amount: &Value) -> Value {
        json!({"type": "spend_limit", "id": "spl_1", "scope": scope, "period": "monthly", "amount": amount,
               "currency": "USD", "is_enabled": true, "created_at": "2026-11-01T00:00:00Z",
               "updated_at": "2026-11-02T00:00:00Z"})
    }

    #[test]
    fn limits_of_every_scope_survive_reading_and_writing() {
        for (scope, workspace) in [
            (json!({"type": "organization"}), None),
            (json!({"type": "workspace", "workspace_id": "wrkspc_1"}), Some("wrkspc_1")),
            (json!({"type": "user", "user_id": "user_1"}), None),
            (json!({"type": "usage_tier"}), None),
            (json!({"type": "seat_tier", "seat_tier": "premium"}), None),
            (json!({"type": "team_of_next_year", "workspace_id": "wrkspc_1"}), None),
        ] {
            for amount in [json!("500000"), json!("0"), Value::Null, json!("123456789012345678901234567890")]
            {
                let value = limit(&scope, &amount);
                let read: SpendLimit = serde_json::from_value(value.clone()).expect("reads");
                assert_eq!(serde_json::to_value(&read).expect("writes"), value);
                assert_eq!(read.scope.workspace_id().map(WorkspaceId::as_str), workspace, "{scope}");
            }
        }
        let number = limit(&json!({"type": "organization"}), &json!(500_000));
        assert!(serde_json::from_value::<SpendLimit>(number).is_err(), "an amount is text");
    }

    #[test]
    fn only_the_list_asks_for_the_beta() {
        let id = SpendLimitId::new("spl_1");
        let set = set(&SpendLimitScope::Organization, "1");
        assert_eq!(list().beta, Some("spend-limit-reads-2026-09-26"));
        assert_eq!((get(&id).beta, set.beta, delete(&id).beta), (None, None, None));
        assert_eq!(set.replay, Replay::Safe, "it replaces the limit of the scope");
    }
}
