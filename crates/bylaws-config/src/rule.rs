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

/// Defines rules as statics together with the list `LIST`, so that no rule is missing from the list.
#[macro_export]
macro_rules! define_rules {
    ($($name:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        $(
            #[doc = concat!("The rule `", stringify!($name), "`.")]
            pub static $name: $crate::Rule = $crate::Rule { $($field: $value),* };
        )*
        /// The rules of this module, in the order of their codes.
        pub(crate) static LIST: &[&$crate::Rule] = &[$(&$name),*];
    };
}
