//! Rules for workspaces and their settings.

use bylaws_config::define_rules;

define_rules! {
    UNKNOWN_STATE = "BL0501" Error, in_schema: true;
    NAME_WITHOUT_ID = "BL0502" Error, in_schema: true;
    ARCHIVED_WITH_SETTINGS = "BL0503" Warning, in_schema: false;
    NOT_FOR_THIS_WORKSPACE = "BL0504" Error, in_schema: true;
    BAD_COLOR = "BL0505" Error, in_schema: true;
    RESERVED_TAG = "BL0506" Error, in_schema: true;
    UNKNOWN_GEO = "BL0507" Error, in_schema: true;
    DEFAULT_GEO_NOT_ALLOWED = "BL0508" Error, in_schema: true;
    LONG_NAME = "BL0512" Warning, in_schema: false;
    DUPLICATE_WORKSPACE_NAME = "BL0518" Warning, in_schema: false;
    LOOK_ALIKE_WORKSPACES = "BL0519" Warning, in_schema: false;
    HIDDEN_IN_TAG = "BL0520" Warning, in_schema: false;
}
