//! Problems in the files: what is wrong, where, and what to write instead.
//! The command renders them.

use std::collections::HashSet;

use crate::allowed::Allowed;
use crate::position::{At, Position};
use crate::rule::{Rule, Severity};
use crate::rules;
use crate::secret::without_live_keys;
use crate::source::SourceFile;

/// Maximum number of errors, and of warnings, to list. More are only counted: a hostile file could cause millions.
const MAX_PROBLEMS: usize = 1_000;

/// A problem in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The violated rule.
    pub rule: &'static Rule,
    /// The severity of the rule, or an error if warnings are treated as errors.
    pub severity: Severity,
    /// What is wrong, without a trailing period.
    pub message: String,
    /// The location of the problem.
    pub position: Position,
    /// A few words to print under the snippet.
    pub label: String,
    /// Related locations with their labels, such as "first here".
    pub secondary: Vec<(Position, String)>,
    /// The next step, in the imperative.
    pub help: Option<String>,
}

/// A problem under construction.
pub struct Draft {
    rule: &'static Rule,
    message: String,
    at: At,
    label: String,
    secondary: Vec<(At, String)>,
    help: Option<String>,
}

/// All problems of a run.
pub struct Problems {
    /// All rules, which comments name by their codes.
    pub(crate) rules: &'static [&'static Rule],
    drafts: Vec<Draft>,
    /// Receives the details of a problem that is not listed.
    spill: Option<Draft>,
    errors: usize,
    warnings: usize,
    /// Locations of unreadable values: problems there are consequences of one that is already reported.
    suppressed: HashSet<At>,
    /// Locations of partly unreadable values: problems about missing parts are consequences too.
    suppressed_missing: HashSet<At>,
    /// Comments that suppress warnings.
    pub(crate) allowed: Allowed,
    /// Values that no excerpt may show.
    pub(crate) hidden: Vec<At>,
}

impl Problems {
    /// Returns no problems. Comments can suppress warnings of these rules.
    pub fn new(rules: &'static [&'static Rule]) -> Self {
        Self {
            rules,
            drafts: Vec::new(),
            spill: None,
            errors: 0,
            warnings: 0,
            suppressed: HashSet::new(),
            suppressed_missing: HashSet::new(),
            allowed: Allowed::default(),
            hidden: Vec::new(),
        }
    }

    /// Masks a value in the texts of the files, because it is a secret or may be one.
    pub fn hide(&mut self, at: At) {
        self.hidden.push(at);
    }

    /// Records a violation of a rule at a location.
    pub fn report(&mut self, rule: &'static Rule, at: At, message: impl Into<String>) -> &mut Draft {
        let draft = Draft::new(rule, at, message.into());
        if self.is_hushed(rule, at) {
            return self.spill.insert(draft);
        }
        let count = match rule.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning if self.allowed.covers(rule, at) => return self.spill.insert(draft),
            Severity::Warning => &mut self.warnings,
        };
        *count += 1;
        if *count > MAX_PROBLEMS {
            return self.spill.insert(draft);
        }
        self.drafts.push_mut(draft)
    }

    /// Suppresses further problems at this location, which could not be read.
    pub(crate) fn suppress(&mut self, at: At) {
        self.suppressed.insert(at);
    }

    /// Suppresses further problems about missing parts at this location, which was only partly read.
    pub(crate) fn suppress_missing(&mut self, at: At) {
        self.suppressed_missing.insert(at);
    }

    fn is_hushed(&self, rule: &'static Rule, at: At) -> bool {
        let is_missing = || [&rules::MISSING_KEY, &rules::NO_VALUE, &rules::EMPTY_FILE].contains(&rule);
        self.suppressed.contains(&at) || (self.suppressed_missing.contains(&at) && is_missing())
    }

    /// Returns whether errors are only counted from now on, so that suggestions need not be computed.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= MAX_PROBLEMS
    }

    /// Returns whether no error was found.
    pub fn is_clean(&self) -> bool {
        self.errors == 0
    }

    /// Returns the problems in their public form, sorted by location.
    pub(crate) fn finish(mut self, files: &[SourceFile]) -> Vec<Problem> {
        for (rule, count, what) in [
            (&rules::TOO_MANY_PROBLEMS, self.errors, "errors"),
            (&rules::TOO_MANY_WARNINGS, self.warnings, "warnings"),
        ] {
            let first = self.drafts.iter().find(|draft| draft.rule.severity == rule.severity);
            if let (Some(at), Some(more @ 1..)) =
                (first.map(|draft| draft.at), count.checked_sub(MAX_PROBLEMS))
            {
                let draft = Draft::new(rule, at, format!("{more} more {what} are not listed"));
                let draft = self.drafts.push_mut(draft);
                draft.label("the first one listed").help(format!("fix the listed {what} first"));
            }
        }
        let mut problems: Vec<Problem> = self.drafts.into_iter().map(|draft| draft.finish(files)).collect();
        problems.sort_by(|a, b| {
            let key = |p: &Problem| (p.position.line, p.position.column, p.rule.code);
            a.position
                .file
                .cmp(&b.position.file)
                .then_with(|| key(a).cmp(&key(b)))
                .then_with(|| a.message.cmp(&b.message))
        });
        problems
    }
}

impl Draft {
    fn new(rule: &'static Rule, at: At, message: String) -> Self {
        Self { rule, message, at, label: "here".to_owned(), secondary: Vec::new(), help: None }
    }

    /// Sets the words under the snippet.
    pub fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    /// Sets the next step, in the imperative.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a related location with its label.
    pub fn also(&mut self, at: At, label: impl Into<String>) -> &mut Self {
        self.secondary.push((at, label.into()));
        self
    }

    fn finish(self, files: &[SourceFile]) -> Problem {
        let position =
            |at: At| at.position(files.get(at.file as usize).map_or("", |file| file.name.as_str()));
        // The texts are masked already, but a message can reassemble a key from pieces, for example a suggestion
        // without invisible characters.
        let masked = |words: String| without_live_keys(&words).into_owned();
        Problem {
            rule: self.rule,
            severity: self.rule.severity,
            message: masked(self.message),
            position: position(self.at),
            label: masked(self.label),
            secondary: self.secondary.into_iter().map(|(at, label)| (position(at), masked(label))).collect(),
            help: self.help.map(masked),
        }
    }
}
