//! Where a workspace stores its data and where its inference may run
//! (`docs/service-behaviour.md#workspaces`). A list of allowed geos must contain the default one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::object::{Object, Problem, expected, texts};

/// The data residency of one workspace as the service returns it. In a seed every field is optional.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DataResidency {
    /// The word `unrestricted`, or a list of geos.
    pub allowed_inference_geos: AllowedGeos,
    /// Where inference runs for requests that do not specify a geo.
    pub default_inference_geo: String,
    /// Where data is stored; fixed at creation.
    pub workspace_geo: String,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// A union of string and list, as in the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum AllowedGeos {
    /// Currently only `unrestricted`.
    Word(String),
    /// Geos such as `us`.
    List(Vec<String>),
}

const GEOS: [&str; 2] = ["global", "us"];
const ALLOWED: &str = "allowed_inference_geos";
const DEFAULT: &str = "default_inference_geo";

impl Default for DataResidency {
    fn default() -> Self {
        Self {
            allowed_inference_geos: AllowedGeos::Word("unrestricted".to_owned()),
            default_inference_geo: "global".to_owned(),
            workspace_geo: "us".to_owned(),
            extra: BTreeMap::new(),
        }
    }
}

impl DataResidency {
    pub(crate) fn from_seed(mut object: Object) -> Result<Self, Problem> {
        let default = Self::default();
        Ok(Self {
            allowed_inference_geos: read_allowed(&mut object)?.unwrap_or(default.allowed_inference_geos),
            default_inference_geo: object.nullable_text(DEFAULT)?.unwrap_or(default.default_inference_geo),
            workspace_geo: object.nullable_text("workspace_geo")?.unwrap_or(default.workspace_geo),
            extra: object.rest(),
        })
    }

    /// Returns what a create request asks for; missing and null fields get the defaults.
    pub(crate) fn create(mut wanted: Object) -> Result<Self, Problem> {
        match wanted.nullable_text("workspace_geo")?.as_deref() {
            None | Some("us") => Self::default().updated(wanted),
            Some(_) => Err(Problem::new("workspace_geo", "must be us.")),
        }
    }

    /// Returns the data residency after an update request; `workspace_geo` cannot be changed.
    pub(crate) fn updated(&self, mut wanted: Object) -> Result<Self, Problem> {
        let mut next = self.clone();
        if let Some(allowed) = read_allowed(&mut wanted)? {
            match &allowed {
                AllowedGeos::List(geos) => geos.iter().try_for_each(|geo| check_geo(ALLOWED, geo))?,
                AllowedGeos::Word(word) if word == "unrestricted" => {}
                AllowedGeos::Word(_) => {
                    return Err(Problem::new(ALLOWED, "must be \"unrestricted\" or a list."));
                }
            }
            next.allowed_inference_geos = allowed;
        }
        if let Some(default) = wanted.nullable_text(DEFAULT)? {
            check_geo(DEFAULT, &default)?;
            next.default_inference_geo = default;
        }
        wanted.finish()?;
        match &next.allowed_inference_geos {
            AllowedGeos::List(geos) if !geos.contains(&next.default_inference_geo) => {
                Err(Problem::new(ALLOWED, "must hold default_inference_geo."))
            }
            _ => Ok(next),
        }
    }
}

fn read_allowed(object: &mut Object) -> Result<Option<AllowedGeos>, Problem> {
    match object.take(ALLOWED) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(word)) => Ok(Some(AllowedGeos::Word(word))),
        Some(Value::Array(items)) => Ok(Some(AllowedGeos::List(texts(ALLOWED, items)?))),
        Some(other) => Err(expected(ALLOWED, "\"unrestricted\" or a list", &other)),
    }
}

fn check_geo(field: &str, geo: &str) -> Result<(), Problem> {
    if GEOS.contains(&geo) {
        Ok(())
    } else {
        Err(Problem::new(field, format!("must be one of {}.", GEOS.join(", "))))
    }
}
