//! The role that the lines and teams of a workspace give each person on one day. Uses only the files.

use std::collections::BTreeMap;

use bylaws_engine::{Email, Line, TeamName, WorkspaceLabel, WorkspaceRole};
use jiff::civil::Date;

use crate::desired::{Desired, OpenWorkspace};

/// The result of the lines of a workspace for one person on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WantedMembership<'a> {
    /// The role; `None` if the person should not be a member.
    pub(crate) role: Option<WorkspaceRole>,
    /// The line that decides.
    pub(crate) by: By<'a>,
    /// The last day of a line that has expired and no longer applies.
    pub(crate) expired: Option<Date>,
}

/// What decides a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By<'a> {
    /// The person's own line in the workspace.
    Line,
    /// The line of a team of the person.
    Team(&'a TeamName),
    /// No line: the policy for unlisted members.
    Policy,
}

impl By<'_> {
    /// Returns the line. Created only on demand, because most memberships need no change.
    pub(crate) fn line(self, label: &WorkspaceLabel, email: &Email) -> Line {
        match self {
            Self::Line => Line::WorkspaceMember(label.clone(), email.clone()),
            Self::Team(team) => Line::WorkspaceTeam(label.clone(), team.clone()),
            Self::Policy => Line::Unlisted("workspace_members"),
        }
    }
}

/// Resolves lines and teams; a line overrides teams, and of two teams the stronger role applies.
pub(crate) fn wishes<'a>(
    desired: &'a Desired,
    open: &'a OpenWorkspace,
    today: Date,
) -> BTreeMap<&'a Email, WantedMembership<'a>> {
    let mut wishes: BTreeMap<&Email, WantedMembership<'_>> = BTreeMap::new();
    for (team, role) in open.teams.iter().flatten() {
        for email in desired.teams.get(team).into_iter().flatten() {
            let wish = WantedMembership { role: Some(*role), by: By::Team(team), expired: None };
            let known = wishes.entry(email).or_insert(wish);
            if known.role.is_some_and(|known| known.strength() < role.strength()) {
                *known = wish;
            }
        }
    }
    for (email, membership) in open.members.iter().flatten() {
        // A date with `none` changes nothing, so nothing expires.
        match membership.until.filter(|until| *until < today && membership.role.is_some()) {
            None => {
                wishes.insert(email, WantedMembership { role: membership.role, by: By::Line, expired: None });
            }
            Some(until) => {
                // A team's role applies only if it is not stronger: an end date never increases access.
                let strength = membership.role.map_or(0, WorkspaceRole::strength);
                let team =
                    wishes.remove(email).filter(|t| t.role.is_some_and(|role| role.strength() <= strength));
                let (role, by) = team.map_or((None, By::Line), |team| (team.role, team.by));
                wishes.insert(email, WantedMembership { role, by, expired: Some(until) });
            }
        }
    }
    wishes
}
