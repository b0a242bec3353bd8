//! Counts the requests of a run and its pauses, for a program that started this one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The counts so far; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<Mutex<Counts>>);

#[derive(Default)]
struct Counts {
    /// By method and status; without a status there was no answer.
    requests: BTreeMap<(String, Option<u64>), u64>,
    paused_milliseconds: u64,
}

/// The fields of one event that are counted.
#[derive(Default)]
struct Seen {
    method: Option<String>,
    status: Option<u64>,
    paused: Option<u64>,
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "method" {
            self.method = Some(value.to_owned());
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "status" => self.status = Some(value),
            "paused_milliseconds" => self.paused = Some(value),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl<S: Subscriber> Layer<S> for Tally {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut seen = Seen::default();
        event.record(&mut seen);
        let Ok(mut counts) = self.0.lock() else { return };
        if let Some(method) = seen.method.filter(|_| event.metadata().target().starts_with("bylaws_api")) {
            *counts.requests.entry((method, seen.status)).or_default() += 1;
        }
        counts.paused_milliseconds += seen.paused.unwrap_or_default();
    }
}

impl Tally {
    /// Returns the counts as one line of JSON.
    pub(crate) fn json(&self) -> String {
        let Ok(counts) = self.0.lock() else { return String::new() };
        let one = |((method, status), count): (&(String, Option<u64>), &u64)| json!({ "method": method, "status": status, "count": count });
        let requests: Vec<Value> = counts.requests.iter().map(one).collect();
        json!({ "requests": requests, "paused_milliseconds": counts.paused_milliseconds }).to_string()
    }
}
