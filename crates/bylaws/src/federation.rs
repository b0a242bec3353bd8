//! Federation as a credential: a workload exchanges its identity token for an access token. Reads the variables and
//! checks them before any request; the exchange is made by the client.

use std::path::Path;

use bylaws_api::{Credential, Federation, GitHubRunner, IdentitySource, InvalidIdentityToken, SecretString};
use bylaws_output::render::escape::escape;

use crate::exit::{About, Failure};
use crate::settings;
use crate::workload::{ORGANIZATION, RULE, SERVICE_ACCOUNT, TOKEN, TOKEN_FILE, WORKSPACE};
use crate::world::World;

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
        return Err(wrong(world.setting(ORGANIZATION), organization, "the id of an organization (a UUID)"));
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

fn required<'a>(name: &'static str, what: &str, world: &'a World) -> Result<&'a str, Failure> {
    world.var(name).ok_or_else(|| {
        Failure::other(
            format!("{} is not set, but {} is", world.setting(name), world.setting(RULE)),
            format!("set it to {what}"),
        )
    })
}

/// Returns a variable that must hold an id with this prefix.
fn id<'a>(name: &'static str, kind: &str, prefix: &str, world: &'a World) -> Result<&'a str, Failure> {
    let help = match kind {
        "service account" => format!("the id of the rule's service account ({prefix}…)"),
        kind => format!("the id of the {kind} ({prefix}…)"),
    };
    let text = required(name, &help, world)?;
    let rest = text.strip_prefix(prefix).unwrap_or_default();
    if rest.is_empty() || !rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        return Err(wrong(world.setting(name), text, &format!("the id of a {kind} ({prefix}…)")));
    }
    Ok(text)
}

fn wrong(name: &str, text: &str, what: &str) -> Failure {
    let is_secret = text.chars().count() > LONGEST_SHOWN || text.contains("sk-ant-");
    let shown = if is_secret { String::new() } else { format!(" `{}`,", escape(text)) };
    Failure::other(
        format!("{name} is{shown} not {what}"),
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
            let help = match error {
                InvalidIdentityToken::Unreadable(_) => "check the path and its permissions",
                _ => "it must contain the identity token of the job, and nothing else",
            };
            Failure::other(format!("{name} {error}"), help)
        }
    };
    match (world.var(TOKEN_FILE), world.var(TOKEN)) {
        (Some(_), Some(_)) => Err(Failure::other(
            format!("two identity tokens at once: {TOKEN_FILE} and {TOKEN}"),
            format!("unset {TOKEN} to use the file"),
        )),
        (Some(path), None) => {
            let source = IdentitySource::File(world.path(Path::new(path)));
            source.check().map_err(invalid(format!(
                "the file `{}` of {}",
                escape(path),
                world.setting(TOKEN_FILE)
            )))?;
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
                "these files are for organization {wanted}, but the credential is for {}",
                escape(federation.organization.as_str())
            ),
            format!(
                "correct {ORGANIZATION} (of a controller: {}), or `organization.id` in the files; nothing was \
                 requested",
                settings::key(ORGANIZATION)
            ),
        )
        .about(About::Organization)),
        _ => Ok(()),
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
}
