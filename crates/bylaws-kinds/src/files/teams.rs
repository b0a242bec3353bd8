//! `teams:`: local names for groups of people.
//! Each workspace sets the role of a team; see `workspace_member/syntax.rs`.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::fields::{list, map, text};
use bylaws_config::node::{Entry, Value};
use bylaws_config::position::At;
use bylaws_config::shown::shown;
use bylaws_config::suggest::did_you_mean;
use bylaws_engine::{Email, Line, Person, TeamName};

use super::{Context, look_alikes};
use crate::files::{rules, scalars};
use crate::member::people::People;

/// Maximum number of people to record per team as being in every workspace; messages name only one.
const MAX_EVERYWHERE: usize = 100;

/// The teams of all files.
pub(crate) struct Teams {
    people: BTreeMap<TeamName, BTreeSet<Email>>,
    /// The people of each team who are in every workspace through their role.
    everywhere: BTreeMap<TeamName, Vec<Email>>,
    complete: bool,
}

impl Teams {
    pub(crate) fn new(complete: bool) -> Self {
        Self { people: BTreeMap::new(), everywhere: BTreeMap::new(), complete }
    }

    pub(crate) fn lower(&mut self, cx: &mut Context, section: &Entry, people: &mut People) {
        let entries = map(&mut cx.problems, &section.value, "teams").unwrap_or_default();
        look_alikes::report(cx, "the teams", entries.iter().map(|entry| (entry.key.as_str(), entry.at)));
        for entry in entries {
            if !scalars::visible_name(&mut cx.problems, &entry.key, entry.at, "a team") {
                continue;
            }
            let team = TeamName::new(entry.key.as_str());
            if !cx.once(Line::Team(team.clone()), entry.at, "team", &entry.key) {
                continue;
            }
            let emails = emails(cx, entry);
            if matches!(&entry.value.value, Value::List(items) if items.is_empty()) {
                let message = format!("the team {} is empty", shown(&entry.key));
                cx.report(&rules::EMPTY_TEAM, entry.value.at, message)
                    .label("empty")
                    .help("add people, or delete the team and the lines that name it");
            }
            for (email, at) in &emails {
                people.expect(&mut cx.problems, email, *at);
            }
            let everywhere: Vec<Email> = emails
                .iter()
                .filter(|(email, _)| people.role(email).is_some_and(|role| role.inherited().is_some()))
                .take(MAX_EVERYWHERE)
                .map(|(email, _)| email.clone())
                .collect();
            if !everywhere.is_empty() {
                self.everywhere.insert(team.clone(), everywhere);
            }
            self.people.insert(team, emails.into_iter().map(|(email, _)| email).collect());
        }
    }

    /// Returns the people of a team; reports an unknown team.
    pub(crate) fn of(&self, cx: &mut Context, name: &str, at: At) -> Option<&BTreeSet<Email>> {
        let name = &TeamName::new(name);
        let team = self.people.get(name);
        if team.is_some() {
            cx.used_teams.insert(name.clone());
        } else if self.complete {
            let near = did_you_mean(name.as_str(), self.people.keys().map(TeamName::as_str));
            cx.report(&rules::UNKNOWN_TEAM, at, format!("unknown team {}", shown(name.as_str())))
                .label("not defined")
                .help(format!("{near}define it under `teams`, or remove it here"));
        }
        team
    }

    /// Returns the people of a team who are in every workspace through their role, in the order of the file.
    pub(crate) fn special(&self, name: &str) -> &[Email] {
        self.everywhere.get(&TeamName::new(name)).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn into_people(self) -> BTreeMap<TeamName, BTreeSet<Email>> {
        self.people
    }
}

/// Reads a list of people; reports duplicates.
pub(crate) fn emails(cx: &mut Context, entry: &Entry) -> Vec<(Email, At)> {
    let mut first: BTreeMap<Person, At> = BTreeMap::new();
    let mut emails = Vec::new();
    for item in list(&mut cx.problems, &entry.value, &entry.key).unwrap_or_default() {
        let text = text(&mut cx.problems, item, &entry.key);
        let Some(email) = text.and_then(|text| scalars::email(&mut cx.problems, text, item.at)) else {
            continue;
        };
        if let Some(&first) = first.get(&email.person()) {
            scalars::duplicate_person(&mut cx.problems, (&email, item.at), (&email, first));
        } else {
            first.insert(email.person(), item.at);
            emails.push((email, item.at));
        }
    }
    emails
}
