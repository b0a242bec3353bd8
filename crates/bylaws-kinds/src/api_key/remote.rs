//! API keys at the service.

use bylaws_api::{self as api, ApiKeysQuery, Error, Reader, api_keys as requests, collect_all};
use bylaws_engine::audit::Unseen;
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{ApiKeyId, Kind, ObjectName, UserId, WorkspaceId, Write};
use futures::future::{BoxFuture, FutureExt, TryFutureExt};
use serde_json::{Map, Value, json};

use crate::API_KEY;
use crate::call::Call;
use crate::desired::Desired;
use crate::live::{KeyScope, Live, LiveApiKey, LiveKeyStatus, Principal};
use crate::reads::Needs;
use crate::remote::{Lists, Remote, RemoteObjects, list, time};

/// The API keys of every scope.
pub(crate) struct ApiKeys;

impl Remote for ApiKeys {
    fn kind(&self) -> &'static Kind {
        &API_KEY
    }

    fn call(&self, write: &Write) -> Call {
        let status = write.body.text("status").map(api::KeyStatus::from);
        let update = api::ApiKeyUpdate { name: write.body.text("name").map(str::to_owned), status };
        let id = api::ApiKeyId::new(write.target().unwrap_or_default());
        Call::new(requests::update(&id, &update), |key| Entry::from(&api_key(&key, None)))
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = |keys: Vec<_>| api_keys(&keys, None).iter().map(Entry::from).collect();
        collect_all(reader.api_keys(ApiKeysQuery::default())).map_ok(entries).boxed()
    }
}

impl RemoteObjects for ApiKeys {
    fn unseen(&self) -> Option<Unseen> {
        Some(Unseen::ApiKeys)
    }

    fn read<'a>(
        &self,
        reader: &'a Reader,
        desired: Option<&'a Desired>,
        _: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        let keys = async move {
            if desired.is_some_and(|desired| !Needs::of(desired).api_keys) {
                return Ok(None);
            }
            let keys = collect_all(reader.api_keys(ApiKeysQuery::default())).await?;
            Ok(Some(Box::new(Keys(keys)) as Box<dyn Lists>))
        };
        keys.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(Keys(list(snapshot, "api_keys")?)))
    }
}

/// The list of API keys.
struct Keys(Vec<api::ApiKey>);

impl Lists for Keys {
    fn add_to(&self, live: &mut Live, credential: Option<&api::Credential>) {
        live.api_keys = Some(api_keys(&self.0, credential));
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        let mut keys: Vec<&api::ApiKey> = self.0.iter().collect();
        keys.sort_by(|a, b| a.id.cmp(&b.id));
        snapshot.insert("api_keys".to_owned(), json!(keys));
    }
}

/// Converts API keys. `credential` is the one in use; a key whose hint matches it is marked.
pub fn api_keys(keys: &[api::ApiKey], credential: Option<&api::Credential>) -> Vec<LiveApiKey> {
    keys.iter().map(|key| api_key(key, credential)).collect()
}

/// Converts one API key.
pub fn api_key(key: &api::ApiKey, credential: Option<&api::Credential>) -> LiveApiKey {
    let hint = key.partial_key_hint.as_deref();
    LiveApiKey {
        id: ApiKeyId::new(key.id.as_str()),
        name: ObjectName::new(key.name.clone()),
        status: LiveKeyStatus::from_text(key.status.as_str()),
        scope: match &key.scope {
            api::KeyScope::Organization => KeyScope::Organization,
            api::KeyScope::Workspace { workspace_id } => {
                KeyScope::Workspace(WorkspaceId::new(workspace_id.as_str()))
            }
            api::KeyScope::Unknown(value) => KeyScope::Unknown(value.to_string()),
        },
        principal: match &key.principal {
            None => Principal::None,
            Some(api::Principal::User { user_id }) => Principal::User(UserId::new(user_id.as_str())),
            Some(api::Principal::ServiceAccount { service_account_id }) => {
                Principal::ServiceAccount(service_account_id.as_str().to_owned())
            }
            Some(api::Principal::Unknown(_)) => Principal::Other,
        },
        created_at: time(&key.created_at),
        expires_at: key.expires_at.as_ref().and_then(time),
        created_by: key.created_by.as_ref().map(|by| UserId::new(by.id.clone())),
        in_use: hint.zip(credential).is_some_and(|(hint, credential)| credential.matches_hint(hint)),
    }
}
