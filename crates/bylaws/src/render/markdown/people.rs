//! What the plan means for each person: a line each, those who lose something first.

use std::collections::BTreeMap;

use bylaws_engine::{Address, Class};

use super::page::{Block, Form, More, Piece};
use super::prose::prose;
use super::span::{code, count};
use super::words::Seen;
use crate::document::plan::{ItemDocument, PlanDocument, WaitingDocument};

/// What is said of one person, at most.
const PHRASES: usize = 12;

#[derive(Default)]
struct Person<'a> {
    changes: Vec<&'a Seen<'a>>,
    consequences: Vec<&'a ItemDocument>,
    waiting: Vec<&'a WaitingDocument>,
    blocked: usize,
}

/// A list of everybody whom a change is about.
pub(super) fn block(plan: &PlanDocument, changes: &[Seen<'_>]) -> Option<Block> {
    let mut people: BTreeMap<&str, Person<'_>> = BTreeMap::new();
    for seen in changes {
        if let Some(email) = seen.change.address.email() {
            people.entry(email.as_str()).or_default().changes.push(seen);
        }
    }
    for item in &plan.consequences {
        if let Some(person) = person_of(&item.address, &mut people) {
            person.consequences.push(item);
        }
    }
    for item in &plan.waiting {
        if let Some(person) = person_of(&item.address, &mut people) {
            person.waiting.push(item);
        }
    }
    for item in &plan.blocked {
        if let Some(person) = person_of(&item.address, &mut people) {
            person.blocked += 1;
        }
    }
    let loses = |person: &Person<'_>| person.changes.iter().any(|seen| seen.change.is(Class::AccessLoss));
    let (losing, others): (Vec<_>, Vec<_>) = people.iter().partition(|(_, person)| loses(person));
    let losers = match losing.len() {
        0 => String::new(),
        1 => "; 1 loses access".to_owned(),
        n => format!("; {} lose access", count(n)),
    };
    let open = format!("\n### People ({}{losers})\n\n", count(people.len()));
    let lines: Vec<_> = losing.into_iter().chain(others).collect();
    let pieces = lines.iter().map(|(email, person)| person.line(email));
    (!lines.is_empty()).then(|| Block::new("people", Form::new(open, pieces, "", More::Line)))
}

fn person_of<'p, 'a>(
    address: &Address,
    people: &'p mut BTreeMap<&str, Person<'a>>,
) -> Option<&'p mut Person<'a>> {
    people.get_mut(address.email()?.as_str())
}

impl Person<'_> {
    fn line(&self, email: &str) -> Piece {
        let mut phrases: Vec<String> =
            self.changes.iter().take(PHRASES).map(|seen| seen.for_person()).collect();
        phrases.extend(self.consequences.iter().take(PHRASES).map(|item| prose(&item.reason)));
        let seats: Vec<String> = self
            .waiting
            .iter()
            .filter_map(|waiting| Some((waiting.address.workspace()?, waiting.workspace_role()?)))
            .take(PHRASES)
            .map(|(label, role)| format!("{} as {}", code(label.as_str()), code(role)))
            .collect();
        match (self.waiting.len(), seats.len()) {
            (0, _) => {}
            (_, 0) => phrases.push("waiting, see below".to_owned()),
            (_, _) => phrases.push(format!("waiting for {}", seats.join(", "))),
        }
        if self.blocked > 0 {
            phrases.push(format!("{} blocked, see below", count(self.blocked)));
        }
        let more = self.changes.len().saturating_sub(PHRASES);
        if more > 0 {
            phrases.push(format!("and {} more changes", count(more)));
        }
        Piece {
            text: format!("- {}: {}\n", code(email), phrases.join("; ")),
            changes: self.changes.iter().take(PHRASES).map(|seen| seen.at).collect(),
        }
    }
}
