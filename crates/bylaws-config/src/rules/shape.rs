//! Keys and values: which there are, and what they look like.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_KEY {
        code: "BL0301",
        name: "unknown-key",
        severity: Severity::Error,
        summary: "A key is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    MISSING_KEY {
        code: "BL0302",
        name: "missing-key",
        severity: Severity::Error,
        summary: "A key that must be there is missing",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NO_VALUE {
        code: "BL0303",
        name: "no-value",
        severity: Severity::Error,
        summary: "A key has no value",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_A_MAP {
        code: "BL0304",
        name: "not-a-map",
        severity: Severity::Error,
        summary: "A value must be a map",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_A_LIST {
        code: "BL0305",
        name: "not-a-list",
        severity: Severity::Error,
        summary: "A value must be a list",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_TEXT {
        code: "BL0306",
        name: "not-text",
        severity: Severity::Error,
        summary: "A value must be a text",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    EMPTY_LIST {
        code: "BL0307",
        name: "empty-list",
        severity: Severity::Error,
        summary: "A list is empty where that means nothing",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DUPLICATE_ITEM {
        code: "BL0308",
        name: "duplicate-item",
        severity: Severity::Error,
        summary: "A list names something twice",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_NUMBER {
        code: "BL0309",
        name: "bad-number",
        severity: Severity::Error,
        summary: "A value must be a whole number within limits",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_DATE {
        code: "BL0310",
        name: "bad-date",
        severity: Severity::Error,
        summary: "A value is no day",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_ID {
        code: "BL0311",
        name: "bad-id",
        severity: Severity::Error,
        summary: "A value is no id of this kind",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DUPLICATE_ID {
        code: "BL0312",
        name: "duplicate-id",
        severity: Severity::Error,
        summary: "An id is pinned twice",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    HIDDEN_CHARACTER {
        code: "BL0313",
        name: "hidden-character",
        severity: Severity::Error,
        summary: "A name holds a character that nobody can see",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NAME_TOO_LONG {
        code: "BL0314",
        name: "name-too-long",
        severity: Severity::Error,
        summary: "A name is longer than the service takes",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    FORMAT_VERSION {
        code: "BL0315",
        name: "format-version",
        severity: Severity::Error,
        summary: "The version of the format is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
}
