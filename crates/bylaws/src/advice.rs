//! Messages and next steps for the typed errors of [`bylaws_api`], with the variable or option that caused them.

use std::path::PathBuf;

use bylaws_api::{BaseUrl, Cause, Error, ErrorKind, ExchangeProblem, KeyPrefix};
use bylaws_output::render::escape::escape;

use crate::settings::{API_URL, CREDENTIAL_FILE};
use crate::world::World;
use crate::{bounded, workload};

/// The next step if there is no credential.
pub(crate) const SET_A_CREDENTIAL: &str = "set ANTHROPIC_ADMIN_KEY to an Admin API key (sk-ant-admin01-…, created in \
    the Console by an admin), or ANTHROPIC_AUTH_TOKEN to an org:admin token, or pass --credential-file FILE";

/// The maximum number of bytes to read from a file with root certificates.
const MOST_ROOTS: u64 = 64 << 20;

/// Returns the first line of an error and the next step.
pub(crate) fn of(error: &Error, world: &World) -> (String, String) {
    let message = match (error.kind, error.key_prefix) {
        (ErrorKind::Exchange, _) => match &error.exchange {
            Some(ExchangeProblem::Denied(claims)) => format!("{error}\n  {}", workload::sent(claims)),
            _ => error.to_string(),
        },
        (ErrorKind::Credential | ErrorKind::Permission, Some(KeyPrefix::Ordinary)) => {
            format!(
                "{} contains an ordinary API key (sk-ant-api03-…): {error}",
                credential_name(error, world)
            )
        }
        _ => error.to_string(),
    };
    let address = Address::of(error, world);
    let mut help = match error.cause.as_ref() {
        Some(cause) => about_the_way(cause, &address, world),
        None => by_kind(error, &address, world),
    };
    let is_about_the_address = error.cause.as_ref().is_some()
        || error.is_first_contact
        || matches!(error.kind, ErrorKind::Credential | ErrorKind::Unreachable);
    if is_about_the_address && address.is_default && world.var("ANTHROPIC_BASE_URL").is_some() {
        help.push_str("; ANTHROPIC_BASE_URL is set, but Bylaws never reads it: set BYLAWS_API_URL");
    }
    (message, help)
}

/// The API URL in use, and where it came from.
#[derive(Default)]
struct Address {
    host: String,
    /// `https://gateway.example (BYLAWS_API_URL)`.
    shown: String,
    is_default: bool,
    is_loopback: bool,
}

impl Address {
    fn of(error: &Error, world: &World) -> Self {
        let Some(url) = error.base_url.as_ref() else {
            return Self { shown: world.setting(API_URL).to_owned(), ..Self::default() };
        };
        let is = |text: &str| BaseUrl::parse(text).as_ref() == Ok(url);
        let is_default = is(BaseUrl::DEFAULT);
        let origin = if world.var("BYLAWS_API_URL").is_some_and(is) {
            "BYLAWS_API_URL".to_owned()
        } else if is_default {
            format!("the default; {} or BYLAWS_API_URL sets another", world.setting(API_URL))
        } else {
            world.setting(API_URL).to_owned()
        };
        Self {
            host: url.host().to_owned(),
            shown: format!("{url} ({origin})"),
            is_default,
            is_loopback: url.is_loopback(),
        }
    }
}

