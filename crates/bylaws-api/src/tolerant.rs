//! Deserializes fields that one version of the API omits and another sends as `null`.

use serde::{Deserialize, Deserializer};

/// Reads `null` as the default; together with `#[serde(default)]` also a missing field.
pub(crate) fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
