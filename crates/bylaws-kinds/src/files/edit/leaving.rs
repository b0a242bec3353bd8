//! Removes a person from the files: their entry is deleted or becomes `none`, and all other entries that name them are
//! removed, except approvals.

use bylaws_config::edit::{
    Draft, Entry, Page, Raw, RawValue, cut, entries, field, is_alias, pairs, put, sections, start, text,
};
use bylaws_config::quote::scalar;
use bylaws_config::shown::shown;
use bylaws_config::suggest::nearest;
use bylaws_engine::{Address, Email, Person};

use super::{EditError, Edited, about, finish, membership_maps, people_lists};
use crate::Desired;
use crate::desired::{Member, Policy, WantedRole};
use crate::files::load::Loaded;

/// The change to the person's entry under `members`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The entry is deleted; `unlisted.members: remove` removes the person.
    Deleted,
    /// The role becomes `none`.
    None,
    /// The role is `none` already.
    Kept,
    /// An entry with `none` is added, because the person is live and not listed.
    Added,
    /// There is no entry: the files do not manage members, or the person is neither listed nor live.
    Unmanaged,
}

/// A live member or pending invite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The e-mail address as the service spells it.
    pub email: Email,
    /// Whether the person has a console-only role.
    pub is_held: bool,
}

/// Removes a person from the files. `live` is their live state; a person who is live and not listed under `members` gets
/// an entry with `none`.
pub fn leave(loaded: &Loaded, email: &Email, live: Option<&Seen>) -> Result<(Edited, Line), EditError> {
    let Some(desired) = &loaded.desired else { return Err(EditError::NoMembers) };
    let person = email.person();
    let (mut draft, trees) = Draft::open(&loaded.files)?;
    let sections_of_members = sections(&trees, "members");
    let listed = sections_of_members.iter().find_map(|&(file, key, section)| {
        let (number, first) = *about(section, email).first()?;
        Some((file, key, section, number, first))
    });
    let mut wanted = without(desired, &person);
    let line = match (&desired.members, listed) {
        (None, _) => Line::Unmanaged,
        (Some(members), Some((file, key, section, number, first))) => {
            let (email, member) = members
                .iter()
                .find(|(email, _)| email.person() == person)
                .ok_or(EditError::NotListed { near: None })?;
            let is_last = entries(section).len() == 1;
            let is_held = live.is_some_and(|live| live.is_held);
            let line = fate(member.role, desired.unlisted.of("members"), is_last || is_held);
            if line == Line::Deleted {
                draft.step(file, first, format!("delete {} under `members`", shown(email.as_str())));
                draft.edit(file, |page| cut(page, key, section, &[number], "{}"));
            } else {
                let left = Member { role: WantedRole::None, until: None, id: member.id.clone() };
                wanted.members.get_or_insert_default().insert(email.clone(), left);
            }
            if line == Line::None {
                draft.step(file, first, format!("write `none` as the role of {}", shown(email.as_str())));
                if let Some((key, value)) = pairs(section).get(number) {
                    draft.edit(file, |page| none(page, key, value));
                }
            }
            line
        }
        (Some(_), None) => match live {
            Some(Seen { email: live, .. }) => {
                add_none(&mut draft, &trees, live);
                let left = Member { role: WantedRole::None, until: None, id: None };
                wanted.members.get_or_insert_default().insert(live.clone(), left);
                Line::Added
            }
            None => Line::Unmanaged,
        },
    };
    take_out(&mut draft, &trees, email);
    // A person who is not listed may still be named by a guard. If nothing names them, the address is a typo.
    if draft.steps.is_empty() && line != Line::Kept {
        return Err(EditError::NotListed { near: near(desired, email) });
    }
    Ok((finish(draft, &wanted, &loaded.problems)?, line))
}

/// Returns the desired state without a person.
fn without(desired: &Desired, person: &Person) -> Desired {
    let mut wanted = desired.clone();
    let is = |email: &Email| email.person() == *person;
    wanted.forget(person);
    wanted.guards.required_admins.retain(|email| !is(email));
    wanted.guards.protect.retain(|address| !address.email().is_some_and(is));
    wanted
}

/// Returns the change to an entry. It must stay for a person with a console-only role, so that the plan shows them as
/// blocked, and if it is the last one, because an empty section is an error.
fn fate(role: WantedRole, policy: Policy, must_stay: bool) -> Line {
    match (role, policy) {
        (WantedRole::None, _) => Line::Kept,
        (WantedRole::Settable(_), Policy::Remove) if !must_stay => Line::Deleted,
        (WantedRole::Settable(_) | WantedRole::Held(_), _) => Line::None,
    }
}

