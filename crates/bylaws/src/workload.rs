//! What is shown of federation as a credential: the names of its variables, the workload, and what it sent.

use std::time::Duration;

use bylaws_api::{Credential, IdentityClaims, IdentitySource};
use bylaws_output::render::escape::escape;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The variable that selects federation.
pub(crate) const RULE: &str = "ANTHROPIC_FEDERATION_RULE_ID";
pub(crate) const ORGANIZATION: &str = "ANTHROPIC_ORGANIZATION_ID";
pub(crate) const SERVICE_ACCOUNT: &str = "ANTHROPIC_SERVICE_ACCOUNT_ID";
pub(crate) const WORKSPACE: &str = "ANTHROPIC_WORKSPACE_ID";
pub(crate) const TOKEN_FILE: &str = "ANTHROPIC_IDENTITY_TOKEN_FILE";
pub(crate) const TOKEN: &str = "ANTHROPIC_IDENTITY_TOKEN";

/// Returns what is known about a federated credential, as a journal records it; `None` for others, and before the first
/// request.
pub(crate) fn document(credential: &Credential) -> Option<Value> {
    let (federation, grant) = credential.federation().zip(credential.grant())?;
    let IdentityClaims { issuer, subject, audience, .. } = &grant.identity;
    Some(json!({
        "kind": credential.kind().as_str(),
        "source": federation.identity.as_str(),
        "federation_rule_id": federation.rule.as_str(),
        "service_account_id": federation.service_account.as_str(),
        "scope": grant.scope,
        "identity": { "issuer": issuer, "subject": subject, "audience": audience },
    }))
}

/// Returns the two lines of `whoami`: the credential and its identity, without their labels.
pub(crate) fn lines(credential: &Credential) -> Option<(String, String)> {
    let (federation, grant) = credential.federation().zip(credential.grant())?;
    let source = match federation.identity {
        IdentitySource::File(_) => "token file",
        IdentitySource::Literal(_) => TOKEN,
        IdentitySource::GitHubActions(_) => "GitHub Actions",
    };
    let subject = grant.identity.subject.as_deref().unwrap_or("no subject");
    Some((
        format!(
            "federated token of service account {}, rule {}, scope {}, expires in {}",
            federation.service_account,
            federation.rule,
            escape(&grant.scope),
            span(grant.left)
        ),
        format!("{source}, {}", escape(subject)),
    ))
}

/// Returns what was sent in an exchange that was denied, to compare with the rule.
pub(crate) fn sent(claims: &IdentityClaims) -> String {
    let shown = |text: Option<&String>| text.map_or_else(|| "none".to_owned(), |text| escape(text));
    let audience =
        if claims.audience.is_empty() { "none".to_owned() } else { escape(&claims.audience.join(" ")) };
    let expires = claims.expires.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let expires = expires.map_or_else(|| "unknown".to_owned(), |time| time.to_string());
    format!(
        "sent: issuer {}, subject {}, audience {audience}, expires {expires}",
        shown(claims.issuer.as_ref()),
        shown(claims.subject.as_ref())
    )
}

/// Returns a duration in words, rounded down.
pub(crate) fn span(time: Duration) -> String {
    match time.as_secs() {
        1 => "1 second".to_owned(),
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_rounded_down() {
        for (seconds, shown) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (119, "119 seconds"),
            (599, "9 minutes"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), shown);
        }
    }
}
