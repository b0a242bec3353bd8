//! Rules for spend limits.

use bylaws_config::define_rules;

define_rules! {
    BAD_SPEND_LIMIT = "BL0526" Error, in_schema: true;
}
