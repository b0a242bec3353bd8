//! Writes the members of a workspace and the roles of teams to files, and to the digest.

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, none_or_below};
use bylaws_config::quote::scalar;
use bylaws_engine::{Line, WorkspaceLabel};

use crate::desired::OpenWorkspace;
use crate::files::entry::{hash, written};

/// Writes `members` and `teams` of a workspace.
pub(crate) fn write(page: &mut Page<'_>, label: &WorkspaceLabel, open: &OpenWorkspace) {
    if let Some(members) = &open.members {
        page.line(4, "members", none_or_below(members.is_empty()));
        for (email, line) in members {
            let at = Line::WorkspaceMember(label.clone(), email.clone());
            page.noted(6, &at, &scalar(email.as_str()), &written(line));
        }
    }
    if let Some(teams) = &open.teams {
        page.line(4, "teams", none_or_below(teams.is_empty()));
        for (team, role) in teams {
            let at = Line::WorkspaceTeam(label.clone(), team.clone());
            page.noted(6, &at, &scalar(team.as_str()), role.as_str());
        }
    }
}

/// Hashes `members` and `teams` of a workspace.
pub(crate) fn digest(form: &mut Form, open: &OpenWorkspace) {
    form.section(open.members.as_ref(), |form, (email, line)| {
        form.word(email.as_str());
        hash(form, line);
    });
    form.section(open.teams.as_ref(), |form, (name, role)| {
        form.word(name.as_str());
        form.word(role.as_str());
    });
}
