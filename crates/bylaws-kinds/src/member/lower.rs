//! `members:`: the members of the organization, with role and end date.
//! The engine defines which roles exist and which of them can be assigned.

use std::collections::BTreeMap;

use bylaws_config::fields::{Fields, Synonyms, any_text, choice, map, unknown_word, value_at};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_config::unseen;
use bylaws_engine::{Email, HeldRole, Line, OrganizationKind, SettableRole, UserId, WorkspaceRole};

use crate::desired::{Member, WantedRole};
use crate::files::{Context, rules, scalars};
use crate::member::people::{Listed, People};

pub(crate) fn lower(
    cx: &mut Context,
    sections: &[&Entry],
    kind: Option<OrganizationKind>,
    people: &mut People,
) -> BTreeMap<Email, Member> {
    let mut members = BTreeMap::new();
    for section in sections {
        let Some(entries) = map(&mut cx.problems, &section.value, "members") else { continue };
        if entries.is_empty() {
            cx.problems
                .report(
                    &rules::EMPTY_MEMBERS,
                    section.value.at,
                    "`members` is empty, which would remove everyone",
                )
                .label("empty")
                .help("list the people of the organization, or delete the line");
        }
        cx.origins.reserve(entries.len());
        for entry in entries {
            if let Some(email) = scalars::email(&mut cx.problems, &entry.key, entry.at) {
                let member = member(cx, &email, entry, kind);
                let listed = Listed {
                    role: member.as_ref().map(|member| member.role),
                    until: member.as_ref().and_then(|member| member.until).zip(value_at(entry, "until")),
                };
                if people.list(&mut cx.problems, &email, entry.at, listed) {
                    cx.origins.insert(Line::Member(email.clone()), entry.at);
                    members.extend(member.map(|member| (email, member)));
                }
            }
        }
    }
    members
}

fn member(cx: &mut Context, email: &Email, entry: &Entry, kind: Option<OrganizationKind>) -> Option<Member> {
    match &entry.value.value {
        Value::Map(_) => long_form(cx, entry, kind),
        Value::Null => {
            cx.problems
                .report(&rules::NO_VALUE, entry.value.at, format!("{} has no role", shown(&entry.key)))
                .label("no role")
                .help(format!("write a role, as in `{email}: developer`, or delete the line"));
            None
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            let role = role(cx, &entry.value, kind)?;
            Some(Member { role, until: None, id: None })
        }
    }
}

fn long_form(cx: &mut Context, entry: &Entry, kind: Option<OrganizationKind>) -> Option<Member> {
    let known = ["role", "until", "note", "id"];
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, &known)?;
    let help = "write a role, as in `role: developer`";
    let role =
        fields.required(&mut cx.problems, entry.at, "role", help).and_then(|node| role(cx, node, kind));
    let until =
        fields.get("until").map(|line| (line.at, scalars::date(&mut cx.problems, &line.value, "until")));
    if let Some(node) = fields.value("note")
        && let Some(note) = any_text(&mut cx.problems, node, "note")
    {
        unseen::in_text(&mut cx.problems, node.at, note, "note");
    }
    let id = fields.value("id").map(|node| {
        let id = scalars::id(&mut cx.problems, node, "user_")?;
        cx.pin(id, node.at);
        Some(UserId::new(id))
    });
    if let (Some(role), Some((at, _))) = (role, until) {
        end(cx, role, at);
    }
    Some(Member {
        role: role?,
        until: until.map_or(Some(None), |(_, until)| until.map(Some))?,
        id: id.map_or(Some(None), |id| id.map(Some))?,
    })
}

/// Reports an end date that has no effect with this role.
fn end(cx: &mut Context, role: WantedRole, until: At) {
    match role {
        WantedRole::Settable(_) => {}
        WantedRole::Held(role) => {
            cx.problems
                .report(
                    &rules::UNTIL_ON_HELD_ROLE,
                    until,
                    format!("`until` has no effect: the API cannot remove the role `{role}`"),
                )
                .label("no effect")
                .help("delete `until`, and change the role in the Console when the time comes");
        }
        WantedRole::None => {
            cx.problems
                .report(&rules::UNTIL_WITHOUT_EFFECT, until, "`until` has no effect with the role `none`")
                .label("no effect")
                .help("delete `until`: after that date the person is not a member either");
        }
    }
}

/// Common words for a role.
const SYNONYMS: &Synonyms = &[("member", "user"), ("dev", "developer"), ("administrator", "admin")];

fn role(cx: &mut Context, node: &Node, kind: Option<OrganizationKind>) -> Option<WantedRole> {
    let settable = SettableRole::ALL.into_iter().filter(|role| kind.is_none_or(|kind| role.is_of(kind)));
    let known = settable.clone().map(SettableRole::as_str);
    let known = known.chain(HeldRole::ALL.map(HeldRole::as_str)).chain(["none"]);
    let word = choice(&mut cx.problems, node, "role", known.clone(), SYNONYMS)?;
    if word == "none" {
        return Some(WantedRole::None);
    }
    if let Some(role) = HeldRole::parse(word) {
        return Some(WantedRole::Held(role));
    }
    if let Some(role) = settable.clone().find(|role| role.as_str() == word) {
        return Some(WantedRole::Settable(role));
    }
    if SettableRole::parse(word).is_some() {
        let kind = if kind == Some(OrganizationKind::Enterprise) { "an Enterprise" } else { "a Console" };
        cx.problems
            .report(&rules::UNKNOWN_ROLE, node.at, format!("`{word}` is not a role of {kind} organization"))
            .label("not in this kind of organization")
            .help(format!("valid here: {}", bylaws_config::shown::listed(known)));
        return None;
    }
    if WorkspaceRole::from_text(word).is_some() {
        cx.problems
            .report(
                &rules::UNKNOWN_ROLE,
                node.at,
                format!("`{word}` is a workspace role, not an organization role"),
            )
            .label("a workspace role")
            .help(format!(
                "write it under `workspaces`; valid here: {}",
                bylaws_config::shown::listed(known)
            ));
        return None;
    }
    unknown_word(&mut cx.problems, node.at, ("role", &rules::UNKNOWN_ROLE, SYNONYMS), word, known);
    None
}
