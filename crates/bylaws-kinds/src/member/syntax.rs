//! The section `members`: how it is read, written and hashed.

use std::collections::BTreeMap;

use bylaws_config::digest::Form;
use bylaws_config::fields::{map, value_at};
use bylaws_config::node::Entry;
use bylaws_config::page::{Page, none_or_below};
use bylaws_config::quote::scalar;
use bylaws_engine::{Email, GuardKind, Line};

use crate::Desired;
use crate::desired::Member;
use crate::files::entry::{hash, read, written};
use crate::files::{Context, rules, scalars};
use crate::member::people::{Listed, People};

/// Reads the section of every file that has it.
pub(crate) fn lower(cx: &mut Context, sections: &[&Entry], people: &mut People) -> BTreeMap<Email, Member> {
    let mut members = BTreeMap::new();
    for section in sections {
        let Some(entries) = map(&mut cx.problems, &section.value, "members") else { continue };
        if entries.is_empty() {
            let message = "`members` is empty, which would remove everyone";
            cx.report(&rules::EMPTY_MEMBERS, section.value.at, message)
                .label("empty")
                .help("list the people of the organization, or delete the line");
        }
        cx.origins.reserve(entries.len());
        for entry in entries {
            if let Some(email) = scalars::email(&mut cx.problems, &entry.key, entry.at) {
                let member: Option<Member> = read(cx, entry, |key| {
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

/// Writes the section, or nothing if it is absent.
pub(crate) fn write(page: &mut Page<'_>, desired: &Desired) {
    let Some(members) = &desired.members else { return };
    page.noted(0, &Line::Guard(GuardKind::Members), "members", none_or_below(members.is_empty()));
    for (email, member) in members {
        page.noted(2, &Line::Member(email.clone()), &scalar(email.as_str()), &written(member));
    }
}

/// Hashes the section.
pub(crate) fn digest(form: &mut Form, members: Option<&BTreeMap<Email, Member>>) {
    form.section(members, |form, (email, member)| {
        form.word(email.as_str());
        hash(form, member);
    });
}
