//! What the Activity Feed says about workspace memberships of service accounts.

use crate::attribution::trail::Effect::{Added, Changed, Removed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Trail};

const ACCOUNT: &[&str] = &["service_account_id"];

pub(super) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_service_account_workspace_member_added", Added, ACCOUNT, Unknown),
        Row::new("platform_service_account_workspace_member_updated", Changed, ACCOUNT, Updates(&[])),
        Row::new("platform_service_account_workspace_member_removed", Removed, ACCOUNT, Unknown),
    ],
    silent: &[],
};
