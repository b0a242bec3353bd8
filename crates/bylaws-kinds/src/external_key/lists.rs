//! The list of external keys as it was read, and as a snapshot contains it; and which files have to do with keys.

use std::collections::BTreeSet;

use bylaws_api as api;
use bylaws_engine::text::Text;
use bylaws_engine::{ExternalKeyId, Line};
use serde_json::{Map, Value, json};

use super::kind::{SECTION, line};
use super::provider::{FORMS, Provider};
use super::workspace_key::WorkspaceKey;
use super::{LiveExternalKey, LiveExternalKeys, Place};
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, list, time};

/// Returns whether the files have anything to do with external keys.
pub(crate) fn are_listed(desired: &Desired) -> bool {
    desired.external_keys.is_some() || attaching(desired).next().is_some()
}

/// Returns the line of the first entry, or of the first workspace that names a key.
pub(super) fn are_entries(desired: &Desired) -> Option<Line> {
    let first = desired.external_keys.iter().flatten().map(|(name, _)| line(name)).next();
    first.or_else(|| attaching(desired).next())
}

/// Returns the keys, if the service listed them.
pub(crate) fn read(live: &Live) -> Option<&LiveExternalKeys> {
    live.external_keys.as_ref().filter(|keys| keys.refused.is_none())
}

/// Returns the lines of the workspaces that name a key.
fn attaching(desired: &Desired) -> impl Iterator<Item = Line> {
    desired.open().filter_map(|(label, open)| match open.settings.external_key {
        None | Some(WorkspaceKey::None) => None,
        Some(WorkspaceKey::Named(_) | WorkspaceKey::Id(_)) => Some(Line::Workspace(label.clone())),
    })
}

/// The keys of the organization.
#[derive(Default)]
pub(super) struct ExternalKeyLists {
    pub(super) keys: Vec<api::ExternalKey>,
    /// Why the list was not read.
    pub(super) refused: Option<Text>,
}

impl ExternalKeyLists {
    pub(super) fn refused(reason: Text) -> Self {
        Self { refused: Some(reason), ..Self::default() }
    }

    pub(super) fn parse(snapshot: &Map<String, Value>) -> serde_json::Result<Self> {
        if snapshot.get(SECTION).is_some_and(Value::is_null) {
            return Ok(Self::refused("the snapshot does not contain them".into()));
        }
        let mut keys: Vec<Map<String, Value>> = list(snapshot, SECTION)?;
        for key in &mut keys {
            // The workspaces say which keys are in use, so that a seed need not.
            key.entry("attachment").or_insert_with(|| json!({"type": "unattached"}));
        }
        let keys = keys.into_iter().map(|key| serde_json::from_value(Value::Object(key)));
        Ok(Self { keys: keys.collect::<Result<_, _>>()?, refused: None })
    }
}

impl Lists for ExternalKeyLists {
    fn add_to(&self, live: &mut Live, _: Option<&api::Credential>) {
        let mut keys: Vec<LiveExternalKey> = self.keys.iter().map(self::live).collect();
        keys.sort_by(|a, b| a.id.cmp(&b.id));
        let workspaces = live.workspaces.iter().flat_map(|workspaces| workspaces.all.values());
        let used: BTreeSet<_> = workspaces.filter_map(|one| one.external_key_id.as_ref()).collect();
        for key in &mut keys {
            key.is_attached |= used.contains(&key.id);
        }
        live.external_keys = Some(LiveExternalKeys { keys, refused: self.refused.clone() });
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        let mut keys: Vec<&api::ExternalKey> = self.keys.iter().collect();
        keys.sort_by(|a, b| a.id.cmp(&b.id));
        let list = match self.refused {
            // Not an empty list: a plan with this snapshot says that the keys are not known.
            Some(_) => Value::Null,
            // An organization without keys has the same snapshot as before they existed.
            None if keys.is_empty() => return,
            None => json!(keys),
        };
        snapshot.insert(SECTION.to_owned(), list);
    }
}

/// Returns a key of the service.
pub(super) fn live(key: &api::ExternalKey) -> LiveExternalKey {
    LiveExternalKey {
        id: ExternalKeyId::new(key.id.as_str()),
        display_name: key.display_name.clone(),
        geo: key.geo.clone(),
        place: place(&key.provider_config),
        is_attached: key.is_attached(),
        user_profile_id: key.user_profile_id.clone(),
        created_at: time(&key.created_at),
    }
}

fn place(config: &api::ProviderConfig) -> Place {
    let config = json!(config);
    let known = FORMS.iter().find(|form| config["type"] == form.key);
    let get = |field: &str| config[field].as_str().map(str::to_owned);
    known
        .and_then(|form| Provider::new(form, get))
        .map_or_else(|| Place::Unknown(config.to_string()), Place::Known)
}
