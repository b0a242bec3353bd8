//! Writes the members of the organization to files, and to the digest.

use std::collections::BTreeMap;

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, none_or_below, short_or_long};
use bylaws_config::quote::scalar;
use bylaws_engine::{Email, GuardKind, Line, UserId};

use crate::Desired;
use crate::desired::Member;

/// Writes the section, or nothing if it is absent.
pub(crate) fn write(page: &mut Page<'_>, desired: &Desired) {
    let Some(members) = &desired.members else { return };
    page.noted(0, &Line::Guard(GuardKind::Members), "members", none_or_below(members.is_empty()));
    for (email, member) in members {
        page.noted(2, &Line::Member(email.clone()), &scalar(email.as_str()), &member_value(member));
    }
}

fn member_value(member: &Member) -> String {
    let until = member.until.map(|day| day.to_string());
    let id = member.id.as_ref().map(UserId::as_str);
    short_or_long(&[("role", Some(member.role.as_str())), ("until", until.as_deref()), ("id", id)])
}

/// Hashes the section.
pub(crate) fn digest(form: &mut Form, members: Option<&BTreeMap<Email, Member>>) {
    form.section(members, |form, (email, member)| {
        form.word(email.as_str());
        form.word(member.role.as_str());
        form.day(member.until);
        form.maybe(member.id.as_ref().map(UserId::as_str));
    });
}
