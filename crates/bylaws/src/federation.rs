//! Federation as a credential: a workload exchanges its identity token for an access token. Reads the variables and
//! checks them before any request; the exchange is made by the client.

use std::path::Path;
use std::time::Duration;

use bylaws_api::{
    Credential, Federation, GitHubRunner, IdentityClaims, IdentitySource, InvalidIdentityToken, SecretString,
};
use bylaws_output::render::escape::escape;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::exit::Failure;
use crate::world::World;

/// The variable that selects federation.
pub(crate) const RULE: &str = "ANTHROPIC_FEDERATION_RULE_ID";
pub(crate) const ORGANIZATION: &str = "ANTHROPIC_ORGANIZATION_ID";
const SERVICE_ACCOUNT: &str = "ANTHROPIC_SERVICE_ACCOUNT_ID";
const WORKSPACE: &str = "ANTHROPIC_WORKSPACE_ID";
pub(crate) const TOKEN_FILE: &str = "ANTHROPIC_IDENTITY_TOKEN_FILE";
const TOKEN: &str = "ANTHROPIC_IDENTITY_TOKEN";
const AUDIENCE: &str = "ANTHROPIC_OIDC_AUDIENCE";
const RUNNER_URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
const RUNNER_TOKEN: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

/// The audience of identity tokens, whatever the address of the API is.
const DEFAULT_AUDIENCE: &str = "https://api.anthropic.com";
/// A longer text is not an id and may be a secret, so it is not repeated.
const LONGEST_SHOWN: usize = 64;

/// Returns the credential of the workload that the environment describes.
pub(crate) fn credential(world: &World) -> Result<Credential, Failure> {
    let rule = id(RULE, "federation rule", "fdrl_", world)?;
    let organization = required(ORGANIZATION, "the id of the organization (a UUID)", world)?;
    if !is_uuid(organization) {
        return Err(wrong(ORGANIZATION, organization, "the id of an organization (a UUID)"));
    }
    let service_account = id(SERVICE_ACCOUNT, "service account", "svac_", world)?;
    let workspace = match world.var(WORKSPACE) {
        None | Some("default") => world.var(WORKSPACE),
        Some(_) => Some(id(WORKSPACE, "workspace", "wrkspc_", world)?),
    };
    Ok(Credential::federated(Federation {
        rule: rule.into(),
        organization: organization.into(),
        service_account: service_account.into(),
        workspace: workspace.map(Into::into),
        identity: identity(world)?,
    }))
}

fn required<'a>(name: &str, what: &str, world: &'a World) -> Result<&'a str, Failure> {
    world.var(name).ok_or_else(|| {
        Failure::other(format!("{name} is not set, but {RULE} is"), format!("set it to {what}"))
    })
}

/// Returns a variable that must hold an id with this prefix.
fn id<'a>(name: &str, kind: &str, prefix: &str, world: &'a World) -> Result<&'a str, Failure> {
    let help = match kind {
        "service account" => format!("the id of the rule's service account ({prefix}…)"),
        kind => format!("the id of the {kind} ({prefix}…)"),
    };
    let text = required(name, &help, world)?;
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    if rest.is_empty() || !rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        return Err(wrong(name, text, &format!("the id of a {kind} ({prefix}…)")));
    }
    Ok(text)
}

fn wrong(name: &str, text: &str, what: &str) -> Failure {
    let is_secret = text.chars().count() > LONGEST_SHOWN || text.contains("sk-ant-");
    let shown = if is_secret { "something else".to_owned() } else { format!("`{}`", escape(text)) };
    Failure::other(
        format!("{name} is {shown}, not {what}"),
        format!("set it to {what}; the Console shows it under Settings > Workload identity"),
    )
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// Returns where identity tokens come from, after checking what is there now.
fn identity(world: &World) -> Result<IdentitySource, Failure> {
    let invalid = |name: String| {
        move |error: InvalidIdentityToken| {
            Failure::other(format!("{name} {error}"), "write the identity token of the job, and nothing else")
        }
    };
    match (world.var(TOKEN_FILE), world.var(TOKEN)) {
        (Some(_), Some(_)) => Err(Failure::other(
            format!("two identity tokens at once: {TOKEN_FILE} and {TOKEN}"),
            format!("unset {TOKEN} to use the file"),
        )),
        (Some(path), None) => {
            let source = IdentitySource::File(world.path(Path::new(path)));
            source.check().map_err(invalid(format!("the file `{}` of {TOKEN_FILE}", escape(path))))?;
            Ok(source)
        }
        (None, Some(text)) => {
            let source = IdentitySource::Literal(SecretString::from(text));
            source.check().map_err(invalid(TOKEN.to_owned()))?;
            Ok(source)
        }
        (None, None) => of_runner(world),
    }
}

fn of_runner(world: &World) -> Result<IdentitySource, Failure> {
    let (url, token) = (world.var(RUNNER_URL), world.var(RUNNER_TOKEN));
    let Some((url, token)) = url.zip(token) else {
        let is_github = url.or(token).is_some() || world.var("GITHUB_ACTIONS").is_some();
        return Err(if is_github {
            Failure::other(
                "the job has no identity token",
                "add `permissions: {id-token: write}` to the job; pull requests from forks cannot have it",
            )
        } else {
            Failure::other("no identity token", format!("set {TOKEN_FILE} or {TOKEN} (GitLab: id_tokens)"))
        });
    };
    let audience = world.var(AUDIENCE).unwrap_or(DEFAULT_AUDIENCE);
    let runner = GitHubRunner::new(url, SecretString::from(token), audience);
    let runner = runner.map_err(|error| {
        let help = format!(
            "GitHub sets it for a job with `id-token: write`; elsewhere, set {TOKEN_FILE} or {TOKEN}"
        );
        Failure::other(format!("{RUNNER_URL} {error}"), help)
    })?;
    Ok(IdentitySource::GitHubActions(runner))
}

/// Checks that the identity is for the organization of the files, before any request.
pub(crate) fn check_organization(credential: &Credential, wanted: &str) -> Result<(), Failure> {
    match credential.federation() {
        Some(federation) if federation.organization.as_str() != wanted => Err(Failure::other(
            format!(
                "these files are for organization {wanted}, but {ORGANIZATION} is {}",
                escape(federation.organization.as_str())
            ),
            format!("correct {ORGANIZATION}, or `organization.id` in the files; nothing was requested"),
        )),
        _ => Ok(()),
    }
}

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
    fn a_uuid_has_five_hexadecimal_groups() {
        for (text, fits) in [
            ("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10", true),
            ("6A1F0C7E-0b1d-4e8e-9a55-0d5c3c1a9f10", true),
            ("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f1", false),
            ("6a1f0c7e0b1d4e8e9a550d5c3c1a9f10", false),
            ("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f1g", false),
            ("", false),
        ] {
            assert_eq!(is_uuid(text), fits, "{text}");
        }
    }

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
