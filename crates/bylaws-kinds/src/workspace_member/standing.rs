//! Reports workspace entries that a person's entry under `members` makes redundant or impossible: admins and billing
//! members are in every workspace, and no workspace membership outlasts the person's own.

use bylaws_config::fields::value_at;
use bylaws_config::node::Entry;
use bylaws_config::shown::shown;
use bylaws_engine::{Email, Inherited, WorkspaceRole};

use crate::desired::{MembershipLine, WantedRole};
use crate::files::{Context, rules};
use crate::member::people::People;

/// Checks an entry for a person.
pub(super) fn line(cx: &mut Context, people: &People, email: &Email, line: MembershipLine, entry: &Entry) {
    let value = value_at(entry, "role").unwrap_or(entry.value.at);
    if let (Some(until), Some(at)) = (line.until, value_at(entry, "until"))
        && let Some((end, end_at)) = people.until(email)
        && until > end
    {
        let message =
            format!("this membership ends on {until}, but {} leaves on {end}", shown(email.as_str()));
        cx.report(&rules::UNTIL_BEYOND_PERSON, at, message)
            .label("after the person's last day")
            .also(end_at, "the person's last day")
            .help(format!("write a date up to {end}, or change the date under `members`"));
    }
    let Some(role) = people.role(email) else { return };
    let Some(inherited) = role.inherited() else { return };
    let who = shown(email.as_str());
    let standing = role.as_str();
    match (inherited, line.role) {
        (_, None) => {
            let message = format!("{who} is listed as `{standing}`, so they are in every workspace");
            cx.report(&rules::CANNOT_BE_KEPT_OUT, value, message)
                .label("cannot be excluded")
                .help("delete the line, or give them another role under `members`");
        }
        (Inherited::Billing, Some(wanted))
            if !matches!(wanted, WorkspaceRole::Admin | WorkspaceRole::Billing) =>
        {
            let message = format!("{who} is listed as `billing`, so they cannot be `{wanted}`");
            cx.report(&rules::ROLE_NOT_FOR_BILLING, value, message)
                .label("cannot be assigned")
                .help("write `workspace_admin`, delete the line, or list them with another role");
        }
        (Inherited::Billing, Some(WorkspaceRole::Admin)) => {}
        (_, Some(_)) => {
            let message = format!("{who} is listed as `{standing}`, so they are already in this workspace");
            cx.report(&rules::IMPLIED_ROLE, value, message)
                .label("no effect")
                .help("delete the line: admins and billing members are in every workspace");
        }
    }
}

/// Checks an entry for a team. `people_everywhere` are its people who are in every workspace and have no entry of
/// their own here; only the first one is reported.
pub(super) fn team<'t>(
    cx: &mut Context,
    people: &People,
    people_everywhere: impl Iterator<Item = &'t Email>,
    wanted: WorkspaceRole,
    entry: &Entry,
) {
    let mut implied = None;
    let mut refused = None;
    for email in people_everywhere {
        match (people.role(email).and_then(WantedRole::inherited), wanted) {
            (Some(Inherited::Admin), _) | (Some(Inherited::Billing), WorkspaceRole::Billing) => {
                implied = implied.or(Some(email));
            }
            (Some(Inherited::Billing), WorkspaceRole::Admin) | (None, _) => {}
            (Some(Inherited::Billing), _) => refused = refused.or(Some(email)),
        }
        if implied.is_some() && refused.is_some() {
            break;
        }
    }
    if let Some((email, role)) = implied.and_then(|email| Some((email, people.role(email)?))) {
        let (who, team, role) = (shown(email.as_str()), shown(&entry.key), role.as_str());
        let message = format!("{who} of {team} is listed as `{role}`, so they are already in this workspace");
        cx.report(&rules::IMPLIED_ROLE, entry.at, message)
            .label("no effect for them")
            .help("remove them from the team: admins and billing members are in every workspace");
    }
    if let Some(email) = refused {
        let (who, team) = (shown(email.as_str()), shown(&entry.key));
        let message = format!("{who} of {team} is listed as `billing`, so they cannot be `{wanted}`");
        cx.report(&rules::ROLE_NOT_FOR_BILLING, entry.at, message)
            .label("cannot be assigned to them")
            .help("remove them from the team, or list them with another role");
    }
}
