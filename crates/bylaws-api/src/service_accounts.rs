//! Service accounts. All operations need an OAuth token with the scope `org:admin`; an admin key is refused
//! (`docs/service-behaviour.md#service-accounts`).

use serde::{Deserialize, Serialize};

use crate::request::MOST_OF_SHORT_PAGE;
use crate::{OrganizationRole, Replay, ReportPage, Request, ServiceAccountId, Timestamp};

/// A service account: an identity for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "service_account")]
pub struct ServiceAccount {
    /// The id, `svac_…`.
    pub id: ServiceAccountId,
    /// The name: unique, archived accounts included, and it never changes.
    pub name: String,
    /// What the account is for; empty text and `None` mean the same.
    pub description: Option<String>,
    /// The role in the organization: `developer` or `admin`.
    pub organization_role: OrganizationRole,
    /// The time it was created.
    pub created_at: Timestamp,
    /// Who created it, `user_…` or `svac_…`, if known.
    pub created_by_actor_id: Option<String>,
    /// The time it was last updated.
    pub updated_at: Timestamp,
    /// Who last updated it, `user_…` or `svac_…`, if known.
    pub updated_by_actor_id: Option<String>,
    /// The time it was archived, which is permanent.
    pub archived_at: Option<Timestamp>,
    /// Who archived it, `user_…` or `svac_…`, if known.
    pub archived_by_actor_id: Option<String>,
}

/// A new service account; a field that is `None` is not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServiceAccountCreate {
    /// The name: 1 to 255 lower-case letters, digits or hyphens.
    pub name: String,
    /// What the account is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The role; `developer` if it is not sent. `admin` needs the token of an interactive login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_role: Option<OrganizationRole>,
}

/// A change of a service account; a field that is `None` is not sent and stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ServiceAccountUpdate {
    /// The new description; empty text clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The new role. Even `admin` for an account that has it is refused to the token of a workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_role: Option<OrganizationRole>,
}

/// Returns `GET /v1/organizations/service_accounts`, newest first.
pub fn list(include_archived: bool) -> Request<ReportPage<ServiceAccount>> {
    Request::list_by(&["service_accounts"], MOST_OF_SHORT_PAGE)
        .only_with_token()
        .with_optional("include_archived", include_archived.then_some(&true))
}

/// Returns `GET /v1/organizations/service_accounts/{service_account_id}`.
pub fn get(id: &ServiceAccountId) -> Request<ServiceAccount> {
    Request::get(&["service_accounts", id.as_str()]).only_with_token()
}

/// Returns the request that creates an account. A repeat is refused, because the name is then in use (409).
pub fn create(account: &ServiceAccountCreate) -> Request<ServiceAccount> {
    Request::post(&["service_accounts"], Replay::NotSafe)
        .only_with_token()
        .with_body(account)
        .answered_with("service_account")
}

/// Returns the request that changes the description or the role of an account.
pub fn update(id: &ServiceAccountId, change: &ServiceAccountUpdate) -> Request<ServiceAccount> {
    Request::post(&["service_accounts", id.as_str()], Replay::Safe)
        .only_with_token()
        .with_body(change)
        .answered_with("service_account")
}

/// Returns the request that archives an account permanently. The service refuses it while a federation rule uses the
/// account.
pub fn archive(id: &ServiceAccountId) -> Request<ServiceAccount> {
    Request::post(&["service_accounts", id.as_str(), "archive"], Replay::Safe)
        .only_with_token()
        .answered_with("service_account")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_account_survives_reading_and_writing() {
        for (role, description, archived) in [
            ("developer", json!("deploys"), Value::Null),
            ("admin", json!(""), json!("2026-11-03T00:00:00Z")),
            ("role_of_next_year", Value::Null, Value::Null),
        ] {
            let account = json!({
                "type": "service_account", "id": "svac_1", "name": "ci-deploy", "description": description,
                "organization_role": role, "created_at": "2026-11-01T00:00:00Z", "created_by_actor_id": "user_1",
                "updated_at": "2026-11-02T00:00:00Z", "updated_by_actor_id": null,
                "archived_at": archived, "archived_by_actor_id": "svac_2",
            });
            let read: ServiceAccount = serde_json::from_value(account.clone()).expect("reads");
            assert_eq!(serde_json::to_value(&read).expect("writes"), account);
        }
    }

    #[test]
    fn a_role_that_is_not_changed_is_not_sent() {
        let id = ServiceAccountId::new("svac_1");
        let update =
            update(&id, &ServiceAccountUpdate { description: Some(String::new()), organization_role: None });
        assert_eq!(update.body, Some(json!({"description": ""})));
        let create =
            create(&ServiceAccountCreate { name: "ci".to_owned(), ..ServiceAccountCreate::default() });
        assert_eq!((create.body.clone(), create.replay), (Some(json!({"name": "ci"})), Replay::NotSafe));
        assert_eq!(archive(&id).replay, Replay::Safe);
    }
}
