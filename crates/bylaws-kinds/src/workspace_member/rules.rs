//! Rules for lines about workspace members that are redundant, impossible or contradictory.

use bylaws_config::define_rules;

define_rules! {
    NOT_BILLING = "BL0509" Error, in_schema: false;
    TWO_TEAM_ROLES = "BL0513" Warning, in_schema: false;
    IMPLIED_ROLE = "BL0514" Warning, in_schema: false;
    CANNOT_BE_KEPT_OUT = "BL0515" Warning, in_schema: false;
    ROLE_NOT_FOR_BILLING = "BL0516" Warning, in_schema: false;
    UNTIL_BEYOND_PERSON = "BL0517" Warning, in_schema: false;
}
