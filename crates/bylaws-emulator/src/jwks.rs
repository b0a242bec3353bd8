//! Where the keys of a federation issuer come from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::https_url;
use crate::object::{Object, Problem, items, required};

/// Where the keys come from. A seed needs `type`, and `url` or `keys` if the type has them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Jwks {
    /// The discovery document below the issuer's URL, or below another address.
    Discovery {
        /// The other address, or null for the issuer's.
        discovery_base: Option<String>,
        /// Certificates to trust, or null for the public ones.
        ca_cert_pem: Option<String>,
    },
    /// A fixed address.
    ExplicitUrl {
        /// The address of the keys.
        url: String,
        /// Certificates to trust, or null for the public ones.
        ca_cert_pem: Option<String>,
    },
    /// Keys that do not change.
    Inline {
        /// The keys.
        keys: Vec<Map<String, Value>>,
    },
    /// A type that the emulator does not know, kept and returned.
    #[serde(untagged)]
    Other(BTreeMap<String, Value>),
}

impl Default for Jwks {
    fn default() -> Self {
        Self::Discovery { discovery_base: None, ca_cert_pem: None }
    }
}

impl Jwks {
    /// Reads the source of a seed.
    pub(crate) fn from_seed(object: Object) -> Result<Self, Problem> {
        let fields = object.into_fields();
        let kind = fields.get("type").and_then(Value::as_str).ok_or_else(|| required("type"))?;
        if matches!(kind, "discovery" | "explicit_url" | "inline") {
            return Self::read(Object::new(Value::Object(fields))?);
        }
        Ok(Self::Other(fields.into_iter().collect()))
    }

    /// Reads the source of a request.
    pub(crate) fn read(mut object: Object) -> Result<Self, Problem> {
        let kind = object.text("type")?;
        let jwks = match kind.as_str() {
            "discovery" => Self::Discovery {
                discovery_base: object.nullable_text("discovery_base")?,
                ca_cert_pem: object.nullable_text("ca_cert_pem")?,
            },
            "explicit_url" => Self::ExplicitUrl {
                url: object.text("url")?,
                ca_cert_pem: object.nullable_text("ca_cert_pem")?,
            },
            "inline" => {
                let keys = object.nullable_list("keys")?.ok_or_else(|| required("keys"))?;
                Self::Inline { keys: items("keys", keys, |key| Ok(key.into_fields()))? }
            }
            _ => return Err(Problem::new("type", "must be one of discovery, explicit_url, inline")),
        };
        object.finish().map(|()| jwks)
    }

    /// Refuses addresses that the service could not fetch. That of the issuer is fetched only if nothing else is.
    pub(crate) fn check(&self, issuer_url: &str) -> Result<(), Problem> {
        https_url::check("issuer_url", issuer_url)?;
        match self {
            Self::Discovery { discovery_base: Some(base), .. } => {
                https_url::check_public("jwks.discovery_base", base)
            }
            Self::Discovery { .. } => https_url::check_public("issuer_url", issuer_url),
            Self::ExplicitUrl { url, .. } => https_url::check_public("jwks.url", url),
            Self::Inline { .. } | Self::Other(_) => Ok(()),
        }
    }

    /// Returns whether the service fetches the keys.
    pub(crate) fn is_polled(&self) -> bool {
        matches!(self, Self::Discovery { .. } | Self::ExplicitUrl { .. })
    }
}
