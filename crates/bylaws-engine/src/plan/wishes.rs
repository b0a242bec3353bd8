//! What the lines and teams of a workspace come to for each person, on one day.
//! Knows the files alone; what is live is compared elsewhere.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::desired::{Desired, Line, OpenWorkspace, UnlistedKind};
use crate::{Email, TeamName, WorkspaceLabel, WorkspaceRole};

/// What the lines of a workspace come to for one person, on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeatWish<'a> {
    /// The role; `None` for no seat.
    pub(crate) role: Option<WorkspaceRole>,
    /// What decides.
    pub(crate) by: By<'a>,
    /// The last day of a line that ran out and so decides no longer.
    pub(crate) expired: Option<Date>,
}

/// What decides about a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By<'a> {
    /// The person's own line in the workspace.
    Line,
    /// The line of a team they are in.
    Team(&'a TeamName),
    /// No line at all: the policy for the unlisted.
    Policy,
}

impl By<'_> {
    /// The line, made only where output asks for it: most seats are as they should be.
    pub(crate) fn line(self, label: &WorkspaceLabel, email: &Email) -> Line {
        match self {
            Self::Line => Line::WorkspaceMember(label.clone(), email.clone()),
            Self::Team(team) => Line::WorkspaceTeam(label.clone(), team.clone()),
            Self::Policy => Line::Unlisted(UnlistedKind::WorkspaceMembers),
        }
    }
}

/// Resolves lines and teams; a line wins over teams, of two teams the stronger role.
pub(crate) fn wishes<'a>(
    desired: &'a Desired,
    open: &'a OpenWorkspace,
    today: Date,
) -> BTreeMap<&'a Email, SeatWish<'a>> {
    let mut wishes: BTreeMap<&Email, SeatWish<'_>> = BTreeMap::new();
    for (team, role) in open.teams.iter().flatten() {
        for email in desired.teams.get(team).into_iter().flatten() {
            let wish = SeatWish { role: Some(*role), by: By::Team(team), expired: None };
            let known = wishes.entry(email).or_insert(wish);
            if known.role.is_some_and(|known| known.strength() < role.strength()) {
                *known = wish;
            }
        }
    }
    for (email, seat) in open.members.iter().flatten() {
        // A day beside `none` changes nothing, so nothing comes to its end with it.
        match seat.until.filter(|until| *until < today && seat.role.is_some()) {
            None => {
                wishes.insert(email, SeatWish { role: seat.role, by: By::Line, expired: None });
            }
            Some(until) => {
                // A team may take over only if that raises nobody: an end date never gives more.
                let strength = seat.role.map_or(0, WorkspaceRole::strength);
                let team =
                    wishes.remove(email).filter(|t| t.role.is_some_and(|role| role.strength() <= strength));
                let (role, by) = team.map_or((None, By::Line), |team| (team.role, team.by));
                wishes.insert(email, SeatWish { role, by, expired: Some(until) });
            }
        }
    }
    wishes
}
