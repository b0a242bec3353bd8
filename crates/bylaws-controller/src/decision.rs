//! What a round does with a plan. Does no IO, so that every case is a row of a table.

use crate::config::Mode;
use crate::planned::Planned;

/// What is known when the plan was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) mode: Mode,
    pub(crate) is_suspended: bool,
    pub(crate) has_baseline: bool,
    /// The fingerprint that somebody approved.
    pub(crate) approved: Option<&'a str>,
    pub(crate) plan: &'a Planned,
}

/// What a round does with a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing is left to do: the revision becomes the baseline.
    InSync,
    /// Changes are shown only.
    Pending,
    /// Somebody suspended the organization.
    Suspended,
    /// All changes wait for a person. `moves` is whether the revision becomes the baseline.
    Held { moves: bool },
    /// A guard refuses.
    Refused,
    /// What is not held is sent.
    Send,
    /// Exactly the approved plan is sent.
    SendApproved,
}

pub(crate) fn decide(facts: &Facts<'_>) -> Decision {
    let Facts { mode, is_suspended, has_baseline, approved, plan } = *facts;
    if is_suspended {
        return Decision::Suspended;
    }
    if plan.wanted() == 0 && plan.unapproved.is_empty() {
        return Decision::InSync;
    }
    if mode == Mode::Plan {
        return if plan.refused.is_some() { Decision::Refused } else { Decision::Pending };
    }
    // The approval is kept: it can still be used once the guard allows it.
    if plan.refused.is_some() {
        return Decision::Refused;
    }
    if approved == Some(plan.fingerprint.as_str()) && plan.wanted() > 0 {
        return Decision::SendApproved;
    }
    match (has_baseline, plan.changes.len()) {
        // Only the files can approve what is left.
        _ if plan.wanted() == 0 => Decision::Held { moves: true },
        (false, _) => Decision::Held { moves: false },
        (true, 0) => Decision::Held { moves: true },
        (true, _) => Decision::Send,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bylaws_engine::Cause;
    use bylaws_engine::hold::Hold;
    use bylaws_output::document::word::Word;

    use crate::held::{HeldBy, HeldChange};

    fn plan(changes: usize, held: usize, refused: bool) -> Planned {
        let one = HeldChange {
            change: "remove member/a@b.c".to_owned(),
            detail: String::new(),
            cause: Some(Word(Cause::Drift)),
            classes: Vec::new(),
            by: Word(HeldBy::Hold(Hold::Cause(Cause::Drift))),
        };
        Planned {
            fingerprint: "f".to_owned(),
            changes: vec![one.clone(); changes],
            held: vec![one; held],
            refused: refused.then(String::new),
            ..Planned::default()
        }
    }

    #[test]
    fn changes_without_their_approval_are_held() {
        let unapproved = plan(0, 1, false).held;
        let plan = Planned { unapproved, ..plan(0, 0, false) };
        for has_baseline in [false, true] {
            let facts =
                Facts { mode: Mode::Apply, is_suspended: false, has_baseline, approved: None, plan: &plan };
            assert_eq!(decide(&facts), Decision::Held { moves: true });
            assert_eq!(decide(&Facts { mode: Mode::Plan, ..facts }), Decision::Pending);
        }
    }

    #[test]
    fn only_apply_with_a_baseline_or_an_approval_sends() {
        use Decision::{Held, InSync, Pending, Refused, Send, SendApproved, Suspended};
        let (moves, stays) = (Held { moves: true }, Held { moves: false });
        // (changes, held, refused): for apply with a baseline, apply without one, approved, plan, suspended.
        let rows = [
            ((0, 0, false), [InSync, InSync, InSync, InSync, Suspended]),
            ((2, 0, false), [Send, stays, SendApproved, Pending, Suspended]),
            ((2, 3, false), [Send, stays, SendApproved, Pending, Suspended]),
            ((0, 3, false), [moves, stays, SendApproved, Pending, Suspended]),
            ((2, 0, true), [Refused, Refused, Refused, Refused, Suspended]),
        ];
        for ((changes, held, refused), expected) in rows {
            let plan = plan(changes, held, refused);
            let facts = Facts {
                mode: Mode::Apply,
                is_suspended: false,
                has_baseline: true,
                approved: None,
                plan: &plan,
            };
            let cases = [
                facts,
                Facts { has_baseline: false, ..facts },
                Facts { approved: Some("f"), ..facts },
                Facts { mode: Mode::Plan, approved: Some("f"), ..facts },
                Facts { is_suspended: true, approved: Some("f"), ..facts },
            ];
            assert_eq!(cases.map(|facts| decide(&facts)), expected, "{changes} {held} {refused}");
            let other = Facts { approved: Some("another"), ..facts };
            assert_eq!(decide(&other), expected[0], "an approval of another plan changes nothing");
        }
    }
}
