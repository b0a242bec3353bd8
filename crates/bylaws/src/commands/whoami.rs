//! `bylaws whoami`: shows the organization, the credential and what it may read.

use bylaws_api::{Answer, ApiKeysQuery, Credential, CredentialKind, KeyPrefix, UsersQuery, WorkspacesQuery};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use bylaws_output::render::lines::Lines;
use futures::StreamExt;
use jiff::{Timestamp, Unit};
use serde_json::{Value, json};

use crate::args::{Format, Whoami};
use crate::exit::{ExitStatus, Failure};
use crate::progress::Progress;
use crate::world::World;
use crate::{connect, workload};

pub(crate) async fn run(args: &Whoami, world: &mut World) -> Result<ExitStatus, Failure> {
    let progress = Progress::new(world);
    let (reader, credential) = connect::reader(&args.connection, &progress, world)?;
    let Answer { value: organization, date, .. } = reader.organization().await?;
    // Counted from the service's time, as the token was.
    let expires_at = credential.grant().zip(date).and_then(|(grant, date)| {
        Timestamp::try_from(date.checked_add(grant.left)?).ok()?.round(Unit::Second).ok()
    });
    // The first page of each list shows whether it may be read; a write check would change something.
    let lists = [
        ("members", may_read(reader.users(UsersQuery::default())).await?),
        ("invites", may_read(reader.invites()).await?),
        ("workspaces", may_read(reader.workspaces(WorkspacesQuery::default())).await?),
        ("api_keys", may_read(reader.api_keys(ApiKeysQuery::default())).await?),
        ("service_accounts", may_read(reader.service_accounts(false)).await?),
        ("federation", may_read(reader.federation_issuers(false)).await?),
    ];
    progress.finish();
    let text = match args.format {
        Format::Json => {
            let mut document = json!({
                "format_version": 1,
                "organization": { "id": organization.id.as_str(), "name": organization.name },
                "credential": workload::document(&credential)
                    .unwrap_or_else(|| json!({ "kind": credential.kind().as_str() })),
                "may_read": Value::from_iter(lists),
            });
            if let Some(expires_at) = expires_at {
                document["credential"]["expires_at"] = json!(expires_at.to_string());
            }
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
            let (credential, identity) = match workload::lines(&credential) {
                Some((credential, identity)) => (credential, format!("identity      {identity}\n")),
                None => (credential_name(&credential).to_owned(), String::new()),
            };
            format!(
                "organization  {} ({})\ncredential    {credential}\n{identity}{second}may read      {}\n{refused}may write     unknown: the API \
                 does not report it\n",
                escape(&organization.name),
                escape(organization.id.as_str()),
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
        CredentialKind::FederatedToken => "federated token",
    }
}

/// Reads the first page of a list. Returns whether the credential may read it.
async fn may_read<P>(mut pages: bylaws_api::Pages<P>) -> Result<bool, Failure> {
    let Some(Err(error)) = pages.next().await else { return Ok(true) };
    let failure = Failure::from(error);
    if failure.refusal().is_some() { Ok(false) } else { Err(failure) }
}
