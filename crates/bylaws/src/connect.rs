//! From arguments and environment to a client. Credentials come from the environment or a file,
//! never from an argument, and are printed nowhere.

use std::sync::Arc;

use bylaws_api::{BaseUrl, Config, Credential, Reader, Writer};
use secrecy::SecretString;

use crate::args::Connection;
use crate::bounded;
use crate::exit::Failure;
use crate::progress::Progress;
use crate::world::World;

/// The most bytes a credential file may have; a longer one is another file by mistake.
const LONGEST: u64 = 16 * 1024;

/// A client without writes, and the credential it uses.
pub(crate) fn reader(
    connection: &Connection,
    progress: &Progress,
    world: &World,
) -> Result<(Reader, Credential), Failure> {
    let (config, credential) = config(connection, progress, world)?;
    Ok((Reader::new(config)?, credential))
}

/// A client with writes.
pub(crate) fn writer(
    connection: &Connection,
    progress: &Progress,
    world: &World,
) -> Result<(Writer, Credential), Failure> {
    let (mut config, credential) = config(connection, progress, world)?;
    // Apply decides about every further try itself: the object may have changed while it waited.
    config.retry_writes = false;
    Ok((Writer::new(config)?, credential))
}

fn config(
    connection: &Connection,
    progress: &Progress,
    world: &World,
) -> Result<(Config, Credential), Failure> {
    let api_url = connection.api_url.as_deref().or(world.var("BYLAWS_API_URL")).unwrap_or(BaseUrl::DEFAULT);
    let base_url = BaseUrl::parse(api_url).map_err(|error| Failure::Usage {
        message: format!("the service's address (--api-url or BYLAWS_API_URL): {error}"),
        help: "write a URL such as https://api.anthropic.com; plain http only for 127.0.0.1".to_owned(),
    })?;
    let credential = credential(connection, world)?;
    let mut config = Config::new(base_url, credential.clone());
    config.max_wait = connection.max_wait;
    let progress = progress.clone();
    config.notices = Some(Arc::new(move |notice| progress.notice(&notice)));
    Ok((config, credential))
}

fn credential(connection: &Connection, world: &World) -> Result<Credential, Failure> {
    let mut found = Vec::new();
    if let Some(key) = world.var("ANTHROPIC_ADMIN_KEY") {
        found.push(("ANTHROPIC_ADMIN_KEY", Credential::admin_key(SecretString::from(key))));
    }
    if let Some(token) = world.var("ANTHROPIC_AUTH_TOKEN") {
        found.push(("ANTHROPIC_AUTH_TOKEN", Credential::auth_token(SecretString::from(token))));
    }
    if let Some(path) = &connection.credential_file {
        let path = world.path(path);
        let failed = |error| Failure::Io { path: path.clone(), what: "read the credential file", error };
        let text = bounded::read_to_string(&path, LONGEST).map_err(failed)?;
        // An OAuth token says so; everything else is a key.
        let secret = SecretString::from(text.trim());
        let token = text.trim().starts_with("sk-ant-oat");
        found.push((
            "--credential-file",
            if token { Credential::auth_token(secret) } else { Credential::admin_key(secret) },
        ));
    }
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (None, _) => Err(Failure::Credential("no credential".to_owned())),
        (Some((first, _)), Some((second, _))) => Err(Failure::Usage {
            message: format!("two credentials at once: {first} and {second}"),
            help: "keep one: unset the variable, or leave the option out".to_owned(),
        }),
        (Some((name, credential)), None) => {
            credential.map_err(|error| Failure::Credential(format!("{name}: {error}")))
        }
    }
}
