//! Data that files cannot express, grouped by reason: hundreds of workspace memberships are one line.

use std::collections::BTreeMap;

use bylaws_engine::sentence::listed;
use bylaws_engine::text::Text;

/// The maximum number of objects that a line names; the rest is counted.
const NAMED: usize = 5;

/// Why a live object has no line in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    UnknownRole,
    NoAddress,
    SamePerson,
    Invite,
    ClaudeCode,
    Tags,
    Residency,
    NoMember,
    UnsupportedRole,
    Objects,
    Refused,
}

impl Reason {
    fn as_str(self) -> &'static str {
        match self {
            Self::UnknownRole => "members with a role that this version does not know",
            Self::NoAddress => "members without an address that files can contain",
            Self::SamePerson => "members that the service treats as the same person as another member",
            Self::Invite => "invites with a role or address that files cannot contain",
            Self::ClaudeCode => "workspaces called `Claude Code`, of which only one can be listed",
            Self::Tags => "tags of workspaces, because one looks like a live key",
            Self::Residency => {
                "data residency of workspaces, because of a geo that this version does not know"
            }
            Self::NoMember => "workspace memberships of people who are not listed",
            Self::UnsupportedRole => "workspace memberships with a role that files cannot ask for",
            Self::Objects => "objects with values that files cannot contain",
            Self::Refused => "lists that the service refused",
        }
    }
}

/// Everything that was left out, by reason.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(BTreeMap<Reason, Vec<Text>>);

impl LeftOut {
    pub(crate) fn add(&mut self, reason: Reason, what: Text) {
        self.0.entry(reason).or_default().push(what);
    }

    /// Returns one line per reason, with the first few objects by name.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |(reason, things): (&Reason, &Vec<Text>)| {
            format!("{} ({}): {}", reason.as_str(), things.len(), listed(things.iter(), NAMED))
        };
        self.0.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use bylaws_engine::text::text;

    use super::*;

    #[test]
    fn objects_with_the_same_reason_share_one_line() {
        let mut left_out = LeftOut::default();
        for n in 0..300 {
            left_out.add(Reason::NoMember, text!("{} in {}", format!("user_{n}"), "lab"));
        }
        left_out.add(Reason::UnknownRole, text!("{} ({})", "ada@acme.com", "wizard"));
        assert_eq!(
            left_out.lines(),
            [
                "members with a role that this version does not know (1): `ada@acme.com` (`wizard`)",
                "workspace memberships of people who are not listed (300): `user_0` in `lab`, `user_1` in `lab`, \
                 `user_2` in `lab`, `user_3` in `lab`, `user_4` in `lab` and 295 more",
            ]
        );
    }
}
