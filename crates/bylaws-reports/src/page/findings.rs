//! The findings of the audit, for the page.

use std::collections::BTreeMap;

use bylaws_engine::{Address, Email};
use bylaws_output::document::audit::{AuditDocument, FindingDocument};

use super::document::{Accepted, Finding, Findings, NotJudged, Person};
use super::drift::place;

/// Returns the findings of an audit, with the people of the page that they are about.
pub fn findings(audit: &AuditDocument, people: &[Person]) -> Findings {
    let numbers: BTreeMap<&str, usize> =
        people.iter().enumerate().map(|(at, person)| (person.who.as_str(), at)).collect();
    let items = audit.findings.iter().map(|finding| of(finding, &numbers));
    let accepted = audit.accepted.iter().map(|accepted| Accepted {
        name: accepted.finding.name.clone(),
        address: accepted.finding.address.to_string(),
        until: accepted.until.clone(),
        reason: accepted.reason.clone(),
    });
    let not_judged = audit.not_judged_by_reason().into_iter().filter_map(|rules| {
        let first = rules.first()?;
        let names: Vec<String> = rules.iter().map(|rule| format!("{} {}", rule.code, rule.name)).collect();
        Some(NotJudged { what: names.join(", "), why: format!("{}: {}", first.what, first.why) })
    });
    Findings { items: items.collect(), accepted: accepted.collect(), not_judged: not_judged.collect() }
}

fn of(finding: &FindingDocument, numbers: &BTreeMap<&str, usize>) -> Finding {
    let delete = finding.delete.as_ref().map(|path| format!("delete {path}"));
    let place = finding.origin.as_ref().map(place);
    let who = match &finding.address.0 {
        Address::UnknownWorkspaceMember(_, user) => Some(user.as_str()),
        address => address.email().map(Email::as_str),
    };
    let evidence = finding.evidence.iter().map(|fact| (fact.name.clone(), fact.value.clone()));
    Finding {
        code: finding.code.clone(),
        name: finding.name.clone(),
        severity: finding.severity,
        address: finding.address.to_string(),
        person: who.and_then(|who| numbers.get(who).copied()),
        message: finding.message.to_string(),
        evidence: evidence.collect(),
        advice: Some(finding.advice.clone()),
        fix: finding.write.as_deref().map(|yaml| yaml.trim_end().to_owned()).or(delete),
        place,
    }
}
