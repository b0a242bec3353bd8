//! Where a workspace stores its data and where its requests may be processed.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;

open_enum! {
    /// Where data is stored. Fixed when the workspace is created.
    pub enum WorkspaceGeo {
        /// Data is stored in the United States.
        Us = "us",
    }
}

open_enum! {
    /// Where a request may be processed.
    pub enum InferenceGeo {
        /// Requests may be processed anywhere.
        Global = "global",
        /// Only in the United States.
        Us = "us",
    }
}

/// The data residency of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataResidency {
    /// The geos where requests may be processed.
    pub allowed_inference_geos: AllowedInferenceGeos,
    /// The geo for requests that do not specify one; must be allowed.
    pub default_inference_geo: InferenceGeo,
    /// The geo where data is stored.
    pub workspace_geo: WorkspaceGeo,
}

/// Data residency in the body of a create or an update; a field that is `None` is not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DataResidencyWrite {
    /// The geos where requests may be processed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_inference_geos: Option<AllowedInferenceGeos>,
    /// The default geo; must be allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_inference_geo: Option<InferenceGeo>,
    /// The geo where data is stored. Only for a create: an update with it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_geo: Option<WorkspaceGeo>,
}

/// `"unrestricted"`, or a list whose order is irrelevant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllowedInferenceGeos {
    /// Every geo is allowed.
    Unrestricted,
    /// These geos, in the order received.
    #[serde(untagged)]
    List(Vec<InferenceGeo>),
    /// Any other text than `unrestricted`.
    #[serde(untagged)]
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_of_the_allowed_geos_round_trip() {
        for (value, read) in [
            (json!("unrestricted"), AllowedInferenceGeos::Unrestricted),
            (json!("eu_only"), AllowedInferenceGeos::Unknown("eu_only".to_owned())),
            (
                json!(["us", "eu"]),
                AllowedInferenceGeos::List(vec![InferenceGeo::Us, InferenceGeo::Unknown("eu".to_owned())]),
            ),
            (json!([]), AllowedInferenceGeos::List(Vec::new())),
        ] {
            let got: AllowedInferenceGeos = serde_json::from_value(value.clone()).expect("reads");
            assert_eq!(got, read);
            assert_eq!(serde_json::to_value(&got).expect("writes"), value);
        }
        assert!(serde_json::from_value::<AllowedInferenceGeos>(json!(7)).is_err());
    }
}
