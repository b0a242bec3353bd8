//! The fields of a workspace that can be compared.

use std::collections::BTreeMap;

use bylaws_engine::{Fact, Facts};

use crate::desired::AllowedGeos;
use crate::external_key::WORKSPACE_FIELD;
use crate::live::LiveWorkspace;

/// The prefix of `tags` keys that belong to the service and are never changed.
const RESERVED_TAGS: &str = "anthropic";

/// Returns all fields of a live workspace that can be compared.
pub fn of_live(workspace: &LiveWorkspace) -> Facts {
    let text = |text: &str| Fact::Text(text.to_owned());
    let LiveWorkspace {
        id: _,
        name,
        archived,
        created_at: _,
        display_color,
        tags,
        workspace_geo,
        allowed_inference_geos,
        default_inference_geo,
        external_key_id,
        user_profile_id: _,
    } = workspace;
    let key = external_key_id.as_ref().map_or(Fact::Null, |id| text(id.as_str()));
    let residency = BTreeMap::from([
        ("workspace_geo".to_owned(), text(workspace_geo)),
        ("allowed_inference_geos".to_owned(), geos(allowed_inference_geos)),
        ("default_inference_geo".to_owned(), text(default_inference_geo)),
    ]);
    Facts(BTreeMap::from([
        ("name", text(name)),
        ("state", text(if *archived { "archived" } else { "open" })),
        ("display_color", color(display_color)),
        ("tags", self::tags(tags)),
        ("data_residency", Fact::Record(residency)),
        (WORKSPACE_FIELD, key),
    ]))
}

/// Returns a color in upper case, because the service compares colors without case.
pub(crate) fn color(color: &str) -> Fact {
    Fact::Text(color.to_uppercase())
}

/// Returns `unrestricted` or a set.
pub(crate) fn geos(geos: &AllowedGeos) -> Fact {
    match geos {
        AllowedGeos::Unrestricted => Fact::Text("unrestricted".to_owned()),
        AllowedGeos::Only(geos) => Fact::Set(geos.clone()),
    }
}

/// Returns the tags without those of the service.
pub(crate) fn tags(tags: &BTreeMap<String, String>) -> Fact {
    let own = tags.iter().filter(|(key, _)| !key.starts_with(RESERVED_TAGS));
    Fact::Record(own.map(|(key, value)| (key.clone(), Fact::Text(value.clone()))).collect())
}
