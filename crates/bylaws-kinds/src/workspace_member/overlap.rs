//! Reports people who get different roles in one workspace from two teams.
//! The engine decides which role applies.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_engine::sentence::listed;
use bylaws_engine::{Email, Inherited, WorkspaceRole};

use crate::desired::WantedRole;
use crate::files::{Context, rules};
use crate::member::people::People;

/// Maximum number of memberships to compare in a run: enough for any organization, but bounded for a hostile file
/// with teams of thousands of people in thousands of workspaces.
const COMPARISONS: usize = 2_000_000;
/// Maximum number of people to name in a message.
const NAMED: usize = 3;

/// The entry of a team in a workspace.
pub(super) struct TeamLine<'n> {
    pub(super) name: &'n str,
    pub(super) at: At,
    pub(super) role: WorkspaceRole,
    pub(super) team: &'n BTreeSet<Email>,
}

/// Reports each pair of teams that give a person different roles. `by_team` returns whether a person's role in this
/// workspace comes from teams.
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
    let mut pairs: BTreeMap<(usize, usize), Vec<&Email>> = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        for email in line.team.iter().filter(|&email| by_team(email)) {
            // Admins are in every workspace, whatever their teams.
            let role = people.role(email);
            if role.is_some_and(|role| role == WantedRole::None || role.inherited() == Some(Inherited::Admin))
            {
                continue;
            }
            let best = *winner.entry(email).or_insert(number);
            if lines.get(best).is_some_and(|best| best.role != line.role) {
                pairs.entry((best, number)).or_default().push(email);
            }
        }
    }
    for ((stronger, weaker), both) in pairs {
        if let (Some(stronger), Some(weaker)) = (lines.get(stronger), lines.get(weaker)) {
            say(cx, stronger, weaker, &both);
        }
    }
}

fn say(cx: &mut Context, stronger: &TeamLine<'_>, weaker: &TeamLine<'_>, both: &[&Email]) {
    let who = listed(both.iter().map(|email| shown(email.as_str())), NAMED);
    let (winner, loser) = (shown(stronger.name), shown(weaker.name));
    let message = format!(
        "{who} would get `{}` from {winner} and `{}` from {loser}; the stronger role applies",
        stronger.role, weaker.role
    );
    cx.report(&rules::TWO_TEAM_ROLES, stronger.at, message)
        .label("this role applies")
        .also(weaker.at, "this role does not apply to them")
        .help("give them an entry under `members`, or keep them in one of the two teams only");
}
