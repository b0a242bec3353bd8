//! The people listed under `members:`, and the checks that other sections make against them.
//! Without that section any person is allowed, because the plan looks them up live.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

use bylaws_config::position::At;
use bylaws_config::problem::Problems;
use bylaws_config::shown::shown;
use bylaws_config::suggest;
use bylaws_engine::spelling::{disguise, skeleton};
use bylaws_engine::{Domain, Email, Person, SettableRole};
use foldhash::HashMap;
use jiff::civil::Date;

use crate::desired::WantedRole;
use crate::files::{rules, scalars};

/// Maximum number of addresses to compare for "did you mean" in a run: bounded for hostile files.
const COMPARISONS: usize = 200_000;

/// The listed people, including those with an invalid entry.
#[derive(Default)]
pub(crate) struct People {
    listed: HashMap<Email, Listed>,
    persons: HashMap<Person, (Email, At)>,
    /// The people by the skeleton of their address, without those listed as `none`.
    looks: HashMap<String, (Email, At)>,
    /// Whether `members` exists and all files were read, so that the list is complete.
    known: bool,
    section: bool,
    domains: Option<BTreeSet<Domain>>,
    compared: usize,
}

/// The entry of a listed person.
#[derive(Clone, Copy)]
pub(crate) struct Listed {
    /// The role; `None` if the entry is invalid.
    pub(crate) role: Option<WantedRole>,
    /// The last day, and its location.
    pub(crate) until: Option<(Date, At)>,
}

impl People {
    /// Returns an empty list. `complete` is whether all files could be read.
    pub(crate) fn new(section: bool, complete: bool, domains: Option<BTreeSet<Domain>>) -> Self {
        Self { known: section && complete, section, domains, ..Self::default() }
    }

    /// Adds a person. Reports a duplicate, and returns `false` for it; reports a domain that is not allowed.
    pub(crate) fn list(&mut self, problems: &mut Problems, email: &Email, at: At, entry: Listed) -> bool {
        if let Some((first, first_at)) = self.persons.get(&email.person()) {
            scalars::duplicate_person(problems, (email, at), (first, *first_at));
            return false;
        }
        self.persons.insert(email.person(), (email.clone(), at));
        self.listed.insert(email.clone(), entry);
        if entry.role != Some(WantedRole::None) {
            self.domain(problems, email, at);
            self.look(problems, email, at);
            Self::mixed(problems, email, at);
        }
        true
    }

    /// Reports an address that mixes look-alike letters of two alphabets.
    fn mixed(problems: &mut Problems, email: &Email, at: At) {
        let Some((c, ascii)) = disguise(email.as_str()) else { return };
        let sign = shown(c.encode_utf8(&mut [0; 4]));
        let message = format!("the {sign} in {} is U+{:04X}", shown(email.as_str()), u32::from(c));
        problems
            .report(&rules::LOOK_ALIKE_LETTER, at, message)
            .label("look-alike letter")
            .help(format!("type the address with the ASCII `{ascii}` if that person is meant"));
    }

    /// Reports a person whose address looks like that of another person.
    fn look(&mut self, problems: &mut Problems, email: &Email, at: At) {
        match self.looks.entry(skeleton(email.as_str())) {
            Entry::Vacant(free) => drop(free.insert((email.clone(), at))),
            Entry::Occupied(taken) => {
                let (other, first) = taken.get();
                let (email, other) = (shown(email.as_str()), shown(other.as_str()));
                problems
                    .report(&rules::LOOK_ALIKE_PEOPLE, at, format!("{email} is easily confused with {other}"))
                    .label("looks like another")
                    .also(*first, "the other one")
                    .help("check that these are two people; if one is a mistake, delete its line");
            }
        }
    }

    /// Reports a person in a team or workspace who is not listed, or has a domain that is not allowed.
    pub(crate) fn expect(&mut self, problems: &mut Problems, email: &Email, at: At) {
        if !self.section {
            self.domain(problems, email, at);
        }
        self.expect_mention(problems, email, at);
    }

    /// Reports the same for an entry that gives no access, for which any domain is allowed.
    pub(crate) fn expect_mention(&mut self, problems: &mut Problems, email: &Email, at: At) {
        if !self.known || self.listed.contains_key(email) {
            return;
        }
        let help = if let Some((other, _)) = self.persons.get(&email.person()) {
            format!("write {}, the listed address of the same person", shown(other.as_str()))
        } else {
            let near =
                self.near(email).map(|near| format!("did you mean {}? ", shown(&near))).unwrap_or_default();
            format!("{near}add them under `members`, or remove them here")
        };
        let message = format!("{} is not listed under `members`", shown(email.as_str()));
        problems.report(&rules::NOT_A_MEMBER, at, message).label("not listed").help(help);
    }

    /// Returns the role that a person is listed with, or `None` if it is not known.
    pub(crate) fn role(&self, email: &Email) -> Option<WantedRole> {
        self.listed.get(email).and_then(|listed| listed.role)
    }

    /// Returns the last day of a person, and its location.
    pub(crate) fn until(&self, email: &Email) -> Option<(Date, At)> {
        self.listed.get(email).and_then(|listed| listed.until)
    }

    /// Returns whether a person is known to be listed with a role other than `billing`.
    pub(crate) fn is_no_billing(&self, email: &Email) -> bool {
        self.role(email).is_some_and(|role| role != WantedRole::Settable(SettableRole::Billing))
    }

    /// Returns whether the list of members is complete.
    pub(crate) fn is_known(&self) -> bool {
        self.known
    }

    /// Returns whether a person has an entry, valid or not.
    pub(crate) fn has(&self, email: &Email) -> bool {
        self.listed.contains_key(email)
    }

    fn domain(&self, problems: &mut Problems, email: &Email, at: At) {
        let Some(domains) = &self.domains else { return };
        if !domains.contains(&email.domain()) {
            let allowed = bylaws_config::shown::listed(domains.iter().map(Domain::as_str));
            let message = format!("the domain of {} is not allowed", shown(email.as_str()));
            problems
                .report(&rules::DOMAIN_NOT_ALLOWED, at, message)
                .label("domain not allowed")
                .help(format!("use an address of an allowed domain (`guards.allowed_domains`): {allowed}"));
        }
    }

    fn near(&mut self, email: &Email) -> Option<String> {
        self.compared += self.listed.len();
        if self.compared > COMPARISONS {
            return None;
        }
        let mut listed: Vec<&str> = self.listed.keys().map(Email::as_str).collect();
        // Sorted, so that every run suggests the same of equally near ones.
        listed.sort_unstable();
        suggest::nearest(email.as_str(), listed).map(str::to_owned)
    }
}
