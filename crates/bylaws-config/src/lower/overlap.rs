//! One person, two teams, two roles in one workspace: the stronger holds, and not everybody knows.
//! Which role holds is the engine's rule; here it is only said.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bylaws_engine::{Email, Inherited, WantedRole, WorkspaceRole};

use super::Context;
use crate::people::People;
use crate::place::At;
use crate::rules;
use crate::shown::shown;

/// How many memberships a run compares: enough for any organization, not for a hostile file, in which a
/// few teams of thousands could stand in thousands of workspaces.
const COMPARISONS: usize = 2_000_000;
/// How many people a sentence names.
const NAMED: usize = 3;

/// A team's line in a workspace.
pub(super) struct TeamLine<'n> {
    pub(super) name: &'n str,
    pub(super) at: At,
    pub(super) role: WorkspaceRole,
    pub(super) team: &'n BTreeSet<Email>,
}

/// Who is in both of two teams: some of them, and how many.
type Both<'n> = (Vec<&'n Email>, usize);

/// Reports each pair of teams that give somebody different roles; `by_team` says whose role here follows
/// from teams at all.
pub(super) fn report<'n>(
    cx: &mut Context,
    people: &People,
    mut lines: Vec<TeamLine<'n>>,
    by_team: impl Fn(&'n Email) -> bool,
) {
    let first = lines.first().map(|line| line.role);
    if lines.iter().all(|line| Some(line.role) == first) {
        return;
    }
    cx.compared += lines.iter().map(|line| line.team.len()).sum::<usize>();
    if cx.compared > COMPARISONS {
        return;
    }
    lines.sort_by(|a, b| b.role.strength().cmp(&a.role.strength()).then_with(|| a.name.cmp(b.name)));
    let mut winner: HashMap<&Email, usize> = HashMap::new();
    let mut pairs: BTreeMap<(usize, usize), Both<'n>> = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        for email in line.team.iter().filter(|&email| by_team(email)) {
            // Admins have every workspace, whatever teams say.
            let role = people.role(email);
            if role.is_some_and(|role| role == WantedRole::None || role.inherited() == Some(Inherited::Admin))
            {
                continue;
            }
            let best = *winner.entry(email).or_insert(number);
            if lines.get(best).is_some_and(|best| best.role != line.role) {
                let (named, count) = pairs.entry((best, number)).or_default();
                *count += 1;
                if named.len() < NAMED {
                    named.push(email);
                }
            }
        }
    }
    for ((stronger, weaker), (named, count)) in pairs {
        if let (Some(stronger), Some(weaker)) = (lines.get(stronger), lines.get(weaker)) {
            say(cx, stronger, weaker, &named, count);
        }
    }
}

fn say(cx: &mut Context, stronger: &TeamLine<'_>, weaker: &TeamLine<'_>, named: &[&Email], count: usize) {
    let mut who = named.iter().map(|email| shown(email.as_str())).collect::<Vec<_>>().join(", ");
    if count > named.len() {
        who = format!("{who} and {} more", count - named.len());
    }
    let (winner, loser) = (shown(stronger.name), shown(weaker.name));
    let message = format!(
        "{who} would be `{}` here by {winner} and `{}` by {loser}; the stronger holds",
        stronger.role, weaker.role
    );
    cx.problems
        .report(&rules::TWO_TEAM_ROLES, stronger.at, message)
        .label("this one holds")
        .also(weaker.at, "this one does not, for them")
        .help("give them a line of their own under `members`, or leave them in one of the two teams");
}
