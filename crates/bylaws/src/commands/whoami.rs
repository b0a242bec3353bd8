//! `bylaws whoami`: shows the organization, the credential and what it may read.

use bylaws_api::{ApiKeysQuery, Credential, CredentialKind, KeyPrefix, UsersQuery, WorkspacesQuery};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use bylaws_output::render::lines::Lines;
use futures::StreamExt;
use serde_json::{Value, json};

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
    let lists = [
        ("members", may_read(reader.users(UsersQuery::default())).await?),
        ("invites", may_read(reader.invites()).await?),
        ("workspaces", may_read(reader.workspaces(WorkspacesQuery::default())).await?),
        ("api_keys", may_read(reader.api_keys(ApiKeysQuery::default())).await?),
    ];
    progress.finish();
    let text = match args.format {
        Format::Json => {
            let mut document = json!({
                "format_version": 1,
                "organization": { "id": organization.id.as_str(), "name": organization.name },
                "credential": { "kind": credential.kind().as_str() },
                "may_read": Value::from_iter(lists),
            });
            if let Some(token) = reader.org_token() {
                document["org_token"] = json!({ "kind": token.kind().as_str() });
            }
            Lines::exactly(pretty(&document))
        }
        Format::Text => {
            let list = |wanted: bool| {
                let names = lists.iter().filter(|(_, allowed)| *allowed == wanted);
                names.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
            };
            let refused = match list(false).as_str() {
                "" => String::new(),
                refused => format!("may not read  {refused}\n"),
            };
            let second = reader.org_token().map_or(
                "",
                |_| "org token     bearer token, for service accounts and federation (ANTHROPIC_ORG_TOKEN)\n",
            );
            format!(
                "organization  {} ({})\ncredential    {}\n{second}may read      {}\n{refused}may write     unknown: the API \
                 does not report it\n",
                escape(&organization.name),
                escape(organization.id.as_str()),
                credential_name(&credential),
                list(true)
            )
            .into()
        }
    };
    world.show(text);
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

/// Reads the first page of a list. Returns whether the credential may read it.
async fn may_read<P>(mut pages: bylaws_api::Pages<P>) -> Result<bool, Failure> {
    let Some(Err(error)) = pages.next().await else { return Ok(true) };
    let failure = Failure::from(error);
    if failure.refusal().is_some() { Ok(false) } else { Err(failure) }
}
