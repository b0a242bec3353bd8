//! `--hold`: changes that are listed, but not sent.

use std::fmt;

use crate::change::Change;
use crate::{Cause, Class};

/// The changes that an apply holds back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// All with this cause.
    Cause(Cause),
    /// All in this class.
    Class(Class),
    /// Those that an earlier apply of the day already sent for the same commit: somebody undid them since.
    Undone,
}

impl Hold {
    /// Returns the value of a word; `None` if no value has it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::all().chain([Self::Undone]).find(|hold| hold.as_str() == word)
    }

    /// Returns every value that can be asked for.
    pub fn all() -> impl Iterator<Item = Self> {
        let causes = Cause::ALL.iter().copied().map(Self::Cause);
        causes.chain(Class::ALL.iter().copied().map(Self::Class))
    }

    pub(crate) fn covers(self, change: &Change) -> bool {
        match self {
            Self::Cause(Cause::Drift) if change.undoes_drift => true,
            Self::Cause(cause) => change.cause == Some(cause),
            Self::Class(class) => change.is(class),
            Self::Undone => false,
        }
    }

    /// Returns the word in arguments and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cause(cause) => cause.as_str(),
            Self::Class(class) => class.as_str(),
            Self::Undone => "undone",
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
