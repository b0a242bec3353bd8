//! The changes that earlier applies sent within 24 hours: the limits of guards hold for a day, not for one apply.

use std::collections::BTreeSet;

use crate::{Action, Address, Class, Email, Person};

/// What guards count of the changes that earlier applies sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// People who lost access.
    pub(crate) losing: BTreeSet<Person>,
    /// People who were removed, or whose invite was withdrawn.
    pub(crate) gone: BTreeSet<Person>,
    /// Ids of the API keys that were switched off.
    pub(crate) keys_off: BTreeSet<String>,
    /// People who were invited.
    pub(crate) invited: BTreeSet<Person>,
}

impl Day {
    /// Adds a change that was sent. Later changes must be added after earlier ones.
    pub fn add(&mut self, action: Action, address: &Address, target: Option<&str>, classes: &[Class]) {
        let person = address.email().map(Email::person);
        if classes.contains(&Class::AccessLoss) {
            self.losing.extend(person.clone());
        }
        if classes.contains(&Class::KeysOff) {
            self.keys_off.extend(target.map(str::to_owned));
        }
        match (action, address) {
            (Action::Remove, Address::Member(_)) | (Action::Revoke, _) => self.gone.extend(person),
            (Action::Invite, _) => {
                self.gone.retain(|gone| person.as_ref() != Some(gone));
                self.invited.extend(person);
            }
            _ => {}
        }
    }
}