/// Returns the next step if the type of the error names the cause.
fn about_the_way(cause: &Cause, address: &Address, world: &World) -> String {
    let shown = &address.shown;
    match cause {
        Cause::UnknownHost(host) if *host != address.host => {
            let proxy = proxy(world).unwrap_or("HTTPS_PROXY");
            format!("check {proxy}: `{}` is the host of a proxy, not of the service", escape(host))
        }
        Cause::UnknownHost(_) => format!("check the host in {shown}, name resolution and the network"),
        Cause::ConnectionRefused => match proxy(world).filter(|_| !address.is_loopback) {
            Some(proxy) => format!("check the host and port in {shown} and in {proxy}, then run again"),
            None => format!("check the host and port in {shown}, then run again"),
        },
        Cause::NotTls => {
            format!("check the port in {shown}: the server there, or a proxy, does not use TLS")
        }
        Cause::UntrustedCertificate => unreadable_roots(world).unwrap_or_else(|| {
            "if a proxy re-encrypts the traffic, add its root certificate to those that this machine trusts; on Linux, \
             SSL_CERT_FILE can name a PEM file with it, and SSL_CERT_DIR a folder of such files"
                .to_owned()
        }),
        Cause::NoRootCertificates => unreadable_roots(world).unwrap_or_else(|| {
            "install the root certificates of the system (often the package `ca-certificates`), or set SSL_CERT_FILE to \
             a PEM file or SSL_CERT_DIR to a folder that holds them"
                .to_owned()
        }),
        Cause::InvalidCertificate => format!(
            "check {shown} and this machine's clock: the certificate is expired, not valid yet, or for another host"
        ),
        Cause::WebPage => format!(
            "a proxy, a gateway or another server answered in place of the service: check {shown}, or let the proxy pass \
             requests to it"
        ),
        Cause::DaysDisagree => format!(
            "run again; if that does not help, something between this machine and the service answers in its place: \
             check {} and the proxy",
            world.setting(API_URL)
        ),
        Cause::OrganizationsDiffer => format!(
            "set ANTHROPIC_ORG_TOKEN to a token of the organization of {}, or unset it",
            main_credential(world)
        ),
        Cause::Redirect => format!(
            "check {shown} and set it to the final URL: Bylaws follows no redirect, because it would send the credential \
             elsewhere"
        ),
    }
}

/// Returns the next step if only the kind of the error is known.
fn by_kind(error: &Error, address: &Address, world: &World) -> String {
    let shown = &address.shown;
    match error.kind {
        ErrorKind::Exchange => exchange(error.exchange.as_ref(), world),
        ErrorKind::Credential if world.var(workload::RULE).is_some() => {
            "check the service account in the Console: the service granted a token for it, and does not accept the token"
                .to_owned()
        }
        ErrorKind::Credential => match error.key_prefix {
            Some(KeyPrefix::Ordinary) => NEEDS_AN_ADMIN_KEY.to_owned(),
            Some(KeyPrefix::Unknown) => format!(
                "check {}: an Admin API key begins with sk-ant-admin01-, an org:admin token with sk-ant-oat01-",
                credential_name(error, world)
            ),
            Some(KeyPrefix::Enterprise) => format!(
                "ask the primary owner to create a new key in claude.ai: the Enterprise key in {} is wrong, revoked, or \
                 not for {shown}",
                credential_name(error, world)
            ),
            _ => format!(
                "create a new one in the Console, as an admin: the credential in {} is wrong, revoked, expired, or not \
                 for {shown}",
                credential_name(error, world)
            ),
        },
        ErrorKind::Permission if error.status.is_none() => {
            "set ANTHROPIC_ORG_TOKEN to an OAuth token with the scope org:admin (sk-ant-oat01-…), beside the admin key"
                .to_owned()
        }
        ErrorKind::Permission => match error.key_prefix {
            Some(KeyPrefix::Ordinary) => NEEDS_AN_ADMIN_KEY.to_owned(),
            Some(KeyPrefix::Enterprise) => {
                "create a key with the named scope: the scopes of an Enterprise key (sk-ant-api01-…) cannot be changed \
                 later"
                    .to_owned()
            }
            _ => "use an Admin API key, or a credential with the named scope".to_owned(),
        },
        ErrorKind::NotFound if error.is_first_contact => format!(
            "check the URL {shown}: this was the first request, so nothing at this URL has answered yet; individual \
             accounts have no Admin API"
        ),
        ErrorKind::NotFound => {
            "run `bylaws plan` again: the object was removed or belongs to another organization".to_owned()
        }
        ErrorKind::Refused => {
            "change the files or the organization, then run again: the service refused this request".to_owned()
        }
        ErrorKind::RateLimited if world.is_child => "the controller waits as long as the service asks".to_owned(),
        ErrorKind::RateLimited => "run again later, or allow longer waits with --max-wait".to_owned(),
        ErrorKind::Unavailable => {
            "run again later; nothing has to be unlocked or repaired".to_owned()
        }
        ErrorKind::Unreachable => match proxy(world).filter(|_| !address.is_loopback) {
            Some(proxy) => format!("check {shown}, the network and the proxy in {proxy}, then run again"),
            None => format!("check {shown} and the network, then run again"),
        },
        ErrorKind::OutcomeUnknown => {
            "run again: Bylaws reads first, and sends only the remaining changes".to_owned()
        }
        ErrorKind::Protocol => format!(
            "check {shown}, then report it with the request id: something between this machine and the service \
             answered in its place, or the service changed"
        ),
    }
}

