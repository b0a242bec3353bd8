//! Builds a client from arguments and environment. Credentials come from the environment or a file, never from an
//! argument, and are never printed.

use std::sync::Arc;

use bylaws_api::{BaseUrl, Config, Credential, InvalidBaseUrl, InvalidCredential, KeyPrefix, Reader, Writer};
use bylaws_output::render::escape::escape;
use secrecy::SecretString;

use crate::args::Connection;
use crate::exit::Failure;
use crate::progress::Progress;
use crate::settings::API_URL;
use crate::world::World;
use crate::{advice, bounded, federation, output_file, workload};

const ADMIN_KEY: &str = "ANTHROPIC_ADMIN_KEY";
const AUTH_TOKEN: &str = "ANTHROPIC_AUTH_TOKEN";
/// The variable of the second credential.
const ORG_TOKEN: &str = "ANTHROPIC_ORG_TOKEN";
/// The variable that selects a profile of other programs.
const PROFILE: &str = "ANTHROPIC_PROFILE";
/// The beginning of every OAuth token.
const OAUTH_PREFIX: &str = "sk-ant-oat01-";
/// The variable that other programs read for an ordinary API key.
const INFERENCE_KEY: &str = "ANTHROPIC_API_KEY";
/// The maximum size of a credential file in bytes; a longer file is the wrong file.
const LONGEST: u64 = 16 * 1024;

/// A client that cannot write, and the credential it uses.
pub(crate) fn reader(
    connection: &Connection,
    progress: &Progress,
    world: &World,
) -> Result<(Reader, Credential), Failure> {
    let (config, credential) = config(connection, progress, world)?;
    Ok((Reader::new(config)?, credential))
}

/// Returns a client that can write.
pub(crate) fn writer(
    connection: &Connection,
    progress: &Progress,
    world: &World,
) -> Result<(Writer, Credential), Failure> {
    let (mut config, credential) = config(connection, progress, world)?;
    // Apply decides about every retry itself: the object may have changed during the wait.
    config.retry_writes = false;
    Ok((Writer::new(config)?, credential))
}

fn config(
    connection: &Connection,
    progress: &Progress,
    world: &World,
) -> Result<(Config, Credential), Failure> {
    let base_url = base_url(connection, world)?;
    let credential = credential(connection, world)?;
    let mut config = Config::new(base_url, credential.clone());
    config.org_token = org_token(world)?;
    config.max_wait = connection.max_wait;
    let progress = progress.clone();
    config.notices = Some(Arc::new(move |notice| progress.notice(&notice)));
    Ok((config, credential))
}

fn base_url(connection: &Connection, world: &World) -> Result<BaseUrl, Failure> {
    let (name, text) = match (&connection.api_url, world.var("BYLAWS_API_URL")) {
        (Some(text), _) => (world.setting(API_URL), text.as_str()),
        (None, Some(text)) => ("BYLAWS_API_URL", text),
        (None, None) => ("the default", BaseUrl::DEFAULT),
    };
    BaseUrl::parse(text).map_err(|error| {
        // A URL that contains a password or a key is not repeated.
        let is_secret = text.contains('@') || text.contains("sk-ant-");
        let shown = if is_secret { String::new() } else { format!(" `{}`", escape(text)) };
        let help = match error {
            InvalidBaseUrl::Version => match text.split_once("/v1").filter(|_| !is_secret) {
                Some((before, _)) => format!("drop `/v1` from the address: write {}", escape(before)),
                None => "drop `/v1` from the address".to_owned(),
            },
            InvalidBaseUrl::WhiteSpace => format!("remove the white space or line break from {name}"),
            InvalidBaseUrl::UserInfo => {
                "remove it: the credential belongs in ANTHROPIC_ADMIN_KEY or ANTHROPIC_AUTH_TOKEN".to_owned()
            }
            InvalidBaseUrl::QueryOrFragment => "remove everything from the `?` or `#`".to_owned(),
            InvalidBaseUrl::InsecureHttp => "write https://".to_owned(),
            InvalidBaseUrl::NotAUrl | InvalidBaseUrl::Scheme => {
                "write a URL such as https://api.anthropic.com; http:// is only allowed for 127.0.0.1"
                    .to_owned()
            }
        };
        Failure::other(format!("{name}{shown} {error}"), help)
    })
}

