//! The warnings that comments suppress, by line. `allow.rs` reads the comments.

use std::collections::{BTreeMap, HashMap};

use crate::position::At;
use crate::rule::Rule;

/// The suppression comments of a run.
#[derive(Default)]
pub(crate) struct Allowed {
    /// The comments by file and line, then by code.
    pub(crate) lines: HashMap<(u32, u32), BTreeMap<&'static str, Comment>>,
    /// Comments that apply to no line, or repeat another one.
    pub(crate) idle: Vec<(&'static Rule, At)>,
    /// The number of warnings suppressed so far.
    pub(crate) count: usize,
}

/// A comment that suppresses a warning on its line.
pub(crate) struct Comment {
    pub(crate) rule: &'static Rule,
    pub(crate) at: At,
    /// Whether there was such a warning.
    pub(crate) used: bool,
}

impl Allowed {
    /// Returns whether a comment suppresses this warning at this location, and counts it.
    pub(crate) fn covers(&mut self, rule: &Rule, at: At) -> bool {
        if self.lines.is_empty() {
            return false;
        }
        let comment = self.lines.get_mut(&(at.file, at.line)).and_then(|codes| codes.get_mut(rule.code));
        let Some(comment) = comment else { return false };
        comment.used = true;
        self.count += 1;
        true
    }

    /// Adds a comment for a line; with `None`, one that applies to no line.
    pub(crate) fn add(&mut self, rule: &'static Rule, at: At, line: Option<u32>) {
        let Some(line) = line else { return self.idle.push((rule, at)) };
        let codes = self.lines.entry((at.file, line)).or_default();
        if codes.contains_key(rule.code) {
            self.idle.push((rule, at));
        } else {
            codes.insert(rule.code, Comment { rule, at, used: false });
        }
    }
}
