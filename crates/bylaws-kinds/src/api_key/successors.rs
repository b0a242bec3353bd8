//! Keys that may replace others of the same scope: while a wanted key is missing, no key that it may replace
//! is switched off. Nothing says which key replaces which, so one missing key keeps all of them.

use bylaws_engine::ObjectName;

use crate::api_key::matching::Found;
use crate::desired::WantedStatus;

/// The listed keys of one scope that should be active but are not live.
pub(crate) struct Successors<'a> {
    /// Not found.
    absent: Vec<&'a ObjectName>,
    /// Found only as expired or archived, which cannot be undone.
    over: Vec<&'a ObjectName>,
}

impl<'a> Successors<'a> {
    /// Returns the missing ones of the listed keys of a scope, in their order.
    pub(crate) fn missing<'f, 'k: 'f>(
        listed: impl Iterator<Item = (&'a ObjectName, WantedStatus, &'f Found<'k>)>,
    ) -> Self {
        let mut missing = Self { absent: Vec::new(), over: Vec::new() };
        for (name, _, found) in listed.filter(|(_, wanted, _)| *wanted == WantedStatus::Active) {
            match found {
                Found::None(_) => missing.absent.push(name),
                Found::One(key) | Found::LookAlike(key) if key.status.is_over() => missing.over.push(name),
                Found::Several(keys) if keys.iter().all(|key| key.status.is_over()) => {
                    missing.over.push(name);
                }
                Found::One(_) | Found::LookAlike(_) | Found::Several(_) => {}
            }
        }
        missing
    }

    /// Returns why the active key with this name is not switched off; `None` if no key is missing.
    pub(crate) fn keep(&self, name: &ObjectName) -> Option<String> {
        let (missing, one, several, it_is, they_are) = if self.absent.is_empty() {
            (&self.over, "no longer works", "no longer work", "it is replaced", "they are replaced")
        } else {
            (&self.absent, "does not exist yet", "do not exist yet", "it does", "they do")
        };
        let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        match missing.len() {
            0 => None,
            1 => Some(format!("{names} {one}; `{name}` stays active until {it_is}")),
            _ => Some(format!("{names} {several}; `{name}` stays active until {they_are}")),
        }
    }
}
