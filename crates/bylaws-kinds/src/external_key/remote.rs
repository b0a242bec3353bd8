//! External keys at the service.

use bylaws_api::{self as api, Error, Reader, collect_all, external_keys};
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Fact, Kind, Write};
use futures::future::{BoxFuture, FutureExt};
use serde_json::{Map, Value};

use super::LiveExternalKey;
use super::lists::{ExternalKeyLists, are_listed, live};
use super::plan::EXTERNAL_KEY;
use crate::call::{Call, Check};
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, Remote, RemoteObjects, refusal};

/// The external keys of the organization.
pub(crate) struct ExternalKeys;

impl Remote for ExternalKeys {
    fn kind(&self) -> &'static Kind {
        &EXTERNAL_KEY
    }

    fn call(&self, write: &Write) -> Call {
        let text = |field| write.body.text(field).map(str::to_owned);
        let place = write.body.record("provider_config").map(|place| {
            let field = |(key, fact): (&String, &Fact)| match fact {
                Fact::Text(text) => Some((key.clone(), Value::from(text.as_str()))),
                _ => None,
            };
            let place = Value::Object(place.iter().filter_map(field).collect());
            serde_json::from_value(place.clone()).unwrap_or(api::ProviderConfig::Unknown(place))
        });
        let (display_name, geo) = (text("display_name"), text("geo"));
        let request = match write.target().map(api::ExternalKeyId::new) {
            Some(id) => {
                let change = api::ExternalKeyUpdate { display_name, geo, provider_config: place };
                external_keys::update(&id, &change)
            }
            None => external_keys::create(&api::ExternalKeyCreate {
                provider_config: place.unwrap_or(api::ProviderConfig::Unknown(Value::Null)),
                display_name,
                geo,
                user_profile_id: None,
            }),
        };
        Call::new(request, |key| entry(&live(&key)))
    }

    fn list<'a>(&self, reader: &'a Reader, _: &'a List) -> BoxFuture<'a, Result<Vec<Entry>, Error>> {
        let entries = async {
            let keys = collect_all(reader.external_keys()).await?;
            Ok(keys.iter().map(|key| entry(&live(key))).collect())
        };
        entries.boxed()
    }
}

/// Returns the check that must succeed before a workspace gets this key. The service tries keys of Claude Platform on AWS,
/// whose id is an ARN, only while it attaches them (`docs/service-behaviour.md#external-keys`).
pub(crate) fn validation(id: &str) -> Option<Check> {
    if id.starts_with("arn:") {
        return None;
    }
    Some(Check::new(external_keys::validate(&api::ExternalKeyId::new(id)), |answer| {
        if answer.status == api::ValidationStatus::Success {
            return Ok(());
        }
        Err(answer.error.unwrap_or_else(|| format!("the validation says {}", answer.status.as_str())))
    }))
}

/// Returns a key as the list shows it.
pub(super) fn entry(key: &LiveExternalKey) -> Entry {
    Entry { id: key.id.to_string(), natural: key.coordinates(), facts: key.facts() }
}

impl RemoteObjects for ExternalKeys {
    fn read<'a>(
        &self,
        reader: &'a Reader,
        desired: Option<&'a Desired>,
        _: &'a Live,
    ) -> BoxFuture<'a, Result<Option<Box<dyn Lists>>, Error>> {
        let lists = async move {
            if desired.is_some_and(|desired| !are_listed(desired)) {
                return Ok(None);
            }
            let lists = match collect_all(reader.external_keys()).await {
                Ok(keys) => ExternalKeyLists { keys, refused: None },
                Err(error) => ExternalKeyLists::refused(refusal(&error).ok_or(error)?),
            };
            Ok(Some(Box::new(lists) as Box<dyn Lists>))
        };
        lists.boxed()
    }

    fn parse(&self, snapshot: &Map<String, Value>) -> Result<Box<dyn Lists>, serde_json::Error> {
        Ok(Box::new(ExternalKeyLists::parse(snapshot)?))
    }
}
