//! `bylaws whoami`: shows the organization, the credential and what it may read.

use bylaws_api::{
    ApiKeysQuery, Credential, CredentialKind, Error, ErrorKind, KeyPrefix, UsersQuery, WorkspacesQuery,
};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use futures::StreamExt;
use serde_json::{Map, Value, json};

use crate::args::{Format, Whoami};
use crate::connect;
use crate::exit::{ExitStatus, Failure};
use crate::progress::Progress;
use crate::world::World;

pub(crate) async fn run(args: &Whoami, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let (reader, credential) = connect::reader(&args.connection, &progress, world)?;
    let organization = reader.organization().await?.value;
    // The first page of each list shows whether it may be read; a write check would change something.
    let mut may = Map::new();
    let mut lists = [
        ("members", first(reader.users(UsersQuery::default())).await),
        ("invites", first(reader.invites()).await),
        ("workspaces", first(reader.workspaces(WorkspacesQuery::default())).await),
        ("api_keys", first(reader.api_keys(ApiKeysQuery::default())).await),
    ]
    .into_iter();
    let refused = lists.try_for_each(|(name, outcome)| {
        let allowed = match outcome {
            Ok(()) => Value::Bool(true),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Refused
                ) =>
            {
                Value::Bool(false)
            }
            Err(error) => return Err(error),
        };
        may.insert(name.to_owned(), allowed);
        Ok(())
    });
    progress.finish();
    refused?;
    let text = match args.format {
        Format::Json => pretty(&json!({
            "format_version": 1,
            "organization": { "id": organization.id.as_str(), "name": organization.name },
            "credential": { "kind": credential.kind().as_str() },
            "may_read": may,
        })),
        Format::Text => {
            let list = |wanted: bool| {
                let names = may.iter().filter(|(_, allowed)| **allowed == Value::Bool(wanted));
                names.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
            };
            let mut text = format!(
                "organization  {} ({})\ncredential    {}\nmay read      {}\n",
                escape(&organization.name),
                escape(organization.id.as_str()),
                credential_name(&credential),
                list(true)
            );
            if !list(false).is_empty() {
                text.push_str("may not read  ");
                text.push_str(&list(false));
                text.push('\n');
            }
            text + "may write     unknown: the API does not report it\n"
        }
    };
    world.answer(args.format, &text);
    Ok(ExitStatus::Done)
}

/// Returns the kind of credential for people.
fn credential_name(credential: &Credential) -> &'static str {
    match credential.kind() {
        CredentialKind::AdminKey if credential.prefix() == KeyPrefix::Enterprise => "Enterprise key",
        CredentialKind::AdminKey => "Admin API key",
        CredentialKind::ApiKey => "API key, not an Admin API key",
        CredentialKind::AuthToken => "bearer token",
    }
}

async fn first<P>(mut pages: bylaws_api::Pages<P>) -> Result<(), Error> {
    pages.next().await.map_or(Ok(()), |page| page.map(drop))
}
