//! What the Activity Feed says about spend limits. Only some types name the limit, so that of a workspace is found by the
//! workspace, and that of the organization by the organization.

use crate::attribution::trail::Effect::Changed;
use crate::attribution::trail::Values::Unknown;
use crate::attribution::trail::{Row, Trail};

const ORGANIZATION: &[&str] = &["organization_uuid"];
const WORKSPACE: &[&str] = &["workspace_id"];

pub(super) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_spend_limit_created", Changed, ORGANIZATION, Unknown),
        Row::new("platform_spend_limit_updated", Changed, ORGANIZATION, Unknown),
        Row::new("platform_spend_limit_deleted", Changed, ORGANIZATION, Unknown),
        Row::new("workspace_spend_limit_created", Changed, WORKSPACE, Unknown),
        Row::new("workspace_spend_limit_deleted", Changed, WORKSPACE, Unknown),
    ],
    silent: &[],
};
