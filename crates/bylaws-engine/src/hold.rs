//! `--hold`: changes that are listed, but not sent.

use std::fmt;

use crate::change::Change;
use crate::plan::Plan;
use crate::{Cause, Class};

/// The changes that an apply holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// All with this cause.
    Cause(Cause),
    /// All in this class.
    Class(Class),
}

impl Hold {
    /// Returns the value of a word; `None` if it is neither a cause nor a class.
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().find(|hold| hold.as_str() == word)
    }

    /// Returns every value.
    pub fn all() -> impl Iterator<Item = Self> {
        let causes = Cause::ALL.iter().copied().map(Self::Cause);
        causes.chain(Class::ALL.iter().copied().map(Self::Class))
    }

    fn covers(self, change: &Change) -> bool {
        match self {
            Self::Cause(cause) => change.cause == Some(cause),
            Self::Class(class) => change.is(class),
        }
    }

    /// Returns the word in arguments and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cause(cause) => cause.as_str(),
            Self::Class(class) => class.as_str(),
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A change that is planned, but held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The change.
    pub change: Change,
    /// What holds it; `None` if it cannot be sent without another change that is held.
    pub by: Option<Hold>,
}

impl Plan {
    /// Moves the changes that `holds` cover, and those that cannot be sent without them, from `changes` to `held`. The
    /// guards check what is left.
    #[must_use]
    pub fn holding(mut self, holds: &[Hold]) -> Self {
        let by = |change: &Change| holds.iter().copied().find(|hold| hold.covers(change));
        let held = self.leave_out(|change| by(change).is_none());
        self.held.extend(held.into_iter().map(|change| Held { by: by(&change), change }));
        self
    }
}
