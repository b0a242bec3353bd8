//! Rules for rate limits.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_LIMITER = "BL0524" Error, in_schema: true;
    BAD_LIMIT = "BL0525" Error, in_schema: true;
}
