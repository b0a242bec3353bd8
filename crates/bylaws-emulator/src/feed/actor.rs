//! Who did something, as the feed says it.

use serde_json::{Value, json};

use crate::email::{is_address, person};
use crate::envelope::Refusal;
use crate::ids::{self, is_id};
use crate::request::Call;
use crate::state::State;

/// The actor of an activity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Actor(pub(super) Value);

impl Actor {
    /// Returns the one whose credential a request has. Ids that are not known are derived from the credential.
    pub(super) fn of_call(state: &State, call: &Call) -> Self {
        let secret = call.header("x-api-key").or(call.bearer()).unwrap_or_default();
        let id = |prefix: &str| ids::id(prefix, &["credential", secret]);
        let mut actor = if call.path.starts_with("/v1/compliance/") {
            json!({"type": "api_actor", "api_key_id": id("apikey_")})
        } else if let Some(minted) = state.workloads.minted(secret) {
            json!({"type": "service_account_actor", "service_account_id": minted.service_account_id})
        } else if secret.starts_with("sk-ant-oat01-workload") {
            json!({"type": "service_account_actor", "service_account_id": id("svac_")})
        } else if secret.starts_with("sk-ant-oat") {
            // A person who signed in: the token does not say who, so the oldest admin.
            let admin = state.users.iter().filter(|user| user.role == "admin").last();
            admin.map_or_else(
                || json!({"type": "user_actor"}),
                |user| Self::user(&user.email, Some(&user.id)).0,
            )
        } else {
            json!({"type": "admin_api_key_actor", "admin_api_key_id": id("adminkey_")})
        };
        actor["ip_address"] = json!("127.0.0.1");
        if let Some(agent) = call.header("user-agent") {
            actor["user_agent"] = json!(agent);
        }
        Self(actor)
    }

    /// Returns the id of the person or service account, if it is one.
    pub(super) fn id(&self) -> Option<String> {
        let id = ["user_id", "service_account_id"].into_iter().find_map(|field| self.0[field].as_str());
        id.map(str::to_owned)
    }

    pub(crate) fn user(email: &str, id: Option<&str>) -> Self {
        let mut actor = json!({"type": "user_actor", "email_address": email});
        if let Some(id) = id {
            actor["user_id"] = json!(id);
        }
        Self(actor)
    }

    /// Parses the name that a control call gives: an e-mail address, `directory_sync`, `anthropic`, `system`, the id
    /// of a service account or of an admin key, or an actor as JSON.
    pub(crate) fn named(state: &State, name: &str) -> Result<Self, Refusal> {
        if let Ok(actor) = serde_json::from_str::<Value>(name)
            && actor["type"].is_string()
        {
            return Ok(Self(actor));
        }
        Ok(match name {
            "directory_sync" => Self(json!({
                "type": "scim_directory_sync_actor",
                "directory_id": ids::id("directory_", &[&state.rest.organization.id]),
                "idp_connection_type": "OktaSCIMV2",
            })),
            "anthropic" => Self(json!({"type": "anthropic_actor", "email_address": null})),
            "system" => Self(json!({"type": "system_actor", "service": null})),
            id if is_id(id, "svac_") => {
                Self(json!({"type": "service_account_actor", "service_account_id": id}))
            }
            id if is_id(id, "adminkey_") => {
                Self(json!({"type": "admin_api_key_actor", "admin_api_key_id": id}))
            }
            email if is_address(email) => {
                let user = state.users.iter().find(|user| person(&user.email) == person(email));
                Self::user(email, user.map(|user| user.id.as_str()))
            }
            _ => {
                let expected = "an e-mail address, directory_sync, anthropic, system, an id beginning with svac_ or \
                                adminkey_, or an actor as JSON";
                return Err(Refusal::invalid(format!("actor: expected {expected}.")));
            }
        })
    }

    pub(crate) fn is(&self, kinds: &[&str]) -> bool {
        self.0["type"].as_str().is_some_and(|kind| kinds.contains(&kind))
    }
}
