//! What the Activity Feed says about API keys.

use crate::attribution::trail::Effect::{Added, Changed};
use crate::attribution::trail::Values::{Unknown, Updates};
use crate::attribution::trail::{Row, Trail};

const KEY: &[&str] = &["api_key_id"];

pub(super) static TRAIL: Trail = Trail {
    rows: &[
        Row::new("platform_api_key_created", Added, KEY, Unknown),
        Row::new("platform_api_key_updated", Changed, KEY, Updates(&[])),
        Row::new("api_key_created", Added, KEY, Unknown),
    ],
    silent: &[],
};
