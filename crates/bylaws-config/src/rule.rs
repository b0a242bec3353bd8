//! The definition of a rule: a permanent code, a summary, the reason, and a wrong and a right example.
//! The rules are in `rules/` and `bylaws-kinds`; the pages of `docs/problems/` and `bylaws explain` are generated from them.

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

/// Defines rules as statics together with the list `LIST`, so that no rule is missing from the list. The examples
/// `wrong` and `right` are written without the two keys that every file begins with; `wrong_file` has them itself.
#[macro_export]
macro_rules! define_rules {
    ($($id:ident = $code:literal $name:literal $severity:ident, in_schema: $in_schema:literal,
        summary: $summary:literal, why: $why:literal
        $(, wrong: $wrong:literal)? $(, wrong_file: $wrong_file:literal)? $(, right: $right:literal)?;)*) => {
        $(
            #[doc = concat!("The rule `", stringify!($id), "`.")]
            pub static $id: $crate::Rule = $crate::Rule {
                code: $code,
                name: $name,
                severity: $crate::Severity::$severity,
                summary: $summary,
                why: $why,
                wrong: concat!($($crate::after_head!($wrong))? $($wrong_file)?),
                right: concat!($($crate::after_head!($right))?),
                in_schema: $in_schema,
            };
        )*
        /// The rules of this module, in the order of their codes.
        pub(crate) static LIST: &[&$crate::Rule] = &[$(&$id),*];
    };
}

/// Returns the text of a file that goes on like this after the format and the organization.
#[doc(hidden)]
#[macro_export]
macro_rules! after_head {
    ($rest:literal) => {
        concat!("bylaws: 1\norganization:\n  id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10\n", $rest)
    };
}
