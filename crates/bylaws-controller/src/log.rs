//! Logs: one line of JSON for each event.

use std::io::Write;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// A stream that receives one line of JSON for each event.
#[derive(Clone)]
pub struct Log(Arc<Mutex<dyn Write + Send>>);

impl Log {
    /// Logs to a stream. Errors of the stream are ignored: there is nowhere left to report them.
    pub fn new(stream: Arc<Mutex<dyn Write + Send>>) -> Self {
        Self(stream)
    }

    /// Logs an event. `fields` are added to its time and name.
    pub(crate) fn event(&self, at: Timestamp, event: &str, fields: &Value) {
        let mut line = Map::new();
        line.insert("at".to_owned(), json!(at.to_string()));
        line.insert("event".to_owned(), json!(event));
        let fields = fields.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        line.extend(fields.map(|(name, value)| (name.clone(), value.clone())));
        // In one piece: a process that is killed leaves no half a line.
        let line = format!("{}\n", Value::Object(line));
        if let Ok(mut stream) = self.0.lock() {
            let _ = stream.write_all(line.as_bytes());
            let _ = stream.flush();
        }
    }
}
