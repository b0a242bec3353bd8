//! A change that waits for a person, and why.

use std::borrow::Cow;
use std::fmt;

use bylaws_engine::hold::Hold;
use bylaws_engine::{Cause, Class};
use bylaws_output::document::word::{Spelled, Word};
use bylaws_output::render::escape::escape;
use serde::{Deserialize, Serialize};

/// A change that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldChange {
    /// The change, as a plan names it.
    pub change: String,
    /// The fields that change, or the role that is granted or lost, escaped for people; empty if `change` says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Why it is wanted: `commit`, `due` or `drift`; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Word<Cause>>,
    /// Its classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Word<Class>>,
    /// What holds it.
    pub by: Word<HeldBy>,
}

/// What holds a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBy {
    /// `drift`, a class, or `undone`.
    Hold(Hold),
    /// It cannot be sent without another change that is held.
    Dependency,
    /// Nothing was applied here before.
    Baseline,
    /// It was held when a commit asked for it, and is not among what is held for that any more.
    Earlier,
    /// Only a line under `approve:` in the files lets it pass.
    Approval,
    /// A guard refuses the plan.
    Guard,
    /// The organization is suspended.
    Suspension,
    /// `mode: plan` sends nothing.
    Mode,
}

impl HeldBy {
    const OTHERS: [Self; 7] = [
        Self::Dependency,
        Self::Baseline,
        Self::Earlier,
        Self::Approval,
        Self::Guard,
        Self::Suspension,
        Self::Mode,
    ];

    /// Returns the word in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hold(hold) => hold.as_str(),
            Self::Dependency => "dependency",
            Self::Baseline => "baseline",
            Self::Earlier => "earlier",
            Self::Approval => "approval",
            Self::Guard => "guard",
            Self::Suspension => "suspension",
            Self::Mode => "mode",
        }
    }

    /// Returns what the change is, such as "held".
    pub(crate) fn participle(self) -> &'static str {
        match self {
            Self::Guard => "refused",
            Self::Mode => "pending",
            _ => "held",
        }
    }

    /// Returns why it is held, to follow "held because".
    pub(crate) fn because(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Hold(Hold::Cause(Cause::Drift)) => "somebody made the difference outside git",
            Self::Hold(Hold::Undone) => "it was sent in the last 24 hours, and undone since",
            Self::Hold(hold) => return Cow::Owned(format!("the configuration holds `{hold}`")),
            Self::Dependency => "it needs another held change",
            Self::Baseline => "nothing was applied here before",
            Self::Earlier => "it was held when a commit asked for it",
            Self::Approval => "it needs a line under `approve:` in the files",
            Self::Guard => "a guard refuses the plan",
            Self::Suspension => "the organization is suspended",
            Self::Mode => "`mode: plan` sends nothing",
        })
    }
}

impl fmt::Display for HeldBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Spelled for HeldBy {
    fn of(word: &str) -> Option<Self> {
        Hold::parse(word).map(Self::Hold).or_else(|| Self::OTHERS.into_iter().find(|by| by.as_str() == word))
    }
}

impl HeldChange {
    /// Returns the change and what it means, on one line, escaped.
    pub(crate) fn in_words(&self) -> String {
        let detail = if self.detail.is_empty() { String::new() } else { format!(", {}", self.detail) };
        format!("{}{detail}", escape(&self.change))
    }

    /// Returns whether it undoes what somebody did outside git.
    pub(crate) fn is_drift(&self) -> bool {
        *self.by == HeldBy::Hold(Hold::Cause(Cause::Drift))
    }
}
