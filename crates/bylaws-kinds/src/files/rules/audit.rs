//! Rules for the `audit` section.

use bylaws_config::define_rules;

define_rules! {
    BAD_AMOUNT = "BL0801" Error, in_schema: true;
    UNKNOWN_FINDING = "BL0802" Error, in_schema: true;
    UNKNOWN_KEY_EXPIRY = "BL0803" Error, in_schema: true;
    LIMIT_FOR_NOTHING = "BL0804" Warning, in_schema: false;
}
