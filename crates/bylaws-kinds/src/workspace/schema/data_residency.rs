//! `data_residency:` under a workspace: the regions of stored data and of inference.

use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::files::schema::keys::keys;

keys! {
    /// Regions of stored data and of inference. Bylaws does not manage a field that is left out.
    #[schemars(
        title = "Data residency",
        extend("allOf" = [lists_its_default("us"), lists_its_default("global")])
    )]
    pub(in crate::workspace) struct DataResidency {
        /// Region of stored data. Fixed when the workspace is created.
        #[schemars(extend("examples" = ["us"]))]
        workspace_geo: Option<WorkspaceGeo>,
        /// Allowed inference regions: `unrestricted`, or a list of regions.
        #[schemars(extend("examples" = ["unrestricted", ["us"]]))]
        allowed_inference_geos: Option<AllowedGeos>,
        /// Inference region of requests that do not name one. Must be an allowed region.
        #[schemars(extend("examples" = ["us"]))]
        default_inference_geo: Option<Geo>,
    }
}

/// A region of stored data.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Region of a workspace")]
enum WorkspaceGeo {
    /// The United States.
    Us,
}

/// An inference region.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Region for inference")]
enum Geo {
    /// The United States.
    Us,
    /// Any region.
    Global,
}

/// `unrestricted`, or a list of regions.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Regions for inference")]
enum AllowedGeos {
    All(Unrestricted),
    Only(SomeGeos),
}

/// Every region.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Regions for inference")]
enum Unrestricted {
    /// Every region.
    Unrestricted,
}

/// Only these regions, in any order.
#[derive(JsonSchema)]
#[schemars(title = "Regions for inference", extend("minItems" = 1, "uniqueItems" = true))]
struct SomeGeos(Vec<Geo>);

/// Returns a schema that requires this default region to be in the list, if there is one.
fn lists_its_default(geo: &str) -> Value {
    json!({
        "if": {
            "required": ["allowed_inference_geos", "default_inference_geo"],
            "properties": {
                "allowed_inference_geos": {"type": "array", "minItems": 1},
                "default_inference_geo": {"type": "string", "pattern": format!("^{geo}$")}
            }
        },
        "then": {"properties": {"allowed_inference_geos": {
            "contains": {"const": geo},
            "errorMessage": "The default region must be in this list."
        }}}
    })
}
