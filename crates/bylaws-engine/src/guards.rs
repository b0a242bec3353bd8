//! The `guards:` section of the files: limits, protected names, approvals. `guard_check.rs` checks plans against
//! them.

pub use crate::approval::{Approval, Pair};
pub use crate::approvals::{ApprovalReport, ApprovalState};

use std::collections::BTreeSet;
use std::fmt;

use crate::line::GuardKind;
use crate::text::{Say, Text};
use crate::{Address, Domain, Email};
use crate::{ours, text};

/// Rules that refuse a whole plan. The default is the built-in values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guards {
    /// How many people may lose access.
    pub access_loss: AccessLoss,
    /// How many keys may be switched off.
    pub keys_off: u32,
    /// How many people may be invited.
    pub invites: u32,
    /// How many people may become `workspace_admin` of live workspaces.
    pub workspace_admins: u32,
    /// People who must hold a console-only role.
    pub required_admins: BTreeSet<Email>,
    /// Allowed domains of listed people, in lower case; `None` for any.
    pub allowed_domains: Option<BTreeSet<Domain>>,
    /// Addresses that must not be removed, archived, lowered or switched off.
    pub protect: BTreeSet<Address>,
    /// Approvals, in the order of the file.
    pub approvals: Vec<Approval>,
}

/// The limit on people who lose access: the smaller of both values applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessLoss {
    /// The maximum number of people.
    pub max: u32,
    /// Share of the people who can be removed through the API.
    pub share: Share,
}

/// A share, exact to a hundredth of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// Parses `10%` or `2.5%`, from 0 to 100 with at most two decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.strip_suffix('%')?;
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let bare = number.contains('.') && decimals.is_empty();
        if whole.is_empty()
            || whole.len() > 3
            || decimals.len() > 2
            || bare
            || !digits(whole)
            || !digits(decimals)
        {
            return None;
        }
        let hundredths: u32 = format!("{whole}{decimals:0<2}").parse().ok()?;
        (hundredths <= 10_000).then_some(Self(hundredths))
    }

    /// Returns a share of whole percent, from 0 to 100; larger values become 100.
    pub fn percent(percent: u32) -> Self {
        Self(percent.min(100) * 100)
    }

    /// Returns the share of `n`, rounded down.
    pub fn of(self, n: usize) -> usize {
        usize::try_from(n as u128 * u128::from(self.0) / 10_000).unwrap_or(usize::MAX)
    }
}

ours!(Share);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{}%", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02}%"),
        }
    }
}

impl Guards {
    /// Returns whether `allowed_domains` is set and does not contain the domain of this address.
    pub fn is_outside(&self, email: &Email) -> bool {
        self.allowed_domains.as_ref().is_some_and(|allowed| !allowed.contains(&email.domain()))
    }
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            access_loss: AccessLoss { max: 5, share: Share::percent(10) },
            keys_off: 3,
            invites: 25,
            workspace_admins: 5,
            required_admins: BTreeSet::new(),
            allowed_domains: None,
            protect: BTreeSet::new(),
            approvals: Vec::new(),
        }
    }
}

/// A limit in the files that is looser than the built-in value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loosened {
    /// The guard that has the limit.
    pub guard: GuardKind,
    /// The limit and its two values.
    pub text: Text,
}

/// A limit that is looser than in other guards.
pub struct Looser {
    /// The guard.
    pub guard: GuardKind,
    /// Its name in the files, after `guards.`.
    pub limit: &'static str,
    /// The value in the other guards.
    pub was: Text,
    /// The looser value.
    pub now: Text,
}

/// Returns the limits of `now` that are looser than those of `was`.
pub fn looser(was: &Guards, now: &Guards) -> Vec<Looser> {
    let counts = [
        (GuardKind::AccessLoss, "access_loss.max", was.access_loss.max, now.access_loss.max),
        (GuardKind::KeysOff, "keys_off.max", was.keys_off, now.keys_off),
        (GuardKind::Invites, "invites.max", was.invites, now.invites),
        (GuardKind::WorkspaceAdmins, "workspace_admins.max", was.workspace_admins, now.workspace_admins),
    ];
    let counts = counts.into_iter().filter(|(_, _, was, now)| now > was);
    let mut all: Vec<Looser> = counts
        .map(|(guard, limit, was, now)| Looser { guard, limit, was: was.say(), now: now.say() })
        .collect();
    let (was, now) = (was.access_loss.share, now.access_loss.share);
    if now > was {
        let (guard, limit) = (GuardKind::AccessLoss, "access_loss.share");
        all.push(Looser { guard, limit, was: was.say(), now: now.say() });
    }
    all.sort_by_key(|looser| looser.guard);
    all
}

/// Returns the limits that are looser than the built-in values.
pub fn loosened(guards: &Guards) -> Vec<Loosened> {
    let say = |Looser { guard, limit, was, now }| {
        let text = match limit.strip_suffix(".share") {
            Some(limit) => text!("{} share {} → {}", limit, was, now),
            None => text!("{} {} → {}", limit.trim_end_matches(".max"), was, now),
        };
        Loosened { guard, text }
    };
    looser(&Guards::default(), guards).into_iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        for (text, n, share) in
            [("10%", 8, 0), ("10%", 20, 2), ("2.5%", 1000, 25), ("100%", 7, 7), ("0%", 9, 0)]
        {
            assert_eq!(Share::parse(text).unwrap().of(n), share, "{text} of {n}");
            assert_eq!(Share::parse(text).unwrap().to_string(), text);
        }
        for text in ["10", "", "%", "-1%", "101%", "1.234%", "ten%", "5.%", ".5%"] {
            assert_eq!(Share::parse(text), None, "{text:?}");
        }
    }
}