/// Returns the next step if no access token was granted.
fn exchange(problem: Option<&ExchangeProblem>, world: &World) -> String {
    match problem {
        Some(ExchangeProblem::Denied(_)) => {
            "compare them with the rule; the reason is in the Console: Settings > Workload identity > History. An identity \
             token can be exchanged once"
        }
        Some(ExchangeProblem::WrongScope) => {
            "use a rule with the scope org:admin; it can only be created in the Console"
        }
        Some(ExchangeProblem::TooShort) => {
            "raise the lifetime of tokens in the rule, or exchange an identity token that is valid for longer"
        }
        Some(ExchangeProblem::CannotRenew) => "run again in a new job",
        Some(ExchangeProblem::IdentityToken) => {
            let file = world.setting(workload::TOKEN_FILE);
            return format!("write a new identity token to the file of {file}, then run again");
        }
        Some(ExchangeProblem::Runner) => {
            "check that the job has `permissions: {id-token: write}`, then run the job again"
        }
        Some(ExchangeProblem::Refused) | None => {
            let [rule, organization, account, workspace] =
                [workload::RULE, workload::ORGANIZATION, workload::SERVICE_ACCOUNT, workload::WORKSPACE].map(|name| world.setting(name));
            return format!("check {rule}, {organization}, {account} and {workspace}");
        }
    }
    .to_owned()
}

const NEEDS_AN_ADMIN_KEY: &str =
    "use an Admin API key (sk-ant-admin01-…) instead: an admin creates one in the Console, under API keys";

/// Returns the source of the credential that an error is about.
fn credential_name(error: &Error, world: &World) -> &'static str {
    if error.is_of_org_token { "ANTHROPIC_ORG_TOKEN" } else { main_credential(world) }
}

/// Returns the source of the main credential. At most one source is ever set.
fn main_credential(world: &World) -> &'static str {
    let set = |name: &&str| world.var(name).is_some();
    ["ANTHROPIC_ADMIN_KEY", "ANTHROPIC_AUTH_TOKEN", workload::RULE]
        .into_iter()
        .find(set)
        .map_or_else(|| world.setting(CREDENTIAL_FILE), |name| world.setting(name))
}

/// Returns the variable that names a proxy. Its value may contain a password and is never shown.
fn proxy(world: &World) -> Option<&'static str> {
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    names.into_iter().find(|name| world.var(name).is_some())
}

/// Returns what is wrong with the root certificates that the environment names, if anything.
fn unreadable_roots(world: &World) -> Option<String> {
    let file = || {
        let path = PathBuf::from(world.var("SSL_CERT_FILE")?);
        let problem = match bounded::read_to_string(&path, MOST_ROOTS) {
            Err(error) => format!("which cannot be read: {error}"),
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => return None,
            Ok(_) => "which contains no certificate in PEM format".to_owned(),
        };
        Some(("SSL_CERT_FILE", path, problem))
    };
    let folder = || {
        let paths = std::env::split_paths(world.var("SSL_CERT_DIR")?).collect::<Vec<_>>();
        paths.into_iter().find_map(|path| {
            let error = std::fs::read_dir(&path).err()?;
            Some(("SSL_CERT_DIR", path, format!("which cannot be read: {error}")))
        })
    };
    let (name, path, problem) = file().or_else(folder)?;
    let path = escape(&path.display().to_string());
    Some(format!(
        "{name} is `{path}`, {problem}; correct it, or unset it to use the system's root certificates"
    ))
}
