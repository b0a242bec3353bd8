//! Writes the members of the organization to files, and to the digest.

use std::collections::BTreeMap;

use bylaws_config::digest::Form;
use bylaws_config::page::{Page, none_or_below};
use bylaws_config::quote::scalar;
use bylaws_engine::{Email, GuardKind, Line};

use crate::Desired;
use crate::desired::Member;
use crate::files::entry::{hash, written};

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
