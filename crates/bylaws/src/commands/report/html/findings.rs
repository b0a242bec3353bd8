//! What the audit finds, as the page names it.

use std::collections::BTreeMap;

use bylaws_engine::{Address, Severity as Judged, Unseen, audit};

use super::Planned;
use crate::commands::files::Files;
use crate::document::from_plan::Places;
use crate::document::page::{Finding, Findings, NotJudged, Person, Section, Severity};
use crate::live::review::Review;
use crate::live::unseen::words;

/// The audit of these files; it judges by what they say, so without them there is none.
pub(super) fn findings(
    files: Option<&Files>,
    review: &Review,
    plan: Option<&Planned>,
    people: &[Person],
) -> Section<Findings> {
    let Some(files) = files else {
        return Section::not_read("the audit judges by the files, and there are none");
    };
    let plan = plan.and_then(|plan| plan.as_ref().ok()).map(|(plan, _)| plan);
    let audit = audit(&files.desired, &review.live, plan, &review.observed, review.today());
    let places = Places { origins: &files.origins, root: &files.root };
    let numbers: BTreeMap<&str, usize> =
        people.iter().enumerate().map(|(at, person)| (person.who.as_str(), at)).collect();
    let items = audit.findings.iter().map(|finding| Finding {
        code: finding.rule.code.to_owned(),
        name: finding.rule.name.to_owned(),
        severity: match finding.severity {
            Judged::Error => Severity::Error,
            Judged::Warning => Severity::Warning,
            Judged::Note => Severity::Note,
        },
        address: finding.address.to_string(),
        person: who(&finding.address).and_then(|who| numbers.get(who.as_str()).copied()),
        message: finding.message.clone(),
        evidence: finding.evidence.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        advice: Some(finding.rule.fix.to_owned()),
        fix: None,
        place: places.of(finding.line.as_ref()).map(|origin| format!("{}:{}", origin.file, origin.line)),
    });
    let not_judged = audit.not_judged.iter().map(|(rule, unseen)| NotJudged {
        what: format!("{} {}", rule.code, rule.name),
        why: why(*unseen, review),
    });
    Section::Read(Findings { items: items.collect(), not_judged: not_judged.collect() })
}

/// The person an address is about.
fn who(address: &Address) -> Option<String> {
    match address {
        Address::Member(email) | Address::Invite(email) | Address::WorkspaceMember(_, email) => {
            Some(email.to_string())
        }
        _ => None,
    }
}

/// What was not read, and what the service said to that.
fn why(unseen: Unseen, review: &Review) -> String {
    let what = format!("{} could not be read, or not far enough back", words(unseen));
    review.unseen.get(&unseen).map_or_else(|| what.clone(), |said| format!("{what}: {said}"))
}
