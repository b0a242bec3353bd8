//! What a rule of the files is: a code for ever, a sentence, the reason, an example of each side.
//! The rules themselves are in `rules/`; the pages of `docs/problems/` and `bylaws explain` are made of them.

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// There is no desired side before it is solved.
    Error,
    /// Worth knowing; nothing stops.
    Warning,
}

/// One rule of the files.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Such as `BL0301`; never given to another rule.
    pub code: &'static str,
    /// In kebab case, such as `unknown-key`.
    pub name: &'static str,
    /// Whether breaking it stops everything.
    pub severity: Severity,
    /// What is wrong, in one line without a full stop.
    pub summary: &'static str,
    /// Why there is such a rule and how to get along with it; Markdown.
    pub why: &'static str,
    /// Files that break this rule and no other.
    pub wrong: &'static str,
    /// The same, mended.
    pub right: &'static str,
    /// Whether the JSON Schema refuses what breaks it, so that editors show it.
    pub in_schema: bool,
}

/// Defines rules as statics, and `RULES`, the list of them all: none can be forgotten.
macro_rules! rules {
    ($($name:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        $(pub(crate) static $name: Rule = Rule { $($field: $value),* };)*
        /// The rules of this chapter, in the order of their codes.
        pub(super) static RULES: &[&Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;
