//! What is posted about a change of state, and when. Text contains no times, so that the same state is the same text.

use std::collections::BTreeSet;

use bylaws_engine::sentence::plural;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::held::HeldChange;
use crate::memory::{Memory, Notified};
use crate::reason::{Event, Reason};
use crate::status::OrganizationStatus;

/// After how many failed rounds an outage is posted.
const FAILURES: u32 = 3;
/// After which time an unchanged state that needs a person is posted again.
const REMINDER: SignedDuration = SignedDuration::from_hours(24);
/// How many changes a document names.
const NAMED: usize = 20;

/// Returns what has to be posted about an organization, if anything.
pub(crate) fn due(memory: &Memory, now: Timestamp) -> Option<Notified> {
    let status = &memory.status;
    let event = status.reason.event()?;
    let last = memory.notified.as_ref();
    let about = match event {
        Event::Held | Event::Refused => status.fingerprint.clone().unwrap_or_default(),
        Event::Suspended => status.suspended.as_ref().map_or(String::new(), |one| one.since.to_string()),
        Event::Applied => status.last_round.map_or(String::new(), |at| at.to_string()),
        Event::Failed | Event::Recovered => String::new(),
    };
    let due = Notified { event, reason: status.reason, about, at: now };
    let is_same = last
        .is_some_and(|last| (last.event, last.reason, &last.about) == (due.event, due.reason, &due.about));
    let is_due = match event {
        // In sync is news only after something else.
        Event::Recovered => last.is_some_and(|last| !matches!(last.event, Event::Recovered | Event::Applied)),
        Event::Applied => !is_same,
        Event::Failed if status.reason.is_passing() && memory.failures < FAILURES => false,
        _ => !is_same || last.is_some_and(|last| now.duration_since(last.at) >= REMINDER),
    };
    is_due.then_some(due)
}

/// Returns the document to post. Without `names` it names nobody.
pub(crate) fn document(memory: &Memory, due: &Notified, names: bool) -> Value {
    let status = &memory.status;
    // A receiver that missed it gets the same one again, with its old time.
    let is_reminder = memory.notified.as_ref().is_some_and(|last| {
        (last.event, last.reason, &last.about) == (due.event, due.reason, &due.about) && last.at != due.at
    });
    let reminder = if is_reminder { " (reminder)" } else { "" };
    let said = sentence(status);
    let mut document = json!({
        "format_version": 1,
        "event": due.event.as_str(),
        "organization": status.name,
        "reason": status.reason.as_str(),
        "ready": status.ready.as_str(),
        "in_sync": status.in_sync.as_str(),
        "revision": status.revision,
        "fingerprint": status.fingerprint,
        "changes": status.changes,
        "sent": status.sent,
        "held": status.held.len(),
        "reminder": is_reminder,
        "text": format!("{}: {said}{reminder}", status.name),
    });
    if names && let Some(document) = document.as_object_mut() {
        let held: Vec<String> = status.held.iter().take(NAMED).map(HeldChange::in_words).collect();
        document.insert("message".to_owned(), json!(status.message));
        document.insert("held_changes".to_owned(), json!(held));
        document.insert("suspended".to_owned(), json!(status.suspended));
    }
    document
}

