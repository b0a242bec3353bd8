//! Audit rules about invites.

use bylaws_engine::audit::rule::{EXPIRED_INVITE, LONG_PENDING_INVITE};
use bylaws_engine::audit::{Edit, Unseen, Value};
use bylaws_engine::text;
use bylaws_engine::{Address, Email, Line};

use super::people::limit;
use super::{Auditor, Found, day, in_days, path};
use crate::live::InviteStatus;

impl Auditor<'_> {
    pub(super) fn invites(&self, found: &mut Found) {
        let pending = limit(self.desired.audit.pending_days);
        if self.live.people.is_none() {
            found.not_seen(&[&EXPIRED_INVITE], Unseen::People);
            if pending.is_some() {
                found.not_seen(&[&LONG_PENDING_INVITE], Unseen::People);
            }
            return;
        }
        let newest = self.people.invited().filter_map(|(_, invites)| invites.first());
        for invite in newest.filter(|invite| self.people.users_like(&invite.email).is_empty()) {
            let sent = day(invite.invited_at);
            let age = self.age(Some(invite.invited_at)).unwrap_or_default();
            let (rule, message) = match (&invite.status, pending) {
                // An expired invite matters only if the files still want the person.
                (InviteStatus::Expired, _) if self.is_wanted(&invite.email) => {
                    (&EXPIRED_INVITE, "expired, and the person did not become a member".into())
                }
                (InviteStatus::Pending, Some(limit)) if age > limit => {
                    (&LONG_PENDING_INVITE, text!("not accepted for {}", in_days(age)))
                }
                _ => continue,
            };
            let members = self.desired.members.iter().flatten();
            let listed =
                members.map(|(email, _)| email).find(|email| email.person() == invite.email.person());
            let email = listed.unwrap_or(&invite.email).clone();
            let finding = found.add(rule, Address::Invite(invite.email.clone()), message);
            finding.evidence = vec![("role", invite.role.to_string()), ("sent", sent.to_string())];
            finding.evidence.extend(invite.expires_at.map(|end| ("expires", day(end).to_string())));
            finding.edit =
                Some(Edit::Write(path(["members", email.as_str()]), Value::Word("none".to_owned())));
            finding.line = listed.cloned().map(Line::Member);
        }
    }

    /// Returns whether the files ask for this member. Without a `members` section, everybody may be wanted.
    fn is_wanted(&self, email: &Email) -> bool {
        self.desired.members.as_ref().is_none_or(|members| {
            let mut theirs = members.iter().filter(|(listed, _)| listed.person() == email.person());
            theirs.any(|(_, line)| line.in_force(self.today))
        })
    }
}
