//! Federation issuers: the issuers of identity tokens that can be exchanged. All operations need an OAuth token with the
//! scope `org:admin` (`docs/service-behaviour.md#federation`).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::request::MOST_OF_SHORT_PAGE;
use crate::{FederationIssuerId, Replay, ReportPage, Request, Timestamp};

/// An issuer of identity tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "federation_issuer")]
pub struct FederationIssuer {
    /// The id, `fdis_…`.
    pub id: FederationIssuerId,
    /// The name: unique, archived issuers included; it can be changed.
    pub name: String,
    /// The issuer that the tokens name (`iss`).
    pub issuer_url: String,
    /// Where the keys come from.
    pub jwks: Jwks,
    /// Whether a token that has an id (`jti`) can be used only once.
    pub check_jti: bool,
    /// The longest lifetime of a token, in seconds.
    pub max_jwt_lifetime_seconds: u32,
    /// The time when the service stopped fetching the keys, because it failed for too long.
    pub jwks_polling_disabled_at: Option<Timestamp>,
    /// How the service last fetched the keys; `None` if it does not fetch them.
    pub poll_status: Option<PollStatus>,
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

/// Where the keys of an issuer come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Jwks {
    /// The discovery document of the issuer.
    #[serde(rename = "discovery")]
    Discovery {
        /// The address below which the document is; that of the issuer if it is `None`.
        discovery_base: Option<String>,
        /// Certificates to trust, PEM; the public ones if it is `None`.
        ca_cert_pem: Option<String>,
    },
    /// A fixed address.
    #[serde(rename = "explicit_url")]
    ExplicitUrl {
        /// The address of the keys.
        url: String,
        /// Certificates to trust, PEM; the public ones if it is `None`.
        ca_cert_pem: Option<String>,
    },
    /// Keys that do not change.
    #[serde(rename = "inline")]
    Inline {
        /// The keys.
        keys: Vec<Map<String, Value>>,
    },
    /// A source that this version does not know, as received.
    #[serde(untagged)]
    Unknown(Value),
}

/// How the service last fetched the keys of an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollStatus {
    /// How many times it failed in a row.
    pub consecutive_failures: u64,
    /// The time of the last success.
    pub last_fetched_at: Option<Timestamp>,
    /// The time of the next attempt.
    pub next_poll_at: Option<Timestamp>,
}

/// A new issuer; a field that is `None` is not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FederationIssuerCreate {
    /// The name: 1 to 255 lower-case letters, digits or hyphens.
    pub name: String,
    /// The issuer that the tokens name (`iss`).
    pub issuer_url: String,
    /// Where the keys come from; the discovery document of the issuer if it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Jwks>,
    /// Whether a token that has an id can be used only once; it is so if it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_jti: Option<bool>,
    /// The longest lifetime of a token, 1 to 176,400 seconds; 3,600 if it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_jwt_lifetime_seconds: Option<u32>,
}

/// A change of an issuer; a field that is `None` is not sent and stays unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FederationIssuerUpdate {
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_url: Option<String>,
    /// The new source of the keys, which replaces the whole old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<Jwks>,
    /// Whether a token that has an id can be used only once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_jti: Option<bool>,
    /// The longest lifetime of a token, 1 to 176,400 seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_jwt_lifetime_seconds: Option<u32>,
    /// `false` makes the service fetch the keys again after it stopped; `true` is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_polling_disabled: Option<bool>,
}

/// Returns `GET /v1/organizations/federation_issuers`, newest first.
pub fn list(include_archived: bool) -> Request<ReportPage<FederationIssuer>> {
    Request::list_by(&["federation_issuers"], MOST_OF_SHORT_PAGE)
        .only_with_token()
        .with_optional("include_archived", include_archived.then_some(&true))
}

/// Returns `GET /v1/organizations/federation_issuers/{federation_issuer_id}`.
pub fn get(id: &FederationIssuerId) -> Request<FederationIssuer> {
    Request::get(&["federation_issuers", id.as_str()]).only_with_token()
}

/// Returns the request that creates an issuer. A repeat is refused, because the name is then in use (409).
pub fn create(issuer: &FederationIssuerCreate) -> Request<FederationIssuer> {
    Request::post(&["federation_issuers"], Replay::NotSafe)
        .only_with_token()
        .with_body(issuer)
        .answered_with("federation_issuer")
}

/// Returns the request that changes an issuer. The service refuses a shared issuer while a rule for it does not name
/// the tenant.
pub fn update(id: &FederationIssuerId, change: &FederationIssuerUpdate) -> Request<FederationIssuer> {
    Request::post(&["federation_issuers", id.as_str()], Replay::Safe)
        .only_with_token()
        .with_body(change)
        .answered_with("federation_issuer")
}

/// Returns the request that archives an issuer permanently. The service refuses it while a rule uses the issuer.
pub fn archive(id: &FederationIssuerId) -> Request<FederationIssuer> {
    Request::post(&["federation_issuers", id.as_str(), "archive"], Replay::Safe)
        .only_with_token()
        .answered_with("federation_issuer")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_issuer_survives_reading_and_writing_whatever_its_keys() {
        for jwks in [
            json!({"type": "discovery", "discovery_base": null, "ca_cert_pem": null}),
            json!({"type": "explicit_url", "url": "https://idp.acme.com/keys", "ca_cert_pem": "PEM"}),
            json!({"type": "inline", "keys": [{"kty": "RSA", "kid": "1"}]}),
            json!({"type": "of_next_year", "at": 1}),
        ] {
            let issuer = json!({
                "type": "federation_issuer", "id": "fdis_1", "name": "github",
                "issuer_url": "https://token.actions.githubusercontent.com", "jwks": jwks, "check_jti": true,
                "max_jwt_lifetime_seconds": 900, "jwks_polling_disabled_at": null,
                "poll_status": {"consecutive_failures": 2, "last_fetched_at": null, "next_poll_at": "t"},
                "created_at": "a", "created_by_actor_id": null, "updated_at": "b", "updated_by_actor_id": null,
                "archived_at": null, "archived_by_actor_id": null,
            });
            let read: FederationIssuer = serde_json::from_value(issuer.clone()).expect("reads");
            assert_eq!(serde_json::to_value(&read).expect("writes"), issuer);
            assert_eq!(matches!(read.jwks, Jwks::Unknown(_)), jwks["type"] == "of_next_year");
        }
        let short: Jwks = serde_json::from_value(json!({"type": "discovery"})).expect("reads");
        assert_eq!(short, Jwks::Discovery { discovery_base: None, ca_cert_pem: None });
    }

    #[test]
    fn an_update_sends_only_what_it_changes() {
        let id = FederationIssuerId::new("fdis_1");
        let none = update(&id, &FederationIssuerUpdate::default());
        assert_eq!(none.body, Some(json!({})));
        let resume = FederationIssuerUpdate {
            jwks_polling_disabled: Some(false),
            ..FederationIssuerUpdate::default()
        };
        assert_eq!(update(&id, &resume).body, Some(json!({"jwks_polling_disabled": false})));
    }
}
