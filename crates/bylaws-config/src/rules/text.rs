//! What a file is before it is YAML: readable, small enough, plain text.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNREADABLE {
        code: "BL0101",
        name: "unreadable",
        severity: Severity::Error,
        summary: "A file cannot be read",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    LINK {
        code: "BL0102",
        name: "link",
        severity: Severity::Error,
        summary: "A link leads out of the folder, or nowhere",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    TOO_LARGE {
        code: "BL0103",
        name: "too-large",
        severity: Severity::Error,
        summary: "A file, or all of them together, are larger than Bylaws reads",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_UTF8 {
        code: "BL0104",
        name: "not-utf8",
        severity: Severity::Error,
        summary: "A file is not UTF-8",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    EMPTY_FILE {
        code: "BL0105",
        name: "empty-file",
        severity: Severity::Error,
        summary: "A file asks for nothing",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    CONTROL_CHARACTER {
        code: "BL0106",
        name: "control-character",
        severity: Severity::Error,
        summary: "A control character stands in a file",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    MERGE_CONFLICT {
        code: "BL0107",
        name: "merge-conflict",
        severity: Severity::Error,
        summary: "A merge conflict was not resolved",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    LIVE_KEY {
        code: "BL0108",
        name: "live-key",
        severity: Severity::Error,
        summary: "Something in a file looks like a live key",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    TOO_MANY_PROBLEMS {
        code: "BL0109",
        name: "too-many-problems",
        severity: Severity::Error,
        summary: "More problems than are listed",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
}
