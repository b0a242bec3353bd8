//! Rules for API keys.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_STATUS = "BL0510" Error, in_schema: true;
    HIDDEN_IN_KEY_NAME = "BL0511" Warning, in_schema: false;
    DUPLICATE_KEY_NAME = "BL0527" Warning, in_schema: false;
}
