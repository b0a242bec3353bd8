//! Comments that allow a warning.

use crate::rule::{Rule, Severity, rules};

rules! {
    ALLOW_MALFORMED {
        code: "BL0701",
        name: "allow-malformed",
        severity: Severity::Error,
        summary: "A comment that allows a warning cannot be understood",
        why: "A warning that is meant is allowed by a comment of exactly this form, at the end of the line it concerns or
directly above: `# bylaws: allow BL0512 and why`. The code says which one, and the reason is for whoever reads
the line next year. One comment allows one warning; for two, write one above and one at the end.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  the research group for the evaluation of everything: {} # bylaws: allow BL0512
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  the research group for the evaluation of everything: {} # bylaws: allow BL0512 older than the limit
",
        in_schema: false,
    }
    ALLOW_ERROR {
        code: "BL0702",
        name: "allow-error",
        severity: Severity::Error,
        summary: "A comment allows an error",
        why: "Only warnings can be allowed. An error means that there is no way to tell what the files ask for, or that the
service is sure to refuse it; looking away does not change that. Correct what the error says, and delete the
comment.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer # bylaws: allow BL0406 we call it so
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer
",
        in_schema: false,
    }
    ALLOW_UNUSED {
        code: "BL0703",
        name: "allow-unused",
        severity: Severity::Warning,
        summary: "A comment allows a warning that does not show here",
        why: "The warning that this comment allows does not show on its line, or not any more: the line was corrected, or
the comment stands beside another line than it should. Left there, it would hide the next mistake of that
kind. Delete it, or move it to the end of the line it concerns.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {} # bylaws: allow BL0512 older than the limit
",
        right: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
workspaces:
  research: {}
",
        in_schema: false,
    }
}
