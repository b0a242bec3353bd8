//! `members:`: the members of the organization, with role and end date.
//! The engine defines which roles exist and which of them can be assigned.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bylaws_config::fields::{Fields, Synonyms, any_text, choice, map, unknown_word, value_at};
use bylaws_config::node::{Entry, Node};
use bylaws_config::position::At;
use bylaws_config::shown::listed;
use bylaws_config::unseen;
use bylaws_engine::{Email, HeldRole, Line, OrganizationKind, SettableRole, UserId, WorkspaceRole};
use jiff::civil::Date;

use super::schema::{HELD, Role};
use crate::desired::{self, WantedRole};
use crate::files::entry::{Scalar, entry, read};
use crate::files::{Context, rules, scalars};
use crate::member::people::{Listed, People};

pub(crate) fn lower(
    cx: &mut Context,
    sections: &[&Entry],
    people: &mut People,
) -> BTreeMap<Email, desired::Member> {
    let mut members = BTreeMap::new();
    for section in sections {
        let Some(entries) = map(&mut cx.problems, &section.value, "members") else { continue };
        if entries.is_empty() {
            cx.report(
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
                let member: Option<desired::Member> = read(cx, entry, |key| {
                    let help = format!("write a role, as in `{email}: developer`, or delete the line");
                    (format!("{key} has no role"), help)
                });
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

entry! {
    /// A role, or a role with an end date, a note or an id.
    #[schemars(title = "Member", extend("defaultSnippets" = [{
        "label": "role until a date",
        "description": "The long form: a role with a last day and a note.",
        "body": {"role": "${1:user}", "until": "${2:2027-01-31}", "note": "${3:why}"}
    }]))]
    MemberEntry;

    /// A member in the long form.
    #[schemars(
        title = "Member, long form",
        extend(
            "if" = {"required": ["role"], "properties": {"role": {"type": "string", "pattern": HELD}}},
            "then" = {
                "properties": {"until": false},
                "errorMessage": "The API cannot remove this role on that date: delete `until`."
            }
        )
    )]
    Member for desired::Member {
        /// The organization role of the person.
        #[schemars(extend("examples" = ["developer"]))]
        role: WantedRole = "write a role, as in `role: developer`",
        /// Last day of the membership, in UTC. Afterwards the person is removed, whatever `unlisted` says.
        until: Date,
        [
            /// A note for the readers of this file.
            #[schemars(extend("examples" = ["security review, OPS-114"]))]
            note: String = note
        ],
        /// The id of the person, which pins them even if their address changes.
        id: UserId,
    }
}

fn note(cx: &mut Context, node: &Node, key: &str) {
    if let Some(note) = any_text(&mut cx.problems, node, key) {
        unseen::in_text(&mut cx.problems, node.at, note, key);
    }
}

impl Scalar for WantedRole {
    type Form = Role;

    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
        role(cx, node, key)
    }

    fn written(&self) -> Cow<'_, str> {
        self.as_str().into()
    }

    fn check_others(&self, cx: &mut Context, others: &Fields<'_>) {
        if let Some(until) = others.get("until") {
            end(cx, *self, until.at);
        }
    }
}

/// Reports an end date that has no effect with this role.
fn end(cx: &mut Context, role: WantedRole, until: At) {
    match role {
        WantedRole::Settable(_) => {}
        WantedRole::Held(role) => {
            cx.report(
                &rules::UNTIL_ON_HELD_ROLE,
                until,
                format!("`until` has no effect: the API cannot remove the role `{role}`"),
            )
            .label("no effect")
            .help("delete `until`, and change the role in the Console when the time comes");
        }
        WantedRole::None => {
            cx.report(&rules::UNTIL_WITHOUT_EFFECT, until, "`until` has no effect with the role `none`")
                .label("no effect")
                .help("delete `until`: after that date the person is not a member either");
        }
    }
}

/// Common words for a role.
const SYNONYMS: &Synonyms = &[("member", "user"), ("dev", "developer"), ("administrator", "admin")];

fn role(cx: &mut Context, node: &Node, key: &str) -> Option<WantedRole> {
    let kind = cx.kind;
    let settable = SettableRole::ALL.into_iter().filter(|role| kind.is_none_or(|kind| role.is_of(kind)));
    let known = settable.clone().map(SettableRole::as_str);
    let known = known.chain(HeldRole::ALL.map(HeldRole::as_str)).chain(["none"]);
    let word = choice(&mut cx.problems, node, key, known.clone(), SYNONYMS)?;
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
        cx.report(&rules::UNKNOWN_ROLE, node.at, format!("`{word}` is not a role of {kind} organization"))
            .label("not in this kind of organization")
            .help(format!("valid here: {}", listed(known)));
        return None;
    }
    if WorkspaceRole::from_text(word).is_some() {
        cx.report(
            &rules::UNKNOWN_ROLE,
            node.at,
            format!("`{word}` is a workspace role, not an organization role"),
        )
        .label("a workspace role")
        .help(format!("write it under `workspaces`; valid here: {}", listed(known)));
        return None;
    }
    unknown_word(&mut cx.problems, node.at, ("role", &rules::UNKNOWN_ROLE, SYNONYMS), word, known);
    None
}
