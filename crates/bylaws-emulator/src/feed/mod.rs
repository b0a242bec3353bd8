//! The Activity Feed (`docs/service-behaviour.md#activity-feed`): an entry for every write, for the reads that the
//! service records, and for changes that a control call makes in somebody's name. Kept beside the organization, so
//! that a dump does not have it.

mod actor;
mod changes;
pub(crate) mod event;
pub(crate) mod external_keys;
pub(crate) mod federation;
mod list;
mod reads;
mod settings;
pub(crate) mod spend_limits;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::ids;
use crate::kinds::{Accepts, Kind};
use crate::object::{Object, Problem, required};
use crate::request::Call;
use crate::routes::Run::{Get, List, Post};
use crate::seeding::{Seeding, unique};
use crate::state::State;

use event::{Event, Recorded};

pub(crate) use actor::Actor;
pub(crate) use settings::ComplianceSettings;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.activities, document, "activities", now, |item, _| activity(item))
    },
    check: |seed| unique("activities", &seed.activities, |item| item["id"].as_str().unwrap_or_default()),
    in_every_organization: true,
    ..Kind::new(&[("/v1/compliance/activities", &[List(list::list)])])
};

pub(crate) const SETTINGS: Kind = Kind {
    read: |seed, document, _| {
        seed.compliance_settings = document.nested("compliance_settings", ComplianceSettings::from_seed)?;
        Ok(())
    },
    in_every_organization: true,
    accepts: Accepts::Keys,
    recorded: &[Recorded { find: settings::find, all: settings::all, says: settings::says }],
    ..Kind::new(&[(
        settings::PATH,
        &[Get(|state, _| Ok(json!(settings::of(state)))), Post(settings::update)],
    )])
};

/// How the feed behaves, besides whether it records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedOptions {
    /// How long after it happened an activity can be read, by the emulator's clock; up to a minute at the service.
    pub delay: Duration,
    /// Whether each page begins with the last activity of the page before it.
    pub repeats: bool,
    /// Whether the credential may read the feed; that of an admin key from before the recording began may not.
    pub has_scope: bool,
}

impl Default for FeedOptions {
    fn default() -> Self {
        Self { delay: Duration::ZERO, repeats: false, has_scope: true }
    }
}

/// What happened so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Feed {
    /// Oldest first. Shared, because a state is copied for stale reads.
    entries: Vec<Arc<Entry>>,
    pub(crate) options: FeedOptions,
    recorded: u64,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    at: Timestamp,
    id: String,
    /// The activity as the service returns it.
    value: Value,
}

impl Feed {
    /// Returns a feed that already has these activities.
    pub(crate) fn of_seed(activities: Vec<Value>) -> Self {
        let mut entries: Vec<_> = activities.into_iter().filter_map(Entry::new).map(Arc::new).collect();
        entries.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Self { entries, ..Self::default() }
    }

    /// Returns every activity, newest first, also what cannot be read yet.
    pub(crate) fn activities(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().rev().map(|entry| &entry.value)
    }

    /// Returns what can be read now, newest first.
    fn readable(&self, now: Timestamp) -> impl Iterator<Item = &Entry> {
        let delay = SignedDuration::try_from(self.options.delay).unwrap_or(SignedDuration::MAX);
        let until = now.checked_sub(delay).unwrap_or(Timestamp::MIN);
        self.entries.iter().rev().map(Arc::as_ref).filter(move |entry| entry.at <= until)
    }
}

impl Entry {
    fn new(value: Value) -> Option<Self> {
        let at = value["created_at"].as_str()?.parse().ok()?;
        let id = value["id"].as_str()?.to_owned();
        Some(Self { at, id, value })
    }
}

impl State {
    pub(crate) fn records(&self) -> bool {
        self.rest.compliance_settings.as_ref().is_some_and(ComplianceSettings::is_enabled)
    }

    /// Adds events, if the organization records them.
    fn record(&mut self, actor: &Actor, events: impl IntoIterator<Item = Event>) {
        if self.records() {
            events.into_iter().for_each(|event| self.add(actor, event));
        }
    }

    fn add(&mut self, actor: &Actor, event: Event) {
        self.feed.recorded += 1;
        let organization = &self.rest.organization.id;
        // Later activities have greater ids, so those of one second are in the order in which they happened.
        let salt = ids::hash(&[organization, &self.now.to_string()]) >> 32;
        let id = format!("activity_01{:012}{salt:08x}", self.feed.recorded);
        let mut value = json!({
            "id": id,
            "created_at": self.now,
            "organization_id": ids::id("org_", &[organization]),
            "organization_uuid": organization,
            "actor": event.actor(actor).0,
            "type": event.kind,
        });
        if let Some(common) = value.as_object_mut() {
            common.extend(event.fields);
        }
        let entry = Arc::new(Entry { at: self.now, id, value });
        let place = self.feed.entries.partition_point(|other| (other.at, &other.id) <= (entry.at, &entry.id));
        self.feed.entries.insert(place, entry);
    }

    /// Records a read that was answered.
    pub(crate) fn saw(&mut self, call: &Call, request_id: &str) {
        if let Some(event) = reads::event(call, request_id) {
            self.record(&Actor::of_call(self, call), [event]);
        }
    }

    /// Carries out a write, and records what it changed. Switching the recording on or off is itself recorded.
    pub(crate) fn traced<E>(
        &mut self,
        call: &Call,
        write: impl FnOnce(&mut Self) -> Result<Value, E>,
    ) -> Result<Value, E> {
        if !self.records() && call.path != settings::PATH {
            return write(self);
        }
        let before = changes::at(self, call, None);
        let answer = write(self)?;
        let after = changes::at(self, call, Some(&answer));
        let actor = Actor::of_call(self, call);
        for event in changes::events(before, after, &actor) {
            self.add(&actor, event);
        }
        Ok(answer)
    }

    /// Records that the invited person became a member.
    pub(crate) fn accepted(&mut self, invite_id: &str, (email, user_id): (&str, &str)) {
        let event = Event::new("org_user_invite_accepted", json!({"invite_id": invite_id}));
        self.record(&Actor::user(email, Some(user_id)), [event]);
    }

    /// Takes over the feed of the state that this one replaces, and records the differences.
    pub(crate) fn follows(&mut self, replaced: &Self, actor: &Actor) {
        self.feed = replaced.feed.clone();
        if self.records() || replaced.records() {
            for event in changes::between(&replaced.dump(), &self.dump(), actor) {
                self.add(actor, event);
            }
        }
    }
}

/// Returns the id of the person or service account that sent a request, if it is known.
pub(crate) fn actor_id(state: &State, call: &Call) -> Option<String> {
    Actor::of_call(state, call).id()
}

/// Takes an activity of a seed, with null for the organization if it is missing.
fn activity(mut item: Object) -> Result<Value, Problem> {
    let (id, at) = (item.text("id")?, item.nullable_time("created_at")?);
    let at = at.ok_or_else(|| required("created_at"))?;
    let actor = item.nullable_object("actor")?.ok_or_else(|| required("actor"))?.into_fields();
    let mut value = json!({
        "id": id, "created_at": at, "organization_id": null, "organization_uuid": null,
        "actor": actor, "type": item.text("type")?,
    });
    if let Some(fields) = value.as_object_mut() {
        fields.extend(item.into_fields());
    }
    Ok(value)
}
