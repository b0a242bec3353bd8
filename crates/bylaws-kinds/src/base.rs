//! The input of a plan besides the live state: the files, and those of the base revision.

use bylaws_engine::{Address, Change, Clocks, Email, Guards, Line, WorkspaceLabel};
use jiff::civil::Date;

use crate::desired::Desired;

/// The content of the base revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base<'a> {
    /// Files without an error.
    Files(&'a Desired),
    /// No files, or files with problems: nothing in the plan counts as reviewed before.
    Nothing,
}

impl<'a> Base<'a> {
    /// Returns the files; `None` if there are none that can be read.
    pub fn files(self) -> Option<&'a Desired> {
        match self {
            Self::Files(desired) => Some(desired),
            Self::Nothing => None,
        }
    }
}

/// The input of a plan and its guards, besides the live state.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// The files, with their guards.
    pub desired: &'a Desired,
    /// The guards of the guards file.
    pub guards_file: Option<&'a Guards>,
    /// The service's current day (UTC).
    pub today: Date,
    /// Whether the day is certain.
    pub clocks: Clocks,
    /// The files of the base revision, if there is one: their content was reviewed before.
    pub base: Option<Base<'a>>,
}

impl<'a> Basis<'a> {
    /// Returns a basis of the files alone, on one day.
    pub fn new(desired: &'a Desired, today: Date) -> Self {
        Self { desired, guards_file: None, today, clocks: Clocks::Agree, base: None }
    }
}

/// Returns whether the base has the end date that a change comes from, so that it was reviewed before.
pub(crate) fn has_same_end(base: Option<&Desired>, change: &Change) -> bool {
    let ends = base.zip(change.line.as_ref()).and_then(|(base, line)| end_of(base, line, &change.address));
    change.expired.is_some() && ends == change.expired
}

/// Returns the last day that the files give to the line of a change.
fn end_of(files: &Desired, line: &Line, address: &Address) -> Option<Date> {
    match line {
        Line::Member(email) => files.members.as_ref()?.get(email)?.until,
        Line::WorkspaceMember(label, email) => membership_end(files, label, email),
        // A team's role that applies again once the person's own line has ended.
        Line::WorkspaceTeam(label, _) => membership_end(files, label, address.email()?),
        _ => None,
    }
}

fn membership_end(files: &Desired, label: &WorkspaceLabel, email: &Email) -> Option<Date> {
    files.open_workspace(label)?.members.as_ref()?.get(email)?.until
}
