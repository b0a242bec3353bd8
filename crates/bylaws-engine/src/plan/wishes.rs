//! What the lines and teams of a workspace come to for each person, on one day.
//! Knows the files alone; what is live is compared elsewhere.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::desired::{Desired, Line, OpenWorkspace};
use crate::{Email, WorkspaceLabel, WorkspaceRole};

/// What the lines of a workspace come to for one person, on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SeatWish {
    /// The role; `None` for no seat.
    pub(super) role: Option<WorkspaceRole>,
    /// The line that decides.
    pub(super) line: Line,
    /// The last day of a line that ran out and so decides no longer.
    pub(super) expired: Option<Date>,
}

/// Resolves lines and teams; a line wins over teams, of two teams the stronger role.
pub(super) fn wishes<'a>(
    desired: &'a Desired,
    label: &WorkspaceLabel,
    open: &'a OpenWorkspace,
    today: Date,
) -> BTreeMap<&'a Email, SeatWish> {
    let mut wishes: BTreeMap<&Email, SeatWish> = BTreeMap::new();
    for (team, role) in open.teams.iter().flatten() {
        for email in desired.teams.get(team).into_iter().flatten() {
            let line = Line::WorkspaceTeam(label.clone(), team.clone());
            let wish = SeatWish { role: Some(*role), line, expired: None };
            let known = wishes.entry(email).or_insert_with(|| wish.clone());
            if known.role.is_some_and(|known| known.strength() < role.strength()) {
                *known = wish;
            }
        }
    }
    for (email, seat) in open.members.iter().flatten() {
        let line = Line::WorkspaceMember(label.clone(), email.clone());
        // A day beside `none` changes nothing, so nothing comes to its end with it.
        match seat.until.filter(|until| *until < today && seat.role.is_some()) {
            None => {
                wishes.insert(email, SeatWish { role: seat.role, line, expired: None });
            }
            Some(until) => {
                // A team may take over only if that raises nobody: an end date never gives more.
                let strength = seat.role.map_or(0, WorkspaceRole::strength);
                let team =
                    wishes.remove(email).filter(|t| t.role.is_some_and(|role| role.strength() <= strength));
                let (role, line) = team.map_or((None, line), |team| (team.role, team.line));
                wishes.insert(email, SeatWish { role, line, expired: Some(until) });
            }
        }
    }
    wishes
}
