//! Rules for service accounts.

use bylaws_config::define_rules;

define_rules! {
    BAD_ACCOUNT_NAME = "BL0534" Error, in_schema: true;
}
