//! Rules for external keys.

use bylaws_config::define_rules;

define_rules! {
    NOT_ONE_PROVIDER = "BL0528" Error, in_schema: true;
    BAD_KEY_LOCATION = "BL0529" Error, in_schema: true;
    UNKNOWN_EXTERNAL_KEY = "BL0530" Error, in_schema: false;
    DUPLICATE_EXTERNAL_KEY = "BL0531" Error, in_schema: false;
    BAD_EXTERNAL_KEY_NAME = "BL0532" Error, in_schema: true;
    MULTI_REGION_KEY = "BL0533" Warning, in_schema: false;
}
