//! Rules for the members of the organization.

use bylaws_config::define_rules;

define_rules! {
    EMPTY_MEMBERS = "BL0403" Error, in_schema: true;
    BAD_EMAIL = "BL0404" Error, in_schema: true;
    DUPLICATE_PERSON = "BL0405" Error, in_schema: false;
    UNKNOWN_ROLE = "BL0406" Error, in_schema: true;
    UNTIL_ON_HELD_ROLE = "BL0407" Error, in_schema: true;
    DOMAIN_NOT_ALLOWED = "BL0408" Error, in_schema: false;
    NOT_A_MEMBER = "BL0409" Error, in_schema: false;
    UNTIL_WITHOUT_EFFECT = "BL0411" Warning, in_schema: false;
    LOOK_ALIKE_PEOPLE = "BL0412" Warning, in_schema: false;
    LOOK_ALIKE_LETTER = "BL0417" Warning, in_schema: false;
}
