//! What the feed says about federation issuers and rules, besides what follows the pattern of all kinds.

use serde_json::{Value, json};

use super::event::{Change, Event, Pattern};
use crate::ids;

/// The activities of a rule, except those about its workspaces.
pub(crate) const RULES: Pattern = Pattern {
    added: "platform_federation_rule_created",
    updated: "platform_federation_rule_updated",
    removed: "platform_federation_rule_archived",
    ids: &[("id", "federation_rule_id")],
    updates: &[
        ("/applies_to_all_workspaces", "applies_to_all_workspaces"),
        ("/description", "description"),
        ("/match/audience", "match_audience"),
        ("/match/claims", "match_claims"),
        ("/match/condition", "match_condition"),
        ("/match/subject_prefix", "match_subject_prefix"),
        ("/name", "name"),
        ("/oauth_scope", "oauth_scope"),
        ("/target/service_account_id", "target_id"),
        ("/token_lifetime_seconds", "token_lifetime_seconds"),
        ("/workspace_id", "workspace_id"),
    ],
    hidden: &["match_claims", "match_condition"],
};

/// Adds to an issuer the digests by which the feed shows certificates and keys. They are not SHA-256: only that they
/// change matters.
pub(crate) fn with_digests(mut issuer: Value) -> Value {
    for (at, name) in [("/jwks/ca_cert_pem", "ca_cert_pem_sha256"), ("/jwks/keys", "jwks_keys_sha256")] {
        let part = issuer.pointer(at).filter(|part| !part.is_null());
        let digest = part.map(|part| format!("{:064x}", ids::hash(&[&part.to_string()])));
        if let (Some(digest), Some(fields)) = (digest, issuer.as_object_mut()) {
            fields.insert(name.to_owned(), json!(digest));
        }
    }
    issuer
}

/// Returns what the feed says about the workspaces of a rule. Those of a new or archived rule are not recorded.
pub(crate) fn workspaces(change: &Change<'_>) -> Vec<Event> {
    let (before, after) = (change.before, change.after);
    let is_there = |rule: &Value| !rule.is_null() && rule["archived_at"].is_null();
    if !is_there(before) || !is_there(after) {
        return Vec::new();
    }
    let ids = |rule: &Value| rule["workspace_ids"].as_array().cloned().unwrap_or_default();
    let (was, is) = (ids(before), ids(after));
    let event = |kind: &'static str, workspace: &Value| {
        Event::new(kind, json!({"federation_rule_id": after["id"], "workspace_id": workspace}))
    };
    let added = is.iter().filter(|id| !was.contains(id));
    let added = added.map(|id| event("platform_federation_rule_workspace_added", id));
    let removed = was.iter().filter(|id| !is.contains(id));
    added.chain(removed.map(|id| event("platform_federation_rule_workspace_removed", id))).collect()
}
