//! Rules for comments that suppress a warning.

use crate::define_rules;

define_rules! {
    ALLOW_MALFORMED = "BL0701" "allow-malformed" Error, in_schema: false,
        summary: "A comment to suppress a warning is malformed",
        why: "To suppress a warning, write a comment of exactly this form, at the end of the line it applies to or directly
above it: `# bylaws: allow BL0512 and the reason`. The code names the warning, and the reason is for later
readers of the line. One comment suppresses one warning; for two, write one above and one at the end.
",
        wrong: "workspaces:
  the research group for the evaluation of everything: {} # bylaws: allow BL0512
",
        right: "workspaces:
  the research group for the evaluation of everything: {} # bylaws: allow BL0512 older than the limit
";
    ALLOW_ERROR = "BL0702" "allow-error" Error, in_schema: false,
        summary: "A comment tries to suppress an error",
        why: "Only warnings can be suppressed. An error means that Bylaws cannot determine what the files ask for, or that
the service is certain to refuse it, and a comment does not change that. Fix the error, and delete the
comment.
",
        wrong: "members:
  ada@acme.com: developer # bylaws: allow BL0406 we use this name
",
        right: "members:
  ada@acme.com: developer
";
    ALLOW_UNUSED = "BL0703" "allow-unused" Warning, in_schema: false,
        summary: "A comment suppresses a warning that does not occur here",
        why: "The warning that this comment names does not occur on its line, or no longer does: the line was fixed, or the
comment is next to the wrong line. Left in place, it would hide the next mistake of that kind. Delete it, or
move it to the end of the line it applies to.
",
        wrong: "workspaces:
  research: {} # bylaws: allow BL0512 older than the limit
",
        right: "workspaces:
  research: {}
";
}
