//! What a line under `members` asks for on a given day.

use std::collections::BTreeSet;

use bylaws_engine::{Class, HeldRole, SettableRole};
use jiff::civil::Date;

use crate::desired::{Member, WantedRole};

/// What a line asks for on a given day.
#[derive(Clone, Copy)]
pub(crate) enum Wish {
    Role(SettableRole),
    Held(HeldRole),
    Out { expired: Option<Date> },
}

impl Member {
    /// Returns what the line asks for on that day.
    pub(crate) fn wish(&self, today: Date) -> Wish {
        let expired = self.until.filter(|until| *until < today);
        match (self.role, expired) {
            // A date with `none` changes nothing, so nothing expires.
            (WantedRole::None, _) => Wish::Out { expired: None },
            (_, Some(_)) => Wish::Out { expired },
            (WantedRole::Settable(role), None) => Wish::Role(role),
            (WantedRole::Held(role), None) => Wish::Held(role),
        }
    }

    /// Returns whether the line makes the person a member on that day.
    pub(crate) fn in_force(&self, today: Date) -> bool {
        !matches!(self.wish(today), Wish::Out { .. })
    }
}

/// Returns the class, and `expiry` if a line has expired.
pub(crate) fn with_expiry(class: Class, expired: Option<Date>) -> BTreeSet<Class> {
    expired.map(|_| Class::Expiry).into_iter().chain([class]).collect()
}
