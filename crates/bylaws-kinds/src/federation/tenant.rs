//! Platforms that sign the tokens of all their customers with one issuer. A rule for such an issuer must name the
//! customer, because everybody on the platform could use it otherwise (`docs/service-behaviour.md#federation`).

use super::RuleMatch;

/// A platform with one issuer for everybody.
pub(crate) struct Platform {
    host: &'static str,
    /// The name for people.
    pub(crate) name: &'static str,
    /// The text before the name of the customer in a subject, and the character after it.
    subject: Option<(&'static str, char)>,
    /// Claims that name the customer. The first ones are ids, which are not given to somebody else later.
    pub(crate) claims: &'static [&'static str],
    /// How many of the claims are ids.
    ids: usize,
}

static PLATFORMS: [Platform; 5] = [
    Platform {
        host: "token.actions.githubusercontent.com",
        name: "GitHub Actions",
        subject: Some(("repo:", '/')),
        claims: &["repository_id", "repository_owner_id", "repository", "repository_owner"],
        ids: 2,
    },
    Platform {
        host: "gitlab.com",
        name: "GitLab.com",
        subject: Some(("project_path:", '/')),
        claims: &["project_id", "namespace_id", "project_path", "namespace_path"],
        ids: 2,
    },
    Platform {
        host: "agent.buildkite.com",
        name: "Buildkite",
        subject: Some(("organization:", ':')),
        claims: &["organization_id", "pipeline_id", "organization_slug"],
        ids: 2,
    },
    Platform {
        host: "app.terraform.io",
        name: "HCP Terraform",
        subject: Some(("organization:", ':')),
        claims: &[
            "terraform_organization_id",
            "terraform_project_id",
            "terraform_workspace_id",
            "terraform_organization_name",
        ],
        ids: 3,
    },
    Platform {
        host: "accounts.google.com",
        name: "Google",
        subject: None,
        claims: &["sub", "azp", "email", "hd"],
        ids: 2,
    },
];

/// Returns the platform of an issuer, if other customers use the same issuer.
pub(crate) fn platform(issuer_url: &str) -> Option<&'static Platform> {
    let host = host(issuer_url)?.to_ascii_lowercase();
    PLATFORMS.iter().find(|platform| platform.host == host)
}

/// Returns the host of an https address.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://")?;
    // The colons of an IPv6 address are in brackets.
    let address = rest.starts_with('[').then(|| rest.find(']')).flatten().unwrap_or_default();
    let end = rest.get(address..)?.find(['/', ':', '?', '#']).map_or(rest.len(), |end| address + end);
    rest.get(..end).filter(|host| !host.is_empty())
}

impl Platform {
    /// Returns the claims that name the customer by an id.
    pub(super) fn ids(&self) -> &'static [&'static str] {
        self.claims.split_at(self.ids).0
    }

    /// Returns whether a match names the customer.
    pub(crate) fn is_pinned_by(&self, wanted: &RuleMatch) -> bool {
        has_claim(wanted, self.claims)
            || is_in_condition(wanted, self.claims)
            || wanted.subject.as_deref().is_some_and(|subject| self.is_in_subject(subject))
    }

    /// Returns whether a match names the customer by an id.
    pub(super) fn is_pinned_by_id(&self, wanted: &RuleMatch) -> bool {
        let ids = self.ids();
        has_claim(wanted, ids)
            || is_in_condition(wanted, ids)
            || wanted.subject.as_deref().is_some_and(|subject| self.has_id(subject))
    }

    /// Returns what a subject calls the customer.
    fn customer<'s>(&self, subject: &'s str) -> Option<&'s str> {
        let (before, end) = self.subject?;
        let (customer, _) = subject.strip_prefix(before)?.split_once(end)?;
        (!customer.is_empty() && !customer.contains('*')).then_some(customer)
    }

    fn is_in_subject(&self, subject: &str) -> bool {
        match self.subject {
            Some(_) => self.customer(subject).is_some(),
            // The subject is the account itself.
            None => !subject.ends_with('*'),
        }
    }

    /// Newer subjects of GitHub have the id of the owner: `repo:acme@417/robot@812:…`.
    fn has_id(&self, subject: &str) -> bool {
        match self.subject {
            Some(_) => self.customer(subject).is_some_and(|customer| customer.contains('@')),
            None => !subject.ends_with('*'),
        }
    }
}

