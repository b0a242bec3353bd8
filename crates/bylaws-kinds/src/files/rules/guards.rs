//! Rules for the `unlisted` and `guards` sections.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_POLICY = "BL0601" Error, in_schema: true;
    BAD_SHARE = "BL0602" Error, in_schema: true;
    BAD_DOMAIN = "BL0603" Error, in_schema: true;
    REQUIRED_ADMIN = "BL0604" Error, in_schema: false;
    BAD_CHANGE = "BL0605" Error, in_schema: true;
    BAD_ADDRESS = "BL0606" Error, in_schema: true;
    APPROVAL_FOR_NOTHING = "BL0607" Warning, in_schema: false;
    POLICY_WITHOUT_EFFECT = "BL0608" Warning, in_schema: false;
    PROTECTS_NOTHING = "BL0609" Warning, in_schema: false;
}
