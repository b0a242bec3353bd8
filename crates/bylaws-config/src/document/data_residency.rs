//! `data_residency:` under a workspace: where data rests and inference happens.

use schemars::JsonSchema;
use serde_json::{Value, json};

/// Where data rests and inference happens. A field left out is not managed.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "Data residency",
    extend("allOf" = [lists_its_default("us"), lists_its_default("global")])
)]
pub(super) struct DataResidency {
    /// Where data rests. Fixed when the workspace is made.
    #[schemars(extend("examples" = ["us"]))]
    workspace_geo: Option<WorkspaceGeo>,
    /// Where inference may happen: `unrestricted`, or a list of regions.
    #[schemars(extend("examples" = ["unrestricted", ["us"]]))]
    allowed_inference_geos: Option<AllowedGeos>,
    /// Where inference happens when a request does not say. Must be among the allowed ones.
    #[schemars(extend("examples" = ["us"]))]
    default_inference_geo: Option<Geo>,
}

/// A region in which data rests.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Region of a workspace")]
enum WorkspaceGeo {
    /// The United States.
    Us,
}

/// A region in which inference happens.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Region for inference")]
enum Geo {
    /// The United States.
    Us,
    /// Anywhere.
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

/// These regions and no others; their order means nothing.
#[derive(JsonSchema)]
#[schemars(title = "Regions for inference", extend("minItems" = 1, "uniqueItems" = true))]
struct SomeGeos(Vec<Geo>);

/// Whoever has this default and a list has the default in the list.
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
