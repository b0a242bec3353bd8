//! Names of live objects as unique keys of files: the service allows duplicate names. Whether files can contain a name
//! is not checked here.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::spelling::comparable;

/// Unique names for files.
pub(crate) struct Names {
    named: BTreeMap<String, usize>,
    taken: BTreeSet<String>,
    reserved: &'static [&'static str],
}

impl Names {
    /// Collects all live names, and the names with a reserved meaning in files.
    pub(crate) fn of<'n>(live: impl Iterator<Item = &'n str>, reserved: &'static [&'static str]) -> Self {
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        for name in live {
            *named.entry(comparable(name).into_owned()).or_default() += 1;
        }
        let taken = named.keys().cloned().collect();
        Self { named, taken, reserved }
    }

    /// Returns the number of live objects with this name, or one that looks the same.
    pub(crate) fn named(&self, name: &str) -> usize {
        self.named.get(&*comparable(name)).copied().unwrap_or(0)
    }

    /// Returns the name if it is unique; otherwise the name with a number, and the reason.
    pub(crate) fn pick(&mut self, name: &str, things: &str) -> (String, Option<String>) {
        let named = self.named(name);
        let reserved = self.reserved.contains(&&*comparable(name));
        if named <= 1 && !reserved {
            return (name.to_owned(), None);
        }
        let mut number = 1_usize;
        let mut label = format!("{name}-{number}");
        while !self.taken.insert(comparable(&label).into_owned()) {
            number += 1;
            label = format!("{name}-{number}");
        }
        let why = if reserved {
            format!("called `{name}`, a name with a reserved meaning in files; the id identifies it")
        } else {
            format!("one of {named} {things} called `{name}`; the id identifies it")
        };
        (label, Some(why))
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_duplicate_name_gets_an_unused_number() {
        let mut names = Names::of(["lab", "lab", "lab-1", "Default"].into_iter(), &["Default"]);
        let mut pick = |name: &str| names.pick(name, "workspaces").0;
        assert_eq!(
            ["lab", "lab-1", "lab", "Default"].map(&mut pick),
            ["lab-2", "lab-1", "lab-3", "Default-1"]
        );
    }

    #[test]
    fn names_that_look_the_same_get_numbers() {
        let names = ["prod eu", "prod\u{a0}eu", "café", "cafe\u{301}", "Default\u{a0}"];
        let mut names = Names::of(names.into_iter(), &["Default"]);
        let mut pick = |name: &str| names.pick(name, "workspaces").0;
        assert_eq!(
            ["prod eu", "prod\u{a0}eu", "Default\u{a0}"].map(&mut pick),
            ["prod eu-1", "prod\u{a0}eu-2", "Default\u{a0}-1"]
        );
    }
}