fn credential(connection: &Connection, world: &World) -> Result<Credential, Failure> {
    let variables = [(ADMIN_KEY, Credential::admin_key as Make), (AUTH_TOKEN, Credential::auth_token)];
    let set = variables
        .into_iter()
        .filter_map(|(name, make)| Some((name.to_owned(), make, SecretString::from(world.var(name)?))));
    let mut found: Vec<(String, Source)> =
        set.map(|(name, make, secret)| (name, Source::Secret(make, secret))).collect();
    if let Some(path) = &connection.credential_file {
        let name = format!("the credential file `{}`", escape(&path.display().to_string()));
        let path = world.path(path);
        let failed = Failure::io(&path, "read the credential file");
        let text = bounded::read_to_string(&path, LONGEST).map_err(failed)?;
        if let Some(exposed) = exposed(connection, world) {
            world.error(format!("warning: {}\n  help: {}", exposed.0, exposed.1));
        }
        let text = text.trim();
        let is_token = KeyPrefix::of(text) == KeyPrefix::OAuth;
        let make = if is_token { Credential::auth_token } else { Credential::admin_key };
        found.push((name, Source::Secret(make, SecretString::from(text))));
    }
    if world.var(workload::RULE).is_some() {
        found.push((workload::RULE.to_owned(), Source::Federation));
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (None, _) => Err(no_credential(world)),
        (Some((first, _)), Some((second, _))) => Err(two_credentials(&first, &second)),
        (Some((name, source)), None) => {
            let credential = match source {
                Source::Secret(make, secret) => checked(&name, make, secret)?,
                Source::Federation => federation::credential(world)?,
            };
            if credential.is_token() && world.var(ORG_TOKEN).is_some() {
                return Err(two_credentials(&name, ORG_TOKEN));
            }
            Ok(credential)
        }
    }
}

fn two_credentials(first: &str, second: &str) -> Failure {
    let help = match second {
        ORG_TOKEN => {
            format!(
                "unset {ORG_TOKEN}: a bearer token with org:admin is enough; {ORG_TOKEN} goes beside an admin key"
            )
        }
        workload::RULE if first.starts_with("ANTHROPIC_") => format!("unset {first} to use federation"),
        _ => "keep one: unset the variable, or remove the option".to_owned(),
    };
    Failure::other(format!("two credentials at once: {first} and {second}"), help)
}

/// Returns the second credential, if there is one.
fn org_token(world: &World) -> Result<Option<Credential>, Failure> {
    let Some(text) = world.var(ORG_TOKEN) else { return Ok(None) };
    let token = checked(ORG_TOKEN, Credential::auth_token, SecretString::from(text))?;
    if text.starts_with(OAUTH_PREFIX) {
        return Ok(Some(token));
    }
    let what = match token.prefix() {
        KeyPrefix::Admin => "an Admin API key",
        KeyPrefix::Enterprise | KeyPrefix::Ordinary => "an API key",
        KeyPrefix::OAuth | KeyPrefix::Unknown => "something else",
    };
    Err(Failure::other(
        format!("{ORG_TOKEN} contains {what}, not an OAuth token ({OAUTH_PREFIX}…)"),
        format!("set it to an OAuth token with the scope org:admin; keys belong in {ADMIN_KEY}"),
    ))
}

/// Fails if other users can read the credential file and `is_strict`. Otherwise this is only a warning.
pub(crate) fn check(is_strict: bool, connection: &Connection, world: &World) -> Result<(), Failure> {
    let exposed = exposed(connection, world).filter(|_| is_strict);
    exposed.map_or(Ok(()), |(message, help)| Err(Failure::other(message, help)))
}

