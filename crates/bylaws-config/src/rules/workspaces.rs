//! Workspaces, their settings, their seats, and API keys.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_STATE {
        code: "BL0501",
        name: "unknown-state",
        severity: Severity::Error,
        summary: "The state of a workspace is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NAME_WITHOUT_ID {
        code: "BL0502",
        name: "name-without-id",
        severity: Severity::Error,
        summary: "A workspace has a name of its own but no id",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    ARCHIVED_WITH_SETTINGS {
        code: "BL0503",
        name: "archived-with-settings",
        severity: Severity::Error,
        summary: "A workspace to archive has other settings",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_FOR_THIS_WORKSPACE {
        code: "BL0504",
        name: "not-for-this-workspace",
        severity: Severity::Error,
        summary: "A setting that this workspace cannot have",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_COLOR {
        code: "BL0505",
        name: "bad-color",
        severity: Severity::Error,
        summary: "A value is no colour",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    RESERVED_TAG {
        code: "BL0506",
        name: "reserved-tag",
        severity: Severity::Error,
        summary: "A tag is reserved for the service",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    UNKNOWN_GEO {
        code: "BL0507",
        name: "unknown-geo",
        severity: Severity::Error,
        summary: "A region is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DEFAULT_GEO_NOT_ALLOWED {
        code: "BL0508",
        name: "default-geo-not-allowed",
        severity: Severity::Error,
        summary: "The default region for inference is not among the allowed ones",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_BILLING {
        code: "BL0509",
        name: "not-billing",
        severity: Severity::Error,
        summary: "The billing seat goes to somebody with another role",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    UNKNOWN_STATUS {
        code: "BL0510",
        name: "unknown-status",
        severity: Severity::Error,
        summary: "The status of an API key is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    HIDDEN_IN_KEY_NAME {
        code: "BL0511",
        name: "hidden-in-key-name",
        severity: Severity::Warning,
        summary: "The name of an API key holds characters that nobody can see",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    LONG_NAME {
        code: "BL0512",
        name: "long-name",
        severity: Severity::Warning,
        summary: "The name of a workspace is longer than the service took until lately",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
}
