//! External keys: keys of a cloud provider with which workspaces encrypt their data. A key that is attached to a workspace
//! stays there.

mod activities;
pub(crate) mod adopt;
pub(crate) mod attach;
pub(crate) mod kind;
pub(crate) mod lists;
pub(crate) mod matching;
pub(crate) mod objects;
pub(crate) mod plan;
mod provider;
pub(crate) mod remote;
pub(crate) mod rules;
mod schema;
mod syntax;
#[cfg(test)]
mod tests;
pub(crate) mod workspace_key;

use std::collections::BTreeMap;

use bylaws_engine::text::Text;
use bylaws_engine::{ExternalKeyId, Fact, Facts, ObjectName};
use jiff::Timestamp;

pub(crate) use attach::{WORKSPACE_FIELD, class};
use provider::Provider;
pub(crate) use schema::WorkspaceKeyForm;
pub(crate) use workspace_key::WorkspaceKey;

/// The entries of the section `external_keys`, by name.
pub(crate) type ExternalKeys = BTreeMap<ObjectName, ExternalKey>;

/// One entry under `external_keys:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalKey {
    /// Where the key is; not managed if it is `None`, which requires an id.
    pub provider: Option<Provider>,
    /// The region of the data; not managed if it is `None`.
    pub geo: Option<String>,
    /// Identifies the key even if it gets another place; the name in the files is then only a local name.
    pub id: Option<ExternalKeyId>,
    /// The wanted name. Only used together with `id`.
    pub name: Option<String>,
}

/// The external keys of the organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveExternalKeys {
    /// The keys, sorted by id.
    pub keys: Vec<LiveExternalKey>,
    /// Why the list was not read.
    pub refused: Option<Text>,
}

/// A live key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveExternalKey {
    /// The id, `ekey_…`, or an ARN.
    pub id: ExternalKeyId,
    /// The name, if it has one; not unique.
    pub display_name: Option<String>,
    /// The region of the data.
    pub geo: String,
    /// Where the key is.
    pub place: Place,
    /// Whether a workspace uses it, perhaps an archived one. It cannot be changed then.
    pub is_attached: bool,
    /// The user profile that a workspace with this key must have.
    pub user_profile_id: Option<String>,
    /// The time it was created.
    pub created_at: Option<Timestamp>,
}

/// Where a live key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a provider that this version knows.
    Known(Provider),
    /// Somewhere else: what the service says, as text. It is never rewritten.
    Unknown(String),
}

impl LiveExternalKey {
    /// Returns the name of the key, or its id if it has none.
    pub fn called(&self) -> &str {
        self.display_name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(self.id.as_str())
    }

    /// Returns the provider, if this version knows it.
    fn provider(&self) -> Option<&Provider> {
        match &self.place {
            Place::Known(provider) => Some(provider),
            Place::Unknown(_) => None,
        }
    }

    /// Returns the key as plans compare it.
    fn facts(&self) -> Facts {
        let place = match &self.place {
            Place::Known(provider) => provider.live_fact(),
            Place::Unknown(text) => Fact::Text(text.clone()),
        };
        let mut facts = Facts::one("geo", self.geo.as_str());
        facts.set("display_name", self.display_name.clone().map_or(Fact::Null, Fact::Text));
        facts.set("provider_config", place);
        facts
    }

    /// Returns the text by which a key is found again after it was created.
    pub fn coordinates(&self) -> String {
        match &self.place {
            Place::Known(provider) => provider.coordinates(),
            Place::Unknown(text) => text.clone(),
        }
    }
}

impl LiveExternalKeys {
    /// Returns the key with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&LiveExternalKey> {
        self.keys.iter().find(|key| key.id.as_str() == id)
    }
}
