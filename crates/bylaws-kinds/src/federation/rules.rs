//! Rules for federation.

use bylaws_config::define_rules;

define_rules! {
    BAD_FEDERATION_NAME = "BL0542" Error, in_schema: false;
    BAD_ISSUER_URL = "BL0543" Error, in_schema: false;
    BAD_LIFETIME = "BL0544" Error, in_schema: false;
    BAD_JWKS = "BL0545" Error, in_schema: false;
    MATCH_ACCEPTS_ALL = "BL0546" Error, in_schema: false;
    TENANT_NOT_PINNED = "BL0547" Error, in_schema: false;
    UNKNOWN_REFERENCE = "BL0548" Error, in_schema: false;
    UNKNOWN_SCOPE = "BL0549" Error, in_schema: true;
    BROAD_SUBJECT = "BL0550" Warning, in_schema: false;
    NO_AUDIENCE = "BL0551" Warning, in_schema: false;
    TENANT_PINNED_BY_NAME = "BL0552" Warning, in_schema: false;
    LONG_LIFETIME = "BL0553" Warning, in_schema: false;
    JTI_NOT_CHECKED = "BL0554" Warning, in_schema: false;
    RULE_WITHOUT_MEMBERSHIP = "BL0555" Warning, in_schema: false;
    NOT_USED_BY_A_RULE = "BL0556" Warning, in_schema: false;
    NOT_A_BOOLEAN = "BL0557" Error, in_schema: true;
    SCOPE_BEYOND_MEMBERSHIP = "BL0558" Warning, in_schema: false;
}
