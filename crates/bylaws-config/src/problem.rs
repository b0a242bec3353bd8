//! A problem in the files: what is wrong, where, and what to write instead.
//! Drawing it is the command's business.

use crate::place::{At, Place};
use crate::source::SourceFile;

/// More problems than these are counted, not listed: nobody reads them, and a hostile file could make millions.
const MAX_PROBLEMS: usize = 1_000;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// There is no desired side before it is solved.
    Error,
    /// Worth knowing; nothing stops.
    Warning,
}

/// One thing that is wrong in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops everything.
    pub severity: Severity,
    /// Stable, in kebab case, such as `unknown-key`.
    pub code: &'static str,
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
    severity: Severity,
    code: &'static str,
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
    /// Takes what is said about problems beyond the cap.
    spill: Option<Draft>,
    dropped: usize,
    errors: usize,
}

impl Problems {
    pub(crate) fn error(&mut self, code: &'static str, at: At, message: impl Into<String>) -> &mut Draft {
        self.errors += 1;
        self.add(Severity::Error, code, at, message.into())
    }

    pub(crate) fn warning(&mut self, code: &'static str, at: At, message: impl Into<String>) -> &mut Draft {
        self.add(Severity::Warning, code, at, message.into())
    }

    /// Whether no error was found.
    pub(crate) fn is_clean(&self) -> bool {
        self.errors == 0
    }

    fn add(&mut self, severity: Severity, code: &'static str, at: At, message: String) -> &mut Draft {
        let draft = Draft {
            severity,
            code,
            message,
            at,
            label: "here".to_owned(),
            secondary: Vec::new(),
            help: None,
        };
        if self.drafts.len() >= MAX_PROBLEMS {
            self.dropped += 1;
            return self.spill.insert(draft);
        }
        self.drafts.push_mut(draft)
    }

    /// The outer form, sorted by place.
    pub(crate) fn finish(mut self, files: &[SourceFile]) -> Vec<Problem> {
        if let Some(at) = self.drafts.first().map(|draft| draft.at)
            && self.dropped > 0
        {
            let message = format!("{} more problems are not listed", self.dropped);
            self.drafts.push(Draft {
                severity: Severity::Error,
                code: "too-many-problems",
                message,
                at,
                label: "the first listed".to_owned(),
                secondary: Vec::new(),
                help: Some("solve these first".to_owned()),
            });
        }
        let mut problems: Vec<Problem> = self.drafts.into_iter().map(|draft| draft.finish(files)).collect();
        problems.sort_by(|a, b| {
            let key = |p: &Problem| (p.place.line, p.place.column, p.code);
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
        Problem {
            severity: self.severity,
            code: self.code,
            message: self.message,
            place: place(self.at),
            label: self.label,
            secondary: self.secondary.into_iter().map(|(at, label)| (place(at), label)).collect(),
            help: self.help,
        }
    }
}