/// Returns what is wrong with the permissions of the credential file, and the next step. Links are followed: the
/// permissions of the target count.
fn exposed(connection: &Connection, world: &World) -> Option<(String, String)> {
    let path = connection.credential_file.as_ref()?;
    let file = world.path(path).metadata().ok().filter(std::fs::Metadata::is_file)?;
    let exposure = output_file::exposure(&file)?;
    let name = escape(&path.display().to_string());
    Some((
        format!("the credential file `{name}` {exposure}"),
        format!("make it private with `chmod 600 {name}`; if others could read it, rotate the key"),
    ))
}

/// What a credential is made from.
enum Source {
    Secret(Make, SecretString),
    Federation,
}

/// Makes a credential, which says how it is sent.
type Make = fn(SecretString) -> Result<Credential, InvalidCredential>;

fn checked(name: &str, make: Make, secret: SecretString) -> Result<Credential, Failure> {
    let credential = make(secret).map_err(|error| {
        let help = match error {
            InvalidCredential::Empty => "write an Admin API key (sk-ant-admin01-…) or an org:admin token \
                                         (sk-ant-oat01-…) into it".to_owned(),
            InvalidCredential::LineBreakAtEnd => format!(
                "remove the line break at the end of {name}: `export {name}=\"$(cat FILE)\"` and --credential-file \
                 do this for you"
            ),
            InvalidCredential::LineBreak
            | InvalidCredential::WhiteSpace
            | InvalidCredential::ControlCharacter
            | InvalidCredential::NotAscii => {
                format!("copy the key or token again: {name} must contain nothing else, on one line")
            }
        };
        Failure::other(format!("{name} {error}"), help)
    })?;
    if !credential.is_token() && credential.prefix() == KeyPrefix::OAuth {
        return Err(Failure::other(
            format!("{name} contains an OAuth token (sk-ant-oat01-…), which is not an API key"),
            format!("set {AUTH_TOKEN} to it instead, and unset {ADMIN_KEY}"),
        ));
    }
    if name == AUTH_TOKEN && credential.prefix() == KeyPrefix::Admin {
        return Err(Failure::other(
            format!("{AUTH_TOKEN} contains an Admin API key, which is not a bearer token"),
            format!("set {ADMIN_KEY} to it instead, and unset {AUTH_TOKEN}"),
        ));
    }
    Ok(credential)
}

/// Returns what cannot be read without an OAuth token, if there is none.
pub(crate) fn unread(credential: &Credential, world: &World) -> Option<&'static str> {
    (!credential.is_token() && world.var(ORG_TOKEN).is_none()).then_some(
        "service accounts and federation were not read: they need an OAuth token with the scope org:admin \
         (ANTHROPIC_ORG_TOKEN)",
    )
}

/// Returns the error for a missing credential, and names variables that are empty or never read.
fn no_credential(world: &World) -> Failure {
    let is_empty = |name: &&str| world.env.get(*name).is_some_and(String::is_empty);
    let mut help = advice::SET_A_CREDENTIAL.to_owned();
    let message = if let Some(name) = [ADMIN_KEY, AUTH_TOKEN].into_iter().find(is_empty) {
        help.push_str("; CI passes an empty value if a secret does not exist or is not passed on");
        format!("no credential: {name} is empty")
    } else if world.var(ORG_TOKEN).is_some() {
        help = format!("set {AUTH_TOKEN} to the token instead: alone, it serves every request");
        format!("no credential: {ORG_TOKEN} goes beside an admin key")
    } else if world.var(PROFILE).is_some() {
        help.push_str("; for federation, set ");
        help.push_str(workload::RULE);
        format!("no credential: {PROFILE} is set, but Bylaws does not read profiles")
    } else if world.var(INFERENCE_KEY).is_some() {
        format!("no credential: {INFERENCE_KEY} is set, but Bylaws never reads it")
    } else {
        "no credential".to_owned()
    };
    if world.var("ANTHROPIC_BASE_URL").is_some() && world.var("BYLAWS_API_URL").is_none() {
        help.push_str(
            "; ANTHROPIC_BASE_URL is never read either: set BYLAWS_API_URL if you need another URL",
        );
    }
    Failure::other(message, help)
}
