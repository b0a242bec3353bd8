//! The definition of a rule: a permanent code, a summary, the reason, and a wrong and a right example.
//! The rules are in `rules.rs` and `bylaws-kinds`. Their words are read from the pages of `docs/problems/` at compile time.

/// The severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The files have no desired state until the problem is fixed.
    Error,
    /// Does not stop anything, except with `--strict`.
    Warning,
}

/// A rule that the configuration files must follow.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The code, such as `BL0301`; never reused for another rule.
    pub code: &'static str,
    /// The name in kebab case, such as `unknown-key`.
    pub name: &'static str,
    /// The severity of a violation.
    pub severity: Severity,
    /// What is wrong, in one line without a trailing period.
    pub summary: &'static str,
    /// Why the rule exists and how to follow it, in Markdown.
    pub why: &'static str,
    /// Files that violate only this rule; empty if no text can show it.
    pub wrong: &'static str,
    /// The same files, fixed.
    pub right: &'static str,
    /// Whether the JSON Schema rejects a violation too, so that editors report it.
    pub in_schema: bool,
}

/// Defines rules as statics, and the list `LIST` of them, so that no rule is missing from it. Everything else about a
/// rule is on its page, `docs/problems/BL….md`.
#[macro_export]
macro_rules! define_rules {
    ($($id:ident = $code:literal $severity:ident, in_schema: $in_schema:literal;)*) => {
        $(
            #[doc = concat!("The rule `", stringify!($id), "`.")]
            pub static $id: $crate::Rule = $crate::Rule::of_page(
                $code,
                $crate::Severity::$severity,
                $in_schema,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/problems/", $code, ".md")),
            );
        )*
        /// The rules of this module, in the order of their codes.
        pub static LIST: &[&$crate::Rule] = &[$(&$id),*];
    };
}

impl Rule {
    /// Returns the rule that a page describes. A page without its parts does not compile.
    #[doc(hidden)]
    pub const fn of_page(
        code: &'static str,
        severity: Severity,
        in_schema: bool,
        page: &'static str,
    ) -> Self {
        let (title, page) = split(page, "\n\n");
        let (titled, name) = split(title, ": ");
        let (summary, page) = split(
            page,
            match severity {
                Severity::Error => ". This is an error: ",
                Severity::Warning => ". This is a warning: ",
            },
        );
        let (_, page) = split(page, "\n\n");
        let (why, page) = split(page, "\n## Wrong\n\n```yaml\n");
        assert!(!name.is_empty() && !why.is_empty(), "not the page of a rule with this severity");
        let (wrong, page) = split(page, "```\n\n## Right\n\n```yaml\n");
        let (right, _) = split(page, "```\n");
        let (before, after) = split(titled, code);
        assert!(before.len() == "# ".len() && after.is_empty(), "the page of another rule");
        assert!(wrong.is_empty() == right.is_empty(), "a page with one of its two examples");
        Self { code, name, severity, summary, why, wrong, right, in_schema }
    }
}

/// Splits a text around the first `mark`; without one, the second part is empty.
const fn split(text: &'static str, mark: &str) -> (&'static str, &'static str) {
    let mut at = 0;
    while at + mark.len() <= text.len() {
        let mut same = 0;
        while same < mark.len() && text.as_bytes()[at + same] == mark.as_bytes()[same] {
            same += 1;
        }
        if same == mark.len() {
            let (before, rest) = text.split_at(at);
            return (before, rest.split_at(same).1);
        }
        at += 1;
    }
    (text, "")
}
