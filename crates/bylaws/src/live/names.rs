//! Names of live things as keys of files: the service lets names repeat, files do not.
//! Whether a text can stand in a file at all is not decided here.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::comparable;

/// Names as the files may use them: each once.
pub(crate) struct Names {
    bearers: BTreeMap<String, usize>,
    taken: BTreeSet<String>,
    reserved: &'static [&'static str],
}

impl Names {
    /// All names live, and those that mean something else in the files.
    pub(crate) fn of<'n>(live: impl Iterator<Item = &'n str>, reserved: &'static [&'static str]) -> Self {
        let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
        for name in live {
            *bearers.entry(comparable(name).into_owned()).or_default() += 1;
        }
        let taken = bearers.keys().cloned().collect();
        Self { bearers, taken, reserved }
    }

    /// How many things live have this name, or one that looks the same.
    pub(crate) fn bearers(&self, name: &str) -> usize {
        self.bearers.get(&*comparable(name)).copied().unwrap_or(0)
    }

    /// The name itself where it is one thing's alone; else the name with a number, and why.
    pub(crate) fn pick(&mut self, name: &str, things: &str) -> (String, Option<String>) {
        let bearers = self.bearers(name);
        let reserved = self.reserved.contains(&&*comparable(name));
        if bearers <= 1 && !reserved {
            return (name.to_owned(), None);
        }
        let mut number = 1_usize;
        let mut label = format!("{name}-{number}");
        while !self.taken.insert(comparable(&label).into_owned()) {
            number += 1;
            label = format!("{name}-{number}");
        }
        let why = if reserved {
            format!("called `{name}`, a name that means another one here; the id tells them apart")
        } else {
            format!("one of {bearers} {things} called `{name}`; the id tells them apart")
        };
        (label, Some(why))
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_name_that_repeats_gets_a_number_that_nobody_has() {
        let mut names = Names::of(["lab", "lab", "lab-1", "Default"].into_iter(), &["Default"]);
        let mut pick = |name: &str| names.pick(name, "workspaces").0;
        assert_eq!(
            ["lab", "lab-1", "lab", "Default"].map(&mut pick),
            ["lab-2", "lab-1", "lab-3", "Default-1"]
        );
    }

    #[test]
    fn a_name_that_looks_like_another_gets_a_number_too() {
        let names = ["prod eu", "prod\u{a0}eu", "café", "cafe\u{301}", "Default\u{a0}"];
        let mut names = Names::of(names.into_iter(), &["Default"]);
        let mut pick = |name: &str| names.pick(name, "workspaces").0;
        assert_eq!(
            ["prod eu", "prod\u{a0}eu", "Default\u{a0}"].map(&mut pick),
            ["prod eu-1", "prod\u{a0}eu-2", "Default\u{a0}-1"]
        );
    }
}
