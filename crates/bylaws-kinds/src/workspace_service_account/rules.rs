//! Rules for workspace memberships of service accounts.

use bylaws_config::define_rules;

define_rules! {
    ACCOUNT_NOT_LISTED = "BL0535" Error, in_schema: false;
    ARCHIVED_ACCOUNT = "BL0536" Error, in_schema: false;
    ACCOUNT_IN_DEFAULT = "BL0537" Error, in_schema: true;
}
