//! Platforms on which all customers share one issuer: a rule for such an issuer must name the customer, or anybody on
//! the platform could use it (`docs/service-behaviour.md#federation`).

use crate::https_url;
use crate::rule_match::RuleMatch;

/// A platform with one issuer for everybody.
struct Shared {
    host: &'static str,
    /// What a subject begins with, before the name of the customer, and what follows the name.
    subject: Option<(&'static str, char)>,
    /// Claims that say who the customer is.
    claims: &'static [&'static str],
}

const SHARED: [Shared; 5] = [
    Shared {
        host: "token.actions.githubusercontent.com",
        subject: Some(("repo:", '/')),
        claims: &["repository", "repository_id", "repository_owner", "repository_owner_id"],
    },
    Shared {
        host: "gitlab.com",
        subject: Some(("project_path:", '/')),
        claims: &["namespace_id", "namespace_path", "project_id", "project_path"],
    },
    Shared {
        host: "agent.buildkite.com",
        subject: Some(("organization:", ':')),
        claims: &["organization_id", "organization_slug", "pipeline_id"],
    },
    Shared {
        host: "app.terraform.io",
        subject: Some(("organization:", ':')),
        claims: &[
            "terraform_organization_id",
            "terraform_organization_name",
            "terraform_project_id",
            "terraform_workspace_id",
        ],
    },
    Shared { host: "accounts.google.com", subject: None, claims: &["azp", "email", "hd", "sub"] },
];

/// Returns whether a rule for this issuer names the customer, if the issuer is shared.
pub(crate) fn is_pinned(issuer_url: &str, wanted: &RuleMatch) -> bool {
    let host = https_url::host(issuer_url);
    let Some(shared) = SHARED.iter().find(|shared| shared.host == host) else { return true };
    let by_claim = wanted.claims.iter().flatten().any(|(name, _)| shared.claims.contains(&name.as_str()));
    let by_condition = wanted.condition.as_deref().is_some_and(|condition| {
        let words = condition.split(|part: char| !part.is_ascii_alphanumeric() && part != '_');
        words.into_iter().any(|word| shared.claims.contains(&word))
    });
    by_claim || by_condition || wanted.subject_prefix.as_deref().is_some_and(|subject| shared.names(subject))
}

impl Shared {
    /// Returns whether a subject names the customer.
    fn names(&self, subject: &str) -> bool {
        let Some((prefix, end)) = self.subject else {
            // The subject is the account itself.
            return !subject.ends_with('*');
        };
        let name = subject.strip_prefix(prefix).and_then(|rest| rest.split_once(end));
        name.is_some_and(|(name, _)| !name.is_empty() && !name.contains('*'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_for_a_shared_issuer_names_the_customer() {
        let github = "https://token.actions.githubusercontent.com";
        for (issuer, subject, claim, condition, pinned) in [
            (github, "repo:acme/robot:environment:production", "", "", true),
            (github, "repo:acme@417/robot@812:*", "", "", true),
            (github, "repo:acme/*", "", "", true),
            (github, "repo:acme*", "", "", false),
            (github, "repo:*", "", "", false),
            (github, "repo:/*", "", "", false),
            (github, "*", "repository_owner_id", "", true),
            (github, "", "environment", "", false),
            (github, "", "", "claims.repository_owner == 'acme'", true),
            (github, "", "", "claims['repository_id'] == '1'", true),
            (github, "", "", "claims.repository_visibility == 'public'", false),
            ("https://TOKEN.actions.githubusercontent.com/", "", "environment", "", false),
            ("https://gitlab.com", "project_path:acme/robot:*", "", "", true),
            ("https://gitlab.com", "", "ref", "", false),
            ("https://gitlab.acme.com", "", "ref", "", true),
            ("https://agent.buildkite.com", "organization:acme:pipeline:*", "", "", true),
            ("https://agent.buildkite.com", "organization:acme*", "", "", false),
            ("https://app.terraform.io", "", "terraform_organization_id", "", true),
            ("https://accounts.google.com", "1234", "", "", true),
            ("https://accounts.google.com", "1*", "", "", false),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let wanted = RuleMatch {
                subject_prefix: some(subject),
                claims: some(claim).map(|claim| [(claim, "x".to_owned())].into()),
                condition: some(condition),
                audience: None,
            };
            assert_eq!(is_pinned(issuer, &wanted), pinned, "{issuer} {subject} {claim} {condition}");
        }
    }
}
