//! What the line of a workspace member becomes so that it says what is live.

use bylaws_engine::{Email, Inherited, LiveWorkspaceRole, WorkspaceLabel, WorkspaceRole};

use crate::adopt::view::{Difference, NOT_LIVE, View, open_mut};
use crate::desired::{Desired, MembershipLine};

/// Adopts a membership. A role that differs from that of a team gets a line; so does `none` for somebody whom a team
/// makes a member, and who is none. Otherwise the line of somebody who is no member goes.
pub(crate) fn adopt(
    view: &View<'_>,
    wanted: &mut Desired,
    (label, email): (&WorkspaceLabel, &Email),
    difference: &Difference,
) -> Result<(), String> {
    let refused = || Err(difference.reason.clone());
    let Some(workspace) = view.plan.workspaces.get(label) else { return Err(NOT_LIVE.to_owned()) };
    let person = email.person();
    let user = match view.people.users_like(email) {
        [] => None,
        [user] if user.email == *email => Some(user),
        _ => return refused(),
    };
    let role = user.map(|user| user.role.seen_in(view.basis.desired.organization.kind));
    let inherited = role.and_then(|role| role.inherited());
    let members = view.live.workspace_members.get(workspace);
    let has = user.and_then(|user| members?.get(&user.id));
    let has = match has.filter(|role| !inherited.is_some_and(|inherited| inherited.makes_redundant(role))) {
        None => None,
        Some(LiveWorkspaceRole::Known(role)) if *role != WorkspaceRole::Billing => Some(*role),
        Some(_) => return refused(),
    };
    let is_listed =
        wanted.members.as_ref().is_none_or(|members| members.keys().any(|listed| listed.person() == person));
    if has.is_some() && !is_listed {
        return Err("this person is not listed under `members`".to_owned());
    }
    let is_named =
        |team: &std::collections::BTreeSet<Email>| team.iter().any(|email| email.person() == person);
    let teams: Vec<_> =
        wanted.teams.iter().filter(|(_, team)| is_named(team)).map(|(name, _)| name.clone()).collect();
    let Some(open) = open_mut(wanted, label) else { return Ok(()) };
    let by_team = open.teams.iter().flatten().any(|(name, _)| teams.contains(name));
    let listed = open.members.iter().flatten().find(|(listed, _)| listed.person() == person);
    let until = listed.and_then(|(_, line)| line.until);
    if let Some(until) = until.filter(|until| *until < view.basis.today) {
        return Err(format!("expired on {until}: write another `until`, or none"));
    }
    let spelled = listed.map_or(email, |(listed, _)| listed).clone();
    let line = match (has, inherited) {
        (Some(_), _) => Some(MembershipLine { role: has, until }),
        (None, None) if by_team => Some(MembershipLine { role: None, until: None }),
        // They cannot be kept out, so the line says what their role in the organization implies.
        (None, Some(Inherited::Billing)) if by_team => {
            Some(MembershipLine { role: Some(WorkspaceRole::Billing), until: None })
        }
        (None, _) => None,
    };
    match (line, &mut open.members) {
        (Some(line), members) => drop(members.get_or_insert_default().insert(spelled, line)),
        (None, Some(members)) => drop(members.remove(&spelled)),
        (None, None) => {}
    }
    Ok(())
}
