//! The search for the entry behind each difference, newest entry first. It keeps one entry for each difference, so its
//! memory does not depend on the length of the feed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bylaws_api::{Activity, ActivityActor, ActivityActorType, UserId};
use bylaws_engine::Address;
use bylaws_engine::attribution::{Attribution, Entry, Run, Unexplained, Who};
use jiff::Timestamp;
use serde_json::Value;

use super::compare::{Match, compare};
use super::difference::{Difference, What, called};
use super::trail::{Effect, Row};
use crate::remote::time;

/// The type of the entry that says when the recording began.
const SWITCH: &str = "org_compliance_api_settings_updated";

/// The maximum number of removed people that are kept.
const MOST_STRANGERS: usize = 50;

/// How this run appears in the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The value of `User-Agent`, a name and a version.
    pub user_agent: String,
    /// The id of the credential, if it is known.
    pub credential: Option<String>,
}

/// How far the feed was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// To its oldest entry.
    Beginning,
    /// To the oldest entry that was added.
    Middle,
    /// Not at all, or not further, for this reason.
    Failed(Unexplained),
}

/// A search for the newest entry that explains each difference.
pub struct Search<'d> {
    differences: &'d [Difference],
    found: Vec<Found>,
    /// The differences by a name of their object.
    named: HashMap<String, Vec<usize>>,
    own: Own,
    rows: HashMap<&'static str, Vec<&'static Row>>,
    /// The last time at which the recording was switched on.
    recorded_since: Option<Timestamp>,
    oldest: Option<Timestamp>,
    has_begun: bool,
    /// Who was removed and is not known by this id; the newest ones.
    strangers: BTreeMap<String, Entry>,
}

/// What was found for one difference.
#[derive(Clone)]
enum Found {
    Nothing,
    /// An entry that counts only if there is no better one.
    Completed(Entry),
    Decided(Result<Entry, Unexplained>),
}

impl<'d> Search<'d> {
    /// Begins a search.
    pub fn new(differences: &'d [Difference], own: Own) -> Self {
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        let mut rows: HashMap<&'static str, Vec<&'static Row>> = HashMap::new();
        for (at, difference) in differences.iter().enumerate() {
            for name in &difference.names {
                named.entry(name.clone()).or_default().push(at);
            }
            for row in difference.trail.rows {
                let known = rows.entry(row.kind).or_default();
                if !known.iter().any(|other| std::ptr::eq(*other, row)) {
                    known.push(row);
                }
            }
        }
        let found = differences
            .iter()
            .map(|difference| {
                not_recorded(difference, true).map_or(Found::Nothing, |why| Found::Decided(Err(why)))
            })
            .collect();
        Self {
            differences,
            found,
            named,
            own,
            rows,
            recorded_since: None,
            oldest: None,
            has_begun: false,
            strangers: BTreeMap::new(),
        }
    }

    /// Returns the types of activities that can explain the differences, sorted.
    pub fn types(&self) -> Vec<String> {
        let types: BTreeSet<&str> = self.rows.keys().copied().chain([SWITCH]).collect();
        types.into_iter().map(str::to_owned).collect()
    }

    /// Returns whether nothing is left to search for.
    pub fn is_done(&self) -> bool {
        self.found.iter().all(|found| matches!(found, Found::Decided(_)))
    }

    /// Returns whether an activity was added.
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Adds the next activity, which is not newer than those before it.
    pub fn add(&mut self, activity: &Activity) {
        self.has_begun = true;
        let at = time(&activity.created_at);
        self.oldest = at.or(self.oldest);
        let is_on = |field| activity.fields.get(field) == Some(&Value::Bool(true));
        if activity.kind == SWITCH
            && (is_on("compliance_api_enabled") || is_on("compliance_api_logging_enabled"))
        {
            self.recorded_since = self.recorded_since.or(at);
        }
        for row in self.rows.get(activity.kind.as_str()).into_iter().flatten() {
            let texts: Vec<&str> = row.object.iter().flat_map(|field| texts(activity, field)).collect();
            let about: BTreeSet<usize> =
                texts.iter().filter_map(|text| self.named.get(&called(text))).flatten().copied().collect();
            let is_in_workspace = activity.fields.contains_key("workspace_id");
            let is_stranger = about.is_empty() && row.effect == Effect::Removed && !is_in_workspace;
            if is_stranger && self.strangers.len() < MOST_STRANGERS {
                let id = texts.iter().find(|id| id.starts_with("user_"));
                let entry = || entry(activity, &self.own);
                id.map(|id| self.strangers.entry((*id).to_owned()).or_insert_with(entry));
            }
            for at in about {
                let (difference, found) = (&self.differences[at], &mut self.found[at]);
                if matches!(found, Found::Decided(_)) || !is_about(row, activity, difference) {
                    continue;
                }
                let entry = || entry(activity, &self.own);
                match (compare(row, activity, difference), &*found) {
                    (Match::Explains, _) => *found = Found::Decided(Ok(entry())),
                    (Match::Completes, Found::Nothing) => *found = Found::Completed(entry()),
                    (Match::Overtaken, Found::Nothing) => {
                        *found = Found::Decided(Err(Unexplained::Overtaken(Box::new(entry()))));
                    }
                    (Match::Completes | Match::Overtaken | Match::Other, _) => {}
                }
            }
        }
    }