/// Sets a role to `none`. The long form keeps its other fields, except the end date, which has no effect then.
fn none(page: &mut Page<'_>, key: &Raw, value: &Raw) -> Result<(), String> {
    let RawValue::Map(fields) = &value.value else {
        page.splice(start(value)..page.end(value), "none");
        return Ok(());
    };
    if is_alias(value) {
        page.splice(start(value)..page.end(value), "none");
        return Ok(());
    }
    let is = |name: &str| fields.iter().position(|(key, _)| text(key) == Some(name));
    if is("id").is_none() && is("note").is_none() {
        let all: Vec<usize> = (0..fields.len()).collect();
        return cut(page, key, value, &all, "none");
    }
    if let Some(until) = is("until") {
        cut(page, key, value, &[until], "{}")?;
    }
    if let Some((_, role)) = field(value, "role") {
        page.splice(start(role)..page.end(role), "none");
    }
    Ok(())
}

/// Adds an entry with `none` for a person who is live and not listed, at the end of the longest `members`.
fn add_none(draft: &mut Draft<'_>, trees: &[Raw], live: &Email) {
    let sections = sections(trees, "members");
    // The first one if several are equally long.
    let longest = sections.iter().rev().max_by_key(|(_, _, section)| entries(section).len());
    let Some(&(file, _, section)) = longest else { return };
    let all = entries(section);
    let Some(Entry { first, .. }) = all.last() else { return };
    let new = format!("{}: none", scalar(live.as_str()));
    draft.step(file, first, format!("add {} under `members`, below this", shown(&new)));
    draft.edit(file, |page| put(page, section, all.len() - 1, std::slice::from_ref(&new)));
}

/// Removes a person from teams, workspaces and guards.
fn take_out(draft: &mut Draft<'_>, trees: &[Raw], email: &Email) {
    let lists = people_lists(trees).into_iter().map(|group| (group, "[]"));
    let maps = membership_maps(trees).into_iter().map(|group| (group, "{}"));
    for (group, nothing) in lists.chain(maps) {
        let found = about(group.container, email);
        for (_, first) in &found {
            let who = shown(text(first).unwrap_or_default());
            draft.step(group.file, first, format!("remove {who} from {}", group.name));
        }
        let numbers: Vec<usize> = found.iter().map(|(number, _)| *number).collect();
        if !numbers.is_empty() {
            draft.edit(group.file, |page| cut(page, group.key, group.container, &numbers, nothing));
        }
    }
    for (file, key, guards) in sections(trees, "guards") {
        take_out_of_guards(draft, (file, key, guards), email);
    }
}

/// Removes a person from the guards. A guard that would be empty is deleted, because that means the same.
fn take_out_of_guards(draft: &mut Draft<'_>, (file, key, guards): (usize, &Raw, &Raw), email: &Email) {
    let person = email.person();
    let is_about = |address: Address| address.email().is_some_and(|email| email.person() == person);
    let mut emptied = Vec::new();
    for (number, (name, list)) in pairs(guards).iter().enumerate() {
        let found: Vec<(usize, &Raw)> = match text(name) {
            Some("required_admins") => about(list, email),
            Some("protect") => {
                let items = entries(list).into_iter().map(|entry| entry.first).enumerate();
                items
                    .filter(|(_, item)| text(item).and_then(crate::parse_address).is_some_and(is_about))
                    .collect()
            }
            _ => continue,
        };
        let guard = text(name).unwrap_or_default();
        for (_, item) in &found {
            let item_text = shown(text(item).unwrap_or_default());
            draft.step(file, item, format!("remove {item_text} from `guards.{guard}`"));
        }
        if found.is_empty() {
        } else if found.len() == entries(list).len() {
            emptied.push(number);
            draft.notes.push(format!("`guards.{guard}` would be empty, so it is deleted"));
        } else {
            let numbers: Vec<usize> = found.iter().map(|(number, _)| *number).collect();
            draft.edit(file, |page| cut(page, name, list, &numbers, "[]"));
        }
    }
    if !emptied.is_empty() {
        draft.edit(file, |page| cut(page, key, guards, &emptied, "{}"));
    }
}

/// Returns the listed address that is nearest to this one.
fn near(desired: &Desired, email: &Email) -> Option<String> {
    let mut named: Vec<&str> = desired.members.iter().flatten().map(|(email, _)| email.as_str()).collect();
    named.extend(desired.teams.values().flatten().map(Email::as_str));
    named.sort_unstable();
    named.dedup();
    nearest(email.as_str(), named).map(str::to_owned)
}
