//! The rules that hold for every file, whatever it is about. Codes are grouped by hundreds.
//! The rules of the sections are with their kinds in `bylaws-kinds`.

use crate::define_rules;

define_rules! {
    // A file before it is parsed: readable, within the size limits, plain text.
    UNREADABLE = "BL0101" Error, in_schema: false;
    LINK = "BL0102" Error, in_schema: false;
    TOO_LARGE = "BL0103" Error, in_schema: false;
    NOT_UTF8 = "BL0104" Error, in_schema: false;
    EMPTY_FILE = "BL0105" Error, in_schema: true;
    CONTROL_CHARACTER = "BL0106" Error, in_schema: false;
    MERGE_CONFLICT = "BL0107" Error, in_schema: false;
    LIVE_KEY = "BL0108" Error, in_schema: false;
    TOO_MANY_PROBLEMS = "BL0109" Error, in_schema: false;
    TOO_MANY_WARNINGS = "BL0110" Warning, in_schema: false;
    ALMOST_READ = "BL0111" Warning, in_schema: false;
    DIRECTION_MARK = "BL0112" Error, in_schema: false;
    HIDDEN_IN_TEXT = "BL0113" Warning, in_schema: false;
    NAMED_FILE = "BL0114" Error, in_schema: false;

    // Invalid YAML, and valid YAML that the files must not use.
    SYNTAX = "BL0201" Error, in_schema: false;
    TAB = "BL0202" Error, in_schema: false;
    MANY_DOCUMENTS = "BL0203" Error, in_schema: false;
    TAG = "BL0204" Error, in_schema: false;
    ALIAS = "BL0205" Error, in_schema: false;
    MERGE_KEY = "BL0206" Error, in_schema: false;
    DUPLICATE_KEY = "BL0207" Error, in_schema: false;
    KEY_NOT_TEXT = "BL0208" Error, in_schema: false;

    // Keys and the form of values.
    UNKNOWN_KEY = "BL0301" Error, in_schema: true;
    MISSING_KEY = "BL0302" Error, in_schema: true;
    NO_VALUE = "BL0303" Error, in_schema: true;
    NOT_A_MAP = "BL0304" Error, in_schema: true;
    NOT_A_LIST = "BL0305" Error, in_schema: true;
    NOT_TEXT = "BL0306" Error, in_schema: true;
    EMPTY_LIST = "BL0307" Error, in_schema: true;
    DUPLICATE_ITEM = "BL0308" Error, in_schema: true;
    BAD_NUMBER = "BL0309" Error, in_schema: true;
    BAD_DATE = "BL0310" Error, in_schema: true;
    BAD_ID = "BL0311" Error, in_schema: true;
    DUPLICATE_ID = "BL0312" Error, in_schema: false;
    HIDDEN_CHARACTER = "BL0313" Error, in_schema: true;
    NAME_TOO_LONG = "BL0314" Error, in_schema: false;
    FORMAT_VERSION = "BL0315" Error, in_schema: true;
    DATE_LONG_PAST = "BL0316" Warning, in_schema: false;
    DATE_FAR_AHEAD = "BL0317" Warning, in_schema: false;
    CONTROLLER_VALUE = "BL0318" Error, in_schema: false;

    // Comments that suppress a warning.
    ALLOW_MALFORMED = "BL0701" Error, in_schema: false;
    ALLOW_ERROR = "BL0702" Error, in_schema: false;
    ALLOW_UNUSED = "BL0703" Warning, in_schema: false;
}