/// Returns the state in words that name nobody, with the command that shows more.
fn sentence(status: &OrganizationStatus) -> String {
    let held = plural(status.held.len(), "change");
    let more = || format!("; `bylaws controller status {}` shows more", status.name);
    match status.reason {
        Reason::NotYet => "no round has run yet".to_owned(),
        Reason::InSync => "in sync".to_owned(),
        Reason::Applied => format!("{} applied", plural(status.sent, "change")),
        Reason::Held if status.baseline.is_none() => {
            format!("waiting for the first approval: {held}{}", more())
        }
        Reason::Held => format!("waiting for a person: {held}{}", more()),
        Reason::Pending => format!("pending: {held}; `mode: plan` sends nothing"),
        Reason::Suspended => "suspended: nothing is written".to_owned(),
        Reason::GuardRefused => {
            let over = status.guards.iter().filter(|guard| guard.counted > guard.limit);
            let names: BTreeSet<&str> = over.map(|guard| guard.guard.as_str()).collect();
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() { names } else { format!(" ({names})") };
            format!("a guard{names} refused the plan: nothing was written{}", more())
        }
        Reason::InvalidFiles => "the files have problems: nothing was written".to_owned(),
        Reason::SourceRefused => {
            "the history or the signature of the source was refused: nothing was written".to_owned()
        }
        Reason::WrongOrganization => "the files are for another organization: nothing was written".to_owned(),
        Reason::Unauthorized => "the service does not accept the credential".to_owned(),
        Reason::JournalRefused => "the journal is missing or invalid: nothing was written".to_owned(),
        Reason::ServiceUnavailable => "the service is not available".to_owned(),
        Reason::SourceUnavailable => "the source cannot be fetched".to_owned(),
        Reason::RoundFailed => "the round failed".to_owned(),
        Reason::Moved => "live state changed between plan and apply".to_owned(),
        Reason::AppliedInPart => "some changes were applied, and some failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use bylaws_engine::Cause;
    use bylaws_engine::hold::Hold;
    use bylaws_output::document::word::Word;

    use crate::held::HeldBy;

    const START: &str = "2026-11-21T09:00:00Z";

    /// Runs rounds ten minutes apart, and returns the events that are posted with the number of the round.
    fn posted(reasons: impl IntoIterator<Item = (Reason, &'static str)>) -> Vec<(usize, Event)> {
        let start: Timestamp = START.parse().unwrap();
        let mut memory = Memory::default();
        let mut posted = Vec::new();
        for (n, (reason, fingerprint)) in reasons.into_iter().enumerate() {
            let now = start + Duration::from_mins(10) * u32::try_from(n).unwrap();
            memory.failures = if reason.is_passing() { memory.failures + 1 } else { 0 };
            memory.status.reason = reason;
            memory.status.fingerprint = Some(fingerprint.to_owned());
            memory.status.last_round = Some(now);
            if let Some(due) = due(&memory, now) {
                posted.push((n, due.event));
                memory.notified = Some(due);
            }
        }
        posted
    }

    #[test]
    fn a_thousand_rounds_of_an_unchanged_refusal_are_one_message_and_a_daily_reminder() {
        let posted = posted(std::iter::repeat_n((Reason::GuardRefused, "f"), 1000));
        let rounds: Vec<usize> = posted.iter().map(|(n, _)| *n).collect();
        // 144 rounds are a day.
        assert_eq!(rounds, [0, 144, 288, 432, 576, 720, 864]);
    }

    #[test]
    fn a_state_is_posted_once_and_another_one_again() {
        use Reason::{Applied, GuardRefused, Held, InSync};
        let states = [
            (InSync, ""),
            (Held, "f"),
            (Held, "f"),
            (Held, "g"),
            (InSync, ""),
            (InSync, ""),
            (Applied, ""),
            (InSync, ""),
            (Applied, ""),
            (GuardRefused, "h"),
            (InSync, ""),
        ];
        let expected = [
            (1, Event::Held),
            (3, Event::Held),
            (4, Event::Recovered),
            (6, Event::Applied),
            (8, Event::Applied),
            (9, Event::Refused),
            (10, Event::Recovered),
        ];
        assert_eq!(posted(states), expected);
    }

    #[test]
    fn an_outage_is_posted_after_three_rounds() {
        use Reason::{InSync, InvalidFiles, ServiceUnavailable};
        let short = [(ServiceUnavailable, ""), (ServiceUnavailable, ""), (InSync, "")];
        assert_eq!(posted(short), []);
        let long = [(ServiceUnavailable, ""); 4].into_iter().chain([(InSync, "")]);
        assert_eq!(posted(long), [(2, Event::Failed), (4, Event::Recovered)]);
        assert_eq!(posted([(InvalidFiles, "")]), [(0, Event::Failed)]);
    }

    #[test]
    fn a_document_names_nobody_unless_asked() {
        let mut memory = Memory::default();
        memory.status.reason = Reason::Held;
        memory.status.message = "remove member/ada@acme.com".to_owned();
        let change = "remove member/ada@acme.com".to_owned();
        let (cause, by) = (Some(Word(Cause::Drift)), Word(HeldBy::Hold(Hold::Cause(Cause::Drift))));
        memory.status.held =
            vec![HeldChange { change, detail: String::new(), cause, classes: Vec::new(), by }];
        let due = due(&memory, START.parse().unwrap()).unwrap();
        assert!(!document(&memory, &due, false).to_string().contains("ada"));
        assert!(document(&memory, &due, true).to_string().contains("ada"));
        // Without a time the text of a state is always the same.
        let text = document(&memory, &due, false)["text"].to_string();
        assert!(
            text.contains(": waiting for the first approval: 1 change; `bylaws controller status"),
            "{text}"
        );
    }
}
