//! Rules for comments that suppress a warning.

use crate::define_rules;
use crate::rule::Severity;

define_rules! {
    ALLOW_MALFORMED {
        code: "BL0701",
        name: "allow-malformed",
        severity: Severity::Error,
        summary: "A comment to suppress a warning is malformed",
        why: "To suppress a warning, write a comment of exactly this form, at the end of the line it applies to or directly
above it: `# bylaws: allow BL0512 and the reason`. The code names the warning, and the reason is for later
readers of the line. One comment suppresses one warning; for two, write one above and one at the end.
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
        summary: "A comment tries to suppress an error",
        why: "Only warnings can be suppressed. An error means that Bylaws cannot determine what the files ask for, or that
the service is certain to refuse it, and a comment does not change that. Fix the error, and delete the
comment.
",
        wrong: "bylaws: 1
organization:
  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10
members:
  ada@acme.com: developer # bylaws: allow BL0406 we use this name
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
        summary: "A comment suppresses a warning that does not occur here",
        why: "The warning that this comment names does not occur on its line, or no longer does: the line was fixed, or the
comment is next to the wrong line. Left in place, it would hide the next mistake of that kind. Delete it, or
move it to the end of the line it applies to.
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
