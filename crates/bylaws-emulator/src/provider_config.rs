//! Where an external key is: a key of a cloud provider.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::https_url;
use crate::object::{Object, Problem, required};

/// Where a key is. A seed needs `type`, and what the type requires.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProviderConfig {
    /// A key of AWS.
    Aws {
        /// The ARN of the key.
        kms_arn: String,
        /// The region, or null for that of the ARN.
        region: Option<String>,
    },
    /// A key of Google Cloud; it cannot be replaced by another one.
    Gcp {
        /// The name of the key.
        key_name: String,
    },
    /// A key of Azure.
    Azure {
        /// The tenant.
        tenant_id: String,
        /// The address of the vault.
        vault_uri: String,
        /// The name of the key.
        key_name: String,
        /// The application, or null.
        client_id: Option<String>,
    },
    /// A provider that the emulator does not know, kept and returned.
    #[serde(untagged)]
    Other(BTreeMap<String, Value>),
}

impl ProviderConfig {
    /// Reads the place of a seed.
    pub(crate) fn from_seed(object: Object) -> Result<Self, Problem> {
        let fields = object.into_fields();
        let kind = fields.get("type").and_then(Value::as_str).ok_or_else(|| required("type"))?;
        if matches!(kind, "aws" | "gcp" | "azure") {
            return Self::read(Object::new(Value::Object(fields))?);
        }
        Ok(Self::Other(fields.into_iter().collect()))
    }

    /// Reads the place of a request.
    pub(crate) fn read(mut object: Object) -> Result<Self, Problem> {
        let kind = object.text("type")?;
        let mut text = |field: &str| match object.text(field)? {
            text if text.is_empty() => Err(Problem::new(field, "is empty")),
            text => Ok(text),
        };
        let config = match kind.as_str() {
            "aws" => {
                let kms_arn = text("kms_arn")?;
                // Deprecated and ignored.
                object.nullable_text("role_arn")?;
                Self::Aws { kms_arn, region: object.nullable_text("region")? }
            }
            "gcp" => Self::Gcp { key_name: text("key_name")? },
            "azure" => Self::Azure {
                tenant_id: text("tenant_id")?,
                vault_uri: text("vault_uri")?,
                key_name: text("key_name")?,
                client_id: object.nullable_text("client_id")?,
            },
            _ => return Err(Problem::new("type", "must be one of aws, azure, gcp")),
        };
        if let Self::Azure { vault_uri, .. } = &config {
            https_url::check("vault_uri", vault_uri)?;
        }
        object.finish().map(|()| config)
    }

    /// Returns the whole place as one text.
    pub(crate) fn coordinates(&self) -> String {
        json!(self).to_string()
    }

    /// Returns whether the provider answers.
    pub(crate) fn is_reachable(&self) -> bool {
        !self.coordinates().contains("unreachable")
    }

    /// Returns whether the key can never be replaced by another one.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(self, Self::Gcp { .. })
    }
}
