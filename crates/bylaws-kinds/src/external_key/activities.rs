//! What the Activity Feed says about external keys. That a key was attached is a change of the workspace.

use crate::attribution::trail::Effect::{Added, Changed, Removed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Trail};

const KEY: &[&str] = &["external_key_id"];

pub(super) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("org_external_key_created", Added, KEY, Unknown),
        Row::new("org_external_key_updated", Changed, KEY, Updates(&[])),
        Row::new("org_external_key_deleted", Removed, KEY, Unknown),
    ],
    silent: &[],
};
