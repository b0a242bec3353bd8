//! Writes the members of a workspace and the roles of teams to files, and to the digest.

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, none_or_below, short_or_long};
use bylaws_config::quote::scalar;
use bylaws_engine::{Email, Line, TeamName, WorkspaceLabel, WorkspaceRole};

use crate::desired::{MembershipLine, OpenWorkspace};

/// Writes `members` and `teams` of a workspace.
pub(crate) fn write(page: &mut Page<'_>, label: &WorkspaceLabel, open: &OpenWorkspace) {
    if let Some(members) = &open.members {
        page.line(4, "members", none_or_below(members.is_empty()));
        for (email, line) in members {
            membership(page, label, email, *line);
        }
    }
    if let Some(teams) = &open.teams {
        page.line(4, "teams", none_or_below(teams.is_empty()));
        for (team, role) in teams {
            team_line(page, label, team, *role);
        }
    }
}

fn membership(page: &mut Page<'_>, label: &WorkspaceLabel, email: &Email, line: MembershipLine) {
    let until = line.until.map(|day| day.to_string());
    let role = line.role.map_or("none", WorkspaceRole::as_str);
    let value = short_or_long(&[("role", Some(role)), ("until", until.as_deref())]);
    page.noted(6, &Line::WorkspaceMember(label.clone(), email.clone()), &scalar(email.as_str()), &value);
}

fn team_line(page: &mut Page<'_>, label: &WorkspaceLabel, team: &TeamName, role: WorkspaceRole) {
    page.noted(6, &Line::WorkspaceTeam(label.clone(), team.clone()), &scalar(team.as_str()), role.as_str());
}

/// Hashes `members` and `teams` of a workspace.
pub(crate) fn digest(form: &mut Form, open: &OpenWorkspace) {
    form.section(open.members.as_ref(), |form, (email, line)| {
        form.word(email.as_str());
        form.word(line.role.map_or("none", |role| role.as_str()));
        form.day(line.until);
    });
    form.section(open.teams.as_ref(), |form, (name, role)| {
        form.word(name.as_str());
        form.word(role.as_str());
    });
}
