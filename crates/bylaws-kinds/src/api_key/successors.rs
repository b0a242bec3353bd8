//! Keys that may replace others of the same scope: while a wanted key is missing, no key that it may replace
//! is switched off. Nothing says which key replaces which, so one missing key keeps all of them.

use bylaws_engine::ObjectName;
use bylaws_engine::text::{Text, text};

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
    pub(crate) fn keep(&self, name: &ObjectName) -> Option<Text> {
        let is_over = self.absent.is_empty();
        let missing = if is_over { &self.over } else { &self.absent };
        let names = Text::joined(missing, " and ");
        Some(match (missing.len(), is_over) {
            (0, _) => return None,
            (1, true) => text!("{} no longer works; {} stays active until it is replaced", names, name),
            (1, false) => text!("{} does not exist yet; {} stays active until it does", names, name),
            (_, true) => text!("{} no longer work; {} stays active until they are replaced", names, name),
            (_, false) => text!("{} do not exist yet; {} stays active until they do", names, name),
        })
    }
}
