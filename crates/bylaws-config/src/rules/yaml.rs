//! What YAML allows and the files do not, and what is no YAML at all.

use crate::rule::{Rule, Severity, rules};

rules! {
    SYNTAX {
        code: "BL0201",
        name: "syntax",
        severity: Severity::Error,
        summary: "A text is no YAML",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    TAB {
        code: "BL0202",
        name: "tab",
        severity: Severity::Error,
        summary: "A tab indents a line",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    MANY_DOCUMENTS {
        code: "BL0203",
        name: "many-documents",
        severity: Severity::Error,
        summary: "A file holds more than one document",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    TAG {
        code: "BL0204",
        name: "tag",
        severity: Severity::Error,
        summary: "A YAML tag stands before a value",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    ALIAS {
        code: "BL0205",
        name: "alias",
        severity: Severity::Error,
        summary: "A YAML alias leads nowhere, in a circle or to far too much",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    MERGE_KEY {
        code: "BL0206",
        name: "merge-key",
        severity: Severity::Error,
        summary: "A merge key would hide what a line asks for",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DUPLICATE_KEY {
        code: "BL0207",
        name: "duplicate-key",
        severity: Severity::Error,
        summary: "A key stands twice",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    KEY_NOT_TEXT {
        code: "BL0208",
        name: "key-not-text",
        severity: Severity::Error,
        summary: "A key is no text",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
}
