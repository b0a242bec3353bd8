//! The organization, its people, and the teams the files put them in.

use crate::rule::{Rule, Severity, rules};

rules! {
    UNKNOWN_KIND {
        code: "BL0401",
        name: "unknown-kind",
        severity: Severity::Error,
        summary: "The kind of organization is not known",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_FOR_ENTERPRISE {
        code: "BL0402",
        name: "not-for-enterprise",
        severity: Severity::Error,
        summary: "A section has no meaning in an Enterprise organization",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    EMPTY_MEMBERS {
        code: "BL0403",
        name: "empty-members",
        severity: Severity::Error,
        summary: "The members section is empty",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    BAD_EMAIL {
        code: "BL0404",
        name: "bad-email",
        severity: Severity::Error,
        summary: "A text is no e-mail address",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DUPLICATE_PERSON {
        code: "BL0405",
        name: "duplicate-person",
        severity: Severity::Error,
        summary: "One person stands twice",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    UNKNOWN_ROLE {
        code: "BL0406",
        name: "unknown-role",
        severity: Severity::Error,
        summary: "A role is not known here",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    UNTIL_ON_HELD_ROLE {
        code: "BL0407",
        name: "until-on-held-role",
        severity: Severity::Error,
        summary: "A role that the API cannot take away has an end",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    DOMAIN_NOT_ALLOWED {
        code: "BL0408",
        name: "domain-not-allowed",
        severity: Severity::Error,
        summary: "An address is of a domain that the guards do not allow",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    NOT_A_MEMBER {
        code: "BL0409",
        name: "not-a-member",
        severity: Severity::Error,
        summary: "Somebody in a team or workspace is not listed as a member",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    UNKNOWN_TEAM {
        code: "BL0410",
        name: "unknown-team",
        severity: Severity::Error,
        summary: "A team does not exist",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
    UNTIL_WITHOUT_EFFECT {
        code: "BL0411",
        name: "until-without-effect",
        severity: Severity::Warning,
        summary: "An end changes nothing",
        why: "",
        wrong: "",
        right: "",
        in_schema: false,
    }
}