    /// Returns the ids of removed people whose addresses may explain a difference; see [`introduce`](Self::introduce).
    pub fn strangers(&self) -> Vec<UserId> {
        let mut open = self.differences.iter().zip(&self.found);
        let is_open =
            open.any(|(difference, found)| is_missing_person(difference) && matches!(found, Found::Nothing));
        if is_open { self.strangers.keys().map(|id| UserId::new(id.as_str())).collect() } else { Vec::new() }
    }

    /// Adds an activity of one of these people, which has both the id and the address: a directory removes people by
    /// their ids, and the files have addresses.
    pub fn introduce(&mut self, activity: &Activity) {
        let ActivityActor { email_address: Some(email), user_id: Some(id), .. } = &activity.actor else {
            return;
        };
        let Some(entry) = self.strangers.get(id.as_str()) else { return };
        for &at in self.named.get(&called(email)).into_iter().flatten() {
            if matches!(self.found[at], Found::Nothing) && is_missing_person(&self.differences[at]) {
                self.found[at] = Found::Decided(Ok(entry.clone()));
            }
        }
    }

    /// Ends the search; returns the attributions of each address.
    pub fn finish(self, reached: &Reached) -> BTreeMap<Address, Vec<Attribution>> {
        let mut all: BTreeMap<Address, Vec<Attribution>> = BTreeMap::new();
        for (difference, found) in self.differences.iter().zip(self.found) {
            let found = match found {
                Found::Decided(found) => found,
                Found::Completed(entry) => Ok(entry),
                Found::Nothing => Err(match (reached, self.recorded_since) {
                    (Reached::Failed(why), _) => why.clone(),
                    (Reached::Middle, _) => Unexplained::OlderThan(self.oldest),
                    (Reached::Beginning, since) => not_recorded(difference, false)
                        .or(since.map(Unexplained::BeforeRecording))
                        .unwrap_or(Unexplained::NoEntry),
                }),
            };
            let field = match &difference.what {
                What::Changed { field, .. } => Some(field.clone()),
                What::Added | What::Removed | What::Unknown => None,
            };
            all.entry(difference.address.clone()).or_default().push(Attribution { field, found });
        }
        all
    }
}

fn is_missing_person(difference: &Difference) -> bool {
    difference.what == What::Removed && difference.workspace.is_none() && difference.address.email().is_some()
}

/// Returns the texts of a field that may name an object.
fn texts<'a>(activity: &'a Activity, field: &str) -> Vec<&'a str> {
    if field == "actor" {
        let ActivityActor { email_address, user_id, .. } = &activity.actor;
        return email_address.as_deref().into_iter().chain(user_id.as_ref().map(UserId::as_str)).collect();
    }
    activity.fields.get(field).and_then(Value::as_str).into_iter().collect()
}

/// Returns whether an activity with the name of an object is about it: of its kind, and not in another workspace.
fn is_about(row: &Row, activity: &Activity, difference: &Difference) -> bool {
    let is_of_kind = difference.trail.rows.iter().any(|other| std::ptr::eq(other, row));
    let workspace = activity.fields.get("workspace_id").and_then(Value::as_str);
    is_of_kind
        && difference.workspace.as_ref().zip(workspace).is_none_or(|(wanted, one)| wanted.as_str() == one)
}

/// Returns that the service never records such a difference, or does not always.
fn not_recorded(difference: &Difference, always: bool) -> Option<Unexplained> {
    let What::Changed { field, .. } = &difference.what else { return None };
    let silent =
        difference.trail.silent.iter().find(|silent| silent.field == field && silent.always == always);
    silent.map(|silent| Unexplained::NotRecorded(silent.why))
}

fn entry(activity: &Activity, own: &Own) -> Entry {
    let actor = &activity.actor;
    let text = |field: &str| actor.text(field).map(str::to_owned);
    let credential = actor.credential_id().map(str::to_owned);
    let who = match &actor.kind {
        ActivityActorType::User | ActivityActorType::UnauthenticatedUser => Who::Person {
            email: actor.email_address.clone().or_else(|| text("unauthenticated_email_address")),
            id: actor.user_id.as_ref().map(ToString::to_string),
        },
        ActivityActorType::AdminApiKey => Who::AdminKey(credential.clone()),
        ActivityActorType::Api => Who::Key(credential.clone()),
        ActivityActorType::ServiceAccount => Who::ServiceAccount(credential.clone()),
        ActivityActorType::Federated | ActivityActorType::FederatedIdentity => Who::Workload(text("subject")),
        ActivityActorType::ScimDirectorySync => Who::DirectorySync,
        ActivityActorType::Anthropic => Who::Anthropic,
        ActivityActorType::System => Who::Service,
        ActivityActorType::AttestedDevice | ActivityActorType::Unknown(_) => {
            Who::Unknown(actor.kind.as_str().to_owned())
        }
    };
    let product = |agent: &str| agent.split('/').next().map(str::to_owned);
    let is_bylaws = actor.user_agent.as_deref().and_then(product) == product(&own.user_agent);
    let is_own = credential.is_some() && credential == own.credential;
    let run = is_bylaws.then_some(if is_own { Run::Own } else { Run::Other });
    Entry {
        id: activity.id.clone(),
        kind: activity.kind.clone(),
        at: time(&activity.created_at),
        who,
        address: actor.ip_address.clone(),
        program: actor.user_agent.clone(),
        run,
    }
}
