//! Somebody arrives: a line under `members`, and a place in every team and workspace that another person has.

use bylaws_engine::{
    Desired, Email, GuardKind, Line, Member, OrganizationKind, SeatLine, SettableRole, WantedRole,
    WorkspaceRole, WorkspaceState,
};
use jiff::civil::Date;

use super::page::{entries, text};
use super::put::put;
use super::{Draft, EditError, Edited, about, people_lists, seat_maps, sections};
use crate::load::Loaded;
use crate::quote::scalar;
use crate::secret::without_live_keys;
use crate::shown::shown;
use crate::suggest::nearest;
use crate::syntax::Raw;

/// Who arrives, and as what.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Their address.
    pub email: Email,
    /// Whose role, teams and workspaces they get.
    pub like: Option<Email>,
    /// Their role, where it is not that of the other person.
    pub role: Option<SettableRole>,
    /// Their last day.
    pub until: Option<Date>,
    /// What the line says about them.
    pub note: Option<String>,
}

/// Adds a person to the files.
pub fn arrive(loaded: &Loaded, arrival: &Arrival) -> Result<Edited, EditError> {
    let Some(desired) = &loaded.desired else { return Err(EditError::NoMembers) };
    let Some(members) = &desired.members else { return Err(EditError::NoMembers) };
    let email = &arrival.email;
    let person = email.person();
    if let Some((listed, _)) = members.iter().find(|(listed, _)| listed.person() == person) {
        let place = loaded.origins.get(&Line::Member(listed.clone()));
        return Err(match place {
            Some(place) => EditError::Listed { place, email: listed.clone() },
            None => EditError::NoMembers,
        });
    }
    if let Some(domains) = &desired.guards.allowed_domains
        && !domains.contains(email.domain())
    {
        let place = loaded.origins.get(&Line::Guard(GuardKind::AllowedDomains));
        return Err(EditError::Domain { place, allowed: domains.iter().cloned().collect() });
    }
    let like = match &arrival.like {
        None => None,
        Some(like) => {
            let person = like.person();
            let found = members.iter().find(|(listed, _)| listed.person() == person);
            let near = || nearest(like.as_str(), members.keys().map(Email::as_str)).map(str::to_owned);
            Some(found.ok_or_else(|| EditError::NotListed { near: near() })?)
        }
    };
    let role = role(arrival, like, desired.organization.kind)?;
    let (mut draft, trees) = Draft::open(&loaded.files)?;
    list(&mut draft, &trees, arrival, like, role);
    let mut wanted = desired.clone();
    let member = Member { role: WantedRole::Settable(role), until: arrival.until, id: None };
    wanted.members.get_or_insert_default().insert(email.clone(), member);
    if let Some((like, _)) = like {
        join_teams(&mut draft, &trees, like, email);
        take_seats(&mut draft, &trees, like, email, role);
        say_ends(&mut draft, desired, like, arrival);
        with_places(&mut wanted, like, email, role);
    }
    draft.finish(&wanted, &loaded.problems)
}

/// The role to give.
fn role(
    arrival: &Arrival,
    like: Option<(&Email, &Member)>,
    kind: OrganizationKind,
) -> Result<SettableRole, EditError> {
    if let Some(role) = arrival.role {
        return if role.is_of(kind) {
            Ok(role)
        } else {
            Err(EditError::NoRole {
                why: format!("`{}` is no role of this kind of organization", role.as_str()),
            })
        };
    }
    let Some((like, member)) = like else {
        return Err(EditError::NoRole { why: "nothing says which role to give".to_owned() });
    };
    let who = shown(like.as_str());
    match member.role {
        WantedRole::Settable(role) => Ok(role),
        WantedRole::Held(role) => Err(EditError::NoRole {
            why: format!("{who} is listed as `{}`, which the API cannot give", role.as_str()),
        }),
        WantedRole::None => Err(EditError::NoRole { why: format!("{who} is listed as `none`") }),
    }
}

