//! What the Activity Feed says about workspace memberships.

use crate::attribution::trail::Effect::{Added, Changed, Removed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Trail};

const USER: &[&str] = &["user_id"];

pub(crate) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_workspace_member_added", Added, USER, Unknown),
        Row::new("platform_workspace_member_updated", Changed, USER, Updates(&[])),
        Row::new("platform_workspace_member_removed", Removed, USER, Unknown),
        // Who comes back after this has another id, and none of the memberships.
        Row::new("org_user_deleted", Removed, &["deleted_user_id", "deleted_user_email"], Unknown),
    ],
    silent: &[],
};
