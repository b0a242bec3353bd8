//! The request of an exchange: what it needs, and how the ledger shows it.

use serde_json::{Value, json};

use crate::envelope::Refusal;
use crate::ids::is_id;
use crate::request::Call;
use crate::seeding::check_uuid;

pub(crate) const PATH: &str = "/v1/oauth/token";

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// What the ledger shows instead of an identity token.
const HIDDEN: &str = "***";
/// The longest text of a request that the ledger shows: as long as the longest id.
const LONGEST_SHOWN: usize = 128;

/// A well-formed request.
pub(super) struct Wanted {
    pub(super) assertion: String,
    pub(super) rule_id: String,
    pub(super) organization_id: String,
    pub(super) service_account_id: String,
    pub(super) workspace_id: Option<String>,
}

/// Reads a request. A request that is refused here is malformed, and the history does not contain it.
pub(super) fn read(call: &Call) -> Result<Wanted, Refusal> {
    if call.headers.contains_key("x-api-key") || call.headers.contains_key("authorization") {
        return Err(Refusal::invalid("The request must not have a credential."));
    }
    let mut body = call.object()?;
    if body.text("grant_type")? != GRANT {
        return Err(Refusal::invalid(format!("grant_type: must be {GRANT}.")));
    }
    let wanted = Wanted {
        assertion: body.text("assertion")?,
        rule_id: body.text("federation_rule_id")?,
        organization_id: body.text("organization_id")?,
        service_account_id: body.text("service_account_id")?,
        workspace_id: body.optional_text("workspace_id")?,
    };
    body.finish()?;
    if wanted.assertion.is_empty() {
        return Err(Refusal::invalid("assertion: is required"));
    }
    check_uuid("organization_id", &wanted.organization_id)?;
    let workspace = wanted.workspace_id.as_deref().filter(|id| *id != "default");
    for (field, id, prefix) in [
        ("federation_rule_id", Some(wanted.rule_id.as_str()), "fdrl_"),
        ("service_account_id", Some(wanted.service_account_id.as_str()), "svac_"),
        ("workspace_id", workspace, "wrkspc_"),
    ] {
        if id.is_some_and(|id| !is_id(id, prefix)) {
            return Err(Refusal::invalid(format!("{field} is not a well-formed {prefix} tagged ID")));
        }
    }
    Ok(wanted)
}

/// Returns the body of a request as the ledger shows it: without the identity token, also if it is in the wrong place.
pub(crate) fn redacted(body: Value) -> Value {
    match body {
        Value::Null => Value::Null,
        Value::Object(fields) => {
            let shown = fields.into_iter().map(|(name, value)| {
                let text = value.as_str().filter(|_| name != "assertion");
                (redacted_text(&name), json!(text.map_or(HIDDEN.to_owned(), redacted_text)))
            });
            Value::Object(shown.collect())
        }
        _ => json!(HIDDEN),
    }
}

/// Returns a text as the ledger shows it: hidden if it is longer than any id.
pub(crate) fn redacted_text(text: &str) -> String {
    if text.len() > LONGEST_SHOWN { HIDDEN.to_owned() } else { text.to_owned() }
}
