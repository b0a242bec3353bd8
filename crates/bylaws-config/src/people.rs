//! Who is listed under `members:`, and the questions other sections ask about it.
//! Without that section everybody is possible: they are looked up live.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

use bylaws_engine::{Domain, Email, Person, SettableRole, WantedRole, disguise, skeleton};
use foldhash::HashMap;
use jiff::civil::Date;

use crate::place::At;
use crate::problem::Problems;
use crate::rules;
use crate::shown::shown;
use crate::suggest;

/// How many addresses a run compares in search of "did you mean": enough for people, not for a hostile file.
const COMPARISONS: usize = 200_000;

/// The listed people, those with a broken entry included.
#[derive(Default)]
pub(crate) struct People {
    listed: HashMap<Email, Listed>,
    persons: HashMap<Person, (Email, At)>,
    /// By what their addresses look like; those who must not be members left out.
    looks: HashMap<String, (Email, At)>,
    /// Whether `members` exists and no file is missing that may hold more of it.
    known: bool,
    section: bool,
    domains: Option<BTreeSet<Domain>>,
    compared: usize,
}

/// What is known of a listed person.
#[derive(Clone, Copy)]
pub(crate) struct Listed {
    /// `None` where the entry is broken.
    pub(crate) role: Option<WantedRole>,
    /// The last day, and where it stands.
    pub(crate) until: Option<(Date, At)>,
}

impl People {
    /// Nobody yet. `complete` says whether every file could be read.
    pub(crate) fn new(section: bool, complete: bool, domains: Option<BTreeSet<Domain>>) -> Self {
        Self { known: section && complete, section, domains, ..Self::default() }
    }

    /// Lists somebody; reports a person who is listed already and an address of a domain that is not allowed.
    pub(crate) fn list(&mut self, problems: &mut Problems, email: &Email, at: At, entry: Listed) -> bool {
        if let Some((first, first_at)) = self.persons.get(&email.person()) {
            let message = if first.as_str() == email.as_str() {
                format!("{} is listed twice", shown(email.as_str()))
            } else {
                let (email, first) = (shown(email.as_str()), shown(first.as_str()));
                format!("{email} and {first} are one person to the service")
            };
            problems
                .report(&rules::DUPLICATE_PERSON, at, message)
                .label("again here")
                .also(*first_at, "first here")
                .help("keep one of the two: letter case, a `+tag` and the spelling of a domain make no new person");
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

    /// Reports an address that mixes letters which look the same.
    fn mixed(problems: &mut Problems, email: &Email, at: At) {
        let Some((c, ascii)) = disguise(email.as_str()) else { return };
        let sign = shown(c.encode_utf8(&mut [0; 4]));
        let message = format!("the {sign} in {} is U+{:04X}", shown(email.as_str()), u32::from(c));
        problems
            .report(&rules::LOOK_ALIKE_LETTER, at, message)
            .label("another letter than it seems")
            .help(format!("type the address with the ASCII `{ascii}`, if that is who is meant"));
    }

    /// Reports somebody whose address looks like that of somebody else.
    fn look(&mut self, problems: &mut Problems, email: &Email, at: At) {
        match self.looks.entry(skeleton(email.as_str())) {
            Entry::Vacant(free) => drop(free.insert((email.clone(), at))),
            Entry::Occupied(taken) => {
                let (other, first) = taken.get();
                let (email, other) = (shown(email.as_str()), shown(other.as_str()));
                problems
                    .report(&rules::LOOK_ALIKE_PEOPLE, at, format!("{email} is easily taken for {other}"))
                    .label("looks like another")
                    .also(*first, "the other one")
                    .help("make sure that these are two people; if one is a mistake, delete its line");
            }
        }
    }

    /// Reports somebody in a team or workspace who is not listed.
    pub(crate) fn expect(&mut self, problems: &mut Problems, email: &Email, at: At) {
        if !self.section {
            self.domain(problems, email, at);
        }
        self.expect_mention(problems, email, at);
    }

    /// The same for a line that lets nobody in, so that any domain will do.
    pub(crate) fn expect_mention(&mut self, problems: &mut Problems, email: &Email, at: At) {
        if !self.known || self.listed.contains_key(email) {
            return;
        }
        let help = if let Some((other, _)) = self.persons.get(&email.person()) {
            format!("the same person is listed as {}: write that", shown(other.as_str()))
        } else {
            let near =
                self.near(email).map(|near| format!("did you mean {}? ", shown(&near))).unwrap_or_default();
            format!("{near}add them under `members`, or take them out here")
        };
        problems
            .report(
                &rules::NOT_A_MEMBER,
                at,
                format!("{} is not listed under `members`", shown(email.as_str())),
            )
            .label("not listed")
            .help(help);
    }

    /// The role somebody is listed with: `None` where that is not known.
    pub(crate) fn role(&self, email: &Email) -> Option<WantedRole> {
        self.listed.get(email).and_then(|listed| listed.role)
    }

    /// The last day somebody is listed for, and where it stands.
    pub(crate) fn until(&self, email: &Email) -> Option<(Date, At)> {
        self.listed.get(email).and_then(|listed| listed.until)
    }

    /// Whether somebody is known to be listed with a role that carries no billing seat.
    pub(crate) fn is_no_billing(&self, email: &Email) -> bool {
        self.role(email).is_some_and(|role| role != WantedRole::Settable(SettableRole::Billing))
    }

    /// Whether it is known who is listed.
    pub(crate) fn is_known(&self) -> bool {
        self.known
    }

    /// Whether somebody has an entry, broken or not.
    pub(crate) fn has(&self, email: &Email) -> bool {
        self.listed.contains_key(email)
    }

    fn domain(&self, problems: &mut Problems, email: &Email, at: At) {
        let Some(domains) = &self.domains else { return };
        if !domains.contains(&email.domain()) {
            let allowed = crate::shown::listed(domains.iter().map(Domain::as_str));
            problems
                .report(
                    &rules::DOMAIN_NOT_ALLOWED,
                    at,
                    format!("the domain of {} is not allowed", shown(email.as_str())),
                )
                .label("another domain")
                .help(format!("`guards.allowed_domains` allows {allowed}"));
        }
    }

    fn near(&mut self, email: &Email) -> Option<String> {
        self.compared += self.listed.len();
        if self.compared > COMPARISONS {
            return None;
        }
        let mut listed: Vec<&str> = self.listed.keys().map(Email::as_str).collect();
        // The first of equally near ones is named: the same in every run.
        listed.sort_unstable();
        suggest::nearest(email.as_str(), listed).map(str::to_owned)
    }
}
