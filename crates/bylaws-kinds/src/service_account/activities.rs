//! What the Activity Feed says about service accounts.

use crate::attribution::trail::Effect::{Added, Changed, Removed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Trail};

const ACCOUNT: &[&str] = &["service_account_id"];

pub(super) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_service_account_created", Added, ACCOUNT, Unknown),
        Row::new("platform_service_account_updated", Changed, ACCOUNT, Updates(&[])),
        Row::new("platform_service_account_archived", Removed, ACCOUNT, Unknown),
    ],
    silent: &[],
};
