//! Reads as much of an invalid text as possible: each syntax error is reported and cut, and the rest is parsed again.
//! `blame.rs` decides which lines to cut.

use std::borrow::Cow;
use std::ops::Range;

use crate::blame::{self, Blame};
use crate::cuts::{Remainder, blanked};
use crate::position::Positions;
use crate::problem::Problems;
use crate::raw::{Raw, RawValue};
use crate::refusal::{Cause, Refusal};
use crate::slip;
use crate::syntax;

/// Maximum number of syntax errors in a file; the rest is not read.
const MAX_REFUSALS: usize = 20;
/// Maximum number of bytes to parse for one file in all rounds.
const MAX_PARSED: usize = 64 * 1024 * 1024;

/// Reads the valid parts of a text. `first` is the error of the whole text, if it was parsed already.
pub(crate) fn recover(
    remainder: &mut Remainder,
    mut first: Option<Refusal>,
    positions: &Positions<'_>,
    problems: &mut Problems,
) -> Vec<Raw> {
    let mut documents = Vec::new();
    let mut piece = 0..remainder.text().len();
    let mut round = Round { reach: 0, refusals: 0, parsed: 0, is_last: false };
    while !piece.is_empty() && documents.len() <= MAX_REFUSALS {
        let result = first.take().map_or_else(
            || {
                round.parsed += remainder.text().len();
                syntax::parse(&part(remainder.text(), &piece))
            },
            Err,
        );
        match result {
            Ok(raw) => {
                documents.push(raw);
                piece = piece.end..remainder.text().len();
                if round.parsed > MAX_PARSED {
                    break;
                }
            }
            Err(refusal @ Refusal { cause: Cause::Document(split), .. })
                if piece.start < split && split < piece.end =>
            {
                if piece.start == 0 {
                    report(problems, positions, &refusal, None);
                }
                piece.end = split;
            }
            Err(refusal) => {
                if !round.go_on(remainder, &refusal, positions, problems) {
                    break;
                }
            }
        }
    }
    if documents.iter().all(is_empty) {
        documents.truncate(1);
    } else {
        documents.retain(|raw| !is_empty(raw));
    }
    documents
}

fn is_empty(raw: &Raw) -> bool {
    matches!(raw.value, RawValue::Null)
}

/// The progress of the recovery.
struct Round {
    /// The end of the last cut: an error before it is a consequence of the last one.
    reach: usize,
    refusals: usize,
    parsed: usize,
    is_last: bool,
}

impl Round {
    /// Reports a syntax error and cuts it; returns `false` if reading must stop.
    fn go_on(
        &mut self,
        remainder: &mut Remainder,
        refusal: &Refusal,
        positions: &Positions<'_>,
        problems: &mut Problems,
    ) -> bool {
        if self.is_last {
            return false;
        }
        self.refusals += 1;
        let is_at_end = remainder.text().get(refusal.byte..).is_none_or(|rest| rest.trim().is_empty());
        let is_echo = refusal.byte < self.reach || (is_at_end && self.refusals > 1);
        if refusal.cause == Cause::Hopeless {
            report(problems, positions, refusal, None);
            return false;
        }
        if self.refusals > MAX_REFUSALS || self.parsed + remainder.text().len() > MAX_PARSED {
            if !is_echo {
                report(problems, positions, refusal, None);
            }
            // One last round, without the rest of the file.
            let Some(start) = blame::cut_section(remainder, refusal.byte.max(self.reach)) else {
                return false;
            };
            remainder.gap(start..remainder.text().len());
            self.is_last = true;
            return self.parsed + remainder.text().len() <= 2 * MAX_PARSED;
        }
        if is_echo {
            let end = blame::cut_section(remainder, refusal.byte);
            self.reach = self.reach.max(end.unwrap_or_default());
            return end.is_some();
        }
        let blame = blame::cut(remainder, refusal);
        self.reach = blame.reach.max(self.reach);
        if !blame.is_echo {
            report(problems, positions, refusal, Some(&blame));
        }
        true
    }
}

fn report(problems: &mut Problems, positions: &Positions<'_>, refusal: &Refusal, blame: Option<&Blame>) {
    let position = blame.map_or(refusal.byte..refusal.byte, |blame| blame.position.clone());
    let slip = slip::find(positions.text, refusal, position.start);
    let words = blame.and_then(|blame| blame.words);
    let (message, help) = match (&slip, words) {
        (Some(slip), _) => (slip.message.as_str(), slip.help.as_str()),
        (None, Some(words)) => words,
        (None, None) => (refusal.message.as_str(), refusal.help),
    };
    problems.report(refusal.rule, positions.bytes(position.start, position.end), message).help(help);
}

/// Returns one document with the text before it blanked, so that bytes and lines do not change.
fn part<'t>(text: &'t str, piece: &Range<usize>) -> Cow<'t, str> {
    if piece.start == 0 {
        return Cow::Borrowed(text.get(..piece.end).unwrap_or(text));
    }
    let (before, part) = (text.get(..piece.start), text.get(piece.clone()));
    Cow::Owned(blanked(before.unwrap_or_default()) + part.unwrap_or_default())
}