/// The line under `members`.
fn list(
    draft: &mut Draft<'_>,
    trees: &[Raw],
    arrival: &Arrival,
    like: Option<(&Email, &Member)>,
    role: SettableRole,
) {
    let key = scalar(arrival.email.as_str());
    let mut fields = vec![format!("role: {}", role.as_str())];
    fields.extend(arrival.until.map(|until| format!("until: {until}")));
    fields.extend(arrival.note.as_ref().map(|note| format!("note: {}", scalar(note))));
    let new = match fields.as_slice() {
        [_] => format!("{key}: {}", role.as_str()),
        _ => format!("{key}: {{{}}}", fields.join(", ")),
    };
    let sections = sections(trees, "members");
    let below = match like {
        Some((like, _)) => sections.iter().find_map(|&(file, _, section)| {
            about(section, like).first().map(|(number, _)| (file, section, *number))
        }),
        None => {
            // Of equally long ones the first.
            let longest = sections.iter().rev().max_by_key(|(_, _, section)| entries(section).len());
            longest.map(|&(file, _, section)| (file, section, entries(section).len().saturating_sub(1)))
        }
    };
    let Some((file, section, number)) = below else { return };
    if let Some(entry) = entries(section).get(number) {
        let said = without_live_keys(&new);
        draft.step(file, entry.first, format!("add {} under `members`, below this", shown(&said)));
    }
    draft.edit(file, |page| put(page, section, number, &new));
}

fn join_teams(draft: &mut Draft<'_>, trees: &[Raw], like: &Email, email: &Email) {
    let new = scalar(email.as_str());
    for group in people_lists(trees) {
        for (number, item) in about(group.container, like) {
            draft.step(group.file, item, format!("add {} to {}", shown(email.as_str()), group.name));
            draft.edit(group.file, |page| put(page, group.container, number, &new));
        }
    }
}

fn take_seats(draft: &mut Draft<'_>, trees: &[Raw], like: &Email, email: &Email, role: SettableRole) {
    for group in seat_maps(trees) {
        let pairs = super::pairs(group.container);
        for (number, key) in about(group.container, like) {
            let value = pairs.get(number).map(|(_, value)| value);
            let word = value.and_then(|value| text(value).or_else(|| text(super::field(value, "role")?.1)));
            let Some(word) = word else { continue };
            if is_left_out(WorkspaceRole::from_text(word), role) {
                let who = shown(like.as_str());
                draft.notes.push(format!(
                    "the line of {who} in {} is not copied: `{word}` follows from the role `billing` alone",
                    group.name
                ));
                continue;
            }
            if word == WorkspaceRole::Admin.as_str() {
                let (who, whom) = (shown(email.as_str()), shown(like.as_str()));
                draft.notes.push(format!("{who} gets `{word}` in {}, as {whom} has it", group.name));
            }
            let new = format!("{}: {word}", scalar(email.as_str()));
            draft.step(group.file, key, format!("add {} to {}", shown(&new), group.name));
            draft.edit(group.file, |page| put(page, group.container, number, &new));
        }
    }
}

/// A seat that only people of billing can have.
fn is_left_out(seat: Option<WorkspaceRole>, role: SettableRole) -> bool {
    seat == Some(WorkspaceRole::Billing) && role != SettableRole::Billing
}

/// What the files should ask for when a person has every place of another.
fn with_places(wanted: &mut Desired, like: &Email, email: &Email, role: SettableRole) {
    let person = like.person();
    for team in wanted.teams.values_mut() {
        if team.iter().any(|email| email.person() == person) {
            team.insert(email.clone());
        }
    }
    for workspace in wanted.workspaces.iter_mut().flat_map(|all| all.values_mut()) {
        let WorkspaceState::Open(open) = &mut workspace.state else { continue };
        let Some(members) = &mut open.members else { continue };
        let seat = members.iter().find(|(email, _)| email.person() == person).map(|(_, line)| line.role);
        if let Some(seat) = seat.filter(|seat| !is_left_out(*seat, role)) {
            members.insert(email.clone(), SeatLine { role: seat, until: None });
        }
    }
}

/// The other person's ends are theirs.
fn say_ends(draft: &mut Draft<'_>, desired: &Desired, like: &Email, arrival: &Arrival) {
    let (who, whom) = (shown(like.as_str()), shown(arrival.email.as_str()));
    let member = desired.members.iter().flatten().find(|(email, _)| *email == like).map(|(_, member)| member);
    if let (Some(until), None) = (member.and_then(|member| member.until), arrival.until) {
        draft.notes.push(format!(
            "{who} is listed until {until}, and {whom} without an end: pass --until {until} if theirs is the same"
        ));
    }
    for (label, workspace) in desired.workspaces.iter().flatten() {
        let WorkspaceState::Open(open) = &workspace.state else { continue };
        let line = open.members.iter().flatten().find(|(email, _)| email.person() == like.person());
        if let Some(until) = line.and_then(|(_, line)| line.until) {
            draft.notes.push(format!(
                "the seat of {who} in {} ends on {until}; that of {whom} has no end of its own",
                shown(label.as_str())
            ));
        }
    }
}
