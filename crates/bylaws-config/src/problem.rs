//! A problem in the files: what is wrong, where, and what to write instead.
//! Drawing it is the command's business.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::allow::Allowed;
use crate::place::{At, Place};
use crate::rule::{Rule, Severity};
use crate::rules;
use crate::secret::without_live_keys;
use crate::source::SourceFile;

/// More errors, or more warnings, than these are counted, not listed: nobody reads them, and a hostile file
/// could make millions.
const MAX_PROBLEMS: usize = 1_000;

/// One thing that is wrong in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is broken.
    pub rule: &'static Rule,
    /// That of the rule, or an error where warnings are taken for errors.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// Where it shows.
    pub place: Place,
    /// A few words under the snippet.
    pub label: String,
    /// Other places that belong to it, such as "first here".
    pub secondary: Vec<(Place, String)>,
    /// What to write instead.
    pub help: Option<String>,
}

/// A problem that is being written down.
pub(crate) struct Draft {
    rule: &'static Rule,
    message: String,
    at: At,
    label: String,
    secondary: Vec<(At, String)>,
    help: Option<String>,
}

/// All problems of a run.
#[derive(Default)]
pub(crate) struct Problems {
    drafts: Vec<Draft>,
    /// Takes what is said about problems that are not listed.
    spill: Option<Draft>,
    errors: usize,
    warnings: usize,
    /// Places of what could not be read: what is said of them is no second mistake.
    hushed: HashSet<At>,
    /// Places of what could be read in part: nothing is missing there for sure.
    hushed_missing: HashSet<At>,
    /// Warnings that comments in the files keep from being shown.
    pub(crate) allowed: Allowed,
}

impl Problems {
    /// Notes that a rule is broken at a place.
    pub(crate) fn report(&mut self, rule: &'static Rule, at: At, message: impl Into<String>) -> &mut Draft {
        let draft = Draft {
            rule,
            message: message.into(),
            at,
            label: "here".to_owned(),
            secondary: Vec::new(),
            help: None,
        };
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

    /// From now on, nothing is said of what stands here: it could not be read, as was reported.
    pub(crate) fn hush(&mut self, at: At) {
        self.hushed.insert(at);
    }

    /// From now on, nothing is said to be missing here: only a part could be read, as was reported.
    pub(crate) fn hush_missing(&mut self, at: At) {
        self.hushed_missing.insert(at);
    }

    fn is_hushed(&self, rule: &'static Rule, at: At) -> bool {
        let is_missing = || [&rules::MISSING_KEY, &rules::NO_VALUE, &rules::EMPTY_FILE].contains(&rule);
        self.hushed.contains(&at) || (self.hushed_missing.contains(&at) && is_missing())
    }

    /// Whether errors are only counted from now on: then no time goes into their words.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= MAX_PROBLEMS
    }

    /// Whether no error was found.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors == 0
    }

    /// The outer form, sorted by place.
    pub(crate) fn finish(mut self, files: &[SourceFile]) -> Vec<Problem> {
        for (rule, count, what) in [
            (&rules::TOO_MANY_PROBLEMS, self.errors, "problems"),
            (&rules::TOO_MANY_WARNINGS, self.warnings, "warnings"),
        ] {
            let first = self.drafts.iter().find(|draft| draft.rule.severity == rule.severity);
            if let (Some(at), Some(more @ 1..)) =
                (first.map(|draft| draft.at), count.checked_sub(MAX_PROBLEMS))
            {
                self.drafts.push(Draft {
                    rule,
                    message: format!("{more} more {what} are not listed"),
                    at,
                    label: "the first listed".to_owned(),
                    secondary: Vec::new(),
                    help: Some("solve these first".to_owned()),
                });
            }
        }
        let mut problems: Vec<Problem> = self.drafts.into_iter().map(|draft| draft.finish(files)).collect();
        problems.sort_by(|a, b| {
            let key = |p: &Problem| (p.place.line, p.place.column, p.rule.code);
            a.place
                .file
                .cmp(&b.place.file)
                .then_with(|| key(a).cmp(&key(b)))
                .then_with(|| a.message.cmp(&b.message))
        });
        problems
    }
}

impl Draft {
    pub(crate) fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn also(&mut self, at: At, label: impl Into<String>) -> &mut Self {
        self.secondary.push((at, label.into()));
        self
    }

    fn finish(self, files: &[SourceFile]) -> Problem {
        let place = |at: At| at.place(files.get(at.file as usize).map_or("", |file| file.name.as_str()));
        // The texts are masked already, but a sentence can put a key together that stood there in pieces:
        // "write it without what nobody can see" does.
        let masked = |words: String| match without_live_keys(&words) {
            Cow::Borrowed(_) => words,
            Cow::Owned(masked) => masked,
        };
        Problem {
            rule: self.rule,
            severity: self.rule.severity,
            message: masked(self.message),
            place: place(self.at),
            label: masked(self.label),
            secondary: self.secondary.into_iter().map(|(at, label)| (place(at), masked(label))).collect(),
            help: self.help.map(masked),
        }
    }
}
