//! Rules for the organization, the teams, and names in general.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_KIND = "BL0401" Error, in_schema: true;
    NOT_FOR_ENTERPRISE = "BL0402" Error, in_schema: true;
    UNKNOWN_TEAM = "BL0410" Error, in_schema: false;
    EMPTY_TEAM = "BL0413" Warning, in_schema: false;
    UNUSED_TEAM = "BL0414" Warning, in_schema: false;
    LOOK_ALIKE_NAMES = "BL0523" Warning, in_schema: false;
}
