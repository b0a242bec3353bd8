//! `members:` — who belongs to the organization, with which role, until when.
//! Which roles exist comes from the engine; which of them can be given, too.

use std::collections::BTreeMap;

use bylaws_engine::{
    Email, HeldRole, Line, Member, OrganizationKind, SettableRole, UserId, WantedRole, WorkspaceRole,
};

use super::Context;
use crate::fields::{Fields, Synonyms, any_text, choice, map, unknown_word, value_at};
use crate::node::{Entry, Node, Value};
use crate::people::{Listed, People};
use crate::place::At;
use crate::rules;
use crate::scalars;
use crate::shown::shown;
use crate::unseen;

pub(super) fn lower(
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
                    "`members` lists nobody, which would remove everybody",
                )
                .label("nobody")
                .help("list who belongs to the organization, or delete the line");
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
                .help(format!("write one, as in `{email}: developer`, or delete the line"));
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
    let help = "write one, as in `role: developer`";
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

/// An end that nobody could bring about.
fn end(cx: &mut Context, role: WantedRole, until: At) {
    match role {
        WantedRole::Settable(_) => {}
        WantedRole::Held(role) => {
            cx.problems
                .report(
                    &rules::UNTIL_ON_HELD_ROLE,
                    until,
                    format!("the API cannot take `{role}` away when the day comes"),
                )
                .label("would never happen")
                .help("delete `until`; lower the role in the Console when the time has come");
        }
        WantedRole::None => {
            cx.problems
                .report(&rules::UNTIL_WITHOUT_EFFECT, until, "`until` changes nothing beside `none`")
                .label("no effect")
                .help("who is not in force is not a member either: delete `until`");
        }
    }
}

/// What people write for a role.
const SYNONYMS: &Synonyms = &[("member", "user"), ("dev", "developer"), ("administrator", "admin")];

fn role(cx: &mut Context, node: &Node, kind: Option<OrganizationKind>) -> Option<WantedRole> {
    let settable = SettableRole::ALL.into_iter().filter(|role| kind.is_none_or(|kind| role.is_of(kind)));
    let known = settable.clone().map(SettableRole::as_str);
    let known = known.chain(HeldRole::ALL.map(HeldRole::as_str)).chain(["none"]);
    let word = choice(&mut cx.problems, node, "role", known.clone(), SYNONYMS)?;
    if word == "none" {
        return Some(WantedRole::None);
    }
    if let Some(role) = HeldRole::ALL.into_iter().find(|role| role.as_str() == word) {
        return Some(WantedRole::Held(role));
    }
    if let Some(role) = settable.clone().find(|role| role.as_str() == word) {
        return Some(WantedRole::Settable(role));
    }
    if SettableRole::ALL.iter().any(|role| role.as_str() == word) {
        let kind = if kind == Some(OrganizationKind::Enterprise) { "an enterprise" } else { "a console" };
        cx.problems
            .report(&rules::UNKNOWN_ROLE, node.at, format!("`{word}` is no role of {kind} organization"))
            .label("not in this kind")
            .help(format!("valid here: {}", crate::shown::listed(known)));
        return None;
    }
    if WorkspaceRole::from_text(word).is_some() {
        cx.problems
            .report(
                &rules::UNKNOWN_ROLE,
                node.at,
                format!("`{word}` is a role in a workspace, not in the organization"),
            )
            .label("a workspace role")
            .help(format!("write it under `workspaces`; valid here: {}", crate::shown::listed(known)));
        return None;
    }
    unknown_word(&mut cx.problems, node.at, ("role", &rules::UNKNOWN_ROLE, SYNONYMS), word, known);
    None
}