/// Returns whether a match has a value for one of these claims.
fn has_claim(wanted: &RuleMatch, claims: &[&str]) -> bool {
    wanted.claims.iter().any(|(claim, value)| !value.is_empty() && claims.contains(&claim.as_str()))
}

/// Returns whether a condition demands a value of one of these claims. Only comparisons joined by `&&` are understood, so
/// that no alternative is overlooked.
fn is_in_condition(wanted: &RuleMatch, claims: &[&str]) -> bool {
    let condition = wanted.condition.as_deref().unwrap_or_default();
    if condition.contains(['|', '?', '!']) {
        return false;
    }
    condition.split("&&").any(|part| {
        let Some((claim, value)) = part.split_once("==") else { return false };
        let claim = claim.trim().strip_prefix("claims.");
        let quoted = |quote| value.trim().strip_prefix(quote)?.strip_suffix(quote);
        let value = quoted('\'').or_else(|| quoted('"'));
        claim.is_some_and(|claim| claims.contains(&claim))
            && value.is_some_and(|value| !value.is_empty() && !value.contains(['\'', '"']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GITHUB: &str = "https://token.actions.githubusercontent.com";

    #[test]
    fn a_rule_of_a_shared_issuer_names_the_customer() {
        for (issuer, subject, claim, condition, pinned, by_id) in [
            (GITHUB, "repo:acme/robot:environment:production", "", "", true, false),
            (GITHUB, "repo:acme@417/robot@812:environment:x", "", "", true, true),
            (GITHUB, "repo:acme/robot:*", "repository_owner_id", "", true, true),
            (GITHUB, "repo:acme/*", "", "", true, false),
            (GITHUB, "repo:acme*", "", "", false, false),
            (GITHUB, "repo:*/robot", "", "", false, false),
            (GITHUB, "repo:/robot", "", "", false, false),
            (GITHUB, "", "environment", "", false, false),
            (GITHUB, "", "repository", "", true, false),
            (GITHUB, "", "", "claims.repository_id == \"81\"", true, true),
            (GITHUB, "", "", "claims.ref == 'x' && claims.repository_id == '81'", true, true),
            (GITHUB, "", "", "claims.my_repository_id == \"81\"", false, false),
            (GITHUB, "", "", "claims.repository_id != '81'", false, false),
            (GITHUB, "", "", "claims.repository_id == ''", false, false),
            (GITHUB, "", "", "claims.repository_id == '81' || true", false, false),
            (GITHUB, "", "", "claims.repository_id == '81' ? true : true", false, false),
            (GITHUB, "", "", "has(claims.repository_id)", false, false),
            (GITHUB, "", "", "claims.repository_id.startsWith('8')", false, false),
            (GITHUB, "", "", "'acme' == 'acme'", false, false),
            ("https://Token.Actions.GithubUserContent.com:443/", "", "ref", "", false, false),
            ("https://gitlab.com", "project_path:acme/robot:ref_type:branch:ref:main", "", "", true, false),
            ("https://gitlab.com", "", "project_id", "", true, true),
            ("https://agent.buildkite.com", "organization:acme:pipeline:x", "", "", true, false),
            ("https://app.terraform.io", "organization:*", "", "", false, false),
            ("https://accounts.google.com", "10483", "", "", true, true),
            ("https://accounts.google.com", "10*", "", "", false, false),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let wanted = RuleMatch {
                subject: some(subject),
                audience: None,
                claims: some(claim).into_iter().map(|claim| (claim, "1".to_owned())).collect(),
                condition: some(condition),
            };
            let platform = platform(issuer).unwrap();
            assert_eq!(platform.is_pinned_by(&wanted), pinned, "{issuer} {subject} {claim} {condition}");
            assert_eq!(platform.is_pinned_by_id(&wanted), by_id, "{issuer} {subject} {claim} {condition}");
        }
    }

    #[test]
    fn other_issuers_are_not_shared() {
        for url in
            ["https://gitlab.acme.com", "http://gitlab.com", "https://gitlab.com.acme.com", "gitlab.com", ""]
        {
            assert!(platform(url).is_none(), "{url}");
        }
    }
}
