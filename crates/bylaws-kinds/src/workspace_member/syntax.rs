//! The sections `members` and `teams` of a workspace: how they are read, written and hashed.
//! `wishes.rs` decides which entry applies to a person.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::digest::Form;
use bylaws_config::fields::map;
use bylaws_config::node::Node;
use bylaws_config::page::{Page, none_or_below};
use bylaws_config::position::At;
use bylaws_config::quote::scalar;
use bylaws_config::shown::shown;
use bylaws_engine::{Email, Line, TeamName, WorkspaceLabel, WorkspaceRole};
use foldhash::{HashMap, HashMapExt as _};

use super::entry::team_role;
use super::overlap::{self, TeamLine};
use super::standing;
use crate::desired::{MembershipLine, OpenWorkspace};
use crate::files::entry::{hash, read, written};
use crate::files::teams::Teams;
use crate::files::{Context, rules, scalars};
use crate::member::people::People;

/// Reads the entries for people.
pub(crate) fn members(
    cx: &mut Context,
    workspace: &WorkspaceLabel,
    section: &Node,
    people: &mut People,
) -> Option<BTreeMap<Email, MembershipLine>> {
    let entries = map(&mut cx.problems, section, "members")?;
    // Sorted at the end, all at once.
    let mut memberships = Vec::with_capacity(entries.len());
    let mut first: HashMap<_, (Email, At)> = HashMap::with_capacity(entries.len());
    cx.origins.reserve(entries.len());
    for entry in entries {
        let Some(email) = scalars::email(&mut cx.problems, &entry.key, entry.at) else { continue };
        let person = email.person();
        if let Some((other, at)) = first.get(&person) {
            scalars::duplicate_person(&mut cx.problems, (&email, entry.at), (other, *at));
            continue;
        }
        first.insert(person, (email.clone(), entry.at));
        let line: Option<MembershipLine> = read(cx, entry, |key| {
            let help = "write a role, as in `workspace_user`, or delete the line";
            (format!("{key} has no role in this workspace"), help.to_owned())
        });
        if line.is_none_or(|line| line.role.is_some()) {
            people.expect(&mut cx.problems, &email, entry.at);
        } else {
            people.expect_mention(&mut cx.problems, &email, entry.at);
        }
        if line.is_some_and(|line| line.role == Some(WorkspaceRole::Billing)) && people.is_no_billing(&email)
        {
            not_billing(cx, entry.value.at, &email);
        } else if let Some(line) = line {
            standing::line(cx, people, &email, line, entry);
        }
        cx.origins.insert(Line::WorkspaceMember(workspace.clone(), email.clone()), entry.at);
        memberships.extend(line.map(|line| (email, line)));
    }
    Some(memberships.into_iter().collect())
}

/// Reads the entries for teams. `explicit` are the entries for people, which override teams.
pub(crate) fn teams(
    cx: &mut Context,
    workspace: &WorkspaceLabel,
    section: &Node,
    (teams, people): (&Teams, &People),
    explicit: Option<&BTreeMap<Email, MembershipLine>>,
) -> Option<BTreeMap<TeamName, WorkspaceRole>> {
    let nobody = BTreeSet::new();
    let by_team = |email: &&Email| explicit.is_none_or(|explicit| !explicit.contains_key(*email));
    let mut roles = BTreeMap::new();
    let mut lines = Vec::new();
    for entry in map(&mut cx.problems, section, "teams")? {
        let team = teams.of(cx, &entry.key, entry.at).unwrap_or(&nobody);
        let Some(role) = team_role(cx, entry) else { continue };
        let lacks = |email: &&Email| people.is_no_billing(email) && by_team(email);
        if role == WorkspaceRole::Billing
            && let Some(email) = team.iter().find(lacks)
        {
            not_billing(cx, entry.value.at, email);
        } else {
            standing::team(cx, people, teams.special(&entry.key).iter().filter(by_team), role, entry);
        }
        lines.push(TeamLine { name: &entry.key, at: entry.at, role, team });
        let name = TeamName::new(entry.key.as_str());
        cx.origins.insert(Line::WorkspaceTeam(workspace.clone(), name.clone()), entry.at);
        roles.insert(name, role);
    }
    overlap::report(cx, people, lines, |email| by_team(&email));
    Some(roles)
}

fn not_billing(cx: &mut Context, at: At, email: &Email) {
    let message = format!(
        "{} cannot be `workspace_billing` without the organization role `billing`",
        shown(email.as_str())
    );
    cx.report(&rules::NOT_BILLING, at, message)
        .label("cannot be assigned")
        .help("list them with `billing` under `members`, or choose another role here");
}

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
