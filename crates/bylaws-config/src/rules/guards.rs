//! What happens to unlisted things, and what guards allow.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_POLICY {
        code: "BL0601",
        name: "unknown-policy",
        severity: Severity::Error,
        summary: "A policy for unlisted things is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_SHARE {
        code: "BL0602",
        name: "bad-share",
        severity: Severity::Error,
        summary: "A share is no percentage",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_DOMAIN {
        code: "BL0603",
        name: "bad-domain",
        severity: Severity::Error,
        summary: "A text is no domain",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    REQUIRED_ADMIN {
        code: "BL0604",
        name: "required-admin",
        severity: Severity::Error,
        summary: "A required administrator is not listed as one",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_CHANGE {
        code: "BL0605",
        name: "bad-change",
        severity: Severity::Error,
        summary: "An approved change is no action on an address",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_ADDRESS {
        code: "BL0606",
        name: "bad-address",
        severity: Severity::Error,
        summary: "A text is no address",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
}
