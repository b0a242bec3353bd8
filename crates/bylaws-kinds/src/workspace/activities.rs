//! What the Activity Feed says about workspaces.

use crate::attribution::trail::Effect::{Added, Changed, Removed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Silent, Trail};

const WORKSPACE: &[&str] = &["workspace_id"];

pub(crate) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_workspace_created", Added, WORKSPACE, Unknown),
        Row::new(
            "platform_workspace_updated",
            Changed,
            WORKSPACE,
            Updates(&[("external_key_id", "external_key_config_id")]),
        ),
        Row::new("platform_workspace_archived", Removed, WORKSPACE, Unknown),
    ],
    silent: &[Silent { field: "tags", always: true, why: "the service does not record changes of tags" }],
};
