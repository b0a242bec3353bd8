//! The effect of the plan on each person, a line each; people who lose access come first.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Address, Class, ObjectKind, WorkspaceLabel};

use super::page::{Block, Form, More, Piece, Rank};
use super::span::{code, count};
use super::text::text;
use super::words::{Seen, called, line};
use crate::document::plan::{ItemDocument, PlanDocument, WaitingDocument};

/// The maximum number of phrases per person.
const PHRASES: usize = 12;

#[derive(Default)]
struct Person<'a> {
    changes: Vec<&'a Seen<'a>>,
    consequences: Vec<&'a ItemDocument>,
    waiting: Vec<&'a WaitingDocument>,
    blocked: usize,
}

/// Returns the lists of people with changes; those with changes in new workspaces only are in a list of their own.
pub(super) fn blocks(
    plan: &PlanDocument,
    changes: &[Seen<'_>],
    created: &BTreeSet<&WorkspaceLabel>,
) -> Vec<Block> {
    let is_new = |address: &Address| address.workspace().is_some_and(|label| created.contains(label));
    let mut people: BTreeMap<&str, Person<'_>> = BTreeMap::new();
    for seen in changes {
        if let Some(email) = seen.change.address.email() {
            people.entry(email.as_str()).or_default().changes.push(seen);
        }
    }
    for item in &plan.consequences {
        if let Some(person) = item.address.email().and_then(|email| people.get_mut(email.as_str())) {
            person.consequences.push(item);
        }
    }
    for item in &plan.waiting {
        if let Some(person) = item.address.email().and_then(|email| people.get_mut(email.as_str())) {
            person.waiting.push(item);
        }
    }
    for email in plan.blocked.iter().filter_map(|item| item.address.email()) {
        people.entry(email.as_str()).and_modify(|person| person.blocked += 1);
    }
    for person in people.values_mut() {
        // Existing objects are named before new ones.
        person.changes.sort_by_key(|seen| is_new(&seen.change.address));
        person.waiting.sort_by_key(|waiting| is_new(&waiting.address));
    }
    let only_new = |person: &Person<'_>| person.changes.iter().all(|seen| is_new(&seen.change.address));
    let (new, others): (Vec<_>, Vec<_>) = people.iter().partition(|(_, person)| only_new(person));
    let loses = |person: &Person<'_>| person.changes.iter().any(|seen| seen.change.is(Class::AccessLoss));
    let (losing, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|(_, person)| loses(person));
    let losers = match losing.len() {
        0 => String::new(),
        1 => "; 1 loses access".to_owned(),
        n => format!("; {} lose access", count(n)),
    };
    let line = |(email, person): &(&&str, &Person<'_>)| person.line(email);
    let lines: Vec<_> = losing.into_iter().chain(others).collect();
    let open = format!("\n### People ({}{losers})\n\n", count(lines.len()));
    let people = Block::new("people", Form::new(open, lines.iter().map(line), "", More::Line));
    let people = (!lines.is_empty()).then_some(people);
    let new = Block::list("people", "People of new workspaces", new.len(), new.iter().map(line));
    people.into_iter().chain(new.map(|block| block.rank(Rank::New))).collect()
}

impl Person<'_> {
    fn line(&self, email: &str) -> Piece {
        let mut phrases: Vec<String> =
            self.changes.iter().take(PHRASES).map(|seen| seen.for_person()).collect();
        phrases.extend(self.consequences.iter().take(PHRASES).map(|item| text(&item.reason)));
        let memberships = self.waiting.iter().filter_map(|waiting| {
            let label = waiting.address.workspace()?;
            let label = called(&ObjectKind::WORKSPACE, label.as_str(), &waiting.live_names);
            Some(format!("{label} as {}", code(waiting.workspace_role()?)))
        });
        let memberships: Vec<String> = memberships.take(PHRASES).collect();
        match (self.waiting.len(), memberships.len()) {
            (0, _) => {}
            (_, 0) => phrases.push("waiting, see below".to_owned()),
            (_, _) => phrases.push(format!("waiting for {}", memberships.join(", "))),
        }
        let (blocked, more) = (self.blocked, self.changes.len().saturating_sub(PHRASES));
        phrases.extend((blocked > 0).then(|| format!("{} blocked, see below", count(blocked))));
        phrases.extend((more > 0).then(|| format!("and {} more changes", count(more))));
        line(&code(email), &phrases, self.changes.iter().take(PHRASES))
    }
}
