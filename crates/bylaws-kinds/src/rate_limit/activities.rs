//! What the Activity Feed says about rate limits of workspaces.

use super::INHERIT;
use crate::attribution::trail::Effect::Changed;
use crate::attribution::trail::Values::{Named, NamedIs};
use crate::attribution::trail::{Row, Trail};

const GROUP: &[&str] = &["model_group"];
const LIMITER: &str = "limiter_type";

pub(super) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_workspace_rate_limit_updated", Changed, GROUP, Named(LIMITER, "value")),
        Row::new("platform_workspace_rate_limit_deleted", Changed, GROUP, NamedIs(LIMITER, INHERIT)),
    ],
    silent: &[],
};
